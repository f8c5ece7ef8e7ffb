"""The wall of thumbnails: which pages are shown, and the totals above them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from grading.core.jobs import nobody_works
from grading.core.models import Job
from grading.exams.models import Exam
from grading.scans.ledger import LedgerTotals, SheetTotals, lost_pages, sheet_totals, totals
from grading.scans.models import Page, ScanFile
from grading.scans.under_way import given_up

PAGES_SHOWN = 60
FILES_SHOWN = 6
FOLDED = (Page.State.DUPLICATE, Page.State.BLANK)
FOLDED_FROM = 7
"""So many pages in one of these states are counted among all pages, not shown: nobody need look at each."""
TO_DO = "to-do"
"""Not a state: every page that needs a person."""
PROBLEMS = (Page.State.NEEDS_REVIEW, Page.State.UNREADABLE)
NAMES = {
    Page.State.USED: _("used"),
    Page.State.NEEDS_REVIEW: _("needs you"),
    Page.State.UNREADABLE: _("unreadable"),
    Page.State.DUPLICATE: _("duplicate"),
    Page.State.BLANK: _("blank"),
    Page.State.FOREIGN: _("foreign"),
    Page.State.WAITING: _("at work"),
}
LIGHTS = {
    Page.State.USED: "good",
    Page.State.NEEDS_REVIEW: "bad",
    Page.State.UNREADABLE: "bad",
    Page.State.DUPLICATE: "look",
    Page.State.BLANK: "look",
    Page.State.FOREIGN: "look",
    Page.State.WAITING: "busy",
}
"""The traffic light: all is well, have a look, do something, still under way."""
LOOKS = {
    Page.State.USED: "used",
    Page.State.NEEDS_REVIEW: "problem",
    Page.State.UNREADABLE: "problem",
    Page.State.WAITING: "waiting",
}
ADVICE = {
    Page.State.NEEDS_REVIEW: _("Open it and choose which page counts."),
    Page.State.UNREADABLE: _("Open it and type its sheet number, or scan it again."),
}
ADVICE_OF_A_FILE = _("Drop the right file in; then open this one and say that it does not count.")


@dataclass(frozen=True, slots=True)
class Fate:
    """One state of pages: its word, its light and how many there are."""

    state: str
    name: str
    light: str
    count: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A page with the word and the look of its fate, and what a person can do about it."""

    row: Page
    name: str
    light: str
    look: str
    advice: str


@dataclass(frozen=True, slots=True)
class FileAtWork:
    """A file whose pages are not all through; ``pages`` is 0 until it was taken apart."""

    name: str
    pages: int
    done: int


class _Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many rows there are, for the totals know already."""

    def __init__(self, found: QuerySet[Page], number: int) -> None:
        super().__init__(found, PAGES_SHOWN)
        self._number = number

    @cached_property
    def count(self) -> int:
        return self._number


@dataclass(frozen=True, slots=True)
class Wall:
    """What the page of scans shows."""

    leaf: Leaf[Page]
    fates: list[Fate]
    totals: LedgerTotals
    sheets: SheetTotals
    at_work: list[FileAtWork]
    more_at_work: int
    refused: list[ScanFile]
    given_up: int
    busy: bool
    stalled: bool
    chosen: str
    folded: list[Fate]
    lost: int
    """Pages that scanned sheets lack; 0 while more may come of the files at work."""

    @property
    def pages(self) -> list[Thumbnail]:
        """The thumbnails of this leaf."""
        return [_thumbnail(page) for page in self.leaf.object_list]

    @property
    def done(self) -> int:
        """Pages that the machine is through with."""
        return self.totals.pages_in - self.totals.waiting

    @property
    def settled(self) -> bool:
        """Whether every page is, and nothing more is under way: what waits at other steps is told then."""
        return not self.busy and self.totals.settled

    @property
    def to_do(self) -> int:
        """Pages that need a person."""
        return self.totals.needs_review + self.totals.unreadable

    @property
    def only_files(self) -> bool:
        """Whether all that needs a person are files that hold no page at all."""
        return self.to_do <= len(self.refused)


def wall(exam: Exam, chosen: str, number: str | None) -> Wall:
    """The pages in state ``chosen`` (all: "", all that need a person: "to-do"), the newest file first."""
    counts = totals(exam)
    folded = [] if chosen else _folded(counts)
    pages, shown = _chosen(exam, chosen, counts, folded)
    open_files = _at_work(exam, counts)
    live = Job.objects.filter(exam_id=exam.pk, state__in=(Job.State.QUEUED, Job.State.LEASED))
    busy = bool(open_files) or live.exists()
    return Wall(
        leaf=_Counted(pages, shown).get_page(number),
        fates=fates(counts),
        totals=counts,
        sheets=sheet_totals(exam),
        at_work=open_files[:FILES_SHOWN],
        more_at_work=len(open_files[FILES_SHOWN:]),
        refused=_refused(exam),
        given_up=given_up(exam),
        busy=busy,
        stalled=busy and nobody_works(),
        chosen=chosen,
        folded=folded,
        lost=0 if busy else lost_pages(exam),
    )


def to_do(exam: Exam) -> QuerySet[Page]:
    """The pages that need a person, as they came in."""
    return Page.objects.filter(exam=exam, state__in=PROBLEMS).order_by("-file_id", "scan_page")


def fates(counts: LedgerTotals) -> list[Fate]:
    """Every state that occurs, in the order of the ledger."""
    numbers = asdict(counts)
    found = [(state, numbers[state.value.replace("-", "_")]) for state in NAMES]
    return [Fate(state.value, str(NAMES[state]), LIGHTS.get(state, ""), n) for state, n in found if n]


def _folded(counts: LedgerTotals) -> list[Fate]:
    """The states whose pages would fill the wall, such as those of a stack that was scanned twice."""
    return [fate for fate in fates(counts) if fate.state in FOLDED and fate.count >= FOLDED_FROM]


def _chosen(exam: Exam, chosen: str, counts: LedgerTotals, folded: list[Fate]) -> tuple[QuerySet[Page], int]:
    """The pages to be shown and how many they are; the order never depends on a state, so that none jumps."""
    pages = Page.objects.filter(exam=exam).select_related("file", "sheet").order_by("-file_id", "scan_page")
    if chosen == TO_DO:
        return pages.filter(state__in=PROBLEMS), counts.needs_review + counts.unreadable
    if chosen in Page.State.values:
        return pages.filter(state=chosen), asdict(counts)[chosen.replace("-", "_")]
    if not folded:
        return pages, counts.pages_in
    hidden = sum(fate.count for fate in folded)
    return pages.exclude(state__in=[fate.state for fate in folded]), counts.pages_in - hidden


def _at_work(exam: Exam, counts: LedgerTotals) -> list[FileAtWork]:
    """Files that wait to be taken apart, and files with pages that wait."""
    waiting = [
        FileAtWork(name, 0, 0)
        for name in ScanFile.objects.filter(exam=exam, state=ScanFile.State.WAITING).values_list(
            "name", flat=True
        )
    ]
    if not counts.waiting:
        return waiting
    open_files = Page.objects.filter(exam=exam, state=Page.State.WAITING).values("file")
    numbers = (
        Page.objects.filter(file__in=open_files)
        .values_list("file__name")
        .annotate(n=Count("*"), left=Count("pk", filter=Q(state=Page.State.WAITING)))
        .order_by("file_id")
    )
    return [FileAtWork(name, n, n - left) for name, n, left in numbers] + waiting


def _refused(exam: Exam) -> list[ScanFile]:
    """Files that hold no page, with their ``entry`` on the wall, until somebody says they do not count."""
    unsettled = Page.objects.filter(file=OuterRef("pk"), state=Page.State.UNREADABLE)
    refused = ScanFile.objects.filter(exam=exam, state=ScanFile.State.REFUSED)
    return list(
        refused.annotate(entry=Subquery(unsettled.values("pk")[:1])).filter(entry__isnull=False)[:FILES_SHOWN]
    )


def _thumbnail(page: Page) -> Thumbnail:
    state = Page.State(page.state)
    hopeless = state == Page.State.UNREADABLE and page.file.state == ScanFile.State.REFUSED
    return Thumbnail(
        page,
        str(NAMES[state]),
        LIGHTS.get(state, ""),
        LOOKS.get(state, "aside"),
        str(ADVICE_OF_A_FILE if hopeless else ADVICE.get(state, "")),
    )

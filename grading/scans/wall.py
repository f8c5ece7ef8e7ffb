"""The wall of thumbnails: which pages are shown, and the totals above them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from grading.core.progress import progress
from grading.exams.models import Exam
from grading.scans.ledger import LedgerTotals, SheetTotals, sheet_totals, totals
from grading.scans.models import Page, ScanFile

PAGES_SHOWN = 60
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
    Page.State.WAITING: "busy",
}
LOOKS = {Page.State.USED: "used", Page.State.NEEDS_REVIEW: "problem", Page.State.UNREADABLE: "problem"}


@dataclass(frozen=True, slots=True)
class Fate:
    """One state of pages: its word, its light and how many there are."""

    state: str
    name: str
    light: str
    count: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A page with the word and the look of its fate."""

    row: Page
    name: str
    light: str
    look: str


@dataclass(frozen=True, slots=True)
class Wall:
    """What the page of scans shows."""

    leaf: Leaf[Page]
    fates: list[Fate]
    totals: LedgerTotals
    sheets: SheetTotals
    files_open: int
    refused: list[ScanFile]
    busy: bool
    chosen: str

    @property
    def pages(self) -> list[Thumbnail]:
        """The thumbnails of this leaf."""
        return [_thumbnail(page) for page in self.leaf.object_list]

    @property
    def done(self) -> int:
        """Pages that the machine is through with."""
        return self.totals.pages_in - self.totals.waiting


def wall(exam: Exam, chosen: str, number: str | None) -> Wall:
    """The pages in state ``chosen`` (all: ""), those that need a person first, then the newest."""
    counts = totals(exam)
    urgent = Case(When(state__in=PROBLEMS, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = (
        Page.objects.filter(exam=exam)
        .select_related("file", "sheet")
        .order_by(urgent, "-file_id", "scan_page")
    )
    if chosen in Page.State.values:
        found = found.filter(state=chosen)
    files_open = ScanFile.objects.filter(exam=exam, state=ScanFile.State.WAITING).count()
    return Wall(
        leaf=Paginator(found, PAGES_SHOWN).get_page(number),
        fates=fates(counts),
        totals=counts,
        sheets=sheet_totals(exam),
        files_open=files_open,
        refused=list(ScanFile.objects.filter(exam=exam, state=ScanFile.State.REFUSED)),
        busy=bool(files_open or counts.waiting or progress(exam_id=exam.pk).open),
        chosen=chosen,
    )


def fates(counts: LedgerTotals) -> list[Fate]:
    """Every state that occurs, in the order of the ledger."""
    numbers = asdict(counts)
    found = [(state, numbers[state.value.replace("-", "_")]) for state in NAMES]
    return [Fate(state.value, str(NAMES[state]), LIGHTS.get(state, ""), n) for state, n in found if n]


def _thumbnail(page: Page) -> Thumbnail:
    state = Page.State(page.state)
    return Thumbnail(page, str(NAMES[state]), LIGHTS.get(state, ""), LOOKS.get(state, "aside"))

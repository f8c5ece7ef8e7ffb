"""The ledger: every page that came in and what became of it, every sheet printed and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from grading.exams.models import Exam, PrintRun, Sheet
from grading.exams.prints import question_pages
from grading.scans.models import Page


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Pages by fate; ``pages_in`` is counted on its own, so that a lost page shows as a difference."""

    pages_in: int
    used: int = 0
    duplicate: int = 0
    blank: int = 0
    foreign: int = 0
    unreadable: int = 0
    needs_review: int = 0
    waiting: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every page that came in is accounted for."""
        fates: dict[str, int] = asdict(self)
        return 2 * self.pages_in == sum(fates.values())

    @property
    def settled(self) -> bool:
        """Whether no page waits, neither for the machine nor for a person."""
        return self.adds_up and not (self.waiting or self.needs_review or self.unreadable)


class LedgerRow(NamedTuple):
    """One line of ledger.csv."""

    file: str
    scan_page: int
    sheet: str
    page: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetTotals:
    """Printed = scanned + absent + spare; ``open`` are printed for a student, neither seen nor absent.

    A sheet whose student wrote on another one is spare: nobody is missing.
    """

    printed: int
    scanned: int
    absent: int
    spare: int
    open: int


def totals(exam: Exam) -> LedgerTotals:
    """Count an exam's pages by state."""
    pages = Page.objects.filter(exam=exam)
    counts = dict(pages.values_list("state").annotate(n=Count("*")).order_by())
    by_state = {state.replace("-", "_"): n for state, n in counts.items()}
    return LedgerTotals(pages_in=pages.count(), **by_state)


def rows(exam: Exam) -> Iterator[LedgerRow]:
    """Every page in the order in which it came in."""
    pages = Page.objects.filter(exam=exam).order_by("file_id", "scan_page")
    found = pages.values_list("file__name", "scan_page", "sheet__number", "number", "state", "reason")
    for file, place, sheet, number, state, reason in found.iterator():
        yield LedgerRow(file, place, sheet or "", str(number or ""), state, reason)


def unseen_sheets(exam: Exam) -> QuerySet[Sheet]:
    """The sheets that were printed for a student and not scanned, unless that student wrote on another."""
    seen = Page.objects.filter(sheet=OuterRef("pk"), state=Page.State.USED)
    elsewhere = Sheet.objects.filter(exam=exam, identity__student=OuterRef("printed_for"))
    return Sheet.objects.filter(~Exists(seen), ~Exists(elsewhere), exam=exam, printed_for__isnull=False)


def sheet_totals(exam: Exam) -> SheetTotals:
    """Where the printed sheets of an exam are."""
    seen = Page.objects.filter(sheet=OuterRef("pk"), state=Page.State.USED)
    unseen = Q(is_seen=False)
    counts = (
        Sheet.objects.filter(exam=exam)
        .annotate(is_seen=Exists(seen))
        .aggregate(
            n_printed=Count("*"),
            n_scanned=Count("pk", filter=Q(is_seen=True)),
            n_absent=Count("pk", filter=unseen & Q(absent=True)),
            n_spare=Count("pk", filter=unseen & Q(absent=False, printed_for=None)),
            n_open=Count("pk", filter=unseen & Q(absent=False, printed_for__isnull=False)),
        )
    )
    found = SheetTotals(**{name.removeprefix("n_"): n for name, n in counts.items()})
    missing = unseen_sheets(exam).filter(absent=False).count() if found.open else 0
    return replace(found, spare=found.spare + found.open - missing, open=missing)


def lost_pages(exam: Exam) -> int:
    """How many pages with questions the scanned sheets lack."""
    used = Page.objects.filter(exam=exam, state=Page.State.USED).order_by()
    there = {
        (run, number): n
        for run, number, n in used.values_list("sheet__print_run", "number").annotate(n=Count("*"))
    }
    scanned = Count("sheets", filter=Exists(used.filter(sheet=OuterRef("sheets"))))
    runs = PrintRun.objects.filter(exam=exam).annotate(scanned=scanned).values_list("pk", "layout", "scanned")
    return sum(
        scanned - there.get((run, number), 0)
        for run, layout, scanned in runs
        for number in {number for question, number in question_pages(layout).items() if question}
    )

"""Every page that came in is accounted for."""

from __future__ import annotations

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.accounts.models import School
from grading.exams.models import Sheet
from grading.marking import services as marking
from grading.marking.models import Identity
from grading.reports.blockers import blockers
from grading.reports.csvfiles import grades_csv, ledger_csv
from grading.scans import ledger
from grading.scans.models import Page
from tests.classroom import page, scan_file, sheet, small_exam

OTHER = [state for state in Page.State if state != Page.State.USED]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(OTHER), max_size=8))
def test_totals_add_up_for_any_mix_of_fates(school: School, states: list[Page.State]) -> None:
    school.exams.all().delete()
    exam = small_exam(school)
    page(sheet(exam, 1))
    file = scan_file(exam)
    for state in states:
        page(sheet(exam, 2), file=file, state=state)
    found = ledger.totals(exam)
    assert found.adds_up
    assert found.pages_in == 1 + len(states)
    assert found.used == 1
    assert found.duplicate == states.count(Page.State.DUPLICATE)
    rows = list(csv.DictReader(io.StringIO("".join(ledger_csv(exam)))))
    assert len(rows) == found.pages_in
    assert sorted(row["state"] for row in rows) == sorted([*states, "used"])


def test_a_total_that_misses_a_page_does_not_add_up() -> None:
    assert ledger.LedgerTotals(pages_in=3, used=2, blank=1).adds_up
    assert not ledger.LedgerTotals(pages_in=4, used=2, blank=1).adds_up


def test_printed_sheets_are_scanned_absent_spare_or_open(school: School) -> None:
    exam = small_exam(school, copies=4)
    page(sheet(exam, 1))
    student = exam.students.first()
    named, absent = sheet(exam, 2), sheet(exam, 3)
    named.printed_for = student
    named.save()
    absent.absent = True
    absent.save()
    assert ledger.sheet_totals(exam) == ledger.SheetTotals(printed=4, scanned=1, absent=1, spare=1, open=1)


def test_the_sheet_of_a_student_who_wrote_on_another_is_spare(school: School) -> None:
    exam = small_exam(school, copies=3)
    page(sheet(exam, 1))
    student, other = exam.students.order_by("pk")[:2]
    for number, owner in ((2, student), (3, other)):
        Sheet.objects.filter(exam=exam, number=f"{number:04}").update(printed_for=owner)
    assert ledger.sheet_totals(exam) == ledger.SheetTotals(printed=3, scanned=1, absent=0, spare=0, open=2)
    Identity.objects.create(exam=exam, sheet=sheet(exam, 1), student=student, state=Identity.State.HUMAN)
    assert ledger.sheet_totals(exam) == ledger.SheetTotals(printed=3, scanned=1, absent=0, spare=1, open=1)
    assert list(ledger.unseen_sheets(exam)) == [sheet(exam, 3)]
    assert [str(found) for found in blockers(exam) if "neither scanned" in str(found)] == [
        "1 printed sheet is neither scanned nor marked absent"
    ]


def test_whose_printed_sheet_came_is_open_and_not_absent(school: School) -> None:
    exam = small_exam(school, copies=2)
    Sheet.objects.filter(exam=exam, number="0001").update(printed_for=exam.students.get(name="Ada"))
    page(sheet(exam, 1))
    marking.mark_exam(exam_id=exam.pk)
    Identity.objects.filter(exam=exam).update(student=None, state=Identity.State.REVIEW)
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO("".join(grades_csv(exam))))}
    found = {name: row["grade_status"] for name, row in rows.items()}
    assert found == {"Ada": "open", "Ben": "absent", "Cleo": "absent", "": "unidentified"}


def test_pages_that_scanned_sheets_lack_are_counted(school: School) -> None:
    exam = small_exam(school, copies=3)
    run = exam.print_runs.get()
    (first,) = run.layout["pages"]
    number, *boxes = first["boxes"]
    on_pages = [number, boxes[0]], boxes[1:], []
    run.layout["pages"] = [{**first, "page": n, "boxes": on} for n, on in enumerate(on_pages, 1)]
    run.save()
    assert ledger.lost_pages(exam) == 0
    page(sheet(exam, 1))
    page(sheet(exam, 2), 2)
    page(sheet(exam, 2), 1, state=Page.State.UNREADABLE)
    assert ledger.lost_pages(exam) == 2
    page(sheet(exam, 1), 2)
    page(sheet(exam, 2), 1)
    assert ledger.lost_pages(exam) == 0

"""What was printed of an exam, as the page stage asks for it: geometry by page, sheets by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grading.exams.fingerprint import exam_key
from grading.exams.layout import lay_out
from grading.exams.layout_json import Layout, PageLayoutEntry, SheetLayout, layout_data, layout_from_data
from grading.exams.models import Exam, PrintRun, Sheet, Student
from grading.exams.paper import RectMm, codes_mm, markers_mm
from grading.exams.roster import Student as RosterStudent
from grading.exams.roster import facts
from grading.exams.scanner_test import TEST_RUN, page_key, page_spec
from grading.exams.sheet_print import plan_print
from grading.exams.spec import ExamSpec
from grading.exams.versions import newest_version


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """One printed page: paper size, corner markers by id, codes and boxes, all in millimetres."""

    page: int
    page_size_mm: tuple[float, float]
    markers_mm: Mapping[int, RectMm]
    codes_mm: tuple[RectMm, ...]
    entry: PageLayoutEntry


def geometry_data(layout: Layout) -> dict[str, Any]:
    """What a print run keeps of its layout: the pages of one sheet, since all its sheets are alike."""
    data = layout_data(layout)
    first = data.pop("sheets")[0]
    return {**data, "pages": first["pages"]}


def geometry_of(spec: ExamSpec, run: str) -> dict[str, Any]:
    """The geometry of any print of this exam, whatever was printed."""
    plan = lay_out(spec)
    return geometry_data(
        Layout(spec.id, plan.page_size_mm, (SheetLayout("0001", None, plan.entries(0)),), run)
    )


def question_pages(geometry: Mapping[str, Any]) -> dict[str, int]:
    """Question -> page of the sheet on which a print of that geometry has it."""
    return {box["question"]: page["page"] for page in geometry["pages"] for box in page["boxes"]}


class Prints:
    """The prints of one exam, loaded once for a batch of pages.

    A page of a run that is not known here can only come from another print of the exam of today, for
    its check was made with that key: its geometry is the same, and its sheets are added as they come in.
    """

    def __init__(self, exam: Exam) -> None:
        self._exam = exam
        self._spec = exam.load_spec()
        self._runs = {run.run: run for run in exam.print_runs.all()}
        self._pages: dict[tuple[str, int], PageGeometry | None] = {}
        self._today = exam_key(self._spec)

    def exam_key(self, run: str) -> str:
        """The key that a run's page codes are checked with: of its own version of the exam.

        A run that is not known can only be a print of the exam as it is today.
        """
        if run == TEST_RUN:
            return page_key(self._spec)
        known = self._runs.get(run)
        return known.exam_key if known else self._today

    def page_geometry(self, run: str, page: int) -> PageGeometry | None:
        """The geometry of a page, None when the run has no such page."""
        if (run, page) not in self._pages:
            self._pages[run, page] = self._find(run, page)
        return self._pages[run, page]

    def sheet(self, run: str, number: str) -> Sheet | None:
        """The printed sheet of that number; None when the run did not print it, as the test page's."""
        if run == TEST_RUN:
            return None
        known = self._runs.get(run) or self._adopt(run)
        if known.listed:
            return Sheet.objects.filter(print_run=known, number=number).first()
        return Sheet.objects.get_or_create(print_run=known, number=number, defaults={"exam": self._exam})[0]

    def _adopt(self, run: str) -> PrintRun:
        """Record a run that was printed elsewhere; if it is the roster's own print, with its students."""
        found = PrintRun.objects.filter(exam=self._exam, run=run).first() or self._recorded(run)
        self._runs[run] = found
        return found

    def _recorded(self, run: str) -> PrintRun:
        students = roster_students(self._exam)
        if students:
            sheets = plan_print(self._spec, students)
            if sheets.layout.run == run:
                return add_run(self._exam, sheets.layout)
        layout = geometry_of(self._spec, run)
        return PrintRun.objects.create(
            exam=self._exam, run=run, exam_key=self._today, layout=layout, listed=False
        )

    def _find(self, run: str, page: int) -> PageGeometry | None:
        known = self._runs.get(run)
        spec = self._spec if run != TEST_RUN else page_spec(self._spec.paper, self._spec.language)
        data = known.layout if known else geometry_of(spec, run)
        whole = layout_from_data(
            {**data, "sheets": [{"sheet": "0001", "student_id": None, "pages": data["pages"]}]}
        )
        for entry in whole.sheets[0].pages:
            if entry.page == page:
                size = whole.page_size_mm
                return PageGeometry(page, size, markers_mm(size), codes_mm(size), entry)
        return None


def add_run(exam: Exam, layout: Layout, *, contents: str = "", created_by: int | None = None) -> PrintRun:
    """Record a print and all its sheets; students printed on them must be on the roster already."""
    run = PrintRun.objects.create(
        exam=exam,
        run=layout.run or "",
        exam_key=layout.exam_key or exam_key(exam.load_spec()),
        layout=geometry_data(layout),
        version=newest_version(exam),
        contents=contents or layout.run or "",
        created_by_id=created_by,
        first_sheet=layout.sheets[0].sheet,
        last_sheet=layout.sheets[-1].sheet,
    )
    students = dict(Student.objects.filter(exam=exam).values_list("student_id", "pk"))
    Sheet.objects.bulk_create(
        (
            Sheet(
                exam=exam,
                print_run=run,
                number=sheet.sheet,
                printed_for_id=students.get(sheet.student_id or ""),
            )
            for sheet in layout.sheets
        ),
        batch_size=500,
    )
    return run


def roster_students(exam: Exam) -> tuple[RosterStudent, ...]:
    """The exam's roster in its order, as it is printed."""
    found = exam.students.filter(on_roster=True).order_by("pk")
    return tuple(RosterStudent(student.student_id, **facts(student)) for student in found)

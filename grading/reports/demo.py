"""The demonstration: a sample class from printed sheets over simulated scans to marks and reports.

The one place besides the gateway that imports `recognition`: the paper simulator, and only when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from grading.core.progress import moves, progress_bar
from grading.exams.examfile import load_exam
from grading.exams.layout_json import layout_text
from grading.exams.printing import write_pdf
from grading.exams.roster import Roster, Student, load_roster
from grading.exams.sheet_print import SheetPrint, plan_print
from grading.reports.grade import GradeRequest, GradeSummary, grade
from grading.reports.truth import Comparison, compare

EXAMPLE = settings.BASE_DIR / "examples" / "physics-quiz"
SPARE_SHEETS = 2
FIRST_MADE_UP = 4_800_000


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """How large the class is, and where everything goes. The same seed makes the same scans."""

    out: Path
    students: int = 24
    seed: int = 1
    workers: int = 2
    struck_out: float | None = None
    """Share of what is written that is struck out and written anew; None for the usual one."""


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What was graded, and how it compares with what the pupils wrote."""

    summary: GradeSummary
    comparison: Comparison


def run_demo(request: DemoRequest, say: Callable[[str], None]) -> DemoOutcome:
    """Print, fill, scan and grade the sample class, into `sheets`, `scans` and `results` of `out`."""
    exam_file = EXAMPLE / "exam.yaml"
    spec, roster = load_exam(exam_file), class_of(request.students)
    sheets = plan_print(spec, copies=request.students + SPARE_SHEETS)
    print_to(request.out / "sheets", sheets)
    say(f"Printed {len(sheets.layout.sheets)} sheets: {request.out / 'sheets' / 'sheets.pdf'}")
    scans, truth = scan(request, exam_file, roster)
    say(f"{request.students} pupils wrote, the scanner scanned: {scans}")
    results = request.out / "results"
    summary = _graded(GradeRequest(spec, (scans,), results, roster, sheets.layout, request.workers))
    return DemoOutcome(summary, compare(spec, results, truth))


def class_of(size: int) -> Roster:
    """The first `size` students of the sample roster, and made-up ones beyond it."""
    students = load_roster(EXAMPLE / "roster.csv").students[:size]
    more = (Student(str(FIRST_MADE_UP + 7 * k), f"Student {k + 1}") for k in range(len(students), size))
    return Roster((*students, *more))


def print_to(folder: Path, sheets: SheetPrint) -> None:
    """Writes sheets.pdf and layout.json."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pdf(sheets, folder / "sheets.pdf")
    (folder / "layout.json").write_text(layout_text(sheets.layout), encoding="utf-8")


def scan(request: DemoRequest, exam_file: Path, roster: Roster) -> tuple[Path, Path]:
    """The class writes and the stack is scanned: paths of the scans and of the truth about them."""
    from recognition.paper import classroom
    from recognition.paper.exam_file import read_questions
    from recognition.paper.printed import read_layout
    from recognition.paper.pupils import STRUCK_OUT
    from recognition.paper.truth import scan_class

    folder = request.out / "sheets"
    school = classroom.Class(
        run=read_layout(folder / "layout.json"),
        sheets_pdf=folder / "sheets.pdf",
        questions=read_questions(exam_file),
        students=tuple(classroom.Student(student.student_id, student.name) for student in roster.students),
        seed=request.seed,
        struck_out=STRUCK_OUT if request.struck_out is None else request.struck_out,
    )
    with progress_bar("Writing and scanning") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        made = scan_class(school, request.out / "scans", request.workers, show)
    return made.scans, made.truth


def _graded(request: GradeRequest) -> GradeSummary:
    with progress_bar("Reading", unit="job") as bar:
        return grade(request, moves(bar))

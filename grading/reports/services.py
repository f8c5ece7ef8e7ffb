"""Reports of an exam as it stands now: what they show is gathered here and drawn elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten

from django.utils.translation import override

from grading.exams.key_text import key_text
from grading.exams.models import Exam, Sheet
from grading.exams.spec import ExamSpec, Question
from grading.marking import audit_sample
from grading.marking.claims import settled_ones
from grading.marking.models import Answer, Identity
from grading.marking.rubric_feedback import Feedback, feedback
from grading.reports import analysis, class_pdf, student_pdf
from grading.reports.pages import MarkedPage, marked_page
from grading.reports.student_pdf import AnswerLine, StudentReport
from grading.reports.tables import grade_of, grades
from grading.scans import ledger
from grading.scans.crops import crop_bytes
from grading.scans.models import Page

PROMPT_SHOWN = 80


def student_report(sheet: Sheet) -> bytes:
    """The PDF of one sheet, in the exam's language; the right answers show once the results are released."""
    spec = sheet.exam.load_spec()
    with override(spec.language):
        return student_pdf.render(_of_student(sheet, spec))


def _of_student(sheet: Sheet, spec: ExamSpec) -> StudentReport:
    exam = sheet.exam
    with_key = exam.state == Exam.State.RELEASED
    answers = list(
        Answer.objects.filter(sheet=sheet).select_related("page", "reading", "sheet").order_by("position")
    )
    identity = Identity.objects.filter(sheet=sheet).select_related("student").first()
    said = feedback(sheet, answers, spec)
    return StudentReport(
        exam_title=exam.title,
        paper=spec.paper,
        grade=grade_of(spec, sheet, identity.student if identity else None, answers),
        sheet=sheet.number,
        lines=tuple(_line(answer, spec.question(answer.question), with_key) for answer in answers),
        pages=tuple(_marked_pages(sheet, answers, said)),
        feedback=tuple(said[answer.question] for answer in answers if answer.question in said),
        may_claim=with_key,
        claims=tuple(settled_ones(exam).filter(sheet=sheet).order_by("pk")),
    )


def class_report(exam: Exam) -> bytes:
    """The PDF of the whole class, in the language that is active."""
    spec = exam.load_spec()
    return class_pdf.render(
        class_pdf.ClassReport(
            exam_title=exam.title,
            paper=spec.paper,
            grades=tuple(grades(exam)),
            statistics=analysis.statistics(exam),
            shares=analysis.shares(exam),
            promise=analysis.promise(exam),
            audit=audit_sample.audit(exam),
            pages=ledger.totals(exam),
            sheets=ledger.sheet_totals(exam),
            questions=tuple(
                (q.id, shorten(q.prompt or "", PROMPT_SHOWN, placeholder="…")) for q in spec.questions
            ),
        )
    )


def _line(answer: Answer, question: Question, with_key: bool) -> AnswerLine:
    found = crop_bytes(answer.page, answer.question) if answer.page else None
    return AnswerLine(answer, found[0] if found else None, key_text(question) if with_key else None)


def _marked_pages(sheet: Sheet, answers: list[Answer], said: Mapping[str, Feedback]) -> list[MarkedPage]:
    drawn = {question: found.annotations for question, found in said.items()}
    layout = sheet.print_run.layout
    width, height = layout["page_size_mm"]
    entries = {entry["page"]: entry for entry in layout["pages"]}
    pages = Page.objects.filter(sheet=sheet, state=Page.State.USED).order_by("number")
    return [
        marked_page(_bytes(page), entries[page.number], answers, (width, height), drawn)
        for page in pages
        if page.preview and page.number in entries
    ]


def _bytes(page: Page) -> bytes:
    with page.preview.open("rb") as file:
        return bytes(file.read())

"""Marks as stored: derived, recomputable, and never over a person's decision."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.exams import services as exams
from grading.exams.models import Exam
from grading.marking import services
from grading.marking.expected import expected_spellings
from grading.marking.models import Answer, Decision, Identity
from grading.scans.models import Page, Reading
from tests.classroom import page, read_choice, read_number, read_text, sheet, small_exam


def _read(
    exam: Exam, number: int, student: str, digits: str = "42", value: str = "9.81", sure: float = 0.9999
) -> Page:
    """One scanned sheet with all its readings."""
    spec = exam.load_spec()
    scanned = page(sheet(exam, number))
    read_number(scanned, student)
    for question, kind, text in (("1", "digits", digits), ("2", "number", value)):
        read_text(scanned, question, kind, text, sure, list(expected_spellings(spec.question(question))))
    read_choice(scanned, "3", ["C"], 0.9999)
    return scanned


def _answers(exam: Exam) -> dict[str, Answer]:
    return {
        f"{a.sheet.number}/{a.question}": a for a in Answer.objects.filter(exam=exam).select_related("sheet")
    }


def _stored(exam: Exam) -> list[tuple[object, ...]]:
    fields = ("sheet__number", "question", "status", "verdict", "marks", "read", "risk", "reason")
    return list(Answer.objects.filter(exam=exam).order_by("sheet__number", "position").values_list(*fields))


def test_sure_answers_are_marked_and_open_questions_wait_for_people(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    services.mark_exam(exam_id=exam.pk)
    found = _answers(exam)
    assert [(found[f"0001/{q}"].status, found[f"0001/{q}"].marks) for q in "1234"] == [
        ("auto", Decimal(2)),
        ("auto", Decimal(3)),
        ("auto", Decimal(1)),
        ("review", None),
    ]


def test_a_doubtful_answer_has_no_marks_at_all(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001", sure=0.7)
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/1"]
    assert (answer.status, answer.marks, answer.verdict) == ("review", None, "")
    assert answer.reason


def test_marking_twice_changes_nothing_and_keeps_the_rows(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    _read(exam, 2, "1002", digits="7", sure=0.8)
    services.mark_exam(exam_id=exam.pk)
    before, rows = _stored(exam), set(Answer.objects.values_list("pk", flat=True))
    services.mark_exam(exam_id=exam.pk)
    assert _stored(exam) == before
    assert set(Answer.objects.values_list("pk", flat=True)) == rows


def test_a_person_outlasts_the_machine_and_a_new_key(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001", digits="41")
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/1"]
    services.decide(actor=alice_actor, answer=answer, kind=Decision.Kind.READING, text="99")
    spec = exam.load_spec()
    changed = spec.questions[0].model_copy(update={"answer": "99"})
    exams.change_exam(
        actor=alice_actor,
        exam=exam,
        spec=spec.model_copy(update={"questions": (changed, *spec.questions[1:])}),
    )
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/1"]
    assert (answer.status, answer.marks) == ("human", Decimal(2))


def test_a_new_key_has_its_pages_read_again(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    scanned = _read(exam, 1, "1001")
    services.mark_exam(exam_id=exam.pk)
    assert not Job.objects.filter(stage=Stage.RECOGNIZE).exists()
    spec = exam.load_spec()
    changed = spec.questions[0].model_copy(update={"answer": "99"})
    exams.change_exam(
        actor=alice_actor,
        exam=exam,
        spec=spec.model_copy(update={"questions": (changed, *spec.questions[1:])}),
    )
    services.mark_exam(exam_id=exam.pk)
    assert list(Job.objects.filter(stage=Stage.RECOGNIZE).values_list("subject_id", flat=True)) == [
        scanned.pk
    ]


def test_undo_brings_back_what_counted_before(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/1"]
    machine = (answer.status, answer.marks, answer.read, answer.reason)
    services.decide(actor=alice_actor, answer=answer, kind=Decision.Kind.READING, text="41")
    decided = services.decide(
        actor=alice_actor,
        answer=answer,
        kind=Decision.Kind.MARKS,
        marks=Decimal(1),
        seen=services.latest_decision(answer),
    )
    assert (decided.status, decided.marks, decided.verdict) == ("human", Decimal(1), "partial")
    back = services.undo(actor=alice_actor, answer=answer, seen=services.latest_decision(answer))
    assert (back.status, back.marks, back.read) == ("human", Decimal(0), "41")
    back = services.undo(actor=alice_actor, answer=answer, seen=services.latest_decision(answer))
    assert (back.status, back.marks, back.read, back.reason) == machine
    assert Decision.objects.count() == 4, "decisions are appended, never removed"


def test_a_stale_tab_cannot_overwrite_a_decision(
    school: School, alice_actor: Actor, bob_actor: Actor
) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001", sure=0.7)
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/1"]
    services.decide(actor=alice_actor, answer=answer, kind=Decision.Kind.RIGHT, seen=None)
    with pytest.raises(UserError, match="somebody decided"):
        services.decide(actor=bob_actor, answer=answer, kind=Decision.Kind.WRONG, seen=None)
    assert _answers(exam)["0001/1"].marks == Decimal(2)
    assert AuditEvent.objects.filter(verb="answer.decided").count() == 1


@pytest.mark.parametrize(
    ("question", "kind", "values"),
    [
        ("4", Decision.Kind.READING, {"text": "x"}),
        ("3", Decision.Kind.READING, {"text": "Z"}),
        ("1", Decision.Kind.MARKS, {"marks": Decimal(3)}),
        ("1", Decision.Kind.MARKS, {"marks": Decimal(-1)}),
        ("1", Decision.Kind.MARKS, {}),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_not_stored(
    school: School, alice_actor: Actor, question: str, kind: Decision.Kind, values: dict[str, object]
) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    services.mark_exam(exam_id=exam.pk)
    with pytest.raises(UserError):
        services.decide(actor=alice_actor, answer=_answers(exam)[f"0001/{question}"], kind=kind, **values)
    assert not Decision.objects.exists()


def test_two_sheets_with_one_number_are_nobodys_until_a_person_looks(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    _read(exam, 2, "1001")
    _read(exam, 3, "1003")
    services.mark_exam(exam_id=exam.pk)
    found = {i.sheet.number: i for i in Identity.objects.select_related("sheet", "student")}
    assert found["0001"].student is None
    assert found["0002"].student is None
    assert found["0003"].student is not None
    assert found["0003"].student.student_id == "1003"


def test_a_sheet_with_two_different_pages_is_nobodys_silently(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    page(sheet(exam, 1), state=Page.State.NEEDS_REVIEW)
    services.mark_exam(exam_id=exam.pk)
    found = Identity.objects.get()
    assert (found.student, found.state) == (None, "review")


def test_an_identity_given_by_a_person_stays_and_takes_the_student(
    school: School, alice_actor: Actor
) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    _read(exam, 2, "1002")
    services.mark_exam(exam_id=exam.pk)
    services.swap(actor=alice_actor, first=sheet(exam, 1), second=sheet(exam, 2))
    services.mark_exam(exam_id=exam.pk)
    owners = {i.sheet.number: i.student.student_id for i in Identity.objects.select_related("student")}
    assert owners == {"0001": "1002", "0002": "1001"}
    with pytest.raises(UserError, match="has sheet 0002"):
        services.identify(actor=alice_actor, sheet=sheet(exam, 1), student_id="1001")


def test_a_missing_page_is_open_not_wrong(school: School) -> None:
    exam = small_exam(school)
    _read(exam, 1, "1001")
    run = exam.print_runs.get()
    extra = {**run.layout["pages"][0], "page": 2}
    extra["boxes"] = [box for box in extra["boxes"] if box["question"] == "2"]
    first = {**run.layout["pages"][0]}
    first["boxes"] = [box for box in first["boxes"] if box["question"] != "2"]
    run.layout = {**run.layout, "pages": [first, extra]}
    run.save()
    services.mark_exam(exam_id=exam.pk)
    answer = _answers(exam)["0001/2"]
    assert (answer.status, answer.marks, answer.reason) == ("review", None, "its page was not scanned")


def test_an_empty_box_whose_lines_are_lost_is_for_a_person(school: School) -> None:
    exam = small_exam(school)
    for number, aligned in ((1, 1.0), (2, 0.6)):
        scanned = _read(exam, number, f"100{number}")
        found = Reading.objects.get(page=scanned, question="2")
        found.text, found.blank, found.confidence = "", True, 0.999
        found.evidence = {"aligned": aligned, "p_expected": None}
        found.save()
    services.mark_exam(exam_id=exam.pk)
    answers = _answers(exam)
    assert (answers["0001/2"].status, answers["0001/2"].marks) == ("blank", Decimal(0))
    assert (answers["0002/2"].status, answers["0002/2"].marks) == ("review", None)

"""Every saved exam file is kept; printed sheets stay as printed, whatever becomes of the exam."""

from __future__ import annotations

from typing import Any

import pytest

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams import services
from grading.exams.examfile import parse_exam
from grading.exams.fingerprint import exam_key
from grading.exams.models import Exam, ExamVersion, PrintRun, Sheet, Student
from grading.exams.printed_changes import NewPrintNeeded
from grading.exams.prints import Prints
from grading.exams.spec import ExamSpec
from grading.exams.spec_changes import spec_changes
from grading.exams.versions import Entries
from tests.classroom import EXAM, page, sheet, small_exam

SPEC = parse_exam(EXAM)


def in_short(before: ExamSpec, after: ExamSpec) -> str:
    return "; ".join(str(change) for change in spec_changes(before, after))


def changed(text: str, old: str, new: str) -> ExamSpec:
    assert old in text
    return parse_exam(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("answer: 42", "answer: 43", "Question 1: Key 42 → 43"),
        ("tolerance: 0.02", "tolerance: 0", "Question 2: Tolerance 0.02 taken away"),
        ("title: A small exam", "title: A test", "Title A small exam → A test"),
        ("wrong: -0.25", "wrong: -0.5", "Question 3: Marks when wrong -0.25 → -0.5"),
        ('id: "4"', 'id: "5"', "Question 4: removed; Question 5: added (Open answer, marked by people)"),
        ("lines: 4", "lines: 4, rubric: [{criterion: ok, points: 1}]", "Question 4: Rubric is now ok = 1"),
        ("error_budget: 1%", "error_budget: 2%", "Error budget 1% → 2%"),
    ],
)
def test_a_change_is_said_in_words(old: str, new: str, words: str) -> None:
    assert in_short(SPEC, changed(EXAM, old, new)) == words


def test_another_order_is_said_once_and_no_change_not_at_all() -> None:
    turned = SPEC.model_copy(update={"questions": SPEC.questions[::-1]})
    assert in_short(SPEC, turned) == "the questions are in another order: 4, 3, 2, 1"
    assert in_short(SPEC, SPEC) == ""


def save(exam: Exam, actor: Actor, spec: ExamSpec, **more: Any) -> Exam:
    return services.change_exam(actor=actor, exam=exam, spec=spec, **more)


def test_every_saved_change_is_kept_and_the_same_again_is_not(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    save(exam, alice_actor, changed(EXAM, "answer: 42", "answer: 43"))
    save(exam, alice_actor, changed(EXAM, "answer: 42", "answer: 43"))
    versions = ExamVersion.objects.filter(exam=exam).order_by("-number")
    assert [(v.number, v.saved_by_id) for v in versions] == [(2, alice_actor.user_id), (1, None)]
    assert [str(c) for entry in Entries(exam)[0:2] for c in entry.changes] == ["Question 1: Key 42 → 43"]


def test_an_earlier_version_can_be_taken_up_again(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    save(exam, alice_actor, changed(EXAM, "answer: 42", "answer: 43"))
    first = ExamVersion.objects.get(exam=exam, number=1)
    services.restore_version(actor=alice_actor, exam=exam, version=first)
    exam.refresh_from_db()
    assert exam.load_spec() == SPEC
    assert exam.versions.count() == 3


def test_what_is_printed_changes_only_when_new_sheets_will_be_printed(
    school: School, alice_actor: Actor
) -> None:
    exam = small_exam(school)
    run = exam.print_runs.get()
    wanted = changed(EXAM, "answer: 42", "answer: 42, cells: 4")
    with pytest.raises(NewPrintNeeded, match=rf"3 sheets of print {run.run} keep version 1"):
        save(exam, alice_actor, wanted)
    save(exam, alice_actor, wanted, new_print=True)
    prints = Prints(Exam.objects.get(pk=exam.pk))
    before, now = prints.page_geometry(run.run, 1), prints.page_geometry("ELSE", 1)
    assert before
    assert now
    assert [len(p.entry.boxes[1].cells_mm) for p in (before, now)] == [2, 4]
    assert prints.exam_key(run.run) == exam_key(SPEC)
    assert prints.exam_key("ELSE") == exam_key(wanted)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: small", "id: other", "the short name small stands in the codes"),
        ("digits: 4", "digits: 5", "the boxes of the student number"),
        ("student_id: {digits: 4}", "student_id: null", "the boxes of the student number"),
        ('  - {id: "4", type: manual, lines: 4, marks: 5}\n', "", "question 4 stands on printed sheets"),
        ("type: digits", "type: number", "question 1 is printed as another type"),
        ("options: [A, B, C]", "options: [A, C, D]", "question 3 is printed with the options A, B, C"),
    ],
)
def test_printed_sheets_stay_markable(
    old: str, new: str, words: str, school: School, alice_actor: Actor
) -> None:
    exam = small_exam(school)
    with pytest.raises(UserError, match=words):
        save(exam, alice_actor, changed(EXAM, old, new), new_print=True)
    exam.refresh_from_db()
    assert exam.load_spec() == SPEC


def test_a_print_whose_paper_is_thrown_away_forbids_nothing(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    services.withdraw_print(actor=alice_actor, run=exam.print_runs.get())
    assert not Sheet.objects.filter(exam=exam).exists()
    save(exam, alice_actor, changed(EXAM, "digits: 4", "digits: 5"))
    assert Prints(exam).sheet(exam.print_runs.get().run, "0001") is None


def test_a_print_with_scanned_sheets_is_not_withdrawn(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    page(sheet(exam, 1))
    with pytest.raises(UserError, match="have been scanned"):
        services.withdraw_print(actor=alice_actor, run=exam.print_runs.get())
    assert Sheet.objects.filter(exam=exam).count() == 3


def test_a_print_says_who_made_it_of_which_version(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    save(exam, alice_actor, changed(EXAM, "answer: 42", "answer: 43"))
    run = services.print_sheets(actor=alice_actor, exam=exam, copies=2)
    assert run.version
    assert (run.version.number, run.created_by_id) == (2, alice_actor.user_id)
    assert (run.first_sheet, run.last_sheet) == ("0004", "0008")


def test_the_same_sheets_are_one_print_unless_further_ones_are_wanted(
    school: School, alice_actor: Actor
) -> None:
    exam = small_exam(school, copies=1)
    PrintRun.objects.all().delete()
    first, again, more = (
        services.print_sheets(actor=alice_actor, exam=exam, per_student=False, copies=2, further=further)
        for further in (False, False, True)
    )
    assert first == again
    assert first.run != more.run
    assert (more.first_sheet, more.last_sheet) == ("0003", "0004")


def test_a_copy_has_the_questions_and_the_roster_but_no_sheets(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    copied = services.copy_exam(
        actor=alice_actor, exam=exam, code="retake", title="The retake", with_roster=True
    )
    assert copied.load_spec() == SPEC.model_copy(update={"id": "retake", "title": "The retake"})
    assert Student.objects.filter(exam=copied).count() == 3
    assert not copied.print_runs.exists()
    assert copied.versions.count() == 1
    with pytest.raises(UserError, match="there is an exam retake already"):
        services.copy_exam(actor=alice_actor, exam=exam, code="retake", title="Again", with_roster=False)

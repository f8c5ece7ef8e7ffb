"""What is allowed in an exam but probably not meant is said in words, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from grading.exams.examfile import exam_from_data, load_exam
from grading.exams.key_warnings import question_warnings
from grading.exams.pass_warnings import exam_warnings
from grading.exams.reader_alphabet import ALPHABET, unreadable
from grading.exams.spec import ExamSpec
from recognition.reader import charset
from tests.exams.strategies import exams

SAMPLE = Path(__file__).parents[2] / "examples" / "physics-quiz" / "exam.yaml"


def exam(*questions: dict[str, object], **head: object) -> ExamSpec:
    whole = [{"id": str(i), "marks": 2, **question} for i, question in enumerate(questions)]
    return exam_from_data({"id": "x", "title": "X", "questions": whole, **head})


def said(**question: object) -> list[tuple[str, str]]:
    return [(w.field, w.text) for w in question_warnings(exam(question).questions[0])]


DIGITS, NUMBER = {"type": "digits", "answer": "417"}, {"type": "number", "answer": "9.81"}
CHOICE = {"type": "choice", "options": ["A", "B", "C"], "answer": "A"}
MULTI = {"type": "multi", "options": ["A", "B"], "answer": ["A"]}


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        ({**DIGITS, "accept": [{"answer": "411", "credit": 0.5}]}, "accept", "differ only in 1 and 7"),
        ({**DIGITS, "accept": [{"answer": "417", "credit": 0.5}]}, "accept", "listed twice"),
        ({**NUMBER, "accept": [{"answer": "9.31", "credit": 0}]}, "accept", "differ only in 3 and 8"),
        (
            {**NUMBER, "tolerance": 0.1, "accept": [{"answer": "9.8", "credit": 0.5}]},
            "tolerance",
            "9.8 lies within the tolerance",
        ),
        ({**NUMBER, "tolerance": "100%"}, "tolerance", "even 0 would be right"),
        ({"type": "number", "answer": "1234567.891011"}, "answer", "long for the box"),
        ({"type": "text", "answers": ["H2O", "x" * 30]}, "answer", "long for the box"),
        ({"type": "text", "answers": ["Ωhm"]}, "answer", "cannot read Ω"),
        ({"type": "text", "answers": ["3.5"]}, "type", "The key is a number"),
        ({"type": "text", "answers": "a", "accept": [{"answer": "a", "credit": 0}]}, "accept", "also a key"),
        ({**CHOICE, "options": ["A", "B", "a"]}, "options", "look alike"),
        ({**CHOICE, "options": ["yes", "no", "yes."], "answer": "no"}, "options", "look alike"),
        ({**CHOICE, "wrong": -1.5}, "wrong", "-1 would be even"),
        ({**MULTI, "answer": ["A", "B"]}, "answer", "Every option is right"),
        ({**MULTI, "accept": [{"answer": ["A"], "credit": 0.5}]}, "accept", "also the key"),
        ({"type": "manual", "rubric": [{"criterion": "x", "points": 1}]}, "rubric", "add up to 1"),
        ({**DIGITS, "marks": 0}, "marks", "worth nothing"),
    ],
)
def test_what_is_probably_not_meant_is_said(question: dict[str, object], field: str, words: str) -> None:
    questions = [question] if question.get("marks", 2) else [question, DIGITS]
    found = list(question_warnings(exam(*questions).questions[0]))
    assert [(w.field, words in w.text) for w in found] == [(field, True)]


@pytest.mark.parametrize(
    "question",
    [
        {**DIGITS, "accept": [{"answer": "411", "credit": 1}, {"answer": "427", "credit": 0.5}]},
        {**DIGITS, "accept": [{"answer": "41", "credit": 0.5}]},
        {**NUMBER, "tolerance": 0.1, "accept": [{"answer": "9.7", "credit": 0.5}]},
        {**NUMBER, "tolerance": 0.1, "accept": [{"answer": "9.8", "credit": 1}]},
        {"type": "number", "answer": 0, "tolerance": 1},
        {"type": "text", "answers": ["Ärger", "“naïve” – ça"]},
        {**CHOICE, "wrong": -1},
        {"type": "choice", "options": ["+", "-"], "answer": "+"},
        {"type": "manual", "rubric": [{"criterion": "x", "points": 2}, {"criterion": "y", "points": -1}]},
    ],
)
def test_what_is_meant_is_left_in_peace(question: dict[str, object]) -> None:
    assert said(**question) == []


def test_the_example_is_left_in_peace() -> None:
    spec = load_exam(SAMPLE)
    assert [w for question in spec.questions for w in question_warnings(question)] == []
    assert list(exam_warnings(spec)) == []


@pytest.mark.parametrize(
    ("marks", "pass_mark", "words"),
    [
        ([2, 3], "50%", "2.5 of 5 marks, which nobody can have exactly: 3 are needed"),
        ([2, 2], "50%", None),
        ([0.5, 1], "50%", "0.75 of 1.5 marks"),
        ([2, 2], "0%", "Everybody passes"),
        ([2, 2], "100%", "without any mistake"),
        ([2, 4], 3, "3 of 6 marks"),
    ],
)
def test_a_pass_mark_that_nobody_can_have_is_said(
    marks: list[float], pass_mark: object, words: str | None
) -> None:
    spec = exam(*({**DIGITS, "marks": worth} for worth in marks), pass_mark=pass_mark)
    found = [w.text for w in exam_warnings(spec)]
    assert len(found) == (words is not None)
    assert all(str(words) in text for text in found)


def test_the_alphabet_is_the_readers() -> None:
    assert frozenset(charset.ALPHABET) == ALPHABET


@given(exams())
@settings(max_examples=60)
def test_any_exam_can_be_looked_at(spec: ExamSpec) -> None:
    for question in spec.questions:
        assert all(w.field and w.text for w in question_warnings(question))
    assert all(w.field == "pass_mark" for w in exam_warnings(spec))


@given(exams(max_questions=2))
@settings(max_examples=30)
def test_what_is_called_unreadable_is_what_the_reader_cannot_write(spec: ExamSpec) -> None:
    for text in (spec.title, *(question.prompt or "" for question in spec.questions)):
        bad = unreadable(text)
        assert charset.is_writable(charset.fold("".join(c for c in text if c not in bad)))

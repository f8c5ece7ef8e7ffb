"""Histograms, who chose what, and how sure coefficient alpha is."""

from __future__ import annotations

import numpy as np
import pytest

from grading.exams.spec import ChoiceQuestion, DigitsQuestion, MultiQuestion
from grading.marking.statistics import ItemStatistics, analyse
from grading.reports.bars import chart
from grading.reports.question_analysis import Texts, alpha_interval, analyse_question
from grading.reports.question_words import hardness, is_suspect, reliability, telling

CHOICE = ChoiceQuestion(id="1", marks=2, options=("A", "B", "C"), answer="B")
TOTALS = np.array([90.0, 85, 80, 60, 55, 50, 30, 25, 20])


def texts(read: list[str]) -> Texts:
    different = tuple(dict.fromkeys(["", *read]))
    return Texts(different, np.array([different.index(text) for text in read]))


def test_a_distractor_shows_who_fell_for_it() -> None:
    read = ["B", "B", "B", "B", "A", "B", "A", "A", "A"]
    marks = np.array([2.0 if text == "B" else 0.0 for text in read])
    found = {choice.text: choice for choice in analyse_question(CHOICE, marks, texts(read), TOTALS).choices}
    assert (found["B"].n, found["B"].strong, found["B"].weak, found["B"].right) == (5, 1.0, 0.0, True)
    assert (found["A"].n, found["A"].strong, found["A"].weak, found["A"].right) == (4, 0.0, 1.0, False)
    assert (found["C"].n, found["C"].mean) == (0, None)
    assert found["A"].mean == pytest.approx((55 + 30 + 25 + 20) / 4)


def test_open_answers_are_in_no_band_and_full_marks_in_the_last() -> None:
    marks = np.array([2.0, 1.05, 0.0, np.nan, -0.25])
    found = analyse_question(CHOICE, marks, texts(["B"] * 5), np.full(5, 50.0))
    assert (found.counts, found.marks) == ((2, 0, 0, 0, 0, 1, 0, 0, 0, 1), ())


def test_where_few_marks_are_possible_each_has_its_bar() -> None:
    whole = analyse_question(
        CHOICE, np.array([2.0, 1.0, 0.0, np.nan, 0.0]), texts(["B"] * 5), np.full(5, 50.0)
    )
    assert (whole.counts, whole.marks) == ((2, 1, 1), (0.0, 1.0, 2.0))
    halves = analyse_question(CHOICE, np.array([2.0, 1.5, -0.5]), texts(["B"] * 3), np.full(3, 50.0))
    assert (halves.counts, halves.marks) == ((1, 0, 0, 0, 1, 1), (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0))
    drawn = chart(halves.counts, marks=halves.marks)
    assert [bar.label for bar in drawn.bars] == ["-0.5", "0", "0.5", "1", "1.5", "2"]
    assert drawn.unit == ""


def test_alpha_of_few_sheets_is_not_judged() -> None:
    assert reliability(0.95, 29) == "too few sheets to judge it"
    assert reliability(0.95, 30) == "very reliable"


def test_several_options_of_one_answer_count_each() -> None:
    question = MultiQuestion(id="1", marks=2, options=("A", "B", "C"), answer=("A", "C"))
    found = analyse_question(question, np.array([2.0, 0.0]), texts(["A, C", "B"]), np.array([80.0, 20.0]))
    assert [(choice.text, choice.n, choice.right) for choice in found.choices] == [
        ("A", 1, True),
        ("B", 1, False),
        ("C", 1, True),
    ]


def test_what_was_read_most_often_comes_first() -> None:
    question = DigitsQuestion(id="1", marks=1, answer="42")
    read = ["42", "17", "17", "", "42", "17"]
    marks = np.array([1.0, 0, 0, 0, 1, 0])
    found = analyse_question(question, marks, texts(read), np.full(6, 50.0)).choices
    assert [(choice.text, choice.n, choice.right) for choice in found] == [("17", 3, False), ("42", 2, True)]


def test_the_interval_of_alpha_holds_as_often_as_it_says() -> None:
    chance, items, students = np.random.default_rng(3), 8, 60
    noise = 1.5
    true = items / (items + noise**2)  # of parallel items with this noise
    held = 0
    for _exam in range(300):
        ability = chance.normal(size=(students, 1))
        marks = 10 + ability + noise * chance.normal(size=(students, items))
        alpha = analyse(marks.tolist(), [str(k) for k in range(items)], [20.0] * items).alpha
        low, high = alpha_interval(alpha, students, items) or (1.0, 0.0)
        held += low <= true <= high
    assert 0.92 <= held / 300 <= 0.98


def test_alpha_without_students_has_no_interval() -> None:
    assert alpha_interval(None, 60, 8) is None
    assert alpha_interval(0.8, 1, 8) is None


@pytest.mark.parametrize(
    ("difficulty", "apart", "words", "suspect"),
    [
        (0.97, 0.05, "Very easy: nearly everybody got it right. It hardly tells", False),
        (0.55, 0.45, "Of middling difficulty. It tells strong and weak students apart well.", False),
        (0.30, -0.5, "Hard. Strong students did worse here", True),
        (0.02, None, "Very hard", True),
    ],
)
def test_figures_are_told_in_words(difficulty: float, apart: float | None, words: str, suspect: bool) -> None:
    item = ItemStatistics("1", 30, 0, difficulty, apart)
    assert f"{hardness(item)} {telling(item)}".startswith(words)
    assert is_suspect(item) is suspect


@pytest.mark.parametrize(
    ("students", "apart", "against"),
    [
        (30, -0.3, False),
        (30, -0.4, True),
        (200, -0.1, False),
        (200, -0.2, True),
        (3, -1.0, False),
        (8, -1.0, True),
    ],
)
def test_strong_students_did_worse_only_where_chance_does_not_explain_it(
    students: int, apart: float, against: bool
) -> None:
    item = ItemStatistics("1", students, 0, 0.5, apart)
    assert telling(item).startswith("Strong students did worse") is against
    assert is_suspect(item) is against

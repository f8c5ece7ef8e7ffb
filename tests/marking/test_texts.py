"""Which written words count as which answers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.score import Verdict, score
from grading.marking.texts import match_text, normal_forms
from tests.marking.questions import text

EVERYTHING = ["case", "accents", "spaces", "punctuation"]
WORDS = st.text("abcdeéüß -'", min_size=1, max_size=12).filter(lambda word: any(c.isalpha() for c in word))


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("mitochondrion", "Mitochondrion"),
        ("mitochondrion", " mito chondrion "),
        ("mitochondrion", "mitochondrion."),
        ("Zürich", "zurich"),
        ("Zürich", "Zuerich"),
        ("Zuerich", "ZÜRICH"),
        ("Straße", "STRASSE"),
        ("Curaçao", "curacao"),
        ("Øresund", "oresund"),
        ("x-ray", "X‑Ray"),
        ("cafe\u0301", "café"),
        ("Newton's law", "newtons law"),
    ],
)
def test_what_is_ignored_costs_nothing(key: str, written: str) -> None:
    assert score(text(key, ignore=EVERYTHING), written).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("ignored", "written"),
    [
        ("case", "naïve-method"),
        ("accents", "Naive-Method"),
        ("spaces", "Naïve -Method"),
        ("punctuation", "NaïveMethod"),
    ],
)
def test_only_what_the_question_ignores_is_ignored(ignored: str, written: str) -> None:
    others = [kind for kind in EVERYTHING if kind != ignored]
    assert score(text("Naïve-Method", ignore=[ignored]), written).verdict is Verdict.CORRECT
    assert score(text("Naïve-Method", ignore=others), written).verdict is Verdict.WRONG


def test_several_spaces_are_one_even_where_spaces_count() -> None:
    assert score(text("Isaac Newton", ignore=[]), "Isaac   Newton ").verdict is Verdict.CORRECT
    assert score(text("Isaac Newton", ignore=[]), "IsaacNewton").verdict is Verdict.WRONG


@pytest.mark.parametrize("written", ["mitochondrian", "mitochondrin", "mitochondrionn", "mitohcondrion"])
def test_one_edit_is_a_letter_wrong_missing_added_or_swapped(written: str) -> None:
    found = score(text("mitochondrion", max_edits=1, edit_credit=0.5), written)
    assert (found.verdict, found.marks) == (Verdict.PARTIAL, Decimal("1.00"))


def test_more_edits_than_allowed_are_wrong() -> None:
    assert score(text("mitochondrion", max_edits=1), "mitochandrian").verdict is Verdict.WRONG


def test_a_misspelled_worthless_answer_is_not_taken_for_a_misspelled_key() -> None:
    question = text("mitosis", max_edits=2, accept=[{"answer": "meiosis", "credit": 0}])
    assert score(question, "meiosis").verdict is Verdict.WRONG
    assert score(question, "meiosiss").verdict is Verdict.WRONG
    assert score(question, "mitosiss").verdict is Verdict.CORRECT


def test_a_word_between_two_answers_of_different_credit_is_for_a_person() -> None:
    question = text("cart", max_edits=1, accept=[{"answer": "card", "credit": 0.5}])
    assert score(question, "carz").look
    assert not score(question, "card").look


def test_a_wrong_digit_is_no_misspelling() -> None:
    question = text("in 1945", max_edits=1)
    assert score(question, "in 1946").verdict is Verdict.WRONG
    assert score(question, "im 1945").verdict is Verdict.CORRECT


def test_a_misspelled_accepted_answer_earns_both_shares() -> None:
    question = text(
        "mitochondrion", max_edits=1, edit_credit=0.5, accept=[{"answer": "chloroplast", "credit": 0.5}]
    )
    assert match_text(question, "chloroplasd").credit == Decimal("0.25")


@given(WORDS, st.sets(st.sampled_from(EVERYTHING)))
def test_every_listed_answer_is_right_in_its_own_spelling(word: str, ignore: set[str]) -> None:
    question = text(word.strip(), ignore=sorted(ignore))
    assert score(question, question.answers[0]).verdict is Verdict.CORRECT


@given(WORDS, st.sets(st.sampled_from(EVERYTHING)))
def test_normal_forms_are_stable(word: str, ignore: set[str]) -> None:
    for form in normal_forms(word, frozenset(ignore)):
        assert form in normal_forms(form, frozenset(ignore))


@given(WORDS, st.integers(0, 3), st.text("abcdeé", max_size=12))
def test_allowing_more_edits_never_costs_credit(word: str, edits: int, written: str) -> None:
    key = word.strip() + "abcdef"
    fewer, more = (match_text(text(key, max_edits=n), written) for n in (edits, edits + 1))
    assert more.credit >= fewer.credit

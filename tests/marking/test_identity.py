"""Sheets and students: never a wrong one, never one twice."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.marking.identity import IdentityReason, SheetNumber, identify
from grading.marking.numberlikelihood import EMPTY, NOT_ON_ROSTER, Floats, fit, spellings

ROSTER = ("2023101", "2023102", "2023155", "2024101")


def boxed(number: str, sure: float = 0.999) -> Floats:
    """Cells that read ``number`` (``_`` for an empty cell), each with probability ``sure``."""
    cells = np.full((len(number), 11), (1 - sure) / 10)
    for row, symbol in zip(cells, number, strict=True):
        row[EMPTY if symbol == "_" else int(symbol)] = sure
    return cells


def muddled(number: str, cell: int, rival: str, share: float) -> Floats:
    cells = boxed(number)
    cells[cell] = 0.0
    cells[cell, int(number[cell])], cells[cell, int(rival)] = 1 - share, share
    return cells


def test_numbers_that_are_read_clearly_find_their_students() -> None:
    found = identify([SheetNumber("a", boxed(ROSTER[0])), SheetNumber("b", boxed(ROSTER[2]))], ROSTER)
    assert [sheet.student for sheet in found.sheets] == [ROSTER[0], ROSTER[2]]
    assert all(sheet.probability > 0.999 and sheet.reason == "" for sheet in found.sheets)


def test_the_roster_corrects_a_digit_that_nobody_else_has() -> None:
    found = identify([SheetNumber("a", muddled("2023155", 5, "6", 0.6))], ROSTER)
    assert found.sheets[0].student == "2023155"


def test_a_digit_that_two_students_may_have_is_for_a_person() -> None:
    found = identify([SheetNumber("a", muddled("2023101", 6, "2", 0.3))], ROSTER).sheets[0]
    assert (found.student, found.reason) == (None, IdentityReason.UNSURE)
    assert [student for student, _ in found.candidates[:2]] == ["2023101", "2023102"]


def test_two_sheets_of_one_number_are_both_for_a_person() -> None:
    found = identify([SheetNumber("a", boxed(ROSTER[0])), SheetNumber("b", boxed(ROSTER[0]))], ROSTER)
    assert [(s.student, s.reason) for s in found.sheets] == [(None, IdentityReason.TWO_SHEETS)] * 2


def test_a_sheet_that_may_be_the_same_students_holds_the_clear_one_back() -> None:
    clear, unclear = SheetNumber("a", boxed("2023101")), SheetNumber("b", muddled("2023101", 6, "2", 0.3))
    assert [sheet.student for sheet in identify([clear, unclear], ROSTER).sheets] == [None, None]


def test_students_found_elsewhere_clear_a_sheet_that_is_nearly_sure() -> None:
    nearly = SheetNumber("b", muddled("2023101", 6, "2", 0.02))
    assert identify([nearly], ROSTER).sheets[0].student is None
    both = identify([SheetNumber("a", boxed("2023102")), nearly], ROSTER).sheets
    assert [sheet.student for sheet in both] == ["2023102", "2023101"]


def test_a_number_on_no_roster_is_no_student() -> None:
    found = identify([SheetNumber("a", boxed("9876543"))], ROSTER).sheets[0]
    assert (found.student, found.reason, found.read) == (None, IdentityReason.STRANGER, "9876543")


@pytest.mark.parametrize("number", ["2023105", "2023171", "3023101"])
def test_a_clear_number_one_digit_off_is_never_given_to_the_student_it_resembles(number: str) -> None:
    assert identify([SheetNumber("a", boxed(number, 0.9999))], ROSTER).sheets[0].student is None
    assert identify([SheetNumber("a", boxed(number, 0.9999))], ["2023101"]).sheets[0].student is None


def test_an_empty_number_is_for_a_person() -> None:
    found = identify([SheetNumber("a", boxed("_______")), SheetNumber("b")], ROSTER).sheets
    assert [sheet.reason for sheet in found] == [IdentityReason.EMPTY, IdentityReason.MISSING]


def test_a_printed_number_stands_where_nothing_or_the_same_is_written() -> None:
    sheets = [
        SheetNumber("a", printed=ROSTER[0]),
        SheetNumber("b", boxed("_______"), printed=ROSTER[1]),
        SheetNumber("c", boxed(ROSTER[2]), printed=ROSTER[2]),
    ]
    assert [sheet.student for sheet in identify(sheets, ROSTER).sheets] == list(ROSTER[:3])


def test_swapped_sheets_are_both_for_a_person() -> None:
    swapped = [SheetNumber("a", boxed(ROSTER[2]), ROSTER[3]), SheetNumber("b", boxed(ROSTER[3]), ROSTER[2])]
    found = identify(swapped, ROSTER).sheets
    assert [(s.student, s.reason) for s in found] == [(None, IdentityReason.DIFFERS)] * 2
    assert {student for student, _ in found[0].candidates} == {ROSTER[2], ROSTER[3]}


def test_a_printed_number_on_no_roster_is_for_a_person() -> None:
    found = identify([SheetNumber("a", printed="1111111")], ROSTER).sheets[0]
    assert (found.student, found.reason) == (None, IdentityReason.PRINTED_STRANGER)


def test_a_written_number_that_is_printed_on_another_sheet_is_for_a_person() -> None:
    sheets = [SheetNumber("a", printed=ROSTER[2]), SheetNumber("b", boxed(ROSTER[2]))]
    assert [sheet.reason for sheet in identify(sheets, ROSTER).sheets] == [IdentityReason.TWO_SHEETS] * 2


def test_doubtful_digits_on_another_sheet_do_not_take_a_printed_one_away() -> None:
    doubted = next(c for c in range(len(ROSTER[2])) if ROSTER[2][c] != ROSTER[3][c])
    alike = ROSTER[2][:doubted] + ROSTER[3][doubted] + ROSTER[2][doubted + 1 :]
    roster = [*ROSTER, alike]
    spare = muddled(ROSTER[2], doubted, alike[doubted], 0.4)
    sheets = [
        SheetNumber("a", printed=ROSTER[2]),
        SheetNumber("b", printed=alike),
        SheetNumber("spare", spare),
    ]
    found = identify(sheets, roster).sheets
    assert [sheet.student for sheet in found] == [ROSTER[2], alike, None]
    assert found[2].reason == IdentityReason.TWO_SHEETS
    assert {student for student, _ in found[2].candidates} == {ROSTER[2], alike}


def test_two_prints_for_one_student_are_both_for_a_person() -> None:
    sheets = [SheetNumber(name, printed=ROSTER[2]) for name in "ab"]
    assert [sheet.reason for sheet in identify(sheets, ROSTER).sheets] == [IdentityReason.TWO_SHEETS] * 2


def test_a_student_whose_sheet_a_person_named_gets_no_second_one() -> None:
    found = identify([SheetNumber("a", boxed(ROSTER[0]))], ROSTER, taken=[ROSTER[0]]).sheets[0]
    assert (found.student, found.reason) == (None, IdentityReason.TWO_SHEETS)


@pytest.mark.parametrize("written", ["123____", "____123", "0000123"])
def test_a_short_number_may_stand_left_right_or_behind_zeros(written: str) -> None:
    assert identify([SheetNumber("a", boxed(written))], ["123", "456"]).sheets[0].student == "123"


def test_numbers_that_differ_only_in_leading_zeros_are_for_a_person() -> None:
    found = identify([SheetNumber("a", boxed("0123"))], ["123", "0123"]).sheets[0]
    assert found.student is None
    assert {student for student, _ in found.candidates} == {"123", "0123"}


def test_roster_numbers_that_fit_no_cells_are_named() -> None:
    found = identify([SheetNumber("a", boxed("1234"))], ["1234", "12345", "A12"])
    assert found.sheets[0].student == "1234"
    assert "5 digits, the sheets have 4 boxes" in found.unmatchable["12345"]
    assert "not all digits" in found.unmatchable["A12"]


def test_without_a_roster_only_sure_whole_and_single_numbers_count() -> None:
    sheets = [
        SheetNumber("a", boxed("1234", 0.9999)),
        SheetNumber("b", boxed("1235", 0.99)),
        SheetNumber("c", boxed("12_4", 0.9999)),
        SheetNumber("d", boxed("7777", 0.9999)),
        SheetNumber("e", printed="7777"),
        SheetNumber("f", boxed("88__", 0.9999)),
        SheetNumber("g", boxed("____", 0.9999)),
    ]
    found = identify(sheets).sheets
    assert [sheet.student for sheet in found] == ["1234", None, None, None, None, "88", None]
    assert [sheet.reason for sheet in found[1:5]] == [
        IdentityReason.UNSURE,
        IdentityReason.GAP,
        IdentityReason.TWO_SHEETS,
        IdentityReason.TWO_SHEETS,
    ]


def test_what_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="there twice"):
        identify([], ["1", "1"])
    with pytest.raises(ValueError, match="there twice"):
        identify([SheetNumber("a"), SheetNumber("a")], ["1"])


def test_cells_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        identify([SheetNumber("a", boxed("12")), SheetNumber("b", boxed("123"))], ["1"])


def test_the_posterior_is_that_of_writing_out_all_numbers() -> None:
    roster, cells = ["12", "13", "70"], boxed("12", 0.6)
    found = fit(cells[None], spellings(roster, 2))
    assert found.students.sum() + found.nobody.sum() == pytest.approx(1.0)
    seen = 0.999 * cells + 0.001 / 11
    drawn = np.full((2, 11), 0.5 / 11)
    for number in roster:
        drawn[[0, 1], [int(digit) for digit in number]] += 0.5 / 3
    everything = np.outer(drawn[0] * seen[0], drawn[1] * seen[1])
    own = np.array([seen[0, int(number[0])] * seen[1, int(number[1])] for number in roster])
    strangers = everything.sum() - sum(everything[int(number[0]), int(number[1])] for number in roster)
    joint = own * (1 - NOT_ON_ROSTER) / 3
    assert found.students[0] == pytest.approx(joint / (joint.sum() + strangers * NOT_ON_ROSTER))


def noisy(number: str, chance: np.random.Generator) -> Floats:
    """Calibrated cells: what a reader shows is drawn so that its probabilities are true."""
    cells = np.empty((len(number), 11))
    for row, digit in zip(cells, number, strict=True):
        sharp = chance.random() < 0.9
        shown = chance.dirichlet(np.full(11, 0.02 if sharp else 0.3))
        truth = chance.choice(11, p=shown)
        row[:] = np.roll(shown, int(digit) - truth)
    return cells


@pytest.mark.parametrize("seed", range(40))
def test_no_sheet_of_a_noisy_class_is_given_to_a_wrong_student(seed: int) -> None:
    chance = np.random.default_rng(seed)
    roster = [f"20{number:05d}" for number in chance.choice(3000, 120, replace=False)]
    absent = set(chance.choice(120, 20, replace=False).tolist())
    writers = [number for i, number in enumerate(roster) if i not in absent]
    strangers = [f"20{number:05d}" for number in range(3000, 3005)]
    truth = [*writers, *strangers]
    sheets = [SheetNumber(f"{i}", noisy(number, chance)) for i, number in enumerate(truth)]
    found = identify(sheets, roster).sheets
    given = [
        (sheet.student, own) for sheet, own in zip(found, truth, strict=True) if sheet.student is not None
    ]
    assert all(student == own for student, own in given)
    assert len({student for student, _ in given}) == len(given)
    assert len(given) > 0.3 * len(writers)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(ROSTER), max_size=8), st.integers(0, 2**32 - 1))
def test_no_two_sheets_ever_get_one_student(numbers: list[str], seed: int) -> None:
    chance = np.random.default_rng(seed)
    sheets = [SheetNumber(f"{i}", noisy(number, chance)) for i, number in enumerate(numbers)]
    for found in (identify(sheets, ROSTER), identify(sheets)):
        students = [sheet.student for sheet in found.sheets if sheet.student is not None]
        assert len(set(students)) == len(students)


def test_five_hundred_sheets_and_five_thousand_students_take_under_two_seconds() -> None:
    chance = np.random.default_rng(3)
    roster = [f"{number:08d}" for number in chance.choice(10**8, 5000, replace=False)]
    sheets = [SheetNumber(f"{i}", noisy(number, chance)) for i, number in enumerate(roster[:500])]
    start = time.process_time()
    found = identify(sheets, roster).sheets
    assert time.process_time() - start < 2
    assert all(sheet.student in (None, number) for sheet, number in zip(found, roster, strict=False))

"""Who is told something else: by marks, by question, by passing; who came and who is gone."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grading.reports.differences import LISTED, Difference, differences, found_in
from grading.reports.told import Told


def told(
    student: int | None, marks: int, *, sheet: int = 0, passed: bool | None = True, **earned: str
) -> Told:
    percent = None if passed is None else Decimal(marks)
    return Told(student, sheet or student or 0, Decimal(marks), percent, passed, earned)


def kinds(found: list[Difference]) -> list[tuple[str, int | None]]:
    return [(each.kind, each.student) for each in found]


def test_who_passes_or_fails_now_comes_first_then_who_moved_most_then_new_and_gone() -> None:
    before = [told(1, 9), told(2, 9), told(3, 9), told(4, 9), told(5, 9)]
    after = [told(1, 8), told(2, 3), told(3, 4, passed=False), told(5, 9), told(6, 9)]
    found = differences(before, after)
    assert kinds(found) == [("turned", 3), ("changed", 2), ("changed", 1), ("came", 6), ("gone", 4)]


def test_marks_that_move_between_questions_are_a_difference_though_the_sum_is_the_same() -> None:
    (found,) = differences([told(1, 3, q1="1", q2="2", q3="0")], [told(1, 3, q1="2", q2="1", q3="0")])
    assert [(m.question, m.before, m.after) for m in found.questions] == [("q1", "1", "2"), ("q2", "2", "1")]


def test_another_pass_mark_is_a_difference_with_the_same_marks() -> None:
    assert kinds(differences([told(1, 5)], [told(1, 5, passed=False)])) == [("turned", 1)]


def test_a_swap_of_equal_sheets_is_a_difference_of_both() -> None:
    found = differences(
        [told(1, 5, sheet=7), told(2, 5, sheet=8)], [told(1, 5, sheet=8), told(2, 5, sheet=7)]
    )
    assert [each.other_sheet for each in found] == [True, True]


def test_an_answer_that_is_open_now_is_a_difference_and_turns_nothing() -> None:
    (found,) = differences([told(1, 5, q1="2")], [told(1, 3, passed=None)])
    assert (found.kind, found.questions[0].after) == ("changed", "")


def test_a_sheet_that_lost_its_student_is_held_against_what_that_student_was_told() -> None:
    (found,) = differences([told(1, 5, sheet=7)], [told(None, 5, sheet=7, passed=None)])
    assert (found.kind, found.student) == ("changed", 1)


def test_all_are_counted_and_the_first_are_listed() -> None:
    found = found_in(differences([], [told(n, 5) for n in range(1, LISTED + 11)]))
    assert (found.students, found.came, len(found.listed), found.unlisted) == (
        LISTED + 10,
        LISTED + 10,
        LISTED,
        10,
    )


results = st.lists(
    st.builds(told, st.integers(1, 6), st.integers(0, 3), q1=st.sampled_from("012")),
    unique_by=lambda one: one.student,
)


@given(results, results)
def test_nothing_differs_exactly_where_everybody_is_told_the_same(
    before: list[Told], after: list[Told]
) -> None:
    found = differences(before, after)
    same = [one for one in before if one in after]
    students = {one.student for one in before} | {one.student for one in after}
    assert {each.student for each in found} == students - {one.student for one in same}
    assert found_in(found).seen == found_in(differences(before[::-1], after[::-1])).seen
    assert differences(before, before) == []

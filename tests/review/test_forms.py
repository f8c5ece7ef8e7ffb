"""What a bench sends back is taken for a number only where it is one."""

from __future__ import annotations

from django.test import RequestFactory

from grading.core.sent import whole_numbers
from grading.review.forms import members

NO_NUMBERS = ["²", "x", "", "-1", "1.5"]


def test_of_what_is_sent_as_numbers_only_numbers_count() -> None:
    assert whole_numbers(["12", *NO_NUMBERS, "7"]) == [12, 7]


def test_a_member_that_is_no_number_is_no_member() -> None:
    sent = ["12:345", "13:", "14:²", *(f"{text}:1" for text in NO_NUMBERS)]
    assert members(RequestFactory().post("/", {"member": sent})) == {12: 345, 13: None, 14: None}

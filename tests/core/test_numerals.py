"""Numbers as people write them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from grading.core.numerals import certainty


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (None, "–"),
        (0.0, "< 1 %"),
        (0.0099, "< 1 %"),
        (0.01, "1 %"),
        (0.97, "97 %"),
        (0.9849, "98 %"),
        (0.985, "98.5 %"),
        (0.99649, "99.6 %"),
        (0.99949, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (1.0, "> 99.9 %"),
    ],
)
def test_no_reading_is_called_wholly_sure_or_impossible(probability: float | None, said: str) -> None:
    assert certainty(probability) == said


def test_certainty_has_the_decimal_sign_of_the_language() -> None:
    with override("de"):
        assert certainty(0.996) == "99,6 %"

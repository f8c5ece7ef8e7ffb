"""What the figures of a question mean, in plain words."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from grading.marking.statistics import ItemStatistics

GOOD_APART, WEAK_APART = 0.3, 0.1
ENOUGH_FOR_ALPHA = 30


def hardness(item: ItemStatistics) -> str:
    """How hard the question was."""
    if item.difficulty is None:
        return _("Nothing is decided yet.")
    for least, words in (
        (0.95, _("Very easy: nearly everybody got it right.")),
        (0.8, _("Easy.")),
        (0.4, _("Of middling difficulty.")),
        (0.2, _("Hard.")),
    ):
        if item.difficulty >= least:
            return words
    return _("Very hard: hardly anybody got it right.")


def telling(item: ItemStatistics) -> str:
    """How well it tells strong and weak students apart; empty where that cannot be known."""
    if item.discrimination is None:
        return ""
    if _is_against(item):
        return _("Strong students did worse here than weak ones: look at the key.")
    if item.discrimination < WEAK_APART:
        return _("It hardly tells strong and weak students apart.")
    if item.discrimination < GOOD_APART:
        return _("It tells strong and weak students apart a little.")
    return _("It tells strong and weak students apart well.")


def is_suspect(item: ItemStatistics) -> bool:
    """Whether the figures point at the question or its key rather than at the students."""
    return item.n > 0 and (_is_against(item) or (item.difficulty is not None and item.difficulty < 0.05))


def _is_against(item: ItemStatistics) -> bool:
    """Whether strong students did worse beyond chance: the 95 % interval of the correlation is below 0.

    Fisher's z of as many students as have a mark; fewer than four say nothing.
    """
    if item.discrimination is None or item.n < 4:
        return False
    z = math.atanh(max(item.discrimination, -0.9999)) if item.discrimination < 0 else 0.0
    return z + 1.96 / math.sqrt(item.n - 3) < 0


def reliability(alpha: float | None, students: int) -> str:
    """What coefficient alpha of so many students means.

    Below 30 it is not judged. The bound is our own: the interval that stands beside it is wide there.
    """
    if alpha is None:
        return ""
    if students < ENOUGH_FOR_ALPHA:
        return _("too few sheets to judge it")
    for least, words in (
        (0.9, _("very reliable")),
        (0.8, _("reliable")),
        (0.7, _("reliable enough for a class test")),
        (0.5, _("to be taken with care")),
    ):
        if alpha >= least:
            return words
    return _("too little to rely on")

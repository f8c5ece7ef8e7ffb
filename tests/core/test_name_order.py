"""Names in the order in which people look them up."""

from __future__ import annotations

import pytest

from grading.core.name_order import LONGEST, name_key

NAMES = ["Ágnes Szabó", "Dvořák, Vojtěch", "Emil", "Émile", "Emily", "Łukasz", "Ó Briain", "Ørsted", "Zoe"]


def test_accents_and_case_do_not_tear_names_apart() -> None:
    keys = [name_key("", name) for name in NAMES]
    assert keys == sorted(set(keys))
    assert name_key("", "ŁUKASZ  o'Neil") == name_key("", "Lukasz O\u2019Neil")


def test_a_known_family_name_comes_first() -> None:
    assert name_key("Byron", "Ada Byron") < name_key("Lovelace", "Abel Lovelace")


@pytest.mark.parametrize("name", ["", "  ", "王小明", "Ã" * 300])
def test_any_name_has_a_key_that_fits(name: str) -> None:
    assert len(name_key(name, name)) <= LONGEST

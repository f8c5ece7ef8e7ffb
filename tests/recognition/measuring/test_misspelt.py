"""Faults of spelling that make no other word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognition.measuring.misspelt import Written, common_words, misspelt, report
from recognition.reader.known_words import rarity_of
from recognition.types import Reading


@pytest.mark.parametrize("seed", range(20))
def test_a_misspelt_word_is_near_the_word_and_unknown(seed: int) -> None:
    found = misspelt("photosynthesis", np.random.default_rng(seed))
    assert found != "photosynthesis"
    assert abs(len(found) - len("photosynthesis")) <= 1
    assert rarity_of(found) is None


def test_only_common_words_of_some_length_are_taken(tmp_path: Path) -> None:
    listed = tmp_path / "words"
    listed.write_text("an\nhouse\nHouse\nqzxvqzxv\nthermodynamically\nwater\n", encoding="utf-8")
    assert common_words(listed) == ["house", "water"]


def test_what_was_put_right_is_counted_by_confidence() -> None:
    image = np.full((8, 8), 255, np.uint8)
    written = [Written(image, "hous", "house"), Written(image, "watr", "water")]
    line = report("misspelt", written, [Reading("house", 0.985), Reading("watr", 0.91)])
    assert "misspelt 2, exact 0.500, put right 1" in line
    assert "above 0.9: 2, 1 wrong, 1 put right" in line
    assert "above 0.99: 0, 0 wrong, 0 put right" in line

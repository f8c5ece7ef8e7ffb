"""Crops made, not collected."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recognition.crops import answers, synth
from recognition.crops.augment import Rng
from recognition.crops.cache import open_cached
from recognition.crops.glyphs import GlyphBank, Style, compose
from recognition.crops.mixture import held_out, kept
from recognition.reader.charset import DIGITS, NUMBER, fold, is_writable
from recognition.reader.prepare import ink_fraction
from tests.recognition.labelled_sets import character_sets

pytest.importorskip("fontTools")


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> tuple[GlyphBank, GlyphBank]:
    root = character_sets(tmp_path_factory.mktemp("sets"))
    cache = tmp_path_factory.mktemp("cache")
    digits = open_cached(root / "mnist", cache)
    symbols = open_cached(root / "bhmsds", cache)
    return (
        GlyphBank.of(digits, np.arange(len(digits))),
        GlyphBank.of(symbols, np.flatnonzero(np.isin(symbols.texts, list("-+/")))),
    )


def rng(seed: int) -> Rng:
    return np.random.default_rng(seed)


def test_a_string_is_composed_by_its_seed_alone(banks: tuple[GlyphBank, GlyphBank]) -> None:
    first, again = (compose("-12.5/3", *banks, Style.drawn(rng(3)), rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.min() < 60


def test_a_longer_string_is_wider(banks: tuple[GlyphBank, GlyphBank]) -> None:
    style = Style(height=40, weight=0.5, slant=0.0, gap=0.1, unrest=0.01)
    widths = [compose(text, *banks, style, rng(1)).shape[1] for text in ("8", "88", "8888")]
    assert widths[0] < widths[1] < widths[2]


def test_a_point_is_small_and_on_the_baseline(banks: tuple[GlyphBank, GlyphBank]) -> None:
    style = Style(height=40, weight=0.5, slant=0.0, gap=0.3, unrest=0.0)
    image = compose("8.", *banks, style, rng(1))
    columns = np.flatnonzero(image.min(axis=0) < 128)
    split = columns[np.flatnonzero(np.diff(columns) > 2)[-1] + 1]
    rows = np.flatnonzero(image[:, split:].min(axis=1) < 128)
    assert rows[0] > 0.7 * image.shape[0]


def test_a_digit_lies_inside_its_cell(banks: tuple[GlyphBank, GlyphBank]) -> None:
    glyph = banks[0].draw_image("8", rng(0))
    for seed in range(20):
        cell = synth.in_cell(glyph, rng(seed))
        assert 33 <= cell.shape[0] <= 125
        assert 26 <= cell.shape[1] <= 105
        assert cell.min() < 100


def test_struck_out_answers_keep_their_size_and_gain_ink() -> None:
    sheet = Image.new("L", (160, 60), 255)
    ImageDraw.Draw(sheet).text((10, 10), "1234", 0, font_size=36)
    image = np.asarray(sheet)
    for seed in range(6):
        struck = synth.cross_out(image, rng(seed))
        assert struck.shape == image.shape
        assert ink_fraction(struck) > 1.5 * ink_fraction(image)


def test_numbers_take_every_form_and_nothing_else() -> None:
    texts = [answers.number(rng(seed)) for seed in range(600)]
    assert all(set(t) <= set(NUMBER) and t == fold(t) for t in texts)
    for form in (".", ",", "-", "+", "/"):
        assert any(form in t for t in texts)
    lengths = {len(answers.digits(rng(seed))) for seed in range(300)}
    assert lengths == set(range(2, 9))
    assert all(set(answers.digits(rng(seed))) <= set(DIGITS) for seed in range(50))


def test_short_answers_are_in_the_alphabet_and_in_three_languages(tmp_path: Path) -> None:
    vocabulary = answers.Vocabulary.standard(["the cat", "Straße 5"], dictionaries=(tmp_path / "none",))
    texts = [vocabulary.answer(rng(seed)) for seed in range(800)]
    assert all(is_writable(fold(t)) for t in texts)
    joined = " ".join(texts).lower()
    assert all(word in joined for word in ("cat", "straße", "é", "ü"))


def test_what_validation_holds_out_training_never_draws(tmp_path: Path) -> None:
    cached = open_cached(character_sets(tmp_path, each=30) / "mnist", tmp_path / "cache")
    assert not set(held_out(cached, DIGITS)) & set(kept(cached, "train", DIGITS))
    assert len(held_out(cached, DIGITS)) >= 10


@pytest.mark.skipif("INKGRADE_FONTS" not in os.environ, reason="INKGRADE_FONTS is not set")
def test_a_hand_writes_what_it_can_and_says_so() -> None:
    from recognition.crops.fonts import fonts_root, open_hands, write

    hand = open_hands(fonts_root())[0]
    assert hand.can_write("Größe")
    assert not hand.can_write("Ж")
    image = write("Größe", hand, rng(1))
    np.testing.assert_array_equal(image, write("Größe", hand, rng(1)))
    assert image.min() < 60
    assert image.shape[1] > image.shape[0]

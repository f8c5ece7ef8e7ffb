"""Words cut out of lines: the alignment, where a line is cut, and what stays together."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recognition.crops import cut_words
from recognition.reader.charset import ALPHABET, encode
from recognition.reader.ctc import BLANK, Frames
from recognition.reader.prepare import plane_columns, prepare
from tests.recognition.labelled_sets import labelled_folder

STRIDE = 4


def _frames(rows: NDArray[np.float64]) -> Frames:
    return np.asarray(np.log(rows / rows.sum(axis=1, keepdims=True)))


def _collapsed(path: tuple[int, ...]) -> list[int]:
    kept = [k for k, before in zip(path, (BLANK, *path), strict=False) if k != before]
    return [k for k in kept if k != BLANK]


@pytest.mark.parametrize("labels", [[1], [1, 2], [1, 1], [2, 1, 2], []])
def test_the_alignment_is_the_likeliest_of_all_paths(labels: list[int]) -> None:
    frames = _frames(np.random.default_rng(len(labels)).random((5, 3)))
    paths = [p for p in itertools.product(range(3), repeat=5) if _collapsed(p) == labels]
    scores = [sum(frames[t, k] for t, k in enumerate(path)) for path in paths]
    found = cut_words.aligned(frames, labels)
    assert found is not None
    entered, total = found
    assert total == pytest.approx(max(scores))
    best = paths[int(np.argmax(scores))]
    starts = [t for t, k in enumerate(best) if k != BLANK and (t == 0 or best[t - 1] != k)]
    assert entered.tolist() == starts


def test_too_few_frames_have_no_alignment() -> None:
    assert cut_words.aligned(_frames(np.ones((2, 3))), [1, 1]) is None


def _line(text: str, gap: int = 40) -> tuple[NDArray[np.uint8], list[float]]:
    """A block for each letter (its height tells the letter), and the middle of each character in the line."""
    heights = {"a": 30, "b": 50, "c": 40}
    line, middles, x = np.full((80, 60 + 50 * len(text)), 255, np.uint8), [], 20
    for character in text:
        wide = gap if character == " " else 24
        if character != " ":
            line[70 - heights[character] : 70, x : x + wide] = 0
        middles.append(x + wide / 2)
        x += wide + (6 if character != " " else 0)
    return line[:, : x + 20], middles


def _reading(line: NDArray[np.uint8], text: str, middles: list[float]) -> Frames:
    """Frames of a reader that is sure of each character in its middle."""
    start, width = plane_columns(line)
    rows = np.full((prepare(line).shape[1] // STRIDE, len(ALPHABET) + 1), 1e-4)
    rows[:, BLANK] = 1.0
    for label, middle in zip(encode(text), middles, strict=True):
        rows[int((middle - start) / width / STRIDE), label] = 100.0
    return _frames(rows)


def test_a_line_falls_into_its_words() -> None:
    line, middles = _line("ab c")
    found = cut_words.pieces(line, "ab c", _reading(line, "ab c", middles), STRIDE)
    assert [text for text, _ in found] == ["ab", "c"]
    ink = [crop[:, np.flatnonzero((crop < 128).any(axis=0))] for _, crop in found]
    assert [crop.shape[1] for crop in ink] == [24 + 24, 24]
    assert [int((crop < 128).sum()) for crop in ink] == [24 * (30 + 50), 24 * 40]


def test_words_joined_by_a_stroke_stay_together_with_their_space() -> None:
    line, middles = _line("ab c a")
    left, right = int(middles[1]), int(middles[3])
    line[60:64, left:right] = 0
    found = cut_words.pieces(line, "ab c a", _reading(line, "ab c a", middles), STRIDE)
    assert [text for text, _ in found] == ["ab c", "a"]


def test_a_line_whose_label_is_anothers_gives_nothing() -> None:
    line, middles = _line("ab c")
    assert cut_words.pieces(line, "ca b", _reading(line, "ab c", middles), STRIDE) == []


def test_every_column_of_the_plane_is_found_in_the_crop() -> None:
    crop = np.full((200, 500), 255, np.uint8)
    crop[60:140, 150:154] = crop[60:140, 400:404] = 0
    plane, (start, width) = prepare(crop), plane_columns(crop)
    dark = np.flatnonzero((plane < 0.5).any(axis=0))
    assert start + dark[0] * width == pytest.approx(150, abs=2 * width)
    assert start + dark[-1] * width == pytest.approx(403, abs=2 * width)


def test_lines_whose_words_are_cut_out_already_are_left_out(tmp_path: Path) -> None:
    lines = labelled_folder(
        tmp_path / "lines", [("ab", "train"), ("ab", "train"), ("ab", "val")], zipped=True
    )
    words = labelled_folder(tmp_path / "words", [("ab", "train")], zipped=True)
    assert [sample.file for sample in cut_words.lines_without(lines, words)] == ["1.png"]

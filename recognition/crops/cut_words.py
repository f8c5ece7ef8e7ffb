"""Words cut out of lines of text where the reader itself finds the letters.

    python -m recognition.crops.cut_words $INKGRADE_DATA/iam-lines --but $INKGRADE_DATA/iam-words

Sets of words leave out the lines whose gaps do not show where a word ends: those with the most difficult
spacing. Here the reader's frames are aligned with the label (Viterbi 1967, over the states of Graves et al.
2006), and a line is cut at a space when no stroke runs on across it. What cannot be cut apart stays together
with its space. The set `cut-words` is stored in the cache, for training only.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognition.crops.cache import set_path
from recognition.crops.data import Grey, Sample, read_set
from recognition.crops.labelled_folder import added_to
from recognition.reader.charset import encode, is_writable
from recognition.reader.ctc import BLANK, Frames
from recognition.reader.network import MODEL, WEIGHTS, Network, open_network, read_facts
from recognition.reader.prepare import ink_dark, plane_columns, prepare

NAME = "cut-words"
LEAST_SCORE = -0.6
"""Mean log-probability a character from which the label is taken to be that of the line."""

LONGEST_PIECE = 24
RUNS_ON = 0.25
"""A stroke with this share of its width on either side of a cut runs on across it."""

INK = 128
"""Grey level below which a pixel of a line is ink."""


def aligned(frames: Frames, labels: Sequence[int]) -> tuple[NDArray[np.int64], float] | None:
    """Where the likeliest path enters each label, and that path's log-probability.

    frames: log-probabilities (T, C). The first result are frames, (len(labels),).
    None when T frames are too few for the labels.
    """
    states = np.full(2 * len(labels) + 1, BLANK)
    states[1::2] = labels
    may_skip = np.zeros(len(states), bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    score = np.full(len(states), -np.inf)
    score[:2] = frames[0, states[:2]]
    steps = np.zeros((len(frames), len(states)), np.int64)
    for t in range(1, len(frames)):
        ways = np.stack([score, np.roll(score, 1), np.where(may_skip, np.roll(score, 2), -np.inf)])
        ways[1, 0] = -np.inf
        steps[t] = ways.argmax(axis=0)
        score = ways.max(axis=0) + frames[t, states]
    state = len(states) - 1 if len(labels) == 0 or score[-1] > score[-2] else len(states) - 2
    if score[state] == -np.inf:
        return None
    total, entered = float(score[state]), np.zeros(len(labels), np.int64)
    for t in range(len(frames) - 1, -1, -1):
        if state % 2:
            entered[state // 2] = t
        state -= int(steps[t, state])
    return entered, total


def pieces(line: Grey, text: str, frames: Frames, stride: int) -> list[tuple[str, Grey]]:
    """The words of a line (ink dark), each with its crop; words that cannot be cut apart come as one."""
    found = aligned(frames, encode(text))
    if found is None or found[1] / max(1, len(text)) < LEAST_SCORE:
        return []
    start, width = plane_columns(line)
    letters = start + (found[0] + 0.5) * stride * width
    _, strokes, stats, centres = cv2.connectedComponentsWithStats(
        (line < INK).astype(np.uint8), connectivity=8
    )
    extents = np.asarray(stats[1:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH]], np.float64)
    spaces = [k for k, character in enumerate(text) if character == " "]
    cuts = [(k, _gap(line, extents, letters[k - 1], letters[k + 1])) for k in spaces]
    kept = [(k, column) for k, column in cuts if column is not None]
    ends = [(0, 0.0), *kept, (len(text), float(line.shape[1]))]
    found_pieces = []
    for (first, left), (last, right) in pairwise(ends):
        mine = (centres[:, 0] >= left) & (centres[:, 0] < right)
        mine[0] = False
        crop = np.where(mine[strokes], line, 255).astype(np.uint8)
        rows, columns = np.flatnonzero(mine[strokes].any(axis=1)), np.flatnonzero(mine[strokes].any(axis=0))
        if rows.size:
            found_pieces.append((text[first:last].strip(), _with_rim(crop, rows, columns)))
    return found_pieces


def _gap(line: Grey, strokes: NDArray[np.float64], before: float, after: float) -> float | None:
    """The column between two letters at which least ink stands; None when a stroke runs on across it.

    strokes: first column and width of each, (M, 2).
    """
    first, last = max(0, round(before)), min(line.shape[1], round(after) + 1)
    if last - first < 3:
        return None
    ink = np.count_nonzero(line[:, first:last] < INK, axis=0)
    free = np.flatnonzero(ink == ink.min())
    runs = np.split(free, np.flatnonzero(np.diff(free) > 1) + 1)
    widest = max(runs, key=len)
    column = first + (widest[0] + widest[-1]) / 2
    share = (column - strokes[:, 0]) / strokes[:, 1]
    return None if bool(((share > RUNS_ON) & (share < 1 - RUNS_ON)).any()) else float(column)


def _with_rim(crop: Grey, rows: NDArray[np.int64], columns: NDArray[np.int64], rim: int = 4) -> Grey:
    inside = crop[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(
        cv2.copyMakeBorder(inside, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=255), np.uint8
    )


def cut(samples: Sequence[Sample], network: Network, stride: int) -> Iterator[tuple[Sample, str, Grey]]:
    """Every piece of the lines that is short enough for an answer, with the line it is from."""
    for sample in tqdm(samples, unit="line", disable=None):
        line = ink_dark(sample.load())
        frames = network.run(prepare(line)[None, None])[0].astype(np.float64)
        for text, crop in pieces(line, sample.text, frames, stride):
            if len(text) <= LONGEST_PIECE:
                yield sample, text, crop


def lines_without(path: Path, words: Path | None) -> list[Sample]:
    """Training lines of the set at `path` from which `words` (LINE-NN.png) has no word."""
    known = {Path(s.file).stem.rsplit("-", 1)[0] for s in read_set(words)} if words else set()
    return [
        s
        for s in read_set(path)
        if s.split == "train" and Path(s.file).stem not in known and is_writable(s.text)
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the set anew."""
    parser = argparse.ArgumentParser("python -m recognition.crops.cut_words", description=__doc__)
    parser.add_argument("lines", type=Path, help="labelled set of lines")
    parser.add_argument(
        "--but", type=Path, help="labelled set whose words are cut out of these lines already"
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args(argv)
    facts = read_facts(options.weights)
    network = open_network(options.weights / MODEL, facts.stride, "cpu", 1)
    folder = set_path(options.lines.parent, NAME)
    shutil.rmtree(folder, ignore_errors=True)
    lines = lines_without(options.lines, options.but)
    with added_to(folder) as add:
        for k, (sample, text, crop) in enumerate(cut(lines, network, facts.stride)):
            add(f"{Path(sample.file).stem}-{k:06d}.png", text, sample.writer, sample.split, crop)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What the network says of crops whose text is known: the material that calibrators are fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognition.measuring.calibration_sets import Labelled
from recognition.measuring.wrong_keys import hard_wrong_key, other_key
from recognition.reader.engine import Reader
from recognition.reader.evidence import ink_span
from recognition.reader.prepare import prepare
from recognition.types import ReadRequest

CHUNK = 256
KEYS_A_CROP = 4
"""The true key, two keys one character off, and another crop's text."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """Features of n crops of one kind beside what is true of them; keys has shape (n, 4, F)."""

    source: NDArray[np.str_]
    group: tuple[str, ...]
    noise: Vector
    empty: NDArray[np.bool_]
    right: Vector
    reading: Vector
    keys: Vector


def observe(reader: Reader, crops: Sequence[Labelled], kind: str) -> Observed:
    """Reads the crops once and weighs for each its true key and wrong ones."""
    rng = np.random.default_rng(11)
    texts = [crop.text for crop in crops]
    kept, right, reading, keys = [], [], [], []
    with tqdm(total=len(crops), desc=f"calibrating {kind}", disable=None, leave=False) as bar:
        for start in range(0, len(crops), CHUNK):
            chunk = crops[start : start + CHUNK]
            planes = [prepare(crop.load()) for crop in chunk]
            asked = [[[key] for key in _keys(crop.text, texts, kind, rng)] for crop in chunk]
            for places, frames in reader.frames(planes, kind):
                requests = [ReadRequest(_NO_IMAGE, kind)] * len(places)
                spans = [ink_span(planes[k]) for k in places]
                found = reader.evidence(requests, frames, [asked[k] for k in places], spans)
                for place, evidence in zip(places, found, strict=True):
                    kept.append(chunk[place])
                    right.append(float(evidence.texts[0][0] == chunk[place].text))
                    reading.append(evidence.reading)
                    keys.append(np.stack(evidence.keys))
            bar.update(len(chunk))
    return Observed(
        np.array([crop.source for crop in kept]),
        tuple(crop.group for crop in kept),
        np.array([crop.noise for crop in kept]),
        np.array([not crop.text for crop in kept]),
        np.array(right),
        np.stack(reading),
        np.stack(keys),
    )


_NO_IMAGE = np.full((2, 2), 255, np.uint8)


def _keys(text: str, texts: Sequence[str], kind: str, rng: np.random.Generator) -> list[str]:
    own = text or "0"
    return [text, hard_wrong_key(own, kind, rng), hard_wrong_key(own, kind, rng), other_key(texts, text, rng)]

"""Labels that a reader finds improbable: most of them are wrong, or the crop is cut wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from recognition.crops.data import Sample
from recognition.reader.charset import allowed
from recognition.reader.ctc import IMPOSSIBLE, log_likelihood
from recognition.reader.decode import condition, n_best
from recognition.reader.engine import Reader
from recognition.reader.evidence import merged_texts
from recognition.reader.network import WEIGHTS, read_facts
from recognition.reader.prepare import Plane, prepare
from recognition.reader.verify import Speller

CHUNK = 256


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label beside what the reader would have written; natural logarithms of exact CTC probabilities.

    `problem`: why the crop could not be read at all.
    """

    sample: Sample
    reading: str
    log_p_label: float
    log_p_reading: float
    problem: str = ""

    @property
    def strength(self) -> float:
        """How much likelier the reading is than the label (nats), times how sure the reader is of it."""
        return float(np.exp(self.log_p_reading) * (self.log_p_reading - self.log_p_label))


def doubts(reader: Reader, samples: Sequence[Sample], kind: str, weights: Path | None = None) -> list[Doubt]:
    """Samples whose label is not the likeliest text, most doubtful first; unreadable crops before all."""
    speller = Speller(read_facts(weights or WEIGHTS).alphabet)
    found: list[Doubt] = []
    with tqdm(total=len(samples), desc=samples[0].source, disable=None, leave=False) as bar:
        for start in range(0, len(samples), CHUNK):
            chunk = samples[start : start + CHUNK]
            planes = [_plane(sample) for sample in chunk]
            found += [
                Doubt(sample, "", IMPOSSIBLE, 0.0, plane)
                for sample, plane in zip(chunk, planes, strict=True)
                if isinstance(plane, str)
            ]
            possible = reader.weights(allowed(kind))
            readable = [None if isinstance(p, str) else p for p in planes]
            for places, frames in reader.frames(readable, kind):
                crops = [condition(matrix, possible).frames for matrix in frames]
                for place, crop, texts in zip(places, crops, n_best(crops), strict=True):
                    reading, log_p = merged_texts(texts, speller)[0]
                    labels = speller.labels(chunk[place].text)
                    own = IMPOSSIBLE if labels is None else log_likelihood(crop, labels)
                    found.append(Doubt(chunk[place], reading, max(IMPOSSIBLE, own), log_p))
            bar.update(len(chunk))
    wrong = [doubt for doubt in found if doubt.problem or doubt.reading != doubt.sample.text]
    return sorted(wrong, key=lambda doubt: -doubt.strength)


def _plane(sample: Sample) -> Plane | str:
    try:
        return prepare(sample.load())
    except Exception as error:  # noqa: BLE001 - a crop that cannot be read is what this looks for
        return (str(error).splitlines() or [type(error).__name__])[0]

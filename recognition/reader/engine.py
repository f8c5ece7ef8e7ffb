"""The reader at run time: crops in, calibrated readings out, in batches whose make-up changes no answer."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition.reader import calibration, cells
from recognition.reader.charset import DIGITS, allowed
from recognition.reader.ctc import Frames
from recognition.reader.decode import ClassWeights, class_weights
from recognition.reader.evidence import Evidence, gather, ink_span
from recognition.reader.network import WEIGHTS, fingerprint, open_networks, read_facts
from recognition.reader.prepare import ink_fraction, prepare
from recognition.reader.verify import Speller
from recognition.reader.version import CALIBRATION, calibration_state, reader_version
from recognition.types import Alternative, CellsReading, Grey, Reading, ReadRequest

COLUMNS_A_BATCH = 4096
"""Batch size times width: keeps the memory of a batch the same for cells and for lines."""

LEAST_INK = 2e-4
"""Share of a crop under writing below which there is nothing to read."""

LEAST_INK_OF_CELL = 2e-3
SURELY_INKED = 0.06
"""Share of dark pixels of a prepared crop that no remains of printed lines reach."""

ALTERNATIVES = 4

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A crop ready for the network, or the reason (`error`, or no ink) why it does not go there."""

    plane: Plane | None
    error: str | None = None


class Reader:
    """Reads crops with the weights of a folder (the shipped ones by default).

    device: "auto" takes a GPU when torch sees one, else ONNX Runtime on the CPU; "cpu", "cuda", "mps" insist.
    threads: of ONNX Runtime; one worker process a core wants 1.
    calibrated: False leaves the network's raw probabilities.
    Raises `network.WeightsError` or `calibration.CalibrationError` when the weights cannot be used.
    """

    def __init__(
        self,
        weights_dir: Path | None = None,
        device: str = "auto",
        threads: int = 1,
        calibrated: bool = True,
    ) -> None:
        folder = Path(weights_dir) if weights_dir is not None else WEIGHTS
        self._facts = read_facts(folder)
        self.fingerprint = fingerprint(folder)
        self._network = open_networks(folder, self._facts.stride, device, threads)
        self._calibration, made = calibration.uncalibrated(), "uncalibrated"
        if calibrated:
            self._calibration, made = _open_calibration(folder, self.fingerprint)
        self._speller = Speller(self._facts.alphabet)
        self._weights: dict[str, ClassWeights] = {}
        self.version = reader_version(self._facts.version, made)

    def read(self, requests: Sequence[ReadRequest]) -> list[Reading]:
        """Readings in the order of the requests; a crop that cannot be read gives one with its error."""
        asked = [[request.expected] if request.expected else [] for request in requests]
        return [
            replace(reading, p_expected=p_keys[0] if p_keys else None)
            for reading, p_keys in self.read_and_weigh(requests, asked)
        ]

    def read_and_weigh(
        self, requests: Sequence[ReadRequest], keys: Sequence[Sequence[Sequence[str]]]
    ) -> list[tuple[Reading, tuple[float, ...]]]:
        """Readings, and for each answer of `keys[i]` (its equivalent spellings) the probability that crop i
        holds it. The network and the search run once a crop, however many answers are weighed.
        """
        prepared = [_prepared(request, LEAST_INK) for request in requests]
        found = [self._unread(*each) for each in zip(requests, prepared, keys, strict=True)]
        by_kind = {r.kind for p, r in zip(prepared, requests, strict=True) if p.plane is not None}
        for kind in sorted(by_kind):
            planes = [p.plane if r.kind == kind else None for p, r in zip(prepared, requests, strict=True)]
            for places, frames in self.frames(planes, kind):
                batch = [requests[k] for k in places]
                spans = [ink_span(plane) for k in places if (plane := planes[k]) is not None]
                evidence = self.evidence(batch, frames, [keys[k] for k in places], spans)
                for place, request, each in zip(places, batch, evidence, strict=True):
                    found[place] = self._reading(request, each)
        return found

    def read_cells(
        self, rows: Sequence[Sequence[Grey]], expected: Sequence[Sequence[str]] | None = None
    ) -> list[CellsReading]:
        """Boxed digits: `rows[i]` holds the cleaned cells of one answer, left to right.

        expected: for each row the equivalent spellings of the keyed answer, or none. All cells of all rows
        share the network's batches; a cell without ink does not go there. A cell that cannot be read has
        a row of zeros: something else than a digit.
        """
        keys = expected if expected is not None else [()] * len(rows)
        if len(keys) != len(rows):
            raise ValueError(f"{len(rows)} rows of cells, but expected answers for {len(keys)}")
        flat = [_prepared(cell, LEAST_INK_OF_CELL) for row in rows for cell in row]
        probabilities = self.cell_probabilities(flat)
        ends = np.cumsum([len(row) for row in rows], dtype=np.int64)[:-1]
        inked = np.split(np.array([c.plane is not None or c.error is not None for c in flat], np.bool_), ends)
        return [
            cells.joined(p, key, ink, self.version)
            for p, key, ink in zip(np.split(probabilities, ends), keys, inked, strict=False)
        ][: len(rows)]

    def cell_probabilities(self, crops: Sequence[Prepared]) -> NDArray[np.float64]:
        """Calibrated P(0..9), P(empty) of each prepared cell, shape (cells, 11)."""
        calibrator = self._calibration.cells
        found = np.zeros((len(crops), cells.EMPTY + 1))
        for k, crop in enumerate(crops):
            if crop.plane is None and crop.error is None:
                found[k] = cells.without_ink(calibrator)
        for places, frames in self.frames([crop.plane for crop in crops], "digits"):
            found[places] = calibrator.probabilities(*self.cell_scores(frames))
        return found

    def cell_scores(self, frames: Sequence[Frames]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Raw log-probabilities of cells, see `cells.cell_scores`."""
        return cells.cell_scores(frames, self.weights(DIGITS), self._speller)

    def frames(self, planes: Sequence[Plane | None], kind: str) -> Iterator[tuple[list[int], list[Frames]]]:
        """Runs the network for that kind of box on the planes that are not None, in batches of equal width.

        Yields the places of a batch's planes in the sequence, and their frames (T, C).
        """
        network = self._network(kind)
        for batch in _batches(planes):
            stacked = np.stack([plane for k in batch if (plane := planes[k]) is not None])[:, None]
            log_probs = network.run(stacked).astype(np.float64)
            log_probs -= np.logaddexp.reduce(log_probs, axis=2, keepdims=True)
            yield batch, list(log_probs)

    def weights(self, characters: str) -> ClassWeights:
        """Of the classes where `characters` may stand. ValueError when the reader knows none of them."""
        found = self._weights.get(characters)
        if found is None:
            found = self._weights[characters] = class_weights(self._facts.alphabet, characters)
        if not np.isfinite(found[1:]).any():
            raise ValueError(f"none of the allowed characters {characters!r} can be read")
        return found

    def evidence(
        self,
        requests: Sequence[ReadRequest],
        frames: Sequence[Frames],
        keys: Sequence[Sequence[Sequence[str]]],
        spans: Sequence[int],
    ) -> list[Evidence]:
        """What the frames say of each request and of the answers `keys[i]`, before calibration.

        spans: widths of the crops' ink, see `evidence.ink_span`.
        """
        weights = [self.weights(_alphabet(request)) for request in requests]
        return gather(frames, weights, keys, spans, self._speller)

    def _reading(self, request: ReadRequest, evidence: Evidence) -> tuple[Reading, tuple[float, ...]]:
        text, log_p = evidence.texts[0]
        confidence = float(self._calibration.readings[request.kind].probability(evidence.reading[None])[0])
        weigher = self._calibration.keys[request.kind]
        p_keys = tuple(float(weigher.probability(features[None])[0]) for features in evidence.keys)
        rivals = _alternatives(evidence.texts[1 : ALTERNATIVES + 1], log_p, confidence)
        return Reading(text, confidence, rivals, model=self.version), p_keys

    def _unread(
        self, request: ReadRequest, crop: Prepared, keys: Sequence[Sequence[str]]
    ) -> tuple[Reading, tuple[float, ...]]:
        """Reading of a crop that does not go through the network: it has no ink, or an error."""
        if crop.error is not None or crop.plane is not None:
            return Reading("", 0.0, error=crop.error, model=self.version), (0.0,) * len(keys)
        sure = self._calibration.readings[request.kind].ceiling
        p_keys = tuple(sure if any(not key.strip() for key in key_set) else 1.0 - sure for key_set in keys)
        return Reading("", sure, blank=True, model=self.version), p_keys


def _prepared(crop: ReadRequest | Grey, least_ink: float) -> Prepared:
    try:
        if isinstance(crop, ReadRequest):
            _check(crop)
            crop = crop.image
        plane = prepare(crop)
        # A plane is cut to its ink, so only a pale one can be paper; the exact measure costs as much again.
        if np.mean(plane < 0.6) < SURELY_INKED and ink_fraction(crop) < least_ink:
            return Prepared(None)
        return Prepared(plane)
    except Exception as error:  # noqa: BLE001 - whatever one crop does, the rest of the batch is read
        return Prepared(None, (str(error).splitlines() or [type(error).__name__])[0])


def _check(request: ReadRequest) -> None:
    known = allowed(request.kind)
    characters = request.allowed
    if characters is not None and not any(c in allowed("text") for c in characters):
        raise ValueError(f"none of the allowed characters {characters!r} can be read; known are {known}")


def _alphabet(request: ReadRequest) -> str:
    return allowed(request.kind) if request.allowed is None else request.allowed


def _batches(planes: Sequence[Plane | None]) -> Iterator[list[int]]:
    by_width: dict[int, list[int]] = {}
    for k, plane in enumerate(planes):
        if plane is not None:
            by_width.setdefault(plane.shape[1], []).append(k)
    for width, places in sorted(by_width.items()):
        size = max(1, COLUMNS_A_BATCH // width)
        yield from (places[start : start + size] for start in range(0, len(places), size))


def _alternatives(
    rivals: Sequence[tuple[str, float]], log_p: float, confidence: float
) -> tuple[Alternative, ...]:
    """What confidence leaves over, shared as the network shares it; never more than the best text's."""
    rest = max(-np.expm1(log_p), 1e-12)
    shares = [min(confidence, (1.0 - confidence) * min(1.0, float(np.exp(p)) / rest)) for _, p in rivals]
    return tuple(Alternative(text, p) for (text, _), p in zip(rivals, shares, strict=True))


def _open_calibration(folder: Path, weights: str) -> tuple[calibration.Calibration, str]:
    """Calibration of the weights and the name of its state for the reader's version."""
    path = folder / CALIBRATION
    if not path.exists():
        advice = "confidence is raw (python -m recognition calibrate)"
        warnings.warn(f"{folder} has no {CALIBRATION}: {advice}", stacklevel=3)
        return calibration.uncalibrated(), calibration_state(folder, weights)
    found = calibration.load(path)
    if found.weights != weights:
        warnings.warn(f"{path} was made for other weights: run python -m recognition calibrate", stacklevel=3)
    return found, calibration_state(folder, weights)

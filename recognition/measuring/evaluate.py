"""Figures of the reader on labelled sets: errors, calibration, coverage, key verification, speed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognition.crops.data import Sample, read_set
from recognition.measuring import metrics
from recognition.measuring.wrong_keys import hard_wrong_key, other_key
from recognition.reader.engine import Reader
from recognition.types import ReadRequest
from recognition.whole_files import write_whole

CHUNK = 256
SURE = 0.99
FALSE_ACCEPTS = 0.005


@dataclass(frozen=True, slots=True)
class Options:
    """What to evaluate: `split` and `kind` None for all samples and for the kind that their texts need.

    `without`: (set, file) of samples to leave out, see `wrong_labels`.
    """

    split: str | None = None
    kind: str | None = None
    limit: int | None = None
    without: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Readings of one set beside its labels; `p_*` are the key probabilities (n,) of three sorts of keys."""

    name: str
    kind: str
    true: tuple[str, ...]
    read: tuple[str, ...]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    p_true: NDArray[np.float64]
    p_hard: NDArray[np.float64]
    p_other: NDArray[np.float64]
    seconds: float


def widest_kind(samples: Sequence[Sample]) -> str:
    """The narrowest kind of box that could hold every sample's text; what was crossed out fits into any."""
    kinds = {sample.kind for sample in samples if sample.text}
    return next(kind for kind in ("text", "number", "digits") if kind in kinds or kind == "digits")


def select(path: Path, options: Options) -> list[Sample]:
    """Samples of the set at `path` that the options ask for. ValueError when there are none."""
    samples = [s for s in read_set(path) if options.split in (None, s.split)]
    samples = [s for s in samples if (s.source, s.file) not in options.without]
    if not samples:
        raise ValueError(f"{path}: no samples" + (f" of split {options.split!r}" if options.split else ""))
    if options.limit is not None and options.limit < len(samples):
        # Evenly over the set: its files are ordered by writer.
        samples = [samples[k * len(samples) // options.limit] for k in range(options.limit)]
    return samples


def run(reader: Reader, samples: Sequence[Sample], kind: str) -> Outcome:
    """Reads the samples as `kind` and weighs for each its true key, a hard wrong key and another's text."""
    rng = np.random.default_rng(len(samples))
    texts = [s.text for s in samples]
    start = time.perf_counter()
    found = list(_read(reader, samples, kind, rng))
    seconds = time.perf_counter() - start
    read = tuple(text for text, _, _ in found)
    p_true, p_hard, p_other = np.array([p for _, _, p in found]).T
    return Outcome(
        samples[0].source,
        kind,
        tuple(texts),
        read,
        np.array([confidence for _, confidence, _ in found]),
        np.array([r == t for r, t in zip(read, texts, strict=True)]),
        p_true,
        p_hard,
        p_other,
        seconds,
    )


def _read(
    reader: Reader, samples: Sequence[Sample], kind: str, rng: np.random.Generator
) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    texts = [s.text for s in samples]
    with tqdm(total=len(samples), desc=samples[0].source, disable=None, leave=False) as bar:
        for start in range(0, len(samples), CHUNK):
            chunk = samples[start : start + CHUNK]
            requests = [ReadRequest(s.load(), kind) for s in chunk]
            keys = [
                [[s.text], [hard_wrong_key(s.text, kind, rng)], [other_key(texts, s.text, rng)]]
                for s in chunk
            ]
            for reading, p_keys in reader.read_and_weigh(requests, keys):
                yield reading.text, reading.confidence, p_keys
            bar.update(len(chunk))


def figures(outcome: Outcome) -> dict[str, object]:
    """The figures of one set, ready for JSON: those of contracts.md and those of key verification."""
    confidence, right = outcome.confidence, outcome.right
    return {
        "n": len(right),
        "kind": outcome.kind,
        "cer": metrics.character_error_rate(outcome.read, outcome.true),
        "wer": metrics.word_error_rate(outcome.read, outcome.true),
        "exact": float(right.mean()),
        "ece": metrics.expected_calibration_error(confidence, right),
        "ece_by_chance": metrics.chance_calibration_error(confidence),
        "aurc": metrics.aurc(confidence, right),
        "coverage": {f"{e:g}": metrics.coverage_at(confidence, right, e) for e in metrics.ERROR_LEVELS},
        "images_per_second": len(right) / max(1e-9, outcome.seconds),
        "keys": key_figures(outcome),
        "reliability": [asdict(b) for b in metrics.reliability(confidence, right)],
    }


def key_figures(outcome: Outcome) -> dict[str, float]:
    """Key verification, false "correct" and false "wrong" apart.

    false_correct_*: share of wrong keys that get p_expected >= 0.99; false_wrong: share of true keys that get
    p_expected <= 0.01; accepted: share of true keys above the threshold that lets 0.5 % of the hard wrong
    keys pass; ece: over true and hard wrong keys, half and half.
    """
    p = np.concatenate([outcome.p_true, outcome.p_hard])
    labels = np.arange(len(p)) < len(outcome.p_true)
    return {
        "true_sure": float(np.mean(outcome.p_true >= SURE)),
        "false_correct_hard": float(np.mean(outcome.p_hard >= SURE)),
        "false_correct_other": float(np.mean(outcome.p_other >= SURE)),
        "false_wrong": float(np.mean(outcome.p_true <= 1 - SURE)),
        "accepted": metrics.accepted_at(outcome.p_true, outcome.p_hard, FALSE_ACCEPTS),
        "ece": metrics.expected_calibration_error(p, labels),
    }


_COLUMNS = (
    ("n", "n", "{:.0f}"),
    ("CER", "cer", "{:.4f}"),
    ("WER", "wer", "{:.4f}"),
    ("exact", "exact", "{:.4f}"),
    ("ECE", "ece", "{:.4f}"),
    ("chance", "ece_by_chance", "{:.4f}"),
    ("AURC", "aurc", "{:.4f}"),
    *((f"cov@{100 * e:g}%", f"{e:g}", "{:.3f}") for e in metrics.ERROR_LEVELS),
    ("img/s", "images_per_second", "{:.0f}"),
    ("key acc", "accepted", "{:.3f}"),
    ("f.corr", "false_correct_hard", "{:.4f}"),
    ("f.wrong", "false_wrong", "{:.4f}"),
)


def table(results: dict[str, dict[str, object]]) -> str:
    """The figures as lines of text, one a set."""
    lines = [f"{'set':<20}{'kind':<8}" + "".join(f"{title:>9}" for title, _, _ in _COLUMNS)]
    for name, result in results.items():
        flat: dict[str, object] = {}
        for part in (
            result["coverage"],
            result["keys"],
            result,
        ):  # last: the set's own "ece" is that of readings
            flat.update(part if isinstance(part, dict) else {})
        cells = "".join(f"{form.format(flat[key]):>9}" for _, key, form in _COLUMNS)
        lines.append(f"{name:<20}{flat['kind']:<8}{cells}")
    return "\n".join(lines)


def evaluate(
    reader: Reader, paths: Sequence[Path], options: Options, json_file: Path | None, plots: Path | None
) -> dict[str, dict[str, object]]:
    """Evaluates the sets, prints the table and writes what was asked for. ValueError for a bad set."""
    chosen = [(path, select(path, options)) for path in paths]
    results: dict[str, dict[str, object]] = {}
    outcomes = []
    for path, samples in chosen:
        outcome = run(reader, samples, options.kind or widest_kind(samples))
        outcomes.append(outcome)
        results[_name(path, results)] = figures(outcome)
    sys.stdout.write(table(results) + "\n")
    if json_file is not None:
        content = {"model": reader.version, "split": options.split, "sets": results}
        write_whole(json_file, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    if plots is not None:
        from recognition.measuring.plots import draw

        draw(outcomes, plots)
    return results


def _name(path: Path, taken: dict[str, dict[str, object]]) -> str:
    """The folder's name, with its parent's when two sets share it."""
    name = path.resolve().name
    return name if name not in taken else str(path)

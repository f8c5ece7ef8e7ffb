"""`python -m recognition benchmark`: this reader beside its peers, on the same crops, in the same run.

Held-out crops of labelled sets are read by each contestant on the same number of threads; all texts are
folded in the same way (`charset.fold`) before they are compared. A peer with several ways of reading (raw or
masked, as a word or as a line) is reported in the way that reads most crops of the set right.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from recognition.crops.data import Sample
from recognition.crops.held_out import held_out_split
from recognition.measuring import metrics
from recognition.measuring.benchmark_peers import Contestant, Missing, Ours, peers
from recognition.measuring.evaluate import Options, select, widest_kind
from recognition.reader.engine import Reader
from recognition.types import Grey
from recognition.whole_files import write_whole

ACCEPTED_ERROR = 0.01


@dataclass(frozen=True, slots=True)
class Crops:
    """The crops of one set that everybody reads."""

    name: str
    split: str
    kind: str
    images: tuple[Grey, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one contestant on one set; coverage is the share read at 1 % error.

    `cpu_ms`: processor time a crop, which a busy machine changes less than images a second.
    """

    set: str
    contestant: str
    way: str
    n: int
    cer: float
    exact: float
    coverage: float
    images_per_second: float
    cpu_ms: float


def crops_of(path: Path, limit: int) -> Crops:
    """At most `limit` held-out crops, evenly over the set; of all its crops when it has no such split."""
    split = held_out_split(path)
    samples: list[Sample] = select(path, Options(split, limit=limit))
    return Crops(
        path.resolve().name,
        split or "all",
        widest_kind(samples),
        tuple(sample.load() for sample in samples),
        tuple(sample.text for sample in samples),
    )


def measure(contestant: Contestant, crops: Crops) -> Result:
    """The contestant's best way of reading the set."""
    results = [_in_one_way(contestant, crops, way) for way in contestant.ways]
    return max(results, key=lambda result: (result.exact, -result.cer))


def _in_one_way(contestant: Contestant, crops: Crops, way: str) -> Result:
    contestant.read(crops.images[:1], crops.kind, way)  # what is loaded at first use is not its speed
    start, worked = time.perf_counter(), _processor_seconds()
    answers = contestant.read(crops.images, crops.kind, way)
    seconds, worked = time.perf_counter() - start, _processor_seconds() - worked
    read = [text for text, _ in answers]
    right = np.array([a == b for a, b in zip(read, crops.texts, strict=True)])
    sure = np.array([confidence for _, confidence in answers])
    return Result(
        crops.name,
        contestant.name,
        way,
        len(read),
        metrics.character_error_rate(read, crops.texts),
        float(right.mean()),
        metrics.coverage_at(sure, right, ACCEPTED_ERROR),
        len(read) / max(1e-9, seconds),
        1000 * worked / len(read),
    )


def _processor_seconds() -> float:
    """Of this process and of those that it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def benchmark(reader: Reader, paths: Sequence[Path], limit: int, threads: int, out: Path) -> list[Result]:
    """Runs all contestants on all sets, prints the table, writes benchmark.json and benchmark.md to `out`."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(threads)
    try:
        others, missing = peers(threads)
        contestants: list[Contestant] = [Ours(reader), *others]
        results = list(_results(contestants, paths, limit))
    finally:
        cv2.setNumThreads(before)
    sys.stdout.write(table(results) + "\n")
    for peer in missing:
        sys.stdout.write(f"{peer.name} is not installed: {peer.remedy}\n")
    facts = _facts(reader, threads)
    content = facts | {"missing": [asdict(m) for m in missing], "results": [asdict(r) for r in results]}
    write_whole(out / "benchmark.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_whole(out / "benchmark.md", markdown(results, missing, facts))
    sys.stdout.write(f"{out / 'benchmark.json'} and {out / 'benchmark.md'}\n")
    return results


def _results(contestants: Sequence[Contestant], paths: Sequence[Path], limit: int) -> list[Result]:
    found = []
    with tqdm(total=len(paths) * len(contestants), unit="run", disable=None, leave=False) as bar:
        for path in paths:
            crops = crops_of(path, limit)
            for contestant in contestants:
                bar.set_description(f"{crops.name} {contestant.name}")
                found.append(measure(contestant, crops))
                bar.update()
    return found


_COLUMNS = (
    ("n", "n", "{:.0f}"),
    ("CER", "cer", "{:.3f}"),
    ("exact", "exact", "{:.3f}"),
    ("cov@1%", "coverage", "{:.3f}"),
    ("img/s", "images_per_second", "{:.1f}"),
    ("CPU ms", "cpu_ms", "{:.1f}"),
)


def _cells(result: Result) -> list[str]:
    return [form.format(getattr(result, key)) for _, key, form in _COLUMNS]


def table(results: Sequence[Result]) -> str:
    """The figures as lines of text, one a set and contestant."""
    head = f"{'set':<16}{'reader':<16}{'way':<10}" + "".join(f"{title:>8}" for title, _, _ in _COLUMNS)
    lines = [
        f"{r.set:<16}{r.contestant:<16}{r.way:<10}" + "".join(f"{c:>8}" for c in _cells(r)) for r in results
    ]
    return "\n".join([head, *lines])


def markdown(results: Sequence[Result], missing: Sequence[Missing], facts: dict[str, object]) -> str:
    """The same as a page, with what it was measured on."""
    titles = ["set", "reader", "way", *(title for title, _, _ in _COLUMNS)]
    rows = [[r.set, r.contestant, r.way, *_cells(r)] for r in results]
    lines = ["# Benchmark", "", (__doc__ or "").split("\n\n", 1)[1].strip(), ""]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    lines += [f"- {peer.name}: not installed ({peer.remedy})" for peer in missing]
    lines += ["", *(f"| {' | '.join(row)} |" for row in [titles, ["---"] * len(titles), *rows]), ""]
    return "\n".join(lines)


def _facts(reader: Reader, threads: int) -> dict[str, object]:
    return {
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "reader": reader.version,
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "threads": threads,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())

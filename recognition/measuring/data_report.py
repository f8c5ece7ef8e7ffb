"""`python -m recognition report`: what is in labelled sets, and which of their labels look wrong."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from recognition.crops.data import Sample
from recognition.measuring.contact_sheet import contact_sheet
from recognition.measuring.evaluate import Options, select, widest_kind
from recognition.measuring.label_doubts import Doubt, doubts
from recognition.reader.charset import is_writable
from recognition.reader.engine import Reader
from recognition.whole_files import write_whole

SHOWN = 48
CHARACTERS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """split: only this one; limit: crops of a set that are read (all are counted); most: doubts shown."""

    split: str | None = None
    limit: int | None = None
    most: int = SHOWN


def counts(samples: Sequence[Sample]) -> dict[str, object]:
    """Numbers of a set, ready for JSON: crops, writers, lengths and characters of the labels."""
    writers = Counter(sample.writer for sample in samples if sample.writer)
    lengths = [len(sample.text) for sample in samples]
    characters = Counter("".join(sample.text for sample in samples))
    return {
        "crops": len(samples),
        "splits": dict(sorted(Counter(sample.split or "none" for sample in samples).items())),
        "kind": widest_kind(samples),
        "writers": len(writers),
        "crops_a_writer": _spread(list(writers.values())),
        "length": _spread(lengths),
        "lengths": {str(length): n for length, n in sorted(Counter(lengths).items())},
        "empty": lengths.count(0),
        "distinct_texts": len({sample.text for sample in samples}),
        "characters": dict(characters.most_common()),
        "not_writable": sorted({sample.text for sample in samples if not is_writable(sample.text)}),
    }


def _spread(values: Sequence[int]) -> dict[str, float]:
    if not values:
        return {}
    middle = {"mean": round(mean(values), 2), "median": median(values)}
    return {"least": min(values), **middle, "most": max(values)}


def report(
    reader: Reader, paths: Sequence[Path], asked: Asked, out: Path, weights: Path | None = None
) -> dict[str, object]:
    """Writes report.json, report.md and for each set two contact sheets and doubts.csv to `out`."""
    chosen = [(path, select(path, Options(asked.split))) for path in paths]
    found: dict[str, object] = {}
    pages = ["# Labelled sets", "", f"Read by {reader.version}.", ""]
    for path, samples in chosen:
        name = path.resolve().name if path.resolve().name not in found else str(len(found))
        facts, lines = _of_set(reader, path, samples, asked, out / name, weights)
        found[name] = facts
        pages += [f"## {name}", "", *lines, ""]
        sys.stdout.write("\n".join([name, *(f"  {line}" for line in lines)]) + "\n")
        sys.stdout.flush()
    content = {"reader": reader.version, "split": asked.split, "sets": found}
    write_whole(out / "report.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_whole(out / "report.md", "\n".join(pages))
    sys.stdout.write(f"{out / 'report.md'}\n")
    return found


def _of_set(
    reader: Reader, path: Path, samples: Sequence[Sample], asked: Asked, folder: Path, weights: Path | None
) -> tuple[dict[str, object], list[str]]:
    facts = counts(samples)
    read = select(path, Options(asked.split, limit=asked.limit))
    doubted = doubts(reader, read, widest_kind(samples), weights)
    shown = select(path, Options(asked.split, limit=SHOWN))
    _write_sheet(folder / "samples.png", [(sample, [sample.text, _origin(sample)]) for sample in shown])
    _write_sheet(folder / "doubts.png", [(d.sample, _words(d)) for d in doubted[: asked.most]])
    write_whole(folder / "doubts.csv", _csv(doubted))
    facts |= {"read": len(read), "label_is_not_the_reading": len(doubted)}
    return facts, _lines(facts, doubted)


def _write_sheet(path: Path, rows: Sequence[tuple[Sample, Sequence[str]]]) -> None:
    crops = []
    for sample, words in rows:
        try:
            crops.append((sample.load(), words))
        except ValueError:  # it is named in the list of doubts, with the reason
            continue
    picture = io.BytesIO()
    contact_sheet(crops).save(picture, format="PNG", optimize=True)
    write_whole(path, picture.getvalue())


def _origin(sample: Sample) -> str:
    return f"{sample.file}  {sample.writer and f'writer {sample.writer}'}"


def _words(doubt: Doubt) -> list[str]:
    if doubt.problem:
        return [f"label: {doubt.sample.text}", doubt.problem, doubt.sample.file]
    p = f"p label {math.exp(doubt.log_p_label):.1e}, reading {math.exp(doubt.log_p_reading):.2f}"
    return [f"label: {doubt.sample.text}", f"read:  {doubt.reading}", p, doubt.sample.file]


def _csv(doubted: Sequence[Doubt]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "label", "reading", "p_label", "p_reading", "writer", "split", "problem"])
    for doubt in doubted:
        sample, p = doubt.sample, (math.exp(doubt.log_p_label), math.exp(doubt.log_p_reading))
        numbers = [f"{value:.3g}" for value in p]
        table.writerow(
            [sample.file, sample.text, doubt.reading, *numbers, sample.writer, sample.split, doubt.problem]
        )
    return text.getvalue()


def _lines(facts: dict[str, object], doubted: Sequence[Doubt]) -> list[str]:
    characters = facts["characters"]
    common = list(characters.items())[:CHARACTERS_SHOWN] if isinstance(characters, dict) else []
    lines = [
        f"- {facts['crops']} crops, splits {facts['splits']}, read as {facts['kind']}",
        f"- writers: {facts['writers'] or 'unknown'}, crops a writer {facts['crops_a_writer'] or 'unknown'}",
        f"- {facts['distinct_texts']} distinct labels, {facts['empty']} empty, length {facts['length']}",
        "- characters: " + ", ".join(f"{c if c.strip() else 'space'} {n}" for c, n in common),
        f"- of {facts['read']} crops read, the label of {len(doubted)} is not the likeliest text",
    ]
    if facts["not_writable"]:
        lines.append(f"- labels outside the reader's alphabet: {facts['not_writable']}")
    return lines

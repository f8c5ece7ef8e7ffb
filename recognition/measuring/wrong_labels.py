"""Crops of the held-out sets whose labels are plainly wrong, each looked at by a person."""

from __future__ import annotations

import csv
from pathlib import Path

from recognition.reader.network import WEIGHTS

SEEN = WEIGHTS / "wrong_labels.csv"
"""Those that were found in the sets that the shipped weights are measured on."""


def listed(path: Path) -> frozenset[tuple[str, str]]:
    """(set, file) of every line of a CSV file with these two columns. ValueError when one is missing."""
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        if missing := {"set", "file"} - set(table.fieldnames or ()):
            raise ValueError(f"{path}: column {min(missing)!r} is missing; expected the columns set, file")
        return frozenset((row["set"], row["file"]) for row in table)

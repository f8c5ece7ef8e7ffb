"""Which part of a labelled set nobody has trained on."""

from __future__ import annotations

from pathlib import Path

from recognition.crops.data import read_set

SPLITS = ("val", "test")


def held_out_sets(root: Path) -> list[Path]:
    """The sets under `root` that have crops which training does not see."""
    return [path for path in sorted(root.iterdir()) if path.is_dir() and held_out_split(path)]


def held_out_split(path: Path) -> str | None:
    """The split val of the set, else test; None when it has neither or is no set."""
    try:
        splits = {sample.split for sample in read_set(path)}
    except ValueError:
        return None
    return next((split for split in SPLITS if split in splits), None)

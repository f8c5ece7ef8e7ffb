"""Short runs that differ in one choice each, so that the recipe rests on figures.

    python -m recognition.training.ablations recognition/configs/ablations.yaml --out runs/ablations

The file names the runs: keys that all share, and for each run what it changes. Every run sees the same number
of crops; the table has one row a run with the figures of the same held-out crops. Finished runs are kept, so
that a stopped command goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from recognition.crops.data import data_root
from recognition.training.train import Training
from recognition.training.train_config import TrainConfig, config_of, read_mapping
from recognition.training.validate import Crop, validate, validation_crops
from recognition.whole_files import write_whole

Figures = dict[str, dict[str, float]]
SHOWN = (
    ("iam-words", "cer"), ("dhsd", "cer"), ("meza-numbers", "exact"), ("orand-car-a", "exact"),
    ("names", "exact"), ("strings", "exact"), ("mnist-cells", "exact"), ("sheet-texts", "cer"),
)  # fmt: skip
LAST_STEP = "the last step's weights instead of their average"


def read_runs(path: Path) -> dict[str, TrainConfig]:
    """Runs by what they change, the unchanged one first. ValueError says what is wrong with the file."""
    content = read_mapping(path)
    base, changes = content.get("base"), content.get("changes")
    if not isinstance(base, dict) or not isinstance(changes, dict):
        raise ValueError(f"{path}: expected `base` (keys of a run) and `changes` (names, keys)")  # noqa: TRY004
    runs = {"as it is": config_of(base, path)}
    for name, changed in changes.items():
        runs[str(name)] = config_of(base | changed, path)
    return runs


def compare(runs: Mapping[str, TrainConfig], out: Path) -> dict[str, Figures]:
    """Trains what is not trained yet and gives each run's figures on the same held-out crops."""
    root = data_root()
    crops = validation_crops(root)
    results: dict[str, Figures] = {}
    for number, (name, config) in enumerate(runs.items()):
        folder = out / f"{number:02d}"
        kept = folder / "figures.json"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(kept, json.dumps(_figures(name, config, folder, root, crops)))
        results |= json.loads(kept.read_text(encoding="utf-8"))
    return results


def _figures(
    name: str, config: TrainConfig, folder: Path, root: Path, crops: Mapping[str, list[Crop]]
) -> dict[str, Figures]:
    training = Training(config, folder, root)
    training.go(None)
    averaged = training.average.reader(training.reader)
    found = {name: {k: asdict(v) for k, v in validate(averaged, crops).items()}}
    if name == "as it is":
        found[LAST_STEP] = {k: asdict(v) for k, v in validate(training.reader, crops).items()}
    return found


def table(results: Mapping[str, Figures]) -> str:
    """Markdown: a row a run, a column a set."""
    shown = [(s, f) for s, f in SHOWN if all(s in figures for figures in results.values())]
    lines = [
        "| " + " | ".join(["run", *(f"{s} {f}" for s, f in shown)]) + " |",
        "|" + "---|" * (len(shown) + 1),
    ]
    lines += [
        "| " + " | ".join([name, *(f"{figures[s][f]:.3f}" for s, f in shown)]) + " |"
        for name, figures in results.items()
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, compares, prints the table."""
    parser = argparse.ArgumentParser("python -m recognition.training.ablations", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"))
    options = parser.parse_args(argv)
    results = compare(read_runs(options.config), options.out)
    print(table(results))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m recognition.paper`: a class of scanned answer sheets, with the truth about them."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recognition.paper.classroom import Class, HandSource, ShippedHands, Student
from recognition.paper.collected_hands import CollectedHands
from recognition.paper.exam_file import read_questions
from recognition.paper.faults import FaultCounts
from recognition.paper.presets import PRESETS
from recognition.paper.printed import read_layout
from recognition.paper.rehearsal import proposed_exam
from recognition.paper.truth import scan_class

_EPILOG = """\
Two ways to use it:

  a class in the handwriting that ships with the project
    python -m recognition.paper --layout L.json --sheets S.pdf --exam EXAM.yaml --out DIR --preset rough

  a dress rehearsal with real handwriting of writers that training never saw (val splits, test parts)
    python -m recognition.paper --handwriting DATA/iam-words DATA/mnist --propose-exam EXAM.json
    python manage.py sheets EXAM.json --copies 30 --out DIR
    python -m recognition.paper --handwriting DATA/iam-words DATA/mnist \\
        --layout DIR/layout.json --sheets DIR/sheets.pdf --exam EXAM.json --out DIR --preset rough --seed 3

DIR gets scans.pdf and truth.json (what every pupil wrote, what every scanned page is, which are missing).
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 0 done, 2 for bad input with one line on standard error."""
    options = _parser().parse_args(argv)
    try:
        _propose(options) if options.propose_exam else _scan(options)
    except (ValueError, OSError, IndexError) as error:
        print(f"recognition.paper: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m recognition.paper",
        description="Fills printed answer sheets with handwriting and scans them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--layout", type=Path, help="layout.json of `manage.py sheets`")
    parser.add_argument("--sheets", type=Path, help="sheets.pdf of `manage.py sheets`")
    parser.add_argument("--exam", type=Path, help="EXAM.yaml, or .json of the same shape")
    parser.add_argument("--out", type=Path, help="folder for scans.pdf and truth.json")
    parser.add_argument("--roster", type=Path, help="ROSTER.csv; without it students get made-up numbers")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="office", help="how bad the scans are")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same bytes")
    parser.add_argument("--workers", type=int, default=2, help="processes that paint pages (default 2)")
    parser.add_argument("--in-order", action="store_true", help="pages as printed instead of shuffled")
    parser.add_argument(
        "--no-faults", action="store_true", help="no duplicate, missing, blank or foreign page"
    )
    parser.add_argument(
        "--handwriting", type=Path, nargs="+", default=(), metavar="DIR",
        help="folders of real handwriting (labels.csv with images, or chars.npz); kept-back parts only",
    )  # fmt: skip
    parser.add_argument(
        "--propose-exam",
        type=Path,
        metavar="FILE",
        help="write an exam that the handwriting can answer, and stop",
    )
    return parser


def _propose(options: argparse.Namespace) -> None:
    if not options.handwriting:
        raise ValueError("--propose-exam needs --handwriting DIR...")
    exam = proposed_exam(tuple(options.handwriting), np.random.default_rng(options.seed))
    options.propose_exam.write_text(json.dumps(exam, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(options.propose_exam)  # noqa: T201


def _scan(options: argparse.Namespace) -> None:
    for name in ("layout", "sheets", "exam", "out"):
        if getattr(options, name) is None:
            raise ValueError(f"--{name} is missing: see --help")
    run, questions = read_layout(options.layout), read_questions(options.exam)
    digits = [len(box.cells) for sheet in run.sheets for box in sheet.pages[0].boxes if not box.question]
    students = _roster(options.roster) if options.roster else _made_up(len(run.sheets), digits)
    hands: HandSource = CollectedHands(tuple(options.handwriting)) if options.handwriting else ShippedHands()
    school = Class(
        run, options.sheets, questions, students, options.preset, options.seed, hands,
        FaultCounts.none() if options.no_faults else FaultCounts(), not options.in_order,
    )  # fmt: skip
    made = scan_class(school, options.out, options.workers, _progress if sys.stderr.isatty() else None)
    print(f"{made.pages} pages: {made.scans}, {made.truth}")  # noqa: T201


def _roster(path: Path) -> tuple[Student, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = list(csv.DictReader(file, delimiter=";" if ";" in first else ","))
    if not rows or "student_id" not in rows[0]:
        raise ValueError(f"{path} has no column student_id")
    return tuple(Student(row["student_id"], row.get("name") or "") for row in rows)


def _made_up(count: int, digits: Sequence[int]) -> tuple[Student, ...]:
    length = max(digits, default=7)
    step, start = 7919, 10 ** (length - 1)
    return tuple(Student(str(start + (k * step) % (9 * start)).zfill(length)) for k in range(count))


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    print(f"scanning page {done} of {total}", end=end, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())

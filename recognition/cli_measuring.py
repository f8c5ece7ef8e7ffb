"""The commands that measure: evaluate, benchmark, report."""

from __future__ import annotations

import argparse
from pathlib import Path

from recognition.cli_options import KINDS, Commands, Parser, add_reader_options, open_reader, positive


def add_evaluate(commands: Commands[Parser]) -> None:
    """`evaluate`: figures of one reader."""
    parser = commands.add_parser(
        "evaluate",
        help="figures on labelled sets",
        description="Reads labelled sets (labels.csv with images, the IAM layout, IDX files, chars.npz) and "
        "prints n, CER, WER, exact match, calibration error (15 bins), AURC, coverage at 5, 1, 0.5 and "
        "0.1 % error, images a second, and the figures of key verification: true keys accepted at 0.5 % "
        "false accepts of keys one character off, false 'correct' and false 'wrong' (both at 99 %).",
    )
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET", help="folder of a labelled set")
    parser.add_argument("--split", help="only samples of this split (train, val, test)")
    parser.add_argument("--kind", choices=KINDS, help="read as this kind (default: what the labels need)")
    parser.add_argument("--limit", type=positive, metavar="N", help="at most N samples, evenly over a set")
    parser.add_argument(
        "--without", type=Path, metavar="FILE",
        help="leave out the crops that this CSV (columns set, file) lists, as "
        "recognition/weights/wrong_labels.csv does those with plainly wrong labels",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write reliability and risk-coverage PNGs")
    add_reader_options(parser)
    parser.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> None:
    from recognition.measuring.evaluate import Options, evaluate
    from recognition.measuring.wrong_labels import listed

    without = listed(options.without) if options.without else frozenset()
    chosen = Options(options.split, options.kind, options.limit, without)
    evaluate(open_reader(options), options.datasets, chosen, options.json, options.plots)


def add_benchmark(commands: Commands[Parser]) -> None:
    """`benchmark`: this reader beside its peers."""
    parser = commands.add_parser(
        "benchmark",
        help="this reader beside PP-OCRv6-small and Tesseract",
        description="Reads held-out crops (split val, else test) of labelled sets with this reader, with "
        "PP-OCRv6-small (rapidocr, recognition only, raw and masked to the alphabet) and with Tesseract "
        "(--psm 8 and 7), the same crops on as many threads in the same run, and prints CER, exact match, "
        "coverage at 1 % error and images a second. A peer that is not installed is named, with how to "
        "install it. Writes benchmark.json and benchmark.md.",
    )
    parser.add_argument(
        "datasets", nargs="*", type=Path, metavar="DATASET",
        help="folders of labelled sets (default: all in INKGRADE_DATA that have such a split)",
    )  # fmt: skip
    parser.add_argument(
        "--limit", type=positive, default=200, metavar="N", help="at most N crops of a set (default: 200)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("build/benchmark"), metavar="DIR", help="default: build/benchmark"
    )
    add_reader_options(parser, threads=1)
    parser.set_defaults(run=_benchmark)


def _benchmark(options: argparse.Namespace) -> None:
    from recognition.crops.data import data_root
    from recognition.crops.held_out import held_out_sets
    from recognition.measuring.benchmark import benchmark

    paths = options.datasets or held_out_sets(data_root())
    if not paths:
        raise ValueError(f"{data_root()} has no set with a split val or test")
    benchmark(open_reader(options), paths, options.limit, options.threads, options.out)


def add_report(commands: Commands[Parser]) -> None:
    """`report`: what is in labelled sets."""
    parser = commands.add_parser(
        "report",
        help="what is in labelled sets, and which labels look wrong",
        description="Counts crops, writers, lengths and characters of labelled sets, and reads their crops "
        "to find labels that the reader thinks improbable: the exact probability of the label beside that of "
        "the likeliest text, most doubtful first. Writes report.md, report.json and for each set "
        "samples.png, doubts.png (contact sheets) and doubts.csv.",
    )
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET", help="folder of a labelled set")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the report goes")
    parser.add_argument("--split", help="only samples of this split (train, val, test)")
    parser.add_argument("--limit", type=positive, metavar="N", help="read at most N crops, evenly over a set")
    parser.add_argument(
        "--most", type=positive, default=48, metavar="N", help="doubts on the contact sheet (default: 48)"
    )
    add_reader_options(parser)
    parser.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> None:
    from recognition.measuring.data_report import Asked, report

    asked = Asked(options.split, options.limit, options.most)
    report(open_reader(options), options.datasets, asked, options.out, options.weights)

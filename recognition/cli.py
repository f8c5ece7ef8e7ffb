"""The command line of the recognition library: read, evaluate, train, export, calibrate.

Exit codes: 0 done, 2 bad input (one line on standard error), 1 failure.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

KINDS = ("digits", "number", "text")
DEVICES = ("auto", "cpu", "cuda", "mps")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    warnings.showwarning = _warn
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _failed("interrupted", 1)
    except (ValueError, FileNotFoundError, NotADirectoryError) as error:
        return _failed(error, 2)
    except Exception as error:
        if os.environ.get("INKGRADE_TRACEBACK"):
            raise
        return _failed(error, 1)
    return 0


def _failed(error: object, code: int) -> int:
    reason = " ".join(str(error).split()) or type(error).__name__
    sys.stderr.write(f"recognition: {reason}\n")
    return code


def _warn(message: Warning | str, *_details: object, **_more: object) -> None:
    sys.stderr.write(f"recognition: warning: {message}\n")


def _parser() -> _Parser:
    parser = _Parser(prog="python -m recognition", description="Reads handwriting in answer boxes.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_read(commands)
    _add_evaluate(commands)
    _add_calibrate(commands)
    _add_train(commands)
    _add_export(commands)
    return parser


def _add_read(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "read",
        help="read crops, one JSON object a line",
        description="Reads image files of single answers (PNG, JPEG, TIFF, ...). Prints one JSON object a "
        "line for every file, each exactly once: file, text, confidence (calibrated probability that the "
        "text is exactly what was written), alternatives, p_expected (with an expected answer), blank, "
        "error. A file that cannot be read gets its error and never stops the rest.",
    )
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="image files")
    parser.add_argument("--kind", choices=KINDS, required=True, help="what the boxes hold")
    parser.add_argument("--allowed", metavar="CHARS", help="only these characters can occur")
    parser.add_argument("--list", type=Path, metavar="FILE", help="image paths, one a line")
    parser.add_argument(
        "--expect", nargs="+", default=[], metavar="KEY", help="expected answer of each image"
    )
    parser.add_argument(
        "--expect-list", type=Path, metavar="FILE", help="the same, one a line (may be empty)"
    )
    _add_reader_options(parser)
    parser.set_defaults(run=_read)


def _add_evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
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
    parser.add_argument("--limit", type=_positive, metavar="N", help="at most N samples, evenly over a set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write reliability and risk-coverage PNGs")
    _add_reader_options(parser)
    parser.set_defaults(run=_evaluate)


def _add_calibrate(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "calibrate",
        help="fit the confidence to held-out writers",
        description="Fits the calibrators of the weights on writers that training did not see and writes "
        "calibration.json beside the weights.",
    )
    parser.add_argument("--data", type=Path, help="folder of the labelled sets (default: INKGRADE_DATA)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of beside the weights")
    parser.add_argument("--limit", type=_positive, metavar="N", help="at most N crops of a set")
    _add_reader_options(parser)
    parser.set_defaults(run=_calibrate)


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "train",
        help="train the network (train extra)",
        description="Makes or resumes the run that a config file describes; needs INKGRADE_DATA and the "
        "train extra. Resuming after a kill goes on from the last checkpoint.",
    )
    parser.add_argument("config", type=Path, metavar="CONFIG", help="YAML file of the run")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the run (default: runs/NAME)")
    parser.set_defaults(run=_train)


def _add_reader_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, metavar="DIR", help="weights (default: the shipped ones)")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="default: a GPU if there is one")
    parser.add_argument(
        "--threads", type=_positive, default=_cores(), help="CPU threads (default: all cores)"
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_positive.__name__ = "positive number"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(options: argparse.Namespace) -> None:
    from recognition.read_command import read_files, tasks

    work = tasks(options.images, options.list, options.expect, options.expect_list)
    from recognition.engine import Reader

    reader = Reader(options.weights, options.device, options.threads)
    if options.allowed is not None:
        reader.mask(options.allowed)
    if hasattr(sys.stdout, "reconfigure"):
        # A file name that is not UTF-8 becomes a JSON escape instead of an encoding error.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    read_files(reader, work, options.kind, options.allowed, sys.stdout)


def _evaluate(options: argparse.Namespace) -> None:
    from recognition.engine import Reader
    from recognition.evaluate import Options, evaluate

    reader = Reader(options.weights, options.device, options.threads)
    chosen = Options(options.split, options.kind, options.limit)
    evaluate(reader, options.datasets, chosen, options.json, options.plots)


def _calibrate(options: argparse.Namespace) -> None:
    from recognition.calibrate import calibrate
    from recognition.data import data_root

    root = options.data if options.data is not None else data_root()
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder of labelled sets")
    calibrate(root, options.weights, options.out, options.limit, options.device, options.threads)


def _train(options: argparse.Namespace) -> None:
    if not options.config.is_file():
        raise ValueError(f"{options.config}: no such config file")
    try:
        from recognition import train
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{error.name} is missing: pip install 'inkgrade[train]'") from error
    train.run(options.config, options.out)


def _add_export(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "export",
        help="export a checkpoint as ONNX (train extra)",
        description="Exports the averaged weights of a checkpoint to reader.onnx and reader.json and checks "
        "them against torch. Calibrate afterwards.",
    )
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="last.pt of a run")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the weights (default: the shipped)"
    )
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    if not options.checkpoint.is_file():
        raise ValueError(f"{options.checkpoint}: no such checkpoint")
    try:
        from recognition import export
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{error.name} is missing: pip install 'inkgrade[train]'") from error
    from recognition.network import WEIGHTS

    export.run(options.checkpoint, options.out or WEIGHTS)

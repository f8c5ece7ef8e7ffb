"""What the commands of the library share: their parser and the options of everything that reads."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from recognition.reader.engine import Reader

KINDS = ("digits", "number", "text")
DEVICES = ("auto", "cpu", "cuda", "mps")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


Commands = argparse._SubParsersAction


def add_reader_options(parser: argparse.ArgumentParser, threads: int | None = None) -> None:
    """--weights, --device and --threads (all cores unless `threads` says otherwise)."""
    parser.add_argument("--weights", type=Path, metavar="DIR", help="weights (default: the shipped ones)")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="default: a GPU if there is one")
    add_threads(parser, threads)


def add_threads(parser: argparse.ArgumentParser, threads: int | None = None) -> None:
    """--threads alone."""
    said = "all cores" if threads is None else str(threads)
    parser.add_argument(
        "--threads", type=positive, default=threads or cores(), help=f"CPU threads (default: {said})"
    )


def open_reader(options: argparse.Namespace) -> Reader:
    """The reader that the options ask for."""
    from recognition.reader.engine import Reader

    return Reader(options.weights, options.device, options.threads)


def positive(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


positive.__name__ = "positive number"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share(text: str) -> float:
    """A number between 0 and 1; argparse names the type in its message."""
    found = float(text)
    if not 0.0 < found < 1.0:
        raise ValueError(text)
    return found


share.__name__ = "share between 0 and 1"

"""The command line of the recognition library.

Exit codes: 0 done, 2 bad input (one line on standard error), 1 failure.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from recognition.cli_measuring import add_benchmark, add_evaluate, add_report
from recognition.cli_options import KINDS, Commands, Parser, add_reader_options, open_reader, share
from recognition.cli_training import add_calibrate, add_export, add_train


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


def _parser() -> Parser:
    parser = Parser(prog="python -m recognition", description="Reads handwriting in answer boxes.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=Parser)
    for add in (_add_read, add_evaluate, add_benchmark, add_report, add_calibrate, add_train, add_export):
        add(commands)
    return parser


def _add_read(commands: Commands[Parser]) -> None:
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
    parser.add_argument(
        "--lexicon", type=Path, metavar="FILE",
        help="words that are likely to be written, one a line (text only): candidates of these words are "
        "favoured as --lexicon-prior says, which changes text and confidence, never p_expected",
    )  # fmt: skip
    parser.add_argument(
        "--lexicon-prior", type=share, default=0.8, metavar="P",
        help="how likely a text consists of words of the lexicon before one looks at it (default: 0.8)",
    )  # fmt: skip
    add_reader_options(parser)
    parser.set_defaults(run=_read)


def _read(options: argparse.Namespace) -> None:
    from recognition.reader.lexicon import Lexicon
    from recognition.reader.read_command import lines_of, read_files, tasks

    work = tasks(options.images, options.list, options.expect, options.expect_list)
    lexicon = None
    if options.lexicon is not None:
        if options.kind != "text":
            raise ValueError("--lexicon is for --kind text")
        lexicon = Lexicon.of_lines(lines_of(options.lexicon), options.lexicon_prior)
    reader = open_reader(options)
    if options.allowed is not None:
        reader.weights(options.allowed)
    if hasattr(sys.stdout, "reconfigure"):
        # A file name that is not UTF-8 becomes a JSON escape instead of an encoding error.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    read_files(reader, work, options.kind, options.allowed, sys.stdout, lexicon)

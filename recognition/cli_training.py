"""The commands that make weights: train, export, calibrate."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from recognition.cli_options import Commands, Parser, add_reader_options, add_threads, positive, share


def add_train(commands: Commands[Parser]) -> None:
    """`train`: a run from its config, or weights fine-tuned on corrections."""
    parser = commands.add_parser(
        "train",
        help="train the network, or adapt weights to corrections (train extra)",
        description="CONFIG makes or resumes the run that a config file describes; needs INKGRADE_DATA. "
        "Resuming after a kill goes on from the last checkpoint. --from WEIGHTS --data CORRECTIONS trains "
        "weights further on what reviewers corrected, a labelled set such as manage.py corrections writes. "
        "The new weights are put into their own folder only if they read held-out corrections better than "
        "the old ones and no set of INKGRADE_DATA worse; else the reason is said, the exit code is 1 and "
        "nothing is written. Both need the train extra.",
    )
    parser.add_argument("config", nargs="?", type=Path, metavar="CONFIG", help="YAML file of the run")
    parser.add_argument(
        "--from", dest="parent", type=Path, metavar="WEIGHTS", help="folder of the weights to start from"
    )
    parser.add_argument("--data", type=Path, metavar="CORRECTIONS", help="folder of the corrections")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to make (default: runs/NAME, or runs/adapted-VERSION)"
    )
    parser.add_argument(
        "--limit", type=positive, default=300, metavar="N",
        help="with --from: compare on at most N crops of each base set (default: 300)",
    )  # fmt: skip
    add_threads(parser)
    parser.set_defaults(run=_train)


def _train(options: argparse.Namespace) -> None:
    adapting = options.parent is not None or options.data is not None
    if adapting == (options.config is not None) or (options.parent is None) != (options.data is None):
        raise ValueError("give the CONFIG of a run, or --from WEIGHTS and --data CORRECTIONS")
    if adapting:
        _adapt(options)
        return
    if not options.config.is_file():
        raise ValueError(f"{options.config}: no such config file")
    try:
        from recognition.training import train
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{error.name} is missing: pip install 'inkgrade[train]'") from error
    train.run(options.config, options.out)


def _adapt(options: argparse.Namespace) -> None:
    try:
        from recognition.training.adapt_learn import fine_tune
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{error.name} is missing: pip install 'inkgrade[train]'") from error
    from recognition.crops.data import data_root
    from recognition.training.adapt import adapt

    root = data_root() if os.environ.get("INKGRADE_DATA") else None
    adapt(options.parent, options.data, options.out, root, fine_tune, options.limit, options.threads)


def add_export(commands: Commands[Parser]) -> None:
    """`export`: a checkpoint as weights."""
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
    parser.add_argument(
        "--blend",
        type=Path,
        metavar="ONNX",
        help="mix with the exported weights that the run started from",
    )
    parser.add_argument("--share", type=share, default=0.5, help="the run's share in the mix (default: 0.5)")
    parser.add_argument(
        "--numbers",
        action="store_true",
        help="as the network for digits and numbers, beside the reader.onnx of the folder",
    )
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    if not options.checkpoint.is_file():
        raise ValueError(f"{options.checkpoint}: no such checkpoint")
    if options.blend and not options.blend.is_file():
        raise ValueError(f"{options.blend}: no such weights")
    try:
        from recognition.training import export
    except ModuleNotFoundError as error:
        raise RuntimeError(f"{error.name} is missing: pip install 'inkgrade[train]'") from error
    from recognition.reader.network import MODEL, NUMBERS, WEIGHTS

    name = NUMBERS if options.numbers else MODEL
    blend = export.Blend(options.blend, options.share) if options.blend else None
    export.run(options.checkpoint, options.out or WEIGHTS, blend=blend, name=name)


def add_calibrate(commands: Commands[Parser]) -> None:
    """`calibrate`: confidences that mean what they say."""
    parser = commands.add_parser(
        "calibrate",
        help="fit the confidence to held-out writers",
        description="Fits the calibrators of the weights on writers that training did not see and writes "
        "calibration.json beside the weights.",
    )
    parser.add_argument("--data", type=Path, help="folder of the labelled sets (default: INKGRADE_DATA)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of beside the weights")
    parser.add_argument("--limit", type=positive, metavar="N", help="at most N crops of a set")
    add_reader_options(parser)
    parser.set_defaults(run=_calibrate)


def _calibrate(options: argparse.Namespace) -> None:
    from recognition.crops.data import data_root
    from recognition.measuring.calibrate import calibrate

    root = options.data if options.data is not None else data_root()
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder of labelled sets")
    calibrate(root, options.weights, options.out, options.limit, options.device, options.threads)

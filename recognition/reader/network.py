"""The network at run time: ONNX Runtime on CPUs, torch on a GPU when there is one."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recognition.reader.charset import ALPHABET

Batch = NDArray[np.float32]
WEIGHTS = Path(__file__).parent.parent / "weights"
MODEL, FACTS = "reader.onnx", "reader.json"
NUMBERS = "numbers.onnx"
"""A network of the same shape for boxes of digits and numbers; without it `MODEL` reads these too."""

NUMERIC_KINDS = frozenset({"digits", "number"})


class WeightsError(RuntimeError):
    """Weights that are missing or do not fit; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What reader.json says of the weights; class k of the network is `alphabet[k - 1]`."""

    version: str
    height: int
    stride: int
    alphabet: str


class Network(Protocol):
    """Planes in, log-probabilities out."""

    def run(self, batch: Batch) -> NDArray[np.float32]:
        """(N, 1, 48, W) with paper 1.0 to log-probabilities (N, T, C)."""
        ...


class OnnxNetwork:
    """The exported network in ONNX Runtime on `threads` threads of this process."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning threads would steal the time of the other workers on the machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its classes live in a native module without names to import
            raise WeightsError(f"{path} cannot be loaded: {error}") from error

    def run(self, batch: Batch) -> NDArray[np.float32]:
        return np.asarray(self._session.run(["log_probs"], {"image": batch})[0], np.float32)


def read_facts(folder: Path) -> Facts:
    """Facts of the weights in `folder`. WeightsError when they are missing or another reader's."""
    path = folder / FACTS
    if not path.exists() or not (folder / MODEL).exists():
        raise WeightsError(f"{folder} lacks {MODEL} or {FACTS}: run python -m recognition export")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        facts = Facts(
            str(content["version"]), int(content["height"]), int(content["stride"]), str(content["alphabet"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} is not a description of weights: {error!r}") from error
    if set(facts.alphabet) - set(ALPHABET):
        raise WeightsError(f"{path}: the alphabet is not that of this version of the reader; export again")
    return facts


def model_file(folder: Path, kind: str) -> Path:
    """The network in `folder` that reads boxes of that kind."""
    numbers = folder / NUMBERS
    return numbers if kind in NUMERIC_KINDS and numbers.exists() else folder / MODEL


def fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits that change with the network files."""
    digest = hashlib.sha256((folder / MODEL).read_bytes())
    if (folder / NUMBERS).exists():
        digest.update((folder / NUMBERS).read_bytes())
    return digest.hexdigest()[:12]


def open_networks(
    folder: Path, stride: int, device: str = "auto", threads: int = 1
) -> Callable[[str], Network]:
    """The network for each kind of box; one that reads several kinds is opened once. See `open_network`."""
    files = {kind: model_file(folder, kind) for kind in ("text", *NUMERIC_KINDS)}
    opened = {file: open_network(file, stride, device, threads) for file in sorted({*files.values()})}
    return lambda kind: opened[files[kind]]


def open_network(file: Path, stride: int, device: str = "auto", threads: int = 1) -> Network:
    """Network of an exported file. device: auto (a GPU when torch sees one), cpu, cuda, mps."""
    if device == "auto":
        device = "cuda" if _has_gpu() else "cpu"
    if device == "cpu":
        return OnnxNetwork(file, threads)
    try:
        from recognition.reader.torch_network import TorchNetwork
    except ModuleNotFoundError as error:
        raise WeightsError(
            f"reading on {device} needs {error.name}: pip install 'inkgrade[train]', or use the device cpu"
        ) from error
    return TorchNetwork(file, stride, device)


def _has_gpu() -> bool:
    """Whether torch can use a GPU; torch is not imported where there is no driver."""
    wanted = ("torch", "onnx")
    if not Path("/dev/nvidiactl").exists() or not all(importlib.util.find_spec(name) for name in wanted):
        return False
    import torch

    return torch.cuda.is_available()

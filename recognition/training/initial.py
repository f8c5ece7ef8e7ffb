"""What a run starts from: weights, and which of them learn how fast."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from recognition.reader.exported import exported_reader
from recognition.reader.larger import enlarged
from recognition.reader.model import NetworkConfig, Reader
from recognition.training.pretrained import load_published
from recognition.training.train_config import TrainConfig


def fresh_reader(config: TrainConfig) -> Reader:
    """The network as the run begins; a smaller one that it starts from is enlarged.

    FileNotFoundError when its starting weights are not there.
    """
    reader = Reader(NetworkConfig(**config.network))  # type: ignore[arg-type]
    if config.start != "scratch":
        # The shortcut head is not exported; it then starts anew.
        weights = _published(reader) if config.start == "published" else stored_weights(Path(config.start))
        reader.load_state_dict(enlarged(weights, reader), strict=False)
    return reader


def _published(reader: Reader) -> dict[str, Tensor]:
    small = Reader(NetworkConfig(reader.config.classes, reader.config.stride, shortcut=False))
    load_published(small)
    return small.state_dict()


def stored_weights(file: Path) -> dict[str, Tensor]:
    """Weights of an exported reader.onnx, or the averaged ones of a checkpoint; no shortcut head.

    FileNotFoundError when there is no such file.
    """
    if not file.exists():
        raise FileNotFoundError(f"no weights at {file}: start is published, scratch, a .onnx or a .pt file")
    if file.suffix == ".onnx":
        return exported_reader(file, NetworkConfig().stride).state_dict()
    weights: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)["average"]["weights"]
    return {name: value for name, value in weights.items() if not name.startswith("early_head")}


def parameter_groups(reader: Reader, config: TrainConfig) -> list[dict[str, object]]:
    """Rate and decay by layer: vectors are not decayed, the pretrained CNN may learn slower."""
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in reader.named_parameters():
        parameter.requires_grad_(not name.startswith(tuple(config.frozen)))
        share = config.backbone_rate if name.startswith(("stem", "backbone")) else 1.0
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((share, decay), []).append(parameter)
    return [
        {"params": some, "share": share, "weight_decay": decay} for (share, decay), some in groups.items()
    ]

"""What a run starts from: weights, and which of them learn how fast."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from recognition.reader.exported import exported_weights
from recognition.reader.model import NetworkConfig, Reader
from recognition.training.pretrained import load_published
from recognition.training.train_config import TrainConfig


def fresh_reader(config: TrainConfig) -> Reader:
    """The network as the run begins. FileNotFoundError when its starting weights are not there."""
    reader = Reader(NetworkConfig(**config.network))  # type: ignore[arg-type]
    if config.start == "published":
        load_published(reader)
    elif config.start != "scratch":
        # The shortcut head is not exported; it then starts anew.
        reader.load_state_dict(_stored_weights(reader, Path(config.start)), strict=False)
    return reader


def _stored_weights(reader: Reader, file: Path) -> dict[str, Tensor]:
    """Weights of an exported reader.onnx, or the averaged ones of a checkpoint."""
    if not file.exists():
        raise FileNotFoundError(f"no weights at {file}: start is published, scratch, a .onnx or a .pt file")
    if file.suffix == ".onnx":
        return exported_weights(reader, file)
    weights: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)["average"]["weights"]
    return weights


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

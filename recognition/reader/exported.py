"""Reads an exported network back into torch, to train on from the weights that ship and to read on a GPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from recognition.reader.model import BLOCKS, NetworkConfig, Reader

Array = NDArray[np.float32]
LAST_MIX = f"backbone.{sum(len(blocks) for _, blocks in BLOCKS) + len(BLOCKS) - 2}.mix"
"""The two pointwise convolutions of the CNN's last block."""


def exported_reader(path: Path, stride: int) -> Reader:
    """The network of the ONNX file at `path`, in evaluation mode, without a shortcut head.

    stride: pixels a frame, which the file does not say (reader.json does). ValueError when the file is not an
    export of this architecture.
    """
    model = onnx.load(str(path))
    stored = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    if "neck.enter.weight" not in stored:
        raise ValueError(f"{path} is no export of this network: neck.enter.weight is missing")
    config = NetworkConfig(
        classes=model.graph.output[0].type.tensor_type.shape.dim[2].dim_value,
        stride=stride,
        shortcut=False,
        rows=stored["neck.enter.weight"].shape[2],
        last_hidden=stored[f"{LAST_MIX}.expand.weight"].shape[0],
        layers=sum(name.startswith("neck.far.") and name.endswith(".qkv.bias") for name in stored),
    )
    reader = Reader(config).eval()
    reader.load_state_dict(
        {name: _weight(model, stored, name, value) for name, value in reader.state_dict().items()}
    )
    return reader


def _weight(model: onnx.ModelProto, stored: dict[str, Array], name: str, like: Tensor) -> Tensor:
    """A parameter under its own name, or the weight (out, in) of a linear layer.

    Those are stored transposed, without a name, before their named bias.
    """
    value = stored.get(name)
    if value is None or value.shape != tuple(like.shape):
        value = _linear_weight(model, stored, name)
    if value.shape != tuple(like.shape):
        raise ValueError(f"{name} is {value.shape} in the exported network, not {tuple(like.shape)}")
    return torch.from_numpy(value.copy())


def _linear_weight(model: onnx.ModelProto, stored: dict[str, Array], name: str) -> Array:
    bias = name.removesuffix(".weight") + ".bias"
    users = [node for node in model.graph.node if bias in node.input]
    products = {node.output[0]: node for node in model.graph.node if node.op_type == "MatMul"}
    for user in users:
        for source in user.input:
            if source in products and products[source].input[1] in stored:
                return stored[products[source].input[1]].T
    raise ValueError(f"the exported network has no {name}: export it again with this version")

"""The exported network in torch, for workers with a GPU: the weights come out of reader.onnx itself.

So one file is shipped, and CPU and GPU cannot read with different weights. Needs the train extra.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from recognition.reader.model import NetworkConfig, Reader


class TorchNetwork:
    """Runs the network of an ONNX file on a torch device such as "cuda"."""

    def __init__(self, path: Path, stride: int, device: str) -> None:
        model = onnx.load(str(path))
        classes = model.graph.output[0].type.tensor_type.shape.dim[2].dim_value
        reader = Reader(NetworkConfig(classes=classes, stride=stride, shortcut=False))
        reader.load_state_dict(weights_of(model, reader))
        self._device = torch.device(device)
        self._reader = reader.eval().to(self._device)

    @torch.inference_mode()
    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 1, 48, W) with paper 1.0 to log-probabilities (N, T, C), in single precision as on the CPU."""
        image = torch.from_numpy(np.ascontiguousarray(batch)).to(self._device)
        return np.asarray(self._reader(image).float().cpu().numpy(), np.float32)


def weights_of(model: onnx.ModelProto, reader: Reader) -> dict[str, torch.Tensor]:
    """The exported parameters under the names of `reader`. ValueError names one that is missing."""
    stored = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    found = {}
    for name, parameter in reader.state_dict().items():
        value = stored.get(name)
        if value is None or value.shape != tuple(parameter.shape):
            value = _linear_weight(model, stored, name)
        found[name] = torch.from_numpy(value.copy())
    return found


def _linear_weight(
    model: onnx.ModelProto, stored: dict[str, NDArray[np.float32]], name: str
) -> NDArray[np.float32]:
    """Weight (out, in) of a linear layer: exported transposed, without a name, before its named bias."""
    bias = name.removesuffix(".weight") + ".bias"
    users = [node for node in model.graph.node if bias in node.input]
    products = {node.output[0]: node for node in model.graph.node if node.op_type == "MatMul"}
    for user in users:
        for source in user.input:
            if source in products and products[source].input[1] in stored:
                return np.ascontiguousarray(stored[products[source].input[1]].T)
    raise ValueError(f"the exported network has no {name}: export it again with this version")

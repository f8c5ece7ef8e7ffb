"""Reads an exported reader.onnx back into the torch network, to train on from the weights that ship."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from recognition.reader.model import Attention, Reader


def exported_weights(reader: Reader, path: Path) -> dict[str, Tensor]:
    """State of `reader`, without its shortcut head, as stored in the ONNX file at `path`.

    The export keeps the names of all parameters but the weights of linear layers, which it stores
    transposed, in the graph's order. ValueError when the file is not an export of this architecture.
    """
    graph = onnx.load(str(path)).graph
    stored = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    products = [node.input[1] for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored]
    linears = _linear_names(reader)
    if len(products) != len(linears):
        raise ValueError(f"{path} has {len(products)} linear layers, the reader {len(linears)}")
    stored |= {name: stored[value].T for name, value in zip(linears, products, strict=True)}
    wanted = {k: v for k, v in reader.state_dict().items() if not k.startswith("early_head")}
    for name, value in wanted.items():
        if name not in stored or stored[name].shape != value.shape:
            raise ValueError(f"{path} is no export of this network: {name} is missing or has another shape")
    return {name: stored[name] for name in wanted}


def _linear_names(reader: Reader) -> list[str]:
    blocks = [f"neck.far.{k}" for k, layer in enumerate(reader.neck.far) if isinstance(layer, Attention)]
    parts = ("qkv", "out", "feed_in", "feed_out")
    return [f"{block}.{part}.weight" for block in blocks for part in parts] + ["head.weight"]

"""Loads PP-OCRv6-small's published recogniser (ONNX, Apache-2.0) into our network.

The file ships inside the `rapidocr` wheel. Its parameters are stored in the order in which the graph uses
them, which is the order in which our modules are written, so the import is a walk along both.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from recognition.reader.charset import ALPHABET
from recognition.reader.model import Attention, Neck, Reader

Array = npt.NDArray[np.float32]
MODEL_FILE = "PP-OCRv6_rec_small.onnx"


def published_model() -> Path:
    """Path of the published file. FileNotFoundError says which package to install."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the published weights are in a wheel: pip install 'rapidocr>=3.10'")
    path = Path(spec.origin).parent / "models" / MODEL_FILE
    if not path.exists():
        raise FileNotFoundError(f"this rapidocr has no {MODEL_FILE}: pip install 'rapidocr>=3.10'")
    return path


def published_alphabet(model: onnx.ModelProto) -> list[str]:
    """Characters of the published head: class k is entry k - 1, the last one is the space."""
    listed = {p.key: p.value for p in model.metadata_props}["character"].split("\n")
    return [*listed, " "]


@torch.no_grad()
def load_published(reader: Reader, path: Path | None = None) -> None:
    """Fills `reader` with the published weights; head columns that the published alphabet lacks start low."""
    model = onnx.load(str(path or published_model()))
    convolutions = _convolutions(model)
    # The original is given the grey plane three times.
    convolutions[0] = (convolutions[0][0].sum(axis=1, keepdims=True), convolutions[0][1])
    for layer, (weight, bias) in zip(_convolution_layers(reader), convolutions, strict=True):
        _fill(layer, weight, bias)
    linears, norms = _linears(model), _norms(model)
    _fill_attention(reader, linears, norms)
    weight, bias = linears[-1]
    columns = _columns(published_alphabet(model))
    if reader.config.classes == bias.size:  # the published head whole, to compare outputs
        columns = np.arange(bias.size)
    known = columns >= 0
    reader.head.weight[known] = torch.from_numpy(weight.T[columns[known]].copy())
    reader.head.bias[known] = torch.from_numpy(bias[columns[known]].copy())
    reader.head.bias[~known] = float(bias[columns[known]].min())


def _columns(published: list[str]) -> npt.NDArray[np.int64]:
    place = {character: k + 1 for k, character in reversed(list(enumerate(published)))}
    return np.array([0, *[place.get(character, -1) for character in ALPHABET]])


def _fill(layer: nn.Module, weight: Array, bias: Array) -> None:
    own_weight, own_bias = layer.get_parameter("weight"), layer.get_parameter("bias")
    if tuple(own_weight.shape) != weight.shape:
        raise ValueError(f"published weights of shape {weight.shape} do not fit {tuple(own_weight.shape)}")
    own_weight.copy_(torch.from_numpy(weight.copy()))
    own_bias.copy_(torch.from_numpy(bias.ravel().copy()))


def _convolution_layers(reader: Reader) -> Iterator[nn.Module]:
    """Our convolutions in the published order (the neck's shortcut comes first there too)."""
    return (m for m in reader.modules() if isinstance(m, nn.Conv2d))


def _constants(model: onnx.ModelProto) -> dict[str, Array]:
    return {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}


def _users(model: onnx.ModelProto, name: str) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if name in node.input]


def _convolutions(model: onnx.ModelProto) -> list[tuple[Array, Array]]:
    """Weight and bias of each convolution, batch normalisation folded in."""
    constants = _constants(model)
    nodes = [node for node in model.graph.node if node.op_type == "Conv"]
    return [_folded(constants[n.input[1]], _users(model, n.output[0])[0], constants) for n in nodes]


def _folded(weight: Array, follower: onnx.NodeProto, constants: dict[str, Array]) -> tuple[Array, Array]:
    if follower.op_type == "Add":
        return weight, constants[follower.input[1]]
    scale, shift, mean, variance = (constants[name] for name in follower.input[1:])
    gain = scale / np.sqrt(variance + np.float32(1e-5))
    return weight * gain[:, None, None, None], shift - mean * gain


def _linears(model: onnx.ModelProto) -> list[tuple[Array, Array]]:
    """(in, out) weights and biases of the linear layers, in the graph's order; the last one is the head."""
    constants = _constants(model)
    products = [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in constants]
    return [(constants[n.input[1]], constants[_users(model, n.output[0])[0].input[1]]) for n in products]


def _norms(model: onnx.ModelProto) -> list[tuple[Array, Array]]:
    """Gain and shift of each layer normalisation, which the graph spells out as single operations."""
    constants = _constants(model)
    gains = [n for n in model.graph.node if n.op_type == "Mul" and n.input[1] in constants]
    gains = [n for n in gains if constants[n.input[1]].shape == (Neck.width,)]
    return [(constants[n.input[1]], constants[_users(model, n.output[0])[0].input[1]]) for n in gains]


def _fill_attention(
    reader: Reader, linears: list[tuple[Array, Array]], norms: list[tuple[Array, Array]]
) -> None:
    layers = [m for m in reader.neck.far if isinstance(m, Attention)]
    ours = [linear for a in layers for linear in (a.qkv, a.out, a.feed_in, a.feed_out)]
    for layer, (weight, bias) in zip(ours, linears[:-1], strict=True):
        _fill(layer, weight.T, bias)
    our_norms = [norm for a in layers for norm in (a.norm_attention, a.norm_feed)] + [reader.neck.norm]
    for norm, (gain, shift) in zip(our_norms, norms, strict=True):
        _fill(norm, gain, shift)

"""A reader small enough to be made in a test: an ONNX network whose answers can be worked out by hand.

Its alphabet is "0123456789ab". Each frame is 8 pixels wide and says what the darkest row of its first column
stands for: row 0 paper (the blank), row k the k-th character. So `written("42")` is an image of "42".
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ALPHABET = "0123456789ab"
CLASSES = len(ALPHABET) + 1
FRAME = 8
SHARPNESS = 6.0


def save(folder: Path, numbers: bool = False) -> Path:
    """Writes reader.onnx and reader.json of the tiny reader into `folder`; returns the folder.

    numbers: also numbers.onnx, which reads the character that follows: "53" where "42" is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(), str(folder / "reader.onnx"))
    if numbers:
        onnx.save(_model(shift=1), str(folder / "numbers.onnx"))
    facts = {"name": "tiny", "version": "tiny-1", "height": 48, "stride": FRAME, "alphabet": ALPHABET}
    (folder / "reader.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def _model(shift: int = 0) -> onnx.ModelProto:
    """Ink of 13 rows of each frame -> class scores -> log-softmax; the blank wins where there is no ink."""
    pick = np.zeros((CLASSES, 1, 48, FRAME), np.float32)
    for k in range(1, CLASSES):
        pick[k, 0, 3 * (k - shift) : 3 * (k - shift) + 3, :] = -SHARPNESS / 6
    bias = np.full(CLASSES, SHARPNESS / 6 * 3 * FRAME, np.float32)
    bias[0] = SHARPNESS * 1.5
    nodes = [
        helper.make_node("Conv", ["image", "pick", "bias"], ["scores"], strides=[48, FRAME]),
        helper.make_node("Squeeze", ["scores", "height"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("LogSoftmax", ["frames"], ["log_probs"], axis=2),
    ]
    stored = [
        numpy_helper.from_array(pick, "pick"),
        numpy_helper.from_array(bias, "bias"),
        numpy_helper.from_array(np.array([2], np.int64), "height"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 48, "w"])],
        [helper.make_tensor_value_info("log_probs", TensorProto.FLOAT, ["n", "t", CLASSES])],
        stored,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def plane(text: str, width: int = 64, strength: float = 1.0) -> NDArray[np.float32]:
    """Network input (48, width) that the tiny reader reads as `text`, one character every other frame."""
    image = np.ones((48, width), np.float32)
    for at, character in enumerate(text):
        k = ALPHABET.index(character) + 1
        left = 2 * FRAME * at
        image[3 * k : 3 * k + 3, left : left + FRAME] = 1.0 - strength
    return image

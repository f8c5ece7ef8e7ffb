"""The exported network in torch, for workers with a GPU: the weights come out of reader.onnx itself.

So one file is shipped, and CPU and GPU cannot read with different weights. Needs the train extra.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from recognition.reader.exported import exported_reader


class TorchNetwork:
    """Runs the network of an ONNX file on a torch device such as "cuda"."""

    def __init__(self, path: Path, stride: int, device: str) -> None:
        self._device = torch.device(device)
        self._reader = exported_reader(path, stride).to(self._device)

    @torch.inference_mode()
    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 1, 48, W) with paper 1.0 to log-probabilities (N, T, C), in single precision as on the CPU."""
        image = torch.from_numpy(np.ascontiguousarray(batch)).to(self._device)
        return np.asarray(self._reader(image).float().cpu().numpy(), np.float32)

"""Exponential average of the weights, which reads better than the last step's (Polyak and Juditsky, 1992)."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from recognition.reader.model import Reader


class Average:
    """Averaged copy of a reader's weights; young averages forget faster."""

    def __init__(self, reader: Reader, decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.weights = {name: value.detach().clone() for name, value in reader.state_dict().items()}

    @torch.no_grad()
    def update(self, reader: Reader) -> None:
        self.updates += 1
        decay = min(self.decay, self.updates / (10 + self.updates))
        values = reader.state_dict()
        torch._foreach_lerp_(list(self.weights.values()), [values[name] for name in self.weights], 1 - decay)

    def reader(self, like: Reader) -> Reader:
        """A reader with the averaged weights, in evaluation mode."""
        averaged = copy.deepcopy(like).eval()
        averaged.load_state_dict(self.weights)
        return averaged

    def state(self) -> dict[str, object]:
        return {"updates": self.updates, "weights": self.weights}

    def load(self, state: dict[str, object]) -> None:
        weights, updates = state["weights"], state["updates"]
        if not isinstance(weights, dict) or not isinstance(updates, int):
            raise TypeError("the checkpoint holds no averaged weights")
        loaded: dict[str, Tensor] = weights
        self.updates = updates
        for name, value in self.weights.items():
            value.copy_(loaded[name])

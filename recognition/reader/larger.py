"""Weights of a smaller reader in a larger one, which then reads the same and has more to learn with.

What is new adds nothing at first: rows are weighed alike, which is their mean, and new attention blocks end
in zeros (as in Net2Net, Chen et al., ICLR 2016, and Fixup, Zhang et al., ICLR 2019).
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from recognition.reader.model import MAP_ROWS, Reader

SEES_ROWS = ("neck.shortcut.weight", "neck.enter.weight")
ENDS = (".out.weight", ".out.bias", ".feed_out.weight", ".feed_out.bias")
"""Layers whose output is added to what comes in."""


def enlarged(weights: Mapping[str, Tensor], reader: Reader) -> dict[str, Tensor]:
    """State of `reader`, without its shortcut head, that computes what the network of `weights` computes.

    What `weights` lacks and need not be zero is as it is in `reader`. ValueError when `weights` do not fit.
    """
    wanted = {k: v for k, v in reader.state_dict().items() if not k.startswith("early_head")}
    if unknown := set(weights) - set(wanted):
        raise ValueError(f"a reader of {reader.config.layers} layers has no place for {min(unknown)}")
    return {name: _fitted(name, weights.get(name), own) for name, own in wanted.items()}


def _fitted(name: str, value: Tensor | None, own: Tensor) -> Tensor:
    if value is None:
        if not name.startswith("neck.far."):
            raise ValueError(f"{name} is missing: these are no weights of a reader")
        return own.new_zeros(own.shape) if name.endswith(ENDS) else own.clone()
    if name in SEES_ROWS and value.shape[2] == 1 and own.shape[2] == MAP_ROWS:
        value = value.expand(-1, -1, MAP_ROWS, -1) / MAP_ROWS
    if value.shape != own.shape:
        raise ValueError(f"{name} is {tuple(value.shape)}, the reader has {tuple(own.shape)}")
    return value

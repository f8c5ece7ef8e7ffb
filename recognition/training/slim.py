"""A reader with fewer channels in the last block of its CNN, where many contribute next to nothing.

    python -m recognition.training.slim recognition/weights/reader.onnx --hidden 384 --out slim.pt

A channel's part is the deviation of its activation on training crops times the norm of the weights that it
is multiplied with; the channels with the smallest part are left out, and what they give on average goes into
the bias (Molchanov et al., "Pruning convolutional neural networks", ICLR 2017, give other criteria). It reads
a little worse until it is trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recognition.crops.data import data_root, read_set
from recognition.reader.exported import LAST_MIX, exported_reader
from recognition.reader.model import Mix, Reader
from recognition.reader.network import read_facts
from recognition.reader.prepare import Plane, prepare

SETS = ("iam-words", "dhsd")
"""Those whose crops show which channels do something, unless others are named."""
CROPS = 400
"""Of each set."""


@torch.no_grad()
def slimmed(reader: Reader, planes: Sequence[Plane], hidden: int) -> Reader:
    """`reader` with the `hidden` channels of its last block that do most on `planes`."""
    mix = reader.get_submodule(LAST_MIX)
    if not isinstance(mix, Mix) or hidden >= mix.expand.out_channels:
        raise ValueError(f"the last block has no more than {hidden} channels: there is nothing to leave out")
    seen: list[Tensor] = []
    hook = mix.register_forward_hook(lambda _, given, __: seen.append(F.gelu(mix.expand(given[0]))))
    for plane in planes:
        reader(torch.from_numpy(plane)[None, None])
    hook.remove()
    activations = torch.cat([x.flatten(2)[0] for x in seen], dim=1)  # (hidden before, positions)
    mean, onward = activations.mean(dim=1), mix.project.weight[:, :, 0, 0]
    part = activations.std(dim=1) * onward.norm(dim=0)
    order = part.argsort(descending=True)
    kept, left = order[:hidden].sort().values, order[hidden:]
    weights = reader.state_dict()
    weights[f"{LAST_MIX}.expand.weight"] = mix.expand.weight[kept]
    weights[f"{LAST_MIX}.expand.bias"] = _bias(mix.expand)[kept]
    weights[f"{LAST_MIX}.project.weight"] = mix.project.weight[:, kept]
    weights[f"{LAST_MIX}.project.bias"] = _bias(mix.project) + onward[:, left] @ mean[left]
    slim = Reader(replace(reader.config, last_hidden=hidden)).eval()
    slim.load_state_dict(weights)
    return slim


def _bias(layer: nn.Conv2d) -> Tensor:
    return layer.get_parameter("bias")


def _planes(root: Path, sets: Sequence[str]) -> list[Plane]:
    rng = np.random.default_rng(0)
    found = []
    for name in sets:
        samples = [s for s in read_set(root / name) if s.split == "train"]
        found += [prepare(samples[k].load()) for k in rng.permutation(len(samples))[:CROPS]]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Writes a checkpoint that a run can start from, and an export be blended with."""
    parser = argparse.ArgumentParser("python -m recognition.training.slim", description=__doc__)
    parser.add_argument("model", type=Path, help="exported network, beside its reader.json")
    parser.add_argument("--hidden", type=int, required=True, help="channels to keep")
    parser.add_argument("--sets", nargs="+", default=SETS, help="labelled sets to look at")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    options = parser.parse_args(argv)
    reader = exported_reader(options.model, read_facts(options.model.parent).stride)
    slim = slimmed(reader, _planes(data_root(), options.sets), options.hidden)
    torch.save({"network": slim.config.to_dict(), "average": {"weights": slim.state_dict()}}, options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

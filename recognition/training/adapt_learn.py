"""Fine-tuning on a few corrections without forgetting: rehearsal, distillation, a pull back to the parent.

Half of every batch are corrections, disordered as in training; the other half rehearses. With base sets at
hand that is their training split; without them it is the corrections that the parent reads right already. On
everything rehearsed the child is also held to the parent's frames (Li and Hoiem, "Learning without
Forgetting", ECCV 2016), and its weights are drawn to the parent's (L2-SP, Li et al., ICML 2018). Needs the
train extra.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from recognition.crops.augment import Rng, disorder
from recognition.crops.cache import open_cached, set_path
from recognition.crops.data import Sample
from recognition.crops.fonts import fonts_root
from recognition.crops.mixture import COLLECTED, Mixture
from recognition.reader.charset import decode, encode, frames_needed
from recognition.reader.exported import exported_reader
from recognition.reader.model import Reader
from recognition.reader.network import FACTS
from recognition.reader.prepare import Plane, prepare
from recognition.training import export
from recognition.training.adapt import Task
from recognition.training.averaging import Average
from recognition.training.train import ctc_loss

Labelled = tuple[Plane, list[int]]
Draw = Callable[[Rng], Labelled]

RATE = 6e-5
BATCH_HALF = 8
PASSES = 12
LEAST_STEPS, MOST_STEPS = 40, 500
WARM_UP = 0.1
DISTILLATION = 0.3
PULL = 0.02
"""Share of the way back to the parent's weights, a step, times the rate's share of its top."""

LEFT_ALONE = 0.3
"""Share of the corrections that are shown as they are."""

WIDEST = 640
"""Pixels of a rehearsed crop; whole lines cost as much as ten numbers."""

MADE = ("mnist", "emnist-byclass", "bhmsds")
"""Sets of single characters, of which digit cells and strings are composed."""


@dataclass(frozen=True, slots=True)
class _Pair:
    child: Reader
    parent: Reader


def fine_tune(task: Task, steps: int | None = None) -> list[str]:
    """Makes the child of `task.parent` in `task.out`; returns the sets that it rehearsed on."""
    torch.set_num_threads(task.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    readers = _readers(task.parent, task.model)
    stride = readers.child.config.stride
    corrections = _from_corrections(task.samples, stride)
    rehearsal, names = _rehearsal(task.root, stride)
    rehearse = rehearsal or _from_known(task.samples, readers.parent, stride)
    average = Average(readers.child, 0.98)
    count = steps or min(MOST_STEPS, max(LEAST_STEPS, PASSES * len(task.samples) // BATCH_HALF))
    optimizer = torch.optim.AdamW(_learning(readers.child), lr=RATE, betas=(0.9, 0.99), weight_decay=0.0)
    for step in tqdm(range(count), desc="learning", disable=None, leave=False):
        share = (
            min(1.0, (step + 1) / max(1.0, WARM_UP * count)) * 0.5 * (1 + math.cos(math.pi * step / count))
        )
        for group in optimizer.param_groups:
            group["lr"] = RATE * share
        known = [rehearse(rng) for _ in range(BATCH_HALF)] if rehearse else []
        _step(readers, optimizer, [corrections(rng) for _ in range(BATCH_HALF)], known)
        _pull(readers, PULL * share)
        average.update(readers.child)
    _export(task, average, readers.child, count, names)
    return names


def _readers(folder: Path, model: str) -> _Pair:
    stride = int(json.loads((folder / FACTS).read_text(encoding="utf-8"))["stride"])
    parent = exported_reader(folder / model, stride)
    child = copy.deepcopy(parent).train()
    return _Pair(child, parent.requires_grad_(requires_grad=False))


def _learning(child: Reader) -> list[torch.nn.Parameter]:
    """All but the stem: strokes look alike everywhere, and its backward pass is the dearest."""
    for name, parameter in child.named_parameters():
        parameter.requires_grad_(not name.startswith("stem"))
    return [parameter for parameter in child.parameters() if parameter.requires_grad]


def _step(
    readers: _Pair, optimizer: torch.optim.Optimizer, new: Sequence[Labelled], known: Sequence[Labelled]
) -> None:
    """One step on corrections and on what is rehearsed, padded apart: lines would drown numbers in paper."""
    readers.child.train()
    loss = ctc_loss(readers.child(_stacked([plane for plane, _ in new])), [label for _, label in new])
    if known:
        images = _stacked([plane for plane, _ in known])
        frames = readers.child(images)
        with torch.no_grad():
            before = readers.parent(images)
        held = F.kl_div(frames, before, log_target=True, reduction="none").sum(-1).mean()
        loss = loss + ctc_loss(frames, [label for _, label in known]) + DISTILLATION * held
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(readers.child.parameters(), 2.0)
    optimizer.step()


@torch.no_grad()
def _pull(readers: _Pair, share: float) -> None:
    pairs = zip(readers.child.parameters(), readers.parent.parameters(), strict=True)
    for own, old in pairs:
        if own.requires_grad:
            own.lerp_(old, share)


def _stacked(planes: Sequence[Plane]) -> Tensor:
    """(N, 1, 48, W), narrower planes followed by paper."""
    images = torch.ones(len(planes), 1, planes[0].shape[0], max(plane.shape[1] for plane in planes))
    for row, plane in zip(images, planes, strict=True):
        row[0, :, : plane.shape[1]] = torch.from_numpy(plane)
    return images


def _from_corrections(samples: Sequence[Sample], stride: int) -> Draw:
    """A correction, mostly in disorder; what no longer fits its frames is shown as it is."""

    def draw(rng: Rng) -> Labelled:
        sample = samples[int(rng.integers(len(samples)))]
        image = sample.load()
        if rng.random() >= LEFT_ALONE:
            plane = prepare(disorder(image, rng))
            if frames_needed(sample.text) < plane.shape[1] // stride:
                return plane, encode(sample.text)
        return prepare(image), encode(sample.text)

    return draw


def _from_known(samples: Sequence[Sample], parent: Reader, stride: int) -> Draw | None:
    """Corrections that the parent reads right; None when there are none."""
    known = [sample for sample in samples if _reads(parent, prepare(sample.load())) == sample.text]
    return _from_corrections(known, stride) if known else None


@torch.no_grad()
def _reads(reader: Reader, plane: Plane) -> str:
    return decode(reader(_stacked([plane])).argmax(dim=-1)[0].tolist())


def _rehearsal(root: Path | None, stride: int) -> tuple[Draw | None, list[str]]:
    """Training crops of the base sets that are there, each set as often as the others."""
    if root is None:
        return None, []
    names = [name for name, split in COLLECTED.items() if _has(set_path(root, name), split)]
    if all((root / name).exists() for name in MADE) and any(fonts_root().glob("*.tgz")):
        names += ["cells", "strings"]
    if not names:
        return None, []
    mixture = Mixture(root, dict.fromkeys(names, 1.0), stride, batch_pixels=4096)

    def draw(rng: Rng) -> Labelled:
        while True:
            plane, label = mixture.sample(rng)
            if plane.shape[1] <= WIDEST:
                return plane, label

    return draw, sorted(names)


def _has(path: Path, split: str) -> bool:
    return path.exists() and len(open_cached(path).of_split(split)) > 0


def _export(task: Task, average: Average, child: Reader, steps: int, names: list[str]) -> None:
    state = {
        "network": child.config.to_dict(),
        "average": average.state(),
        "config": {"name": "adapted", "mixture": dict.fromkeys(names, 1.0)},
        "progress": {"images": steps * 2 * BATCH_HALF},
    }
    checkpoint = task.out / "checkpoint.pt"
    torch.save(state, checkpoint)
    export.run(checkpoint, task.out, [prepare(sample.load()) for sample in task.samples[:8]], name=task.model)
    checkpoint.unlink()

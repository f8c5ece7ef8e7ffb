"""Training of the reader: one config file a run, resumable at every checkpoint.

`run("configs/first.yaml")` makes or continues a run in its folder: `last.pt` (everything needed to go on),
`log.jsonl` (losses and validation figures). The learning rate follows a cosine over the run's budget, which
is a number of crops (a resumed run then ends with the same weights) or of minutes of training.
"""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

# Room for the compiled kernels of every shape of batch; read by oneDNN when it is loaded with torch.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from recognition.crops.data import data_root
from recognition.crops.mixture import Batch, Mixture
from recognition.training import feed
from recognition.training.averaging import Average
from recognition.training.initial import fresh_reader, parameter_groups
from recognition.training.train_config import TrainConfig, read_config
from recognition.training.validate import Crop, validate, validation_crops

SHORTCUT_WEIGHT = 0.1


@dataclass(slots=True)
class Progress:
    """How far a run has come."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0
    position: feed.Position = field(default_factory=feed.Position)


def run(config_path: str | Path, out: str | Path | None = None, stop_after_steps: int | None = None) -> Path:
    """Makes or resumes the run of `config_path` in `out` (runs/NAME by default); returns its checkpoint.

    Uses a GPU when there is one. SIGTERM, and `stop_after_steps`, end it early with a checkpoint.
    """
    config = read_config(Path(config_path))
    folder = Path(out) if out else Path("runs") / config.name
    folder.mkdir(parents=True, exist_ok=True)
    training = Training(config, folder, data_root())
    before = signal.signal(signal.SIGTERM, lambda *_: training.stop())
    try:
        training.go(stop_after_steps)
    finally:
        signal.signal(signal.SIGTERM, before)
    return training.checkpoint


class Training:
    """The state of one run and its loop."""

    def __init__(self, config: TrainConfig, folder: Path, root: Path) -> None:
        torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        self.config, self.folder, self.root = config, folder, root
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.reader = fresh_reader(config).to(self.device).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.AdamW(
            parameter_groups(self.reader, config), lr=config.rate, betas=(0.9, 0.99)
        )
        self.average = Average(self.reader, config.average)
        self.progress = Progress()
        self._since_log: list[float] = []
        self._stopped = False
        if self.checkpoint.exists():
            self._load()

    @property
    def checkpoint(self) -> Path:
        return self.folder / "last.pt"

    def stop(self) -> None:
        """Ends the loop after the step that is under way."""
        self._stopped = True

    def go(self, stop_after_steps: int | None) -> None:
        """Trains to the end of the budget (or for so many steps), then validates."""
        crops = validation_crops(self.root) if self.config.validate_minutes else {}
        with ExitStack() as stack:
            self._loop(self._batches(stack), crops, stop_after_steps)
        self._save()
        if crops and self._share() >= 1:
            self._validate(crops)

    def _batches(self, stack: ExitStack) -> Iterator[tuple[feed.Position, Batch]]:
        config = self.config
        make = partial(
            Mixture,
            self.root,
            config.mixture,
            self.reader.config.stride,
            config.batch_pixels,
            config.block_size,
            config.disorder,
        )
        if not config.workers:
            return feed.stream(make(), config.seed, self.progress.position)
        return iter(stack.enter_context(feed.Feed(make, config.seed, self.progress.position, config.workers)))

    def _loop(
        self, batches: Iterator[tuple[feed.Position, Batch]], crops: dict[str, list[Crop]], steps: int | None
    ) -> None:
        saved = validated = before = time.monotonic()
        last = math.inf if steps is None else self.progress.step + steps
        # On a terminal only: `disable=None` keeps pipes and logs clean.
        bar = tqdm(
            total=100, unit="%", disable=None, bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}"
        )
        while self._share() < 1 and self.progress.step < last and not self._stopped:
            position, batch = next(batches)
            self._since_log.append(self.step(batch))
            now = time.monotonic()
            self.progress.seconds += now - before
            before = now
            self.progress.position = position
            bar.update(100 * self._share() - bar.n)
            if now - saved > 60 * self.config.checkpoint_minutes:
                self._log_losses()
                self._save()
                saved = time.monotonic()
            if crops and now - validated > 60 * self.config.validate_minutes:
                self._validate(crops)
                validated = time.monotonic()
        bar.close()

    def step(self, batch: Batch) -> float:
        """One optimiser step; returns the loss a character."""
        self.reader.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate() * group["share"]
        images = torch.from_numpy(batch.images)[:, None].to(self.device)
        with self._precision():
            final, early = self.reader.training_outputs(images)
        loss = ctc_loss(final, batch.labels)
        if early is not None:
            loss = loss + SHORTCUT_WEIGHT * ctc_loss(early, batch.labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 2.0)
        self.optimizer.step()
        self.average.update(self.reader)
        self.progress.step += 1
        self.progress.images += len(batch.labels)
        return float(loss.detach())

    def _precision(self) -> AbstractContextManager[object]:
        if self.config.precision == "fp32" or not _has_bf16(self.device):
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    def _share(self) -> float:
        """Part of the budget that is used up, 0 to 1."""
        if self.config.images is not None:
            return self.progress.images / self.config.images
        return self.progress.seconds / 60 / (self.config.minutes or 1.0)

    def _rate(self) -> float:
        warm = min(1.0, (self.progress.images + 1) / max(1, self.config.warmup_images))
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, self._share())))
        return self.config.rate * warm * max(0.01, cosine)

    def _log_losses(self) -> None:
        mean = sum(self._since_log) / max(1, len(self._since_log))
        self._since_log.clear()
        self._log(loss=round(mean, 4), rate=self._rate())

    def _validate(self, crops: dict[str, list[Crop]]) -> None:
        scores = validate(self.average.reader(self.reader), crops)
        self._log(val={name: asdict(score) for name, score in scores.items()})

    def _log(self, **facts: object) -> None:
        done = self.progress
        state = {"step": done.step, "images": done.images, "seconds": round(done.seconds)}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({"at": time.strftime("%H:%M:%S", time.gmtime()), **state, **facts}) + "\n")

    def _save(self) -> None:
        beside = self.checkpoint.with_suffix(f".{os.getpid()}.part")
        torch.save(
            {
                "config": asdict(self.config),
                "network": self.reader.config.to_dict(),
                "weights": self.reader.state_dict(),
                "average": self.average.state(),
                "optimizer": self.optimizer.state_dict(),
                "progress": asdict(self.progress),
                "chance": torch.get_rng_state(),
            },
            beside,
        )
        beside.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.reader.load_state_dict(state["weights"])
        self.average.load(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        position = feed.Position(**state["progress"].pop("position"))
        self.progress = Progress(**state["progress"], position=position)
        torch.set_rng_state(state["chance"].cpu())


def _has_bf16(device: torch.device) -> bool:
    """Whether bf16 is computed by the device itself: a processor that emulates it is fifty times slower."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def ctc_loss(log_probs: Tensor, labels: list[list[int]]) -> Tensor:
    """CTC (Graves et al., ICML 2006) of (N, T, classes) log-probabilities, a character of the batch."""
    flat = torch.tensor([k for label in labels for k in label], dtype=torch.long)
    lengths = torch.tensor([len(label) for label in labels])
    frames = torch.full((len(labels),), log_probs.shape[1])
    by_frame = log_probs.transpose(0, 1)
    losses = F.ctc_loss(by_frame, flat, frames, lengths, reduction="none", zero_infinity=True)
    return losses.sum() / lengths.clamp(min=1).sum()

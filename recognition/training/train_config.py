"""The config file of a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """One run. `start`: "published" (PP-OCRv6-small), "scratch", a checkpoint or an exported reader.onnx.

    The budget is `minutes` of training or a number of `images`. `frozen` names modules that do not learn
    (a frozen stem saves its whole backward pass); `batch_pixels` is crops times width of a batch; `disorder`
    says whether crops get the slants, pens and scanners of `augment.py`.
    """

    name: str
    mixture: dict[str, float]
    network: dict[str, object] = field(default_factory=dict)
    start: str = "published"
    seed: int = 1
    minutes: float | None = None
    images: int | None = None
    rate: float = 3e-4
    warmup_images: int = 4000
    weight_decay: float = 0.01
    backbone_rate: float = 1.0
    frozen: list[str] = field(default_factory=list)
    average: float = 0.999
    disorder: bool = True
    batch_pixels: int = 4096
    block_size: int = 768
    threads: int = 2
    precision: str = "bf16"
    workers: int = 1
    checkpoint_minutes: float = 4.0
    validate_minutes: float = 12.0

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.images is None):
            raise ValueError(f"the run {self.name} needs a budget: either minutes or images")


NUMBERS = frozenset(f.name for f in fields(TrainConfig) if str(f.type).startswith("float"))


def read_config(path: Path) -> TrainConfig:
    """The YAML (or JSON) file of one run. ValueError says what is wrong with it."""
    return config_of(read_mapping(path), path)


def read_mapping(path: Path) -> dict[str, object]:
    """Keys and values of a YAML (or JSON) file. ValueError when it holds something else."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected keys and values, for instance `name: first`")  # noqa: TRY004
    return content


def config_of(content: Mapping[str, object], path: Path) -> TrainConfig:
    """The run that `content` of the file `path` describes. ValueError for unknown and missing keys."""
    known = {f.name for f in fields(TrainConfig)}
    if unknown := set(content) - known:
        raise ValueError(f"{path}: unknown key {min(unknown)!r}; known are {', '.join(sorted(known))}")
    if missing := {"name", "mixture"} - set(content):
        raise ValueError(f"{path}: key {min(missing)!r} is missing")
    return TrainConfig(**{key: _number(key, value, path) for key, value in content.items()})  # type: ignore[arg-type]


def _number(key: str, value: object, path: Path) -> object:
    """YAML takes 5e-4 for text, as it has no point."""
    if key not in NUMBERS or not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError as error:
        raise ValueError(f"{path}: {key} is {value!r}, expected a number such as 0.0005") from error

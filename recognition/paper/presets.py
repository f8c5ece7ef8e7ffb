"""What scanners and phones do to a page: one recipe a page, drawn from the ranges of a preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from recognition.paper.pen import Rng

Range = tuple[float, float]


class Mode(StrEnum):
    """What a scanned pixel holds."""

    COLOUR = "colour"
    GREY = "grey"
    BILEVEL = "bilevel"


@dataclass(frozen=True, slots=True)
class Preset:
    """Ranges to draw from: angles in degrees, lengths in mm, blur in pixels, noise in grey levels.

    `tilt` moves the corners, as a share of the page's width (perspective); `bow` is the height of the curl.
    `light` is the share of light lost across the page. `turned`, `bleeding`, `punched` and `stapled` are
    shares of pages.
    """

    skew: float
    shift: float
    tilt: float
    bow: float
    blur: Range
    noise: Range
    light: Range
    specks: int
    quality: tuple[int, int]
    dpi: tuple[int, ...]
    modes: Mapping[Mode, float]
    turned: float
    bleeding: float
    punched: float
    stapled: float
    margin: float = 0.0
    """Desk visible around the page, as a share of its width; a scanner shows only what skew needs."""


PRESETS: Final[Mapping[str, Preset]] = {
    "mild": Preset(
        skew=1.0, shift=1.0, tilt=0.0, bow=0.0, blur=(0.3, 0.6), noise=(1, 3), light=(0.0, 0.05), specks=6,
        quality=(80, 90), dpi=(200, 300), modes={Mode.COLOUR: 0.4, Mode.GREY: 0.5, Mode.BILEVEL: 0.1},
        turned=0.05, bleeding=0.1, punched=0.1, stapled=0.1,
    ),
    "office": Preset(
        skew=2.5, shift=2.0, tilt=0.002, bow=0.3, blur=(0.35, 0.8), noise=(2, 5), light=(0.0, 0.12),
        specks=20, quality=(65, 88), dpi=(150, 200, 300),
        modes={Mode.COLOUR: 0.35, Mode.GREY: 0.45, Mode.BILEVEL: 0.2},
        turned=0.12, bleeding=0.3, punched=0.25, stapled=0.25,
    ),
    "rough": Preset(
        skew=6.0, shift=4.0, tilt=0.008, bow=1.5, blur=(0.5, 1.1), noise=(4, 9), light=(0.05, 0.3), specks=60,
        quality=(50, 75), dpi=(150, 200, 300), modes={Mode.COLOUR: 0.33, Mode.GREY: 0.34, Mode.BILEVEL: 0.33},
        turned=0.4, bleeding=0.5, punched=0.3, stapled=0.4,
    ),
    "phone": Preset(
        skew=6.0, shift=2.0, tilt=0.04, bow=2.0, blur=(0.6, 1.3), noise=(3, 8), light=(0.15, 0.45), specks=4,
        quality=(60, 85), dpi=(150, 180, 220), modes={Mode.COLOUR: 0.85, Mode.GREY: 0.15},
        turned=0.3, bleeding=0.1, punched=0.2, stapled=0.3, margin=0.05,
    ),
}  # fmt: skip


_CUT_SHARE: Final = 0.1
"""Pages scanned at the size of the paper however skewed it lies: corners are lost."""
_BLANK_RIM: Final = 0.03
"""Paper without print at the edge, as a share of the width."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One page's scan, in the units of `Preset`.

    `corners` moves the four corners by shares of the width; `quarter_turns` are anticlockwise; `paper` and
    `surround` are RGB; `threshold` is the bilevel cut as a share of white.
    """

    dpi: int
    mode: Mode
    quality: int
    quarter_turns: int
    skew: float
    shift: tuple[float, float]
    corners: tuple[tuple[float, float], ...]
    bow: float
    blur: float
    noise: float
    light: float
    light_from: float
    specks: int
    paper: tuple[int, int, int]
    bleed: float
    punched: bool
    stapled: bool
    threshold: float
    surround: tuple[int, int, int]
    margin: float


def draw_recipe(preset: Preset, rng: Rng) -> Recipe:
    """One page's scan within the preset's ranges."""
    modes = list(preset.modes)
    skew = float(rng.uniform(-preset.skew, preset.skew))
    warm = int(rng.integers(0, 9))
    level = int(rng.integers(243, 255))
    return Recipe(
        dpi=int(rng.choice(preset.dpi)),
        mode=modes[rng.choice(len(modes), p=list(preset.modes.values()))],
        quality=int(rng.integers(preset.quality[0], preset.quality[1] + 1)),
        quarter_turns=int(rng.integers(1, 4)) if rng.random() < preset.turned else 0,
        skew=skew,
        shift=(float(rng.uniform(-1, 1)) * preset.shift, float(rng.uniform(-1, 1)) * preset.shift),
        corners=tuple((float(x), float(y)) for x, y in rng.uniform(-preset.tilt, preset.tilt, (4, 2))),
        bow=float(rng.uniform(-1, 1)) * preset.bow,
        blur=float(rng.uniform(*preset.blur)),
        noise=float(rng.uniform(*preset.noise)),
        light=float(rng.uniform(*preset.light)),
        light_from=float(rng.uniform(0, 2 * np.pi)),
        specks=int(rng.integers(0, preset.specks + 1)),
        paper=(level, level - warm // 3, level - warm),
        bleed=float(rng.uniform(0.03, 0.14)) if rng.random() < preset.bleeding else 0.0,
        punched=bool(rng.random() < preset.punched),
        stapled=bool(rng.random() < preset.stapled),
        threshold=float(rng.uniform(0.62, 0.8)),
        surround=_surround(preset, rng),
        margin=preset.margin * float(rng.uniform(0.4, 1.4)) + _overscan(skew, preset, rng),
    )


def _surround(preset: Preset, rng: Rng) -> tuple[int, int, int]:
    if preset.margin:
        shade = rng.integers(30, 150)
        return int(shade), int(shade * rng.uniform(0.75, 1.0)), int(shade * rng.uniform(0.6, 1.0))
    level = int(rng.choice([252, 235, 190, 40]))
    return level, level, level


def _overscan(skew: float, preset: Preset, rng: Rng) -> float:
    """Room that a scanner leaves around a skewed sheet, so that most keep their corner markers."""
    if rng.random() < _CUT_SHARE:
        return 0.0
    out_of_sight = 0.707 * abs(np.sin(np.deg2rad(skew))) + preset.shift / 210
    return max(0.0, float(out_of_sight) - _BLANK_RIM)

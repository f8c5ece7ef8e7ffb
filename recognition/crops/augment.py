"""What a pen, a sheet and a scanner do to an answer: uint8 crop in, uint8 crop out, all chance from `rng`.

Each disorder is a function of (image, rng), ink dark on light paper; `disorder` draws a plausible chain.
Runs before `prepare`, as the disorders do in life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
Rng = np.random.Generator
Disorder = Callable[[Grey, Rng], Grey]


def paper_level(image: Grey) -> int:
    """Grey level of the paper, from the brighter half of the crop."""
    return int(np.percentile(image[::2, ::2], 70))


def slant_and_scale(image: Grey, rng: Rng, strength: float = 1.0) -> Grey:
    """Shear, small rotation and uneven scale in one warp; the canvas grows, so no ink is lost."""
    height, width = image.shape
    shear = rng.normal(0, 0.16 * strength)
    # A long line turned by a degree already leaves its crop.
    angle = rng.normal(0, 0.035 * strength) * min(1.0, 3 * height / width)
    stretch = np.exp(rng.normal(0, 0.12 * strength)), np.exp(rng.normal(0, 0.06 * strength))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[stretch[0], shear], [0.0, stretch[1]]])
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height]])
    low, high = corners.min(axis=1), corners.max(axis=1)
    full = np.column_stack([matrix, -low]).astype(np.float32)
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    paper = float(paper_level(image))
    warped = cv2.warpAffine(image, full, size, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
    return np.asarray(warped, np.uint8)


def elastic(image: Grey, rng: Rng) -> Grey:
    """Smooth local displacement (Simard et al., ICDAR 2003) from a coarse grid."""
    height, width = image.shape
    cells = (max(2, round(height / 18)), max(2, round(width / 18)))
    reach = rng.uniform(0.01, 0.045) * height
    shift = rng.normal(0, reach, (2, *cells)).astype(np.float32)
    x = cv2.resize(shift[0], (width, height), interpolation=cv2.INTER_CUBIC)
    y = cv2.resize(shift[1], (width, height), interpolation=cv2.INTER_CUBIC)
    x += np.arange(width, dtype=np.float32)[None, :]
    y += np.arange(height, dtype=np.float32)[:, None]
    bent = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, np.uint8)


def stroke_width(image: Grey, rng: Rng) -> Grey:
    """Thinner or thicker strokes; small crops are enlarged first, so that no stroke is lost."""
    height, width = image.shape
    if height < 40:
        image = np.asarray(
            cv2.resize(image, (width * 2, height * 2), interpolation=cv2.INTER_CUBIC), np.uint8
        )
    side = 3 if image.shape[0] > 80 and rng.random() < 0.4 else 2
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE if side > 2 else cv2.MORPH_RECT, (side, side))
    changed = cv2.erode(image, kernel) if rng.random() < 0.6 else cv2.dilate(image, kernel)
    return np.asarray(changed, np.uint8)


def pen_skips(image: Grey, rng: Rng) -> Grey:
    """Where a pen gave little ink: small patches faded towards the paper, none as large as a letter."""
    height, width = image.shape
    faded = np.zeros((height, width), np.float32)
    for _ in range(1 + int(rng.integers(0, max(1, round(2 * width / height)) + 1))):
        centre = int(rng.integers(0, width)), int(rng.integers(0, height))
        wide, high = (max(1, round(height * rng.uniform(0.03, 0.12))) for _ in range(2))
        cv2.ellipse(
            faded, centre, (wide, high), float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.4, 1.0)), -1
        )
    soft = np.asarray(cv2.GaussianBlur(faded, (0, 0), max(0.6, height / 60)), np.float32)
    ink = np.maximum(np.float32(paper_level(image)) - image, np.float32(0)) * soft
    return np.asarray(np.clip(image + ink, 0, 255), np.uint8)


def in_a_box(image: Grey, rng: Rng) -> Grey:
    """The crop somewhere in a larger answer box, on its own paper."""
    height, width = image.shape
    tall = round(height * rng.uniform(1.05, 2.2))
    wide = round(width + height * rng.uniform(0.1, 2.0))
    canvas = np.full((tall, wide), paper_level(image), np.uint8)
    top, left = int(rng.integers(0, tall - height + 1)), int(rng.integers(0, wide - width + 1))
    canvas[top : top + height, left : left + width] = image
    return canvas


def line_residue(image: Grey, rng: Rng) -> Grey:
    """What is left of printed box lines after their removal: broken, pale pieces along the edges."""
    out = image.copy()
    paper = paper_level(image)
    for edge in range(4):
        if rng.random() < 0.4:
            _broken_line(np.rot90(out, edge), paper, rng)
    return out


def _broken_line(view: Grey, paper: int, rng: Rng) -> None:
    height, width = view.shape
    row = int(rng.integers(0, max(1, round(0.06 * height))))
    thick = 1 + int(rng.random() < 0.25)
    x, whole = 0, rng.random() < 0.06
    while x < width:
        piece = width if whole else int(rng.integers(2, max(4, width // 4)))
        level = int(paper * rng.uniform(0.45, 0.95))
        if whole or rng.random() < 0.3:
            view[row : row + thick, x : x + piece] = np.minimum(view[row : row + thick, x : x + piece], level)
        x += piece


def ruled(image: Grey, rng: Rng) -> Grey:
    """A ruled line under or through the writing, paler than the ink."""
    out = image.copy()
    height = out.shape[0]
    row = int(height * rng.uniform(0.65, 0.97))
    level = int(paper_level(image) * rng.uniform(0.5, 0.9))
    thick = max(1, round(height * rng.uniform(0.01, 0.03)))
    out[row : row + thick] = np.minimum(out[row : row + thick], level)
    return out


def neighbour(image: Grey, other: Grey, rng: Rng) -> Grey:
    """A sliver of the next answer's ink reaching in at the left or right edge."""
    height = image.shape[0]
    scale = height / other.shape[0] * rng.uniform(0.7, 1.1)
    wide = max(2, round(other.shape[1] * scale))
    fitted = cv2.resize(other, (wide, height), interpolation=cv2.INTER_LINEAR)
    reach = max(1, round(height * rng.uniform(0.02, 0.09)))
    gap = round(height * rng.uniform(0.12, 0.5))
    sliver = fitted[:, -reach:] if rng.random() < 0.5 else fitted[:, :reach]
    paper = paper_level(image)
    sliver = np.minimum(sliver, paper)
    space = np.full((height, gap), paper, np.uint8)
    parts = [sliver, space, image] if rng.random() < 0.5 else [image, space, sliver]
    return np.hstack(parts)


def bleed_through(image: Grey, other: Grey, rng: Rng) -> Grey:
    """The mirrored writing of the sheet's back, faint."""
    height, width = image.shape
    back = cv2.resize(other[:, ::-1], (width, height), interpolation=cv2.INTER_LINEAR)
    back = cv2.GaussianBlur(back, (0, 0), max(0.6, height / 50)).astype(np.float32)
    dark = (paper_level(other) - back) * rng.uniform(0.04, 0.14)
    return np.asarray(np.clip(image - np.maximum(dark, 0), 0, 255), np.uint8)


def pen_and_paper(image: Grey, rng: Rng) -> Grey:
    """Grey paper, lighter pens, uneven pressure and light across the crop."""
    height, width = image.shape
    paper = max(1, paper_level(image))
    dark = np.clip((paper - image.astype(np.float32)) / paper, 0, 1)
    dark *= rng.uniform(0.35, 1.0)
    if rng.random() < 0.4:
        dark *= _smooth_field(height, width, rng, 0.6, 1.1)
    light = rng.uniform(150, 255) * _smooth_field(height, width, rng, 0.9, 1.06)
    return np.asarray(np.clip(light * (1 - dark), 0, 255), np.uint8)


def _smooth_field(height: int, width: int, rng: Rng, low: float, high: float) -> Plane:
    coarse = rng.uniform(low, high, (2, 3)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def noise(image: Grey, rng: Rng) -> Grey:
    """Sensor and paper grain."""
    grain = rng.integers(-128, 128, image.shape, np.int16)
    spread = rng.uniform(1, 14) / 74  # a uniform integer of that range has a spread of 74
    return np.asarray(np.clip(image + grain * np.float32(spread), 0, 255), np.uint8)


def blur(image: Grey, rng: Rng) -> Grey:
    """Defocus in proportion to the crop's size."""
    sigma = max(0.3, image.shape[0] * rng.uniform(0.004, 0.018))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def fewer_dots(image: Grey, rng: Rng) -> Grey:
    """A coarser scan, as of 100 instead of 300 dpi; the writing keeps at least 14 rows."""
    height, width = image.shape
    scale = max(rng.uniform(0.3, 0.9), 14 / height)
    if scale >= 1:
        return image
    size = (max(4, round(width * scale)), max(8, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(image: Grey, rng: Rng) -> Grey:
    """Blocks and ringing of JPEG quality 25 to 90."""
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 91))])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def bilevel(image: Grey, rng: Rng) -> Grey:
    """Black-and-white scan: one threshold between pen and paper; grey where that would drown the writing."""
    paper = paper_level(image)
    pen = int(np.percentile(image, 1))
    threshold = pen + (paper - pen) * rng.uniform(0.4, 0.75)
    black = image <= threshold
    return image if black.mean() > 0.35 else np.asarray(np.where(black, 0, 255), np.uint8)


def specks(image: Grey, rng: Rng) -> Grey:
    """A few dark spots of dust, smaller than a decimal point."""
    out = image.copy()
    height, width = out.shape
    for _ in range(int(rng.integers(1, 6))):
        centre = int(rng.integers(0, width)), int(rng.integers(0, height))
        cv2.circle(out, centre, max(0, round(height * rng.uniform(0, 0.012))), int(rng.integers(0, 140)), -1)
    return out


@dataclass(frozen=True, slots=True)
class Hands:
    """How often another hand changes what, as shares of crops; ``spread``: how unlike, a log-normal sigma."""

    slanted: float
    spread: float
    bent: float
    pen: float
    skips: float


LIKE = Hands(slanted=0.75, spread=0.0, bent=0.35, pen=0.25, skips=0.0)
"""Hands like the collected ones; confidences are fitted on these."""

UNLIKE = Hands(slanted=0.8, spread=0.45, bent=0.45, pen=0.3, skips=0.2)
"""Mostly a little different, now and then a lot, so that training learns less by heart."""


def disorder(image: Grey, rng: Rng, other: Grey | None = None, hands: Hands = LIKE) -> Grey:
    """A plausible chain of disorders. `other` is a foreign crop for neighbours and bleed-through."""
    return scan_disorder(hand_disorder(image, rng, hands), rng, other)


def scan_disorder(image: Grey, rng: Rng, other: Grey | None = None) -> Grey:
    """What sheet and scanner add, for crops whose writing stands in its box already."""
    return _scanner(_sheet(image, rng, other), rng)


def hand_disorder(image: Grey, rng: Rng, hands: Hands = LIKE) -> Grey:
    """What another hand would change: slant, proportions, tremor, pen."""
    if rng.random() < hands.slanted:
        strength = float(np.exp(rng.normal(0, hands.spread))) if hands.spread else 1.0
        image = slant_and_scale(image, rng, strength)
    if rng.random() < hands.bent:
        image = elastic(image, rng)
    if rng.random() < hands.pen:
        image = stroke_width(image, rng)
    if hands.skips and rng.random() < hands.skips:
        image = pen_skips(image, rng)
    return image


def _sheet(image: Grey, rng: Rng, other: Grey | None) -> Grey:
    if rng.random() < 0.35:
        image = in_a_box(image, rng)
    if other is not None and rng.random() < 0.08:
        image = neighbour(image, other, rng)
    if rng.random() < 0.25:
        image = line_residue(image, rng)
    if rng.random() < 0.06:
        image = ruled(image, rng)
    if other is not None and rng.random() < 0.08:
        image = bleed_through(image, other, rng)
    if rng.random() < 0.05:
        image = specks(image, rng)
    return image


def _scanner(image: Grey, rng: Rng) -> Grey:
    uneven = rng.random() < 0.5
    if uneven:
        image = pen_and_paper(image, rng)
    if rng.random() < 0.3:
        image = blur(image, rng)
    if rng.random() < 0.35:
        image = fewer_dots(image, rng)
    if rng.random() < 0.35:
        image = noise(image, rng)
    if rng.random() < 0.3:
        image = jpeg(image, rng)
    if not uneven and rng.random() < 0.25:
        image = bilevel(image, rng)
    return image

"""A crop of an answer box made ready for the reader: level paper, ink in focus, 48 pixels high.

Training and run time share this module, and it looks at one crop at a time, so an answer cannot depend on
the batch it was read in. Needs numpy and OpenCV only.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

HEIGHT = 48
MIN_WIDTH = 64
MAX_WIDTH = 1280
WIDTH_STEP = 32

_WORKING_HEIGHT = 144
_LEAST_CONTRAST = 0.22
_LEAST_SHARE_OF_HEIGHT = 0.3
_LARGEST_ENLARGEMENT = 3.0

Grey = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]


def prepare(image: Grey) -> Plane:
    """Network input of one crop.

    image: uint8 (H, W), one grey plane. Returns float32 (48, W), paper 1.0 and ink toward 0, W a multiple
    of 32 from 64 to 1280. The same crop always gives the same plane. ValueError on another type or shape.
    """
    level = flatten(image)
    box = _ink_box(level)
    return _fit(level, _with_margin(box, level.shape[0]))


def plane_columns(image: Grey) -> tuple[float, float]:
    """Where the prepared plane of a crop lies in it: the crop's column at which the plane starts (it may be
    negative), and how many columns of the crop one column of the plane shows."""
    level = flatten(image)
    top, bottom, left, right = _with_margin(_ink_box(level), level.shape[0])
    zoom = image.shape[1] / level.shape[1]
    return left * zoom, zoom * (right - left) / _plane_width(right - left, bottom - top)


def flatten(image: Grey) -> Plane:
    """Ink on level paper: float32 (h, w), paper 1.0, full ink 0.0, h at most 144, light ink turned dark."""
    grey = ink_dark(_at_working_height(_checked(image)))
    return _stretched(grey.astype(np.float32) / _paper(grey))


def ink_fraction(image: Grey) -> float:
    """Share of the crop's area (0..1) under writing; specks and remains of box lines at the edge left out."""
    level = flatten(image)
    return float(_writing(level)[1]) / level.size


def _checked(image: Grey) -> Grey:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 2:
        raise ValueError("a crop must be one grey plane: a uint8 array of shape (height, width)")
    if min(image.shape) < 2:
        raise ValueError(f"a crop of {image.shape[1]} x {image.shape[0]} pixels is too small to read")
    return image


def _at_working_height(grey: Grey) -> Grey:
    height, width = grey.shape
    if height <= _WORKING_HEIGHT:
        return grey
    size = (max(2, round(width * _WORKING_HEIGHT / height)), _WORKING_HEIGHT)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def ink_dark(grey: Grey) -> Grey:
    """The crop with dark ink: turned when its rim is dark and the clearly lighter pixels are few."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    level = float(np.median(rim))
    lighter = float(np.mean(grey > level + 60))
    darker = float(np.mean(grey < level - 60))
    turned = level < 110 and 0.005 < lighter < 0.6 and lighter > 2 * darker
    return 255 - grey if turned else grey


def _paper(grey: Grey) -> Plane:
    """Brightness of the paper behind the ink, float32 (H, W) of at least 1: closing wider than any stroke."""
    height, width = grey.shape
    scale = min(1.0, 32 / height)
    size = (max(3, round(width * scale)), max(3, round(height * scale)))
    small = cv2.medianBlur(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8), 3)
    reach = 2 * (size[1] // 3) + 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.blur(closed, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    # A solid scribble is wider than the closing: without a floor it would be taken for dark paper.
    floor = max(1.0, 0.55 * float(np.percentile(small, 95)))
    full = cv2.resize(smooth.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(full, floor), np.float32)


def _stretched(ratio: Plane) -> Plane:
    """Contrast stretched between the pen's and the paper's level; a gain limit keeps blank paper blank."""
    paper = float(np.percentile(ratio, 65))
    noise = 1.4826 * float(np.median(np.abs(ratio - paper)))
    ink = ratio[ratio < paper - max(0.08, 3 * noise)]
    pen = float(np.percentile(ink, 25)) if ink.size >= 4 else paper - 0.5
    pen = min(pen, paper - _LEAST_CONTRAST)
    white = paper - min(noise, 0.05)
    return np.asarray(np.clip((ratio - pen) / (white - pen), 0.0, 1.0), np.float32)


def _writing(level: Plane) -> tuple[Box | None, int]:
    """Bounding box (top, bottom, left, right) and pixel count of what looks like writing."""
    height, width = level.shape
    mask = (level < 0.6).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, wide, high, area = stats[1:].T
    speck = area < max(2.0, (0.02 * height) ** 2)
    # Thinner than a pen and long: a trailing point or a 1 at the rim of a tight crop is neither.
    thin, rim = max(1.5, 0.03 * height), 0.07 * min(width, height)
    level_line = (high <= thin) & (wide >= 4 * high) & ((top + high <= rim) | (top >= height - rim))
    upright_line = (wide <= thin) & (high >= 4 * wide) & ((left + wide <= rim) | (left >= width - rim))
    kept = ~(speck | level_line | upright_line)
    if not kept.any():
        return None, 0
    box = (top[kept].min(), (top + high)[kept].max(), left[kept].min(), (left + wide)[kept].max())
    return (int(box[0]), int(box[1]), int(box[2]), int(box[3])), int(area[kept].sum())


def _ink_box(level: Plane) -> Box:
    height, width = level.shape
    return _writing(level)[0] or (0, height, 0, width)


def _with_margin(box: Box, height: int) -> Box:
    """Box with a margin, and tall enough that a lone dot or dash is not blown up to a letter."""
    top, bottom, left, right = box
    tall = bottom - top
    wanted = max(1.12 * tall + 2, _LEAST_SHARE_OF_HEIGHT * height, HEIGHT / _LARGEST_ENLARGEMENT)
    above = round((wanted - tall) / 2)
    side = round(0.1 * wanted)
    return top - above, bottom + above, left - side, right + side


def _fit(level: Plane, box: Box) -> Plane:
    """The box of `level` (which may reach beyond it) scaled to 48 high, set on paper of a permitted width."""
    cut = _cut(level, box)
    width = _plane_width(cut.shape[1], cut.shape[0])
    shrinks = cut.shape[0] > HEIGHT
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    scaled = cv2.resize(cut, (width, HEIGHT), interpolation=method)
    padded = max(MIN_WIDTH, -(-width // WIDTH_STEP) * WIDTH_STEP)
    plane = np.ones((HEIGHT, padded), np.float32)
    plane[:, :width] = np.clip(scaled, 0.0, 1.0)
    return plane


def _plane_width(width: int, height: int) -> int:
    return max(1, min(MAX_WIDTH, round(width * HEIGHT / height)))


def _cut(level: Plane, box: Box) -> Plane:
    top, bottom, left, right = box
    height, width = level.shape
    inside = level[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    around = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    return np.asarray(cv2.copyMakeBorder(inside, *around, cv2.BORDER_CONSTANT, value=1.0), np.float32)

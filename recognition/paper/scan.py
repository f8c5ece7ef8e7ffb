"""A scanned page: the picture of a filled sheet after paper, scanner or phone, and the bytes of its file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from recognition.paper.pen import Rng
from recognition.paper.presets import Mode, Recipe
from recognition.paper.printed import Colour
from recognition.paper.tone import as_grey, bilevel, dusty, lit, on_paper, sensed, with_holes
from recognition.paper.warp import Picture, scanned_geometry


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """`data` is a JPEG file, or a bare CCITT group 4 stream (bilevel, 1 = white); sizes are pixels."""

    data: bytes
    mode: Mode
    width: int
    height: int
    dpi: int


def scan_page(
    page: Colour,
    page_mm: tuple[float, float],
    recipe: Recipe,
    rng: Rng,
    other_side: Colour | None = None,
) -> ScannedPage:
    """The page as a scanner or phone delivers it. `page` may have any resolution; its sides are `page_mm`."""
    return encoded(scanned_picture(page, page_mm, recipe, rng, other_side), recipe)


def scanned_picture(
    page: Colour,
    page_mm: tuple[float, float],
    recipe: Recipe,
    rng: Rng,
    other_side: Colour | None = None,
) -> Picture:
    """The pixels of the scan before compression: (H, W, 3) for colour, (H, W) for grey and bilevel."""
    sheet = page if recipe.mode is Mode.COLOUR else as_grey(page)
    sheet = with_holes(on_paper(sheet, other_side, recipe, rng), page_mm, recipe, rng)
    scan = lit(scanned_geometry(sheet, page_mm, recipe), recipe, rng)
    scan = dusty(sensed(scan, recipe, rng), recipe, rng)
    if recipe.mode is Mode.BILEVEL:
        scan = bilevel(scan, recipe)
    return np.ascontiguousarray(np.rot90(scan, recipe.quarter_turns))


def encoded(scan: Picture, recipe: Recipe) -> ScannedPage:
    """`scan` compressed as the recipe says."""
    data = _group4(scan) if recipe.mode is Mode.BILEVEL else jpeg_bytes(scan, recipe.quality)
    return ScannedPage(data, recipe.mode, scan.shape[1], scan.shape[0], recipe.dpi)


def jpeg_bytes(scan: Picture, quality: int) -> bytes:
    """A JPEG file of a colour or grey picture."""
    blue_first = cv2.cvtColor(scan, cv2.COLOR_RGB2BGR) if scan.ndim == 3 else scan
    done, data = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"OpenCV could not write a JPEG of shape {scan.shape}")
    return data.tobytes()


def _group4(scan: Picture) -> bytes:
    """The bare CCITT group 4 stream of one strip, 0 bits black."""
    file = io.BytesIO()
    strip = {278: scan.shape[0]}
    Image.fromarray(scan).convert("1", dither=Image.Dither.NONE).save(
        file, "TIFF", compression="group4", tiffinfo=strip
    )
    with Image.open(file) as written:
        tags = dict(written.tag_v2)  # type: ignore[attr-defined]
    (start,), (length,) = tags[273], tags[279]
    return file.getvalue()[start : start + length]

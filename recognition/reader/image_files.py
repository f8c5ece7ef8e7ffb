"""Any image file of a crop as one grey plane, within limits that keep a hostile file from filling memory."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from recognition.types import Grey

MOST_PIXELS = 40_000_000
MOST_BYTES = 200_000_000
SMALLEST_SIDE = 2
FORMATS = (
    "PNG",
    "JPEG",
    "BMP",
    "GIF",
    "PPM",
    TiffImagePlugin.TiffImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
"""Pillow knows more, among them some that run other programs; it loads the last two only when named."""


class ImageError(ValueError):
    """A file that gives no crop; the message says why, for a person."""


def read_grey(path: Path, most_pixels: int = MOST_PIXELS) -> Grey:
    """Grey plane uint8 (H, W) of a PNG, JPEG, TIFF, BMP, GIF, WebP or PGM file; of several frames the first.

    Transparency is laid on white, 16 bits are reduced to 8, the camera's orientation is followed. The size is
    checked before anything is decoded. ImageError for everything that is not such an image.
    """
    raw = _bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(raw, most_pixels)
    except ImageError:
        raise
    except Image.DecompressionBombError:
        raise ImageError(f"too many pixels; at most {most_pixels / 1e6:g} million are read") from None
    except UnidentifiedImageError:
        raise ImageError("not an image (PNG, JPEG and TIFF can be read)") from None
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise ImageError(f"damaged image: {_one_line(error)}") from error


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ImageError("no such file" if not path.exists() else "not a file")
        size = path.stat().st_size
        if size == 0:
            raise ImageError("empty file")
        if size > MOST_BYTES:
            raise ImageError(f"file of {size // 1_000_000} MB; at most {MOST_BYTES // 1_000_000} MB are read")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be read: {error.strerror or _one_line(error)}") from error


def _decoded(raw: bytes, most_pixels: int) -> Grey:
    with Image.open(BytesIO(raw), formats=FORMATS) as image:
        width, height = image.size
        if width * height > most_pixels:
            most = f"{most_pixels / 1e6:g} million"
            raise ImageError(f"{width} x {height} pixels; at most {most} are read")
        if min(width, height) < SMALLEST_SIDE:
            raise ImageError(f"{width} x {height} pixels: too small to read")
        image.load()
        return _grey(ImageOps.exif_transpose(image))


def _grey(image: Image.Image) -> Grey:
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(paper, rgba)
    return np.asarray(image.convert("L"), np.uint8).copy()


def _eight_bits(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Grey:
    """16-bit integers by their full range; other depths by the range they use."""
    plane = np.nan_to_num(np.asarray(values, np.float64))
    top = 65535.0 if values.dtype.kind in "iu" else 1.0
    if plane.max(initial=0.0) > top or (values.dtype.kind == "f" and plane.max(initial=0.0) > 1.0):
        top = float(plane.max())
    if values.dtype.kind in "iu" and plane.max(initial=0.0) <= 255.0:
        top = 255.0
    return np.asarray(np.clip(plane / top * 255.0 + 0.5, 0, 255), np.uint8)


def _one_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]

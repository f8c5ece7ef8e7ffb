"""Pages of TIFF, PNG and JPEG files as grey images. Runs in the rasterising process only."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.limits import Limits
from recognition.page.image_header import Frame, jpeg_frame, png_frame, tiff_frames
from recognition.page.signature import BadFile, FileKind
from recognition.types import Grey

REDUCE_FROM_SIDE = 6_000
"""Longest side from which a picture is halved: over 500 dpi nothing is gained."""

_JPEG_HEAD = 262_144


class BadPage(ValueError):
    """One page cannot be used; the message says why. Its neighbours are not affected."""


def picture_frames(path: Path, kind: FileKind, limits: Limits) -> list[Frame]:
    """The size of each page, from the headers alone. Raises BadFile."""
    if kind is FileKind.TIFF:
        return tiff_frames(path, limits.pages)
    with path.open("rb") as file:
        head = file.read(_JPEG_HEAD)
    if kind is FileKind.PNG:
        return [png_frame(head)]
    try:
        return [jpeg_frame(head)]
    except BadFile:
        return [jpeg_frame(path.read_bytes())]


def picture_page(path: Path, kind: FileKind, index: int, frame: Frame, limits: Limits) -> Grey:
    """Page ``index`` (from 0) in grey, shape (H, W), turned as its camera says. Raises BadPage."""
    check_pixels(frame.width, frame.height, limits)
    half = max(frame.width, frame.height) >= REDUCE_FROM_SIDE
    if kind is FileKind.TIFF:
        flags = cv2.IMREAD_ANYCOLOR
        done, pages = cv2.imreadmulti(str(path), start=index, count=1, flags=flags)
        return (
            _halved(to_grey(pages[0]), half)
            if done and len(pages)
            else _fail("this page of the TIFF is damaged")
        )
    if kind is FileKind.JPEG:
        return decode_jpeg(path.read_bytes(), half, turn=True)
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return _halved(to_grey(image), half) if image is not None else _fail("the PNG picture is damaged")


def decode_jpeg(data: bytes, half: bool, turn: bool) -> Grey:
    """A JPEG in grey; ``turn`` follows its EXIF orientation. Raises BadPage."""
    flags = cv2.IMREAD_REDUCED_GRAYSCALE_2 if half else cv2.IMREAD_GRAYSCALE
    image = cv2.imdecode(
        np.frombuffer(data, np.uint8), flags | (0 if turn else cv2.IMREAD_IGNORE_ORIENTATION)
    )
    return np.asarray(image, np.uint8) if image is not None else _fail("the JPEG picture is damaged")


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raises BadPage for a picture that is empty or larger than the limit."""
    if width < 1 or height < 1:
        raise BadPage("the picture is empty")
    if width * height > limits.pixels:
        most = limits.pixels // 10**6
        raise BadPage(f"the picture has {width} x {height} pixels, over {most} million: scan at 300 dpi")


def to_grey(image: NDArray[np.generic]) -> Grey:
    """8-bit grey on white of a grey, colour or transparent picture.

    Colour counts half by its luminance and half by its darkest channel, so that light blue, red and
    green pens stay dark.
    """
    eight = image.astype(np.uint8) if image.dtype == np.uint8 else _eight_bits(image)
    if eight.ndim == 2:
        return eight
    if eight.shape[2] == 4:
        share = eight[:, :, 3:].astype(np.float32) / 255
        eight = (eight[:, :, :3] * share + 255 * (1 - share)).astype(np.uint8)
    if eight.shape[2] < 3:
        return np.ascontiguousarray(eight[:, :, 0])
    darkest = eight[:, :, :3].min(axis=2)
    return np.asarray(
        cv2.addWeighted(cv2.cvtColor(eight, cv2.COLOR_BGR2GRAY), 0.5, darkest, 0.5, 0), np.uint8
    )


def _eight_bits(image: NDArray[np.generic]) -> NDArray[np.uint8]:
    if image.dtype == np.uint16:
        return np.asarray(image // 257, np.uint8)
    raise BadPage(f"the picture has samples of type {image.dtype}: save it with 8 bits")


def _halved(image: Grey, half: bool) -> Grey:
    if not half:
        return image
    size = (image.shape[1] // 2, image.shape[0] // 2)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _fail(reason: str) -> Grey:
    raise BadPage(reason)

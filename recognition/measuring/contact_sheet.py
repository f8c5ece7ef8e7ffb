"""Many crops in one picture, each with a few words under it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from recognition.types import Grey

COLUMNS = 4
CELL_WIDTH, CROP_HEIGHT, LINE_HEIGHT, GAP = 330, 84, 17, 10
INK, PAPER, FRAME = 20, 255, 205
MOST_CHARACTERS = 46
FONT = Path(__file__).parent.parent / "paper" / "assets" / "fonts" / "patrick-hand.woff"
"""Pillow's own font has no accents."""


def contact_sheet(crops: Sequence[tuple[Grey, Sequence[str]]], columns: int = COLUMNS) -> Image.Image:
    """A grey picture of the crops, row by row, with the lines of text of each below it."""
    lines = max((len(words) for _, words in crops), default=0)
    height = CROP_HEIGHT + lines * LINE_HEIGHT + 2 * GAP
    rows = max(1, -(-len(crops) // columns))
    sheet = Image.new("L", (columns * CELL_WIDTH, rows * height), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT), 16)
    for k, (image, words) in enumerate(crops):
        left, top = (k % columns) * CELL_WIDTH, (k // columns) * height
        crop = Image.fromarray(_fitted(image))
        sheet.paste(crop, (left + GAP, top + GAP))
        draw.rectangle(
            (left + GAP - 1, top + GAP - 1, left + GAP + crop.width, top + GAP + crop.height), outline=FRAME
        )
        for row, text in enumerate(words):
            place = (left + GAP, top + GAP + CROP_HEIGHT + 2 + row * LINE_HEIGHT)
            draw.text(place, text[:MOST_CHARACTERS], fill=INK, font=font)
    return sheet


def _fitted(image: Grey) -> Grey:
    """The crop as large as its place in the sheet allows, at most twice its size."""
    height, width = image.shape
    scale = min(2.0, CROP_HEIGHT / height, (CELL_WIDTH - 2 * GAP) / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)

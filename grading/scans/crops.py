"""A page's crops in one stored file: a ZIP without compression, written once, read by entry.

One file a page keeps object stores and file systems from drowning in small objects; the entries are
already compressed images. ``shown`` is what people see, ``clean`` and ``cells`` are what the reader reads.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from grading.scans.models import Page

MANIFEST = "manifest.json"
SHOWN_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class BoxCrop:
    """One answer box of a page: encoded images and what the page stage measured of it.

    ``bubbles`` holds marked options, their scores, the confidence and a doubt, for choices only.
    ``beside``: something is written beside the box; ``shown`` then reaches to it.
    """

    question: str
    kind: str
    shown: bytes
    clean: bytes
    cells: tuple[bytes, ...] = ()
    ink: float = 0.0
    blank: bool = False
    aligned: float = 1.0
    bubbles: Mapping[str, Any] | None = field(default=None)
    beside: bool = False


def pack(crops: Sequence[BoxCrop]) -> bytes:
    """The ZIP of ``crops``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(MANIFEST, json.dumps([_entry(crop) for crop in crops]))
        for number, crop in enumerate(crops):
            archive.writestr(f"{number}.jpg", crop.shown)
            archive.writestr(f"{number}.clean.png", crop.clean)
            for cell, image in enumerate(crop.cells):
                archive.writestr(f"{number}.{cell}.png", image)
    return buffer.getvalue()


def unpack(file: IO[bytes]) -> list[BoxCrop]:
    """All crops of a page, in the order of the layout."""
    with zipfile.ZipFile(file) as archive:
        return [_crop(archive, number, entry) for number, entry in enumerate(_manifest(archive))]


def shown(file: IO[bytes], question: str) -> bytes | None:
    """The image people see of one box (JPEG), or None when the page has no such box."""
    with zipfile.ZipFile(file) as archive:
        for number, entry in enumerate(_manifest(archive)):
            if entry["question"] == question:
                return archive.read(f"{number}.jpg")
    return None


def crop_bytes(page: Page, question: str) -> tuple[bytes, str] | None:
    """The image of one box of a stored page and its media type; None when there is none."""
    if not page.crops:
        return None
    with page.crops.open("rb") as file:
        image = shown(file, question)
    return (image, SHOWN_TYPE) if image else None


def _entry(crop: BoxCrop) -> dict[str, Any]:
    return {
        "question": crop.question,
        "kind": crop.kind,
        "cells": len(crop.cells),
        "ink": crop.ink,
        "blank": crop.blank,
        "aligned": crop.aligned,
        "bubbles": crop.bubbles,
        "beside": crop.beside,
    }


def _manifest(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(archive.read(MANIFEST))
    return entries


def _crop(archive: zipfile.ZipFile, number: int, entry: dict[str, Any]) -> BoxCrop:
    return BoxCrop(
        question=entry["question"],
        kind=entry["kind"],
        shown=archive.read(f"{number}.jpg"),
        clean=archive.read(f"{number}.clean.png"),
        cells=tuple(archive.read(f"{number}.{cell}.png") for cell in range(entry["cells"])),
        ink=entry["ink"],
        blank=entry["blank"],
        aligned=entry["aligned"],
        bubbles=entry["bubbles"],
        beside=entry.get("beside", False),
    )

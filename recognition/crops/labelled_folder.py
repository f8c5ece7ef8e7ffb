"""Writing a labelled set: a folder with images.zip and labels.csv."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from recognition.crops.augment import Grey

Add = Callable[[str, str, str, str, Grey], None]
"""Takes file, text, writer, split and the crop itself."""


@contextmanager
def added_to(folder: Path) -> Iterator[Add]:
    """Adds crops to the set in `folder`, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / "labels.csv"
    fresh = not listing.exists()
    with zipfile.ZipFile(folder / "images.zip", "a") as images, listing.open("a", newline="") as labels:
        table = csv.writer(labels)
        if fresh:
            table.writerow(["file", "text", "writer", "split"])

        def add(file: str, text: str, writer: str, split: str, crop: Grey) -> None:
            images.writestr(file, cv2.imencode(".png", crop)[1].tobytes())
            table.writerow([file, text, writer, split])

        yield add

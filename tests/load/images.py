"""Images of the pages of the large exam: all pages share one of each, as large as images may be.

``python -m tests.load.images FOLDER`` writes them where the portal looks for its files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
import numpy as np

from tests.load.exam import CROPS, PREVIEW, THUMBNAIL, exam_data


def store_images(media: Path) -> None:
    """Write them into the portal's folder of files."""
    from grading.scans.crops import BoxCrop, pack
    from grading.scans.gateway.images import jpeg, shown_crop, thumbnail

    page = np.full((1754, 1240), 245, np.uint8)
    page[::7] = 120
    crop = shown_crop(np.random.default_rng(1).integers(120, 255, (220, 900), np.uint8))
    questions = ["", *(question["id"] for question in exam_data()["questions"])]
    boxes = [BoxCrop(question=question, kind="digits", shown=crop, clean=crop) for question in questions]
    for name, content in ((PREVIEW, jpeg(page)), (THUMBNAIL, thumbnail(page)), (CROPS, pack(boxes))):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(content)


if __name__ == "__main__":
    django.setup()
    store_images(Path(sys.argv[1]))

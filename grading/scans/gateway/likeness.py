"""What the ink of a box looks like, for putting like answers side by side."""

from __future__ import annotations

from base64 import b64encode

from grading.scans.crops import BoxCrop
from grading.scans.gateway.images import decoded


def ink_grid(crop: BoxCrop) -> str:
    """The ink grid of a cut box as base64; empty for a box without ink."""
    from recognition.page.likeness import ink_grid as grid_of

    return "" if crop.blank else b64encode(grid_of(decoded(crop.clean))).decode("ascii")

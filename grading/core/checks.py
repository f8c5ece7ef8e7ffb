"""System checks: what must be there before the service can work, each with what to do about it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

FONTS = Path(settings.BASE_DIR) / "grading" / "exams" / "static" / "paper"
SHIPPED_WEIGHTS = Path(settings.BASE_DIR) / "recognition" / "weights"


def _is_writable(folder: Path) -> bool:
    existing = folder
    while not existing.exists():
        existing = existing.parent
    return existing.is_dir() and os.access(existing, os.W_OK)


@register("paths")
def home_is_writable(**_: Any) -> list[CheckMessage]:
    """INKGRADE_HOME exists or can be made, and can be written."""
    home = Path(settings.INKGRADE_HOME)
    if _is_writable(home):
        return []
    hint = "Set INKGRADE_HOME to a folder that this user can write."
    return [Error(f"{home} cannot be written.", hint=hint, id="inkgrade.E001")]


@register("paths")
def weights_are_present(**_: Any) -> list[CheckMessage]:
    """There is a model to read with; printing and reviewing work without one, so this only warns."""
    folder = Path(settings.INKGRADE_WEIGHTS or SHIPPED_WEIGHTS)
    if any(folder.glob("*.onnx")):
        return []
    hint = "Install the package with its weights, or set INKGRADE_WEIGHTS to a folder with an .onnx file."
    return [CheckWarning(f"No model in {folder}: pages cannot be read.", hint=hint, id="inkgrade.W001")]


@register("paths")
def fonts_are_present(**_: Any) -> list[CheckMessage]:
    """The fonts that sheets and reports are set in came with the package."""
    if any(FONTS.glob("*.ttf")):
        return []
    hint = "Install Inkgrade again: its fonts are part of the package."
    return [Error(f"No fonts in {FONTS}: nothing can be printed.", hint=hint, id="inkgrade.E002")]

"""Readings as rows: what the machine made of a box, in the form that marking takes it from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grading.scans.crops import BoxCrop
from grading.scans.gateway import MachineReading, alignment_version, ink_grid
from grading.scans.models import Page, Reading

WRITING_BESIDE = "writing beside the box: struck out and written anew?"


def bubble_reading(page: Page, crop: BoxCrop) -> Reading:
    """The unsaved reading of a choice box, which the page stage has looked at already."""
    bubbles: Mapping[str, Any] = crop.bubbles or {}
    marked = sorted(bubbles.get("marked", ()))
    return Reading(
        page=page,
        question=crop.question,
        kind=crop.kind,
        text=" ".join(marked),
        confidence=float(bubbles.get("confidence", 0.0)),
        blank=not marked and bubbles.get("doubt") is None,
        evidence={
            "marked": marked,
            "options": dict(bubbles.get("scores", {})),
            "doubt": bubbles.get("doubt"),
            "aligned": crop.aligned,
            "grid": ink_grid(crop),
        },
        model=alignment_version(),
    )


def text_reading(page: Page, crop: BoxCrop, reading: MachineReading, expected: tuple[str, ...]) -> Reading:
    """The unsaved reading of written digits, a number or a text."""
    return Reading(
        page=page,
        question=crop.question,
        kind=crop.kind,
        text=reading.text,
        confidence=reading.confidence,
        blank=reading.blank,
        expected=list(expected),
        evidence={
            "alternatives": [list(pair) for pair in reading.alternatives],
            "p_expected": reading.p_expected,
            "cells": [list(row) for row in reading.cells],
            "doubt": WRITING_BESIDE if crop.beside else None,
            "aligned": crop.aligned,
            "ink": crop.ink,
            "grid": ink_grid(crop),
            "error": reading.error,
        },
        model=reading.model,
    )

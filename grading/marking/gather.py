"""From stored readings to what marking reasons with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grading.marking.evidence import Evidence
from grading.scans.models import Page, Reading

SOUND_RESIDUAL_MM = 1.0
"""A page whose alignment is off by more is marked by people: its boxes may be cut in the wrong place."""

LINES_SEEN = 0.85
SURE_WITHOUT_LINES = 0.9
"""An empty box proves little on a page whose printed box lines were lost too: a person looks."""


Readings = Mapping[tuple[int, str], Reading]
"""By page and question; "" is the student number."""


def latest_readings(exam_id: int) -> dict[tuple[int, str], Reading]:
    """(page, question) -> the newest reading, for the pages that are used."""
    readings = Reading.objects.filter(page__exam_id=exam_id, page__state=Page.State.USED).order_by("id")
    return {(reading.page_id, reading.question): reading for reading in readings.iterator(chunk_size=2000)}


def used_pages(exam_id: int) -> dict[int, list[Page]]:
    """Sheet -> its used pages, in page order."""
    by_sheet: dict[int, list[Page]] = {}
    for page in Page.objects.filter(exam_id=exam_id, state=Page.State.USED).order_by("number"):
        if page.sheet_id is not None:
            by_sheet.setdefault(page.sheet_id, []).append(page)
    return by_sheet


def evidence_of(reading: Reading, page: Page) -> Evidence:
    """What one reading says, as evidence on one answer."""
    stored = reading.evidence
    marked = stored.get("marked")
    return Evidence(
        kind=reading.kind,
        text=reading.text if marked is None else "",
        confidence=reading.confidence,
        alternatives=_pairs(stored.get("alternatives", ())),
        expected=tuple(reading.expected),
        p_expected=stored.get("p_expected") if reading.expected else None,
        marked=None if marked is None else frozenset(marked),
        option_scores=_pairs(stored.get("options", {}).items()),
        doubt=stored.get("doubt"),
        blank=reading.blank,
        blank_confidence=_sure_of_blank(reading.confidence, stored.get("aligned", 1.0)),
        aligned=stored.get("aligned", 1.0),
        page_sound=page.quality is None or page.quality <= SOUND_RESIDUAL_MM,
        error=stored.get("error"),
        model=reading.model,
    )


def _sure_of_blank(confidence: float, aligned: float) -> float:
    """How sure an empty box is: a scan that lost its lines may have lost the ink."""
    return confidence if aligned >= LINES_SEEN else min(confidence, SURE_WITHOUT_LINES)


def _pairs(values: Iterable[Iterable[object]]) -> tuple[tuple[str, float], ...]:
    return tuple((str(text), float(str(number))) for text, number in values)

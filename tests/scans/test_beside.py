"""What is written beside a box keeps the machine from marking what is in it, or an empty box as empty."""

from __future__ import annotations

import io

import numpy as np
import pytest

from grading.exams.spec import DigitsQuestion
from grading.marking.decide import Status, decide
from grading.marking.gather import evidence_of
from grading.scans.crops import BoxCrop, pack, unpack
from grading.scans.gateway import MachineReading
from grading.scans.gateway.images import png
from grading.scans.models import Page
from grading.scans.readings import WRITING_BESIDE, text_reading

PICTURE = png(np.full((40, 60), 255, np.uint8))
QUESTION = DigitsQuestion.model_validate({"id": "1", "marks": 2, "answer": "360"})


@pytest.mark.parametrize(
    ("text", "blank", "alone"),
    [("905", False, Status.AUTO), ("360", False, Status.AUTO), ("", True, Status.BLANK)],
)
def test_a_person_looks_where_something_stands_beside(text: str, blank: bool, alone: Status) -> None:
    sure = 1.0 if text == "360" else 0.0
    reading = MachineReading(text, 0.9999, (), sure, blank, "model")

    def outcome(beside: bool) -> tuple[Status, str]:
        crop = BoxCrop("1", "digits", b"", PICTURE, blank=blank, beside=beside)
        row = text_reading(Page(), crop, reading, ("360",))
        found = decide(QUESTION, evidence_of(row, Page()), cutoff=0.01)
        return found.status, found.reason

    assert outcome(beside=False)[0] is alone
    assert outcome(beside=True) == (Status.REVIEW, WRITING_BESIDE)


def test_it_is_kept_with_the_crops() -> None:
    crops = [BoxCrop("1", "digits", b"a", b"b", beside=True), BoxCrop("2", "text", b"a", b"b")]
    assert [crop.beside for crop in unpack(io.BytesIO(pack(crops)))] == [True, False]

"""The recognize stage: read the written boxes of pages, many pages to a batch of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grading.core.work import Batch, attempt, completing
from grading.exams.spec import ExamSpec
from grading.marking.expected import allowed_characters, expected_spellings
from grading.marking.gather import Readings
from grading.scans import crops, gateway, settled
from grading.scans.models import Page, Reading
from grading.scans.readings import text_reading

READ_KINDS = frozenset({"student_id", "digits", "number", "text"})


def recognize_pages(batch: Batch) -> None:
    """Read all boxes of the claimed pages in one go, then complete each job with its page's readings."""
    by_id = {job.subject_id: job for job in batch[:]}
    for page, rows in read_pages(by_id):
        job = by_id[page.pk]
        with attempt(job), completing(job, model_version=version_of(rows)):
            settled.lock(page.exam_id)
            Reading.objects.bulk_create(rows)
            settled.mark_when_settled(page.exam_id)


def read_pages(page_ids: Iterable[int]) -> Iterator[tuple[Page, list[Reading]]]:
    """What the installed reader makes of the written boxes of pages (not saved); all are read at once."""
    pages = list(Page.objects.filter(pk__in=page_ids).select_related("exam").order_by("pk"))
    boxes = {page.pk: _boxes(page, page.exam.load_spec()) for page in pages}
    flat = [box for page in pages for box in boxes[page.pk]]
    readings = iter(gateway.read(flat))
    for page in pages:
        yield page, [text_reading(page, box.crop, next(readings), box.expected) for box in boxes[page.pk]]


def version_of(rows: Sequence[Reading]) -> str:
    """Which reader made the readings of a page."""
    return rows[0].model if rows else ""


def pages_to_read_again(spec: ExamSpec, readings: Readings) -> set[int]:
    """Pages on which some reading was verified against a key that is not the exam's key any more."""
    keyed = {q.id: list(expected_spellings(q, spec.language)) for q in spec.questions}
    return {
        page
        for (page, question), reading in readings.items()
        if reading.kind in READ_KINDS and reading.expected != keyed.get(question, [])
    }


def readers_of(readings: Readings) -> list[str]:
    """The versions of the reader that made the readings of written boxes."""
    return sorted({reading.model for reading in readings.values() if reading.kind in READ_KINDS})


def _boxes(page: Page, spec: ExamSpec) -> list[gateway.BoxToRead]:
    """What is there to read on a page, with the alphabet and the keyed answer of each box."""
    if not page.crops:
        return []
    with page.crops.open("rb") as file:
        cut = crops.unpack(file)
    return [_box(crop, spec) for crop in cut if crop.kind in READ_KINDS]


def _box(crop: crops.BoxCrop, spec: ExamSpec) -> gateway.BoxToRead:
    if crop.kind == "student_id":
        return gateway.BoxToRead(crop, None, ())
    question = spec.question(crop.question)
    return gateway.BoxToRead(
        crop, allowed_characters(question, spec.language), expected_spellings(question, spec.language)
    )

"""The page stage: find out which page of which sheet a scanned page is, and cut its boxes, once."""

from __future__ import annotations

from itertools import groupby

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from grading.core import jobs
from grading.core.models import Job, Stage
from grading.core.work import Batch, attempt, completing
from grading.exams.models import Sheet
from grading.exams.prints import Prints
from grading.exams.scanner_test import TEST_RUN, ScanFacts, verdict
from grading.scans import crops, gateway, settled
from grading.scans.aside import left_out
from grading.scans.models import Page, Reading, ScanFile
from grading.scans.placing import place
from grading.scans.readings import bubble_reading
from grading.scans.splitting import refuse
from grading.scans.stored import local_path


def process_pages(batch: Batch) -> None:
    """Run the page stage for the claimed jobs, file by file; one page's failure leaves the others alone."""
    by_id = {job.subject_id: job for job in batch[:]}
    pages = Page.objects.filter(pk__in=by_id).select_related("file", "exam", "sheet__print_run")
    ordered = sorted(pages, key=lambda page: (page.file_id, page.scan_page))
    for _, group in groupby(ordered, key=lambda page: page.file_id):
        _process_file(list(group), by_id, batch)


def _process_file(pages: list[Page], by_id: dict[int, Job], batch: Batch) -> None:
    prints = Prints(pages[0].exam)
    with local_path(pages[0].file.file) as path:
        for page in pages:
            if batch.stopping():
                return
            with attempt(by_id[page.pk]):
                image = gateway.page_image(path, page.scan_page - 1)
                facts = gateway.process(
                    image, prints.exam_key, prints.page_geometry, _given(page), page.exam.code
                )
                _finish(by_id[page.pk], page, facts, prints)


def _finish(job: Job, page: Page, facts: gateway.PageFacts, prints: Prints) -> None:
    """Store what was found and complete ``job``, or neither. Raises StaleJob when another worker has it."""
    preview, thumbnail, packed = _stored(page, facts)
    with completing(job, model_version=gateway.alignment_version()):
        settled.lock(page.exam_id)
        page.rotation, page.quality, page.fingerprint = facts.rotation, facts.quality, facts.fingerprint
        page.preview.name, page.thumbnail.name, page.crops.name = preview, thumbnail, packed
        page.alignment = gateway.alignment_version()
        if facts.fate == "found":
            _found(page, facts, prints.sheet(facts.run, facts.sheet))
        else:
            page.state, page.reason = Page.State(facts.fate), facts.reason[:500]
            page.save()
        settled.mark_when_settled(page.exam_id)


def _found(page: Page, facts: gateway.PageFacts, sheet: Sheet | None) -> None:
    if sheet is None:
        page.state, page.reason = Page.State.FOREIGN, _without_sheet(facts)
        page.save()
        return
    page.sheet, page.number = sheet, facts.number
    if not left_out(page):
        place(page, gateway.same_writing)
    Reading.objects.bulk_create(
        bubble_reading(page, crop) for crop in facts.crops if crop.bubbles is not None
    )
    if page.state == Page.State.USED:
        jobs.enqueue(Stage.RECOGNIZE, [page.pk], exam_id=page.exam_id)


def _without_sheet(facts: gateway.PageFacts) -> str:
    if facts.run == TEST_RUN:
        lines = [crop.aligned for crop in facts.crops if crop.kind != "manual"]
        seen = sum(lines) / len(lines) if lines else None
        return verdict(ScanFacts(facts.dpi, facts.quality, seen, facts.rotation))
    return f"sheet {facts.sheet} is not in print run {facts.run}: give the layout.json of its print"


def _given(page: Page) -> gateway.GivenCode | None:
    if page.given_by_id is None or page.sheet is None or page.number is None:
        return None
    return gateway.GivenCode(page.sheet.print_run.run, page.sheet.number, page.number)


def _stored(page: Page, facts: gateway.PageFacts) -> tuple[str, str, str]:
    """Write preview, thumbnail and crops; names in the storage.

    A lost race leaves an orphan file, never a wrong one.
    """
    stem = f"{page.exam_id}/{page.pk}"
    return (
        _saved(f"pages/{stem}.jpg", facts.preview),
        _saved(f"thumbnails/{stem}.jpg", facts.thumbnail),
        _saved(f"crops/{stem}.zip", crops.pack(facts.crops) if facts.crops else b""),
    )


def _saved(name: str, content: bytes) -> str:
    return default_storage.save(name, ContentFile(content)) if content else ""


def give_up(job: Job) -> None:
    """What a quarantined job means for its page or file: unreadable, with the reason."""
    if job.stage == Stage.SPLIT:
        refuse(ScanFile.objects.get(pk=job.subject_id), job.reason)
    else:
        Page.objects.filter(pk=job.subject_id).update(state=Page.State.UNREADABLE, reason=job.reason[:500])
    if job.exam_id is not None:
        settled.mark_when_settled(job.exam_id)

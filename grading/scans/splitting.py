"""The split stage: what a file holds, and a page row for everything in it.

Every file gives at least one page row, so that the ledger accounts for it: a refused one is unreadable.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from django.core.files import File

from grading.core import jobs
from grading.core.models import Job, Stage
from grading.core.work import completing
from grading.scans import gateway, settled
from grading.scans.copies import earlier_copy
from grading.scans.models import Page, ScanFile
from grading.scans.stored import local_path


def split_file(job: Job) -> None:
    """Take one file apart, and complete ``job`` in the transaction that adds its pages."""
    file = ScanFile.objects.select_related("exam").get(pk=job.subject_id)
    with local_path(file.file) as path:
        facts = gateway.inspect_file(path)
        members = [_member(file, path, *member) for member in facts.members]
    with completing(job):
        settled.lock(file.exam_id)
        if facts.error:
            refuse(file, facts.error)
        elif members:
            _adopt(file, members)
        else:
            _add_pages(file, facts.pages)
        settled.mark_when_settled(file.exam_id)


def refuse(file: ScanFile, reason: str) -> None:
    """Record that nothing can be read from ``file``, as one unreadable page."""
    file.state, file.reason = ScanFile.State.REFUSED, reason[:500]
    file.save(update_fields=["state", "reason"])
    Page.objects.update_or_create(
        file=file,
        scan_page=1,
        defaults={"exam_id": file.exam_id, "state": Page.State.UNREADABLE, "reason": file.reason},
    )


def _add_pages(file: ScanFile, count: int) -> None:
    twin = earlier_copy(file)
    state = Page.State.DUPLICATE if twin else Page.State.WAITING
    reason = f"the same file as {twin.name}, which came in before" if twin else ""
    pages = Page.objects.bulk_create(
        Page(exam_id=file.exam_id, file=file, scan_page=number, state=state, reason=reason)
        for number in range(1, count + 1)
    )
    file.state = ScanFile.State.SPLIT
    file.save(update_fields=["state"])
    if twin is None:
        jobs.enqueue(Stage.PAGE, [page.pk for page in pages], exam_id=file.exam_id)


def _member(file: ScanFile, path: Path, index: int, name: str) -> ScanFile:
    """One file inside an archive, stored but not saved; ``reason`` says why it is refused, if it is."""
    member = ScanFile(
        exam_id=file.exam_id,
        parent=file,
        name=f"{file.name}/{name}"[-255:],
        size=0,
        created_by_id=file.created_by_id,
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "member"
        member.reason = gateway.extract_member(path, index, target) or ""
        if not member.reason:
            with target.open("rb") as content:
                member.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
                member.size = target.stat().st_size
                member.file.save(f"{member.sha256[:16]}.scan", File(content), save=False)
    return member


def _adopt(file: ScanFile, members: list[ScanFile]) -> None:
    for member in members:
        member.save()
        if member.reason:
            refuse(member, member.reason)
    file.state = ScanFile.State.SPLIT
    file.save(update_fields=["state"])
    sound = [member.pk for member in members if not member.reason]
    jobs.enqueue(Stage.SPLIT, sound, exam_id=file.exam_id)

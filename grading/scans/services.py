"""What people do with scans: hand them in, and put right what the machine could not."""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.db import transaction

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Exam, Sheet
from grading.scans.models import Page, ScanFile
from grading.scans.placing import displace

CHUNK = 1 << 20
MENDABLE = (Page.State.UNREADABLE, Page.State.NEEDS_REVIEW, Page.State.FOREIGN, Page.State.BLANK)
DROPPABLE = (Page.State.UNREADABLE, Page.State.NEEDS_REVIEW)


def take_in(*, actor: Actor, exam: Exam, name: str, content: BinaryIO) -> ScanFile:
    """Store a scanned file and queue it to be taken apart; what is in it is found out by a worker.

    Raises UserError for an empty or too large file.
    """
    with tempfile.TemporaryFile() as copy:
        digest, size = _copied(content, copy, name)
        copy.seek(0)
        with transaction.atomic():
            file = ScanFile(
                exam=exam, name=name[-255:], sha256=digest, size=size, created_by_id=actor.user_id
            )
            file.file.save(f"{digest[:16]}.scan", File(copy), save=False)
            file.save()
            jobs.enqueue(Stage.SPLIT, [file.pk], exam_id=exam.pk)
            audit.record(
                "file.taken_in",
                actor=actor,
                obj=file,
                exam_id=exam.pk,
                data={"name": file.name, "size": size},
            )
    return file


def give_code(*, actor: Actor, page: Page, sheet_number: str, number: int) -> Page:
    """Say which page of which sheet this is; the page stage then runs again with that.

    Raises UserError when no such sheet was printed or the page was decided otherwise meanwhile.
    """
    sheet = Sheet.objects.filter(exam=page.exam, number=sheet_number).order_by("-print_run_id").first()
    if sheet is None:
        raise UserError(
            f"no sheet {sheet_number} was printed for this exam", "look at the number beside the code"
        )
    with transaction.atomic():
        changed = Page.objects.filter(pk=page.pk, state__in=MENDABLE).update(
            state=Page.State.WAITING, reason="", sheet=sheet, number=number, given_by_id=actor.user_id
        )
        _must_have_changed(changed)
        jobs.enqueue(Stage.PAGE, [page.pk], exam_id=page.exam_id)
        _record("page.code_given", actor, page, sheet=sheet_number, number=number)
    page.refresh_from_db()
    return page


def drop_page(*, actor: Actor, page: Page, state: Page.State, reason: str) -> Page:
    """Say that a page is a duplicate, blank or foreign; its image is kept."""
    if state not in (Page.State.DUPLICATE, Page.State.BLANK, Page.State.FOREIGN):
        raise UserError(f"a page cannot be dropped as {state}", "choose duplicate, blank or foreign")
    with transaction.atomic():
        changed = Page.objects.filter(pk=page.pk, state__in=DROPPABLE).update(
            state=state, reason=reason[:500]
        )
        _must_have_changed(changed)
        jobs.enqueue(Stage.MARK, [page.exam_id], exam_id=page.exam_id)
        _record("page.dropped", actor, page, state=state, reason=reason)
    page.refresh_from_db()
    return page


def replace_page(*, actor: Actor, page: Page) -> Page:
    """Use this page instead of the one that carries the same code; the other becomes a duplicate."""
    with transaction.atomic():
        locked = Page.objects.select_for_update().get(pk=page.pk)
        if locked.state not in (Page.State.NEEDS_REVIEW, Page.State.DUPLICATE) or locked.sheet is None:
            raise UserError("this page has nothing to replace", "reload to see what became of it")
        displace(locked, reason=f"replaced by {locked.file.name}, page {locked.scan_page}")
        Page.objects.filter(pk=page.pk).update(state=Page.State.USED, reason="")
        jobs.enqueue(Stage.RECOGNIZE, [page.pk], exam_id=page.exam_id)
        _record("page.chosen", actor, page, sheet=locked.sheet.number, number=locked.number)
    page.refresh_from_db()
    return page


def _copied(content: BinaryIO, copy: BinaryIO, name: str) -> tuple[str, int]:
    """Copy in chunks; the SHA-256 and size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // (1 << 20)
            raise UserError(f"{name} is larger than {limit} MB", "split it and upload the parts")
        digest.update(chunk)
        copy.write(chunk)
    if size == 0:
        raise UserError(f"{name} is empty", "scan the pages again")
    return digest.hexdigest(), size


def _record(verb: str, actor: Actor, page: Page, **data: object) -> None:
    audit.record(verb, actor=actor, obj=page, exam_id=page.exam_id, data=data)


def _must_have_changed(changed: int) -> None:
    if not changed:
        raise UserError(
            "somebody or the machine decided on this page meanwhile", "reload to see what became of it"
        )

"""What people do with scans: hand them in, and put right what the machine could not."""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grading.core import audit, jobs
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import Stage
from grading.exams.models import Exam, Sheet
from grading.scans import room, settled
from grading.scans.aside import bring_back
from grading.scans.models import Page, ScanFile
from grading.scans.placing import displace

CHUNK = 1 << 20
MENDABLE = (Page.State.UNREADABLE, Page.State.NEEDS_REVIEW, Page.State.FOREIGN, Page.State.BLANK)
DROPPABLE = (Page.State.UNREADABLE, Page.State.NEEDS_REVIEW)


def take_in(*, actor: Actor, exam: Exam, name: str, content: BinaryIO) -> ScanFile:
    """Store a scanned file and queue it to be taken apart; what is in it is found out by a worker.

    Raises UserError for an empty or too large file, and when the school has no room left.
    """
    with tempfile.TemporaryFile() as copy:
        digest, size = _copied(content, copy, name)
        room.require(exam, name, size)
        copy.seek(0)
        stored = ScanFile()
        stored.file.save(f"{digest[:16]}.scan", File(copy), save=False)
    try:
        with transaction.atomic():
            return keep(
                actor=actor, exam=exam, name=name, digest=digest, size=size, stored=stored.file.name or ""
            )
    except BaseException:
        stored.file.storage.delete(stored.file.name or "")
        raise


def keep(*, actor: Actor, exam: Exam, name: str, digest: str, size: int, stored: str) -> ScanFile:
    """Record a file that is in the storage already, and queue it; call it in a transaction."""
    file = ScanFile.objects.create(
        exam=exam, name=name[-255:], sha256=digest, size=size, file=stored, created_by_id=actor.user_id
    )
    jobs.enqueue(Stage.SPLIT, [file.pk], exam_id=exam.pk)
    data = {"name": file.name, "size": size}
    audit.record("file.taken_in", actor=actor, obj=file, exam_id=exam.pk, data=data)
    return file


def give_code(*, actor: Actor, page: Page, sheet_number: str, number: int) -> Page:
    """Say which page of which sheet this is; the page stage then runs again with that.

    ``sheet_number`` may also be the student for whom the sheet was printed, by number or name. Raises
    UserError when no such sheet was printed or the page was decided otherwise meanwhile. A sheet that was set
    aside counts again.
    """
    sheet = _sheet(page.exam, sheet_number)
    with transaction.atomic():
        settled.lock(page.exam_id)
        changed = Page.objects.filter(pk=page.pk, state__in=MENDABLE).update(
            state=Page.State.WAITING, reason="", sheet=sheet, number=number, given_by_id=actor.user_id
        )
        _must_have_changed(changed)
        bring_back(actor, sheet)
        jobs.enqueue(Stage.PAGE, [page.pk], exam_id=page.exam_id)
        _record("page.code_given", actor, page, sheet=sheet.number, number=number)
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
    """Use this page instead of the one that carries the same code; the other becomes a duplicate.

    If their sheet was set aside, it counts again.
    """
    with transaction.atomic():
        settled.lock(page.exam_id)
        locked = Page.objects.select_for_update().get(pk=page.pk)
        if locked.state not in (Page.State.NEEDS_REVIEW, Page.State.DUPLICATE) or locked.sheet is None:
            raise UserError("this page has nothing to replace", "reload to see what became of it")
        bring_back(actor, locked.sheet)
        displace(locked, reason=f"replaced by {locked.file.name}, page {locked.scan_page}")
        Page.objects.filter(pk=page.pk).update(state=Page.State.USED, reason="")
        jobs.enqueue(Stage.RECOGNIZE, [page.pk], exam_id=page.exam_id)
        _record("page.chosen", actor, page, sheet=locked.sheet.number, number=locked.number)
    page.refresh_from_db()
    return page


def replace_by_scan(*, actor: Actor, page: Page, name: str, content: BinaryIO) -> ScanFile:
    """Take in a new scan of a page that could not be used; the old image is kept as a duplicate of it."""
    file = take_in(actor=actor, exam=page.exam, name=name, content=content)
    drop_page(
        actor=actor,
        page=page,
        state=Page.State.DUPLICATE,
        reason=f"replaced by the new scan {file.name}",
    )
    return file


def _sheet(exam: Exam, said: str) -> Sheet:
    sheets = Sheet.objects.filter(exam=exam).order_by("-print_run_id")
    number = said.zfill(4) if said.isdigit() else said
    found = sheets.filter(number=number).first()
    of_student = Q(printed_for__student_id=said) | Q(printed_for__name__iexact=said)
    named = [] if found else list(sheets.filter(of_student)[:2])
    if found or len({sheet.printed_for_id for sheet in named}) == 1:
        return found or named[0]
    if named:
        raise UserError(
            _("%(name)s is the name of several students") % {"name": said}, _("type the student number")
        )
    raise UserError(
        _("no sheet %(number)s was printed for this exam") % {"number": number},
        _("look at the number beside the code"),
    )


def _copied(content: BinaryIO, copy: BinaryIO, name: str) -> tuple[str, int]:
    """Copy in chunks; the SHA-256 and size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        room.require_size(name, size)
        digest.update(chunk)
        copy.write(chunk)
    room.require_size(name, size)
    return digest.hexdigest(), size


def _record(verb: str, actor: Actor, page: Page, **data: object) -> None:
    audit.record(verb, actor=actor, obj=page, exam_id=page.exam_id, data=data)


def _must_have_changed(changed: int) -> None:
    if not changed:
        raise UserError(
            "somebody or the machine decided on this page meanwhile", "reload to see what became of it"
        )

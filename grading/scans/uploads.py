"""Files that come in piece by piece, and go on where they stopped: after a cut, a closed tab or a restart.

A piece is stored as an object of its own and counts once the upload's offset has moved over it, by
compare-and-set: of two tabs that send the same piece, one is told how far the other one is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.scans import room, services
from grading.scans.models import ScanFile, Upload, UploadPart

PIECE_BYTES = 4 << 20
"""What browsers send at once, and the most that is taken at once."""
SWEPT_AT_ONCE = 20


class OutOfStep(Exception):
    """The piece does not begin where the upload ends; ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload is at {offset}")
        self.offset = offset


def begin(*, actor: Actor, exam: Exam, name: str, size: int, fingerprint: str) -> Upload:
    """Announce a file, or find how far the same person came with it.

    Raises UserError when it may not come in.
    """
    unfinished = Upload.objects.filter(exam=exam, by_id=actor.user_id, fingerprint=fingerprint, file=None)
    found = unfinished.filter(size=size).first()
    if found is not None:
        return found
    room.require(exam, name, size, writes=2)
    try:
        with transaction.atomic():
            return Upload.objects.create(
                exam=exam, by_id=actor.user_id, name=name[-255:], size=size, fingerprint=fingerprint
            )
    except IntegrityError:
        return unfinished.get()  # another tab announced it in the meantime


def append(*, upload: Upload, offset: int, content: BinaryIO, length: int) -> Upload:
    """Add the piece that begins at ``offset``, all of it or nothing.

    Raises OutOfStep when the upload does not end there, UserError for a piece that is cut or too long.
    """
    if offset != upload.offset or upload.file_id is not None:
        raise OutOfStep(upload.offset)
    if not 0 < length <= min(PIECE_BYTES, upload.size - offset):
        raise UserError(
            _("a piece of %(name)s has a wrong length") % {"name": upload.name}, _("drop it again")
        )
    piece = content.read(length)
    if len(piece) != length:
        raise UserError(_("a piece of %(name)s was cut") % {"name": upload.name}, _("send it again"))
    stored = default_storage.save(f"uploads/{upload.pk}-{offset}.part", ContentFile(piece))
    try:
        with transaction.atomic():
            _advance(upload, offset, length, stored)
    except BaseException:
        default_storage.delete(stored)
        raise
    upload.refresh_from_db()
    return upload


def _advance(upload: Upload, offset: int, length: int, stored: str) -> None:
    here = Upload.objects.filter(pk=upload.pk, offset=offset, file=None)
    if not here.update(offset=offset + length, touched_at=timezone.now()):
        now = Upload.objects.filter(pk=upload.pk).values_list("offset", flat=True).first()
        raise OutOfStep(upload.offset if now is None else now)
    UploadPart.objects.create(upload=upload, offset=offset, content=stored)


def finish(*, actor: Actor, upload: Upload, digest: str) -> ScanFile:
    """Put the pieces together and take the file in, once however often it is asked for.

    Raises OutOfStep while pieces are missing, and UserError when the SHA-256 is not the sender's: then
    everything is dropped, for there is no telling which piece is damaged.
    """
    if upload.file is not None:
        return upload.file
    if upload.offset != upload.size:
        raise OutOfStep(upload.offset)
    parts = list(upload.parts.all())
    whole = _Whole(parts)
    stored = default_storage.save(f"scans/{timezone.now():%Y/%m}/{digest[:16]}.scan", whole)
    try:
        if whole.digest != digest and not _is_finished(upload):
            discard(upload=upload)
            raise UserError(_("%(name)s arrived damaged") % {"name": upload.name}, _("drop it again"))
        file = _taken_in(actor, upload, digest, stored)
    except BaseException:
        default_storage.delete(stored)
        raise
    _delete_parts(parts)
    if file.file.name != stored:
        default_storage.delete(stored)  # another tab finished it at the same time
    return file


def _is_finished(upload: Upload) -> bool:
    """Whether another tab finished it by now, and took the pieces away while we read them."""
    return Upload.objects.filter(pk=upload.pk, file__isnull=False).exists()


def _taken_in(actor: Actor, upload: Upload, digest: str, stored: str) -> ScanFile:
    with transaction.atomic():
        locked = Upload.objects.select_for_update().select_related("file", "exam").get(pk=upload.pk)
        if locked.file is None:
            locked.file = services.keep(
                actor=actor,
                exam=locked.exam,
                name=locked.name,
                digest=digest,
                size=locked.size,
                stored=stored,
            )
            locked.touched_at = timezone.now()
            locked.save(update_fields=["file", "touched_at"])
        return locked.file


def discard(*, upload: Upload) -> None:
    """Forget an upload and what arrived of it; a file that was taken in stays."""
    parts = list(upload.parts.all())
    upload.delete()
    for part in parts:
        default_storage.delete(part.content.name or "")


def sweep() -> int:
    """Forget uploads that nobody has gone on with for ``INKGRADE_UPLOAD_KEEP_DAYS``; how many."""
    limit = timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS)
    stale = list(Upload.objects.filter(touched_at__lt=limit).order_by("pk")[:SWEPT_AT_ONCE])
    for upload in stale:
        discard(upload=upload)
    return len(stale)


def _delete_parts(parts: list[UploadPart]) -> None:
    UploadPart.objects.filter(pk__in=[part.pk for part in parts]).delete()
    for part in parts:
        default_storage.delete(part.content.name or "")


class _Whole(File):  # type: ignore[type-arg]
    """All pieces one after the other, hashed while the storage writes them."""

    def __init__(self, parts: list[UploadPart]) -> None:
        super().__init__(None, name="whole")
        self._parts = parts
        self._hash = hashlib.sha256()
        self.size = sum(part.content.size for part in parts)

    @property
    def digest(self) -> str:
        """SHA-256 of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for part in self._parts:
            with part.content.open("rb") as content:
                piece: bytes = content.read()
            self._hash.update(piece)
            yield piece

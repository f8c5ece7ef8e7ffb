"""Files that come in piece by piece, and go on where they stopped: after a cut, a closed tab or a restart.

A piece is stored as an object of its own and counts once the upload's offset has moved over it, by
compare-and-set: of two tabs that send the same piece, one is told how far the other one is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
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
TRIES = 3


class OutOfStep(Exception):
    """The piece does not begin where the upload ends; ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload is at {offset}")
        self.offset = offset


def begin(*, actor: Actor, exam: Exam, name: str, size: int, fingerprint: str) -> Upload:
    """Announce a file, or find how far the same person came with it.

    Raises UserError when it may not come in.
    """
    announced = {"exam": exam, "by_id": actor.user_id, "size": size, "fingerprint": fingerprint}
    for _time in range(TRIES):
        found = Upload.objects.filter(file=None, **announced).first()
        if found is not None:
            return found
        room.require(exam, name, size, writes=2)
        # Refused when another tab announces it in this moment; that tab may be done with it by now.
        with suppress(IntegrityError), transaction.atomic():
            return Upload.objects.create(name=name[-255:], **announced)
    raise UserError(
        _("another tab is handing in %(name)s") % {"name": name}, _("wait until it is done there")
    )


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
    upload.offset = offset + length
    return upload


def _advance(upload: Upload, offset: int, length: int, stored: str) -> None:
    here = Upload.objects.filter(pk=upload.pk, offset=offset, file=None)
    if not here.update(offset=offset + length, touched_at=timezone.now()):
        now = Upload.objects.filter(pk=upload.pk).values_list("offset", flat=True).first()
        if now is None:
            raise _forgotten(upload)
        raise OutOfStep(now)
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
    _keep_from_sweeping(upload)
    stored = f"scans/{timezone.now():%Y/%m}/{digest[:16]}-{secrets.token_hex(4)}.scan"
    try:
        file = _put_together(actor, upload, digest, stored)
    except BaseException:
        default_storage.delete(stored)
        raise
    if file.file.name != stored:
        default_storage.delete(stored)  # another tab finished it at the same time
    return file


def _keep_from_sweeping(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())


def _put_together(actor: Actor, upload: Upload, digest: str, stored: str) -> ScanFile:
    parts = list(upload.parts.all())
    try:
        whole = _Whole(parts)
        default_storage.save(stored, whole)
    except FileNotFoundError:
        return _of_another_tab(upload)
    if whole.digest != digest:
        return _of_another_tab(upload)
    file = _taken_in(actor, upload, digest, stored)
    _delete_parts(parts)
    return file


def _of_another_tab(upload: Upload) -> ScanFile:
    """The file, if another tab took the pieces away because it had finished the upload.

    Raises UserError otherwise: they are damaged, or another tab has forgotten them.
    """
    if _forget(Upload.objects.filter(pk=upload.pk, file=None)):
        raise UserError(_("%(name)s arrived damaged") % {"name": upload.name}, _("drop it again"))
    finished = ScanFile.objects.filter(upload=upload.pk).first()
    if finished is None:
        raise _forgotten(upload)
    return finished


def _forgotten(upload: Upload) -> UserError:
    return UserError(_("%(name)s was given up in another tab") % {"name": upload.name}, _("drop it again"))


def _taken_in(actor: Actor, upload: Upload, digest: str, stored: str) -> ScanFile:
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise _forgotten(upload)
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
    _forget(Upload.objects.filter(pk=upload.pk))


def _forget(here: QuerySet[Upload]) -> bool:
    """Forget the upload if ``here`` still finds it; whether it did."""
    with transaction.atomic():
        upload = here.select_for_update().first()
        if upload is None:
            return False
        parts = list(upload.parts.all())
        upload.delete()
    for part in parts:
        default_storage.delete(part.content.name or "")
    return True


def sweep() -> int:
    """Forget uploads that nobody has gone on with for ``INKGRADE_UPLOAD_KEEP_DAYS``; how many."""
    limit = timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS)
    stale = Upload.objects.filter(touched_at__lt=limit)
    keys = list(stale.order_by("pk").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    return sum(_forget(stale.filter(pk=key)) for key in keys)


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

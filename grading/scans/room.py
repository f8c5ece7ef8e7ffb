"""How much may come in: asked before a byte of it is taken."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.utils.translation import gettext as _

from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.scans.models import ScanFile, Upload

MEGABYTE = 1_000_000
SPARE_BYTES = 200 * MEGABYTE
"""Left free on a local disk, so that the database can still be written."""


def require_size(name: str, size: int) -> None:
    """Raise UserError for an empty file, or one larger than any may be."""
    if size <= 0:
        raise UserError(_("%(name)s is empty") % {"name": name}, _("scan the pages again"))
    if size > settings.MAX_UPLOAD_BYTES:
        limit = {"name": name, "limit": settings.MAX_UPLOAD_BYTES // MEGABYTE}
        raise UserError(_("%(name)s is larger than %(limit)d MB") % limit, _("split it and upload the parts"))


def require(exam: Exam, name: str, size: int, *, writes: int = 1) -> None:
    """Raise UserError when ``size`` more bytes fit neither the school's share nor the disk.

    ``writes``: how often the bytes lie on the disk at the same time.
    """
    require_size(name, size)
    limit = settings.MAX_SCHOOL_BYTES
    if limit and _taken(exam) + size > limit:
        raise UserError(
            _("%(name)s does not fit: your school may keep %(limit)d GB of scans")
            % {"name": name, "limit": limit // 1_000_000_000},
            _("ask the operator of this service for more room"),
        )
    if writes * size > _free() - SPARE_BYTES:
        raise UserError(
            _("%(name)s does not fit: the disk of the server is nearly full") % {"name": name},
            _("tell the operator of this service; nothing that came in before is lost"),
        )


def _taken(exam: Exam) -> int:
    """Bytes of the school's files, and of what is announced and still coming."""
    files = ScanFile.objects.filter(exam__school_id=exam.school_id).aggregate(n=Sum("size"))["n"]
    coming = Upload.objects.filter(exam__school_id=exam.school_id, file=None).aggregate(n=Sum("size"))["n"]
    return (files or 0) + (coming or 0)


def _free() -> int | float:
    """Free bytes of a local storage; an object store has no end."""
    try:
        folder = Path(default_storage.path(""))
    except NotImplementedError:
        return float("inf")
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free

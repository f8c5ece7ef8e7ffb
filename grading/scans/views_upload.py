"""Uploads that can be gone on with: announce a file, ask how far it is, send pieces, finish."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.scans import uploads
from grading.scans.copies import earlier_copy
from grading.scans.forms import FinishForm, UploadForm
from grading.scans.models import Upload

OFFSET = "Upload-Offset"


@requires(TEACHERS)
@require_POST
def begin(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Announce a file; the answer says how much of it is here already."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _refused([_("This file could not be announced: drop it again.")])
    uploads.sweep()
    try:
        upload = uploads.begin(actor=actor, exam=exam, **form.cleaned_data)
    except UserError as error:
        return _refused([in_words(error)])
    return _state(upload, status=201)


@requires(TEACHERS)
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def part(request: HttpRequest, exam_id: int, upload_id: int) -> HttpResponse:
    """How far an upload is (GET, HEAD), its next piece (PATCH), or the end of it (DELETE)."""
    upload = _upload(request, exam_id, upload_id)
    if upload is None:
        return _gone()
    if request.method == "DELETE":
        uploads.discard(upload=upload)
        return HttpResponse(status=204)
    if request.method != "PATCH":
        return _state(upload)
    offset, length = _number(request, OFFSET), _number(request, "Content-Length")
    try:
        # The stream itself: Django keeps no copy of it in memory, and has no limit of its own for it.
        return _state(
            uploads.append(upload=upload, offset=offset, content=cast("BinaryIO", request), length=length)
        )
    except uploads.OutOfStep as ahead:
        upload.offset = ahead.offset
        return _state(upload, status=409)
    except UserError as error:
        return _refused([in_words(error)], status=400)


@requires(TEACHERS)
@require_POST
def finish(request: HttpRequest, exam_id: int, upload_id: int) -> HttpResponse:
    """All pieces are here: check them and take the file in."""
    upload = _upload(request, exam_id, upload_id)
    if upload is None:
        return _gone()
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _refused([_("The checksum is missing: drop the file again.")])
    try:
        file = uploads.finish(actor=actor_of(request), upload=upload, digest=form.cleaned_data["sha256"])
    except uploads.OutOfStep:
        return _state(upload, status=409)
    except UserError as error:
        return _refused([in_words(error)])
    twin = earlier_copy(file)
    return JsonResponse({"file": file.pk, "same_as": twin.name if twin else ""})


def _upload(request: HttpRequest, exam_id: int, upload_id: int) -> Upload | None:
    """An upload of this person's own, unless another tab has given it up."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    return Upload.objects.filter(exam=exam, by_id=actor.user_id, pk=upload_id).select_related("file").first()


def _gone() -> HttpResponse:
    return _refused([_("What was sent of this file is not here any more: drop it again.")], status=404)


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    return int(value) if value.isdecimal() and len(value) < 16 else -1


def _state(upload: Upload, status: int = 200) -> HttpResponse:
    body = {"id": upload.pk, "offset": upload.offset, "size": upload.size, "done": upload.file_id is not None}
    return JsonResponse(
        body, status=status, headers={OFFSET: str(upload.offset), "Cache-Control": "no-store"}
    )


def _refused(faults: list[str], status: int = 422) -> HttpResponse:
    return JsonResponse({"faults": faults}, status=status)

"""Images of scanned pages and of single boxes: re-encoded by the page stage, for members of the school."""

from __future__ import annotations

import mimetypes

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from grading.accounts.access import MEMBERS, actor_of, requires
from grading.exams.gate import exam_or_404, hides_names
from grading.scans import crops
from grading.scans.models import Page
from grading.scans.redaction import without_names

SOON = "private, max-age=300"
NEVER = "private, no-store"
FOR_GOOD = "private, max-age=31536000, immutable"
"""Of addresses that name the version of the page's images, as ``?v=``."""
TYPES = ("image/jpeg", "image/webp", "image/png")


@requires(MEMBERS)
def image(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponseBase:
    """The upright page."""
    page = _page(request, exam_id, page_id)
    return _stored(request, page, page.preview)


@requires(MEMBERS)
def thumbnail(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponseBase:
    """The upright page, small; pages of before there were thumbnails show themselves."""
    page = _page(request, exam_id, page_id)
    return _stored(request, page, page.thumbnail or page.preview)


@requires(MEMBERS)
def crop(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """One box of the page: ``?question=3``; without a question, the boxed student number."""
    page = _page(request, exam_id, page_id)
    if not request.GET.get("question") and hides_names(actor_of(request), page.exam):
        raise PermissionDenied("This exam is marked without names.")
    if not page.crops:
        raise Http404("This page has no boxes.")
    known = unchanged(request, page)
    if known is not None:
        return known
    with page.crops.open("rb") as file:
        content = crops.shown(file, request.GET.get("question", ""))
    if content is None:
        raise Http404("This page has no such box.")
    return HttpResponse(content, content_type=crops.SHOWN_TYPE, headers=keeping(request, page))


def unchanged(request: HttpRequest, page: Page) -> HttpResponse | None:
    """304 for a browser that has this very version already; it costs no look into the storage."""
    known = {tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")}
    if f'"{page.version}"' not in known:
        return None
    return HttpResponse(status=304, headers=keeping(request, page))


def keeping(request: HttpRequest, page: Page) -> dict[str, str]:
    """How long a browser, and nobody in between, may keep an image of this page."""
    for_good = request.GET.get("v") == page.version
    return {"Cache-Control": FOR_GOOD if for_good else SOON, "ETag": f'"{page.version}"'}


def _stored(request: HttpRequest, page: Page, file: FieldFile) -> HttpResponseBase:
    kind = mimetypes.guess_type(file.name or "")[0]
    if not file or kind not in TYPES:
        raise Http404("There is no image of this page that can be shown.")
    if hides_names(actor_of(request), page.exam):
        with file.open("rb") as source:
            painted = without_names(page, source.read())
        return HttpResponse(painted, content_type="image/jpeg", headers={"Cache-Control": NEVER})
    return unchanged(request, page) or FileResponse(
        file.open("rb"), content_type=kind, headers=keeping(request, page)
    )


def _page(request: HttpRequest, exam_id: int, page_id: int) -> Page:
    exam = exam_or_404(request, exam_id)
    page = Page.objects.filter(exam=exam, pk=page_id).first()
    if page is None:
        raise Http404("There is no such page.")
    page.exam = exam
    return page

"""Images of scanned pages and of single boxes: re-encoded by the page stage, for members of the school."""

from __future__ import annotations

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from grading.accounts.access import MEMBERS, requires
from grading.exams.gate import exam_or_404
from grading.scans import crops
from grading.scans.models import Page

KEEP = "private, max-age=3600"


@requires(MEMBERS)
def image(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponseBase:
    """The upright page."""
    page = _page(request, exam_id, page_id)
    if not page.preview:
        raise Http404("There is no image of this page.")
    kind = mimetypes.guess_type(page.preview.name or "")[0]
    if kind not in ("image/jpeg", "image/webp", "image/png"):
        raise Http404("There is no image of this page that can be shown.")
    return FileResponse(page.preview.open("rb"), content_type=kind, headers={"Cache-Control": KEEP})


@requires(MEMBERS)
def crop(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """One box of the page: ``?question=3``; without a question, the boxed student number."""
    page = _page(request, exam_id, page_id)
    if not page.crops:
        raise Http404("This page has no boxes.")
    with page.crops.open("rb") as file:
        content = crops.shown(file, request.GET.get("question", ""))
    if content is None:
        raise Http404("This page has no such box.")
    return HttpResponse(content, content_type=crops.SHOWN_TYPE, headers={"Cache-Control": KEEP})


def _page(request: HttpRequest, exam_id: int, page_id: int) -> Page:
    page = Page.objects.filter(exam=exam_or_404(request, exam_id), pk=page_id).first()
    if page is None:
        raise Http404("There is no such page.")
    return page

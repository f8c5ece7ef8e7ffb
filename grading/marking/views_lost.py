"""Pages that were never scanned: what becomes of their answers, for many sheets at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.marking import lost_pages as lost
from grading.marking.lost_pages import Place
from grading.scans.models import Page
from grading.scans.wall import PROBLEMS


@requires(TEACHERS)
def lost_pages(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The pages that scanned sheets lack, each with what was said of it; narrowed by ``q`` and ``number``."""
    exam = exam_or_404(request, exam_id)
    found = lost.lost_pages(exam)
    words, number = request.GET.get("q", "").strip(), whole_number(request.GET.get("number", ""))
    shown = [page for page in found if page.matches(words) and number in (None, page.number)]
    context = {
        "exam": exam,
        "pages": shown,
        "total": len(found),
        "numbers": sorted({page.number for page in found}),
        "words": words,
        "number": number,
        "unplaced": Page.objects.filter(exam=exam, state__in=PROBLEMS).count(),
    }
    return render(request, "marking/lost_pages.html", context)


@requires(TEACHERS)
@require_POST
def say(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The chosen pages were not handed in, or are waited for again."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    places = [place for name in request.POST.getlist("page") if (place := _place(name))]
    if request.POST.get("say") == "none":
        n = lost.say_not_handed_in(actor=actor, exam=exam, places=places)
        said = ngettext("%(n)d page gives no points now.", "%(n)d pages give no points now.", n)
    else:
        n = lost.wait_again(actor=actor, exam=exam, places=places)
        said = ngettext("%(n)d page is open again.", "%(n)d pages are open again.", n)
    if n:
        messages.success(request, said % {"n": n})
    else:
        messages.error(request, _("Nothing was changed: choose pages to which this applies."))
    narrowed = QueryDict(mutable=True)
    narrowed.update({name: value for name in ("q", "number") if (value := request.POST.get(name))})
    address = reverse("marking:lost-pages", args=[exam.pk])
    return redirect(f"{address}?{narrowed.urlencode()}" if narrowed else address)


def _place(name: str) -> Place | None:
    sheet, _dash, number = name.partition("-")
    found = whole_number(sheet), whole_number(number)
    return None if found[0] is None or found[1] is None else (found[0], found[1])

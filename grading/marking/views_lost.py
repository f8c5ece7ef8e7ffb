"""Pages that were never scanned: what becomes of their answers, for many sheets at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.marking import lost_pages as lost
from grading.marking.lost_pages import Place


@requires(TEACHERS)
def lost_pages(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The pages that scanned sheets lack, each with what was said of it."""
    exam = exam_or_404(request, exam_id)
    return render(request, "marking/lost_pages.html", {"exam": exam, "pages": lost.lost_pages(exam)})


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
    return redirect("marking:lost-pages", exam.pk)


def _place(name: str) -> Place | None:
    sheet, _dash, number = name.partition("-")
    found = whole_number(sheet), whole_number(number)
    return None if found[0] is None or found[1] is None else (found[0], found[1])

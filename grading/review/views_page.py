"""A page that the machine could not place: say which it is, or that it does not count."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from grading.accounts.access import TEACHERS, actor_of, requires
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.sent import whole_number
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.review import leases, pages
from grading.review.desk import UNPROCESSABLE, go
from grading.review.keys import keys_of
from grading.review.queue import Progress
from grading.scans import services
from grading.scans.forms import CodeForm, DropForm
from grading.scans.likely_places import likely_places
from grading.scans.models import Page
from grading.scans.overlay import overlay


@requires(TEACHERS)
def next_one(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Borrow the next page that needs a person (behind ``?after=``) and go there."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    given = whole_number(request.GET.get("after", ""))
    last = Page.objects.filter(exam=exam, pk=given).first() if given else None
    if last is not None:
        leases.give_back(actor=actor, items=[last])
    page = pages.next_page(actor=actor, exam=exam, after=last)
    if page is None:
        messages.success(request, _("No page is left that needs you."))
        return redirect("review:queue", exam.pk)
    return redirect("review:page", exam.pk, page.pk)


@requires(TEACHERS)
def page(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """One page; saves what it is and goes on."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    found = pages.waiting(exam).filter(pk=page_id).select_related("file", "sheet__print_run").first()
    if found is None and not Page.objects.filter(exam=exam, pk=page_id).exists():
        raise Http404("There is no such page.")
    if found is None or not leases.take(actor=actor, item=found):
        messages.warning(request, _("That page is settled or somebody else has it; here is another."))
        return redirect("review:page-next", exam.pk)
    form = CodeForm(request.POST if "number" in request.POST else None, initial=_guess(found))
    if request.method != "POST":
        return _show(request, exam, found, form)
    change = _change(request, actor, found, form)
    if change is None:
        return _show(request, exam, found, form, UNPROCESSABLE)
    try:
        change()
    except UserError as error:
        return _show(request, exam, found, form, UNPROCESSABLE, in_words(error))
    leases.give_back(actor=actor, items=[found])
    return go(request, f"{reverse('review:page-next', args=[exam.pk])}?after={found.pk}")


def _change(request: HttpRequest, actor: Actor, found: Page, form: CodeForm) -> Callable[[], Page] | None:
    """What the person said, as a call; None when it cannot be meant."""
    if request.POST.get("replace"):
        return lambda: services.replace_page(actor=actor, page=found)
    if "state" in request.POST:
        drop = DropForm(request.POST)
        if not drop.is_valid():
            return None
        state, reason = Page.State(drop.cleaned_data["state"]), _("said by a person")
        return lambda: services.drop_page(actor=actor, page=found, state=state, reason=reason)
    if not form.is_valid():
        return None
    return lambda: services.give_code(actor=actor, page=found, **form.cleaned_data)


def _guess(found: Page) -> dict[str, object]:
    return {"sheet_number": found.sheet.number if found.sheet else "", "number": found.number or 1}


def _show(
    request: HttpRequest, exam: Exam, found: Page, form: CodeForm, status: int = 200, refusal: str = ""
) -> HttpResponse:
    left = pages.waiting(exam).count()
    likely = likely_places(found) if found.preview else []
    if likely and not found.number and not form.is_bound:
        form.initial["number"] = likely[0].number
    context = {
        "exam": exam,
        "page": found,
        "overlay": overlay(found),
        "rival": pages.rival(found) if found.state == Page.State.NEEDS_REVIEW else None,
        "can_replace": found.state == Page.State.NEEDS_REVIEW and found.sheet_id is not None,
        "form": form,
        "likely": likely,
        "decide": reverse("review:page", args=[exam.pk, found.pk]),
        "states": list(enumerate(DropForm().fields["state"].choices, start=1)),  # type: ignore[attr-defined]
        "progress": Progress(left, 0),
        "refusal": refusal,
        "keys": keys_of(actor_of(request)),
    }
    return render(request, "review/page.html", context, status=status)

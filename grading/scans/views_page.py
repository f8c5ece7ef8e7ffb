"""One scanned page: what it is, and what a person can say about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import MEMBERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.scans import services
from grading.scans.forms import CodeForm, DropForm
from grading.scans.models import Page
from grading.scans.overlay import overlay
from grading.scans.wall import LIGHTS, NAMES


@requires(MEMBERS)
def page(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """The page with its boxes; ``?question=3`` marks one of them."""
    exam, found = _found(request, exam_id, page_id)
    return _show(request, exam, found, CodeForm(initial=_guess(found)))


@requires(TEACHERS)
@require_POST
def give_code(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """A person read the sheet number; the page goes through the machine again with it."""
    exam, found = _found(request, exam_id, page_id)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            services.give_code(actor=actor_of(request), page=found, **form.cleaned_data)
        except UserError as error:
            form.add_error("sheet_number", in_words(error))
        else:
            messages.success(request, _("Thank you. The page is read now."))
            return redirect("scans:scan", exam.pk)
    return _show(request, exam, found, form, status=422)


@requires(TEACHERS)
@require_POST
def drop(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """A person says that the page is foreign, blank or a duplicate."""
    exam, found = _found(request, exam_id, page_id)
    form = DropForm(request.POST)
    if not form.is_valid():
        raise Http404("A page can be foreign, blank or a duplicate.")
    state = Page.State(form.cleaned_data["state"])
    reason = _("said by a person")
    return _say(
        request,
        exam,
        lambda: services.drop_page(actor=actor_of(request), page=found, state=state, reason=reason),
    )


@requires(TEACHERS)
@require_POST
def replace(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """This page counts from now on instead of the one with the same code."""
    exam, found = _found(request, exam_id, page_id)
    return _say(request, exam, lambda: services.replace_page(actor=actor_of(request), page=found))


def _say(request: HttpRequest, exam: Exam, change: Callable[[], Page]) -> HttpResponse:
    try:
        changed = change()
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, _("The page is now: %(state)s.") % {"state": NAMES[Page.State(changed.state)]}
        )
    return redirect("scans:scan", exam.pk)


def _found(request: HttpRequest, exam_id: int, page_id: int) -> tuple[Exam, Page]:
    exam = exam_or_404(request, exam_id)
    found = Page.objects.filter(exam=exam, pk=page_id).select_related("file", "sheet__print_run").first()
    if found is None:
        raise Http404("There is no such page.")
    return exam, found


def _guess(found: Page) -> dict[str, object]:
    return {"sheet_number": found.sheet.number if found.sheet else "", "number": found.number or 1}


def _show(request: HttpRequest, exam: Exam, found: Page, form: CodeForm, status: int = 200) -> HttpResponse:
    state = Page.State(found.state)
    context = {
        "exam": exam,
        "page": found,
        "overlay": overlay(found, request.GET.get("question")),
        "rival": _rival(found),
        "form": form,
        "drop": DropForm(),
        "state": NAMES[state],
        "light": LIGHTS.get(state, ""),
        "can_give_code": state in services.MENDABLE,
        "can_drop": state in services.DROPPABLE,
        "can_replace": state in (Page.State.NEEDS_REVIEW, Page.State.DUPLICATE)
        and found.sheet_id is not None,
    }
    return render(request, "scans/page.html", context, status=status)


def _rival(found: Page) -> Page | None:
    """The page that is used now in this one's place."""
    if found.sheet_id is None or found.state == Page.State.USED:
        return None
    same = Page.objects.filter(sheet_id=found.sheet_id, number=found.number, state=Page.State.USED)
    return same.select_related("file").first()

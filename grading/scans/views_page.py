"""One scanned page: what it is, and what a person can say about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import MEMBERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404, hides_names
from grading.exams.models import Exam, Sheet
from grading.exams.refusals import in_words
from grading.scans import services
from grading.scans.aside import count_again, set_aside
from grading.scans.doubles import SEPARABLE, give_own_sheet
from grading.scans.forms import CodeForm, DropForm, RescanForm
from grading.scans.likely_places import likely_places
from grading.scans.models import Page, ScanFile
from grading.scans.overlay import overlay
from grading.scans.wall import LIGHTS, NAMES, to_do

STUDENTS_OFFERED = 300


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
            return _onwards(exam, found)
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
        found,
        lambda: services.drop_page(actor=actor_of(request), page=found, state=state, reason=reason),
    )


@requires(TEACHERS)
@require_POST
def replace(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """This page counts from now on instead of the one with the same code."""
    exam, found = _found(request, exam_id, page_id)
    return _say(request, exam, found, lambda: services.replace_page(actor=actor_of(request), page=found))


@requires(TEACHERS)
@require_POST
def own_sheet(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """The page is another student's who wrote on the same number: it gets a sheet of its own."""
    exam, found = _found(request, exam_id, page_id)
    try:
        new = give_own_sheet(actor=actor_of(request), page=found)
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The page is now on sheet %(number)s.") % {"number": new.number})
    return _onwards(exam, found)


@requires(TEACHERS)
@require_POST
def aside(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """The sheet does not count: its student began anew on another one, say."""
    return _say_of_sheet(
        request, exam_id, sheet_id, set_aside, _("Sheet %(number)s does not count any more.")
    )


@requires(TEACHERS)
@require_POST
def count(request: HttpRequest, exam_id: int, sheet_id: int) -> HttpResponse:
    """The sheet was set aside and counts again."""
    return _say_of_sheet(request, exam_id, sheet_id, count_again, _("Sheet %(number)s counts again."))


@requires(TEACHERS)
@require_POST
def rescan(request: HttpRequest, exam_id: int, page_id: int) -> HttpResponse:
    """A new scan of this page comes in and takes its place."""
    exam, found = _found(request, exam_id, page_id)
    form = RescanForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("No file arrived; choose one."))
        return redirect("scans:page", exam.pk, found.pk)
    scan = form.cleaned_data["scan"]
    try:
        services.replace_by_scan(
            actor=actor_of(request), page=found, name=scan.name or "scan", content=scan.file
        )
    except UserError as error:
        messages.error(request, in_words(error))
        return redirect("scans:page", exam.pk, found.pk)
    messages.success(request, _("The new scan is taken in."))
    return _onwards(exam, found)


def _say_of_sheet(
    request: HttpRequest, exam_id: int, sheet_id: int, change: Callable[..., int], done: str
) -> HttpResponse:
    exam = exam_or_404(request, exam_id)
    sheet = Sheet.objects.filter(exam=exam, pk=sheet_id).first()
    if sheet is None:
        raise Http404("There is no such sheet.")
    try:
        change(actor=actor_of(request), sheet=sheet)
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, done % {"number": sheet.number})
    return redirect("scans:scan", exam.pk)


def _say(request: HttpRequest, exam: Exam, found: Page, change: Callable[[], Page]) -> HttpResponse:
    try:
        changed = change()
    except UserError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, _("The page is now: %(state)s.") % {"state": NAMES[Page.State(changed.state)]}
        )
    return _onwards(exam, found)


def _onwards(exam: Exam, found: Page) -> HttpResponse:
    """To the next page that needs a person, or back to the wall when none is left."""
    left = to_do(exam).exclude(pk=found.pk)
    after = Q(file__lt=found.file_id) | Q(file=found.file_id, scan_page__gt=found.scan_page)
    following = left.filter(after).first() or left.first()
    if following is None:
        return redirect("scans:scan", exam.pk)
    return redirect("scans:page", exam.pk, following.pk)


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
    can_give_code = state in services.MENDABLE and found.file.state != ScanFile.State.REFUSED
    likely = likely_places(found) if can_give_code else []
    if likely and not found.number and not form.is_bound:
        form.initial["number"] = likely[0].number
    context = {
        "exam": exam,
        "nameless": hides_names(actor_of(request), exam),
        "likely": likely,
        "decide": reverse("scans:give-code", args=[exam.pk, found.pk]),
        "page": found,
        "overlay": overlay(found, request.GET.get("question")),
        "rival": _rival(found),
        "form": form,
        "students": _students(exam) if state in services.MENDABLE else (),
        "drop": DropForm(),
        "rescan": RescanForm(),
        "state": NAMES[state],
        "light": LIGHTS.get(state, ""),
        "can_give_code": can_give_code,
        "can_drop": state in services.DROPPABLE,
        "is_set_aside": found.sheet is not None and found.sheet.set_aside,
        "can_set_aside": state == Page.State.USED and found.sheet_id is not None,
        "can_replace": state in (Page.State.NEEDS_REVIEW, Page.State.DUPLICATE)
        and found.sheet_id is not None,
        "can_separate": state in SEPARABLE and found.sheet_id is not None,
        "left": to_do(exam).count(),
    }
    return render(request, "scans/page.html", context, status=status)


def _students(exam: Exam) -> QuerySet[Sheet]:
    """Sheets printed for students that were not seen yet: one of them is probably this one."""
    seen = Page.objects.filter(sheet=OuterRef("pk"), state=Page.State.USED)
    unseen = Sheet.objects.filter(~Exists(seen), exam=exam, printed_for__isnull=False)
    return unseen.select_related("printed_for").order_by("printed_for__sort_name")[:STUDENTS_OFFERED]


def _rival(found: Page) -> Page | None:
    """The page that is used now in this one's place."""
    if found.sheet_id is None or found.state == Page.State.USED:
        return None
    same = Page.objects.filter(sheet_id=found.sheet_id, number=found.number, state=Page.State.USED)
    return same.select_related("file").first()

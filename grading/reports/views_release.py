"""Releasing the results, and what still stands in the way."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_numbers
from grading.exams.gate import exam_or_404
from grading.exams.models import Sheet
from grading.exams.refusals import in_words
from grading.reports import services
from grading.reports.blockers import blockers
from grading.scans import ledger
from grading.scans.absence import set_absent
from grading.scans.models import Page


@requires(READERS)
def release(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What blocks the release; sheets that nobody handed in can be said to be absent here."""
    exam = exam_or_404(request, exam_id)
    seen = Page.objects.filter(sheet=OuterRef("pk"), state=Page.State.USED)
    unseen = Sheet.objects.filter(~Exists(seen), exam=exam, printed_for__isnull=False).select_related(
        "printed_for"
    )
    context = {
        "exam": exam,
        "blockers": blockers(exam),
        "pages": ledger.totals(exam),
        "sheets": ledger.sheet_totals(exam),
        "unseen": unseen.order_by("printed_for__name", "number"),
    }
    return render(request, "reports/release.html", context)


@requires(TEACHERS)
@require_POST
def change(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Release, or open again (``withdraw``)."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    try:
        if "withdraw" in request.POST:
            services.withdraw_release(actor=actor, exam=exam)
            messages.success(request, _("The results are open again."))
        else:
            services.release(actor=actor, exam=exam)
            messages.success(request, _("The results are released."))
    except UserError as error:
        messages.error(request, in_words(error))
    return redirect("reports:release", exam.pk)


@requires(TEACHERS)
@require_POST
def absent(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Say which of the sheets that were not scanned are of absent students."""
    exam = exam_or_404(request, exam_id)
    chosen, offered = (set(whole_numbers(request.POST.getlist(name))) for name in ("absent", "offered"))
    changed = set_absent(actor=actor_of(request), exam=exam, absent=chosen, present=offered - chosen)
    messages.success(
        request, ngettext("%(n)d sheet changed.", "%(n)d sheets changed.", changed) % {"n": changed}
    )
    return redirect("reports:release", exam.pk)

"""Releasing the results, what still stands in the way, and what has changed since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grading.accounts.access import READERS, TEACHERS, actor_of, requires
from grading.core.errors import UserError
from grading.core.sent import whole_numbers
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.exams.refusals import in_words
from grading.reports import releasing
from grading.reports.blockers import blockers
from grading.reports.models import Release
from grading.reports.since_release import since_release, with_names
from grading.scans import ledger
from grading.scans.absence import set_absent


@requires(READERS)
def release(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What blocks the release, or what has changed since; sheets that nobody handed in can be said to be
    absent here.
    """
    exam = exam_or_404(request, exam_id)
    unseen = ledger.unseen_sheets(exam).select_related("printed_for")
    context = {
        "exam": exam,
        "blockers": blockers(exam),
        "pages": ledger.totals(exam),
        "sheets": ledger.sheet_totals(exam),
        "unseen": unseen.order_by("printed_for__sort_name", "number"),
    }
    return render(request, "reports/release.html", context | _releases(exam))


def _releases(exam: Exam) -> dict[str, Any]:
    """All releases, and what differs from the newest."""
    releases = list(Release.objects.filter(exam=exam).select_related("by").order_by("-number"))
    if not releases:
        return {"since": None}
    since = since_release(exam, releases[0])
    return {
        "releases": releases,
        "newest": releases[0],
        "since": since,
        "changes": with_names(since.listed),
    }


@requires(TEACHERS)
@require_POST
def change(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Release, also again (``seen``: the changes looked at), or open again (``withdraw``)."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    try:
        if "withdraw" in request.POST:
            releasing.withdraw_release(actor=actor, exam=exam)
            messages.success(request, _("The results are open again."))
        else:
            # The page itself says that they are released, and when.
            releasing.release(actor=actor, exam=exam, seen=request.POST.get("seen", ""))
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

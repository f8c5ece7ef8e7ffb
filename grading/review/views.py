"""The review queue as a whole: what waits, the next item, taking back the last decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.marking.models import Identity
from grading.review import services, spot_checks
from grading.review.addresses import item_url, queue_url
from grading.review.queue import by_question, progress, unseen


@requires(REVIEWERS)
def queue(request: HttpRequest, exam_id: int) -> HttpResponse:
    """What waits for a person: student numbers, and answers by question."""
    exam = exam_or_404(request, exam_id)
    context = {
        "exam": exam,
        "progress": progress(exam, actor_of(request)),
        "questions": by_question(exam),
        "unseen": unseen(exam),
        "checks": spot_checks.progress(exam),
        "disagreements": spot_checks.disagreements(exam),
        "identities": Identity.objects.filter(exam=exam, state=Identity.State.REVIEW).count(),
    }
    return render(request, "review/queue.html", context)


@requires(REVIEWERS)
def next_one(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Borrow the next item and go there; back to the queue when nothing is left."""
    exam = exam_or_404(request, exam_id)
    chosen = request.GET.get("question", "")
    answer = services.next_item(actor=actor_of(request), exam=exam, question=chosen)
    return redirect(item_url(answer, chosen) if answer else queue_url(exam))


@requires(REVIEWERS)
@require_POST
def undo_last(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Take back the person's own last decision and show that item again."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    chosen = request.POST.get("question", "")
    try:
        answer = services.undo_last(actor=actor, exam=exam)
    except UserError as error:
        messages.error(request, in_words(error))
        return redirect(queue_url(exam))
    messages.success(request, _("Taken back. It waits for you again."))
    return redirect(item_url(answer, chosen))

"""How bench pages are answered: whole pages for a browser alone, pieces for the bench's script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from grading.accounts.access import actor_of
from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.review import known_items, whose
from grading.review.bench import Item
from grading.review.filters import Filters
from grading.review.keys import keys_of
from grading.review.queue import Progress, progress

CONFLICT, UNPROCESSABLE = 409, 422
TYPED = ("text", "marks", "comment")


def by_script(request: HttpRequest) -> bool:
    """Whether the bench's script asks, which wants pieces and puts them in place itself."""
    return request.headers.get("X-Bench") == "1"


def go(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page; the script goes there itself, for it has asked with what may be lost on the way."""
    return HttpResponse(status=204, headers={"X-Go": url}) if by_script(request) else redirect(url)


def filters_of(request: HttpRequest, exam: Exam) -> Filters:
    """What the queue is narrowed to: in the address, or in the hidden fields of a form."""
    sent = Filters.of({**request.GET.dict(), **request.POST.dict()})
    return whose.known(sent, actor_of(request), exam)


def typed(request: HttpRequest) -> dict[str, str]:
    """What was entered, to be shown again."""
    return {name: request.POST.get(name, "") for name in TYPED}


def whole(
    request: HttpRequest, template: str, exam: Exam, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the bench with its frame: progress, pace and keys."""
    actor, filters = actor_of(request), filters_of(request, exam)
    frame = {
        "exam": exam,
        "filters": filters,
        "keys": keys_of(actor),
        "progress": progress_for(actor, exam, filters),
    }
    return render(request, template, {**frame, **context}, status=status)


def progress_for(actor: Actor, exam: Exam, filters: Filters) -> Progress:
    """How far everything is, as the actor's bench shows it."""
    return known_items.counted(progress(exam, actor, filters), actor, exam, filters)


def pieces(request: HttpRequest, exam: Exam, items: Sequence[Item], status: int = 200) -> HttpResponse:
    """Items alone, for the script to put in line."""
    keys = keys_of(actor_of(request))
    context = {"exam": exam, "items": items, "filters": filters_of(request, exam), "keys": keys}
    return render(request, "review/pieces.html", context, status=status)

"""The log of an exam: who did what, when and to what, filtered, by pages or as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from defusedcsv import csv as defused
from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grading.accounts.access import READERS, requires
from grading.core.models import AuditEvent
from grading.exams.gate import exam_or_404
from grading.exams.models import Exam
from grading.portal.log_words import line, object_words, verb_words

EVENTS_A_PAGE = 100
COLUMNS = ("at", "person", "what", "verb", "object", "object_id", "details")


class LogForm(forms.Form):
    """Which events a person wants to see."""

    who = forms.ChoiceField(label=_("Person"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("About"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    q = forms.CharField(label=_("Containing"), required=False, max_length=100)

    def __init__(self, exam: Exam, data: QueryDict) -> None:
        super().__init__(data)
        events = AuditEvent.objects.filter(exam_id=exam.pk).order_by()
        people, verbs, kinds = (_known(events, name) for name in ("actor_label", "verb", "object_type"))
        anything = ("", _("all"))
        self.fields["who"].choices = [anything, *((name, name) for name in people)]  # type: ignore[attr-defined]
        self.fields["verb"].choices = [anything, *_worded(verbs, verb_words)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [anything, *_worded(kinds, object_words)]  # type: ignore[attr-defined]

    def events(self, exam: Exam) -> QuerySet[AuditEvent]:
        """The events that match, newest first; what is no valid filter filters nothing."""
        self.is_valid()
        wanted: dict[str, Any] = getattr(self, "cleaned_data", {})
        found = AuditEvent.objects.filter(exam_id=exam.pk).order_by("-id")
        for field, name in (("who", "actor_label"), ("verb", "verb"), ("kind", "object_type")):
            if wanted.get(field):
                found = found.filter(**{name: wanted[field]})
        if wanted.get("since"):
            found = found.filter(at__gte=_midnight(wanted["since"]))
        if wanted.get("until"):
            found = found.filter(at__lt=_midnight(wanted["until"]) + timedelta(days=1))
        if wanted.get("q"):
            words = wanted["q"]
            found = found.filter(
                Q(data__icontains=words) | Q(actor_label__icontains=words) | Q(verb__icontains=words)
            )
        return found


@requires(READERS)
def log(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Who did what, newest first."""
    exam = exam_or_404(request, exam_id)
    form = LogForm(exam, request.GET)
    page = Paginator(form.events(exam), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"exam": exam, "page": page, "lines": [line(event) for event in page.object_list], "form": form}
    return render(request, "portal/log.html", context)


@requires(READERS)
def log_csv(request: HttpRequest, exam_id: int) -> HttpResponseBase:
    """The filtered log as a file, sent while it is read."""
    exam = exam_or_404(request, exam_id)
    events = LogForm(exam, request.GET).events(exam)
    name = f'attachment; filename="{exam.code}-log.csv"'
    return StreamingHttpResponse(
        _rows(events), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _rows(events: QuerySet[AuditEvent]) -> Iterator[str]:
    writer = defused.writer(_Echo(), quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    yield writer.writerow(COLUMNS)
    for event in events.iterator(chunk_size=2000):
        said = line(event)
        details = json.dumps(event.data, ensure_ascii=False)
        yield writer.writerow(
            (
                event.at.isoformat(timespec="seconds"),
                said.who,
                said.what,
                event.verb,
                event.object_type,
                event.object_id or "",
                details,
            )
        )


def _known(events: QuerySet[AuditEvent], name: str) -> list[str]:
    """The values that occur, whatever the number of events."""
    return sorted(value for value in events.values_list(name, flat=True).distinct() if value)


def _worded(values: Iterable[str], words: Any) -> list[tuple[str, str]]:
    return sorted(((value, words(value)) for value in values), key=lambda pair: pair[1].casefold())


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

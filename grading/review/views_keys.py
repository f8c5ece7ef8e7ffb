"""The keys of the bench: a preset, keys of one's own, or none."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from grading.accounts.access import REVIEWERS, actor_of, requires
from grading.core.errors import UserError
from grading.exams.gate import exam_or_404
from grading.exams.refusals import in_words
from grading.review import keys
from grading.review.models import Keys


@requires(REVIEWERS)
def choose(request: HttpRequest, exam_id: int) -> HttpResponse:
    """Shows what every key does, and remembers for this person what they change."""
    exam, actor = exam_or_404(request, exam_id), actor_of(request)
    current, refusal = keys.keys_of(actor), ""
    preset = request.POST.get("preset", current.preset)
    own = {action: request.POST.get(action, "") for action in keys.SAYS}
    if request.method == "POST" and preset in Keys.Preset.values:
        try:
            changed = preset != current.preset
            keys.choose(actor=actor, preset=Keys.Preset(preset), own={} if changed else own)
        except UserError as error:
            refusal = in_words(error)
        else:
            messages.success(request, _("Your keys are remembered."))
            return redirect("review:keys", exam.pk)
    base = current.keys or keys.USUAL
    rows = [(action, says, own[action] or base[action]) for action, says in keys.SAYS.items()]
    context = {
        "exam": exam,
        "rows": rows,
        "presets": Keys.Preset.choices,
        "preset": preset,
        "refusal": refusal,
    }
    return render(request, "review/keys.html", context, status=422 if refusal else 200)

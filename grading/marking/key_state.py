"""By which key a verdict was given: "right" and "wrong" do not say what is written, so they fall with it."""

from __future__ import annotations

import hashlib
import json

from django.utils.translation import gettext as _

from grading.core.errors import UserError
from grading.exams.spec import ExamSpec, ManualQuestion, Question
from grading.marking.models import Decision

KEY_FIELDS = {"id", "answer", "answers", "tolerance", "ignore", "max_edits", "edit_credit", "accept"}
"""What of a question says which answers earn what; its marks, and what a wrong one costs, do not."""

BY_THE_KEY = frozenset({Decision.Kind.RIGHT, Decision.Kind.WRONG, Decision.Kind.MARKS})
"""Kinds of decision that hold for one key only. What a person read is marked by whichever key there is."""


def key_state(question: Question) -> str:
    """Names the key of a question, 16 characters; empty for an open one, which has none."""
    if isinstance(question, ManualQuestion):
        return ""
    key = question.model_dump(mode="json", include=KEY_FIELDS)
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


def keys_of(spec: ExamSpec) -> dict[str, str]:
    """The key of every question."""
    return {question.id: key_state(question) for question in spec.questions}


def given_by(kind: str, question: Question) -> str:
    """What a decision of this kind keeps as its key; empty when it holds under any."""
    return key_state(question) if kind in BY_THE_KEY else ""


def require_key(kind: str, shown: str, question: Question) -> None:
    """Refuse (UserError) a verdict by another key than that of today; ``shown`` is empty where none was."""
    if kind in BY_THE_KEY and not holds(shown, key_state(question)):
        raise UserError(
            _("The key of this question was changed after this answer was shown to you. Nothing was saved"),
            _("reload the page and decide by the new key"),
        )


def holds(given: str, now: str) -> bool:
    """Whether a decision still counts: ``given``: the key that it kept, ``now``: that of the question."""
    return given in ("", now)

"""At which turn a person may mark an answer now: kept in one place, whichever page the mark comes from."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from grading.accounts.access import TEACHERS
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.marking.decisions import standing_by_turn
from grading.marking.models import Answer, Decision
from grading.marking.rubric_rules import Rules
from grading.marking.rubric_settling import Settled, turn_for


def turn_of(actor: Actor, answer: Answer, decided: Sequence[Decision], rules: Rules) -> int | None:
    """The turn, or None when the answer is not theirs to mark now; ``answer`` is as it was derived last."""
    return turn_for(
        actor.user_id,
        {turn: decision.by_id for turn, decision in standing_by_turn(decided, rules.key).items()},
        Settled(answer.marks, answer.turn),
        twice=rules.twice(answer.sheet, answer.question),
        teacher=actor.role in TEACHERS,
    )


def require_turn(actor: Actor, answer: Answer, decided: Sequence[Decision], rules: Rules) -> int:
    """The turn; UserError with the reason when the person has none."""
    turn = turn_of(actor, answer, decided, rules)
    if turn is None:
        raise UserError(
            _("Two people mark this answer without seeing each other's marks, and it is not your turn"),
            _("leave it to somebody else"),
        )
    return turn

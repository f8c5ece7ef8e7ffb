"""To what part of the queue a reviewer has narrowed it, and in which order it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.core.sent import whole_number
from grading.marking.decide import Reason
from grading.marking.models import Answer

LIKENESS, STAKE = "", "stake"
ORDERS: dict[str, str | Promise] = {LIKENESS: _("by likeness"), STAKE: _("by consequence")}
GROUPED, SINGLE, EACH = "group", "single", "each"
SIZES: dict[str, str | Promise] = {
    "": _("groups first, then single ones"),
    GROUPED: _("groups only"),
    "5": _("groups of 5 and more"),
    "20": _("groups of 20 and more"),
    SINGLE: _("single ones only"),
    EACH: _("every answer by itself"),
}
REASONS: dict[str, str | Promise] = {
    Reason.BUDGET: _("the error budget"),
    Reason.UNSURE: _("not sure of the reading"),
    Reason.FAINT: _("empty, or faint ink?"),
    Reason.NOTHING_READ: _("ink, but nothing to read"),
    Reason.UNREADABLE: _("could not be read"),
    Reason.PAGE: _("page not well found"),
    Reason.PLACE: _("box not where expected"),
}
KINDS: dict[str, str | Promise] = {
    "digits": _("digits"),
    "number": _("number"),
    "text": _("text"),
    "choice": _("one of several"),
    "multi": _("several of several"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything is chosen when all are empty."""

    question: str = ""
    reason: str = ""
    question_type: str = ""
    flagged: str = ""
    size: str = ""
    order: str = LIKENESS

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Filters:
        """From a query string or a form; what is not known is left out."""
        known: dict[str, Mapping[str, object]] = {
            "reason": REASONS, "question_type": KINDS, "flagged": {"1": ""}, "size": SIZES, "order": ORDERS
        }  # fmt: skip
        found = {name: str(values.get(name, "")) for name in (field.name for field in fields(cls))}
        return cls(**{name: v for name, v in found.items() if name not in known or v in known[name]})

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Name and value of what is chosen, for addresses and hidden fields."""
        values = [(field.name, str(getattr(self, field.name))) for field in fields(self)]
        return [(name, value) for name, value in values if value]

    @property
    def query(self) -> str:
        """``?question=3&order=stake``, or nothing."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    @property
    def narrows(self) -> bool:
        """Whether only a part of the answers is chosen, whatever their groups and order."""
        return bool(self.question or self.reason or self.question_type or self.flagged)

    @property
    def wants_groups(self) -> bool:
        """Whether groups of like answers are decided as such."""
        return self.size not in (SINGLE, EACH)

    @property
    def wants_singles(self) -> bool:
        """Whether answers that belong to no group come as well."""
        return self.size in ("", SINGLE, EACH)

    def narrow(self, answers: QuerySet[Answer]) -> QuerySet[Answer]:
        """Those of ``answers`` that are chosen, whatever their group."""
        chosen = Q(question=self.question) if self.question else Q()
        if self.reason:
            chosen &= Q(reason__startswith=self.reason)
        if self.question_type:
            chosen &= Q(kind=self.question_type)
        if self.flagged:
            chosen &= Q(flagged=True)
        return answers.filter(chosen)

    def in_groups(self, answers: QuerySet[Answer]) -> QuerySet[Answer]:
        """Members of groups of the chosen size."""
        least = whole_number(self.size) or 0
        return answers.filter(group__gt=0, **({"group_size__gte": least} if least else {}))

    def alone(self, answers: QuerySet[Answer]) -> QuerySet[Answer]:
        """Answers that are decided one by one."""
        return answers if self.size == EACH else answers.filter(group=0)

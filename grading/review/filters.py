"""To what part of the queue a reviewer has narrowed it, and in which order it comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.core.sent import whole_number
from grading.marking.decide import Reason
from grading.marking.models import Answer

MINE, FREE, OTHERS = "mine", "free", "others"
WHOSE = frozenset({"", MINE, FREE, OTHERS})
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
    """Everything is chosen when all are empty.

    ``whose``: questions that the reviewer is asked to mark, nobody is, or others are; ``places``: the
    positions of these, once it is known for whom (``grading.review.whose``).
    """

    whose: str = ""
    question: str = ""
    reason: str = ""
    question_type: str = ""
    flagged: str = ""
    size: str = ""
    order: str = LIKENESS
    places: tuple[int, ...] | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Filters:
        """From a query string or a form; what is not known is left out."""
        known: dict[str, Collection[str]] = {
            "whose": WHOSE, "reason": REASONS, "question_type": KINDS, "flagged": {"1"},
            "size": SIZES, "order": ORDERS,
        }  # fmt: skip
        found = {name: str(values.get(name, "")) for name in SENT}
        chosen: dict[str, Any] = {n: v for n, v in found.items() if n not in known or v in known[n]}
        return cls(**chosen)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Name and value of what is chosen, for addresses and hidden fields."""
        values = [(name, str(getattr(self, name))) for name in SENT]
        return [(name, value) for name, value in values if value]

    @property
    def query(self) -> str:
        """``?question=3&order=stake``, or nothing."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    @property
    def narrows(self) -> bool:
        """Whether only a part of the answers is chosen, whatever their groups, order and whose they are."""
        return bool(self.question or self.reason or self.question_type or self.flagged)

    @property
    def anybodys(self) -> Filters:
        """The same, whosever the questions are."""
        return replace(self, whose="", places=None)

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
        if self.places is not None:
            chosen &= Q(position__in=self.places)
        return answers.filter(chosen)

    def in_groups(self, answers: QuerySet[Answer]) -> QuerySet[Answer]:
        """Members of groups of the chosen size."""
        least = whole_number(self.size) or 0
        return answers.filter(group__gt=0, **({"group_size__gte": least} if least else {}))

    def alone(self, answers: QuerySet[Answer]) -> QuerySet[Answer]:
        """Answers that are decided one by one."""
        return answers if self.size == EACH else answers.filter(group=0)


SENT = tuple(field.name for field in fields(Filters) if field.name != "places")
"""What is kept in addresses and forms."""

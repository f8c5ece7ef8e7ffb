"""In which order questions come to a person: their own, then those that are nobody's, then those of others.

An order and no lock. Where nobody is asked to mark anything, there are no parts and the queue is as it is.
"""

from __future__ import annotations

from dataclasses import replace

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.review.assignments import assigned
from grading.review.filters import FREE, MINE, OTHERS, Filters


def parts(actor: Actor, exam: Exam) -> dict[str, tuple[int, ...]]:
    """Whose -> the positions of these questions, in the order in which they come to the actor."""
    people = assigned(exam)
    found: dict[str, list[int]] = {MINE: [], FREE: [], OTHERS: []}
    for position, question in enumerate(exam.load_spec().questions if people else ()):
        asked = people.get(question.id, ())
        mine = any(user.pk == actor.user_id for user in asked)
        found[MINE if mine else OTHERS if asked else FREE].append(position)
    return {whose: tuple(positions) for whose, positions in found.items() if positions}


def known(filters: Filters, actor: Actor, exam: Exam) -> Filters:
    """The filters with the questions that ``whose`` means for this person now."""
    if not filters.whose:
        return filters
    return replace(filters, places=parts(actor, exam).get(filters.whose, ()))


def in_turn(filters: Filters, actor: Actor, exam: Exam) -> list[Filters]:
    """What is chosen, part by part: first the one that the person is at, then the others in their order.

    One question that was chosen by itself is one part, whosever it is.
    """
    found = {} if filters.question else parts(actor, exam)
    if not found:
        return [replace(filters, whose="", places=None)]
    order = sorted(found, key=lambda whose: whose != filters.whose)
    return [replace(filters, whose=whose, places=found[whose]) for whose in order]

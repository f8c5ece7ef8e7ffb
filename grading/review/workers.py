"""The people of a review: what each is asked to mark, is at now, has marked, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from grading.accounts.models import User
from grading.exams.models import Exam
from grading.review.deciders import Deciders
from grading.review.models import Lease

People = Mapping[str, Sequence[User]]
"""Question -> people."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many answers one person marked; None is somebody whose account is gone."""

    person: User | None
    n: int


@dataclass(frozen=True, slots=True)
class Worker:
    """One person, with the questions that they are asked to mark and that they are at now."""

    person: User | None
    asked: Sequence[str]
    now: Sequence[str]
    marked: int
    pace: float | None


def held(exam: Exam) -> set[tuple[str, int]]:
    """Every question to which somebody holds answers now, with the keys of these people."""
    leases = Lease.objects.filter(until__gt=timezone.now(), answer__exam=exam)
    return set(leases.values_list("answer__question", "reviewer_id"))


def at_work(places: Iterable[tuple[str, int]], users: Mapping[int, User]) -> dict[str, list[User]]:
    """Question -> who is at it, by name."""
    found: dict[str, list[User]] = {}
    for question, who in places:
        found.setdefault(question, []).append(users[who])
    return {question: sorted(people, key=str) for question, people in found.items()}


def shares(question: str, found: Deciders, users: Mapping[int, User]) -> list[Share]:
    """Who marked how many answers to a question, most first."""
    rows = [(users.get(who or 0), n) for (name, who), n in found.marked.items() if name == question]
    return [Share(person, n) for person, n in sorted(rows, key=lambda row: (-row[1], str(row[0])))]


def workers(
    questions: Sequence[str], asked: People, now: People, found: Deciders, users: Mapping[int, User]
) -> list[Worker]:
    """Everybody who is asked to mark something, is at it or has marked something; who marked most first."""
    marked: Counter[int | None] = Counter()
    for (_question, who), n in found.marked.items():
        marked[who] += n
    known = {user.pk: user for people in (*asked.values(), *now.values()) for user in people} | dict(users)
    rows = [
        Worker(
            person=known.get(who or 0),
            asked=_of(who, questions, asked),
            now=_of(who, questions, now),
            marked=marked[who],
            pace=found.paces.of_person(who),
        )
        for who in {*known, *marked}
    ]
    return sorted(rows, key=lambda row: (-row.marked, str(row.person or "")))


def _of(who: int | None, questions: Iterable[str], people: People) -> list[str]:
    return [name for name in questions if any(user.pk == who for user in people.get(name, ()))]

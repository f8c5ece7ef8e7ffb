"""Fills an empty database with one large exam as it is after scanning.

The service itself marks MARKED sheets, which are then copied. ``python -m tests.load.seed --sheets 5000``,
with DATABASE_URL of a PostgreSQL, prints JSON that `tests.load` takes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from grading.accounts.models import Membership, Role, School, User  # noqa: E402
from grading.core.actor import Actor  # noqa: E402
from grading.core.models import AuditEvent, Job  # noqa: E402
from grading.exams import services as exams  # noqa: E402
from grading.exams.examfile import exam_from_data  # noqa: E402
from grading.exams.models import Exam, Sheet  # noqa: E402
from grading.exams.prints import add_run, question_pages, roster_students  # noqa: E402
from grading.exams.roster import parse_roster  # noqa: E402
from grading.exams.sheet_print import plan_print  # noqa: E402
from grading.exams.spec import Question  # noqa: E402
from grading.marking import services as marking  # noqa: E402
from grading.marking.expected import expected_spellings  # noqa: E402
from grading.marking.models import Identity  # noqa: E402
from grading.scans.models import Page, Reading, ScanFile  # noqa: E402
from tests.load.copies import copy_class  # noqa: E402
from tests.load.exam import CROPS, PREVIEW, THUMBNAIL, exam_data  # noqa: E402

SECTIONS = "ABCDEFGH"
MARKED = 250
NAMELESS = 50  # of so many sheets one has no student yet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=5000, help=f"a multiple of {MARKED}")
    parser.add_argument("--reviewers", type=int, default=20)
    wanted = parser.parse_args()
    school = School.objects.create(name="Load")
    teacher = member(school, "teacher@load.example", Role.TEACHER)
    actor = Actor(teacher.pk, teacher.email, school.pk, Role.TEACHER)
    exam = set_up(actor, school, wanted.sheets)
    scan(exam, random.Random(7))
    marking.mark_exam(exam_id=exam.pk)
    lose_names(exam)
    copy_class(exam, marked=MARKED, sheets=wanted.sheets)
    Job.objects.all().delete()  # the machine is through with everything
    tell_a_past(exam, actor)
    reviewers = [member(school, f"reviewer{n}@load.example", Role.REVIEWER) for n in range(wanted.reviewers)]
    found = {
        "exam": exam.pk,
        "sheet": Sheet.objects.filter(exam=exam).first().pk,  # type: ignore[union-attr]
        "page": Page.objects.filter(exam=exam).first().pk,  # type: ignore[union-attr]
        "teacher": session(teacher),
        "reviewers": [session(reviewer) for reviewer in reviewers],
        "cookie": settings.SESSION_COOKIE_NAME,
        "answers": exam.answers.count(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def member(school: School, email: str, role: Role) -> User:
    """Somebody of the school."""
    user = User.objects.create_user(email, password="correct horse battery", name=email.partition("@")[0])
    Membership.objects.create(user=user, school=school, role=role)
    return user


def session(user: User) -> str:
    """The key of a session in which ``user`` is logged in."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def set_up(actor: Actor, school: School, sheets: int) -> Exam:
    """The exam with a roster and a numbered sheet for everybody."""
    spec = exam_from_data(exam_data())
    exam = exams.create_exam(actor=actor, school=school, spec=spec)
    lines = [f"{2000000 + n},Student {n:05},,{SECTIONS[n % len(SECTIONS)]}" for n in range(sheets)]
    roster = parse_roster("\n".join(["student_id,name,email,section", *lines]).encode())
    exams.set_roster(actor=actor, exam=exam, roster=roster)
    add_run(exam, plan_print(spec, roster_students(exam)).layout)
    return exam


def scan(exam: Exam, chance: random.Random) -> None:
    """A page for every page of every sheet, with a reading for every box."""
    spec = exam.load_spec()
    keyed = {question.id: list(expected_spellings(question, spec.language)) for question in spec.questions}
    file = ScanFile.objects.create(
        exam=exam, name="class.pdf", sha256="0" * 64, size=1, state=ScanFile.State.SPLIT
    )
    run = exam.print_runs.get()
    places = question_pages(run.layout)
    sheets = list(Sheet.objects.filter(exam=exam).order_by("pk")[:MARKED])
    numbers = max(places.values())
    pages = Page.objects.bulk_create(
        [
            Page(
                exam=exam,
                file=file,
                scan_page=k * numbers + n,
                sheet=sheet,
                number=n,
                state=Page.State.USED,
                quality=0.1,
                preview=PREVIEW,
                thumbnail=THUMBNAIL,
                crops=CROPS,
            )
            for k, sheet in enumerate(sheets)
            for n in range(1, numbers + 1)
        ],
        batch_size=1000,
    )
    by_place = {(page.sheet_id, page.number): page for page in pages}
    readings: list[Reading] = []
    for sheet in sheets:
        skill = chance.betavariate(4, 2)
        for question in spec.questions:
            if question.type != "manual":
                page = by_place[sheet.pk, places[question.id]]
                readings.append(reading(page, question, keyed[question.id], skill, chance))
    for sheet in sheets[::NAMELESS]:
        number = {"kind": "student-id", "text": "2000?00", "confidence": 0.4, "evidence": {}, "model": "load"}
        readings.append(Reading(page=by_place[sheet.pk, 1], question="", **number))
    Reading.objects.bulk_create(readings, batch_size=1000)


def lose_names(exam: Exam) -> None:
    """Some sheets on which the number could not be read well enough."""
    identities = list(Identity.objects.filter(exam=exam).select_related("student").order_by("sheet_id"))
    for place, identity in enumerate(identities[::NAMELESS]):
        near = identities[place * NAMELESS : place * NAMELESS + 3]
        chances = zip(near, (0.5, 0.3, 0.1), strict=True)
        identity.candidates = [[other.student.student_id, p] for other, p in chances if other.student]
        identity.state, identity.reason = Identity.State.REVIEW, "the number is not clear"
    for identity in identities[::NAMELESS]:
        identity.student = None
        identity.save()


def reading(page: Page, question: Question, keyed: list[str], skill: float, chance: random.Random) -> Reading:
    """What the machine could have read: nine times in ten it is sure."""
    right = chance.random() < skill
    sure = 1 - 10 ** chance.uniform(-5, -3) if chance.random() < 0.9 else chance.uniform(0.5, 0.99)
    if question.type == "choice":
        option = question.answer if right else chance.choice(question.options)
        scores = {name: sure if name == option else 1 - sure for name in question.options}
        evidence: dict[str, Any] = {"marked": [option], "options": scores, "doubt": None}
        return Reading(
            page=page,
            question=question.id,
            kind="choice",
            text=option,
            confidence=sure,
            evidence=evidence,
            model="load",
        )
    text = keyed[0] if right else wrong(question, chance)
    evidence = {"p_expected": sure if text in keyed else (1 - sure) / 2, "alternatives": []}
    return Reading(
        page=page,
        question=question.id,
        kind=question.type,
        text=text,
        confidence=sure,
        expected=keyed,
        evidence=evidence,
        model="load",
    )


def wrong(question: Question, chance: random.Random) -> str:
    """An answer that is no spelling of the key."""
    if question.type == "text":
        return chance.choice(("ribosome", "nucleus", "cell wall", "lysosome"))
    return str(chance.randint(100, 140)) if question.type == "number" else str(chance.randint(70, 99))


def tell_a_past(exam: Exam, actor: Actor) -> None:
    """A log as long as that of a reviewed exam."""
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                actor_id=actor.user_id,
                actor_label=actor.label,
                school_id=actor.school_id,
                exam_id=exam.pk,
                verb="answer.decided",
                object_type="marking.answer",
                object_id=n,
                data={"sheet": f"{n:04}", "question": "1", "kind": "right", "marks": "2"},
            )
            for n in range(20_000)
        ],
        batch_size=1000,
    )


if __name__ == "__main__":
    main()

"""What a form names beside the object of its address: foreign keys change nothing, nonsense breaks none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grading.accounts.models import Course
from grading.core.models import AuditEvent, Job, Stage
from grading.core.states import State
from grading.exams.models import Exam, Sheet
from grading.marking.models import Answer, Decision
from grading.review import leases
from grading.review.models import Lease
from tests.classroom import EXAM, small_exam
from tests.portal.conftest import Graded

pytestmark = pytest.mark.django_db

FOREIGN: dict[str, Callable[[Graded], dict[str, Any]]] = {
    "review:group-decide": lambda theirs: {"kind": "right", "member": f"{theirs.answer(0, '1').pk}:"},
    "review:group-skip": lambda theirs: {"member": f"{theirs.answer(0, '1').pk}:"},
    "review:hold": lambda theirs: {"answer": theirs.answer(0, "1").pk, "sheet": theirs.sheets[0].pk},
    "review:more": lambda theirs: {"have": theirs.answer(0, "1").pk},
    "reports:absent": lambda theirs: {"absent": theirs.exam.sheets.get(number="0003").pk},
    "scans:retry": lambda theirs: {"job": Job.objects.get(exam_id=theirs.exam.pk).pk},
    "exams:sharing": lambda theirs: {"course": Course.objects.get(school=theirs.exam.school).pk},
}
"""Forms that name objects in their fields, filled with those of another school."""
NUMBERED = {
    "review:hold": ("answer", "sheet", "page"),
    "review:more": ("have",),
    "review:group-decide": ("member", "apart"),
    "review:group-skip": ("member",),
    "reports:absent": ("absent", "offered"),
    "scans:retry": ("job",),
    "exams:draft": ("page",),
    "exams:sharing": ("course",),
}
BEHIND = ("review:check-next", "review:page-next", "review:sheet-next")


def at(name: str, graded: Graded) -> str:
    return reverse(name, args=[graded.exam.pk, *([1] if name.startswith("review:group") else [])])


def theirs_now() -> list[Any]:
    kept = (Answer, Decision, Exam, Sheet, Job, Lease)
    return [list(model.objects.order_by("pk").values()) for model in kept]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FOREIGN)
def test_what_a_form_names_of_another_school_is_left_alone(
    name: str, graded: Graded, other_graded: Graded, alice_client: Client
) -> None:
    Course.objects.create(school=other_graded.exam.school, name="Far away")
    gone = {"stage": Stage.PAGE, "subject_id": other_graded.pages[0].pk, "state": State.QUARANTINED}
    Job.objects.create(exam_id=other_graded.exam.pk, **gone)
    before = theirs_now()
    sent = alice_client.post(at(name, graded), FOREIGN[name](other_graded), headers={"X-Bench": "1"})
    Lease.objects.filter(answer__exam=graded.exam).delete()
    assert sent.status_code < 500
    assert theirs_now() == before
    assert not AuditEvent.objects.filter(
        exam_id=other_graded.exam.pk, actor_label="alice@example.org"
    ).exists()


def test_nobody_holds_up_the_reviewers_of_another_school(
    graded: Graded, other_graded: Graded, alice_client: Client, charlie_actor: Any
) -> None:
    answer = other_graded.answer(0, "1")
    leases.take(actor=charlie_actor, item=answer)
    alice_client.post(at("review:hold", graded), {"answer": answer.pk})
    alice_client.post(at("review:group-skip", graded), {"member": f"{answer.pk}:"})
    assert leases.holder(answer) is not None


def test_a_form_of_one_exam_decides_nothing_in_another_of_the_same_school(
    graded: Graded, alice_client: Client
) -> None:
    other = small_exam(graded.exam.school, text=EXAM.replace("id: small", "id: second"))
    answer = graded.answer(0, "1")
    page = reverse("review:group-decide", args=[other.pk, 1])
    alice_client.post(page, {"kind": "right", "member": f"{answer.pk}:", "apart": graded.answer(1, "1").pk})
    answer.refresh_from_db()
    assert answer.status == Answer.Status.REVIEW
    assert not Decision.objects.exists()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "1e9", "\N{ARABIC-INDIC DIGIT THREE}"])
def test_a_number_that_is_none_breaks_nothing(number: str, graded: Graded, alice_client: Client) -> None:
    answers = [
        alice_client.post(at(name, graded), {field: number if field != "member" else f"{number}:{number}"})
        for name, fields in NUMBERED.items()
        for field in fields
    ]
    answers += [alice_client.get(at(name, graded), {"after": number}) for name in BEHIND]
    answers.append(
        alice_client.get(reverse("review:open-next", args=[graded.exam.pk, "4"]), {"after": number})
    )
    answers.append(alice_client.get(at("review:queue", graded), {"size": number}))
    answers.append(alice_client.get(reverse("portal:exams"), {"course": number}))
    answers.append(alice_client.post(reverse("accounts:choose-school"), {"school": number}))
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


def test_work_with_a_number_of_nothing_is_not_all_tried_again(graded: Graded, alice_client: Client) -> None:
    gone = {"stage": Stage.PAGE, "subject_id": graded.odd.pk, "state": State.QUARANTINED}
    job = Job.objects.create(exam_id=graded.exam.pk, **gone)
    alice_client.post(at("scans:retry", graded), {"job": "9" * 30})
    job.refresh_from_db()
    assert job.state == State.QUARANTINED


def test_an_address_with_a_nul_in_it_is_refused(graded: Graded, alice_client: Client) -> None:
    assert alice_client.get(at("reports:results", graded) + "?q=%00").status_code == 400

"""Every address of the service, taken from the URL configuration, filled with the objects of a class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.base import ContentFile
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from grading.accounts.invitations import link
from grading.accounts.models import Course, Invitation, Membership, Role, User
from grading.marking.models import Claim
from grading.reports.models import Archive
from tests.portal.conftest import Graded

WITHOUT_EXAM = ("portal:exams", "exams:new-form", "exams:new-file", "exams:new-draft")
PORTAL = ("portal", "exams", "scans", "marking", "review", "reports")

VALUES: dict[str, Callable[[Graded], Any]] = {
    "exam_id": lambda graded: graded.exam.pk,
    "sheet_id": lambda graded: graded.sheets[0].pk,
    "page_id": lambda graded: graded.pages[0].pk,
    "answer_id": lambda graded: graded.answer(0, "1").pk,
    "claim_id": lambda graded: claim(graded).pk,
    "upload_id": lambda graded: graded.upload.pk,
    "run_id": lambda graded: graded.exam.print_runs.get().pk,
    "question_id": lambda graded: "1",
    "question": lambda graded: "4",
    "number": lambda graded: 1,
    "name": lambda graded: "answers",
    "member_id": lambda graded: member(graded).pk,
    "course_id": lambda graded: course(graded).pk,
    "invitation_id": lambda graded: invitation(graded).pk,
    "token": lambda graded: link(RequestFactory().get("/"), invitation(graded)).split("/")[-2],
    "uidb36": lambda graded: user_pk_to_url_str(member(graded).user),
    "key": lambda graded: PASSWORD_RESET_TOKEN_GENERATOR().make_token(member(graded).user),
    "provider_id": lambda graded: "school",
}
"""What stands for each part of an address in tests: an object of the class where there is one."""
SPECIAL: dict[tuple[str, str], Callable[[Graded], Any]] = {
    ("review:check", "answer_id"): lambda graded: graded.answer(0, "3").pk,
    ("review:page", "page_id"): lambda graded: graded.odd.pk,
    ("scans:drop", "page_id"): lambda graded: graded.odd.pk,
    ("scans:give-code", "page_id"): lambda graded: graded.odd.pk,
}
"""The same for one address alone."""
SENT: dict[str, Callable[[Graded], dict[str, Any]]] = {
    "accounts:choose-school": lambda graded: {"school": graded.exam.school_id},
    "accounts:course": lambda graded: {"name": "Chemistry", "members": member(graded).pk},
    "accounts:courses": lambda graded: {"name": "Chemistry"},
    "accounts:invite": lambda graded: {"email": "newer@example.org", "role": "reviewer"},
    "accounts:member-role": lambda graded: {"role": "reviewer"},
    "exams:sharing": lambda graded: {"course": course(graded).pk},
    "marking:budget-choose": lambda graded: {"budget": "2%"},
    "marking:identities-say": lambda graded: {"student": "1003"},
    "marking:identities-swap": lambda graded: {"first": "1", "second": "2"},
    "reports:absent": lambda graded: {"absent": graded.exam.sheets.get(number="0003").pk},
    "review:assign": lambda graded: {"question-1": member(graded).pk},
    "review:flag": lambda graded: {"flag": "1"},
    "review:group-decide": lambda graded: {"kind": "right", "member": f"{graded.answer(0, '1').pk}:"},
    "review:reviewers": lambda graded: {"one_in": "10"},
    "scans:drop": lambda graded: {"state": "foreign"},
    "scans:give-code": lambda graded: {"sheet_number": "3", "number": "1"},
    "scans:upload-begin": lambda graded: {"name": "a.pdf", "size": "1", "fingerprint": "a" * 64},
    "scans:upload-finish": lambda graded: {"sha256": "a" * 64},
}
"""What is sent to an address, where it takes more than a verdict on an answer to change something."""
VERDICT = {"kind": "right", "state": "blank"}


def claim(graded: Graded) -> Claim:
    """An open claim of the student of the first sheet on an answer that has a mark."""
    found = Claim.objects.filter(exam=graded.exam).first()
    answer = graded.answer(0, "3")
    return found or Claim.objects.create(
        exam=graded.exam, sheet=answer.sheet, question="3", words="It is a C.", earned=answer.marks
    )


def member(graded: Graded) -> Membership:
    """The first member of the class's school, who logs in in two steps and has a password to be changed."""
    return Membership.objects.filter(school=graded.exam.school).select_related("user").earliest("id")


def course(graded: Graded) -> Course:
    """The first course of the class's school."""
    return Course.objects.filter(school=graded.exam.school).earliest("id")


def invitation(graded: Graded) -> Invitation:
    """The one invitation of the class's school."""
    return Invitation.objects.get(school=graded.exam.school)


def furnish(graded: Graded) -> None:
    """Make what an address can name and a small class has not: otherwise its 404 would say nothing."""
    school, now = graded.exam.school, timezone.now()
    Course.objects.create(school=school, name="Physics")
    later = now + timedelta(days=1)
    Invitation.objects.create(school=school, email="new@example.org", role=Role.TEACHER, expires_at=later)
    graded.exam.print_runs.get().pdf.save("sheets.pdf", ContentFile(b"%PDF-"))
    for changed in (False, True):
        archive = Archive(exam=graded.exam, changed=changed, asked_at=now, made_at=now)
        archive.file.save("students.zip", ContentFile(b"PK"))
    teacher = User.objects.get(memberships__school=school, email__startswith=Role.TEACHER)
    graded.exam.uploads.update(by=teacher)
    for user in (member(graded).user, teacher):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)


def patterns(
    below: list[URLPattern | URLResolver], space: str = "", route: str = ""
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The full name of every named address with its parameters."""
    for pattern in below:
        known = tuple(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (space, pattern.namespace)))
            for name, parameters in patterns(pattern.url_patterns, inner):
                yield name, (*known, *parameters)
        elif pattern.name:
            yield f"{space}:{pattern.name}" if space else pattern.name, known


def all_addresses() -> dict[str, tuple[str, ...]]:
    """Every named address of the service with the names of its parameters."""
    return dict(patterns(get_resolver().url_patterns))


def unknown_parts() -> set[str]:
    """Parts of addresses that stand for nothing in tests."""
    parts = {part for parameters in all_addresses().values() for part in parameters}
    return parts - set(VALUES)


def portal_names() -> list[str]:
    """The addresses of the portal that concern one exam."""
    return [
        name
        for name, parameters in all_addresses().items()
        if name.split(":")[0] in PORTAL and "exam_id" in parameters
    ]


def address(name: str, graded: Graded, within: Graded | None = None) -> str:
    """The address ``name`` with the class's objects in it; ``within``: behind the exam of another class."""
    parameters = all_addresses()[name]
    values = {key: (SPECIAL.get((name, key)) or VALUES[key])(graded) for key in parameters}
    if within is not None:
        values["exam_id"] = within.exam.pk
    return reverse(name, kwargs=values)


def sent_to(name: str, graded: Graded) -> dict[str, Any]:
    """What is sent to the address ``name``."""
    return SENT[name](graded) if name in SENT else VERDICT

"""Every address of the service, taken from the URL configuration, filled with the objects of a class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from grading.accounts.models import Course, Invitation, Membership
from tests.portal.conftest import Graded

WITHOUT_EXAM = ("portal:exams", "exams:new-form", "exams:new-file", "exams:new-draft")
PORTAL = ("portal", "exams", "scans", "marking", "review", "reports")

VALUES: dict[str, Callable[[Graded], Any]] = {
    "exam_id": lambda graded: graded.exam.pk,
    "sheet_id": lambda graded: graded.sheets[0].pk,
    "page_id": lambda graded: graded.pages[0].pk,
    "answer_id": lambda graded: graded.answer(0, "1").pk,
    "upload_id": lambda graded: graded.upload.pk,
    "run_id": lambda graded: graded.exam.print_runs.get().pk,
    "question_id": lambda graded: "1",
    "question": lambda graded: "4",
    "number": lambda graded: 1,
    "name": lambda graded: "answers",
    "member_id": lambda graded: Membership.objects.filter(school=graded.exam.school).earliest("id").pk,
    "course_id": lambda graded: Course.objects.get(school=graded.exam.school).pk,
    "invitation_id": lambda graded: Invitation.objects.get(school=graded.exam.school).pk,
    "token": lambda graded: "no-such-token",
    "uidb36": lambda graded: "1",
    "key": lambda graded: "no-such-key",
    "provider_id": lambda graded: "school",
}
"""What stands for each part of an address in tests: an object of the class where there is one."""
SPECIAL: dict[tuple[str, str], Callable[[Graded], Any]] = {
    ("review:check", "answer_id"): lambda graded: graded.answer(0, "3").pk,
}
"""The same for one address alone."""


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


def address(name: str, graded: Graded) -> str:
    """The address ``name`` with the class's own objects in it."""
    parameters = all_addresses()[name]
    values = {key: (SPECIAL.get((name, key)) or VALUES[key])(graded) for key in parameters}
    return reverse(name, kwargs=values)

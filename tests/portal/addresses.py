"""Every address of the portal, taken from the URL configuration, filled with the objects of a class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.portal.conftest import Graded

PORTAL = ("portal", "exams", "scans", "marking", "review", "reports")


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The full name of every named address below ``patterns``."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (space, pattern.namespace)))
            yield from names(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{space}:{pattern.name}" if space else pattern.name


def portal_names() -> list[str]:
    """The addresses of the portal that concern one exam."""
    found = [name for name in names(get_resolver().url_patterns) if name.split(":")[0] in PORTAL]
    return [name for name in found if name not in ("portal:exams", "exams:new-form", "exams:new-file")]


def address(name: str, graded: Graded) -> str:
    """The address ``name`` with the class's own objects in it."""
    values = {
        "exam_id": graded.exam.pk,
        "sheet_id": graded.sheets[0].pk,
        "page_id": graded.pages[0].pk,
        "answer_id": graded.answer(0, "3" if name == "review:check" else "1").pk,
        "run_id": graded.exam.print_runs.get().pk,
        "name": "answers",
    }
    space, view = name.split(":")
    resolver: Any = get_resolver().namespace_dict[space][1]
    parameters = resolver.reverse_dict[view][0][0][1]
    return reverse(name, kwargs={key: values[key] for key in parameters})

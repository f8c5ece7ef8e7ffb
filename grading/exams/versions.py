"""Every saved state of an exam file: kept when it changes, told apart in words, found for a print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import overload

from django.db.models import Count, Prefetch

from grading.core.actor import Actor
from grading.exams.models import Exam, ExamVersion, PrintRun
from grading.exams.spec import ExamSpec
from grading.exams.spec_changes import Change, spec_changes


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version with what changed since the one before; the first has no changes."""

    version: ExamVersion
    changes: tuple[Change, ...]


def keep_version(exam: Exam, spec: ExamSpec, actor: Actor) -> ExamVersion | None:
    """Keep ``spec`` as the newest version; None when it is what the newest version holds already.

    The caller holds the lock on the exam, so that numbers follow each other.
    """
    newest = newest_version(exam)
    data = spec.model_dump(mode="json")
    if newest is not None and newest.spec == data:
        return None
    number = newest.number + 1 if newest else 1
    return ExamVersion.objects.create(exam=exam, number=number, spec=data, saved_by_id=actor.user_id)


def newest_version(exam: Exam) -> ExamVersion | None:
    """The version that the exam has now; None for an exam that was made without one."""
    return ExamVersion.objects.filter(exam=exam).order_by("-number").first()


class Entries(Sequence[VersionEntry]):
    """The versions of an exam, newest first, each compared with the one before it when it is asked for."""

    def __init__(self, exam: Exam) -> None:
        runs = PrintRun.objects.defer("layout").annotate(sheets_n=Count("sheets")).order_by("pk")
        self._versions = (
            ExamVersion.objects.filter(exam=exam)
            .select_related("saved_by")
            .prefetch_related(Prefetch("print_runs", runs))
            .order_by("-number")
        )

    def __len__(self) -> int:
        return self._versions.count()

    @overload
    def __getitem__(self, index: int) -> VersionEntry: ...

    @overload
    def __getitem__(self, index: slice) -> list[VersionEntry]: ...

    def __getitem__(self, index: int | slice) -> VersionEntry | list[VersionEntry]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        found = list(self._versions[index.start : index.stop + 1])
        return [_entry(*pair) for pair in zip_longest(found[: index.stop - index.start], found[1:])][
            : index.stop - index.start
        ]


def _entry(newer: ExamVersion, older: ExamVersion | None) -> VersionEntry:
    changes = spec_changes(older.load_spec(), newer.load_spec()) if older else ()
    return VersionEntry(newer, tuple(changes))

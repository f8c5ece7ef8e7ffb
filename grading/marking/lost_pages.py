"""Pages of scanned sheets that never came: a person says that nothing was handed in, or takes that back.

What was said holds while the page is not there. When it comes, its answers are read and marked like any
others, and the machine notes that it waits no more, so that losing the page again leaves no silent zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from grading.core import audit
from grading.core.actor import MACHINE, Actor
from grading.exams.models import Exam, PrintRun, Sheet
from grading.exams.prints import question_pages
from grading.marking import consequence
from grading.marking.acting import SET_BY_PEOPLE, histories
from grading.marking.decisions import not_handed_in
from grading.marking.deriving import derive_again
from grading.marking.inputs import COUNTED
from grading.marking.models import Answer, Decision
from grading.marking.rubric_rules import rules_of
from grading.scans.models import Page

Place = tuple[int, int]
"""A sheet and the number of one of its pages."""


@dataclass(frozen=True, slots=True)
class LostPage:
    """A page that is not there, with its answers. ``said``: that it was not handed in, while that holds."""

    sheet: Sheet
    number: int
    answers: tuple[Answer, ...]
    said: Decision | None

    @property
    def name(self) -> str:
        """Names it in a form."""
        return f"{self.sheet.pk}-{self.number}"

    def matches(self, words: str) -> bool:
        """Whether ``words`` stand in the sheet's number, or in the name or number of its student."""
        student = self.sheet.identity.student if hasattr(self.sheet, "identity") else None
        named = (student.name, student.student_id) if student else ()
        return any(words.casefold() in text.casefold() for text in (self.sheet.number, *named))

    @property
    def open(self) -> tuple[Answer, ...]:
        """The answers that wait for a mark."""
        return tuple(answer for answer in self.answers if answer.status == Answer.Status.REVIEW)


def lost_pages(exam: Exam) -> list[LostPage]:
    """The pages that scanned sheets lack, by number of the sheet."""
    by_place = _by_place(exam)
    decided = histories([answer for answers in by_place.values() for answer in answers])
    return [
        LostPage(answers[0].sheet, number, tuple(answers), _said(answers, decided))
        for (_sheet, number), answers in by_place.items()
    ]


def say_not_handed_in(*, actor: Actor, exam: Exam, places: Collection[Place]) -> int:
    """Give no points for what is undecided on these pages; how many pages those were.

    Pages that came meanwhile, and answers that somebody marked, are left alone.
    """
    return _say(actor, exam, places, Decision.Kind.LOST)


def wait_again(*, actor: Actor, exam: Exam, places: Collection[Place]) -> int:
    """Take back that these pages were not handed in: their answers are undecided again; how many pages."""
    return _say(actor, exam, places, Decision.Kind.SOUGHT)


def lift_arrived(exam: Exam, answers: Mapping[tuple[int, str], Answer]) -> None:
    """Note of pages that have come that they are waited for no more; call it under the exam's lock."""
    lost = Decision.objects.filter(sheet__exam=exam, kind=Decision.Kind.LOST)
    keys = set(lost.values_list("sheet_id", "question"))
    there = [answers[key] for key in keys if key in answers and answers[key].page_id is not None]
    decided = _by_key(there)
    arrived = [a for a in there if not_handed_in(decided[a.sheet_id, a.question])]
    if arrived:
        _record("pages.arrived", MACHINE, exam, arrived)
        Decision.objects.bulk_create(_decision(answer, Decision.Kind.SOUGHT, MACHINE) for answer in arrived)


def _say(actor: Actor, exam: Exam, places: Collection[Place], kind: Decision.Kind) -> int:
    with transaction.atomic():
        locked = Exam.objects.select_for_update().get(pk=exam.pk)
        by_place = _by_place(locked, {sheet for sheet, _number in places})
        here = _here(locked) if kind == Decision.Kind.LOST else set()
        wanted = {place: by_place[place] for place in places if place in by_place and place not in here}
        decided = histories([answer for answers in wanted.values() for answer in answers])
        meant = {
            place: [answer for answer in answers if _can(kind, answer, decided[answer.pk])]
            for place, answers in wanted.items()
        }
        changed = [answer for answers in meant.values() for answer in answers]
        if not changed:
            return 0
        made = {answer.pk: _decision(answer, kind, actor) for answer in changed}
        Decision.objects.bulk_create(made.values())
        spec = locked.load_spec()
        told = {answer.pk: [*decided[answer.pk], made[answer.pk]] for answer in changed}
        derive_again(locked, changed, rules_of(locked, spec), told)
        Answer.objects.bulk_update(changed, SET_BY_PEOPLE, batch_size=200)
        consequence.refresh(locked, spec, {answer.sheet_id for answer in changed})
        verb = "pages.not_handed_in" if kind == Decision.Kind.LOST else "pages.waited_for"
        _record(verb, actor, locked, changed)
    return sum(bool(answers) for answers in meant.values())


def _can(kind: Decision.Kind, answer: Answer, decided: list[Decision]) -> bool:
    if kind == Decision.Kind.LOST:
        return answer.status == Answer.Status.REVIEW
    return not_handed_in(decided) is not None


def _here(exam: Exam) -> set[Place]:
    """Pages that came, though the marks may not know of them yet."""
    pages = Page.objects.filter(exam=exam, state__in=(*COUNTED, Page.State.WAITING))
    found = pages.values_list("sheet_id", "number")
    return {(sheet, number) for sheet, number in found if sheet is not None and number is not None}


def _by_place(exam: Exam, sheets: Collection[int] | None = None) -> dict[Place, list[Answer]]:
    """The answers whose page is not there, by page; those of questions that were not printed are left out."""
    answers = Answer.objects.filter(exam=exam, page__isnull=True).select_related(
        "sheet__identity__student", "reading", "page"
    )
    if sheets is not None:
        answers = answers.filter(sheet__in=sheets)
    numbers = {run.pk: question_pages(run.layout) for run in PrintRun.objects.filter(exam=exam)}
    found: defaultdict[Place, list[Answer]] = defaultdict(list)
    for answer in answers.order_by("sheet__number", "sheet_id", "position"):
        answer.exam = exam
        number = numbers[answer.sheet.print_run_id].get(answer.question)
        if number is not None:
            found[answer.sheet_id, number].append(answer)
    return dict(sorted(found.items(), key=lambda item: (item[1][0].sheet.number, item[0])))


def _said(answers: Iterable[Answer], decided: Mapping[int, list[Decision]]) -> Decision | None:
    found = (not_handed_in(decided[answer.pk]) for answer in answers)
    return next((decision for decision in found if decision), None)


def _by_key(answers: Collection[Answer]) -> Mapping[tuple[int, str], list[Decision]]:
    rows = Decision.objects.filter(sheet__in={answer.sheet_id for answer in answers}).order_by("pk")
    found: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    for row in rows if answers else ():
        found[row.sheet_id, row.question].append(row)
    return found


def _decision(answer: Answer, kind: Decision.Kind, actor: Actor) -> Decision:
    return Decision(sheet_id=answer.sheet_id, question=answer.question, kind=kind, by_id=actor.user_id)


def _record(verb: str, actor: Actor, exam: Exam, answers: Iterable[Answer]) -> None:
    by_sheet: defaultdict[str, list[str]] = defaultdict(list)
    for answer in answers:
        by_sheet[answer.sheet.number].append(answer.question)
    data = {"sheets": sorted(by_sheet), "questions": {number: sorted(q) for number, q in by_sheet.items()}}
    audit.record(verb, actor=actor, obj=exam, school_id=exam.school_id, exam_id=exam.pk, data=data)

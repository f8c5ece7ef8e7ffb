"""One sheet as its page shows it: answers with key and author, scanned pages with coloured boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grading.exams.key_text import key_text
from grading.exams.models import Exam, Sheet
from grading.exams.spec import Question
from grading.marking.models import Answer, Claim, Decision
from grading.reports.differences import Moved
from grading.scans.models import Page
from grading.scans.overlay import Overlay, overlay


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer; ``by`` is the person who decided it, "" for the machine.

    ``moved``: what it earned by the newest release, if it earns something else now. ``claims``: what the
    student said of it, the oldest first.
    """

    answer: Answer
    question: Question
    key: str
    by: str
    moved: Moved | None = None
    claims: Sequence[Claim] = ()

    @property
    def may_be_claimed(self) -> bool:
        """Whether it has a mark, and no claim on it waits for a reply."""
        return self.answer.marks is not None and all(claim.settled_at for claim in self.claims)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One used page with its boxes coloured by verdict."""

    page: Page
    overlay: Overlay | None


def answer_rows(exam: Exam, sheet: Sheet, moved: Iterable[Moved] = ()) -> list[AnswerRow]:
    """The answers of a sheet in the order of the exam; ``moved``: those that earned something else before."""
    spec, before = exam.load_spec(), {each.question: each for each in moved}
    authors = {
        decision.question: str(decision.by or "–")
        for decision in Decision.objects.filter(sheet=sheet, audit=False).select_related("by").order_by("id")
    }
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in Claim.objects.filter(sheet=sheet):
        claims[claim.question].append(claim)
    answers = Answer.objects.filter(sheet=sheet).select_related("page").order_by("position")
    return [
        AnswerRow(
            answer,
            question := spec.question(answer.question),
            key_text(question),
            authors.get(question.id, "") if answer.status == Answer.Status.HUMAN else "",
            before.get(question.id),
            claims[question.id],
        )
        for answer in answers
    ]


def sheet_pages(sheet: Sheet, answers: Sequence[Answer]) -> list[SheetPage]:
    """The pages in use, in order."""
    looks = {answer.question: answer.verdict or "review" for answer in answers}
    used = (
        Page.objects.filter(sheet=sheet, state=Page.State.USED)
        .select_related("sheet__print_run")
        .order_by("number")
    )
    return [SheetPage(page, overlay(page, looks=looks)) for page in used]

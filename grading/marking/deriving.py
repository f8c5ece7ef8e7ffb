"""Marks derived from readings, decisions and the key: the same inputs always give the same answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from grading.exams.models import Exam, PrintRun, Sheet
from grading.exams.spec import ExamSpec, Question
from grading.marking import decisions
from grading.marking.budget import NONE, Item, Plan, group_of, plan
from grading.marking.decide import decide, risk_of
from grading.marking.evidence import Evidence
from grading.marking.gather import evidence_of, latest_readings, used_pages
from grading.marking.models import Answer, Cutoffs, Decision
from grading.scans.models import Page, Reading

NOT_SCANNED = "its page was not scanned"
NOT_READ = "not read yet"


@dataclass(frozen=True, slots=True)
class Written:
    """One question of one scanned sheet, with the page and reading it has, if any."""

    sheet: Sheet
    position: int
    question: Question
    page: Page | None
    reading: Reading | None
    evidence: Evidence | None

    @property
    def key(self) -> str:
        """Names the answer in the budget."""
        return f"{self.sheet.pk}/{self.question.id}"


def written_answers(exam: Exam, spec: ExamSpec) -> list[Written]:
    """Every question of every sheet that has a used page, sheet by sheet."""
    pages, readings = used_pages(exam.pk), latest_readings(exam.pk)
    sheets = Sheet.objects.filter(pk__in=pages).select_related("print_run").order_by("pk")
    places: dict[int, Mapping[str, int]] = {}
    found = []
    for sheet in sheets:
        place = places.setdefault(sheet.print_run_id, question_pages(sheet.print_run))
        by_number = {page.number: page for page in pages[sheet.pk]}
        for position, question in enumerate(spec.questions):
            page = by_number.get(place.get(question.id))
            reading = readings.get((page.pk, question.id)) if page else None
            evidence = evidence_of(reading, page) if reading and page else None
            found.append(Written(sheet, position, question, page, reading, evidence))
    return found


def question_pages(run: PrintRun) -> dict[str, int]:
    """Question -> page of the sheet on which a print run has it."""
    return {box["question"]: page["page"] for page in run.layout["pages"] for box in page["boxes"]}


def budget_items(answers: Iterable[Written], language: str) -> list[Item]:
    """The risks that the error budget chooses from; open questions are not part of it."""
    return [
        Item(answer.key, group_of(answer.evidence), risk_of(answer.question, answer.evidence, language))
        for answer in answers
        if answer.evidence is not None and answer.question.type != "manual"
    ]


def derive(exam: Exam) -> tuple[list[Answer], Plan]:
    """The answers of an exam as they stand now (not saved), and the budget's plan behind them."""
    spec = exam.load_spec()
    written = written_answers(exam, spec)
    budget = plan(budget_items(written, spec.language), spec.error_budget)
    decided = _decisions(exam)
    answers = []
    for found in written:
        answer = _blank_answer(exam, found)
        _set_mark(answer, found.question, found.evidence, budget.cutoff, spec.language)
        _apply(decided[found.sheet.pk, found.question.id], answer, found.question)
        answers.append(answer)
    return answers, budget


def derive_again(answer: Answer) -> None:
    """Set one stored answer anew (not saved), with the cut-offs of the last time the exam was marked."""
    spec = answer.exam.load_spec()
    question = spec.question(answer.question)
    stored = Cutoffs.objects.get(exam_id=answer.exam_id)
    evidence = evidence_of(answer.reading, answer.page) if answer.reading and answer.page else None
    answer.read = evidence.read if evidence else ""
    _set_mark(answer, question, evidence, lambda group: stored.by_group.get(group, NONE), spec.language)
    _apply(
        list(Decision.objects.filter(sheet_id=answer.sheet_id, question=answer.question)), answer, question
    )


def _decisions(exam: Exam) -> defaultdict[tuple[int, str], list[Decision]]:
    found: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    for decision in Decision.objects.filter(sheet__exam=exam).order_by("id"):
        found[decision.sheet_id, decision.question].append(decision)
    return found


def _blank_answer(exam: Exam, found: Written) -> Answer:
    evidence = found.evidence
    return Answer(
        exam=exam,
        sheet=found.sheet,
        question=found.question.id,
        position=found.position,
        kind=found.question.type,
        page=found.page,
        reading=found.reading,
        max_marks=found.question.marks,
        read=evidence.read if evidence else "",
        confidence=evidence.confidence if evidence else 0.0,
    )


def _set_mark(
    answer: Answer,
    question: Question,
    evidence: Evidence | None,
    cutoff: Callable[[str], float],
    language: str,
) -> None:
    """The machine's mark, or why a person must look."""
    if answer.page is None or (evidence is None and question.type != "manual"):
        answer.status, answer.verdict, answer.marks, answer.risk = Answer.Status.REVIEW, "", None, 1.0
        answer.reason = NOT_SCANNED if answer.page is None else NOT_READ
        return
    outcome = decide(question, evidence, cutoff(group_of(evidence)) if evidence else NONE, language)
    answer.status = Answer.Status(outcome.status)
    answer.verdict = Answer.Verdict(outcome.verdict) if outcome.verdict else ""
    answer.marks, answer.risk, answer.reason = outcome.marks, outcome.risk, outcome.reason[:200]


def _apply(decided: list[Decision], answer: Answer, question: Question) -> None:
    person = decisions.standing(decided)
    if person is not None:
        decisions.apply(answer, question, person)

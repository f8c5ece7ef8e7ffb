"""Marks derived from readings, decisions and the key: the same inputs always give the same answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from grading.exams.models import Exam, Sheet
from grading.exams.prints import question_pages
from grading.exams.spec import ExamSpec, Question
from grading.marking import decisions
from grading.marking.budget import GRID, NONE, Item, Load, Plan, curve, group_of, plan
from grading.marking.decide import decide, for_people, risk_of
from grading.marking.evidence import Evidence
from grading.marking.gather import Readings, evidence_of, used_pages
from grading.marking.models import Answer, Cutoffs, Decision
from grading.marking.rubric_rules import Rules, rules_for, rules_of
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
    rules: Rules

    @property
    def key(self) -> str:
        """Names the answer in the budget."""
        return f"{self.sheet.pk}/{self.question.id}"


def written_answers(exam: Exam, spec: ExamSpec, readings: Readings) -> list[Written]:
    """Every question of every sheet that has a used page, sheet by sheet."""
    pages = used_pages(exam.pk)
    sheets = Sheet.objects.filter(pk__in=pages).select_related("print_run").order_by("pk")
    places: dict[int, Mapping[str, int]] = {}
    rules = rules_of(exam, spec)
    found = []
    for sheet in sheets:
        place = places.setdefault(sheet.print_run_id, question_pages(sheet.print_run.layout))
        by_number = {page.number: page for page in pages[sheet.pk]}
        for position, question in enumerate(spec.questions):
            page = by_number.get(place.get(question.id))
            reading = readings.get((page.pk, question.id)) if page else None
            evidence = evidence_of(reading, page) if reading and page else None
            found.append(Written(sheet, position, question, page, reading, evidence, rules[question.id]))
    return found


def budget_items(answers: Iterable[Written], language: str) -> list[Item]:
    """The risks that the error budget chooses from; open questions are not part of it."""
    return [
        Item(answer.key, group_of(answer.evidence), risk_of(answer.question, answer.evidence, language))
        for answer in answers
        if answer.evidence is not None and answer.question.counts == "marked" and not answer.rules.by_people
    ]


@dataclass(frozen=True, slots=True)
class Derived:
    """The answers of an exam by sheet and question (not saved), and the budget's plan behind them."""

    exam: Exam
    language: str
    plan: Plan
    written: Mapping[tuple[int, str], Written]
    answers: dict[tuple[int, str], Answer]
    loads: tuple[Load, ...]
    """What other budgets would mean, from strict to lenient."""

    def set_answer(self, key: tuple[int, str], decided: list[Decision]) -> None:
        """Derive one answer, with all that people decided about it."""
        found = self.written[key]
        answer = _blank_answer(self.exam, found)
        _set_mark(answer, found.question, found.evidence, self.plan.cutoff, self.language, found.rules)
        decisions.apply(answer, found.question, decided, found.rules)
        self.answers[key] = answer


def derive(exam: Exam, readings: Readings) -> Derived:
    """The answers of an exam as ``readings`` and everything else that is known now make them."""
    spec = exam.load_spec()
    written = written_answers(exam, spec, readings)
    items = budget_items(written, spec.language)
    budget = plan(items, spec.error_budget)
    loads = curve(items, sorted({*GRID, spec.error_budget}))
    by_key = {(found.sheet.pk, found.question.id): found for found in written}
    derived = Derived(exam, spec.language, budget, by_key, {}, loads)
    decided = _decisions(exam)
    for key in by_key:
        derived.set_answer(key, decided[key])
    return derived


def derive_again(
    exam: Exam, answers: Iterable[Answer], rules: Mapping[str, Rules], decided: Mapping[int, list[Decision]]
) -> None:
    """Set stored answers anew (not saved), with the cut-offs of the last time the exam was marked.

    ``decided``: answer -> all decisions on it, the oldest first.
    """
    spec, cutoff = exam.load_spec(), _stored_cutoff(exam)
    for answer in answers:
        question = spec.question(answer.question)
        _Again(question, rules[question.id], cutoff, spec.language).set(answer, decided[answer.pk])


def as_undecided(answer: Answer) -> Answer:
    """Set one stored answer as it was before people decided it (not saved): for who must not see that."""
    spec = answer.exam.load_spec()
    question = spec.question(answer.question)
    rules = rules_for(answer.exam, question)
    _Again(question, rules, _stored_cutoff(answer.exam), spec.language).set(answer, [])
    return answer


def derive_question(exam: Exam, question: Question, rules: Rules) -> list[Answer]:
    """The stored answers of one question, set anew by ``rules`` (not saved), in the order of the sheets."""
    again = _Again(question, rules, _stored_cutoff(exam), exam.load_spec().language)
    decided = _decisions(exam, question.id)
    stored = Answer.objects.filter(exam=exam, question=question.id).select_related("sheet", "reading", "page")
    answers = list(stored.order_by("sheet__number", "sheet_id"))
    for answer in answers:
        again.set(answer, decided[answer.sheet_id, question.id])
    return answers


@dataclass(frozen=True, slots=True)
class _Again:
    """Sets stored answers of one question anew."""

    question: Question
    rules: Rules
    cutoff: Callable[[str], float]
    language: str

    def set(self, answer: Answer, decided: list[Decision]) -> None:
        evidence = evidence_of(answer.reading, answer.page) if answer.reading and answer.page else None
        answer.read = evidence.read if evidence else ""
        _set_mark(answer, self.question, evidence, self.cutoff, self.language, self.rules)
        decisions.apply(answer, self.question, decided, self.rules)


def _stored_cutoff(exam: Exam) -> Callable[[str], float]:
    stored = Cutoffs.objects.get(exam=exam)
    return lambda group: stored.by_group.get(group, NONE)


def _decisions(exam: Exam, question: str = "") -> defaultdict[tuple[int, str], list[Decision]]:
    found: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    only = {"question": question} if question else {}
    for decision in Decision.objects.filter(sheet__exam=exam, **only).order_by("id"):
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
    rules: Rules,
) -> None:
    """The machine's mark, or why a person must look."""
    answer.turn = 1
    if answer.page is None or (evidence is None and not rules.by_people):
        answer.status, answer.verdict, answer.marks, answer.risk = Answer.Status.REVIEW, "", None, 1.0
        answer.reason = NOT_SCANNED if answer.page is None else NOT_READ
        return
    limit = cutoff(group_of(evidence)) if evidence else NONE
    outcome = for_people() if rules.by_people else decide(question, evidence, limit, language)
    answer.status = Answer.Status(outcome.status)
    answer.verdict = Answer.Verdict(outcome.verdict) if outcome.verdict else ""
    answer.marks, answer.risk, answer.reason = outcome.marks, outcome.risk, outcome.reason[:200]

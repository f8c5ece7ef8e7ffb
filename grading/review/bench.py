"""What lies on the bench: one answer with everything that helps to decide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.exams.key_text import key_text, leniency
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking.models import Answer
from grading.marking.services import latest_decision
from grading.review import spot_checks
from grading.review.queue import Progress, progress, starting_after, waiting

WORTH_SAYING = 0.005  # an alternative less probable than this helps nobody
AHEAD = 3  # crops that the browser fetches before they are needed


@dataclass(frozen=True, slots=True)
class Bench:
    """One answer on the bench; ``typed`` is what the reviewer had entered when saving was refused."""

    exam: Exam
    answer: Answer
    question: Question
    key: str
    also: Sequence[str]
    alternatives: Sequence[tuple[str, float]]
    crop: str
    ahead: Sequence[str]
    progress: Progress
    seen: int | None
    chosen: str = ""
    taken_by: User | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    blind: bool = False

    @property
    def risk(self) -> float | None:
        """Probability that the machine's mark would be wrong; None when it has none to offer."""
        return self.answer.risk if 0 < self.answer.risk < 1 else None


def lay_out(
    exam: Exam,
    answer: Answer,
    actor: Actor,
    *,
    chosen: str = "",
    taken_by: User | None = None,
    typed: Mapping[str, str] | None = None,
    refusal: str = "",
) -> Bench:
    """Gather what is shown of ``answer``; ``chosen`` is the question that the queue is narrowed to."""
    question = exam.load_spec().question(answer.question)
    return Bench(
        exam=exam,
        answer=answer,
        question=question,
        key=key_text(question),
        also=leniency(question),
        alternatives=_alternatives(answer),
        crop=crop_url(answer),
        ahead=[crop_url(coming) for coming in _coming(exam, answer, chosen)],
        progress=progress(exam, actor, chosen),
        seen=latest_decision(answer),
        chosen=chosen,
        taken_by=taken_by,
        typed=typed or {},
        refusal=refusal,
    )


def lay_out_check(
    exam: Exam, answer: Answer, *, typed: Mapping[str, str] | None = None, refusal: str = ""
) -> Bench:
    """Gather what a spot check shows: nothing that the machine read or gave."""
    question = exam.load_spec().question(answer.question)
    behind = next(starting_after(spot_checks.waiting(exam), answer))
    return Bench(
        exam=exam,
        answer=answer,
        question=question,
        key=key_text(question),
        also=leniency(question),
        alternatives=(),
        crop=crop_url(answer),
        ahead=[crop_url(coming) for coming in behind[:AHEAD]],
        progress=spot_checks.progress(exam),
        seen=None,
        typed=typed or {},
        refusal=refusal,
        blind=True,
    )


def crop_url(answer: Answer) -> str:
    """Where the image of the answer's box is; empty when its page was not scanned."""
    if answer.page_id is None:
        return ""
    base = reverse("scans:crop", args=[answer.exam_id, answer.page_id])
    return f"{base}?{urlencode({'question': answer.question})}"


def _alternatives(answer: Answer) -> list[tuple[str, float]]:
    evidence = answer.reading.evidence if answer.reading else {}
    found = [(text, float(p)) for text, p in evidence.get("alternatives", ())]
    return [(text, p) for text, p in found if text != answer.read and p >= WORTH_SAYING][:3]


def _coming(exam: Exam, answer: Answer, chosen: str) -> list[Answer]:
    behind = next(starting_after(waiting(exam, chosen), answer))
    return list(behind.only("exam_id", "page_id", "question")[:AHEAD])

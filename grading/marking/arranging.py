"""The place of every open answer in the review queue: groups of like answers, and stakes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from grading.exams.models import Exam
from grading.exams.spec import ExamSpec
from grading.marking.consequence import set_stakes
from grading.marking.decide import Reason
from grading.marking.likeness import Written, normal_reading, places
from grading.marking.models import Answer
from grading.scans.readings import WRITING_BESIDE

Key = tuple[int, str]


def arrange(exam: Exam, answers: Mapping[Key, Answer]) -> None:
    """Set group and stake of the answers of an exam (not saved)."""
    spec = exam.load_spec()
    pulled_out = set(Answer.objects.filter(exam=exam, apart=True).values_list("sheet_id", "question"))
    _group(spec, answers, pulled_out)
    set_stakes(spec, answers.values())


def _group(spec: ExamSpec, answers: Mapping[Key, Answer], pulled_out: Collection[Key]) -> None:
    questions = {question.id: question for question in spec.questions}
    alike = [answer for key, answer in answers.items() if key not in pulled_out and _can_be_grouped(answer)]
    written = [
        Written(
            answer.position,
            normal_reading(questions[answer.question], answer.read),
            answer.reading.evidence.get("grid", "") if answer.reading else "",
        )
        for answer in alike
    ]
    for answer, place in zip(alike, places(written), strict=True):
        answer.group, answer.group_size, answer.oddity = place.group, place.size, place.oddity


def _can_be_grouped(answer: Answer) -> bool:
    """What people mark is as different as its writers; of a page that is not there nothing is seen.

    Writing beside the box counts, and neither the reading nor the picture of the box tells what it says.
    """
    waits = answer.status == Answer.Status.REVIEW and answer.page is not None
    return waits and answer.kind != "manual" and answer.reason not in (Reason.OPEN, WRITING_BESIDE)

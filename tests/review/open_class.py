"""A class of open answers that wait for markers, with criteria, and a few people to mark them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile

from grading.accounts.access import actor_for
from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import MACHINE, Actor
from grading.core.models import Job
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.marking import rubric_services
from grading.marking import services as marking
from grading.marking.models import Answer
from grading.marking.rubric import Applied, Criterion, RubricSpec, Scoring, next_version
from grading.marking.rubric_annotations import Annotation
from grading.marking.rubric_rules import rules_for
from grading.scans.crops import BoxCrop, pack
from tests.classroom import page, sheet, small_exam
from tests.portal.conftest import picture

OPEN = "4"


@dataclass(frozen=True, slots=True)
class OpenClass:
    """An exam whose question 4 (5 marks) is open."""

    exam: Exam

    @property
    def question(self) -> Question:
        return self.exam.load_spec().question(OPEN)

    def answer(self, number: int) -> Answer:
        return Answer.objects.select_related("sheet", "exam").get(
            exam=self.exam, sheet__number=f"{number:04}", question=OPEN
        )

    def mark(
        self,
        number: int,
        actor: Actor,
        *criteria: str,
        adjust: str = "0",
        comment: str = "",
        annotations: tuple[Annotation, ...] = (),
    ) -> Answer:
        """Mark as somebody who looks at the newest state."""
        answer = self.answer(number)
        return rubric_services.mark(
            actor=actor,
            answer=answer,
            applied=Applied(criteria, Decimal(adjust), "by hand" if Decimal(adjust) else ""),
            comment=comment,
            annotations=annotations,
            seen=marking.latest_decision(answer),
        )

    def marks(self) -> list[Decimal | None]:
        answers = Answer.objects.filter(exam=self.exam, question=OPEN).order_by("sheet__number")
        return list(answers.values_list("marks", flat=True))

    def propose(self, *lines: tuple[str, str, str], scoring: Scoring = Scoring.UP) -> RubricSpec:
        """The rubric after the present one, of (id, text, points)."""
        criteria = [Criterion(name, text, Decimal(points)) for name, text, points in lines]
        return next_version(rules_for(self.exam, self.question).rubric, criteria, scoring)

    def twice(self, actor: Actor, share: float = 1.0, tolerance: str = "1") -> None:
        rubric_services.set_rules(
            actor=actor,
            exam=self.exam,
            question=self.question,
            by_people=True,
            second_share=share,
            tolerance=Decimal(tolerance),
        )


def open_class(school: School, *, sheets: int = 4) -> OpenClass:
    """The class, scanned and derived, with three criteria: 1.1 (2), 1.2 (1.5), 1.3 (-1)."""
    exam = small_exam(school, copies=sheets)
    for number in range(1, sheets + 1):
        scanned = page(sheet(exam, number))
        scanned.preview.save("page.jpg", ContentFile(picture((60, 85), "JPEG")), save=False)
        crops = [BoxCrop(name, "manual", picture(), picture()) for name in ("", "1", "2", "3", "4")]
        scanned.crops.save("page.zip", ContentFile(pack(crops)))
    marking.mark_exam(exam_id=exam.pk)
    found = OpenClass(exam)
    proposed = found.propose(
        ("", "names the force", "2"), ("", "gives a unit", "1.5"), ("", "wrong sign", "-1")
    )
    rubric_services.change_rubric(actor=MACHINE, exam=exam, question=found.question, proposed=proposed)
    Job.objects.all().delete()  # the machine is through with everything
    return found


def member(school: School, name: str, role: Role = Role.REVIEWER) -> Membership:
    user = User.objects.create_user(f"{name.lower()}@example.org", password="correct horse", name=name)
    return Membership.objects.create(user=user, school=school, role=role)


def markers(school: School, *names: str) -> list[Actor]:
    """As many reviewers."""
    return [actor_for(member(school, name)) for name in names]

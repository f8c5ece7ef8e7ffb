"""A small class as the portal finds it after scanning: some answers marked, some for people, one odd page."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from grading.accounts.access import actor_for
from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import Actor
from grading.core.models import Job
from grading.exams.models import Exam, Sheet
from grading.marking import services as marking
from grading.marking.models import Answer
from grading.scans.crops import BoxCrop, pack
from grading.scans.models import Page, Upload
from tests.classroom import page, read_choice, read_number, read_text, scan_file, sheet, small_exam
from tests.conftest import member_of


@dataclass(frozen=True, slots=True)
class Graded:
    """An exam with two scanned sheets, an unreadable page, and a third sheet that nobody handed in."""

    exam: Exam
    sheets: tuple[Sheet, Sheet]
    pages: tuple[Page, Page]
    odd: Page
    upload: Upload

    def answer(self, number: int, question: str) -> Answer:
        """An answer of the first (0) or second (1) sheet."""
        return Answer.objects.get(sheet=self.sheets[number], question=question)


KINDS = {"": "student_id", "1": "digits", "2": "number", "3": "choice", "4": "manual"}
"""The boxes of the class's sheets."""


def picture(size: tuple[int, int] = (40, 20), kind: str = "WEBP") -> bytes:
    """A small grey image."""
    buffer = io.BytesIO()
    Image.new("L", size, 200).save(buffer, kind)
    return buffer.getvalue()


def scanned(of: Sheet, student: str, sure: float) -> Page:
    """A page with its image, its crops and its readings, as sure as told."""
    found = page(of)
    found.preview.save("page.jpg", ContentFile(picture((60, 85), "JPEG")), save=False)
    crops = [BoxCrop(name, kind, picture(), picture()) for name, kind in KINDS.items()]
    found.crops.save("page.zip", ContentFile(pack(crops)))
    read_number(found, student)
    read_text(found, "1", "digits", "42", sure, ["42"])
    read_text(found, "2", "number", "9.87", sure, ["9.81"])
    read_choice(found, "3", ["C"], 0.9999)
    return found


def graded_class(school: School, by: User) -> Graded:
    """Sheet 1 doubtful, sheet 2 doubtful too, choices marked, open answers for people."""
    exam = small_exam(school)
    first, second = sheet(exam, 1), sheet(exam, 2)
    pages = (scanned(first, "1001", 0.6), scanned(second, "1002", 0.7))
    odd = Page.objects.create(
        exam=exam, file=scan_file(exam, "odd.pdf"), scan_page=1, state=Page.State.UNREADABLE, reason="no code"
    )
    marking.mark_exam(exam_id=exam.pk)
    Job.objects.all().delete()  # the machine is through with everything
    upload = Upload.objects.create(exam=exam, by=by, name="half.pdf", size=2, fingerprint="f" * 64)
    return Graded(exam, (first, second), pages, odd, upload)


@pytest.fixture
def graded(school: School, alice: Membership) -> Graded:
    """Alice's class."""
    return graded_class(school, alice.user)


@pytest.fixture
def other_graded(other_school: School, charlie: Membership) -> Graded:
    """Charlie's class, in another school."""
    return graded_class(other_school, charlie.user)


@pytest.fixture
def dora(school: School) -> Membership:
    """A second reviewer of school A."""
    return member_of("dora@example.org", "Dora", school, Role.REVIEWER)


@pytest.fixture
def dora_actor(dora: Membership) -> Actor:
    return actor_for(dora)


@pytest.fixture
def erin(school: School) -> Membership:
    """An external examiner of school A, who may read and change nothing."""
    return member_of("erin@example.org", "Erin", school, Role.EXAMINER)

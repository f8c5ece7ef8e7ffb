"""A class whose answers wait for people, and two reviewers, in a home of its own: a process of its own.

    python -m tests.browser.review_class

prints the sessions of the two reviewers and of a teacher, and the exam, as JSON.
"""

from __future__ import annotations

import io
import json
import os

import django
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image, ImageDraw, ImageFont

from tests.browser.session_keys import session_of

SHEETS = 80
GROUPED = 12
EXAM = """
id: keyboard
title: Keys
student_id: {digits: 4}
error_budget: 0.1%
questions:
  - {id: "1", type: digits, cells: 3, answer: 412, marks: 2}
  - {id: "2", type: number, answer: 9.81, tolerance: 0.02, marks: 3}
"""


def picture(text: str, size: tuple[int, int] = (420, 90)) -> bytes:
    """A crop with something written on it."""
    image = Image.new("L", size, 250)
    ImageDraw.Draw(image).text((30, 15), text, fill=30, font=ImageFont.load_default(48))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def build() -> dict[str, object]:
    """The class in the database of INKGRADE_HOME."""
    from grading.accounts.models import School
    from grading.marking import services as marking
    from grading.scans.crops import BoxCrop, pack
    from tests.classroom import page, read_text, sheet, small_exam

    school = School.objects.create(name="School A")
    exam = small_exam(school, copies=SHEETS, text=EXAM)
    for number in range(1, SHEETS + 1):
        digits = "417" if number <= GROUPED else f"{500 + number}"
        found = page(sheet(exam, number))
        found.preview.save("page.jpg", ContentFile(picture(f"sheet {number}", (595, 842))), save=False)
        crops = [
            BoxCrop("1", "digits", picture(digits), b""),
            BoxCrop("2", "number", picture(f"9.{number}"), b""),
        ]
        found.crops.save("page.zip", ContentFile(pack(crops)))
        read_text(found, "1", "digits", digits, 0.6, ["412"])
        read_text(found, "2", "number", f"9.{number:03}", 0.6, ["9.81"])
    marking.mark_exam(exam_id=exam.pk)
    people = {name: session_of(f"{name}@example.org", school, "reviewer") for name in ("bob", "dora")}
    return {"exam": exam.pk, **people, "alice": session_of("alice@example.org", school, "teacher")}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps(build()))

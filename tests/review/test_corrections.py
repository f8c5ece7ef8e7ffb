"""Exported corrections: what a person said was written, and nothing that tells who wrote it."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from grading.accounts.models import School
from grading.core.actor import MACHINE, Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review.corrections import export_corrections
from grading.scans.crops import BoxCrop, pack
from tests.classroom import page, read_choice, read_number, read_text, sheet, small_exam


def scanned(
    exam: Exam, number: int, student: str, value: str = "9.81", sure: float = 0.7, beside: bool = False
) -> None:
    """A sheet whose number was read with doubt, with its crops; the images are just their names."""
    of = page(sheet(exam, number))
    read_number(of, student)
    read_text(of, "1", "digits", "42", 0.9999, ["42"])
    read_text(of, "2", "number", value, sure, ["9.81"])
    read_choice(of, "3", ["C"], 0.9999)
    boxes = [
        BoxCrop(question, kind, b"shown", f"{number}/{question}".encode(), beside=beside)
        for question, kind in (("1", "digits"), ("2", "number"), ("3", "choice"))
    ]
    of.crops.save("crops.zip", ContentFile(pack(boxes)))


def decide(exam: Exam, number: int, question: str, kind: Decision.Kind, actor: Actor, text: str = "") -> None:
    answer = Answer.objects.get(exam=exam, sheet__number=f"{number:04}", question=question)
    seen = marking.latest_decision(answer)
    marking.decide(actor=actor, answer=answer, kind=kind, text=text, seen=seen)


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "labels.csv").open(encoding="utf-8")))


@pytest.fixture
def exam(school: School) -> Exam:
    exam = small_exam(school)
    scanned(exam, 1, "1001", "9.87")
    scanned(exam, 2, "1002")
    scanned(exam, 3, "1003", "7.1")
    marking.mark_exam(exam_id=exam.pk)
    return exam


def test_typed_and_confirmed_texts_are_exported_with_their_crops(
    exam: Exam, alice_actor: Actor, tmp_path: Path
) -> None:
    decide(exam, 1, "2", Decision.Kind.READING, alice_actor, "9.01")
    decide(exam, 2, "2", Decision.Kind.RIGHT, alice_actor)
    assert export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out") == 2
    with zipfile.ZipFile(tmp_path / "out" / "images.zip") as archive:
        found = {archive.read(row["file"]): row["text"] for row in rows(tmp_path / "out")}
    assert found == {b"1/2": "9.01", b"2/2": "9.81"}


def test_what_does_not_tell_the_text_is_left_out(exam: Exam, alice_actor: Actor, tmp_path: Path) -> None:
    decide(exam, 1, "2", Decision.Kind.WRONG, alice_actor)  # something else than the key, nobody says what
    decide(exam, 2, "1", Decision.Kind.READING, alice_actor, "41")  # boxed digits are read cell by cell
    decide(exam, 2, "2", Decision.Kind.READING, alice_actor, "9.8")
    decide(exam, 2, "2", Decision.Kind.UNDO, alice_actor)
    decide(exam, 3, "2", Decision.Kind.RIGHT, alice_actor)  # the machine read 7.1, which cannot be it
    assert export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out") == 0
    assert rows(tmp_path / "out") == []


def test_what_stands_beside_its_box_is_left_out(school: School, alice_actor: Actor, tmp_path: Path) -> None:
    exam = small_exam(school)
    scanned(exam, 1, "1001", "9.87", beside=True)
    marking.mark_exam(exam_id=exam.pk)
    decide(exam, 1, "2", Decision.Kind.READING, alice_actor, "9.01")
    assert export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out") == 0


def test_nothing_in_the_folder_names_anybody(exam: Exam, alice_actor: Actor, tmp_path: Path) -> None:
    for number in (1, 2):
        decide(exam, number, "2", Decision.Kind.READING, alice_actor, "9.01")
    export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out")
    content = b"".join(file.read_bytes() for file in sorted((tmp_path / "out").iterdir()))
    for name in ("Ada", "Ben", "1001", "1002", "0001", "0002", "Alice"):
        assert name.encode() not in content
    assert len({row["writer"] for row in rows(tmp_path / "out")}) == 2


def test_an_export_is_in_the_audit_log_and_overwrites_nothing(
    exam: Exam, alice_actor: Actor, tmp_path: Path
) -> None:
    decide(exam, 1, "2", Decision.Kind.READING, alice_actor, "9.01")
    export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out")
    event = AuditEvent.objects.get(verb="corrections.exported")
    assert (event.exam_id, event.school_id, event.data) == (exam.pk, exam.school_id, {"crops": 1})
    with pytest.raises(UserError, match="already"):
        export_corrections(actor=MACHINE, exams=[exam], out=tmp_path / "out")
    assert len(rows(tmp_path / "out")) == 1

"""What reviewers corrected, as a labelled set that the reader can learn from (`recognition train --from`).

It holds handwriting of students: crops of single written answers and their texts; no names, no student
numbers, no marks. Writers are pseudonyms made with the installation's secret key, so that one writer's crops
stay together.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.utils.crypto import salted_hmac

from grading.core import audit
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.exams.spec import ExamSpec, NumberQuestion, TextQuestion
from grading.marking.decisions import standing
from grading.marking.key_state import keys_of
from grading.marking.models import Answer, Decision, Identity
from grading.marking.score import Verdict, score
from grading.scans.crops import unpack

USED = (Decision.Kind.READING, Decision.Kind.RIGHT, Decision.Kind.UNDO)
KINDS = ("number", "text")
"""Boxes of one written text. Digits are read cell by cell, and bubbles are not read at all."""

ABOUT = """Crops of handwritten answers with the texts that reviewers confirmed or typed (labels.csv).

This is handwriting of students, and so personal data even without names: use it only where the students or
their school agreed to it, keep it no longer than it is needed, and delete it with the students' other data.
Writers are pseudonyms; the secret key of the installation is needed to make them again.
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """One crop (PNG), its text, and the pseudonym of who wrote it."""

    image: bytes
    text: str
    writer: str

    @property
    def file(self) -> str:
        """A name that says nothing about anybody."""
        return f"{hashlib.sha256(self.image).hexdigest()[:20]}.png"


def export_corrections(*, actor: Actor, exams: Sequence[Exam], out: Path) -> int:
    """Write the corrections of the exams to the folder ``out``, which must be new or empty; their number."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already.", "Give a new folder: nothing is overwritten.")
    found: dict[str, Correction] = {}
    with transaction.atomic():
        for exam in exams:
            own = {correction.file: correction for correction in corrections_of(exam)}
            found |= own
            audit.record(
                "corrections.exported",
                actor=actor,
                obj=exam,
                school_id=exam.school_id,
                exam_id=exam.pk,
                data={"crops": len(own)},
            )
        _write(list(found.values()), out)
    return len(found)


def corrections_of(exam: Exam) -> Iterator[Correction]:
    """The crops of the exam whose text a person knows."""
    spec = exam.load_spec()
    texts = _texts(exam, keys_of(spec))
    answers = (
        Answer.objects.filter(exam=exam, kind__in=KINDS, page__isnull=False)
        .exclude(page__crops="")
        .select_related("page", "reading")
        .order_by("page_id", "position")
    )
    known = [
        (answer, text)
        for answer in answers
        if (decision := texts.get((answer.sheet_id, answer.question)))
        and (text := _text(spec, answer, decision))
    ]
    writers = _writers(exam)
    for page, group in groupby(known, key=lambda pair: pair[0].page):
        if page is None:
            continue
        with page.crops.open("rb") as file:
            # What counts of the others stands beside their box: the crop does not show it.
            images = {crop.question: crop.clean for crop in unpack(file) if not crop.beside}
        for answer, text in group:
            if answer.question in images:
                yield Correction(images[answer.question], text, writers(answer.sheet_id))


def _texts(exam: Exam, keys: Mapping[str, str]) -> dict[tuple[int, str], Decision]:
    """The decision that stands, by sheet and question."""
    history = Decision.objects.filter(sheet__exam=exam).order_by("sheet_id", "question", "id")
    grouped = groupby(history, key=lambda decision: (decision.sheet_id, decision.question))
    latest = ((name, standing(decisions, keys.get(name[1], ""))) for name, decisions in grouped)
    return {name: decision for name, decision in latest if decision and decision.kind in USED}


def _text(spec: ExamSpec, answer: Answer, decision: Decision) -> str:
    """What was written, as far as a person said so; empty when the decision does not tell."""
    if decision.kind == Decision.Kind.READING:
        return " ".join(decision.text.split())
    # "Right" tells the text only where the machine read one that is right by itself.
    read = answer.reading.text if answer.reading else ""
    try:
        question = spec.question(answer.question)
    except KeyError:
        return ""
    if not isinstance(question, NumberQuestion | TextQuestion) or not read:
        return ""
    return read if score(question, read).verdict == Verdict.CORRECT else ""


def _writers(exam: Exam) -> Callable[[int], str]:
    """Pseudonyms of the writers of sheets: of the student where known, the same in all exams of a school."""
    rows = Identity.objects.filter(exam=exam, student__isnull=False)
    students = dict(rows.values_list("sheet_id", "student__student_id"))

    def pseudonym(sheet_id: int) -> str:
        student = students.get(sheet_id)
        who = f"student {exam.school_id} {student}" if student else f"sheet {sheet_id}"
        return "w" + salted_hmac("grading.review.corrections", who, algorithm="sha256").hexdigest()[:12]

    return pseudonym


def _write(found: Sequence[Correction], out: Path) -> None:
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["file", "text", "writer", "split"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for correction in found:
            archive.writestr(correction.file, correction.image)
            rows.writerow([correction.file, correction.text, correction.writer, ""])
    out.mkdir(parents=True, exist_ok=True)
    # labels.csv comes last: a folder without it is no labelled set.
    for name, content in (
        ("README.txt", ABOUT.encode()),
        ("images.zip", packed.getvalue()),
        ("labels.csv", table.getvalue().encode()),
    ):
        beside = out / f".{name}.part"
        beside.write_bytes(content)
        beside.replace(out / name)

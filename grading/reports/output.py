"""The output folder of `grade`: complete or not there, and never half of an older one."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import override

from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.marking.models import Answer, Identity
from grading.reports.csvfiles import FILES
from grading.reports.models import Report
from grading.reports.services import class_report
from grading.reports.tables import crop_name, owner_ids
from grading.scans.crops import crop_bytes
from grading.scans.models import Page

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Written:
    """Where the reports lie."""

    student_reports: tuple[Path, ...]
    class_report: Path


def write_output(exam: Exam, out: Path) -> Written:
    """Write the CSV files, reports and review crops beside ``out``, then put each in its place."""
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        beside.mkdir(parents=True)
        for name, pieces in FILES.items():
            with (beside / name).open("w", encoding="utf-8") as file:
                file.writelines(pieces(exam))
        names = _write_reports(exam, beside / "reports")
        _write_crops(exam, beside)
        _put_in_place(beside, out)
    except OSError as problem:
        raise UserError(f"{out}: cannot be written ({problem.strerror or problem}).") from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    reports = out / "reports"
    return Written(tuple(reports / name for name in names), reports / "class.pdf")


def report_names(exam: Exam) -> dict[int, str]:
    """Sheet -> the file name of its report: the student number, or the sheet's while nobody is known."""
    owners = owner_ids(exam)
    sheets = Answer.objects.filter(exam=exam).values_list("sheet_id", "sheet__number").distinct()
    return {
        pk: f"{UNSAFE.sub('_', owners[pk])}.pdf" if pk in owners else f"sheet-{UNSAFE.sub('_', number)}.pdf"
        for pk, number in sheets.order_by("sheet__number")
    }


def _write_reports(exam: Exam, folder: Path) -> list[str]:
    folder.mkdir()
    made = {report.sheet_id: report for report in Report.objects.filter(exam=exam)}
    names = []
    for sheet, name in report_names(exam).items():
        if sheet in made:
            with made[sheet].file.open("rb") as source, (folder / name).open("wb") as target:
                shutil.copyfileobj(source, target)
            names.append(name)
    with override(exam.load_spec().language):
        (folder / "class.pdf").write_bytes(class_report(exam))
    return names


def _write_crops(exam: Exam, folder: Path) -> None:
    """The crops that review.csv names."""
    (folder / "crops").mkdir()
    open_answers = Answer.objects.filter(exam=exam, status=Answer.Status.REVIEW).select_related(
        "sheet", "page"
    )
    for answer in open_answers.order_by("page_id"):
        if answer.page:
            _write_crop(answer.page, answer.sheet.number, answer.question, folder)
    unknown = Identity.objects.filter(exam=exam, state=Identity.State.REVIEW).values("sheet")
    firsts = Page.objects.filter(sheet__in=unknown, state=Page.State.USED, number=1).select_related("sheet")
    for page in firsts:
        if page.sheet:
            _write_crop(page, page.sheet.number, "", folder)


def _write_crop(page: Page, sheet: str, question: str, folder: Path) -> None:
    found = crop_bytes(page, question)
    if found:
        (folder / crop_name(sheet, question)).write_bytes(found[0])


def _put_in_place(beside: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for entry in sorted(beside.iterdir()):
        target = out / entry.name
        if target.is_dir():
            shutil.rmtree(target)
        entry.replace(target)

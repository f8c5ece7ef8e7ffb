"""What sheets that are printed already forbid: they must stay readable, whatever becomes of the exam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.core.errors import UserError
from grading.exams.models import PrintRun
from grading.exams.spec import ChoiceQuestion, ExamSpec, MultiQuestion


class NewPrintNeeded(UserError):
    """The change concerns what stands on printed sheets: it needs a word from the teacher."""


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """A question as it stands on printed sheets."""

    kind: str
    options: tuple[str, ...]
    cells: int


def printed_questions(layouts: Iterable[Mapping[str, Any]]) -> dict[str, list[PrintedQuestion]]:
    """Every question of the prints' layouts, in each form in which it was printed; "" the student number."""
    found: dict[str, list[PrintedQuestion]] = {}
    for layout in layouts:
        for page in layout["pages"]:
            for box in page["boxes"]:
                printed = PrintedQuestion(
                    box["kind"], tuple(box.get("bubbles_mm", ())), len(box.get("cells_mm", ()))
                )
                found.setdefault(box["question"], []).append(printed)
    return found


def obstacles(layouts: Iterable[Mapping[str, Any]], spec: ExamSpec) -> list[str]:
    """Why sheets of these layouts could not be marked by ``spec``; empty when they can."""
    printed = printed_questions(layouts)
    digits = spec.student_id.digits if spec.student_id else 0
    numbers = printed.pop("", [])
    found = []
    if any(number.cells != digits for number in numbers) or (printed and not numbers and digits):
        found.append(_("the boxes of the student number stand on printed sheets"))
    return found + [words for name, forms in printed.items() for words in _of_question(name, forms, spec)]


def _of_question(name: str, forms: list[PrintedQuestion], spec: ExamSpec) -> Iterator[str]:
    try:
        question = spec.question(name)
    except KeyError:
        yield _("question %(name)s stands on printed sheets (0 marks take it out of account)") % {
            "name": name
        }
        return
    options = question.options if isinstance(question, ChoiceQuestion | MultiQuestion) else ()
    for form in forms:
        if form.kind != question.type:
            yield _("question %(name)s is printed as another type (give the new question another number)") % {
                "name": name
            }
        elif not set(form.options) <= set(options):
            yield _("question %(name)s is printed with the options %(options)s") % {
                "name": name,
                "options": ", ".join(form.options),
            }


def keeps_words(runs: Iterable[PrintRun]) -> list[str]:
    """Which sheets keep which version, a line a print; ``sheets_n`` is annotated."""
    return [
        ngettext(
            "%(n)d sheet of print %(run)s keeps version %(version)s",
            "%(n)d sheets of print %(run)s keep version %(version)s",
            run.sheets_n,  # type: ignore[attr-defined]
        )
        % {
            "n": run.sheets_n,  # type: ignore[attr-defined]
            "run": run.run,
            "version": run.version.number if run.version else 1,
        }
        for run in runs
    ]

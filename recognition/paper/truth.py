"""The truth about a simulated class, as `truth.json` and scans to be graded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recognition.paper.answers import Answer
from recognition.paper.classroom import Class, FilledSheet, recipe_of, sat_exam, scanned, stack
from recognition.paper.faults import Fault, StackEntry
from recognition.paper.pdf_file import write_pdf
from recognition.paper.scan import ScannedPage

_STATES = {Fault.DUPLICATE: "duplicate", Fault.BLANK: "blank", Fault.FOREIGN: "foreign"}


@dataclass(frozen=True, slots=True)
class ScannedClass:
    """Where the scans and the truth lie; `pages` is the number of scanned pages."""

    scans: Path
    truth: Path
    pages: int


def scan_class(
    school: Class, folder: Path, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> ScannedClass:
    """Writes `scans.pdf` and `truth.json` of a class into `folder` (made if need be).

    progress(done, all) is called after every page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    filled = sat_exam(school)
    entries = stack(school, filled)
    pages = _counted(scanned(school, entries, workers), len(entries), progress)
    scans, truth = folder / "scans.pdf", folder / "truth.json"
    count = write_pdf(scans, pages)
    text = json.dumps(truth_of(school, filled, entries, scans.name), ensure_ascii=False, indent=1)
    beside = truth.with_name(f".{truth.name}.part")
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(truth)
    return ScannedClass(scans, truth, count)


def _counted(
    pages: Iterator[ScannedPage], total: int, progress: Callable[[int, int], None] | None
) -> Iterator[ScannedPage]:
    for done, page in enumerate(pages, 1):
        if progress is not None:
            progress(done, total)
        yield page


def truth_of(
    school: Class, filled: Sequence[FilledSheet], entries: Sequence[StackEntry], file: str
) -> dict[str, Any]:
    """The content of truth.json.

    `sheets`: per used sheet the student and, per question, what counts as written (a text, or the list of
    marked options), how it was written, what was taken back, and whether it was meant to be right.
    `pages`: what each scanned page is. `missing`: printed pages of used sheets that were not scanned.
    `ledger`: pages by final state.
    """
    with_options = {question.id for question in school.questions if question.options}
    states = Counter(_STATES.get(e.fault, "used") if e.fault else "used" for e in entries)
    seen = {(e.sheet, e.page) for e in entries}
    missing = [
        {"sheet": f.sheet.sheet, "page": page.page}
        for s, f in enumerate(filled)
        for p, page in enumerate(f.sheet.pages)
        if (s, p) not in seen
    ]
    return {
        "exam": school.run.exam,
        "preset": school.preset,
        "seed": school.seed,
        "sheets": [_sheet(f, with_options) for f in filled],
        "pages": [_page(school, place, entry, filled, file) for place, entry in enumerate(entries)],
        "missing": missing,
        "ledger": dict(sorted(states.items())),
    }


def _sheet(filled: FilledSheet, with_options: AbstractSet[str]) -> dict[str, Any]:
    return {
        "sheet": filled.sheet.sheet,
        "student_id": filled.student.student_id,
        "name": filled.student.name,
        "number_written": filled.writes_number,
        "answers": {
            question: {**_answer(put.answer, question in with_options), "intent": put.intent.value}
            for question, put in filled.puts.items()
        },
    }


def _answer(answer: Answer, options: bool) -> dict[str, Any]:
    return {
        "written": list(answer.marked) if options else answer.text,
        "manner": answer.manner.value,
        "discarded": list(answer.discarded),
    }


def _page(
    school: Class, place: int, entry: StackEntry, filled: Sequence[FilledSheet], file: str
) -> dict[str, Any]:
    recipe = recipe_of(school, place, entry)
    known = entry.sheet is not None and entry.page is not None
    sheet = filled[entry.sheet].sheet if known and entry.sheet is not None else None
    return {
        "file": file,
        "scan_page": place + 1,
        "sheet": sheet.sheet if sheet else None,
        "page": sheet.pages[entry.page].page if sheet and entry.page is not None else None,
        "fault": entry.fault.value if entry.fault else None,
        "dpi": recipe.dpi,
        "mode": recipe.mode.value,
        "quality": recipe.quality,
        "skew": round(recipe.skew, 2),
        "quarter_turns": recipe.quarter_turns,
    }

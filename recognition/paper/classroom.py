"""A class sits the exam: pupils answer the printed sheets, and the stack goes through the scanner."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from recognition.paper.answers import Answer
from recognition.paper.exam_file import Question
from recognition.paper.faults import Fault, FaultCounts, StackEntry, blank_sheet, foreign_sheet, stacked
from recognition.paper.hands import Hand, shipped_hand
from recognition.paper.pen import Rng
from recognition.paper.presets import PRESETS, Recipe, draw_recipe
from recognition.paper.printed import Colour, PrintedSheet, PrintRun, render_blank
from recognition.paper.pupils import STRUCK_OUT, Put, put_answer, question_levels
from recognition.paper.scan import ScannedPage, scan_page
from recognition.paper.sheet import filled_page
from recognition.paper.writer import Writer, new_writer

PAINT_DPI: Final = 300
"""Resolution at which sheets are filled, before a scanner sees them."""

_CLASS, _PUPIL, _INK, _STACK, _SCAN = range(5)


class HandSource(Protocol):
    """Where writers come from; must survive pickling, because sheets are filled by several processes."""

    def hand(self, rng: Rng) -> Hand:
        """A new writer's handwriting."""


@dataclass(frozen=True, slots=True)
class ShippedHands:
    """Writers made of the handwriting that ships with the project."""

    def hand(self, rng: Rng) -> Hand:
        """A new writer's handwriting."""
        return shipped_hand(rng)


@dataclass(frozen=True, slots=True)
class Student:
    """One entry of the roster."""

    student_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """Everything that one simulated class depends on; the same value gives the same bytes.

    Sheet k is filled by student k; sheets printed for a student go to that student. Sheets beyond the
    roster stay unused, students beyond the sheets are absent. `struck_out`: share of what they write that
    is struck out and written anew.
    """

    run: PrintRun
    sheets_pdf: Path
    questions: tuple[Question, ...]
    students: tuple[Student, ...]
    preset: str = "office"
    seed: int = 0
    hands: HandSource = field(default_factory=ShippedHands)
    faults: FaultCounts = field(default_factory=FaultCounts)
    shuffled: bool = True
    struck_out: float = STRUCK_OUT


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """One sheet and what its pupil put on it; `writes_number`: the student number is written by hand."""

    sheet: PrintedSheet
    student: Student
    writer: Writer
    puts: Mapping[str, Put]
    writes_number: bool

    @property
    def answers(self) -> dict[str, Answer]:
        """Answers by question id; "" is the student number."""
        answers = {question: put.answer for question, put in self.puts.items()}
        if self.writes_number:
            answers[""] = Answer(self.student.student_id)
        return answers


def sat_exam(school: Class) -> list[FilledSheet]:
    """What every pupil answers, one entry a used sheet, in the order of the sheets."""
    levels = question_levels(school.questions, _rng(school, _CLASS))
    return [_filled(school, k, student, levels) for k, student in _seated(school)]


def _seated(school: Class) -> list[tuple[int, Student]]:
    """Sheet index and student of every used sheet."""
    by_id = {student.student_id: student for student in school.students}
    seats = []
    spare = iter(school.students)
    for k, sheet in enumerate(school.run.sheets):
        student = next(spare, None) if sheet.student_id is None else by_id.get(sheet.student_id)
        if student is not None:
            seats.append((k, student))
    return seats


def _filled(school: Class, k: int, student: Student, levels: Mapping[str, float]) -> FilledSheet:
    rng = _rng(school, _PUPIL, k)
    writer = new_writer(school.hands.hand(rng), rng)
    ability = float(rng.normal(0, 1))
    puts = {
        q.id: put_answer(q, ability, levels[q.id], writer, rng, school.struck_out) for q in school.questions
    }
    sheet = school.run.sheets[k]
    return FilledSheet(sheet, student, writer, puts, writes_number=sheet.student_id is None)


def stack(school: Class, filled: Sequence[FilledSheet]) -> list[StackEntry]:
    """The pages in the order of scanning; sheet indices count within `filled`."""
    return stacked([f.sheet for f in filled], school.faults, school.shuffled, _rng(school, _STACK))


def recipe_of(school: Class, place: int, entry: StackEntry) -> Recipe:
    """How the page at `place` of the stack is scanned. KeyError for an unknown preset."""
    recipe = draw_recipe(PRESETS[school.preset], _rng(school, _SCAN, place))
    return replace(recipe, quarter_turns=2) if entry.fault is Fault.UPSIDE_DOWN else recipe


def scanned(school: Class, entries: Sequence[StackEntry], workers: int = 1) -> Iterator[ScannedPage]:
    """The scanned pages of the stack in its order; the number of workers changes nothing but the time."""
    jobs = [(school, place, entry) for place, entry in enumerate(entries)]
    if workers <= 1:
        yield from map(_scan_entry, jobs)
        return
    # Spawned, not forked: OpenCV's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(_scan_entry, jobs, chunksize=4)


def _scan_entry(job: tuple[Class, int, StackEntry]) -> ScannedPage:
    school, place, entry = job
    recipe, rng = recipe_of(school, place, entry), _rng(school, _SCAN, place, 1)
    front, back = _sides(school, entry, recipe.bleed > 0, rng)
    return scan_page(front, school.run.page_size, recipe, rng, back)


def _sides(school: Class, entry: StackEntry, both: bool, rng: Rng) -> tuple[Colour, Colour | None]:
    """A page of the stack and, if wanted, the other side of its paper as far as there is one."""
    if entry.sheet is None or entry.page is None:
        if entry.fault is Fault.BLANK:
            return blank_sheet(school.run.page_size, PAINT_DPI), None
        writer = new_writer(shipped_hand(rng), rng)
        return foreign_sheet(school.run.page_size, PAINT_DPI, writer, rng), None
    levels = question_levels(school.questions, _rng(school, _CLASS))
    k, student = _seated(school)[entry.sheet]
    filled = _filled(school, k, student, levels)
    front, other = _paint(school, k, filled, entry.page), entry.page ^ 1
    printed_behind = both and other < len(filled.sheet.pages)
    return front, _paint(school, k, filled, other) if printed_behind else None


def _paint(school: Class, k: int, filled: FilledSheet, page: int) -> Colour:
    printed = filled.sheet.pages[page]
    blank = render_blank(school.sheets_pdf, printed.pdf_page, PAINT_DPI)
    rng = _rng(school, _INK, k, page)
    return filled_page(blank, printed, filled.answers, filled.writer, school.run.page_size[0], rng)


def _rng(school: Class, *stream: int) -> Rng:
    """Independent streams, so that no draw of one page moves another."""
    return np.random.default_rng([school.seed, *stream])

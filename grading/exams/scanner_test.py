"""The scanner test page: an answer sheet of no exam, made by the same layout and codes as all others.

Scanned into any exam it is known by its run, is never counted as a sheet, and says how good the scan is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grading.exams.examfile import exam_from_data
from grading.exams.fingerprint import exam_key
from grading.exams.sheet_print import SheetPrint, plan_print
from grading.exams.spec import ExamSpec

TEST_RUN = "scanner-test"
TEST_ID = "scanner-test"
GOOD_DPI, LEAST_DPI = 190, 140
LEAST_LINES = 0.85
GOOD_RESIDUAL_MM, MOST_RESIDUAL_MM = 0.35, 1.0
_WORDS = {
    "en": ("Scanner test page", "Digits", "A word", "Cross one", "A line"),
    "de": ("Scanner-Testseite", "Ziffern", "Ein Wort", "Eines ankreuzen", "Eine Zeile"),
    "fr": ("Page de test du scanner", "Des chiffres", "Un mot", "Cochez une case", "Une ligne"),
}


def page_spec(paper: str, language: str) -> ExamSpec:
    """The exam file of the test page: every kind of box, from the top of the page to its foot."""
    title, digits, word, choice, line = _WORDS[language]
    questions: list[dict[str, object]] = [
        {"id": "1", "type": "digits", "answer": "0123456789", "prompt": digits},
        {"id": "2", "type": "number", "answer": "3.14", "unit": "cm"},
        {"id": "3", "type": "text", "answers": ["Inkgrade"], "prompt": word},
        {"id": "4", "type": "choice", "options": ["A", "B", "C", "D"], "answer": "A", "prompt": choice},
        {"id": "5", "type": "manual", "lines": 8, "prompt": line},
    ]
    return exam_from_data(
        {
            "id": TEST_ID,
            "title": title,
            "paper": paper,
            "language": language,
            "student_id": {"digits": 7},
            "questions": [{**question, "marks": 1} for question in questions],
        }
    )


def page_print(spec: ExamSpec) -> SheetPrint:
    """One test page on the paper and in the language of an exam."""
    return plan_print(page_spec(spec.paper, spec.language), copies=1, run=TEST_RUN)


def page_key(spec: ExamSpec) -> str:
    """What the codes of the test page of an exam's paper and language are checked with."""
    return exam_key(page_spec(spec.paper, spec.language))


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What the page stage measured.

    ``residual_mm``: how far boxes are from their place; ``lines``: the share of box lines that show;
    ``rotation``: degrees of turn.
    """

    dpi: float | None
    residual_mm: float | None
    lines: float | None = None
    rotation: int = 0


def verdict(facts: ScanFacts) -> str:
    """How good the scan of the test page is, in words that say what to change.

    In English, like all that workers store: readers are told it in their own language.
    """
    return " ".join(["This is the scanner test page.", *_remarks(facts)])


def _remarks(facts: ScanFacts) -> Iterator[str]:
    dpi, residual = facts.dpi, facts.residual_mm
    if dpi is not None:
        if dpi < LEAST_DPI:
            yield f"Resolution: {dpi:.0f} dpi is too low; set the scanner to 300 dpi."
        elif dpi < GOOD_DPI:
            yield f"Resolution: {dpi:.0f} dpi will do, 300 dpi is better."
        else:
            yield f"Resolution: {dpi:.0f} dpi, good."
    if residual is not None:
        if residual > MOST_RESIDUAL_MM:
            yield f"Distortion: boxes are {residual:.2f} mm off; scan flat and print at 100 % size."
        elif residual > GOOD_RESIDUAL_MM:
            yield f"Distortion: {residual:.2f} mm, still readable; is the page drawn in askew?"
        else:
            yield f"Distortion: {residual:.2f} mm, good."
    if facts.lines is not None:
        if facts.lines < LEAST_LINES:
            yield "Contrast: the box lines hardly show; scan darker, and grey rather than black and white."
        else:
            yield "Contrast: the box lines show, good."
    if facts.rotation:
        yield f"It lies turned by {facts.rotation} degrees, which does no harm."

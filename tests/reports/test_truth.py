from __future__ import annotations

import json
from pathlib import Path

import pytest

from grading.core.errors import UserError
from grading.exams.examfile import exam_from_data
from grading.reports.truth import compare

SPEC = exam_from_data(
    {
        "id": "quiz",
        "title": "Quiz",
        "questions": [
            {"id": "1", "type": "digits", "answer": "42", "marks": 2},
            {"id": "2", "type": "choice", "options": ["A", "B"], "answer": "B", "marks": 1, "wrong": "-0.5"},
            {"id": "3", "type": "text", "answers": ["gravity"], "marks": 2},
            {"id": "4", "type": "manual", "lines": 3, "marks": 4},
        ],
    }
)
WRITTEN = {"1": "42", "2": ["A"], "3": "", "4": "an essay"}
ANSWERS = "sheet,page,student_id,question,kind,read,confidence,status,verdict,marks,max_marks"


def folder(
    tmp_path: Path, rows: list[str], grades: str = "100,Ann,0001", ledger: int = 1
) -> tuple[Path, Path]:
    """Results with the given answer rows, and the truth about the one sheet and page."""
    (tmp_path / "answers.csv").write_text("\n".join([ANSWERS, *rows]), encoding="utf-8")
    (tmp_path / "grades.csv").write_text(f"student_id,name,sheet\n{grades}\n", encoding="utf-8")
    (tmp_path / "ledger.csv").write_text("file,scan_page\n" + "a.pdf,1\n" * ledger, encoding="utf-8")
    answers = {q: {"written": w} for q, w in WRITTEN.items()}
    sheet = {"sheet": "0001", "student_id": "100", "answers": answers}
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"sheets": [sheet], "pages": [{"scan_page": 1}]}), encoding="utf-8")
    return tmp_path, truth


def row(question: str, read: str, status: str, marks: str) -> str:
    return f"0001,1,100,{question},kind,{read},0.99,{status},,{marks},2"


def test_right_marks_are_no_mistakes_and_open_questions_do_not_count(tmp_path: Path) -> None:
    rows = [
        row("1", "42", "auto", "2"),
        row("2", "A", "auto", "-0.5"),
        row("3", "", "blank", "0"),
        row("4", "", "review", ""),
    ]
    found = compare(SPEC, *folder(tmp_path, rows))
    assert found.decided == 3
    assert found.mistakes == []
    assert found.strangers == ()
    assert found.lost_pages == 0


def test_a_misread_answer_is_a_mistake_with_what_was_written(tmp_path: Path) -> None:
    found = compare(SPEC, *folder(tmp_path, [row("1", "47", "auto", "0")]))
    (mistake,) = found.mistakes
    assert (mistake.written, mistake.read, mistake.given, mistake.deserved) == ("42", "47", "0", "2")


def test_an_answer_taken_for_empty_is_a_mistake(tmp_path: Path) -> None:
    found = compare(SPEC, *folder(tmp_path, [row("1", "", "blank", "0")]))
    assert len(found.mistakes) == 1


def test_a_misreading_without_effect_on_the_mark_is_none(tmp_path: Path) -> None:
    rows = [row("1", "42", "review", ""), row("3", "xx", "auto", "0")]
    found = compare(SPEC, *folder(tmp_path, rows))
    assert found.mistakes == []
    assert found.kinds["digits"].coverage == 0
    assert found.kinds["text"].coverage == 1


@pytest.mark.parametrize(("grades", "strangers"), [("101,Bob,0001", ("0001",)), (",,0001", ())])
def test_a_sheet_of_the_wrong_student_is_told_from_one_without(
    tmp_path: Path, grades: str, strangers: tuple[str, ...]
) -> None:
    assert compare(SPEC, *folder(tmp_path, [], grades)).strangers == strangers


def test_a_page_that_is_not_in_the_ledger_is_lost(tmp_path: Path) -> None:
    assert compare(SPEC, *folder(tmp_path, [], ledger=0)).lost_pages == 1


def test_other_files_are_refused(tmp_path: Path) -> None:
    results, truth = folder(tmp_path, [])
    truth.write_text("[]", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be compared"):
        compare(SPEC, results, truth)

"""docs/exam.schema.json and docs/exam-file.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from grading.exams.exam_schema import exam_schema, schema_text
from grading.exams.examfile import parse_exam
from grading.exams.questions import QUESTION_TYPES
from grading.exams.spec import ExamSpec

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "exam-file.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", DOC, re.DOTALL)[1]


def test_the_schema_in_docs_is_that_of_the_code() -> None:
    written = (ROOT / "docs" / "exam.schema.json").read_text(encoding="utf-8")
    assert written == schema_text(), "run: python -m grading.exams.exam_schema > docs/exam.schema.json"


@pytest.mark.parametrize(
    "text", [EXAMPLE, (ROOT / "examples" / "physics-quiz" / "exam.yaml").read_text("utf-8")]
)
def test_the_schema_accepts_what_the_loader_accepts(text: str) -> None:
    assert parse_exam(text).questions
    Draft202012Validator(exam_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"paper": "A3"},
        {"questions": []},
        {"questions": [{"id": "1", "marks": 1, "lines": 2}]},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(change: dict) -> None:
    data = {**yaml.safe_load(EXAMPLE), **change}
    assert not Draft202012Validator(exam_schema()).is_valid(data)


def test_the_reference_names_every_key() -> None:
    models = [ExamSpec, *QUESTION_TYPES.values()]
    missing = {name for model in models for name in model.model_fields if f"`{name}`" not in DOC}
    assert not missing

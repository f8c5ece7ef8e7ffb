"""The JSON schema of exam files, for editors that check and complete while one types.

``python -m grading.exams.exam_schema > docs/exam.schema.json`` writes it anew.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from grading.exams.spec import ExamSpec


def exam_schema() -> dict[str, Any]:
    """The schema of EXAM.yaml; what spans several keys only ``load_exam`` checks."""
    schema = _without_titles(ExamSpec.model_json_schema())
    for model in schema["$defs"].values():
        if "type" in model["properties"]:  # has a default for programs, but a file must name it
            model["required"].append("type")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Inkgrade exam",
        **schema,
    }


def schema_text() -> str:
    """The text of docs/exam.schema.json."""
    return json.dumps(exam_schema(), indent=2, ensure_ascii=False) + "\n"


def _without_titles(node: Any) -> Any:
    """pydantic titles every key with its own name, which only repeats it."""
    if isinstance(node, list):
        return [_without_titles(child) for child in node]
    if not isinstance(node, dict):
        return node
    kept = {key: child for key, child in node.items() if not (key == "title" and isinstance(child, str))}
    return {key: _without_titles(child) for key, child in kept.items()}


if __name__ == "__main__":
    sys.stdout.write(schema_text())

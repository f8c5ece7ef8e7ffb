"""EXAM.yaml in and out: ``load_exam`` and ``dump_exam``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from grading.core.errors import UserError
from grading.exams.faults import Fault, faults_of
from grading.exams.spec import ExamSpec, Tolerance
from grading.exams.yaml_source import Source, SourceFault, read_source

MAX_BYTES = 1_000_000
MAX_FAULTS_SHOWN = 10


class ExamFileError(UserError):
    """An exam file that cannot be used; ``faults`` holds each fault with its line, place and words."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = tuple(faults)
        lines = [f"{name}:{fault.line}: {fault}" if fault.line else f"{name}: {fault}" for fault in faults]
        hidden = len(lines) - MAX_FAULTS_SHOWN
        if hidden > 0:
            lines[MAX_FAULTS_SHOWN:] = [f"{name}: and {hidden} more faults"]
        super().__init__("; ".join(lines), hint="(docs/exam-file.md describes every key)")


def load_exam(path: Path) -> ExamSpec:
    """The exam of a YAML or JSON file. Raises ExamFileError with every fault that was found."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _whole_file(path.name, f"is larger than {MAX_BYTES // 1000} kB")
        data = path.read_bytes()
    except OSError as problem:
        reason = (problem.strerror or "cannot be read").lower()
        raise _whole_file(str(path), reason) from problem
    try:
        return parse_exam(data.decode("utf-8-sig"), name=path.name)
    except UnicodeDecodeError as problem:
        raise _whole_file(path.name, "is not UTF-8 text; save it as UTF-8") from problem


def parse_exam(text: str, *, name: str = "exam.yaml") -> ExamSpec:
    """The exam of YAML or JSON text; ``name`` is what error messages call it."""
    if len(text) > MAX_BYTES:
        raise _whole_file(name, f"is larger than {MAX_BYTES // 1000} kB")
    try:
        source = read_source(text)
    except SourceFault as fault:
        raise ExamFileError(name, [Fault((), fault.message, fault.line)]) from fault
    return _validated(source.data, name, source)


def exam_from_data(data: dict[str, Any], *, name: str = "exam") -> ExamSpec:
    """The exam of plain data (a form, the database). Raises ExamFileError without lines."""
    return _validated(data, name, None)


def dump_exam(spec: ExamSpec) -> str:
    """YAML text that ``parse_exam`` turns into an equal exam."""
    return yaml.dump(_file_data(spec), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _validated(data: object, name: str, source: Source | None) -> ExamSpec:
    try:
        return ExamSpec.model_validate(data)
    except ValidationError as problem:
        faults = faults_of(problem)
        if source is not None:
            faults = sorted((_on_line(f, source) for f in faults), key=lambda f: f.line or 0)
        raise ExamFileError(name, faults) from problem


def _on_line(fault: Fault, source: Source) -> Fault:
    return Fault(fault.place, fault.message, source.line(fault.place))


def _whole_file(name: str, message: str) -> ExamFileError:
    return ExamFileError(name, [Fault((), message)])


def _file_data(spec: ExamSpec) -> dict[str, Any]:
    """The exam in the shape of the file, without keys of questions that only repeat a default."""
    return {
        "id": spec.id,
        "title": spec.title,
        "paper": spec.paper,
        "language": spec.language,
        "student_id": spec.student_id.model_dump() if spec.student_id else None,
        "pass_mark": str(spec.pass_mark),
        "error_budget": f"{(Decimal(str(spec.error_budget)) * 100).normalize():f}%",
        "questions": [_question_data(question) for question in spec.questions],
    }


def _question_data(question: Any) -> dict[str, Any]:
    data = {"id": question.id, "type": question.type, **question.model_dump(exclude_defaults=True)}
    if isinstance(data.get("tolerance"), Tolerance):
        data["tolerance"] = str(data["tolerance"])
    if "ignore" in data:
        data["ignore"] = sorted(data["ignore"])
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


class _Dumper(yaml.SafeDumper):
    """Writes decimals plainly and keeps every text a text."""


def _write_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _write_decimal)
_Dumper.add_representer(tuple, yaml.SafeDumper.represent_list)

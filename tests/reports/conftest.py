"""The scanned class and its undisturbed result, made once a test process."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reports.scanned_class import EXAM, ROOT, ROSTER, ScannedClass, run, scanned_class, start


@dataclass(frozen=True, slots=True)
class Graded:
    """An output folder of `grade` and what the command printed."""

    out: Path
    printed: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> ScannedClass:
    return scanned_class(tmp_path_factory.mktemp("class"))


def grade_arguments(sample: ScannedClass, out: Path, *more: object) -> list[str]:
    """The arguments of `manage.py` that grade the sample class."""
    files = (EXAM, sample.scans, "--roster", ROSTER, "--layout", sample.layout, "--out", out)
    return [str(part) for part in (ROOT / "manage.py", "grade", *files, *more)]


@pytest.fixture(scope="session")
def graded(sample: ScannedClass, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    out = tmp_path_factory.mktemp("graded") / "out"
    return Graded(out, run(*grade_arguments(sample, out)))


def start_grade(sample: ScannedClass, out: Path, *more: object) -> subprocess.Popen[str]:
    """Start grading without waiting for it."""
    return start(*grade_arguments(sample, out, *more))

"""A small class printed, filled in and scanned by the project's own commands, once a test process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "physics-quiz"
EXAM, ROSTER = EXAMPLE / "exam.yaml", EXAMPLE / "roster.csv"


@dataclass(frozen=True, slots=True)
class ScannedClass:
    """Where everything of the class lies, and what is true of it."""

    layout: Path
    sheets: Path
    scans: Path
    truth: dict[str, Any]


def service_environment(**more: str) -> dict[str, str]:
    """The environment of a process of the service, not of a test."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "grading.settings", "PYTHONPATH": str(ROOT)} | more


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start Python with the arguments; its output goes nowhere."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=service_environment(**environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the arguments; raises when it fails."""
    command = [sys.executable, *map(str, arguments)]
    env = service_environment(**environment)
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)


def scanned_class(folder: Path, *, copies: int = 4, preset: str = "office") -> ScannedClass:
    """Print `copies` sheets of the example exam, fill and scan them."""
    run(ROOT / "manage.py", "sheets", EXAM, "--copies", copies, "--out", folder, INKGRADE_HOME=str(folder))
    layout, sheets, out = folder / "layout.json", folder / "sheets.pdf", folder / "scans"
    files = ("--layout", layout, "--sheets", sheets, "--exam", EXAM, "--roster", ROSTER, "--out", out)
    run("-m", "recognition.paper", *files, "--preset", preset, "--seed", 5)
    truth = json.loads((out / "truth.json").read_text())
    return ScannedClass(layout, sheets, out / "scans.pdf", truth)

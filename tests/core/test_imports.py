"""The web process stays small: it never loads what only workers need."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

HEAVY = ("torch", "cv2", "onnxruntime", "celery", "matplotlib")
PROBE = f"""
import sys, grading.wsgi
from django.urls import get_resolver
from grading.core.stages import load_handlers
get_resolver().url_patterns
{{sweeper}}
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def loaded(sweeper: str) -> str:
    command = [sys.executable, "-c", PROBE.format(sweeper=sweeper)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_the_web_process_loads_neither_torch_nor_opencv() -> None:
    assert loaded(sweeper="") == ""


def test_a_supervisor_that_knows_the_handlers_loads_them_neither() -> None:
    assert loaded(sweeper="load_handlers()") == ""

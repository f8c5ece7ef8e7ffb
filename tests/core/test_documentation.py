"""No setting and no command without its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grading.core.documentation import own_commands, pages
from tests.conftest import ROOT

REMEDY = "is out of date: run `make docs`"


@pytest.mark.parametrize("path", ["settings.md", "commands.md"])
def test_the_generated_pages_are_up_to_date(path: str) -> None:
    assert (ROOT / "docs" / path).read_text() == pages()[Path(path)], f"docs/{path} {REMEDY}"


def test_every_command_explains_itself_and_each_of_its_arguments() -> None:
    for name, command in own_commands():
        assert len(command.help) > 20, f"{name} has no help"
        silent = [
            action.dest for action in command.create_parser("manage.py", name)._actions if not action.help
        ]
        assert not silent, f"{name} does not explain {silent}"


def test_no_setting_is_read_past_the_register() -> None:
    readers = re.compile(r"os\.environ\.get|os\.getenv|environ\[")
    guilty = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "grading").rglob("*.py")
        if readers.search(path.read_text())
    }
    assert guilty <= {"grading/env.py", "grading/core/supervisor.py", "grading/core/workspace.py"}

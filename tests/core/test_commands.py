"""Commands end with one line and the right exit code."""

from __future__ import annotations

import pytest

from grading.core.commands import Command
from grading.core.errors import UserError


class Probe(Command):
    requires_system_checks: list[str] = []
    error: BaseException = UserError("Line 3 has no answer.", "Give it one.")

    def handle(self, *args: object, **options: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            UserError("Line 3 has no answer.", "Give it one."),
            2,
            "Error: Line 3 has no answer. Give it one.",
        ),
        (OSError("disk full"), 1, "Error: OSError: disk full (--traceback shows where)"),
        (KeyboardInterrupt(), 130, "Error: interrupted"),
        (ValueError("two\nlines"), 1, "Error: ValueError: two lines (--traceback shows where)"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Probe()
    command.error = error
    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", "probe"])
    assert ended.value.code == code
    assert capsys.readouterr().err.strip() == line


def test_the_traceback_is_shown_on_demand() -> None:
    with pytest.raises(UserError):
        Probe().run_from_argv(["manage.py", "probe", "--traceback"])


def test_an_unknown_option_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Probe().run_from_argv(["manage.py", "probe", "--nonsense"])
    assert ended.value.code == 2

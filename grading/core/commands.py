"""The base of every management command: one-line errors, exit code 2 for bad input and 1 for failure."""

from __future__ import annotations

import sys
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, SystemCheckError

from grading.core.errors import UserError


class Command(BaseCommand):
    """A command of Inkgrade. Subclasses raise UserError for bad input; --traceback shows its place."""

    # Options of Django that mean nothing to a teacher stay out of the help.
    suppressed_base_arguments: set[str] = {
        "--version",
        "--settings",
        "--pythonpath",
        "--no-color",
        "--force-color",
        "--skip-checks",
        "--verbosity",
    }

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process: whatever goes wrong becomes one line on stderr and an exit code."""
        if "--traceback" in argv:
            super().run_from_argv(argv)
            return
        try:
            # With --traceback Django raises its errors instead of printing them.
            super().run_from_argv([*argv[:2], "--traceback", *argv[2:]])
        except (UserError, ImproperlyConfigured) as error:
            self._stop(str(error), 2)
        except SystemCheckError as error:
            self._stop(str(error), 1)
        except CommandError as error:
            self._stop(str(error), error.returncode)
        except KeyboardInterrupt:
            self._stop("interrupted", 130)
        except Exception as error:  # noqa: BLE001  (what is left becomes exit code 1)
            self._stop(f"{type(error).__name__}: {error} (--traceback shows where)", 1)

    def _stop(self, message: str, code: int) -> NoReturn:
        self.stderr.write(self.style.ERROR(f"Error: {' '.join(message.split())}"))
        sys.exit(code)

#!/usr/bin/env python
"""Runs Inkgrade's commands: `python manage.py help` lists them."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command of the arguments; a wrong setting is one line and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()

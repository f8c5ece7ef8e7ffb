"""`manage.py createteacher`: an account from the command line."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import CommandParser

from grading.accounts.models import Role
from grading.accounts.services import LOCAL_SCHOOL, create_member
from grading.core import commands


class Command(commands.Command):
    help = "Makes an account. Asks for the password, or reads it from standard input when that is a pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="e-mail address to log in with")
        parser.add_argument("--name", default="", help="name as colleagues read it")
        parser.add_argument(
            "--school", default=LOCAL_SCHOOL, help="school, made if new (default: %(default)s)"
        )
        parser.add_argument(
            "--role",
            choices=Role.values,
            default=Role.TEACHER.value,
            help="role there (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        member = create_member(
            email=options["email"],
            password=password,
            name=options["name"],
            school=options["school"],
            role=Role(options["role"]),
        )
        self.stdout.write(f"{member.user.email} is {member.get_role_display()} of {member.school}.")

"""`manage.py resetsecondfactor`: for somebody who lost the app and the recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from grading.accounts.lost_factor import reset_second_factor
from grading.accounts.models import User
from grading.core import commands
from grading.core.actor import MACHINE
from grading.core.errors import UserError


class Command(commands.Command):
    help = (
        "Takes the second step of log-in away from somebody who lost app and recovery codes, and ends their "
        "sessions. The password is enough then, so make sure who asks. The logs of their schools say it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="e-mail address that the person logs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise UserError(f"There is no account {options['email']}.", "Look for a slip in the address.")
        ended = reset_second_factor(actor=MACHINE, user=user)
        self.stdout.write(
            f"{user.email} logs in without a second step now. App and recovery codes are removed, "
            f"sessions ended: {ended}. Two steps can be turned on again in the portal."
        )

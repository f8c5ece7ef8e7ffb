"""What the status of a grade is called; the CSV files keep the plain values."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def status_words(status: str) -> str:
    """The status of a ``Grade`` in the language that is active."""
    return {
        "passed": _("passed"),
        "failed": _("failed"),
        "open": _("open"),
        "absent": pgettext("of a student", "absent"),
        "unidentified": _("student not known"),
    }[status]

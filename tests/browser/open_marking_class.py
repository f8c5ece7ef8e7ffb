"""Twenty open answers that wait for a marker, in a home of its own: run as a process of its own.

    python -m tests.browser.open_marking_class

prints the exam, the session of a teacher, and the sheet whose report is looked at, as JSON.
"""

from __future__ import annotations

import json
import os

import django
from django.core.management import call_command

SHEETS = 20


def main() -> None:
    """Furnish the home that INKGRADE_HOME names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from grading.accounts.models import School
    from tests.browser.review_class import session_of
    from tests.review.open_class import open_class

    school = School.objects.create(name="School A")
    klass = open_class(school, sheets=SHEETS)
    session = session_of("tess@example.org", school, "teacher")
    sheet = klass.answer(1).sheet_id
    print(json.dumps({"exam": klass.exam.pk, "session": session, "sheet": sheet}))


if __name__ == "__main__":
    main()

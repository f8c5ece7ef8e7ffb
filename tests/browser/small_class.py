"""A school with everything that a page can show, in a home of its own: run as a process of its own.

    python -m tests.browser.small_class

prints the session keys of its owner and of a reviewer as JSON.
"""

from __future__ import annotations

import json
import os

import django
from django.core.management import call_command

from tests.browser.session_keys import session_of

LIKE = 12


def furnish(school: object) -> None:
    """A scanned exam with like answers, open ones, an odd page and unknown students; and an empty exam."""
    from grading.accounts.models import Course
    from grading.core.models import Job
    from grading.marking import services as marking
    from grading.scans.models import Page
    from tests.classroom import EXAM, scan_file, sheet, small_exam
    from tests.portal.conftest import scanned

    Course.objects.create(school=school, name="Physics")
    small_exam(school, text=EXAM.replace("id: small", "id: empty").replace("A small exam", "An empty exam"))  # type: ignore[arg-type]
    exam = small_exam(school, copies=LIKE + 2)  # type: ignore[arg-type]
    for number in range(1, LIKE + 1):
        scanned(sheet(exam, number), f"{1000 + number}", 0.6)
    file = scan_file(exam, "odd.pdf")
    Page.objects.create(exam=exam, file=file, scan_page=1, state=Page.State.UNREADABLE, reason="no code")
    marking.mark_exam(exam_id=exam.pk)
    Job.objects.all().delete()  # the machine is through with everything


def main() -> None:
    """Furnish the home that INKGRADE_HOME names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from grading.accounts.models import School

    school = School.objects.create(name="School A")
    people = {"owner": ("olga@example.org", "owner"), "reviewer": ("bob@example.org", "reviewer")}
    sessions = {name: session_of(email, school, role) for name, (email, role) in people.items()}
    furnish(school)
    print(json.dumps(sessions))


if __name__ == "__main__":
    main()

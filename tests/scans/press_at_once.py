"""Two people press at once to have given-up work tried again; print how much each was told is tried again."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import django


def main() -> None:
    """The second one asks while the first one's change cannot be seen yet."""
    from django.db import connection, transaction

    from grading.accounts.models import School
    from grading.core import jobs
    from grading.core.actor import MACHINE
    from grading.core.errors import UserError
    from grading.core.models import AuditEvent, Stage
    from grading.scans.under_way import try_again
    from tests.classroom import small_exam
    from tests.services import somebody_waits

    exam = small_exam(School.objects.create(name="School A"))
    jobs.enqueue(Stage.MARK, [exam.pk], exam_id=exam.pk)
    mine = next(job for job in jobs.claim(Stage.MARK, "test", 9) if job.subject_id == exam.pk)
    jobs.fail(mine, "takes too long", retry=False)

    def press() -> int:
        try:
            return try_again(actor=MACHINE, exam=exam)
        except UserError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first = try_again(actor=MACHINE, exam=exam)
            second = other.submit(press)
            while not second.done() and not somebody_waits():
                time.sleep(0.01)
        print(first, second.result(), AuditEvent.objects.filter(verb="work.tried_again").count())


if __name__ == "__main__":
    django.setup()
    main()

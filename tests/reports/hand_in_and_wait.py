"""Hand the files of the arguments in to the distributed service, wait for its marks, print answers.csv."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django


def main(exam_file: Path, roster: Path, layout: Path, scans: Path) -> None:
    """Do what the portal does when a teacher uploads, then wait for the workers."""
    from grading.core.actor import MACHINE
    from grading.core.progress import progress
    from grading.exams.examfile import load_exam
    from grading.exams.layout_json import load_layout
    from grading.exams.roster import load_roster
    from grading.reports.csvfiles import answers_csv
    from grading.reports.grade import GradeRequest, set_up
    from grading.scans.services import take_in

    request = GradeRequest(
        load_exam(exam_file), (scans,), Path(), roster=load_roster(roster), layout=load_layout(layout)
    )
    exam = set_up(request)
    with scans.open("rb") as content:
        take_in(actor=MACHINE, exam=exam, name=scans.name, content=content)
    deadline = time.monotonic() + 240
    while progress(exam_id=exam.pk).open:
        if time.monotonic() > deadline:
            sys.exit(f"the workers did not finish: {progress(exam_id=exam.pk)}")
        time.sleep(0.2)
    sys.stdout.writelines(answers_csv(exam))


if __name__ == "__main__":
    django.setup()
    main(*map(Path, sys.argv[1:]))

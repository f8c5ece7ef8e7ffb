"""Pages under load: a real server with a large exam, reviewers at work, and how long every page takes.

Prints the median, the 95th and the 99th percentile of each page in milliseconds, and fails when a 95th
percentile is above the limit. With --vitals, Chromium opens the main pages and says how they felt.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np

from tests.load.exam import QUESTIONS
from tests.load.people import Person, Times, look_around, review
from tests.load.server import Service, service

TEACHERS = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--answers", type=int, default=100_000, help="answers of the exam (100000)")
    parser.add_argument("--reviewers", type=int, default=20, help="reviewers at work (20)")
    parser.add_argument("--seconds", type=float, default=60, help="how long to measure (60)")
    parser.add_argument("--think", type=float, default=3, help="seconds a reviewer looks at an item (3)")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between a teacher's pages (0.5)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server (2)")
    parser.add_argument("--limit", type=float, default=150, help="milliseconds of the 95th percentile (150)")
    parser.add_argument("--vitals", action="store_true", help="also open the main pages in Chromium")
    wanted = parser.parse_args()
    sheets = -(-wanted.answers // QUESTIONS)
    with tempfile.TemporaryDirectory(prefix="inkgrade-load-") as home:
        found = service(Path(home), sheets=sheets, reviewers=wanted.reviewers, workers=wanted.workers)
        with found as running:
            print(f"{running.facts['answers']} answers, {wanted.reviewers} reviewers, {wanted.seconds:g} s")
            if wanted.vitals:
                from tests.load.vitals import show_vitals

                show_vitals(running, pages(running))
            times = measured(running, wanted)
    return shown(times, wanted.limit)


def pages(running: Service) -> dict[str, str]:
    """What a teacher looks at."""
    exam = f"/exams/{running.facts['exam']}"
    return {
        "exams": "/",
        "exam": f"{exam}/",
        "roster": f"{exam}/roster/",
        "scans": f"{exam}/scan/",
        "budget": f"{exam}/sure/",
        "students": f"{exam}/students/",
        "review": f"{exam}/review/",
        "results": f"{exam}/results/",
        "results: best first": f"{exam}/results/?sort=marks",
        "results: something open": f"{exam}/results/?state=open",
        "results: search": f"{exam}/results/?q=0123",
        "questions": f"{exam}/results/questions/",
        "question": f"{exam}/results/questions/1/",
        "sheet": f"{exam}/results/sheets/{running.facts['sheet']}/",
        "release": f"{exam}/release/",
        "log": f"{exam}/log/",
    }


def measured(running: Service, wanted: argparse.Namespace) -> Times:
    """The times of all requests of teachers and reviewers together."""
    times, stop, facts = Times(), threading.Event(), running.facts
    warm = Times()
    for path in pages(running).values():  # what is compiled and cached once is not what people wait for
        Person(running.address, facts["cookie"], facts["teacher"], warm).get("first", path)
    people = [
        threading.Thread(
            target=look_around,
            args=(
                Person(running.address, facts["cookie"], facts["teacher"], times),
                pages(running),
                stop,
                wanted.pause,
            ),
        )
        for _teacher in range(TEACHERS)
    ]
    for place, session in enumerate(facts["reviewers"]):
        person = Person(running.address, facts["cookie"], session, times)
        chance = random.Random(place)
        people.append(
            threading.Thread(target=review, args=(person, facts["exam"], stop, wanted.think, chance))
        )
    for thread in people:
        thread.start()
    stop.wait(wanted.seconds)
    stop.set()
    for thread in people:
        thread.join()
    return times


def shown(times: Times, limit: float) -> int:
    """Print the table; 1 when a page is too slow or failed."""
    print(f"{'page':26} {'n':>6} {'p50':>7} {'p95':>7} {'p99':>7}  ms")
    slow = []
    for page, seconds in sorted(times.seconds.items()):
        middle, high, highest = (1000 * q for q in np.quantile(seconds, (0.5, 0.95, 0.99)))
        print(f"{page:26} {len(seconds):6} {middle:7.0f} {high:7.0f} {highest:7.0f}")
        slow += [page] if high > limit else []
    for failure, n in times.failures.items():
        print(f"failed {n} times: {failure}")
    if slow:
        print(f"above {limit:g} ms: {', '.join(slow)}")
    return 1 if slow or times.failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""Pages under load: a real server with a large exam, reviewers at work, and what every page takes.

Prints a line a page. ``server`` is the time from request to answer inside the server, ``waited`` that of the
person who asked (with the queue before the server and the way of the whole page), both as median and 95th
percentile in milliseconds; ``cpu`` (without the database's) and ``queries`` are medians of one request. Fails
when a 95th percentile of the server's time is above the limit, or when a request failed. With --vitals,
Chromium opens the main pages and says how they felt.

The exam is made once and kept as a database of PostgreSQL, inkgrade_load_...; drop it to be rid of it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.load.exam import QUESTIONS
from tests.load.people import Person, Reviewer, Times, Took, look_around
from tests.load.server import Service, service

TEACHERS = 2
PARTS = ("", "?size=each", "?size=each&order=stake", "?size=single")
"""Of the queue: reviewers take turns at them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--answers", type=int, default=100_000, help="answers of the exam (100000)")
    parser.add_argument("--reviewers", type=int, default=20, help="reviewers at work (20)")
    parser.add_argument("--seconds", type=float, default=120, help="how long to measure (120)")
    parser.add_argument("--think", type=float, default=3, help="seconds a reviewer looks at an item (3)")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between a teacher's pages (0.5)")
    parser.add_argument("--workers", type=int, default=3, help="processes of the server (3)")
    parser.add_argument("--limit", type=float, default=150, help="milliseconds of the 95th percentile (150)")
    parser.add_argument("--vitals", action="store_true", help="also open the main pages in Chromium")
    wanted = parser.parse_args()
    sheets = -(-wanted.answers // QUESTIONS)
    with tempfile.TemporaryDirectory(prefix="inkgrade-load-") as home:
        found = service(Path(home), sheets=sheets, reviewers=wanted.reviewers, workers=wanted.workers)
        with found as running:
            print(f"{running.facts['answers']} answers, {wanted.reviewers} reviewers, {wanted.seconds:g} s")
            slow = shown(measured(running, wanted), wanted.limit)
            if not wanted.vitals:
                return slow
            from tests.load.vitals import show_vitals

            return max(slow, show_vitals(running, pages(running)))


def pages(running: Service) -> dict[str, str]:
    """What a teacher looks at."""
    exam = f"/exams/{running.facts['exam']}"
    return {
        "exams": "/",
        "exam": f"{exam}/",
        "questions of the exam": f"{exam}/questions/",
        "roster": f"{exam}/roster/",
        "prints": f"{exam}/print/",
        "scans": f"{exam}/scan/",
        "scans: wall": f"{exam}/scan/pages/",
        "scans: page": f"{exam}/pages/{running.facts['page']}/",
        "budget": f"{exam}/sure/",
        "students": f"{exam}/students/",
        "review": f"{exam}/review/",
        "question by question": f"{exam}/review/questions/",
        "who marks what": f"{exam}/review/assign/",
        "open answers": f"{exam}/open/",
        "results": f"{exam}/results/",
        "results: far on": f"{exam}/results/?page=80",
        "results: best first": f"{exam}/results/?sort=marks",
        "results: something open": f"{exam}/results/?state=open",
        "results: search": f"{exam}/results/?q=0123",
        "item analysis": f"{exam}/results/questions/",
        "question": f"{exam}/results/questions/1/",
        "sheet": f"{exam}/results/sheets/{running.facts['sheet']}/",
        "release": f"{exam}/release/",
        "log": f"{exam}/log/",
    }


def measured(running: Service, wanted: argparse.Namespace) -> Times:
    """The times of all requests of teachers and reviewers together."""
    times, stop = Times(), threading.Event()
    look_at_each(running, wanted.workers)
    people = [
        *teachers(running, times, stop, wanted.pause),
        *reviewers(running, times, stop, wanted.think),
    ]
    for thread in people:
        thread.start()
    stop.wait(wanted.seconds)
    stop.set()
    for thread in people:
        thread.join()
    return times


def look_at_each(running: Service, workers: int) -> None:
    """What a server compiles and caches once is not what people wait for."""
    facts = running.facts
    for _each in range(2 * workers):
        person = Person(running.address, facts["cookie"], facts["teacher"], Times())
        for path in pages(running).values():
            person.get("first", path)


def teachers(
    running: Service, times: Times, stop: threading.Event, pause: float
) -> Iterator[threading.Thread]:
    """Those who look at all pages, each beginning elsewhere."""
    facts, seen = running.facts, list(pages(running).items())
    for place in range(TEACHERS):
        person = Person(running.address, facts["cookie"], facts["teacher"], times)
        first = place * len(seen) // TEACHERS
        mine = dict(seen[first:] + seen[:first])
        yield threading.Thread(target=look_around, args=(person, mine, stop, pause))


def reviewers(
    running: Service, times: Times, stop: threading.Event, think: float
) -> Iterator[threading.Thread]:
    """Those who decide."""
    facts = running.facts
    for place, session in enumerate(facts["reviewers"]):
        person = Person(running.address, facts["cookie"], session, times)
        part = PARTS[place % len(PARTS)]
        found = Reviewer(person, facts["exam"], part, think, stop, random.Random(place))
        yield threading.Thread(target=found.work)


def shown(times: Times, limit: float) -> int:
    """Print the table; 1 when a page is too slow or failed."""
    print(f"{'':25}     n  server p50   p95  waited p50   p95    cpu queries")
    slow = []
    for page, all_took in sorted(times.of.items()):
        slow += [page] if _show(page, all_took) > limit else []
    _show("all requests together", [took for each in times.of.values() for took in each])
    for failure, n in times.failures.items():
        print(f"failed {n} times: {failure}")
    if slow:
        print(f"above {limit:g} ms: {', '.join(slow)}")
    return 1 if slow or times.failures else 0


def _show(name: str, all_took: list[Took]) -> float:
    """Print a line; the 95th percentile of the server's time in milliseconds."""
    (server, high), (waited, long) = (_milliseconds(all_took, part) for part in ("server", "waited"))
    cpu = 1000 * float(np.median([took.cpu for took in all_took]))
    queries = int(np.median([took.queries for took in all_took]))
    server_told, waited_told = f"{server:10.0f} {high:5.0f}", f"{waited:10.0f} {long:5.0f}"
    print(f"{name:25} {len(all_took):5}  {server_told}  {waited_told}  {cpu:5.0f} {queries:7}")
    return high


def _milliseconds(all_took: list[Took], name: str) -> tuple[float, float]:
    middle, high = np.quantile([1000 * getattr(took, name) for took in all_took], (0.5, 0.95))
    return float(middle), float(high)


if __name__ == "__main__":
    sys.exit(main())

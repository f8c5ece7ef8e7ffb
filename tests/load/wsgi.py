"""The portal for the load test: every answer says in its head what it took inside the server.

``Server-Timing`` holds the time from request to answer, the processor time of it, and the number of queries.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from grading.wsgi import application as portal


@dataclass(slots=True)
class Queries:
    """Counts the queries of one request."""

    n: int = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.n += 1
        return execute(*arguments)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The portal's answer, timed until its first byte could be sent; pages are whole by then."""
    begun, worked, queries = time.perf_counter(), time.thread_time(), Queries()

    def timed(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        took, cpu = 1000 * (time.perf_counter() - begun), 1000 * (time.thread_time() - worked)
        told = f"all;dur={took:.2f}, cpu;dur={cpu:.2f}, queries;dur={queries.n}"
        return start_response(status, [*headers, ("Server-Timing", told)], *rest)

    with connection.execute_wrapper(queries):
        return portal(environ, timed)

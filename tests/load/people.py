"""Teachers and reviewers as threads that ask for pages as people do, and note how long each took."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r'<form[^>]*\bid="verdict"[^>]*>.*?</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
ACTION = re.compile(r"\baction=\"([^\"]+)\"")
REDIRECTS = (301, 302, 303)


@dataclass(slots=True)
class Times:
    """Seconds by page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: str, seconds: float, status: int) -> None:
        with self._lock:
            self.seconds[page].append(seconds)
            if status >= 400:
                self.failures[f"{page}: {status}"] += 1


class Person:
    """One browser: a session, a connection that is kept, and the token for forms."""

    def __init__(self, address: str, cookie: str, session: str, times: Times) -> None:
        self._host = urlsplit(address).netloc
        self._cookies = {cookie: session}
        self._times = times
        self._connection = http.client.HTTPConnection(self._host, timeout=60)

    def get(self, page: str, path: str) -> tuple[int, str, str]:
        """Status, text and where it leads; timed under the name ``page``."""
        return self._ask(page, "GET", path, None)

    def post(self, page: str, path: str, values: dict[str, str]) -> tuple[int, str, str]:
        return self._ask(page, "POST", path, urlencode(values))

    def _ask(self, page: str, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Host": self._host}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self._times.note(page, time.perf_counter() - begun, answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, text, answer.getheader("Location") or ""


def look_around(person: Person, pages: dict[str, str], stop: threading.Event, pause: float) -> None:
    """A teacher who goes through all pages again and again."""
    while not stop.is_set():
        for page, path in pages.items():
            person.get(page, path)
            if stop.wait(pause):
                return


def review(person: Person, exam: int, stop: threading.Event, think: float, chance: random.Random) -> None:
    """A reviewer who decides one item after another, as fast as a person does."""
    while not stop.is_set():
        status, text, path = person.get("review: next", f"/exams/{exam}/review/next/")
        if status in REDIRECTS and path:
            status, text, _ = person.get("review: item", path)
        form = FORM.search(text)
        if form:
            values = dict(INPUT.findall(form[0])) | {"kind": "right"}
            person.post("review: decide", ACTION.search(form[0])[1], values)  # type: ignore[index]
        stop.wait(chance.uniform(0.5, 1.5) * think)

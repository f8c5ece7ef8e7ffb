"""Teachers and reviewers as threads that ask for pages as browsers do, and note what each took."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

TIMING = re.compile(r"\w+;dur=([\d.]+)")
ARTICLE = re.compile(r'<article class="bench".*?</article>', re.DOTALL)
FORM = re.compile(r'<form[^>]*\bid="verdict"[^>]*>.*?</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
MEMBER = re.compile(r'<input type="hidden" form="verdict" name="member" value="([^"]*)"')
ACTION = re.compile(r"\baction=\"([^\"]+)\"")
KEY = re.compile(r'data-answer="(\d+)"')
CROP = re.compile(r'data-pictures="([^"]+)"')
HEARTBEAT = 30.0  # seconds, as in the bench's script
REDIRECTS = (301, 302, 303)
Values = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Took:
    """One request: seconds until the whole answer was there, and what the server says of its own part."""

    waited: float
    server: float
    cpu: float
    queries: int


@dataclass(slots=True)
class Times:
    """What requests took by page, and what went wrong."""

    of: dict[str, list[Took]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: str, took: Took, status: int) -> None:
        with self._lock:
            self.of[page].append(took)
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

    def post(self, page: str, path: str, values: Values, *, script: bool = False) -> tuple[int, str, str]:
        """The same for a form that is sent, by the browser or by the bench's script."""
        return self._ask(page, "POST", path, urlencode(values), {"X-Bench": "1"} if script else {})

    def _ask(
        self, page: str, method: str, path: str, body: str | None, more: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Host": self._host, **(more or {})}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        waited = time.perf_counter() - begun
        server, cpu, queries = map(float, TIMING.findall(answer.getheader("Server-Timing") or ""))
        self._times.note(page, Took(waited, server / 1000, cpu / 1000, int(queries)), answer.status)
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


@dataclass(slots=True)
class Reviewer:
    """One who decides one item after another, as fast as a person does, in a part of the queue (``query``).

    Groups are pages of their own; single items come as pieces, a few ahead, as the bench's script gets them.
    """

    person: Person
    exam: int
    query: str
    think: float
    stop: threading.Event
    chance: random.Random

    def work(self) -> None:
        """Until the end: whatever comes next. People do not begin in the same instant."""
        self._think(2 * self.chance.random())
        while not self.stop.is_set():
            status, text, path = self.person.get("review: next", f"{self._at('next')}{self.query}")
            if status not in REDIRECTS or path.partition("?")[0] == f"/exams/{self.exam}/review/":
                self._think(5)  # nothing is left for this one right now
            elif "/group/" in path:
                self._group(path)
            else:
                _status, text, _ = self.person.get("review: item", path)
                self._singles(text)

    def _at(self, name: str) -> str:
        return f"/exams/{self.exam}/review/{name}/"

    def _think(self, times: float = 1) -> bool:
        """Look at what is there; False when the end comes first, and nothing more is to be sent."""
        return not self.stop.wait(times * self.chance.uniform(0.5, 1.5) * self.think)

    def _group(self, path: str) -> None:
        _status, text, _ = self.person.get("review: group", path)
        if self._think(4) and (form := FORM.search(text)):
            members = [("member", value) for value in MEMBER.findall(text)]
            values = [*INPUT.findall(form[0]), *members, ("kind", "right")]
            self.person.post("review: decide group", ACTION.search(form[0])[1], values)  # type: ignore[index]

    def _singles(self, page: str) -> None:
        line = ARTICLE.findall(page)
        token = [(name, value) for name, value in INPUT.findall(page) if name == "csrfmiddlewaretoken"][:1]
        frame = [*token, *parse_qsl(self.query.removeprefix("?"))]
        line += self._arrived(
            self.person.post("review: more", self._at("more"), frame + _held(line), script=True)
        )
        beat = time.monotonic()
        while line and self._think():
            here, *line = line
            form = FORM.search(here)
            if form is None:  # somebody else has it
                continue
            values = [*INPUT.findall(form[0]), ("kind", "right"), *_held(line)]
            action = ACTION.search(form[0])[1]  # type: ignore[index]
            line += self._arrived(self.person.post("review: decide", action, values, script=True))
            if time.monotonic() - beat > HEARTBEAT:
                held = [("answer", key) for _have, key in _held(line)]
                self.person.post("review: hold", self._at("hold"), frame + held, script=True)
                beat = time.monotonic()

    def _arrived(self, answer: tuple[int, str, str]) -> list[str]:
        """The items in an answer, each with its crop fetched ahead."""
        status, text, _ = answer
        found = ARTICLE.findall(text) if status < 400 else []
        for article in found:
            if crop := CROP.search(article):
                self.person.get("crop", crop[1].replace("&amp;", "&"))
        return found


def _held(line: list[str]) -> Values:
    return [("have", KEY.search(article)[1]) for article in line]  # type: ignore[index]

"""Walks the portal as a person would, by its links, and visits one page of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page, Response

FILES = re.compile(
    r"\.(pdf|csv|zip|yaml|json|xlsx|jpg|webp)$|/(report|class-report|download|layout|reports)/?$"
)


def kind_of(address: str) -> str:
    """Pages that differ only in a number or a query are of one kind."""
    return re.sub(r"\d+", "#", urlsplit(address).path)


def kinds_of_pages(page: Page, *starts: str) -> Iterator[str]:
    """Opens one page of every kind that can be reached from ``starts``; yields its path while it is open."""
    home = urlsplit(starts[0])
    waiting, seen = list(starts), {kind_of(start) for start in starts}
    while waiting:
        address = waiting.pop(0)
        answer = _open(page, address)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield urlsplit(page.url).path
        links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        for link in links:
            parts = urlsplit(link)
            if parts.netloc == home.netloc and not FILES.search(parts.path) and kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link)


def _open(page: Page, address: str) -> Response | None:
    """The answer; None for what the browser takes as a download."""
    try:
        return page.goto(address)
    except Error as error:
        if "Download is starting" in str(error):
            return None
        raise

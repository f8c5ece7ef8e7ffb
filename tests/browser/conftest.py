"""A real Chromium against a real embedded service: portal and workers as processes, with their own home."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.conftest import ROOT

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
PATIENCE = 180_000  # milliseconds; a machine under load is slow, not wrong
expect.set_options(timeout=PATIENCE)
EXPECTED = re.compile(r"the server responded with a status of (409|422)")
LATENCY = """() => {
  window.latencies = [];
  let pressed = 0;
  addEventListener("keydown", () => (pressed = performance.now()), true);
  const shown = () => requestAnimationFrame(() => window.latencies.push(performance.now() - pressed));
  new MutationObserver(shown).observe(document.querySelector("[data-place]"), { childList: true });
}"""
"""Milliseconds from a key to the next item on a bench, gathered in `window.latencies`."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the portal is and how to log in."""

    address: str
    email: str
    password: str


@contextmanager
def served(environment: dict[str, str], *, workers: int) -> Iterator[tuple[str, IO[str]]]:
    """`manage.py up`: its address, and what it says behind that; ended, however slow the machine is."""
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--port=0", f"--workers={workers}"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address
        yield address[0].rstrip("/"), process.stdout
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=PATIENCE / 1000)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`manage.py up` with two workers on an empty home."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "INKGRADE_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
    }
    with served(environment, workers=2) as (address, said):
        login = re.search(r"Log in as (\S+) with the password (\S+)", said.readline())
        assert login
        yield Service(address, login[1], login[2])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one the test is left out, but never on CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: install chromium, or name another one in CHROMIUM")
        pytest.skip(f"{CHROMIUM} is missing: install chromium to try the portal in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def context(chromium: Browser, *, width: int = 1280, script: bool = True) -> BrowserContext:
    """A browser of one person."""
    made = chromium.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script, accept_downloads=True
    )
    made.set_default_timeout(PATIENCE)
    return made


@pytest.fixture(scope="module")
def database_beside_a_browser() -> Iterator[None]:
    """Playwright runs a loop in this thread; Django would refuse the database there, also to tidy up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


def be(client: Client, browser: BrowserContext, address: str) -> None:
    """The browser is logged in as ``client`` is."""
    name = settings.SESSION_COOKIE_NAME
    browser.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@contextmanager
def held(page: Page, *places: str, cut: bool = False) -> Iterator[None]:
    """What the page asks of these places waits until the end of the block; then it goes on, or is cut off."""
    waiting: list[Route] = []
    is_over = False

    def go_on(route: Route) -> None:
        if cut:
            route.abort()
        else:
            route.continue_()

    def keep(route: Route) -> None:
        if is_over:
            go_on(route)
        else:
            waiting.append(route)

    for place in places:
        page.route(place, keep)
    yield
    is_over = True
    for route in waiting:
        go_on(route)


def all_saved(page: Page) -> None:
    """Waits until every decision has arrived."""
    page.wait_for_function(
        "() => !Object.keys(sessionStorage).some(key => key.startsWith('inkgrade.outbox'))"
    )


def is_ready(page: Page) -> None:
    """Waits until the scripts of the page, if any, listen: what is pressed before is heard by nobody."""
    page.locator("html[data-ready], html:not(:has(script[type=module]))").wait_for(state="attached")


def open_page(page: Page, address: str) -> None:
    """Goes there and waits until its scripts listen."""
    page.goto(address)
    is_ready(page)


def log_in(page: Page, service: Service) -> None:
    """From the login page to the list of exams."""
    page.goto(service.address)
    page.get_by_label("E-mail address").fill(service.email)
    page.get_by_label("Password").fill(service.password)
    page.get_by_role("button", name="Log in").click()
    page.locator("header.top .menu").wait_for()


@dataclass(slots=True)
class Desk:
    """A teacher's open tab; ``complaints`` of the browser (script errors, blocked styles) must stay empty."""

    page: Page
    complaints: list[str]


@contextmanager
def desk_of(chromium: Browser, service: Service) -> Iterator[Desk]:
    """A browser that is logged in and listened to."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    with context(chromium) as browser:
        page = browser.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, service)
        is_ready(page)
        yield Desk(page, complaints)


@pytest.fixture
def desk(chromium: Browser, service: Service) -> Iterator[Desk]:
    """A teacher's browser, logged in."""
    with desk_of(chromium, service) as found:
        yield found

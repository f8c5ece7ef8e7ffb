"""A marker's morning by keyboard alone: twenty answers, a change of mind about a criterion, the report."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import EXPECTED, LATENCY, all_saved, context, open_page, served
from tests.browser.open_marking_class import SHEETS
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
HUMAN_PACE = 250  # milliseconds between two keys of a fast marker
HUSH = 800  # longer than keys are refused after an answer came back
PACED = ["mark"] * 5 + ["cut"] + ["mark"] * 4
GREEN = (26, 127, 75)  # of a tick in a report


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the class is, and who looks at it."""

    address: str
    exam: int
    sheet: int
    session: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The class, served without workers: there is nothing to read."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "INKGRADE_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    furnish = [sys.executable, "-m", "tests.browser.open_marking_class"]
    made = subprocess.run(furnish, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    found = json.loads(made.stdout.splitlines()[-1])
    with served(environment, workers=1) as (address, _said):
        yield Desk(address, found["exam"], found["sheet"], found["session"])


def mark_all(page: Page, address: str) -> None:
    """Twenty answers without the mouse: criteria by numbers, a comment once typed and then by its key."""
    open_page(page, address)
    shown, total = page.locator("[data-place] article"), page.locator("[data-sum]")
    for place in range(SHEETS):
        before = shown.get_attribute("data-answer") or ""
        page.keyboard.press("1")
        expect(total).to_have_text("2")
        if place % 2:
            page.keyboard.press("2")
            expect(total).to_have_text("3.5")
        if place == 0:
            draw(page)
            page.keyboard.press("c")
            page.keyboard.type("Unit missing.")
            page.keyboard.press("Escape")
        if place == 1:
            page.keyboard.press("q")
            expect(page.get_by_label("Comment for the student")).to_have_value("Unit missing.")
        page.keyboard.press("Enter")
        if place < SHEETS - 1:
            expect(shown).not_to_have_attribute("data-answer", before)


def draw(page: Page) -> None:
    """A tick at the middle of the box, moved by arrows, and a note."""
    page.keyboard.press("v")
    before = page.locator("[data-drawn] .tick").get_attribute("transform") or ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    x, y = map(float, before[10:-1].split())
    expect(page.locator("[data-drawn] .tick")).to_have_attribute(
        "transform", f"translate({x + 5:g} {y + 1:g})"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("see page 2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-drawn] text")).to_have_text("see page 2")
    page.keyboard.press("Escape")


def change_a_criterion(page: Page, address: str) -> None:
    """The first criterion becomes worth 3: the preview says who gains, then it is saved."""
    page.goto(address)
    page.get_by_label("Points").first.fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Save, and change {SHEETS} marks")).to_be_visible()
    first = page.locator("section").filter(has_text="Who changes").locator("tbody tr").first
    expect(first.locator("td")).to_have_text(["2", "3"])
    page.get_by_role("button", name=f"Save, and change {SHEETS} marks").press("Enter")
    page.get_by_text(f"{SHEETS} answers have other marks now").wait_for()


def test_the_next_answer_is_there_at_once_and_nothing_is_lost_in_a_cut(desk: Desk, chromium: Browser) -> None:
    """Marked at a reviewer's pace, with the connection gone in the middle; undone before the next test."""
    with context(chromium) as browser:
        browser.add_cookies([{"name": "inkgrade_session", "value": desk.session, "url": desk.address}])
        page = browser.new_page()
        open_page(page, f"{desk.address}/exams/{desk.exam}/open/4/next/")
        page.wait_for_load_state("networkidle")
        page.evaluate(LATENCY)
        first = page.locator("[data-points]").first
        for key in PACED:
            if key == "cut":
                page.context.set_offline(True)
                mark_one(page)
                expect(page.locator("[data-unsaved]")).to_contain_text("there is no connection")
                page.context.set_offline(False)
            else:
                mark_one(page)
        all_saved(page)
        assert statistics.median(page.evaluate("window.latencies")) < 100
        expect(page.locator("[data-count]")).to_have_text(str(len(PACED)))
        for left in range(len(PACED) - 1, -1, -1):
            page.wait_for_timeout(HUSH)
            page.keyboard.press("u")
            expect(page.locator("[data-count]")).to_have_text(str(left))
        expect(first).not_to_be_checked()


def mark_one(page: Page) -> None:
    """The first criterion, seen, and on."""
    shown = page.locator("[data-place] article")
    before = shown.get_attribute("data-answer") or ""
    page.keyboard.press("1")
    expect(page.locator("[data-sum]")).to_have_text("2")
    page.wait_for_timeout(HUMAN_PACE)
    page.keyboard.press("Enter")
    expect(shown).not_to_have_attribute("data-answer", before)


def test_twenty_answers_a_change_of_mind_and_the_report(
    desk: Desk, chromium: Browser, tmp_path: Path
) -> None:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            complaints.append(message.text)

    with context(chromium) as browser:
        browser.add_cookies([{"name": "inkgrade_session", "value": desk.session, "url": desk.address}])
        page = browser.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        exam = f"{desk.address}/exams/{desk.exam}"
        mark_all(page, f"{exam}/open/4/next/")
        page.get_by_text("Nothing is left").or_(page.locator(".figures")).first.wait_for()
        expect(page.locator(".figures dd").first).to_have_text(str(SHEETS))
        change_a_criterion(page, f"{exam}/criteria/4/")
        page.goto(f"{exam}/results/sheets/{desk.sheet}/")
        with page.expect_download() as download:
            page.get_by_role("link", name="Report (PDF)").click()
        download.value.save_as(tmp_path / "report.pdf")
    assert not complaints
    looks_right(tmp_path / "report.pdf")


def looks_right(report: Path) -> None:
    """The last page is the student's own, with the note as text and the green of the tick."""
    document = pdfium.PdfDocument(report)
    first, last = (document[place].get_textpage().get_text_range() for place in (0, len(document) - 1))
    assert "Unit missing." in first
    assert "names the force (+3)" in first
    assert "see page 2" in last
    assert "3/5" in last
    colours = document[len(document) - 1].render(scale=2).to_pil().convert("RGB").getcolors(1_000_000)
    assert GREEN in {colour for _count, colour in colours or []}

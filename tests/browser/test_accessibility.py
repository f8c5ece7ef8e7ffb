"""Every page that a person can reach: axe finds nothing, the keyboard suffices, nothing overflows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import context, is_ready, open_page, served
from tests.conftest import ROOT
from tools.sitemap import kinds_of_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that changes in the dark
SHIFTS = """async () => {
  let sum = 0;
  const add = (all) => { for (const one of all) sum += one.value; };
  const watch = new PerformanceObserver((list) => add(list.getEntries()));
  watch.observe({ type: "layout-shift", buffered: true });
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  add(watch.takeRecords());
  return sum;
}"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A furnished school and its portal: its address, and the sessions of its owner and of a reviewer."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "INKGRADE_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "tests.browser.small_class"]
    made = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    with served(environment, workers=1) as (address, _said):
        yield json.loads(made.stdout.splitlines()[-1]) | {"address": address}


def desk(chromium: Browser, school: dict[str, str], person: str, width: int = 1280) -> Page:
    """A tab in which a person is logged in."""
    browser = context(chromium, width=width)
    cookie = {"name": "inkgrade_session", "value": school[person], "url": school["address"]}
    browser.add_cookies([cookie])  # type: ignore[list-item]
    page = browser.new_page()
    page.emulate_media(reduced_motion="reduce")  # a colour on its way from light to dark is no colour
    return page


def faults(page: Page) -> list[str]:
    """What axe finds on the page in light, and of its colours in the dark."""
    found = []
    for theme, rules in (("light", EVERY_RULE), ("dark", COLOURS)):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for rule in Axe().run(page, options={"runOnly": rules}).response["violations"]:
            found += [f"{page.url} {theme} {rule['id']}: {node['html'][:160]}" for node in rule["nodes"]]
    return found


@pytest.mark.parametrize("person", ["owner", "reviewer"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, school: dict[str, str], person: str) -> None:
    page = desk(chromium, school, person)
    found, visited = [], []
    for path in kinds_of_pages(page, f"{school['address']}/", f"{school['address']}/components/"):
        visited.append(path)
        is_ready(page)
        found += faults(page)
    assert not found, "\n".join(found)
    assert len(visited) >= (25 if person == "owner" else 6), visited


def test_axe_finds_nothing_before_the_login_and_on_error_pages(
    chromium: Browser, school: dict[str, str]
) -> None:
    page = context(chromium).new_page()
    page.emulate_media(reduced_motion="reduce")
    for path in ("/login/", "/nothing-here/"):
        open_page(page, school["address"] + path)
        found = faults(page)
        assert not found, "\n".join(found)


def test_nothing_overflows_on_a_phone_in_either_direction_nor_moves_while_loading(
    chromium: Browser, school: dict[str, str]
) -> None:
    page = desk(chromium, school, "owner", width=390)
    wide, moved = set(), {}
    for path in kinds_of_pages(page, f"{school['address']}/", f"{school['address']}/components/"):
        is_ready(page)
        if (shift := page.evaluate(SHIFTS)) >= 0.1:
            moved[path] = shift
        for direction in ("ltr", "rtl"):
            page.evaluate("dir => { document.documentElement.dir = dir }", direction)
            if page.evaluate("document.documentElement.scrollWidth") > 390:
                wide.add(f"{path} {direction}")
    assert wide == set()
    assert moved == {}


def test_the_first_tab_stop_skips_to_the_content(chromium: Browser, school: dict[str, str]) -> None:
    page = desk(chromium, school, "owner")
    open_page(page, school["address"])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_dialogs_and_menus_keep_the_focus_and_give_it_back(chromium: Browser, school: dict[str, str]) -> None:
    page = desk(chromium, school, "owner")
    open_page(page, f"{school['address']}/components/")
    opener = page.get_by_role("button", name="Open a dialog")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A dialog")
    expect(dialog).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "['DIALOG', 'BODY'].includes(document.activeElement.tagName) "
            "|| document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    menu = page.locator("header .menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.get_by_role("button", name="Log out")).to_be_hidden()


def test_light_and_dark_change_at_once_and_stay(chromium: Browser, school: dict[str, str]) -> None:
    page = desk(chromium, school, "owner")
    open_page(page, school["address"])
    page.locator("header .menu summary").click()
    with page.expect_response("**/appearance/"):
        page.get_by_role("button", name="Dark").click()
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", paper)[:3]) < 60

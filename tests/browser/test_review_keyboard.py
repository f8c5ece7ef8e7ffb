"""A day of two reviewers: by keyboard, at once, with a connection that breaks, and on a phone."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import LATENCY, PATIENCE, all_saved, context, held, open_page, served
from tests.browser.review_class import GROUPED
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SINGLE = "review/next/?size=single"
HUMAN_PACE = 250  # milliseconds between two keys of a fast reviewer
ITEMS = 100


@dataclass(frozen=True, slots=True)
class Class:
    """A served class with its reviewers' sessions, and its database to look into."""

    address: str
    exam: str
    sessions: dict[str, str]
    database: Path

    def flagged(self) -> list[int]:
        """The answers that are flagged."""
        with sqlite3.connect(self.database, timeout=PATIENCE / 1000) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM marking_answer WHERE flagged")]

    def decisions(self) -> list[tuple[int, str, str, str]]:
        """Answer, kind, marks and author of every decision, in order."""
        query = (
            "SELECT a.id, d.kind, coalesce(d.marks, ''), u.email FROM marking_decision d "
            "JOIN marking_answer a ON a.sheet_id = d.sheet_id AND a.question = d.question "
            "JOIN accounts_user u ON u.id = d.by_id ORDER BY d.id"
        )
        with sqlite3.connect(self.database, timeout=PATIENCE / 1000) as connection:
            return connection.execute(query).fetchall()


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "grading.settings",
        "INKGRADE_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The home of a class that nobody has reviewed yet, with its exam and sessions."""
    home = tmp_path_factory.mktemp("class") / "home"
    command = [sys.executable, "-m", "tests.browser.review_class"]
    made = subprocess.run(
        command, env=_environment(home), check=True, capture_output=True, text=True, cwd=ROOT
    )
    return home, {name: str(value) for name, value in json.loads(made.stdout.splitlines()[-1]).items()}


@pytest.fixture
def a_class(built: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Class]:
    """A copy of the class for every test, served without workers: everything is read already."""
    home, facts = tmp_path / "home", dict(built[1])
    shutil.copytree(built[0], home)
    with served(_environment(home), workers=0) as (address, _said):
        exam = f"{address}/exams/{facts.pop('exam')}/"
        yield Class(address, exam, facts, home / "inkgrade.sqlite3")


@contextmanager
def reviewer(chromium: Browser, a_class: Class, name: str, path: str, width: int = 1280) -> Iterator[Page]:
    """A reviewer's browser at a page of the exam; any script error fails the test."""
    faults: list[str] = []
    with context(chromium, width=width) as browser:
        session = a_class.sessions[name]
        browser.add_cookies([{"name": "inkgrade_session", "value": session, "url": a_class.address}])
        page = browser.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        open_at(page, a_class, path)
        yield page
    assert not faults


def open_at(page: Page, a_class: Class, path: str) -> None:
    """Goes there and waits until keys are heard."""
    open_page(page, f"{a_class.exam}{path}")


def taking_keys(page: Page, answer: int | str = "") -> Locator:
    """The item on the bench (or this answer there) once it takes keys: none while another is awaited."""
    which = f'[data-answer="{answer}"]' if answer else "[data-answer]"
    return page.locator(f"[data-place] {which}:not([inert])")


def on_bench(page: Page) -> str:
    """The answer on the bench, once it takes keys."""
    return taking_keys(page).get_attribute("data-answer") or ""


def decide(page: Page, *keys: str) -> int:
    """Presses keys that decide the item on the bench; which it was, once another takes keys in its place."""
    before = on_bench(page)
    for key in keys:
        page.keyboard.press(key)
    page.locator(f'[data-place] article:not([inert]):not([data-answer="{before}"])').wait_for()
    return int(before)


def line_is_here(page: Page) -> None:
    """Waits until the items behind the one on the bench have come."""
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('/more/'))"
    )


def refused_by_the_bench(page: Page, *keys: str) -> None:
    """Presses keys, of each of which the bench must say that it was not taken."""
    for key in keys:
        page.keyboard.press(key)
        expect(page.locator(".toast")).to_contain_text(f"“{key}” was not taken")


def test_a_hundred_items_by_keyboard_are_each_decided_once(
    chromium: Browser, a_class: Class, capsys: pytest.CaptureFixture[str]
) -> None:
    ways = {"right": ["Enter"], "wrong": ["Backspace"], "marks": ["1", "Enter"]}
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        page.evaluate(LATENCY)
        said = []
        for number in range(ITEMS):
            kind = list(ways)[number % 3]
            said.append((decide(page, *ways[kind]), kind))
            page.wait_for_timeout(HUMAN_PACE)
        all_saved(page)
        latencies = page.evaluate("window.latencies")
    assert [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()] == said
    assert len({answer for answer, _kind in said}) == ITEMS
    median = statistics.median(latencies)
    with capsys.disabled():
        print(
            f"\nkey to next of {len(latencies)} items: median {median:.0f} ms, most {max(latencies):.0f} ms"
        )
    if os.environ.get("INKGRADE_TIMING"):
        assert median < 100


def test_two_reviewers_at_once_decide_different_items(chromium: Browser, a_class: Class) -> None:
    with (
        reviewer(chromium, a_class, "bob", SINGLE) as bob,
        reviewer(chromium, a_class, "dora", SINGLE) as dora,
    ):
        mine, theirs = [], []
        for _ in range(15):
            mine.append(decide(bob, "Enter"))
            theirs.append(decide(dora, "Backspace"))
        all_saved(bob)
        all_saved(dora)
    saved = {(answer, by.partition("@")[0]) for answer, _kind, _marks, by in a_class.decisions()}
    assert saved == {*((answer, "bob") for answer in mine), *((answer, "dora") for answer in theirs)}
    assert not set(mine) & set(theirs)


def test_an_answer_lost_on_its_way_back_is_asked_for_again_and_counts_once(
    chromium: Browser, a_class: Class
) -> None:
    cuts = []

    def arrive_but_do_not_return(route: Route) -> None:
        cuts.append(route.fetch().status)
        route.abort()

    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        page.route("**/decide/", arrive_but_do_not_return, times=1)
        decided = decide(page, "1", "Enter")
        expect(page.locator("[data-unsaved]")).to_contain_text("there is no connection")
        all_saved(page)
        expect(page.locator("[data-unsaved]")).to_be_hidden()
    assert cuts == [200]
    assert [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()] == [(decided, "marks")]


def test_a_cut_connection_keeps_every_decision_until_it_is_back(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        line_is_here(page)
        page.context.set_offline(True)
        said = [decide(page, "Enter"), decide(page, "1", "Enter")]
        expect(page.locator("[data-unsaved]")).to_contain_text("Not saved: there is no connection")
        assert a_class.decisions() == []
        page.context.set_offline(False)
        all_saved(page)
    found = [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()]
    assert found == [(said[0], "right"), (said[1], "marks")]


def test_a_session_that_ended_loses_nothing(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        line_is_here(page)
        page.context.clear_cookies(name="inkgrade_session")
        decided = decide(page, "1", "Enter")
        expect(page.locator("[data-unsaved]")).to_contain_text("you were logged out")
        session = a_class.sessions["bob"]
        page.context.add_cookies([{"name": "inkgrade_session", "value": session, "url": a_class.address}])
        page.locator("[data-send]").dispatch_event("click")  # it may have been sent by itself just now
        all_saved(page)
    assert [answer for answer, *_rest in a_class.decisions()] == [decided]


def test_an_item_that_somebody_else_decided_comes_back_with_what_was_typed(
    chromium: Browser, a_class: Class
) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as bob:
        answer = on_bench(bob)
        bob.route("**/hold/", lambda route: route.abort())  # asleep: his hold is not renewed
        with sqlite3.connect(a_class.database, timeout=PATIENCE / 1000) as connection:
            connection.execute(
                "UPDATE review_lease SET until = '2000-01-01 00:00:00' WHERE answer_id = ?", [answer]
            )
        with reviewer(chromium, a_class, "dora", f"review/{answer}/") as dora:
            dora.keyboard.press("Backspace")
            all_saved(dora)
        bob.keyboard.press("1")
        bob.keyboard.press("Enter")
        expect(bob.locator("[data-refusal]")).to_contain_text("Somebody decided on this answer")
        expect(bob.get_by_label("Marks, up to")).to_have_value("1")
        assert on_bench(bob) == answer
    assert len(a_class.decisions()) == 1


def test_undo_back_flag_page_and_keys_by_keyboard(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        first = decide(page, "Enter")
        second = decide(page, "r", "4", "1", "2", "Enter")
        page.keyboard.press("u")
        taking_keys(page, second).wait_for()
        page.keyboard.press("u")
        taking_keys(page, first).wait_for()
        page.keyboard.press("f")
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
        all_saved(page)
        expect(page.locator("[data-refusal]")).to_be_hidden()
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("p")
        expect(page.locator("#whole-page .over-image img")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Right: full marks")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.keyboard.press("z")
        expect(page.locator("[data-hero].near")).to_be_visible()
        assert decide(page, "ArrowRight") == first
        page.keyboard.press("ArrowLeft")
        taking_keys(page, first).wait_for()
    kinds = [kind for _answer, kind, _marks, _by in a_class.decisions()]
    assert kinds == ["right", "reading", "undo", "undo"]
    assert a_class.flagged() == [first]


def test_a_key_pressed_while_the_next_answer_is_awaited_is_not_lost_in_silence(
    chromium: Browser, a_class: Class
) -> None:
    with reviewer(chromium, a_class, "bob", "review/") as page:
        with held(page, "**/more/", "**/decide/"):
            open_at(page, a_class, SINGLE)
            first = on_bench(page)
            page.keyboard.press("Enter")
            refused_by_the_bench(page, "f", "u", "r", "4", "Enter")
        page.locator(f'[data-place] article:not([inert]):not([data-answer="{first}"])').wait_for()
        second = on_bench(page)
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("f")
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
        all_saved(page)
    assert [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()] == [(int(first), "right")]
    assert a_class.flagged() == [int(second)]


def test_no_key_acts_on_an_answer_that_an_undo_is_about_to_replace(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        first, second = decide(page, "Enter"), decide(page, "Backspace")
        with held(page, "**/decide/", "**/undo/"):
            third = on_bench(page)
            page.keyboard.press("u")
            refused_by_the_bench(page, "f", "Backspace", "u", "ArrowLeft")
        taking_keys(page, second).wait_for()
        with held(page, "**/decide/", "**/undo/"):
            page.keyboard.press("u")
            refused_by_the_bench(page, "f")
        taking_keys(page, first).wait_for()
        page.keyboard.press("f")
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
        said = [decide(page, "Enter"), decide(page, "Enter")]
        assert (said, on_bench(page)) == ([first, second], third)
        all_saved(page)
    kinds = [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()]
    undone = [(first, "right"), (second, "wrong"), (second, "undo"), (first, "undo")]
    assert kinds == [*undone, (first, "right"), (second, "right")]
    assert a_class.flagged() == [first]


def test_a_flag_set_and_taken_off_before_the_server_answers_is_off(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        flag = page.get_by_role("button", name="Flag")
        with held(page, "**/flag/"):
            page.keyboard.press("f")
            expect(flag).to_have_attribute("aria-pressed", "true")
            page.keyboard.press("f")
            expect(flag).to_have_attribute("aria-pressed", "false")
        all_saved(page)
        expect(flag).to_have_attribute("aria-pressed", "false")
    assert a_class.flagged() == []


def test_an_undo_whose_answer_is_lost_on_its_way_back_takes_back_one_decision(
    chromium: Browser, a_class: Class
) -> None:
    cuts = []

    def arrive_but_do_not_return(route: Route) -> None:
        cuts.append(route.fetch().status)
        route.abort()

    with reviewer(chromium, a_class, "bob", SINGLE) as page:
        decide(page, "Enter")
        second = decide(page, "Enter")
        page.route("**/undo/", arrive_but_do_not_return, times=1)
        page.keyboard.press("u")
        taking_keys(page, second).wait_for()
        all_saved(page)
    assert cuts == [200]
    assert [kind for _answer, kind, _marks, _by in a_class.decisions()] == ["right", "right", "undo"]


def test_a_group_is_decided_by_one_key_without_those_taken_out(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", "review/next/") as page:
        expect(page.locator(".member")).to_have_count(GROUPED)
        for key in ("ArrowDown", "Space", "ArrowDown", "Space"):
            page.keyboard.press(key)
        expect(page.locator(".member :checked")).to_have_count(2)
        page.keyboard.press("Backspace")
        page.get_by_text(f"{GROUPED - 2} answers decided. 2 come by themselves.").wait_for()
        page.locator("[data-place]").wait_for()  # no group is left: single ones
    kinds = [kind for _answer, kind, _marks, _by in a_class.decisions()]
    assert kinds == ["wrong"] * (GROUPED - 2)


def test_keys_of_ones_own_are_the_keys_of_the_bench(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "bob", "review/keys/") as page:
        page.get_by_label("Left hand").check()
        page.get_by_role("button", name="Remember these keys").click()
        page.get_by_text("Your keys are remembered.").wait_for()
        page.get_by_label("Wrong: no marks").fill("g")
        with page.expect_response(
            lambda answer: answer.request.method == "POST"
        ):  # the first words still stand
            page.get_by_role("button", name="Remember these keys").click()
        open_at(page, a_class, SINGLE)
        said = [(decide(page, "Space"), "right"), (decide(page, "g"), "wrong")]
        all_saved(page)
    assert [(answer, kind) for answer, kind, _marks, _by in a_class.decisions()] == said


def test_a_phone_shows_every_bench_whole(chromium: Browser, a_class: Class) -> None:
    parts = ("review/", "review/next/", SINGLE, "review/keys/", "review/sheet/next/", "students/")
    with reviewer(chromium, a_class, "alice", "review/", width=390) as page:
        for part in parts:
            open_at(page, a_class, part)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, part


def test_on_a_phone_crop_key_and_verdict_are_in_view_together(chromium: Browser, a_class: Class) -> None:
    with reviewer(chromium, a_class, "alice", "review/next/", width=390) as page:
        page.set_viewport_size({"width": 390, "height": 740})
        for part, crop in (("review/next/", ".member"), (SINGLE, "[data-hero]")):
            open_at(page, a_class, part)
            for place in (crop, ".facts > :first-child", ".calls .yes", ".calls .no"):
                expect(page.locator(place).first).to_be_in_viewport()
        expect(page.locator(".calls .yes")).to_be_in_viewport(ratio=1)

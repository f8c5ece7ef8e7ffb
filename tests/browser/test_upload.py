"""Uploads under a bad connection, and a wall that changes beneath nobody's fingers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import Desk, Service, desk_of, held

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PIECE = 4 << 20


@pytest.fixture(scope="module")
def scan_page(chromium: Browser, service: Service) -> str:
    """The address of the page for scans of a new exam."""
    with desk_of(chromium, service) as desk:
        page = desk.page
        page.goto(f"{service.address}/exams/new/")
        page.get_by_label("Title").fill("Uploads")
        page.get_by_label("Short name").fill("uploads")
        first = page.locator("fieldset").first
        first.get_by_label("Key").fill("42")
        first.get_by_label("Marks", exact=True).fill("2")
        page.get_by_role("button", name="Set up this exam").click()
        page.get_by_role("heading", name="Uploads").wait_for()
        return f"{page.url.rstrip('/')}/scan/"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of three pieces that is no scan."""
    path = tmp_path / "large.pdf"
    path.write_bytes(os.urandom(2 * PIECE + 1000))
    return path


def drop(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def test_a_cut_upload_goes_on_in_another_tab_where_it_stopped(
    desk: Desk, scan_page: str, large: Path
) -> None:
    first, pieces = desk.page, iter([True, False])

    def cut(route: Route) -> None:
        if route.request.method == "PATCH" and not next(pieces, False):
            route.abort()
        else:
            route.continue_()

    first.goto(scan_page)
    first.route("**/scan/uploads/**", cut)
    drop(first, large)
    first.locator("#files").get_by_text("no connection").wait_for()
    first.close()

    second = desk.page.context.new_page()
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    second.on("request", note)
    second.goto(scan_page)
    drop(second, large)
    second.locator("#files").get_by_text("taken in").wait_for()
    assert offsets == [PIECE, 2 * PIECE]
    second.locator(".thumbs li", has_text="large.pdf").wait_for()


def test_a_file_dropped_before_the_script_is_here_is_taken_in(
    desk: Desk, scan_page: str, tmp_path: Path
) -> None:
    early = tmp_path / "early.pdf"
    early.write_bytes(os.urandom(700))
    page = desk.page
    with held(page, "**/upload*.js"):
        with page.expect_request("**/upload*.js"):
            page.goto(scan_page)
        drop(page, early)
    expect(page.locator("#files li", has_text="early.pdf")).to_contain_text("taken in")


def test_one_refused_file_blocks_no_other_and_may_be_tried_again(
    desk: Desk, scan_page: str, tmp_path: Path
) -> None:
    empty, sound = tmp_path / "empty.pdf", tmp_path / "sound.pdf"
    empty.touch()
    sound.write_bytes(os.urandom(999))
    page = desk.page
    page.goto(scan_page)
    drop(page, empty, sound)
    lines = page.locator("#files li")
    expect(lines.filter(has_text="sound.pdf")).to_contain_text("taken in")
    expect(lines.filter(has_text="empty.pdf")).to_contain_text("is empty: scan the pages again")
    expect(page.locator("#uploads [data-sum]")).to_have_text("1 of 2 files are taken in; not taken in: 1")
    page.get_by_role("button", name="Try again").click()
    expect(lines.filter(has_text="empty.pdf")).to_contain_text("is empty")


def test_new_pages_appear_without_taking_the_focus_away(desk: Desk, scan_page: str, tmp_path: Path) -> None:
    page = desk.page
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    for file in (one, two):
        file.write_bytes(os.urandom(500))
    page.goto(scan_page)
    drop(page, one)
    seen = page.locator(".thumbs li", has_text="one.pdf").get_by_role("link")
    seen.focus()
    seen.evaluate("link => { link.kept = true }")
    drop(page, two)
    page.locator(".thumbs li", has_text="two.pdf").wait_for()
    expect(seen).to_be_focused()
    assert seen.evaluate("link => link.kept")

"""An exam of every type is made, ordered and saved without a mouse, with the printed page beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Desk, Service, is_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
QUESTIONS = [
    ("Digits", {"Key": "42"}),
    ("Number", {"Key": "9.81", "Tolerance": "0.02", "Unit": "m"}),
    ("Word", {"Key": "mitochondrion"}),
    ("One", {"Options": "A, B, C", "Key": "C"}),
    ("Several", {"Options": "A, B, C", "Key": "A, C"}),
    ("Open", {"Lines to write on": "3", "Rubric": "clear = 2"}),
]


def write(page: Page, field: Locator, text: str) -> None:
    """Typed key by key into a field that has the focus."""
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, select: Locator, kind: str) -> None:
    """By arrow keys: letters typed too slowly, as on a machine under load, each begin a new word."""
    select.focus()
    page.keyboard.press("Home")
    names = select.locator("option").all_inner_texts()
    for _step in range(next(place for place, name in enumerate(names) if name.startswith(kind))):
        page.keyboard.press("ArrowDown")
    expect(select.locator("option:checked")).to_contain_text(re.compile(f"^{kind}"))


def add_question(page: Page, row: Locator, kind: str, fields: dict[str, str]) -> None:
    choose(page, row.get_by_label("Type"), kind)
    write(page, row.get_by_label("Marks", exact=True), "2")
    for label, text in fields.items():
        write(page, row.get_by_label(label, exact=True), text)


def ready(page: Page) -> None:
    """The editor hears keys: what only works with script is there."""
    is_ready(page)
    expect(page.locator("[data-question]:visible")).to_have_count(1)


def fill(page: Page, code: str) -> Locator:
    """The whole form, and its questions that can be seen."""
    rows = page.locator("[data-question]:visible")
    write(page, page.get_by_label("Title"), "By keyboard")
    write(page, page.get_by_label("Short name"), code)
    for place, (kind, fields) in enumerate(QUESTIONS):
        if place:
            page.get_by_role("button", name="Add a question").press("Enter")
            expect(rows.nth(place).get_by_label("Type").locator("option:checked")).to_contain_text(
                QUESTIONS[place - 1][0]
            )
            expect(rows.nth(place).get_by_label("Marks", exact=True)).to_have_value("2")
        add_question(page, rows.nth(place), kind, fields)
    return rows


def test_an_exam_of_every_type_is_made_by_keyboard(desk: Desk, service: Service) -> None:
    page = desk.page
    page.goto(f"{service.address}/exams/new/")
    expect(page.locator("[data-page-note]")).to_contain_text("appears here with the first question")
    ready(page)
    rows = fill(page, "by-keyboard")
    sheet = page.locator("[data-printed] svg")
    expect(sheet.locator("[data-spot]")).to_have_count(6)
    expect(sheet).to_contain_text("By keyboard")

    rows.nth(5).get_by_label("Rubric").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-said-aloud]")).to_have_text("Question 6 is now number 5 of 6.")
    expect(rows.nth(4).get_by_label("Rubric")).to_be_focused()
    rows.nth(4).get_by_role("button", name="Move up").press("Enter")
    expect(page.locator("[data-said-aloud]")).to_have_text("Question 5 is now number 4 of 6.")

    write(page, page.get_by_label("Title"), "In another order")
    expect(sheet).to_contain_text("In another order")
    page.get_by_role("button", name="Set up this exam").press("Enter")
    expect(page.get_by_role("heading", name="In another order")).to_be_visible()
    page.get_by_role("link", name="Questions and keys").press("Enter")
    expect(page).to_have_url(re.compile("/questions/"))
    expect(rows).to_have_count(6)
    kinds = [row.get_by_label("Type").input_value() for row in rows.all()]
    assert kinds == ["digits", "number", "text", "manual", "choice", "multi"]
    assert desk.complaints == []


def test_a_warning_appears_beside_the_question_as_one_writes(desk: Desk, service: Service) -> None:
    page = desk.page
    page.goto(f"{service.address}/exams/new/")
    ready(page)
    row = page.locator("[data-question]:visible").first
    add_question(page, row, "Several", {"Options": "A, a, B", "Key": "A"})
    expect(row.locator(".said .look")).to_contain_text("look alike")
    write(page, row.get_by_label("Options"), "A, B, C")
    expect(row.locator(".said .look")).to_have_count(0)


def test_what_was_written_outlives_the_end_of_a_session(desk: Desk, service: Service) -> None:
    page = desk.page
    page.goto(f"{service.address}/exams/new/")
    ready(page)
    fill(page, "outlived")
    page.context.clear_cookies(name="inkgrade_session")
    page.get_by_role("button", name="Set up this exam").press("Enter")
    expect(page.locator("[data-page-note]")).to_contain_text("You were logged out")
    expect(page.get_by_label("Title")).to_have_value("By keyboard")

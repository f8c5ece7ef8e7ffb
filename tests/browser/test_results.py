"""Results in a browser: the slider of the budget, the filtered table, another key or reader seen first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from grading.core.actor import MACHINE
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from tests.browser.conftest import all_saved, be, context, is_ready, open_page
from tests.portal.conftest import Graded
from tests.portal.conftest import graded as graded  # noqa: PLC0414 (a fixture, for pytest)
from tests.portal.other_reader import NewReader, work
from tests.portal.other_reader import reader as reader  # noqa: PLC0414 (a fixture, for pytest)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_beside_a_browser"),
]


@pytest.fixture
def tab(chromium: Browser, live_server: LiveServer, graded: Graded, alice_client: Client) -> Iterator[Page]:
    """Alice's browser; script errors fail the test."""
    complaints: list[str] = []
    with context(chromium) as browser:
        be(alice_client, browser, live_server.url)
        page = browser.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


def test_the_slider_tells_the_load_of_another_budget_without_asking_the_server(
    tab: Page, live_server: LiveServer, graded: Graded
) -> None:
    open_page(tab, live_server.url + reverse("marking:budget", args=[graded.exam.pk]))
    slider = tab.get_by_label("May be wrong, from strict to lenient")
    choose = tab.locator("[data-choose]")
    expect(choose).to_be_disabled()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    slider.press("ArrowRight")
    expect(tab.locator("[data-show=budget]")).to_have_text("1.25 %")
    assert asked == []
    expect(choose).to_be_enabled()
    choose.click()
    tab.get_by_text("The budget is 1.25 % now.").wait_for()
    assert Exam.objects.get().load_spec().error_budget == 0.0125


def test_the_table_follows_what_is_typed(tab: Page, live_server: LiveServer, graded: Graded) -> None:
    open_page(tab, live_server.url + reverse("reports:results", args=[graded.exam.pk]))
    tab.get_by_label("Find a student").press_sequentially("ben")
    expect(tab).to_have_url(re.compile("q=ben"))  # no table of fewer letters comes behind this one
    expect(tab.locator("#table tbody tr")).to_have_count(1)
    expect(tab.locator("#table")).to_contain_text("Ben")
    tab.get_by_role("link", name="show all").click()
    expect(tab.locator("#table tbody tr")).to_have_count(2)


def test_another_key_is_seen_before_it_is_applied(tab: Page, live_server: LiveServer, graded: Graded) -> None:
    tab.goto(live_server.url + reverse("reports:question", args=[graded.exam.pk, "3"]))
    tab.get_by_role("link", name="Change the key").click()
    tab.get_by_label("B", exact=True).check()
    tab.get_by_role("button", name="See what would change").click()
    expect(tab.get_by_role("region", name="Whose mark changes").locator("tbody tr")).to_have_count(2)
    tab.get_by_role("button", name="Apply: 2 marks change").click()
    tab.get_by_text("Question 3 has its new key.").wait_for()


def test_another_reader_is_compared_in_the_background_before_it_counts(
    tab: Page, live_server: LiveServer, graded: Graded, reader: NewReader
) -> None:
    tab.goto(live_server.url + reverse("reports:results", args=[graded.exam.pk]))
    tab.get_by_role("link", name="Compare the readers").click()
    tab.get_by_role("button", name="Read again and compare").click()
    expect(tab.get_by_text("0 of 2 pages are read again.")).to_be_visible()
    work()
    rows = tab.get_by_role("region", name="Answers that differ").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_role("img")).to_have_js_property("complete", True)
    assert list(Answer.objects.filter(question="1").values_list("marks", flat=True)) == [None, None]
    tab.get_by_role("button", name="Take the new readings: 2 marks change").click()
    tab.get_by_text("6 new readings count now.").wait_for()
    work()
    assert list(Answer.objects.filter(question="1").values_list("marks", flat=True)) == [2, 2]


def test_a_claim_goes_from_the_sheet_to_another_mark_and_back(
    tab: Page, live_server: LiveServer, graded: Graded
) -> None:
    answer = marking.decide(actor=MACHINE, answer=graded.answer(0, "1"), kind=Decision.Kind.WRONG)
    sheet = live_server.url + reverse("reports:sheet", args=[graded.exam.pk, answer.sheet.pk])
    open_page(tab, sheet)
    own = tab.locator("details", has_text=f"in question {answer.question}")
    own.locator("summary").click()
    own.get_by_label("What the student says").fill("It is what the key says.")
    own.get_by_role("button", name="Have it looked at again").click()
    expect(tab.get_by_text("claim open")).to_be_visible()
    open_page(tab, live_server.url + reverse("review:queue", args=[graded.exam.pk]))
    claims = reverse("marking:claims", args=[graded.exam.pk])
    tab.locator(f"a[href='{claims}']").first.click()
    expect(tab.locator("blockquote")).to_have_text("It is what the key says.")
    tab.get_by_role("link", name="Change the mark").click()
    is_ready(tab)
    tab.keyboard.press("Enter")
    all_saved(tab)
    open_page(tab, live_server.url + claims)
    tab.get_by_label("Reply to the student").fill("You are right.")
    tab.get_by_role("button", name="Answer: changed").click()
    expect(tab.get_by_text("No claim is open")).to_be_visible()
    open_page(tab, sheet)
    expect(tab.get_by_text(f"changed: 0 → {answer.max_marks:g}")).to_be_visible()
    expect(tab.locator("q", has_text="You are right.")).to_be_visible()
    answer.refresh_from_db()
    assert (answer.status, answer.marks) == ("human", answer.max_marks)

"""A known item on the bench of a reviewer in a browser: decided like any other, and no mark is made of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from grading.core.actor import Actor
from grading.exams.models import Exam
from grading.marking import services as marking
from grading.marking.models import Answer, Decision
from grading.review.models import KnownItem
from tests.browser.conftest import be, context
from tests.portal.conftest import Graded
from tests.portal.conftest import graded as graded  # noqa: PLC0414 (a fixture, for pytest)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_beside_a_browser"),
]


def test_a_known_item_is_decided_and_taken_back_like_any_other(
    chromium: Browser, live_server: LiveServer, graded: Graded, alice_actor: Actor, bob_client: Client
) -> None:
    known = graded.answer(0, "1")
    marking.decide(actor=alice_actor, answer=known, kind=Decision.Kind.WRONG)
    Exam.objects.update(known_one_in=1)
    with context(chromium) as browser:
        be(bob_client, browser, live_server.url)
        page = browser.new_page()
        page.goto(live_server.url + reverse("review:next", args=[graded.exam.pk]) + "?size=each")
        here = page.locator("article.bench")
        expect(here).to_have_attribute("data-answer", str(known.pk))
        here.get_by_role("button", name="Right").click()
        expect(here).not_to_have_attribute("data-answer", str(known.pk))
        here.get_by_role("button", name="Undo").click()
        expect(here).to_have_attribute("data-answer", str(known.pk))
        expect(here).not_to_contain_text("A person decided")
        with page.expect_response(lambda answer: answer.url.endswith(f"/{known.pk}/decide/")):
            here.get_by_role("button", name="Right").click()
    assert KnownItem.objects.get().kind == Decision.Kind.RIGHT
    assert Answer.objects.get(pk=known.pk).marks == 0
    assert Decision.objects.count() == 1

"""Every page is there soon, answers at once and does not jump, as web.dev calls good."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser

from tests.browser.test_accessibility import desk, school
from tests.browser.vitals import Vitals, vitals
from tools.sitemap import kinds_of_pages

__all__ = ["school"]  # the furnished school, as a fixture
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
TRIES = 3
BUSY = 3.0
"""Processes that wait for each core: times then tell of them, not of the pages."""


@pytest.mark.parametrize("person", ["owner", "reviewer"])
def test_every_page_is_there_soon_answers_at_once_and_does_not_jump(
    person: str, chromium: Browser, school: dict[str, str]
) -> None:
    if os.getloadavg()[0] > BUSY * (os.cpu_count() or 1):
        pytest.skip("measures time, and this machine is busy with other things")
    page = desk(chromium, school, person)
    paths = list(kinds_of_pages(page, f"{school['address']}/", f"{school['address']}/components/"))
    felt: dict[str, Vitals] = {}
    for path in paths:
        for _try in range(TRIES):  # a page is slow when it is slow every time
            felt[path] = vitals(page.context, school["address"] + path)
            if felt[path].good:
                break
    assert {path: found for path, found in felt.items() if not found.good} == {}
    assert any(found.inp for found in felt.values())
    assert len(felt) >= (25 if person == "owner" else 6)

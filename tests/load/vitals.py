"""How the main pages and the benches feel in Chromium when the exam is large."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser.vitals import vitals
from tests.load.server import Service

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def show_vitals(running: Service, pages: dict[str, str]) -> int:
    """Print milliseconds and shifts of each page; 1 when one is not good."""
    exam, facts = f"/exams/{running.facts['exam']}", running.facts
    benches = {
        "bench: a group": f"{exam}/review/next/",
        "bench: one answer": f"{exam}/review/next/?size=each",
        "bench: a sheet": f"{exam}/review/sheet/next/",
        "bench: a spot check": f"{exam}/check/next/",
    }
    host = urlsplit(running.address).hostname or ""
    print(f"{'':25} {'LCP':>6} {'INP':>6} {'CLS':>6}")
    bad = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        cookie = {"name": facts["cookie"], "value": facts["teacher"], "domain": host, "path": "/"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        for name, path in (pages | benches).items():
            felt = vitals(context, running.address + path)
            print(f"{name:25} {felt.lcp:6.0f} {felt.inp:6.0f} {felt.cls:6.3f}")
            bad += [] if felt.good else [name]
        browser.close()
    if bad:
        print(f"not good (LCP < 2500, INP < 200, CLS < 0.1): {', '.join(bad)}")
    return 1 if bad else 0

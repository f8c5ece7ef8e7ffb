"""How the main pages feel in Chromium: largest paint, layout shift, and the delay after a press of a key."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from tests.load.server import Service

WATCH = """
window.vitals = { lcp: 0, cls: 0, inp: 0 };
new PerformanceObserver((list) => { for (const e of list.getEntries()) vitals.lcp = e.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) vitals.cls += e.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) vitals.inp = Math.max(vitals.inp, e.duration);
}).observe({ type: "event", buffered: true, durationThreshold: 16 });
"""


def show_vitals(running: Service, pages: dict[str, str]) -> None:
    """Print milliseconds and shifts of each page: good are LCP < 2500, INP < 200, CLS < 0.1."""
    print(f"{'page':26} {'LCP':>7} {'INP':>7} {'CLS':>7}")
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        facts = running.facts
        context.add_cookies(
            [
                {
                    "name": facts["cookie"],
                    "value": facts["teacher"],
                    "domain": urlsplit(running.address).hostname or "",
                    "path": "/",
                }
            ]
        )
        context.add_init_script(WATCH)
        for name, path in pages.items():
            lcp, inp, cls = vitals(context, running.address + path)
            print(f"{name:26} {lcp:7.0f} {inp:7.0f} {cls:7.3f}")
        browser.close()


def vitals(context: BrowserContext, url: str) -> tuple[float, float, float]:
    """LCP and INP in milliseconds, and CLS, of one visit: a few presses of Tab and a click into the page."""
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    for _press in range(5):
        page.keyboard.press("Tab")
    page.mouse.click(700, 60)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = page.evaluate("() => [vitals.lcp, vitals.inp, vitals.cls]")
    page.close()
    return float(found[0]), float(found[1]), float(found[2])

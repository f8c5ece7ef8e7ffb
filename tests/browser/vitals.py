"""How a page feels in Chromium: when its largest piece is painted, how late it answers, how much it jumps."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext

WATCH = """
window.vitals = { lcp: 0, inp: 0, cls: 0 };
new PerformanceObserver((list) => { for (const e of list.getEntries()) vitals.lcp = e.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) vitals.cls += e.value;
}).observe({ type: "layout-shift", buffered: true });
const answered = new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (e.interactionId) vitals.inp = Math.max(vitals.inp, e.duration);
});
answered.observe({ type: "event", buffered: true, durationThreshold: 16 });
answered.observe({ type: "first-input", buffered: true });
"""
SETTLED = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))"


@dataclass(frozen=True, slots=True)
class Vitals:
    """Largest contentful paint and interaction to next paint in milliseconds, and cumulative layout shift.

    Of interactions of less than 16 ms the browser tells the first alone.
    """

    lcp: float
    inp: float
    cls: float

    @property
    def good(self) -> bool:
        """Whether all three are what web.dev calls good, and something was painted."""
        return 0 < self.lcp < 2500 and self.inp < 200 and self.cls < 0.1


def vitals(context: BrowserContext, url: str) -> Vitals:
    """Of one visit: a few presses of Tab, one of a letter that is a key of the review, a click."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    page.evaluate(SETTLED)
    cls = page.evaluate("() => vitals.cls")  # what moves later was asked to: zoom, a dialog
    for key in ("Tab", "Tab", "Tab", "z", "Tab"):
        page.keyboard.press(key)
    page.mouse.click(700, 60)
    page.evaluate(SETTLED)
    lcp, inp = page.evaluate("() => [vitals.lcp, vitals.inp]")
    page.close()
    return Vitals(float(lcp), float(inp), float(cls))

"""Pictures of every kind of page: `python -m tools.pictures ADDRESS EMAIL PASSWORD --out DIR`.

For people who look at what they make: each page wide, middling and narrow, light and dark, or in another
language, or forced to run from right to left.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.sitemap import kind_of, kinds_of_pages

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TURN = "document.documentElement.dir = 'rtl'"


def arguments() -> argparse.Namespace:
    """What to take pictures of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("address", "email", "password"):
        parser.add_argument(name)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, nargs="*", default=[1440, 1024, 390])
    parser.add_argument("--theme", nargs="*", choices=("light", "dark"), default=["light", "dark"])
    parser.add_argument("--language", default="en")
    parser.add_argument("--rtl", action="store_true", help="run from right to left, whatever the language")
    parser.add_argument("--only", default="", help="only pages whose address contains this")
    return parser.parse_args()


def take(browser: Browser, wanted: argparse.Namespace, width: int, theme: str) -> None:
    """One walk through the portal."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        locale=wanted.language,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(wanted.address)
    page.locator("[name=login], [name=username]").first.fill(wanted.email)
    page.locator("[name=password]").fill(wanted.password)
    page.locator("form:has([name=password]) button:not([name])").first.click()
    page.locator("header.top").wait_for()
    for path in kinds_of_pages(page, wanted.address, f"{wanted.address.rstrip('/')}/components/"):
        if wanted.only in path:
            if wanted.rtl:
                page.evaluate(TURN)
            name = kind_of(path).strip("/").replace("/", "-") or "home"
            page.screenshot(path=wanted.out / f"{name}-{width}-{theme}.png", full_page=True)
    context.close()


def main() -> None:
    """All widths and themes."""
    wanted = arguments()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for theme in wanted.theme:
            for width in wanted.width:
                take(browser, wanted, width, theme)
        browser.close()


if __name__ == "__main__":
    main()

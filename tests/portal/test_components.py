"""The stylesheet and the page that shows it: what is styled is used, and every component is shown."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.conftest import ROOT

STYLES = (ROOT / "grading" / "static" / "css" / "inkgrade.css").read_text(encoding="utf-8")
CLASSES = re.compile(r"\.([a-z][a-z-]*\d?)")
# Places on a page and states of a component that stands on the page of components already.
NOT_SHOWN = frozenset(
    """
    actions advice bare bench beside chosen correct door dragged drawing editor fold gap inset label
    leaving many narrow near nowrap open-desk over over-image paper part partial pass plain-set
    printed prints qr review right ring seldom silent spot toast toasts uploads waiting wide
    wide-left wrong
    """.split()  # noqa: SIM905  (a list reads worse)
)


def styled() -> set[str]:
    """Every class that the stylesheet speaks of."""
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", STYLES, flags=re.DOTALL)
    return {name for name in CLASSES.findall(re.sub(r"{[^{}]*}", "{}", text)) if not name.endswith("-")}


def written() -> str:
    """All that may put a class on a page."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "grading" / "static" / "js").rglob("*.js")]
    files += (ROOT / "grading").rglob("*.py")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_nothing_is_styled_that_no_page_uses() -> None:
    text = written()
    assert [name for name in sorted(styled()) if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)] == []


@pytest.mark.django_db
def test_every_component_is_shown_to_developers(alice_client: Client) -> None:
    page = alice_client.get("/components/").content.decode()
    shown = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}
    assert sorted(styled() - shown - NOT_SHOWN) == []

"""The portal speaks English, German and French, wholly; what a person chose is remembered."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.test import Client
from django.utils import translation

from grading.accounts.models import Membership
from tests.conftest import ROOT
from tests.portal.addresses import address
from tests.portal.conftest import Graded
from tools import messages

LANGUAGES = [code for code, _ in settings.LANGUAGES]
NAMED = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+|%%")
# What is called the same in every language.
NAMES = re.compile(
    r"\b(Inkgrade|Moodle|Canvas|Blackboard|EXAM\.yaml|layout\.json|(?:grades|answers|review|ledger)\.csv|csv|mm|s|p|z|u|e|f)\b"
)
SPOKEN = {"alt", "aria-label", "placeholder", "title", "label", "aria-description"}
SILENT = {"code", "kbd", "pre", "style", "script"}
DEVELOPERS_ONLY = {"portal/components.html", "portal/sample_crop.html"}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """A request leaves its language behind; the tests after these are written in English."""
    yield
    translation.deactivate()


def key(message: Message) -> tuple[str, str | None]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_has_a_translation(language: str) -> None:
    wanted = {key(message) for message in messages.collected() if message.id}
    catalog = messages.load(language)
    known = {key(message) for message in catalog if message.id}
    assert known == wanted, "make messages, and translate what it names"
    assert [message.id for message in messages.missing(catalog)] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_is_filled_in_stays_in_its_translation(language: str) -> None:
    for message in messages.load(language):
        if not message.id:
            continue
        wanted = set(NAMED.findall(message.id if isinstance(message.id, str) else message.id[-1]))
        told = [message.string] if isinstance(message.string, str) else list(message.string)
        assert set(NAMED.findall(told[-1])) == wanted, message.id
        assert all(set(NAMED.findall(text)) <= wanted for text in told), message.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalog_is_the_written_one(language: str) -> None:
    written = gettext.GNUTranslations(BytesIO(messages.compiled(messages.load(language))))
    with messages.po_file(language).with_suffix(".mo").open("rb") as file:
        served = gettext.GNUTranslations(file)
    assert vars(served)["_catalog"] == vars(written)["_catalog"]


class Words(HTMLParser):
    """Words of a template that stand outside every tag for translation."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        for name, value in attrs:
            if name in SPOKEN or name.startswith("data-say"):
                self.handle_data(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and re.search(r"[^\W\d_]", NAMES.sub("", data)):
            self.found.append(data.strip())


def unwrapped(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*block width\s*%}\w*{%\s*endblock\s*%}", "", text)
    text = re.sub(r"{%\s*blocktrans.*?endblocktrans(late)?\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    words = Words()
    words.feed(re.sub(r'data-[a-z-]+=""', "", text))
    return words.found


def test_templates_say_nothing_that_cannot_be_translated() -> None:
    templates = ROOT / "templates"
    found = {
        name: words
        for path in sorted(templates.rglob("*.html"))
        if (name := path.relative_to(templates).as_posix()) not in DEVELOPERS_ONLY
        and (words := unwrapped(path))
    }
    assert found == {}


def test_a_word_outside_the_tags_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<p title="Hint">{% trans "Known" %} Forgotten <code>left</code></p>', encoding="utf-8")
    assert unwrapped(page) == ["Hint", "Forgotten"]


@pytest.mark.django_db
def test_a_browser_is_answered_in_its_language(client: Client) -> None:
    for language, word in (("de", "Anmelden"), ("fr", "Se connecter"), ("en", "Log in"), ("pt", "Log in")):
        page = client.get("/login/", headers={"accept-language": language}).content.decode()
        assert f'<html lang="{language if language in LANGUAGES else "en"}"' in page
        assert word in page


@pytest.mark.django_db
def test_the_choice_of_language_outdoes_the_browser(client: Client) -> None:
    answer = client.post("/appearance/", {"language": "fr", "next": "/login/"})
    assert answer["Location"] == "/login/"
    page = client.get("/login/", headers={"accept-language": "de"}).content.decode()
    assert "Se connecter" in page


@pytest.mark.django_db
def test_an_account_remembers_language_and_light_for_the_next_computer(
    alice: Membership, alice_client: Client
) -> None:
    alice_client.post("/appearance/", {"language": "de"})
    alice_client.post("/appearance/", {"theme": "dark"})
    elsewhere = Client()
    elsewhere.post("/login/", {"login": alice.user.email, "password": "correct horse"})
    page = elsewhere.get("/").content.decode()
    assert '<html lang="de" data-theme="dark">' in page
    assert "Prüfungen" in page


@pytest.mark.django_db
def test_nonsense_is_not_remembered_and_leads_nowhere_else(alice_client: Client) -> None:
    sent = {"language": "tlh", "theme": "neon", "next": "https://elsewhere.example/"}
    answer = alice_client.post("/appearance/", sent)
    assert answer["Location"] == "/"
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "fr"])
def test_numbers_are_written_as_the_language_does(
    language: str, graded: Graded, alice_client: Client
) -> None:
    alice_client.post("/appearance/", {"language": language})
    page = alice_client.get(address("marking:budget", graded)).content.decode()
    assert "<strong>1,00 %</strong>" in page


PAGES = [
    "portal:exam",
    "marking:budget",
    "marking:identities",
    "reports:results",
    "reports:questions",
    "reports:sheet",
    "review:queue",
    "review:item",
    "scans:scan",
    "scans:page",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_drawings_keep_their_decimal_points(name: str, graded: Graded, alice_client: Client) -> None:
    alice_client.post("/appearance/", {"language": "de"})
    page = alice_client.get(address(name, graded)).content.decode()
    drawn = re.findall(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|r|width|height|max|value)="([^"]*)"', page)
    assert not [value for value in drawn if re.fullmatch(r"-?\d+,\d+", value)]

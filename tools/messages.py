"""The catalogs of translations: collects what code and templates say, and compiles what people wrote.

`make messages` brings grading/locale/*/LC_MESSAGES/django.po up to date, compiles each beside itself and
lists what still has no translation. Babel does it all, so no machine needs the gettext programs; compiled
catalogs are committed, so running the service needs neither. Nothing is ever matched by likeness ("fuzzy"):
a text that changed is a new text.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CODE, TEMPLATES, LOCALE = ROOT / "grading", ROOT / "templates", ROOT / "grading" / "locale"
LANGUAGES = ("de", "fr")
LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = (
    DEFAULT_KEYWORDS
    | {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in LAZY}
    | {"gettext_noop": None, "_lazy": None}
)
ABOUT: dict[str, Any] = {
    "project": "Inkgrade",
    "version": "1",
    "header_comment": "# Translations of Inkgrade: kept by `make messages`, written by people.",
    "msgid_bugs_address": "-",
    "last_translator": "-",
    "language_team": "-",
}
# What `templatize` makes of a template tag; everything else in its output is blanked out.
TEXT = re.compile(r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
CALL = re.compile(rf"\b(n?p?gettext|_)\(((?:\s*(?:{TEXT.pattern}|count)\s*,?)+)\)")


def collected() -> Catalog:
    """Every text of the code and the templates, with the files it is in."""
    catalog = Catalog()
    for path in sorted(CODE.rglob("*.py")):
        _collect(catalog, path, path.read_bytes())
    for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]):
        _collect(catalog, path, "\n".join(_calls(path)).encode())
    return catalog


def _collect(catalog: Catalog, path: Path, source: bytes) -> None:
    place = path.relative_to(ROOT).as_posix()
    for _, text, _, context in extract("python", BytesIO(source), keywords=KEYWORDS):
        known = catalog.get(text if isinstance(text, str) else text[0], context)
        if known is None or (place, None) not in known.locations:
            catalog.add(text, None, [(place, None)], context=context)


def _calls(path: Path) -> Iterator[str]:
    for name, arguments in CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=path.name)):
        texts = [ast.literal_eval(part) for part in TEXT.findall(arguments)]
        yield f"{name}({', '.join(map(repr, texts))})"


def po_file(language: str) -> Path:
    """The translations into a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """The translations as they are written down; an empty catalog for a new language."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False, **ABOUT)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The catalog as Django reads it."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """Texts without a translation, or with a doubtful one."""
    return [message for message in catalog if message.id and (message.fuzzy or not _translated(message))]


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def update(language: str, template: Catalog) -> Catalog:
    """Take in new texts, drop those that are gone, write and compile; returns the result."""
    catalog = load(language)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    return catalog


def main() -> int:
    """Update all languages; 1 when something has no translation yet."""
    template = collected()
    left = 0
    for language in LANGUAGES:
        catalog = update(language, template)
        without = missing(catalog)
        left += len(without)
        print(f"{language}: {len(catalog)} texts, {len(without)} without a translation")
        for message in without[:20]:
            print(f"    {message.id!r}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

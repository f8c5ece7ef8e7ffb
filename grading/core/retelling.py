"""Texts that are made where nobody's language is known, told again in the language of who reads them.

Workers store reasons and pure rules raise faults in English: neither knows who will read them, nor in which
language. What they say is listed in `retold_texts`; here it is found again, with what was filled in.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language, gettext

from grading.core.retold_texts import TEXTS

SLOT = re.compile(r"%\((\w+)\)[sd]")
SENTENCES = re.compile(r"(?<=[.!?]) ")
JOINTS = (": ", "; ")


def retold(text: str) -> str:
    """``text`` in the language that is spoken now; what is not known stays as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    if text in _fixed():
        return gettext(text).replace("%%", "%")
    sentences = SENTENCES.split(text)
    if len(sentences) > 1:
        return " ".join(map(retold, sentences))
    return _filled(text) or _joined(text) or text


def _filled(text: str) -> str:
    for form, pattern in _forms():
        found = pattern.fullmatch(text)
        if found:
            filling = {name: retold(value) for name, value in found.groupdict().items()}
            return gettext(form).replace(")d", ")s") % filling
    return ""


def _joined(text: str) -> str:
    for joint in JOINTS:
        head, _, tail = text.partition(joint)
        if tail and (told := (retold(head), retold(tail))) != (head, tail):
            return joint.join(told)
    return ""


@cache
def _fixed() -> frozenset[str]:
    return frozenset(text for text in TEXTS if not SLOT.search(text))


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Every text with something to fill in and what recognises it, the most telling first."""
    open_texts = [text for text in TEXTS if SLOT.search(text)]
    return [(text, _pattern(text)) for text in sorted(open_texts, key=_telling, reverse=True)]


def _telling(text: str) -> int:
    return len(SLOT.sub("", text))


def _pattern(text: str) -> re.Pattern[str]:
    pieces = SLOT.split(text.replace("%%", "%"))
    named = [f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)]
    return re.compile("".join(named), re.DOTALL)

"""What a student wrote into a text box, compared with the listed answers.

Both sides are brought to normal forms by what the question ignores; misspellings are counted by the
Damerau-Levenshtein distance (one insertion, deletion, substitution or swap of neighbours is one edit).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from grading.exams.spec import TextQuestion

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        "…": "...",
    }
)
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)
_GERMAN_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The listed answer that a written text is nearest to.

    ``credit``: share of the marks, 0 when nothing is near enough. ``edits``: wrong letters.
    ``tie``: an answer of another credit is just as near, so a person must say which was meant.
    """

    credit: Decimal
    edits: int = 0
    nearest: str = ""
    tie: bool = False


def normal_forms(text: str, ignore: frozenset[str]) -> frozenset[str]:
    """The normal forms of a text: two where accents are ignored and ä may be written a or ae."""
    composed = unicodedata.normalize("NFC", text).translate(_SIGNS)
    if "accents" not in ignore:
        return frozenset({_ignoring(composed, ignore)})
    spelled = {composed, composed.translate(_GERMAN_DIGRAPHS)}
    return frozenset(_ignoring(without_accents(form), ignore) for form in spelled)


def without_accents(text: str) -> str:
    """Letters without their accents: ``é`` -> ``e``, ``ß`` -> ``ss``, ``ø`` -> ``o``."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def without_punctuation(text: str) -> str:
    """A text without the characters that Unicode calls punctuation; ``+`` and ``=`` are not."""
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("P"))


def match_text(question: TextQuestion, written: str) -> TextMatch:
    """The credit of a written text.

    A listed text (key or accepted) that is matched exactly decides. Else the nearest listed text within
    ``max_edits`` does and its credit is multiplied by ``edit_credit``; so a misspelling of an accepted or
    explicitly worthless answer is never taken for a misspelling of the key. Edits count letters only:
    where the digits differ ("1945", "1946") it is another answer.
    """
    forms = normal_forms(written, question.ignore)
    nearest: list[TextMatch] = []
    for text, listed, credit in _listed(question):
        edits = min(_edits(form, key) for form in forms for key in listed)
        if edits <= question.max_edits:
            earned = credit * question.edit_credit if edits else credit
            nearest.append(TextMatch(earned, edits, text))
    if not nearest:
        return TextMatch(Decimal(0))
    fewest = min(match.edits for match in nearest)
    best = [match for match in nearest if match.edits == fewest]
    top = max(best, key=lambda match: match.credit)
    tie = fewest > 0 and any(match.credit != top.credit for match in best)
    return TextMatch(top.credit, fewest, top.nearest, tie)


@lru_cache(maxsize=1024)
def _listed(question: TextQuestion) -> tuple[tuple[str, frozenset[str], Decimal], ...]:
    keys = [(answer, Decimal(1)) for answer in question.answers]
    accepted = [(entry.answer, entry.credit) for entry in question.accept]
    return tuple((text, normal_forms(text, question.ignore), credit) for text, credit in keys + accepted)


def _edits(written: str, key: str) -> int:
    """Wrong letters between normal forms; beyond any allowance where digits differ or no letter is right."""
    if written == key:
        return 0
    edits = DamerauLevenshtein.distance(written, key)
    same_digits = [c for c in written if c.isdigit()] == [c for c in key if c.isdigit()]
    return edits if same_digits and edits < len(key) else len(written) + len(key) + 1


def _ignoring(text: str, ignore: frozenset[str]) -> str:
    if "case" in ignore:
        text = unicodedata.normalize("NFC", text.casefold())
    if "punctuation" in ignore:
        text = without_punctuation(text)
    return "".join(text.split()) if "spaces" in ignore else " ".join(text.split())

"""The characters that the reader can write, for warnings while an exam is made.

Kept as a constant because the web process must not load the reader; a test compares them with it.
"""

from __future__ import annotations

import unicodedata

ALPHABET = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz "
    ".,-+/'\"():;!?&%*=#<>[]@€$£°²³_^"
    "ÄÖÜäöüßÀÂÆÇÈÉÊËÎÏÔŒÙÛŸàâæçèéêëîïôœùûÿÁÍÓÚÑÅØŠáíóúñåøšãõ"
)
FOLDED = frozenset("‐‑‒–—―−‘’‚‛`´′“”„‟«»″…⁄∕＋º")
"""Signs that stand for one of the alphabet: dashes, quotes and the like."""


def unreadable(text: str) -> str:
    """The characters of a text that the reader does not know, each once."""
    unknown = [sign for sign in unicodedata.normalize("NFC", text) if not _known(sign)]
    return "".join(dict.fromkeys(unknown))


def _known(sign: str) -> bool:
    return sign in ALPHABET or sign in FOLDED or unicodedata.normalize("NFKD", sign)[0] in ALPHABET

"""How a refusal reads on a page: what is wrong, then what to do about it, as one sentence."""

from __future__ import annotations

from grading.core.errors import UserError
from grading.core.retelling import retold


def in_words(error: UserError) -> str:
    """``scan.pdf is empty`` and ``scan it again`` become ``scan.pdf is empty: scan it again.``"""
    message, hint = retold(error.message.rstrip(" .:;")), retold(error.hint.strip())
    text = f"{message}: {hint}" if hint else message
    closed = text if text.endswith((".", "!", "?")) else f"{text}."
    return closed if _begins_with_a_name(closed) else closed[:1].upper() + closed[1:]


def _begins_with_a_name(text: str) -> bool:
    """File names and the like keep their small letter."""
    first = text.split(maxsplit=1)[0]
    return not first.isalpha()

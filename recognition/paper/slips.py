"""Plausible wrong answers: the slips that pupils make, so that a reader cannot win by guessing the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from recognition.paper.pen import Rng

_LETTERS: Final = "etaoinsrhldcumfpgwybvk"
_TRIES: Final = 20


def wrong_digits(key: str, cells: int, rng: Rng) -> str:
    """Digits other than `key`, at most `cells` of them: two swapped, one changed, one lost, or a guess."""
    return _until_other(key, lambda: _slipped_digits(key, cells, rng))


def _slipped_digits(key: str, cells: int, rng: Rng) -> str:
    slip = rng.random()
    if slip < 0.3 and len(key) > 1:
        return _swapped(key, rng)
    if slip < 0.75:
        return _replaced(key, str(rng.integers(10)), rng)
    if slip < 0.85 and len(key) > 1:
        return _dropped(key, rng)
    return "".join(str(rng.integers(10)) for _ in range(max(1, min(cells, len(key)))))


def wrong_number(key: str, rng: Rng) -> str:
    """A number written like `key` but another one: sign lost, point moved, digit changed or swapped."""
    return _until_other(key, lambda: _slipped_number(key, rng))


def _slipped_number(key: str, rng: Rng) -> str:
    slip = rng.random()
    if key.startswith("-") and slip < 0.35:
        return key[1:]
    if "." in key and slip < 0.55:
        return _with_point_moved(key, rng)
    places = [k for k, c in enumerate(key) if c.isdigit()]
    if slip < 0.7 and len(places) > 1:
        k = int(rng.integers(len(places) - 1))
        a, b = places[k], places[k + 1]
        return key[:a] + key[b] + key[a + 1 : b] + key[a] + key[b + 1 :]
    at = int(rng.choice(places))
    first = at == places[0] and len(places) > 1
    return key[:at] + str(rng.integers(1 if first else 0, 10)) + key[at + 1 :]


def _with_point_moved(key: str, rng: Rng) -> str:
    sign, digits = ("-", key[1:]) if key.startswith("-") else ("", key)
    whole, _, part = digits.partition(".")
    if rng.random() < 0.5 and part:
        moved = f"{whole}{part[0]}.{part[1:]}".rstrip(".")
        return sign + (moved.lstrip("0") if not moved.lstrip("0").startswith(".") else moved)
    return sign + (f"{whole[:-1]}.{whole[-1]}{part}" if len(whole) > 1 else f"0.{whole}{part}")


def misspelt(word: str, slips: int, rng: Rng) -> str:
    """`word` with `slips` letters wrong: swapped, replaced, lost or doubled; never `word` itself."""

    def slipped() -> str:
        text = word
        for _ in range(slips):
            text = _slip(text, rng)
        return text

    return _until_other(word, slipped)


def _slip(word: str, rng: Rng) -> str:
    kind = rng.integers(4)
    if kind == 0 and len(word) > 3:
        return _swapped(word, rng)
    if kind == 1 and len(word) > 3:
        return _dropped(word, rng)
    if kind == 2 and len(word) > 2:
        k = int(rng.integers(1, len(word)))
        return word[:k] + word[k - 1] + word[k:]
    return _replaced(word, str(rng.choice(list(_LETTERS))), rng)


def _until_other(key: str, make: Callable[[], str]) -> str:
    for _ in range(_TRIES):
        text = make()
        if text != key:
            return text
    return key[:-1] + ("8" if key.endswith("3") else "3")


def _swapped(text: str, rng: Rng) -> str:
    k = int(rng.integers(len(text) - 1))
    return text[:k] + text[k + 1] + text[k] + text[k + 2 :]


def _dropped(text: str, rng: Rng) -> str:
    k = int(rng.integers(len(text)))
    return text[:k] + text[k + 1 :]


def _replaced(text: str, character: str, rng: Rng) -> str:
    k = int(rng.integers(len(text)))
    return text[:k] + character + text[k + 1 :]

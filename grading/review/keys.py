"""The keys of the bench: what each does, where it lies, and where a person has put it.

Templates write them into ``aria-keyshortcuts``, which is where the script and assistive technology find them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.review.models import Keys

SAYS: dict[str, Promise] = {
    "right": gettext_lazy("Right: full marks"),
    "wrong": gettext_lazy("Wrong: no marks"),
    "partial1": gettext_lazy("First partial credit"),
    "partial2": gettext_lazy("Second partial credit"),
    "partial3": gettext_lazy("Third partial credit"),
    "reading": gettext_lazy("Correct what was read"),
    "comment": gettext_lazy("Write a comment"),
    "later": gettext_lazy("Later: next item"),
    "back": gettext_lazy("Back to the item before"),
    "undo": gettext_lazy("Take back your last decision"),
    "flag": gettext_lazy("Flag it for another look"),
    "zoom": gettext_lazy("Zoom"),
    "turn": gettext_lazy("Turn the page"),
    "page": gettext_lazy("The whole page"),
    "keys": gettext_lazy("Show the keys"),
}
USUAL = {
    "right": "Enter",
    "wrong": "Backspace",
    "partial1": "j",
    "partial2": "k",
    "partial3": "l",
    "reading": "r",
    "comment": "c",
    "later": "ArrowRight",
    "back": "ArrowLeft",
    "undo": "u",
    "flag": "f",
    "zoom": "z",
    "turn": "o",
    "page": "p",
    "keys": "?",
}
LEFT = USUAL | {
    "right": "Space",
    "wrong": "x",
    "partial1": "q",
    "partial2": "w",
    "partial3": "e",
    "later": "d",
    "back": "a",
    "undo": "s",
    "page": "t",
}
PRESETS: dict[str, Mapping[str, str]] = {Keys.Preset.USUAL: USUAL, Keys.Preset.LEFT: LEFT}
NAMED = frozenset({"Enter", "Backspace", "Delete", "Space", "Insert", "Home", "End", "PageUp", "PageDown"})
ARROWS = frozenset({"ArrowLeft", "ArrowRight"})
CAPS = {"Enter": "↵", "Backspace": "⌫", "ArrowRight": "→", "ArrowLeft": "←", "Space": "␣"}
RESERVED = frozenset("0123456789")  # marks, and the choice among candidates


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Action -> key, for one person; empty when they have switched single keys off."""

    preset: str
    keys: Mapping[str, str]

    @property
    def digits(self) -> bool:
        """Whether a digit goes to the field for marks."""
        return bool(self.keys)


def keys_of(actor: Actor) -> KeyMap:
    """The keys that a person has chosen, else the usual ones."""
    stored = Keys.objects.filter(person_id=actor.user_id).first()
    if stored is None:
        return KeyMap(Keys.Preset.USUAL, USUAL)
    if stored.preset == Keys.Preset.OFF:
        return KeyMap(stored.preset, {})
    own = {action: key for action, key in stored.own.items() if action in SAYS}
    return KeyMap(stored.preset, {**PRESETS[stored.preset], **own})


def choose(*, actor: Actor, preset: Keys.Preset, own: Mapping[str, str]) -> KeyMap:
    """Remember a person's keys: those that differ from the preset. UserError for keys that clash."""
    base = PRESETS.get(preset, USUAL)
    different = {action: cleaned(key) for action, key in own.items() if key.strip() and action in base}
    different = {action: key for action, key in different.items() if key != base[action]}
    _refuse_clashes({**base, **different}.items())
    Keys.objects.update_or_create(person_id=actor.user_id, defaults={"preset": preset, "own": different})
    return keys_of(actor)


def cleaned(text: str) -> str:
    """The key that a person named: one character, or a name such as Enter. UserError for anything else."""
    key = text.strip()
    if len(key) == 1 and key.isprintable() and key not in RESERVED:
        return key.lower()
    by_name = {name.lower(): name for name in NAMED | ARROWS}
    if key.lower() in by_name:
        return by_name[key.lower()]
    raise UserError(
        _("“%(key)s” cannot be a key here.") % {"key": key},
        _("Use one letter or sign (no digit), or one of: %(names)s.") % {"names": ", ".join(sorted(NAMED))},
    )


def cap(key: str) -> str:
    """What is printed on the key."""
    return CAPS.get(key, key)


def _refuse_clashes(pairs: Iterable[tuple[str, str]]) -> None:
    taken: dict[str, str] = {}
    for action, key in pairs:
        if key in taken:
            both = {"key": key, "first": SAYS[taken[key]], "second": SAYS[action]}
            raise UserError(
                _("“%(key)s” would do two things: “%(first)s” and “%(second)s”.") % both,
                _("Give one of them another key."),
            )
        taken[key] = action

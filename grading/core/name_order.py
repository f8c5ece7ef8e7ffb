"""In which order names stand, the same on every database."""

from __future__ import annotations

import re
import unicodedata

from django.db import models

LONGEST = 200
WRITTEN_OTHERWISE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def plain(text: str) -> str:
    """Small letters without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def name_key(family: str, name: str) -> str:
    """What a name is sorted by: by the family name where it is known, else as it is written.

    Accents, case and signs do not count, so that Émile stands beside Emil. At most 200 characters.
    """
    words = re.findall(r"\w+", plain(f"{family} {name}").translate(WRITTEN_OTHERWISE))
    return " ".join(words)[:LONGEST]


class NameKey(models.CharField):  # type: ignore[type-arg]
    """``name_key`` of a row's ``family`` and ``name``, made whenever the row is created or saved.

    Bulk updates and ``update`` do not save rows: they set it themselves.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The key of what the row says now."""
        key = name_key(model_instance.family, model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key

"""Reads the environment into typed settings; every setting is registered with what it means.

A wrong value stops the process with the setting's name and what to do about it. The register is
what `docs/settings.md` is generated from.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, the kind of value, the default as shown to people, its meaning."""

    name: str
    kind: str
    default: str
    meaning: str


REGISTER: dict[str, Setting] = {}


def _read(name: str, kind: str, default: str, meaning: str) -> str | None:
    """Register the setting and return its text, or None when it is unset or empty."""
    REGISTER[name] = Setting(name, kind, default, meaning)
    value = os.environ.get(name, "").strip()
    return value or None


def _refuse(name: str, value: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{name}={value!r} is not {expected}. Correct or unset {name} and start again."
    )


def env_str(name: str, default: str, meaning: str) -> str:
    """Any text."""
    value = _read(name, "text", default or "empty", meaning)
    return default if value is None else value


def env_bool(name: str, default: bool, meaning: str, *, shown: str | None = None) -> bool:
    """One of 1/0, true/false, yes/no, on/off."""
    value = _read(name, "yes or no", shown or ("yes" if default else "no"), meaning)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise _refuse(name, value, "yes or no")


def env_int(name: str, default: int, meaning: str, *, least: int = 0, most: int | None = None) -> int:
    """A whole number between `least` and `most`, both included."""
    value = _read(name, "whole number", str(default), meaning)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise _refuse(name, value, "a whole number") from None
    if number < least or (most is not None and number > most):
        limits = f"{least} or more" if most is None else f"between {least} and {most}"
        raise _refuse(name, value, limits)
    return number


def env_list(name: str, default: list[str], meaning: str) -> list[str]:
    """Texts separated by commas."""
    value = _read(name, "list with commas", ",".join(default) or "empty", meaning)
    if value is None:
        return default
    return [part.strip() for part in value.split(",") if part.strip()]


def env_path(name: str, default: Path | None, meaning: str, *, shown: str) -> Path | None:
    """A path, made absolute; None when unset without a default."""
    value = _read(name, "path", shown, meaning)
    if value is None:
        return default
    return Path(value).expanduser().resolve()


def env_url(
    name: str, default: str, meaning: str, *, schemes: tuple[str, ...], shown: str | None = None
) -> str:
    """A URL of one of the schemes; the value never appears in an error, it may hold a password."""
    value = _read(name, "URL", shown or default or "empty", meaning)
    if value is None:
        return default
    scheme = urlsplit(value).scheme
    if scheme not in schemes:
        known = ", ".join(f"{item}://" for item in schemes)
        raise ImproperlyConfigured(
            f"{name} must begin with {known}; it begins with {scheme or 'no scheme'!r}."
        )
    return value


def env_secret(name: str, meaning: str, *, required: bool, shown: str) -> str:
    """A secret of at least 32 characters; an empty text when it is unset and not required."""
    value = _read(name, "secret", shown, meaning)
    if value is None:
        if required:
            raise ImproperlyConfigured(
                f"{name} is not set. Set it to a random text of 50 characters, for example the output of: "
                'python -c "import secrets; print(secrets.token_urlsafe(50))"'
            )
        return ""
    if len(value) < 32:
        raise ImproperlyConfigured(f"{name} is too short to be safe: give it at least 32 characters.")
    return value

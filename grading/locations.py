"""Turns the addresses in the environment (database, storage, mail, sign-on) into Django's settings."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"


def sqlite_database(path: Path) -> dict[str, Any]:
    """SQLite for many processes: write-ahead log, and writers that queue at BEGIN for up to 20 s."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
    }


def postgresql_database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?option=value`; the options go to libpq."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured(
            "DATABASE_URL names no database: end it with /NAME, as in postgresql://host/inkgrade."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database(url: str, home: Path) -> dict[str, Any]:
    """The database of DATABASE_URL, or SQLite in `home` when it is empty."""
    if not url:
        return sqlite_database(home / "inkgrade.sqlite3")
    if urlsplit(url).scheme == "sqlite":
        path = Path(unquote(urlsplit(url).path[1:]))
        if not path.is_absolute():
            raise ImproperlyConfigured(
                "DATABASE_URL needs an absolute path: sqlite:////srv/inkgrade.sqlite3."
            )
        return sqlite_database(path)
    return postgresql_database(url)


def media_storage(url: str, home: Path) -> dict[str, Any]:
    """Where uploads and crops go: `s3://bucket/prefix?endpoint=...&region=...`, or a folder in `home`."""
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(home / "media"), "base_url": None},
        }
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options = {
        "bucket_name": parts.hostname or "",
        "location": parts.path.strip("/"),
        "endpoint_url": query.get("endpoint"),
        "region_name": query.get("region"),
        "default_acl": None,
        "file_overwrite": False,
        "signature_version": "s3v4",
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


class MailServer(NamedTuple):
    """Where mail is handed in, and how the connection is protected."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: bool


def mail_server(url: str) -> MailServer | None:
    """The server of `smtp://user:password@host:587?tls=no` or `smtps://host:465`; None for ""."""
    if not url:
        return None
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    plain = dict(parse_qsl(parts.query)).get("tls") == "no"
    return MailServer(
        host=unquote(parts.hostname or "localhost"),
        port=parts.port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=not implicit and not plain,
    )


def sign_on_provider(*, url: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """The OpenID Connect server as django-allauth wants it; nothing without a `url`."""
    if not url:
        return {}
    if not client_id:
        raise ImproperlyConfigured("INKGRADE_OIDC_URL is set, so INKGRADE_OIDC_CLIENT_ID must be set too.")
    app = {
        "provider_id": "school",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def kept_secret(home: Path) -> str:
    """The secret key of an embedded service: made at the first start, kept in `home`."""
    path = home / "secret_key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _publish_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot keep the secret key in {home}: {error.strerror}. "
            "Set INKGRADE_HOME to a folder that can be written."
        ) from error


def _publish_secret(path: Path) -> None:
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        # A link fails when the name exists: of two first starts at once, the second takes the first's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

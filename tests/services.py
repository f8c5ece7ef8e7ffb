"""Real PostgreSQL and Redis for tests: required in CI, elsewhere the test is skipped with a message."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379")
"""Of DATABASE_URL and REDIS_URL, see tests.settings."""


def missing(what: str, why: object) -> NoReturn:
    """Skip the test that needs `what`, or fail it where everything has to be there."""
    message = f"needs {what}: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def new_postgres_database() -> Iterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    psycopg2 = pytest.importorskip("psycopg2")
    name = f"inkgrade_{secrets.token_hex(6)}"
    try:
        server = psycopg2.connect(POSTGRES, connect_timeout=3)
    except psycopg2.OperationalError as error:
        missing(f"PostgreSQL at {POSTGRES}", error)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def redis_url() -> str:
    """The URL of an emptied Redis database that no other test process uses."""
    redis = pytest.importorskip("redis")
    place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = urlsplit(REDIS)._replace(path=f"/{8 + place % 8}").geturl()
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).flushdb()
    except redis.RedisError as error:
        missing(f"Redis at {REDIS}", error)
    return url


def somebody_waits() -> bool:
    """Whether another connection of this server waits for a lock, so that two acts are known to overlap."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
        row = cursor.fetchone()
    return bool(row and row[0])

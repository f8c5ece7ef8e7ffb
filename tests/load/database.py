"""The database of the load test: made once and kept, then copied for every run in a moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from tests.services import POSTGRES

HERE = Path(__file__).parent
MADE_BY = ("exam.py", "seed.py", "copies.py")
Facts = dict[str, Any]


@contextmanager
def copy_of_large_exam(
    *, sheets: int, reviewers: int, fill: Callable[[str], Facts]
) -> Iterator[tuple[str, Facts]]:
    """The URL of a database of one's own with the large exam, and what is known of it; dropped afterwards.

    ``fill`` makes it in the empty database of a URL, if it was not made before by the same code.
    """
    server = psycopg2.connect(POSTGRES, connect_timeout=3)
    server.autocommit = True
    kept = f"inkgrade_load_{sheets}_{reviewers}_{_digest()}"
    with server.cursor() as cursor:
        facts = _facts(cursor, kept)
        if facts is None:
            cursor.execute(f"DROP DATABASE IF EXISTS {kept} WITH (FORCE)")  # half made
            cursor.execute(f"CREATE DATABASE {kept}")
            facts = fill(_url(kept))
            cursor.execute(f"COMMENT ON DATABASE {kept} IS %s", [json.dumps(facts)])
        cursor.execute(f"DROP DATABASE IF EXISTS {kept}_run WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {kept}_run TEMPLATE {kept}")
        try:
            yield _url(f"{kept}_run"), facts
        finally:
            cursor.execute(f"DROP DATABASE {kept}_run WITH (FORCE)")
    server.close()


def _facts(cursor: Any, name: str) -> Facts | None:
    """What is known of a database that is whole; its comment is written last."""
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    row = cursor.fetchone()
    return json.loads(row[0]) if row and row[0] else None


def _digest() -> str:
    sources = b"".join((HERE / name).read_bytes() for name in MADE_BY)
    return hashlib.sha256(sources).hexdigest()[:12]


def _url(name: str) -> str:
    return f"{POSTGRES.rpartition('/')[0]}/{name}"

"""What is set on every new connection to PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def compile_nothing(connection: Any, **_more: Any) -> None:
    """Keep the database from compiling queries: that takes longer than any query of a page."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")

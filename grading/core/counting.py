"""Counts as columns of an outer query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce


def counted(rows: QuerySet[Any, Any], by: str) -> Coalesce:
    """How many of ``rows`` there are, 0 for none; all of them share one ``by``, which they are counted by."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("*")).values("n")), 0)

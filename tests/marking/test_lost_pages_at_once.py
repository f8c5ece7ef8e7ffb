"""A page that arrives while it is said not to be handed in, where writers really run beside each other."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests import services
from tests.reports.scanned_class import ROOT, run

pytestmark = [pytest.mark.pg, pytest.mark.slow]
SCRIPT = Path(__file__).parent / "lose_at_once.py"


def test_it_counts_whichever_came_first_and_is_no_silent_zero(tmp_path: Path) -> None:
    with services.new_postgres_database() as url:
        own = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "INKGRADE_HOME": str(tmp_path),
        }
        run(ROOT / "manage.py", "migrate", "--verbosity=0", **own)
        # A page that cannot be seen yet may be said to be missing; the next marking lifts that, and notes it.
        assert run(SCRIPT, **own).stdout == "1 1 True 8 False 1\n" * 2

"""Tabs that finish one upload in the same moment, where writers really run beside each other."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.reports.scanned_class import ROOT, run

FINISH = Path(__file__).with_name("finish_at_once.py")


@pytest.mark.pg
@pytest.mark.slow
def test_tabs_that_finish_at_once_take_in_one_file(postgres_url: str, tmp_path: Path) -> None:
    own = {
        "DATABASE_URL": postgres_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "INKGRADE_HOME": str(tmp_path / "home"),
    }
    run(ROOT / "manage.py", "migrate", "--verbosity=0", **own)
    assert run(FINISH, **own).stdout == "1 1 True\n"

"""What several people do in the same moment, where writers really run beside each other."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.reports.scanned_class import ROOT, run

pytestmark = [pytest.mark.pg, pytest.mark.slow]
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def distributed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a service on PostgreSQL."""
    with services.new_postgres_database() as url:
        own = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "INKGRADE_HOME": str(tmp_path_factory.mktemp("home")),
        }
        run(ROOT / "manage.py", "migrate", "--verbosity=0", **own)
        yield own


def test_tabs_that_finish_an_upload_at_once_take_in_one_file(distributed: dict[str, str]) -> None:
    assert run(HERE / "finish_at_once.py", **distributed).stdout == "1 1 True\n"


def test_of_two_people_who_have_work_tried_again_at_once_one_does(distributed: dict[str, str]) -> None:
    assert run(HERE / "press_at_once.py", **distributed).stdout == "1 0 1\n"

"""The same class through Celery, PostgreSQL and Redis: the same answers."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.reports.conftest import Graded
from tests.reports.scanned_class import EXAM, ROOT, ROSTER, ScannedClass, run, start

HAND_IN = Path(__file__).with_name("hand_in_and_wait.py")


@pytest.mark.pg
@pytest.mark.redis
def test_the_distributed_service_gives_the_answers_of_the_embedded_one(
    sample: ScannedClass, graded: Graded, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    own = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "INKGRADE_HOME": str(tmp_path / "home"),
    }
    run(ROOT / "manage.py", "migrate", "--verbosity=0", **own)
    queues = ["-Q", "ingest,recognize,report", "-c", "2"]
    worker = start("-m", "celery", "-A", "grading", "worker", *queues, **own)
    try:
        files = (EXAM, ROSTER, sample.layout, sample.scans)
        answers = run(HAND_IN, *files, **own).stdout
    finally:
        worker.terminate()
        worker.wait(timeout=60)
    assert answers == (graded.out / "answers.csv").read_text()

"""Taking files apart: nothing that came in disappears, nothing is marked twice."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from grading.accounts.models import School
from grading.core import jobs
from grading.core.actor import MACHINE
from grading.core.models import Job, Stage
from grading.exams.models import Exam
from grading.scans import services
from grading.scans.models import Page, ScanFile
from grading.scans.splitting import split_file
from tests.classroom import small_exam


def _png(shade: int = 250) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (400, 560), shade).save(buffer, "PNG")
    return buffer.getvalue()


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _take_in(exam: Exam, name: str, content: bytes) -> ScanFile:
    return services.take_in(actor=MACHINE, exam=exam, name=name, content=io.BytesIO(content))


def _split_all() -> None:
    while claimed := jobs.claim(Stage.SPLIT, "test", 1):
        split_file(claimed[0])


def _fates(exam: Exam) -> list[tuple[str, str]]:
    return list(Page.objects.filter(exam=exam).order_by("pk").values_list("file__name", "state"))


def test_an_image_is_one_page_and_is_queued_once(school: School) -> None:
    exam = small_exam(school)
    _take_in(exam, "a.png", _png())
    _split_all()
    assert _fates(exam) == [("a.png", "waiting")]
    assert Job.objects.filter(stage=Stage.PAGE).count() == 1


def test_the_same_file_twice_is_a_duplicate_and_never_processed(school: School) -> None:
    exam = small_exam(school)
    for name in ("a.png", "again.png"):
        _take_in(exam, name, _png())
    _split_all()
    assert _fates(exam) == [("a.png", "waiting"), ("again.png", "duplicate")]
    assert "a.png" in Page.objects.get(file__name="again.png").reason
    assert Job.objects.filter(stage=Stage.PAGE).count() == 1


def test_members_of_an_archive_stand_for_themselves_and_a_bad_one_harms_no_other(school: School) -> None:
    exam = small_exam(school)
    _take_in(exam, "batch.zip", _zip(**{"1.png": _png(), "notes.txt": b"not a scan", "2.png": _png(240)}))
    _split_all()
    assert sorted(_fates(exam)) == [
        ("batch.zip/1.png", "waiting"),
        ("batch.zip/2.png", "waiting"),
        ("batch.zip/notes.txt", "unreadable"),
    ]


@pytest.mark.parametrize("content", [b"hello", b"%PDF-1.7 cut", b"PK\x03\x04 no zip", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_scan_is_one_unreadable_page_with_a_reason(school: School, content: bytes) -> None:
    exam = small_exam(school)
    _take_in(exam, "bad.pdf", content)
    _split_all()
    assert _fates(exam) == [("bad.pdf", "unreadable")]
    assert Page.objects.get(exam=exam).reason
    assert ScanFile.objects.get(exam=exam).state == ScanFile.State.REFUSED


def test_a_split_whose_lease_was_lost_leaves_nothing(school: School) -> None:
    exam = small_exam(school)
    _take_in(exam, "a.png", _png())
    claimed = jobs.claim(Stage.SPLIT, "slow", 1)[0]
    Job.objects.filter(pk=claimed.pk).update(owner="other#1")
    with pytest.raises(jobs.StaleJob):
        split_file(claimed)
    assert not Page.objects.exists()

"""Uploads go on where they stopped, whatever happens in between, and come in whole or not at all."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from grading.accounts.models import School
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.exams.models import Exam
from grading.scans import room, uploads
from grading.scans.models import ScanFile, Upload, UploadPart
from tests.classroom import small_exam

NAME = "f" * 64
T = TypeVar("T")


@pytest.fixture
def exam(school: School) -> Exam:
    return small_exam(school)


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path: Path) -> None:
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": place}


def begin(actor: Actor, exam: Exam, content: bytes, name: str = "class.pdf") -> Upload:
    return uploads.begin(actor=actor, exam=exam, name=name, size=len(content), fingerprint=NAME)


def send(upload: Upload, offset: int, piece: bytes, announced: int | None = None) -> Upload:
    """A piece as a request of its own would send it: with what the database knows, nothing else."""
    fresh = Upload.objects.get(pk=upload.pk)
    return uploads.append(
        upload=fresh, offset=offset, content=io.BytesIO(piece), length=announced or len(piece)
    )


def finish(actor: Actor, upload: Upload, content: bytes) -> ScanFile:
    digest = hashlib.sha256(content).hexdigest()
    return uploads.finish(actor=actor, upload=Upload.objects.get(pk=upload.pk), digest=digest)


def kept(folder: str = "uploads") -> list[Path]:
    """The pieces, or the whole files, that lie in the storage."""
    return [path for path in Path(default_storage.path(folder)).rglob("*") if path.is_file()]


def in_the_middle_of_reading(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], T]) -> list[T]:
    """Let it happen once the first piece of a file is open; what it returns is in the list then."""
    came: list[T] = []
    opened = FileSystemStorage.open

    def open_it(storage: FileSystemStorage, name: str, mode: str = "rb") -> File[bytes]:
        file = opened(storage, name, mode)
        monkeypatch.setattr(FileSystemStorage, "open", opened)
        if not came:
            came.append(happens())
        return file

    monkeypatch.setattr(FileSystemStorage, "open", open_it)
    return came


def before_the_announcement(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], T]) -> list[T]:
    """Let it happen between the look for an upload and the announcement of a new one."""
    came: list[T] = []
    asked = room.require

    def require(*_args: object, **_more: object) -> None:
        monkeypatch.setattr(room, "require", asked)
        came.append(happens())

    monkeypatch.setattr(room, "require", require)
    return came


@property_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(min_size=1, max_size=200),
    pieces=st.lists(
        st.tuples(st.integers(1, 40), st.sampled_from(["whole", "cut", "twice", "stale", "again"])),
        max_size=40,
    ),
)
def test_whatever_is_cut_repeated_or_stale_the_file_comes_in_as_it_was(
    exam: Exam, alice_actor: Actor, content: bytes, pieces: list[tuple[int, str]]
) -> None:
    upload = begin(alice_actor, exam, content)
    for length, fault in [*pieces, *[(len(content), "whole")] * 2]:
        offset = begin(alice_actor, exam, content).offset  # a closed tab: it asks how far the file is
        piece = content[offset : offset + length]
        if not piece:
            break
        if fault == "cut":
            with pytest.raises(UserError, match="cut"):
                send(upload, offset, piece[:-1], announced=len(piece))
        elif fault == "stale" and offset:
            with pytest.raises(uploads.OutOfStep) as refused:
                send(upload, offset - 1, piece)
            assert refused.value.offset == offset
        else:
            send(upload, offset, piece)
            if fault == "twice":
                with pytest.raises(uploads.OutOfStep):
                    send(upload, offset, piece)
    file = finish(alice_actor, upload, content)
    with file.file.open("rb") as stored:
        assert stored.read() == content
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert not UploadPart.objects.exists()
    assert kept() == []
    ScanFile.objects.all().delete()


def test_of_two_tabs_that_send_the_same_piece_at_once_one_counts(exam: Exam, alice_actor: Actor) -> None:
    one, other = begin(alice_actor, exam, b"abcd"), begin(alice_actor, exam, b"abcd")
    assert one == other
    uploads.append(upload=one, offset=0, content=io.BytesIO(b"ab"), length=2)
    with pytest.raises(uploads.OutOfStep) as refused:
        uploads.append(upload=other, offset=0, content=io.BytesIO(b"abc"), length=3)
    assert refused.value.offset == 2
    assert len(kept()) == 1


def test_a_file_finished_twice_is_taken_in_once(exam: Exam, alice_actor: Actor) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"abcd")
    late = Upload.objects.get(pk=upload.pk)
    first = finish(alice_actor, upload, b"abcd")
    assert uploads.finish(actor=alice_actor, upload=late, digest=hashlib.sha256(b"abcd").hexdigest()) == first
    assert ScanFile.objects.count() == 1
    assert list(Job.objects.filter(stage=Stage.SPLIT).values_list("subject_id", flat=True)) == [first.pk]
    assert AuditEvent.objects.filter(verb="file.taken_in", object_id=first.pk).count() == 1


def test_damage_on_the_way_is_found_and_nothing_is_taken_in(exam: Exam, alice_actor: Actor) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"abXd")
    with pytest.raises(UserError, match="damaged"):
        finish(alice_actor, upload, b"abcd")
    assert not ScanFile.objects.exists()
    assert kept() == []
    assert begin(alice_actor, exam, b"abcd").offset == 0


def test_what_is_missing_cannot_be_finished(exam: Exam, alice_actor: Actor) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"ab")
    with pytest.raises(uploads.OutOfStep):
        finish(alice_actor, upload, b"abcd")


def test_more_than_was_announced_is_refused(exam: Exam, alice_actor: Actor) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    with pytest.raises(UserError, match="wrong length"):
        send(upload, 0, b"abcde")
    assert kept() == []


@pytest.mark.parametrize(("size", "words"), [(0, "empty"), (2_000_000, "larger than 1 MB")])
def test_size_is_judged_before_a_byte_is_taken(
    exam: Exam, alice_actor: Actor, settings, size: int, words: str
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    with pytest.raises(UserError, match=words):
        uploads.begin(actor=alice_actor, exam=exam, name="a.pdf", size=size, fingerprint=NAME)
    assert not Upload.objects.exists()


def test_what_a_school_may_keep_counts_what_is_still_coming(exam: Exam, alice_actor: Actor, settings) -> None:
    settings.MAX_SCHOOL_BYTES = 1_000_000_000
    announce = {"actor": alice_actor, "exam": exam, "size": 600_000_000}
    uploads.begin(name="a.pdf", fingerprint="a" * 64, **announce)
    with pytest.raises(UserError, match="may keep 1 GB"):
        uploads.begin(name="b.pdf", fingerprint="b" * 64, **announce)


def test_a_full_disk_refuses_in_words(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_free", lambda: room.SPARE_BYTES + 7)
    with pytest.raises(UserError, match="nearly full"):
        begin(alice_actor, exam, b"abcd")


def test_what_nobody_goes_on_with_is_swept_and_the_rest_stays(exam: Exam, alice_actor: Actor) -> None:
    old, done = begin(alice_actor, exam, b"abcd"), None
    send(old, 0, b"ab")
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS, hours=1))
    done = uploads.begin(actor=alice_actor, exam=exam, name="b.pdf", size=1, fingerprint="b" * 64)
    send(done, 0, b"x")
    file = finish(alice_actor, done, b"x")
    assert uploads.sweep() == 1
    assert list(Upload.objects.all()) == [done]
    assert kept() == []
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS, hours=1))
    assert uploads.sweep() == 1
    assert ScanFile.objects.get() == file
    assert file.file.storage.exists(file.file.name or "")


def test_a_file_that_another_tab_finishes_while_its_pieces_are_read_is_taken_in_once(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"ab")
    send(upload, 2, b"cd")
    first = in_the_middle_of_reading(monkeypatch, lambda: finish(alice_actor, upload, b"abcd"))
    assert finish(alice_actor, upload, b"abcd") == first[0]
    assert ScanFile.objects.get() == first[0]
    with ScanFile.objects.get().file.open("rb") as stored:
        assert stored.read() == b"abcd"
    assert kept() == []
    assert len(kept("scans")) == 1


def test_a_file_that_another_tab_gives_up_while_its_pieces_are_read_is_refused_in_words(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"ab")
    send(upload, 2, b"cd")
    in_the_middle_of_reading(monkeypatch, lambda: uploads.discard(upload=Upload.objects.get(pk=upload.pk)))
    with pytest.raises(UserError, match="given up in another tab"):
        finish(alice_actor, upload, b"abcd")
    assert not ScanFile.objects.exists()
    assert kept() == kept("scans") == []


def test_a_file_that_another_tab_gives_up_after_its_pieces_were_read_is_refused_in_words(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"abcd")
    save = FileSystemStorage.save

    def saved(storage: FileSystemStorage, name: str, content: File[bytes]) -> str:
        stored = save(storage, name, content)
        uploads.discard(upload=Upload.objects.get(pk=upload.pk))
        return stored

    monkeypatch.setattr(FileSystemStorage, "save", saved)
    with pytest.raises(UserError, match="given up in another tab"):
        finish(alice_actor, upload, b"abcd")
    assert not ScanFile.objects.exists()
    assert kept() == kept("scans") == []


def test_a_piece_of_a_file_that_another_tab_gave_up_is_refused_in_words(
    exam: Exam, alice_actor: Actor
) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    late = Upload.objects.get(pk=upload.pk)
    uploads.discard(upload=upload)
    with pytest.raises(UserError, match="given up in another tab"):
        uploads.append(upload=late, offset=0, content=io.BytesIO(b"ab"), length=2)
    assert kept() == []


def test_what_is_being_put_together_is_not_swept(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(alice_actor, exam, b"abcd")
    send(upload, 0, b"ab")
    send(upload, 2, b"cd")
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS, hours=1))
    swept = in_the_middle_of_reading(monkeypatch, uploads.sweep)
    assert finish(alice_actor, upload, b"abcd") == ScanFile.objects.get()
    assert swept == [0]


def test_two_tabs_that_begin_at_once_go_on_with_the_same_upload(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = before_the_announcement(monkeypatch, lambda: begin(alice_actor, exam, b"abcd"))
    assert begin(alice_actor, exam, b"abcd") == begun[0]


def test_a_file_that_another_tab_begins_and_gives_up_at_once_is_begun_again(
    exam: Exam, alice_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Upload.objects.create

    def create_after_another_tab(**announced: object) -> Upload:
        """The other tab's upload is gone together with what this tab did not succeed in."""
        monkeypatch.setattr(Upload.objects, "create", create)
        create(**announced)
        return create(**announced)

    monkeypatch.setattr(Upload.objects, "create", create_after_another_tab)
    upload = begin(alice_actor, exam, b"abcd")
    assert list(Upload.objects.all()) == [upload]


def test_a_file_that_is_announced_with_another_size_meanwhile_is_refused_in_words(
    exam: Exam, alice_actor: Actor
) -> None:
    begin(alice_actor, exam, b"abcd")
    with pytest.raises(UserError, match="another tab is handing in"):
        begin(alice_actor, exam, b"abcdef")

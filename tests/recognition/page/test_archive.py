from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from recognition.limits import Limits
from recognition.page.archive import archive_members, extract_member
from recognition.page.raster import BadFile, FileKind, inspect, page_image
from tests.recognition.hostile_files import huge_png, one_page, zip_of


def archive(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "scans.zip"
    path.write_bytes(zip_of(members))
    return path


def test_members_are_listed_without_clutter_and_come_out_whole(tmp_path: Path) -> None:
    clutter = {"__MACOSX/._a.pdf": b"x", "folder/.DS_Store": b"x"}
    path = archive(
        tmp_path, {**clutter, "../../etc/a.pdf": one_page(b"0 g 0 0 300 842 re f"), "note.txt": b"hi"}
    )
    info = inspect(path)
    assert (info.kind, info.pages, info.error) == (FileKind.ZIP, 0, None)
    assert [member.name for member in info.members] == ["../../etc/a.pdf", "note.txt"]
    target = tmp_path / "out.bin"
    assert extract_member(path, info.members[0].index, target) is FileKind.PDF
    assert float((page_image(target, 0) < 90).mean()) == pytest.approx(300 / 595, abs=0.01)


@pytest.mark.parametrize(
    ("data", "reason"), [(zip_of({"a.pdf": one_page()}), "within an archive"), (b"hello", "not a PDF")]
)
def test_bad_members_leave_no_file_and_do_not_stop_the_others(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = archive(tmp_path, {"bad": data, "good.pdf": one_page()})
    target = tmp_path / "out.bin"
    with pytest.raises(BadFile, match=reason):
        extract_member(path, 0, target)
    assert not target.exists()
    assert extract_member(path, 1, target) is FileKind.PDF


@pytest.mark.parametrize("part", ["[Content_Types].xml", "META-INF/manifest.xml"])
def test_a_document_is_refused_as_a_whole_and_not_taken_for_an_archive(tmp_path: Path, part: str) -> None:
    info = inspect(archive(tmp_path, {part: b"<xml/>", "word/document.xml": b"<xml/>", "picture.png": b"x"}))
    assert (info.pages, info.members) == (0, ())
    assert "office document" in (info.error or "")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document"),
        (b"\0\0\0\x24ftypheic", "save it as JPEG"),
        (b"hello", "not a PDF"),
    ],
)
def test_a_file_that_is_no_scan_says_what_it_is(tmp_path: Path, head: bytes, reason: str) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(head + b"\0" * 100)
    assert reason in (inspect(path).error or "")


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.png": huge_png(2000)})
    data = bytearray(path.read_bytes())
    real = zipfile.ZipFile(path).infolist()[0].file_size
    at = data.rfind(real.to_bytes(4, "little"))
    data[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BadFile, match=r"larger than it says|damaged"):
        extract_member(path, 0, tmp_path / "out.bin")
    assert not (tmp_path / "out.bin").exists()


def test_overlapping_members_are_a_bomb(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.pdf": one_page() * 40, "b.pdf": one_page() * 40})
    data = bytearray(path.read_bytes())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BadFile, match="bomb"):
        archive_members(path)


def test_too_many_members_and_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {f"{i}.pdf": one_page() for i in range(5)})
    with pytest.raises(BadFile, match="members"):
        archive_members(path, Limits(archive_members=4))
    with pytest.raises(BadFile, match="split it"):
        archive_members(path, Limits(archive_bytes=1000))


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.pdf": one_page()})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x09\x09"))
    assert "damaged" in str(inspect(path).error)

"""Any image file gives a grey plane or one sentence that says why not."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recognition.reader.image_files import ImageError, read_grey

GREY = np.linspace(0, 255, 40 * 60).astype(np.uint8).reshape(40, 60)


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.bmp", "a.gif"])
def test_a_grey_image_comes_back_as_it_is(tmp_path: Path, name: str) -> None:
    assert np.array_equal(read_grey(saved(tmp_path / name, Image.fromarray(GREY))), GREY)


def test_a_jpeg_comes_back_nearly_as_it_is(tmp_path: Path) -> None:
    found = read_grey(saved(tmp_path / "a.jpg", Image.fromarray(GREY), quality=95))
    assert np.abs(found.astype(int) - GREY).max() < 10


def test_colour_becomes_grey(tmp_path: Path) -> None:
    colour = Image.new("RGB", (30, 20), (0, 0, 255))
    assert 20 < read_grey(saved(tmp_path / "a.png", colour)).mean() < 40


def test_transparency_is_white_paper(tmp_path: Path) -> None:
    clear = np.zeros((20, 30, 4), np.uint8)
    clear[5:10, 5:25, 3] = 255
    found = read_grey(saved(tmp_path / "a.png", Image.fromarray(clear)))
    assert found[0, 0] == 255
    assert found[7, 10] == 0


def test_a_palette_with_a_transparent_entry_is_white_paper_too(tmp_path: Path) -> None:
    image = Image.fromarray(np.zeros((20, 30), np.uint8), "P")
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert read_grey(saved(tmp_path / "a.png", image, transparency=0)).min() == 255


def test_sixteen_bits_are_reduced_to_eight(tmp_path: Path) -> None:
    deep = (GREY.astype(np.uint16) * 257).astype(np.uint16)
    assert np.array_equal(read_grey(saved(tmp_path / "a.png", Image.fromarray(deep))), GREY)
    assert np.array_equal(read_grey(saved(tmp_path / "b.tif", Image.fromarray(deep))), GREY)


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    found = read_grey(saved(tmp_path / "a.png", Image.fromarray(GREY > 127)))
    assert set(np.unique(found)) == {0, 255}


def test_a_turned_photograph_is_turned_back(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = read_grey(saved(tmp_path / "a.jpg", Image.fromarray(GREY), exif=exif))
    assert found.shape == (60, 40)


def _huge_png(path: Path) -> Path:
    """A PNG header that promises 100,000 x 100,000 pixels, and no pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")))
    return path


def test_the_size_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="at most 40 million"):
        read_grey(_huge_png(tmp_path / "huge.png"))


def test_a_limit_of_pixels_is_inclusive(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(GREY))
    assert read_grey(path, most_pixels=2400).shape == (40, 60)
    with pytest.raises(ImageError, match="60 x 40 pixels"):
        read_grey(path, most_pixels=2399)


@pytest.mark.parametrize("keep", [10, 40, 200, 400])
def test_a_truncated_image_is_an_error_not_half_an_image(tmp_path: Path, keep: int) -> None:
    rng = np.random.default_rng(1)
    path = saved(tmp_path / "a.png", Image.fromarray(rng.integers(0, 255, (40, 60)).astype(np.uint8)))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ImageError):
        read_grey(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty file"), (b"just text", "not an image"), (b"%!PS-Adobe-3.0 EPSF", "not an image")],
)
def test_what_is_no_image_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=reason):
        read_grey(path)


def test_missing_files_folders_and_specks_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        read_grey(tmp_path / "nothing.png")
    with pytest.raises(ImageError, match="not a file"):
        read_grey(tmp_path)
    with pytest.raises(ImageError, match="too small"):
        read_grey(saved(tmp_path / "a.png", Image.new("L", (1, 9))))


def test_a_name_that_no_file_can_have_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        read_grey(tmp_path / ("x" * 5000))
    with pytest.raises(ImageError):
        read_grey(Path("a\0b.png"))

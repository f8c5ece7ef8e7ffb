from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from recognition.limits import Limits
from recognition.page import raster
from recognition.page.raster import FileKind, PageError, inspect, page_image, pages
from recognition.page.rasteriser import Rasteriser
from tests.recognition import hostile_files as hostile

Written = Callable[..., Path]
QUICK = Limits(page_seconds=2.0)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def written(data: bytes, name: str = "scan.bin") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def scan(shape: tuple[int, int] = (842, 595)) -> NDArray[np.uint8]:
    """A page that no turn or flip leaves the same."""
    image = np.full(shape, 240, np.uint8)
    image[40:120, 50:400] = 20
    image[300:330, 60:90] = 90
    return image


def encoded(image: NDArray[np.uint8], kind: str) -> bytes:
    return cv2.imencode(kind, image)[1].tobytes()


def close_to(found: NDArray[np.uint8], expected: NDArray[np.uint8]) -> bool:
    size = (expected.shape[1], expected.shape[0])
    difference = cv2.absdiff(cv2.resize(found, size, interpolation=cv2.INTER_AREA), expected)
    return float(np.percentile(difference, 98)) < 12


@pytest.mark.parametrize("kind", [".png", ".jpg", ".tiff"])
def test_a_picture_is_known_by_its_bytes_and_comes_back(file: Written, kind: str) -> None:
    path = file(encoded(scan(), kind), "wrong-name.pdf")
    assert inspect(path).pages == 1
    assert close_to(page_image(path, 0), scan())


def test_every_page_of_a_tiff_comes_back(file: Written, tmp_path: Path) -> None:
    images = [np.full((100, 80), level, np.uint8) for level in (10, 90, 200)]
    cv2.imwritemulti(str(tmp_path / "many.tiff"), images)
    assert inspect(tmp_path / "many.tiff").pages == 3
    assert [int(np.median(image)) for _, image in pages(tmp_path / "many.tiff")] == [10, 90, 200]


@pytest.mark.parametrize("colour", [False, True])
def test_a_jpeg_page_of_a_pdf_is_decoded_as_it_lies(file: Written, colour: bool) -> None:
    image = cv2.cvtColor(scan((1200, 850)), cv2.COLOR_GRAY2BGR) if colour else scan((1200, 850))
    page = page_image(file(hostile.jpeg_pdf(image)), 0)
    assert page.shape == (1200, 850)
    assert close_to(page, scan((1200, 850)))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_turned_as_a_viewer_does(file: Written, turn: int) -> None:
    turned = page_image(file(hostile.jpeg_pdf(scan(), page=b"/Rotate %d" % turn)), 0)
    assert close_to(turned, np.ascontiguousarray(np.rot90(scan(), -turn // 90)))


def test_a_picture_with_inverted_samples_is_not_read_as_a_negative(file: Written) -> None:
    page = page_image(file(hostile.jpeg_pdf(255 - scan(), more_entries=b"/Decode [1 0]")), 0)
    assert close_to(page, scan())


def test_a_picture_laid_flipped_is_rendered(file: Written) -> None:
    data = encoded(scan(), ".jpg")
    entries = b"/Filter /DCTDecode /Width 595 /Height 842 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    page = page_image(file(hostile.picture_pdf(data, entries, b"595 0 0 -842 0 842")), 0)
    assert close_to(page, np.ascontiguousarray(scan()[::-1]))


def test_drawn_pages_are_rendered(file: Written) -> None:
    page = page_image(file(hostile.one_page(b"0 g 100 100 200 300 re f")), 0)
    assert 0.10 < float((page < 50).mean()) < 0.14


@pytest.mark.parametrize("pen", [(255, 170, 120), (120, 120, 255), (120, 220, 120)])
def test_light_pens_stay_dark(file: Written, pen: tuple[int, int, int]) -> None:
    image = np.full((100, 100, 3), 250, np.uint8)
    image[40:60] = pen
    page = page_image(file(encoded(image, ".png")), 0)
    assert int(page[50, 50]) < 175 < int(page[10, 10])


def test_exif_orientation_of_a_photo_is_followed(file: Written) -> None:
    jpeg = encoded(scan(), ".jpg")
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    path = file(jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:])
    assert close_to(page_image(path, 0), np.ascontiguousarray(np.rot90(scan(), -1)))


HOSTILE = {
    "empty": (b"", "empty"),
    "text": (b"hello", "not a PDF"),
    "encrypted": (hostile.encrypted_pdf(), "password"),
    "truncated pdf": (hostile.jpeg_pdf(scan())[:-400], "cut off"),
    "truncated png": (encoded(scan(), ".png")[:-30], "cut off"),
    "truncated jpeg": (encoded(scan(), ".jpg")[:-30], "cut off"),
    "truncated tiff": (encoded(scan(), ".tiff")[:2000], "cut off"),
    "page count": (hostile.many_pages_claim_pdf(), "pages"),
    "pdf and zip": (hostile.one_page() + hostile.zip_of({"a.txt": b"x"}), "at once"),
    "png and zip": (encoded(scan(), ".png") + hostile.zip_of({"a.txt": b"x"}), "at once"),
    "nonsense pdf": (b"%PDF-1.7\n" + b"\x01" * 500 + b"%%EOF", "damaged"),
    "zip bomb": (hostile.zip_of({"a.pdf": b"\0" * 60_000_000}), "bomb"),
    "empty zip": (hostile.zip_of({}), "cut off|holds no"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_files_are_refused_with_a_reason(file: Written, name: str) -> None:
    data, reason = HOSTILE[name]
    started = time.monotonic()
    info = inspect(file(data), QUICK)
    assert info.pages == 0
    assert info.error is not None
    assert any(word in info.error for word in reason.split("|")), info.error
    assert time.monotonic() - started < 30


BAD_PAGES = {
    "200 inch page": (hostile.one_page(b"0 0 9 9 re f", size="14400 14400"), "m long"),
    "image claims": (hostile.endless_image_pdf(), "pixels"),
    "nested forms": (hostile.nested_forms_pdf(), "took longer|ended"),
    "huge png": (hostile.huge_png(), "pixels"),
    "broken jpeg": (hostile.picture_pdf(b"\xff\xd8\xff" * 9, b"/Filter /DCTDecode /Width 9 /Height 9 "
        b"/BitsPerComponent 8 /ColorSpace /DeviceGray"), "could not be drawn|damaged|cannot be"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_PAGES)
def test_bad_pages_are_errors_never_blank(file: Written, name: str) -> None:
    data, reason = BAD_PAGES[name]
    started = time.monotonic()
    with pytest.raises(PageError) as caught:
        page_image(file(data), 0, QUICK)
    assert any(word in str(caught.value) for word in reason.split("|")), caught.value
    assert time.monotonic() - started < 30


def test_a_white_render_of_a_picture_under_a_memory_limit_is_an_error(file: Written) -> None:
    data = hostile.endless_image_pdf(8_000)
    with pytest.raises(PageError):
        page_image(file(data), 0, Limits(memory_bytes=30_000_000))


def test_a_picture_that_is_white_is_a_white_page(file: Written) -> None:
    page = page_image(file(hostile.jpeg_pdf(np.full((842, 595), 255, np.uint8))), 0)
    assert int(page.min()) > 250


def test_one_bad_page_does_not_stop_the_others(file: Written) -> None:
    hang = hostile.nested_forms_pdf()
    assert isinstance(dict(pages(file(hang), limits=QUICK))[0], PageError)
    good = file(encoded(scan(), ".png"), "good.png")
    with pytest.raises(PageError):
        page_image(file(hang), 0, QUICK)
    assert close_to(page_image(good, 0, QUICK), scan())


def test_memory_does_not_grow_with_the_pages_of_a_pdf(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    path = tmp_path / "many.pdf"
    noise = random.integers(0, 255, (1400, 1000)).astype(np.uint8)  # 1.7 MB as a JPEG
    path.write_bytes(hostile.jpeg_pages_pdf(noise, 60))
    with Rasteriser(QUICK) as rasteriser:
        used = []
        for index in range(60):
            rasteriser.ask(path, index)
            assert rasteriser.fetch().shape == (1400, 1000)
            used.append(rasteriser.memory_bytes())
    assert max(used) < used[5] + 60_000_000


def test_a_page_beyond_the_last_is_an_error(file: Written) -> None:
    with pytest.raises(PageError, match="no page 2"):
        page_image(file(encoded(scan(), ".png")), 1)


def test_a_new_file_under_an_old_name_is_read_anew(file: Written) -> None:
    assert int(page_image(file(encoded(np.full((90, 90), 10, np.uint8), ".png")), 0)[5, 5]) == 10
    assert int(page_image(file(encoded(np.full((90, 90), 200, np.uint8), ".png")), 0)[5, 5]) == 200


def test_the_caller_loads_no_decoder() -> None:
    code = "import sys, recognition.page.raster; sys.exit('cv2' in sys.modules or 'pypdfium2' in sys.modules)"
    import subprocess
    import sys

    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, cwd=Path(raster.__file__).parents[2]
        ).returncode
        == 0
    )


def test_kinds_have_names() -> None:
    assert FileKind("tiff") is FileKind.TIFF

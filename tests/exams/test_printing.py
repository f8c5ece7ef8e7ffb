"""sheets.pdf: what is drawn is where layout.json says, codes can be read back, and no name stops a print."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from grading.core.errors import UserError
from grading.exams.examfile import load_exam
from grading.exams.fiducials import MODULES, white_modules
from grading.exams.layout_json import BoxEntry
from grading.exams.paper import RectMm, codes_mm, markers_mm
from grading.exams.printing import dark_runs, write_pdf
from grading.exams.roster import Student
from grading.exams.sheet_print import SheetPrint, plan_print
from grading.exams.spec import ExamSpec
from grading.exams.typeface import FONTS
from recognition.pagecode import ForeignCode, decode
from recognition.types import PageCode
from tests.exams.test_exam_file import SAMPLE

AWKWARD_NAMES = [
    '=HYPERLINK("http://x")',
    "Tom <b>O & Co</b>",
    "שלום כהן",
    "محمد عبد الله",
    "😀 👩‍👩‍👧 Kid",
    "王小明 김철수",
    "अनुष्का",
    "Zoë\u202e\u0000 Åström",
    "x" * 200,
    "Łukasz Ďurišová Οδυσσέας",
]


def pdf_of(sheets: SheetPrint) -> bytes:
    target = io.BytesIO()
    write_pdf(sheets, target)
    return target.getvalue()


def rendered(pdf: bytes, page: int, dpi: int) -> NDArray[np.uint8]:
    document = pypdfium2.PdfDocument(pdf)
    return document[page].render(scale=dpi / 72, grayscale=True).to_numpy()


def text_of(pdf: bytes, page: int) -> str:
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


def cut(image: NDArray[np.uint8], rect: RectMm, dpi: int) -> NDArray[np.uint8]:
    x, y, w, h = (round(v / 25.4 * dpi) for v in rect)
    return image[y : y + h, x : x + w]


def written_in(box: BoxEntry) -> list[RectMm]:
    return [*box.cells_mm, *(bubble for _, bubble in box.bubbles_mm)] or [box.rect_mm]


@pytest.fixture(scope="module", params=["A4", "letter"])
def sample(request: pytest.FixtureRequest) -> SheetPrint:
    spec = load_exam(SAMPLE).model_copy(update={"paper": request.param})
    return plan_print(
        spec, [Student("4711003", "Amara Okafor"), Student("4711010", "Björn Ångström")], copies=1
    )


@pytest.fixture(scope="module")
def sample_pdf(sample: SheetPrint) -> bytes:
    return pdf_of(sample)


def test_markers_are_those_of_opencv() -> None:
    import cv2

    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in range(4):
        image = cv2.aruco.generateImageMarker(dictionary, marker, MODULES)
        assert sorted(zip(*np.nonzero(image), strict=True)) == sorted(white_modules(marker))


def test_opencv_finds_the_markers_where_they_should_be(sample: SheetPrint, sample_pdf: bytes) -> None:
    import cv2

    dpi = 150
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    corners, ids, _ = detector.detectMarkers(rendered(sample_pdf, 1, dpi))
    found = {int(i): c[0] * 25.4 / dpi for i, c in zip(np.ravel(ids), corners, strict=True)}
    for marker, (x, y, w, h) in markers_mm(sample.plan.page_size_mm).items():
        expected = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        assert np.abs(found[marker] - expected).max() < 0.3


@pytest.mark.parametrize("bilevel", [False, True])
def test_both_page_codes_are_read_at_150_dpi(sample: SheetPrint, sample_pdf: bytes, bilevel: bool) -> None:
    layout, per_sheet = sample.layout, len(sample.plan.pages)
    for index in range(sample.page_count):
        image = rendered(sample_pdf, index, 150)
        image = np.where(image < 128, 0, 255).astype(np.uint8) if bilevel else image
        texts = [code.text for code in zxingcpp.read_barcodes(image)]
        assert len(texts) == 2
        sheet, page = layout.sheets[index // per_sheet].sheet, index % per_sheet + 1
        for text in texts:
            assert decode(text, layout.exam_key) == PageCode("phys-quiz-3", layout.run, sheet, page)
            with pytest.raises(ForeignCode):
                decode(text, "another exam")


def test_each_code_alone_is_enough(sample: SheetPrint, sample_pdf: bytes) -> None:
    image = rendered(sample_pdf, 0, 150)
    for rect in codes_mm(sample.plan.page_size_mm):
        grown = (rect[0] - 2.4, rect[1] - 2.4, rect[2] + 4.8, rect[3] + 4.8)
        assert len(zxingcpp.read_barcodes(np.ascontiguousarray(cut(image, grown, 150)))) == 1


def test_boxes_are_drawn_where_the_layout_says_and_empty(sample: SheetPrint, sample_pdf: bytes) -> None:
    dpi = 200
    for page in sample.layout.sheets[0].pages:
        image = rendered(sample_pdf, page.pdf_page, dpi)
        for box in page.boxes:
            for rect in written_in(box):
                check_outline(image, box.kind, rect, dpi)


def check_outline(image: NDArray[np.uint8], kind: str, rect: RectMm, dpi: int) -> None:
    x, y, w, h = rect
    if kind != "manual":
        assert cut(image, (x + w * 0.45, y - 0.4, w * 0.1, 0.8), dpi).min(axis=0).max() < 190
        assert cut(image, (x - 0.4, y + h * 0.45, 0.8, h * 0.1), dpi).min(axis=1).max() < 190
        inner = (x + w * 0.2, y + h * 0.2, w * 0.6, h * 0.6)
        assert cut(image, inner, dpi).min() == 255
    assert cut(image, (x, y, w, h), dpi).min() > 100, "lines are lighter than ink"


def test_names_numbers_and_the_code_in_words_are_printed(sample: SheetPrint, sample_pdf: bytes) -> None:
    first, second, spare = (text_of(sample_pdf, i * 2) for i in range(3))
    assert "Amara Okafor" in first
    assert "4711003" in first
    assert "Björn Ångström" in second
    assert "Björn" in text_of(sample_pdf, 3), "the second page names the student too"
    for part in ("Sheet 0003", "page 1 of 2", "phys-quiz-3", sample.layout.run, "Student number"):
        assert part in spare
    assert "Okafor" not in spare


def halves(words: str) -> tuple[str, str]:
    """A prompt of two lines has its marks between them in the order of the text."""
    return words[: len(words) // 3], words[-len(words) // 3 :].split(" ", 1)[1]


def test_every_prompt_is_printed_whole(sample: SheetPrint, sample_pdf: bytes) -> None:
    printed = " ".join((text_of(sample_pdf, 0) + " " + text_of(sample_pdf, 1)).split())
    for question in sample.spec.questions:
        for line in (question.prompt or "").splitlines():
            words = " ".join(line.split())
            assert words in printed or all(half in printed for half in halves(words))


def test_the_same_print_is_the_same_file(sample: SheetPrint, sample_pdf: bytes) -> None:
    again = plan_print(sample.spec, sample.students, copies=1)
    assert again.layout == sample.layout
    assert pdf_of(again) == sample_pdf
    other = plan_print(sample.spec, sample.students, copies=1, run="MAKEUP")
    assert other.layout.run == "MAKEUP"
    assert other.layout == replace(sample.layout, run="MAKEUP")


@pytest.mark.parametrize("name", AWKWARD_NAMES)
@pytest.mark.parametrize("digits", [None, {"digits": 12}])
def test_no_name_stops_a_print(name: str, digits: dict | None) -> None:
    question = {"id": "1", "type": "digits", "answer": "1", "marks": 1, "prompt": name.replace("\0", "")}
    spec = ExamSpec.model_validate({"id": "x", "title": "T", "student_id": digits, "questions": [question]})
    page = rendered(pdf_of(plan_print(spec, [Student("1", name)])), 0, 60)
    assert page.min() == 0


def test_markup_in_names_is_printed_as_it_is() -> None:
    pdf = pdf_of(
        plan_print(load_exam(SAMPLE), [Student("1", AWKWARD_NAMES[1]), Student("2", AWKWARD_NAMES[0])])
    )
    assert AWKWARD_NAMES[1] in text_of(pdf, 0)
    assert AWKWARD_NAMES[0] in text_of(pdf, 2)


@pytest.mark.parametrize("exam_id", ["x", "a-long-exam-id-of-24-char"[:24]])
def test_page_codes_keep_modules_that_a_scan_at_150_dpi_resolves(exam_id: str) -> None:
    _, modules = dark_runs(f"IG1.{exam_id}.ABCD.0001.1.12345678")
    assert codes_mm((210, 297))[0][2] / modules * 150 / 25.4 > 2.5


def test_a_print_without_sheets_or_with_too_many_is_refused() -> None:
    spec = load_exam(SAMPLE)
    with pytest.raises(UserError, match="nothing to print"):
        plan_print(spec)
    with pytest.raises(UserError, match="too many"):
        plan_print(spec, copies=10_000)
    with pytest.raises(UserError, match="cannot be printed"):
        plan_print(spec, copies=1, run="a.b")


def test_fonts_ship_with_their_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "Bitstream" in (FONTS / "DejaVu-LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", [None, "kg", "m/s²", "Megawattstunden je Tag"])
def test_nothing_is_printed_behind_the_unit_of_a_number(unit: str | None) -> None:
    number = {"id": "1", "type": "number", "answer": 4, "marks": 1, "unit": unit}
    sheets = plan_print(ExamSpec.model_validate({"id": "x", "title": "T", "questions": [number]}), copies=1)
    (box,) = (b for b in sheets.layout.sheets[0].pages[0].boxes if b.kind == "number")
    page, (_, y, _, h), free = rendered(pdf_of(sheets), 0, 200), box.rect_mm, box.free_from_mm
    assert free is not None
    assert cut(page, (free + 0.5, y, 170 - free, h), 200).min() == 255
    if unit:
        assert cut(page, (free - 3, y, 3, h), 200).min() < 128

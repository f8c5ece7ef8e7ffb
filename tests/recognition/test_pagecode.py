from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from recognition.pagecode import ForeignCode, NotACode, decode, encode, qr_modules
from recognition.types import PageCode

CODE = PageCode("phys-quiz-3", "K7QX", "0012", 2)
FIELD = st.text("ABCabc019_-", min_size=1, max_size=64)


@given(FIELD, FIELD, FIELD, st.integers(1, 9999), st.text(max_size=30))
def test_every_code_comes_back_under_its_key(exam: str, run: str, sheet: str, page: int, key: str) -> None:
    code = PageCode(exam, run, sheet, page)
    assert decode(encode(code, key), key) == code


def test_a_page_of_another_exam_is_foreign() -> None:
    with pytest.raises(ForeignCode) as caught:
        decode(encode(CODE, "one key"), "other key")
    assert caught.value.exam == "phys-quiz-3"


@given(st.integers(0, 35), st.sampled_from("0A7x.-"))
def test_no_changed_character_is_taken_for_a_page(position: int, character: str) -> None:
    text = encode(CODE, "key")
    changed = text[:position] + character + text[position + 1 :]
    if changed != text:
        with pytest.raises((ForeignCode, NotACode)):
            decode(changed, "key")


@pytest.mark.parametrize(
    "text", ["", "4006381333931", "IG1.a.b.c.1", "IG2.a.b.c.1.00000000", "IG1.a.b.c.x.00000000"]
)
def test_other_barcodes_are_no_codes(text: str) -> None:
    with pytest.raises(NotACode):
        decode(text, "key")


@pytest.mark.parametrize(
    "code", [PageCode("a.b", "r", "1", 1), PageCode("a", "r", "é", 1), PageCode("a", "r", "1", 0)]
)
def test_unprintable_fields_are_refused(code: PageCode) -> None:
    with pytest.raises(ValueError, match="cannot be printed"):
        encode(code, "key")


def test_the_symbol_is_small_and_reads_back() -> None:
    text = encode(CODE, "key")
    modules = qr_modules(text)
    assert modules.shape[0] <= 33
    picture = np.kron(np.pad(~modules, 4, constant_values=True), np.ones((4, 4))).astype(np.uint8) * 255
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]

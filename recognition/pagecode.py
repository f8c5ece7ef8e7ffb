"""The printed page code: which exam, print run, sheet and page a scanned page is.

Text form: ``IG1.<exam>.<run>.<sheet>.<page>.<check>``. The check is a keyed digest of everything
before it, so a damaged code and a page of another exam (another ``exam_key``) are both refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2s

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from recognition.types import PageCode

VERSION = "IG1"
_FIELD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_PAGE = re.compile(r"[1-9][0-9]{0,3}\Z")
_CHECK = re.compile(r"[0-9A-F]{8}\Z")


class NotACode(ValueError):
    """The text is no Inkgrade page code at all."""


class ForeignCode(ValueError):
    """A page code that this exam did not print, or a damaged one; ``exam`` is what it claims."""

    def __init__(self, reason: str, exam: str) -> None:
        super().__init__(reason)
        self.exam = exam


def encode(code: PageCode, exam_key: str) -> str:
    """The text to print for ``code``; about 36 characters, a QR code of version 3 to 4 at level M.

    ``exam_key`` is the exam's fingerprint and must be the same when the pages come back.
    Raises ValueError when a field holds anything but letters, digits, ``_`` and ``-``.
    """
    for name, value in (("exam", code.exam), ("run", code.run), ("sheet", code.sheet)):
        if not _FIELD.match(value):
            raise ValueError(f"{name} {value!r} cannot be printed: use 1 to 64 of A-Z a-z 0-9 _ -")
    if not 1 <= code.page <= 9999:
        raise ValueError(f"page {code.page} cannot be printed: pages count from 1 to 9999")
    body = f"{VERSION}.{code.exam}.{code.run}.{code.sheet}.{code.page}"
    return f"{body}.{_check(body, exam_key)}"


ExamKey = str | Callable[[str], str]
"""An exam's fingerprint, or what gives it for a print run, where an exam was printed in several versions."""


def decode(text: str, exam_key: ExamKey) -> PageCode:
    """The page code that ``text`` holds.

    Raises NotACode for other texts (a product's barcode) and ForeignCode when the check fails.
    """
    parts = text.split(".")
    if len(parts) != 6 or parts[0] != VERSION:
        raise NotACode("not an Inkgrade page code")
    _, exam, run, sheet, page, check = parts
    well_formed = (
        all(_FIELD.match(f) for f in (exam, run, sheet)) and _PAGE.match(page) and _CHECK.match(check)
    )
    if not well_formed:
        raise NotACode("not an Inkgrade page code: a field is malformed")
    key = exam_key if isinstance(exam_key, str) else exam_key(run)
    if check != _check(text.rpartition(".")[0], key):
        raise ForeignCode(f"the page is of another exam or an older version of this one ({exam})", exam)
    return PageCode(exam, run, sheet, int(page))


def qr_modules(text: str, level: str = "M") -> NDArray[np.bool_]:
    """The QR symbol of ``text`` without quiet zone, shape (n, n), True where dark.

    ``level`` is the error correction: L, M, Q or H.
    """
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    modules: NDArray[np.bool_] = np.asarray(symbol.to_image(scale=1, add_quiet_zones=False)) == 0
    return modules


def _check(body: str, exam_key: str) -> str:
    key = blake2s(exam_key.encode()).digest()
    return blake2s(body.encode(), key=key, digest_size=4).hexdigest().upper()

"""An uploaded gradebook between two pages: it travels in the form itself and is kept nowhere.

Signed, so that what comes back is what was read before, packed no larger than it was; bound to its exam;
too old after a working day. A file beyond Django's in-memory size lies in a temporary file while it is sent.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.signing import TimestampSigner

MAX_BYTES = 3_000_000
"""Of a file; in the form it is a third longer, and DATA_UPLOAD_MAX_MEMORY_SIZE holds for that."""
KEPT = timedelta(hours=12)


class _Plain:
    """Bytes as they are, where Django's signer would write JSON."""

    def dumps(self, obj: bytes) -> bytes:
        return obj

    def loads(self, data: bytes) -> bytes:
        return data


def carried(exam_id: int, name: str, data: bytes) -> str:
    """A file as the value of a hidden field."""
    whole = name.encode("utf-8", "replace") + b"\0" + data
    return _signer(exam_id).sign_object(whole, serializer=_Plain, compress=True)


def brought(exam_id: int, value: str) -> tuple[str, bytes]:
    """Name and content of a file that came back. Raises BadSignature for another exam's, or an old one."""
    whole: bytes = _signer(exam_id).unsign_object(value, serializer=_Plain, max_age=KEPT)
    name, _nul, data = whole.partition(b"\0")
    return name.decode(), data


def _signer(exam_id: int) -> TimestampSigner:
    return TimestampSigner(salt=f"gradebook/{exam_id}")

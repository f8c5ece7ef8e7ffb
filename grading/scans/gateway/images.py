"""Images as they are stored: crops for people as JPEG, for the reader as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN_QUALITY = 65
QUALITIES = (65, 50, 38)
CROP_BYTES = 40_000
THUMBNAIL_BYTES = 15_000
THUMBNAIL_WIDTH = 280
SMALLEST = 16


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """A grey image for people."""
    import cv2

    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, SHOWN_QUALITY])[1].tobytes()


def shown_crop(image: NDArray[np.uint8]) -> bytes:
    """A crop for people, never more than 40 kB: reviewers wait for hundreds of them."""
    return _within(image, CROP_BYTES)


def thumbnail(image: NDArray[np.uint8]) -> bytes:
    """A page as wide as it is shown on the wall (twice that, for fine screens), never more than 15 kB."""
    import cv2

    scale = THUMBNAIL_WIDTH / image.shape[1]
    if scale < 1:
        size = (THUMBNAIL_WIDTH, max(1, round(image.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(image.dtype)
    return _within(image, THUMBNAIL_BYTES)


def _within(image: NDArray[np.uint8], limit: int) -> bytes:
    """JPEG of at most ``limit`` bytes: coarser first, then smaller."""
    import cv2

    while True:
        for quality in QUALITIES:
            encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
            if len(encoded) <= limit or min(image.shape[:2]) < SMALLEST:
                return encoded
        image = cv2.resize(image, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA).astype(image.dtype)


def png(image: NDArray[np.uint8]) -> bytes:
    """A grey image without loss."""
    import cv2

    return cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def decoded(image: bytes) -> NDArray[np.uint8]:
    """The grey image, shape (H, W), of an encoded one."""
    import cv2
    import numpy as np

    return np.asarray(cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)

"""Images as they are stored: crops for people as JPEG, for the reader as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN_QUALITY = 65


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """A grey image for people."""
    import cv2

    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, SHOWN_QUALITY])[1].tobytes()


def png(image: NDArray[np.uint8]) -> bytes:
    """A grey image without loss."""
    import cv2

    return cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def decoded(image: bytes) -> NDArray[np.uint8]:
    """The grey image, shape (H, W), of an encoded one."""
    import cv2
    import numpy as np

    return np.asarray(cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)

"""The rasterising process: opens one file at a time and answers for its pages over a pipe.

``python -m recognition.page.raster_child LIMITS_JSON``; started by ``recognition.page.rasteriser`` only. A
request is a JSON line ``{"path": ..., "stamp": ..., "index": n}``; with index null it only looks at the
file. The answer is a JSON line, followed by the pixels when it has a ``shape``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import BinaryIO

from recognition.limits import Limits

_LIMITS = Limits(**json.loads(sys.argv[1])) if __name__ == "__main__" else Limits()
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(_LIMITS.pixels)  # OpenCV reads it when it is imported
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import cv2  # noqa: E402

from recognition.page.image_header import Frame  # noqa: E402
from recognition.page.pdf_pages import PdfPages  # noqa: E402
from recognition.page.picture_pages import BadPage, picture_frames, picture_page  # noqa: E402
from recognition.page.signature import BadFile, FileKind, file_kind  # noqa: E402
from recognition.types import Grey  # noqa: E402


class OpenFile:
    """A scanned file of any kind but ZIP, its pages counted. Raises BadFile."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self._limits = path, limits
        self.kind = file_kind(path, limits.file_bytes)
        if self.kind is FileKind.ZIP:
            raise BadFile("an archive has no pages of its own: take out its members")
        self._pdf = PdfPages(path, limits) if self.kind is FileKind.PDF else None
        self._frames: list[Frame] = [] if self._pdf else picture_frames(path, self.kind, limits)
        self.count = self._pdf.count if self._pdf else len(self._frames)

    def page(self, index: int) -> Grey:
        """Page ``index`` from 0. Raises BadPage."""
        if not 0 <= index < self.count:
            raise BadPage(f"the file has {self.count} pages: there is no page {index + 1}")
        if self._pdf:
            return self._pdf.page(index)
        return picture_page(self.path, self.kind, index, self._frames[index], self._limits)

    def close(self) -> None:
        if self._pdf:
            self._pdf.close()


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Answers requests until there are no more."""
    opened: OpenFile | None = None
    at_hand: tuple[Path, list[int]] | None = None
    for line in requests:
        request = json.loads(line)
        path, index = Path(request["path"]), request["index"]
        wanted = (path, request["stamp"])
        _allow_cpu(limits.page_seconds)
        try:
            if opened is None or at_hand != wanted:
                if opened:
                    opened.close()
                opened = None
                opened, at_hand = OpenFile(path, limits), wanted
            image = None if index is None else opened.page(index)
            _answer(answers, {"kind": opened.kind.value, "pages": opened.count}, image)
        except BadFile as error:
            _answer(answers, {"bad_file": str(error)}, None)
        except BadPage as error:
            _answer(answers, {"bad_page": str(error)}, None)
        except MemoryError:
            _answer(answers, {"bad_page": "the page needs more memory than a page may take"}, None)
        except Exception as error:  # noqa: BLE001  decoders of damaged files raise nearly anything
            _answer(answers, {"bad_page": f"the page cannot be decoded ({type(error).__name__})"}, None)


def _answer(answers: BinaryIO, header: dict[str, object], image: Grey | None) -> None:
    if image is not None:
        header["shape"] = image.shape
    answers.write(json.dumps(header).encode() + b"\n")
    if image is not None:
        answers.write(image.tobytes())
    answers.flush()


def _allow_cpu(seconds: float) -> None:
    """Lets the next request use this much more processor time; then the kernel ends the process."""
    soft = int(time.process_time() + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _cap_memory(beyond: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    ceiling = (pages * resource.getpagesize() or 700_000_000) + beyond
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def main() -> None:
    """Serves standard input; standard output carries answers only, whatever a decoder prints."""
    cv2.setNumThreads(1)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _cap_memory(_LIMITS.memory_bytes)
    serve(sys.stdin.buffer, answers, _LIMITS)


if __name__ == "__main__":
    main()

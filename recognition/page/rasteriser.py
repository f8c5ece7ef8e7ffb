"""The calling side of the rasterising process: requests with a deadline, a new process after a bad end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np

from recognition.limits import Limits
from recognition.page.signature import BadFile
from recognition.types import Grey

_PAGES_A_PROCESS = 400
_START_SECONDS = 20.0
_GRACE_SECONDS = 3.0
_LONGEST_HEADER = 10_000


class PageError(ValueError):
    """One page of a file cannot be had; the message says why. Its neighbours are not affected.

    ``fatal``: the page hung or ended the rasterising process.
    """

    def __init__(self, reason: str, fatal: bool = False) -> None:
        super().__init__(reason)
        self.fatal = fatal


class Rasteriser:
    """One child process that turns pages of files into images.

    It is started on first use, ended by ``close``, and replaced when a page hangs it, kills it or after
    some hundred pages. Not for use from several threads.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self, path: Path) -> dict[str, Any]:
        """``kind`` and number of ``pages`` of a file. Raises BadFile."""
        self.ask(path, None)
        try:
            return self._answer()[0]
        except PageError as error:
            raise BadFile(str(error)) from error

    def ask(self, path: Path, index: int | None) -> None:
        """Sends a request; the answer is fetched by ``fetch``. At most one may be open."""
        if self._served >= _PAGES_A_PROCESS:
            self.close()
        if self._process is None or self._process.poll() is not None:
            self._start()
        self._served += 1
        pipe = None if self._process is None else self._process.stdin
        if pipe is None:
            raise PageError("the rasterising process could not be started", fatal=True)
        line = (
            json.dumps({"path": str(path.resolve()), "stamp": _stamp(path), "index": index}).encode() + b"\n"
        )
        with contextlib.suppress(BrokenPipeError):  # its end shows when the answer is read
            pipe.write(line)
            pipe.flush()

    def fetch(self) -> Grey:
        """The page that was asked for. Raises BadFile or PageError."""
        header, image = self._answer()
        if image is None:
            raise PageError(f"the page came back without an image: {header}")
        return image

    def memory_bytes(self) -> int:
        """What the process holds in memory now (Linux), 0 when it does not run."""
        if self._process is None:
            return 0
        pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def close(self) -> None:
        """Ends the process at once."""
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _start(self) -> None:
        self.close()
        root = str(Path(__file__).resolve().parent.parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        environment = {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "recognition.page.raster_child", json.dumps(asdict(self._limits))]
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )

    def _answer(self) -> tuple[dict[str, Any], Grey | None]:
        starting = _START_SECONDS if self._served <= 1 else 0.0
        deadline = time.monotonic() + self._limits.page_seconds + _GRACE_SECONDS + starting
        try:
            header = json.loads(self._line(deadline))
            shape = header.get("shape")
            image = None if shape is None else self._pixels(int(shape[0]), int(shape[1]), deadline)
        except PageError:
            self.close()
            raise
        if "bad_file" in header:
            raise BadFile(header["bad_file"])
        if "bad_page" in header:
            raise PageError(header["bad_page"])
        return header, image

    def _line(self, deadline: float) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n"):
            if len(line) > _LONGEST_HEADER:
                raise PageError("the rasterising process answered nonsense", fatal=True)
            line += self._read(memoryview(bytearray(1)), deadline)
        return bytes(line)

    def _pixels(self, height: int, width: int, deadline: float) -> Grey:
        image = np.empty((height, width), np.uint8)
        rest = image.reshape(-1).data
        while rest:
            rest = rest[len(self._read(rest, deadline)) :]
        return image

    def _read(self, into: memoryview, deadline: float) -> memoryview:
        pipe = None if self._process is None else self._process.stdout
        if pipe is None:
            raise PageError("the rasterising process could not be started", fatal=True)
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise PageError(
                f"the page took longer than {self._limits.page_seconds:.0f} s: given up", fatal=True
            )
        count = os.readv(pipe.fileno(), [into])
        if count == 0:
            reason = "the page ended the rasterising process: it is damaged or needs too much memory or time"
            raise PageError(reason, fatal=True)
        return into[:count]


def _stamp(path: Path) -> list[int]:
    """What changes when another file takes the same name."""
    try:
        status = path.stat()
    except OSError as error:
        raise BadFile(f"the file cannot be opened ({error.strerror})") from error
    return [status.st_mtime_ns, status.st_size, status.st_ino]

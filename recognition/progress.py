"""A progress bar that appears on a terminal only, never in a pipe or a log."""

from __future__ import annotations

import sys
import time


class Progress:
    """Counts up to `total` on standard error while it is a terminal; use as a context manager."""

    def __init__(self, total: int, label: str) -> None:
        self._total = max(1, total)
        self._label = label
        self._done = 0
        self._start = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def add(self, count: int) -> None:
        """`count` more are done."""
        self._done += count
        if not self._shown:
            return
        share = min(1.0, self._done / self._total)
        rate = self._done / max(1e-6, time.monotonic() - self._start)
        bar = "#" * round(24 * share)
        sys.stderr.write(f"\r{self._label} [{bar:<24}] {self._done}/{self._total}  {rate:.0f}/s ")
        sys.stderr.flush()

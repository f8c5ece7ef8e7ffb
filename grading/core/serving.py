"""The embedded service in one call: the portal under waitress, and worker processes beside it."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable
from threading import Event, Thread

from django.conf import settings
from django.db import OperationalError, connections
from waitress.server import create_server

from grading.core.errors import UserError
from grading.core.supervisor import TICK_SECONDS, Supervisor, WorkersFail
from grading.core.web import portal

THREADS = 8
FORM_BYTES = 1_000_000


def serve(*, host: str, port: int, workers: int, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `on_ready` gets the address. Raises UserError for a port that is taken.

    Requests in flight are answered and jobs in hand finished before it returns.
    """
    try:
        server = create_server(
            portal(),
            host=host,
            port=port,
            threads=THREADS,
            ident="inkgrade",
            max_request_body_size=settings.MAX_UPLOAD_BYTES + FORM_BYTES,
        )
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise UserError(
            f"Cannot listen at {host}:{port}: {error.strerror}.", "Choose another --port."
        ) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Workforce(workers):
        on_ready(f"http://{host}:{server.effective_port}/")
        # Ends by SystemExit or KeyboardInterrupt, after the requests in flight.
        server.run()


class Workforce:
    """Worker processes tended by a thread, for as long as the body runs."""

    def __init__(self, workers: int) -> None:
        self._supervisor = Supervisor(workers)
        self._over = Event()
        self._failure: WorkersFail | None = None
        self._thread = Thread(target=self._tend, name="supervisor", daemon=True)

    def __enter__(self) -> None:
        self._supervisor.__enter__()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._supervisor.stop()
        if self._failure is not None:
            raise self._failure

    def _tend(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            try:
                self._supervisor.tend()
            except OperationalError as error:
                sys.stderr.write(f"The database does not answer: {error}\n")
                connections.close_all()
            except WorkersFail as error:
                self._failure = error
                signal.raise_signal(signal.SIGTERM)
                return

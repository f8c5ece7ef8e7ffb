"""Another reader than the one that read the class, of a fixed mind; and the worker that has it read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grading.core import jobs
from grading.core.models import Job, Stage
from grading.core.stages import HANDLERS, load_handlers
from grading.core.work import run_batch
from grading.scans import gateway
from grading.scans.gateway import BoxToRead, MachineReading

NEW = "new/d1/calibrated"


class NewReader:
    """A reader of a fixed mind: by question what it reads and how surely, the same on every sheet."""

    def __init__(self) -> None:
        self.reads: dict[str, tuple[str, float]] = {
            "": ("1001", 0.5),
            "1": ("42", 0.9999),
            "2": ("9.87", 0.7),
        }
        self.broken = False

    def read(self, boxes: Sequence[BoxToRead]) -> list[MachineReading]:
        if self.broken:
            raise ValueError("no such picture")
        return [self._one(box) for box in boxes]

    def _one(self, box: BoxToRead) -> MachineReading:
        text, sure = self.reads[box.crop.question]
        p_expected = (sure if text in box.expected else 1 - sure) if box.expected else None
        return MachineReading(text, sure, (), p_expected, False, NEW)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> NewReader:
    """The installed reader; the class was read by `test`."""
    found = NewReader()
    load_handlers()
    monkeypatch.setattr(gateway, "installed_reader", lambda: NEW)
    monkeypatch.setattr(gateway, "read", found.read)
    return found


def work() -> None:
    """Do what waits, as a worker does."""
    for stage in (Stage.RECOGNIZE, Stage.REREAD, Stage.COMPARE, Stage.MARK):
        while claimed := jobs.claim(stage, "test", HANDLERS[stage].batch):
            run_batch(HANDLERS[stage], claimed)
            Job.objects.filter(state=Job.State.QUEUED).update(due_at="2020-01-01T00:00Z")

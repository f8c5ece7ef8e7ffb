"""A folder that a scanner writes into: files are taken in once they are complete, then moved aside.

A file in DIR/EXAM/ belongs to the exam of that id; one in DIR itself to the only exam that is open. What was
taken in is moved to DIR/taken-in/, what cannot be is moved to DIR/refused/ with the reason beside it: nothing
is deleted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grading.core.actor import MACHINE
from grading.core.errors import UserError
from grading.exams.models import Exam
from grading.scans.models import ScanFile
from grading.scans.services import take_in

TAKEN, REFUSED = "taken-in", "refused"
QUIET_SECONDS = 2.0
"""A file is complete when it has neither grown nor changed for so long."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one file: ``file`` when it was taken in, else the reason."""

    path: Path
    file: ScanFile | None
    reason: str = ""


@dataclass(slots=True)
class DropFolder:
    """A watched folder; ``look`` again and again."""

    folder: Path
    quiet_seconds: float = QUIET_SECONDS
    _seen: dict[Path, tuple[int, int, float]] = field(default_factory=dict)

    def look(self) -> Iterator[Arrival]:
        """Take in the files that are complete by now."""
        present = list(self._files())
        self._seen = {path: seen for path, seen in self._seen.items() if path in present}
        for path in present:
            if self._complete(path):
                yield self._take(path)

    def _files(self) -> Iterator[Path]:
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir() and entry.name not in (TAKEN, REFUSED):
                yield from (path for path in sorted(entry.iterdir()) if _wanted(path))
            elif _wanted(entry):
                yield entry

    def _complete(self, path: Path) -> bool:
        try:
            now = path.stat()
        except FileNotFoundError:
            return False
        size, changed, since = self._seen.get(path, (-1, -1, 0.0))
        if (size, changed) != (now.st_size, now.st_mtime_ns):
            self._seen[path] = (now.st_size, now.st_mtime_ns, time.monotonic())
            return False
        return time.monotonic() - since >= self.quiet_seconds

    def _take(self, path: Path) -> Arrival:
        try:
            exam = self._exam_of(path)
            with path.open("rb") as content:
                file = take_in(actor=MACHINE, exam=exam, name=path.name, content=content)
        except UserError as problem:
            aside = _moved(path, self.folder / REFUSED)
            aside.with_name(aside.name + ".txt").write_text(f"{problem}\n", encoding="utf-8")
            return Arrival(path, None, str(problem))
        _moved(path, self.folder / TAKEN / exam.code)
        return Arrival(path, file)

    def _exam_of(self, path: Path) -> Exam:
        exams = Exam.objects.filter(state=Exam.State.OPEN)
        if path.parent != self.folder:
            exams = exams.filter(code=path.parent.name)
        found = list(exams[:2])
        if len(found) == 1:
            return found[0]
        if path.parent != self.folder:
            raise UserError(
                f"{path.parent.name} names {'no' if not found else 'more than one'} open exam",
                "name the folder after the id of an open exam",
            )
        raise UserError(
            "no exam is open" if not found else "more than one exam is open",
            f"put the file into a folder named after the exam's id, such as {self.folder.name}/EXAM/",
        )


def _wanted(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix not in (".part", ".tmp")


def _moved(path: Path, folder: Path) -> Path:
    """Move a file without overwriting one of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / path.name, 2
    while target.exists():
        target, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    return path.rename(target)

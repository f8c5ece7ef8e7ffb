"""`python -m recognition read`: image files in, one JSON object a line out, every file exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from recognition.reader.engine import Reader
from recognition.reader.image_files import ImageError, read_grey
from recognition.reader.lexicon import Lexicon
from recognition.types import Grey, Reading, ReadRequest

CHUNK_FILES = 128
CHUNK_PIXELS = 60_000_000
DIGITS_SHOWN = 6


class BadInput(ValueError):
    """What the person who ran the command should change, in one line."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read and the answer expected there ("" for none)."""

    file: str
    expected: str = ""


def tasks(
    images: Sequence[str], listed: Path | None, keys: Sequence[str], key_list: Path | None
) -> list[Task]:
    """The files to read with their expected answers. BadInput when they do not fit together."""
    if bool(images) == (listed is not None):
        raise BadInput("give image files or --list FILE, one of the two")
    if keys and key_list is not None:
        raise BadInput("give --expect or --expect-list, not both")
    files = list(images) if listed is None else lines_of(listed)
    expected = list(keys) if key_list is None else lines_of(key_list)
    if (keys or key_list is not None) and len(expected) != len(files):
        raise BadInput(f"{len(files)} images but {len(expected)} expected answers: give one for each image")
    found = [Task(f, e) for f, e in zip(files, expected or [""] * len(files), strict=True) if f]
    if not found:
        raise BadInput(f"{listed} lists no images")
    return found


def lines_of(path: Path) -> list[str]:
    """Lines of a text file (UTF-8, with or without BOM). BadInput when it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from error
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def read_files(
    reader: Reader,
    work: Sequence[Task],
    kind: str,
    allowed: str | None,
    out: TextIO,
    lexicon: Lexicon | None = None,
) -> None:
    """Writes one JSON line a task to `out`, as section 2 of the contracts says."""
    with tqdm(total=len(work), desc="reading", disable=None, leave=False) as bar:
        for chunk in _chunks(work):
            images = [image for _, image in chunk if not isinstance(image, str)]
            chunk_tasks = [task for task, image in chunk if not isinstance(image, str)]
            requests = [
                ReadRequest(image, kind, allowed, (task.expected,) if task.expected else ())
                for task, image in zip(chunk_tasks, images, strict=True)
            ]
            found = reader.read(requests)
            readings = iter(found if lexicon is None else map(lexicon.weigh, found))
            for task, image in chunk:
                failed = Reading("", 0.0, error=image) if isinstance(image, str) else None
                out.write(as_line(task, failed or next(readings)) + "\n")
            out.flush()
            bar.update(len(chunk))


def _chunks(work: Iterable[Task]) -> Iterator[list[tuple[Task, Grey | str]]]:
    """Tasks with their image, or the reason why there is none, a bounded amount of pixels at a time."""
    chunk: list[tuple[Task, Grey | str]] = []
    pixels = 0
    for task in work:
        image = _image(task.file)
        pixels += 0 if isinstance(image, str) else image.size
        chunk.append((task, image))
        if len(chunk) >= CHUNK_FILES or pixels >= CHUNK_PIXELS:
            yield chunk
            chunk, pixels = [], 0
    if chunk:
        yield chunk


def _image(file: str) -> Grey | str:
    try:
        return read_grey(Path(file))
    except (ImageError, ValueError) as error:
        return str(error)


def as_line(task: Task, reading: Reading) -> str:
    """The JSON object of one reading."""
    content: dict[str, object] = {
        "file": task.file,
        "text": reading.text,
        "confidence": round(reading.confidence, DIGITS_SHOWN),
        "alternatives": [
            {"text": a.text, "confidence": round(a.confidence, DIGITS_SHOWN)} for a in reading.alternatives
        ],
    }
    if task.expected:
        content["p_expected"] = round(reading.p_expected or 0.0, DIGITS_SHOWN)
    content |= {"blank": reading.blank, "error": reading.error}
    return json.dumps(content, ensure_ascii=False)

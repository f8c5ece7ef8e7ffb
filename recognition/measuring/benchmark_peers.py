"""Who takes part in the benchmark, each on the input that suits it best: this reader and its peers.

The peers are not dependencies. One that is not installed is named as missing, with how to install it.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.reader.charset import allowed, fold
from recognition.reader.engine import Reader
from recognition.reader.prepare import ink_dark
from recognition.types import Grey, ReadRequest

Answer = tuple[str, float]
"""What was read, folded as labels are, and how sure its reader says it is."""

NEEDED_BY_RAPIDOCR = ("omegaconf", "colorlog", "six", "requests", "pyclipper", "shapely")
BATCH = 256
TALL, MARGIN = 48, 10
"""Tesseract wants letters of some size with paper around them; of heights 32 and 48 and margins of 4 to
30 pixels it read most words right with these."""


class Contestant(Protocol):
    """A reader of crops, measured in each of its `ways` and reported in the one that suits a set best."""

    @property
    def name(self) -> str: ...

    @property
    def ways(self) -> tuple[str, ...]: ...

    def read(self, images: Sequence[Grey], kind: str, way: str) -> list[Answer]:
        """One answer an image, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that cannot take part, and what to do about it."""

    name: str
    remedy: str


class Ours:
    """This reader, calibrated, in the alphabet of the kind of box."""

    name = "Inkgrade"
    ways = ("as it is",)

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, images: Sequence[Grey], kind: str, way: str) -> list[Answer]:
        found: list[Answer] = []
        for start in range(0, len(images), BATCH):
            some = images[start : start + BATCH]
            readings = self._reader.read([ReadRequest(image, kind) for image in some])
            found += [(reading.text, reading.confidence) for reading in readings]
        return found


class RapidOcr:
    """PP-OCRv6-small's recogniser alone: as rapidocr gives it, and masked to the kind of box's alphabet."""

    name = "PP-OCRv6-small"
    ways = ("raw", "masked")

    def __init__(self, threads: int) -> None:
        from rapidocr import RapidOCR

        runtime = "EngineConfig.onnxruntime"
        self._engine: Any = RapidOCR(
            params={
                f"{runtime}.intra_op_num_threads": threads,
                f"{runtime}.inter_op_num_threads": 1,
                "Global.log_level": "critical",
            }
        )

    def read(self, images: Sequence[Grey], kind: str, way: str) -> list[Answer]:
        read = self._raw if way == "raw" else self._masked(kind)
        return [read(cv2.cvtColor(ink_dark(image), cv2.COLOR_GRAY2BGR)) for image in images]

    def _raw(self, image: cv2.typing.MatLike) -> Answer:
        found = self._engine(image, use_det=False, use_cls=False)
        return (fold(found.txts[0]), float(found.scores[0])) if found.txts else ("", 0.0)

    def _masked(self, kind: str) -> Callable[[cv2.typing.MatLike], Answer]:
        if self._engine.text_rec is None:  # it is loaded by the first use
            self._raw(np.full((48, 96, 3), 255, np.uint8))
        recogniser: Any = self._engine.text_rec
        characters = recogniser.postprocess_op.character
        least = recogniser.rec_image_shape[2] / recogniser.rec_image_shape[1]

        def read(image: cv2.typing.MatLike) -> Answer:
            plane = recogniser.resize_norm_img(image, max(least, image.shape[1] / image.shape[0]))
            return masked_text(recogniser.session(plane[None])[0], characters, allowed(kind))

        return read


def masked_text(frames: NDArray[np.float32], characters: Sequence[str], alphabet: str) -> Answer:
    """Greedy CTC of probabilities (T, C) given that only `alphabet` occurs; `characters[0]` is the blank."""
    classes = np.array([True, *(c in alphabet for c in characters[1:])])
    masked = np.where(classes, frames, 0.0)
    masked /= np.maximum(masked.sum(axis=1, keepdims=True), 1e-12)
    best = masked.argmax(axis=1)
    kept = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    sure = masked.max(axis=1)[kept]
    text = "".join(characters[k] for k in best[kept])
    return fold(text), float(sure.mean()) if len(sure) else 0.0


class Tesseract:
    """The tesseract program with its English model, as a single word and as a single line."""

    name = "Tesseract"
    ways = ("--psm 8", "--psm 7")

    def __init__(self, threads: int) -> None:
        self._environment = os.environ | {"OMP_THREAD_LIMIT": str(threads)}

    def read(self, images: Sequence[Grey], kind: str, way: str) -> list[Answer]:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{k}.png" for k in range(len(images))]
            for file, image in zip(files, images, strict=True):
                cv2.imwrite(str(file), with_margin(ink_dark(image)))
            listed = Path(folder) / "files.txt"
            listed.write_text("\n".join(map(str, files)) + "\n", encoding="utf-8")
            return self._run(listed, len(images), kind, way)

    def _run(self, listed: Path, count: int, kind: str, way: str) -> list[Answer]:
        characters = [] if kind == "text" else ["-c", f"tessedit_char_whitelist={allowed(kind).strip()}"]
        # One process for all images: starting it costs more than reading a crop.
        done = subprocess.run(  # noqa: S603
            ["tesseract", str(listed), "stdout", *way.split(), "--dpi", "300", *characters, "tsv"],  # noqa: S607
            env=self._environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(
                f"tesseract failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
            )
        return answers_of_tsv(done.stdout, count)


def with_margin(image: Grey) -> Grey:
    """The crop at a height that Tesseract likes, with paper around it."""
    height, width = image.shape
    if height < TALL:
        image = np.asarray(cv2.resize(image, (max(1, round(width * TALL / height)), TALL)), np.uint8)
    paper = int(np.percentile(image, 70))
    return np.pad(image, MARGIN, constant_values=paper)


def answers_of_tsv(tsv: str, count: int) -> list[Answer]:
    """Words of each page of Tesseract's TSV as one answer; the least sure word says how sure it is."""
    words: list[list[str]] = [[] for _ in range(count)]
    sure = [1.0] * count
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and (row["text"] or "").strip():
            page = int(row["page_num"]) - 1
            words[page].append(row["text"])
            sure[page] = min(sure[page], float(row["conf"]) / 100)
    return [(fold(" ".join(found)), s if found else 0.0) for found, s in zip(words, sure, strict=True)]


def peers(threads: int) -> tuple[list[Contestant], list[Missing]]:
    """The peers that are installed, and those that are not."""
    found: list[Contestant] = []
    missing = []
    lacking = [name for name in ("rapidocr", *NEEDED_BY_RAPIDOCR) if find_spec(name) is None]
    if lacking:
        # rapidocr asks for opencv-python, which would overwrite the opencv-python-headless that is used here.
        names = [name for name in lacking if name != "rapidocr"]
        more = f" && pip install {' '.join(names)}" if names else ""
        missing.append(Missing(RapidOcr.name, f"pip install --no-deps 'rapidocr>=3.10'{more}"))
    else:
        found.append(RapidOcr(threads))
    if shutil.which("tesseract"):
        found.append(Tesseract(threads))
    else:
        missing.append(
            Missing(Tesseract.name, "apt-get install tesseract-ocr (macOS: brew install tesseract)")
        )
    return found, missing

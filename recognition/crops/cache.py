"""Decoded crops of a labelled set in one memory-mapped file, so that training never waits for decoding."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from recognition.crops.data import Grey, read_set
from recognition.reader.charset import is_writable
from recognition.reader.prepare import ink_dark

TALLEST = 96
"""Crops are stored at most this high: twice what the network sees."""

MADE_SETS = {"sheet-": "sheets", "cut-": "cut"}
"""Folders of the cache for sets made of others, by how their names begin."""


def cache_root() -> Path:
    """INKGRADE_CACHE, or ~/.cache/inkgrade."""
    return Path(os.environ.get("INKGRADE_CACHE") or Path.home() / ".cache" / "inkgrade").expanduser()


def set_path(root: Path, name: str) -> Path:
    """Folder of a labelled set: under `root`, or in the cache when it is made of others (MADE_SETS)."""
    folder = next((f for prefix, f in MADE_SETS.items() if name.startswith(prefix)), None)
    return cache_root() / folder / name if folder else root / name


@dataclass(frozen=True, slots=True)
class CachedSet:
    """Crops and labels of one set; `image(k)` is uint8 (h, w) with h at most 96."""

    name: str
    pixels: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.int32]
    texts: npt.NDArray[np.str_]
    splits: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.texts)

    def image(self, index: int) -> Grey:
        height, width = self.shapes[index]
        start = self.offsets[index]
        return np.asarray(self.pixels[start : start + height * width]).reshape(height, width)

    def of_split(self, split: str) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self.splits == split)


def open_cached(path: Path, root: Path | None = None) -> CachedSet:
    """The set at `path` from its cache, which is made on first use and again when the set changes."""
    stem = (root or cache_root()) / "sets" / f"{path.name}-{_fingerprint(path)}"
    index_file, pixel_file = stem.with_suffix(".npz"), stem.with_suffix(".u8")
    if not index_file.exists():
        _build(path, index_file, pixel_file)
    with np.load(index_file) as index:
        arrays = dict(index)
    pixels = np.memmap(pixel_file, np.uint8, "r")
    return CachedSet(path.name, pixels, **arrays)


def _fingerprint(path: Path) -> str:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    facts = "|".join(f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files)
    return hashlib.sha256(f"dark|{TALLEST}|{facts}".encode()).hexdigest()[:12]


def _build(path: Path, index_file: Path, pixel_file: Path) -> None:
    index_file.parent.mkdir(parents=True, exist_ok=True)
    samples = [s for s in read_set(path) if is_writable(s.text)]
    shapes = []
    beside = pixel_file.with_suffix(f".{os.getpid()}.part")
    with beside.open("wb") as out:
        for sample in samples:
            image = ink_dark(_reduced(sample.load()))  # synthesis composes dark ink
            shapes.append(image.shape)
            out.write(np.ascontiguousarray(image).tobytes())
    sizes = np.array([h * w for h, w in shapes], np.int64)
    beside.rename(pixel_file)
    part = index_file.with_suffix(f".{os.getpid()}.npz")
    np.savez(
        part,
        offsets=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        shapes=np.array(shapes, np.int32),
        texts=np.array([s.text for s in samples], np.str_),
        splits=np.array([s.split for s in samples], np.str_),
    )
    part.rename(index_file)


def _reduced(image: Grey) -> Grey:
    height, width = image.shape
    if height <= TALLEST:
        return image
    size = (max(1, round(width * TALLEST / height)), TALLEST)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)

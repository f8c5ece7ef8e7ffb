"""Labelled sets of crops, whatever their layout: folder with labels.csv, IAM, IDX files, chars.npz."""

from __future__ import annotations

import csv
import gzip
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from recognition.reader.charset import DIGITS, NUMBER, fold

Grey = npt.NDArray[np.uint8]

_SYMBOLS = {"dot": ".", "minus": "-", "plus": "+", "slash": "/", "comma": ","}


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled crop. `load()` gives its image, uint8 (H, W), ink dark for the sets that say so."""

    source: str
    file: str
    text: str
    writer: str
    split: str
    load: Callable[[], Grey]

    @property
    def kind(self) -> str:
        """Kind of box that could hold this text: digits, number or text."""
        if self.text and all(c in DIGITS for c in self.text):
            return "digits"
        return "number" if self.text and all(c in NUMBER for c in self.text) else "text"


def data_root() -> Path:
    """Folder of the labelled sets, from INKGRADE_DATA. ValueError when unset or not a folder."""
    value = os.environ.get("INKGRADE_DATA", "")
    if not value:
        raise ValueError("set INKGRADE_DATA to the folder that holds the labelled sets")
    root = Path(value).expanduser()
    if not root.is_dir():
        raise ValueError(f"INKGRADE_DATA is {value}, which is not a folder")
    return root


def read_set(path: Path) -> list[Sample]:
    """Samples of the set at `path`, labels folded into the reader's alphabet.

    Takes a folder with labels.csv and images.zip (or the files themselves), an IAM folder (words.txt or
    lines.txt and the PNG tree), a folder with IDX files, or a chars.npz or its folder.
    ValueError says what was looked for when nothing fits.
    """
    for fits, loader in _LAYOUTS:
        if fits(path):
            return list(loader(path))
    raise ValueError(
        f"{path}: no labelled set here. Expected labels.csv with images.zip or image files, words.txt or "
        "lines.txt (IAM), *-images-idx3-ubyte[.gz] (MNIST, EMNIST) or chars.npz"
    )


def decode_image(raw: bytes, name: str) -> Grey:
    """Grey plane of an encoded image file. ValueError names the file when it is not an image."""
    image = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"{name}: not an image that can be decoded")
    return np.asarray(image, np.uint8)


def _from_file(path: Path) -> Grey:
    return decode_image(path.read_bytes(), str(path))


def _from_zip(archive: zipfile.ZipFile, name: str) -> Grey:
    return decode_image(archive.read(name), name)


def _from_array(images: Grey, index: int, ink_is_light: bool) -> Grey:
    image: Grey = images[index]
    return 255 - image if ink_is_light else image


def _labelled_folder(folder: Path) -> Iterator[Sample]:
    load = _folder_loader(folder)
    with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = {"file", "text"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{folder / 'labels.csv'}: column {min(missing)!r} is missing")
        for row in rows:
            text, name = fold(row["text"]), row["file"]
            split = row.get("split") or ""
            yield Sample(folder.name, name, text, row.get("writer") or "", split, partial(load, name))


def _folder_loader(folder: Path) -> Callable[[str], Grey]:
    zipped = folder / "images.zip"
    if zipped.exists():
        return partial(_from_zip, zipfile.ZipFile(zipped))
    beside = folder / "images"
    return lambda name: _from_file(beside / name if (beside / name).exists() else folder / name)


def _iam(folder: Path) -> Iterator[Sample]:
    """words.txt or lines.txt of IAM (Marti and Bunke, 2002): id, ok or err, grey level, ..., text."""
    for listing in ("words.txt", "lines.txt"):
        path = folder / listing
        if not path.exists():
            continue
        images = {p.stem: p for p in folder.rglob("*.png")}
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from _iam_row(folder.name, line, images)


def _iam_row(source: str, line: str, images: dict[str, Path]) -> Iterator[Sample]:
    fields = line.split()
    if len(fields) < 9 or line.startswith("#") or fields[1] != "ok" or fields[0] not in images:
        return
    text = fold(fields[-1].replace("|", " "))
    writer = "-".join(fields[0].split("-")[:2])
    yield Sample(source, fields[0], text, writer, "", partial(_from_file, images[fields[0]]))


def _idx(folder: Path) -> Iterator[Sample]:
    """MNIST and EMNIST as distributed; EMNIST's transposed images are turned upright."""
    for images_path in sorted(folder.glob("*-images-idx3-ubyte*")):
        name = images_path.name
        images = read_idx(images_path)
        labels = read_idx(images_path.with_name(name.replace("images-idx3", "labels-idx1")))
        if "emnist" in name:
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        split = "train" if "train" in name else "test"
        classes = _idx_classes(name)
        for k, label in enumerate(labels.tolist()):
            load = partial(_from_array, images, k, True)
            yield Sample(folder.name, f"{name}:{k}", classes[label], "", split, load)


def _idx_classes(name: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if "letters" in name:
        return " " + letters
    return DIGITS + letters + letters.lower()


def read_idx(path: Path) -> Grey:
    """Array of an IDX file of unsigned bytes, plain or gzipped. ValueError when it is not one."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def _npz(path: Path) -> Iterator[Sample]:
    """chars.npz: x and y, or x_train, y_train, x_test, y_test; y is a character's code, a digit or a name."""
    file = path if path.suffix == ".npz" else path / "chars.npz"
    with np.load(file) as stored:
        arrays = dict(stored)
    for suffix in [k[1:] for k in arrays if k.startswith("x")]:
        images = arrays["x" + suffix]
        # The rim of a single character is paper: light ink is told by it.
        light = bool(np.median(images[:500, :2]) < 128)
        for k, label in enumerate(arrays["y" + suffix].tolist()):
            split = suffix.lstrip("_") or "train"
            load = partial(_from_array, images, k, light)
            yield Sample(file.parent.name, f"{file.stem}{suffix}:{k}", _npz_text(label), "", split, load)


def _npz_text(label: int | str) -> str:
    if isinstance(label, str):
        return _SYMBOLS.get(label, label)
    return str(label) if label < 10 else chr(label)


def _has(*names: str) -> Callable[[Path], bool]:
    return lambda path: any((path / name).exists() for name in names)


_LAYOUTS: tuple[tuple[Callable[[Path], bool], Callable[[Path], Iterator[Sample]]], ...] = (
    (_has("labels.csv"), _labelled_folder),
    (_has("words.txt", "lines.txt"), _iam),
    (lambda path: path.is_dir() and any(path.glob("*-images-idx3-ubyte*")), _idx),
    (lambda path: path.suffix == ".npz" or (path / "chars.npz").exists(), _npz),
)

"""Tiny labelled sets in every layout that the loaders know, written by hand for the tests."""

from __future__ import annotations

import gzip
import struct
import zipfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


def crop(text: str, height: int = 40) -> Grey:
    """Dark print on light paper."""
    image = np.full((height, 16 + 20 * max(1, len(text))), 235, np.uint8)
    cv2.putText(image, text, (6, height - 10), cv2.FONT_HERSHEY_SIMPLEX, height / 40, 30, 2, cv2.LINE_AA)
    return image


def png(image: Grey) -> bytes:
    return bytes(cv2.imencode(".png", image)[1])


def labelled_folder(folder: Path, rows: list[tuple[str, str]], zipped: bool) -> Path:
    """`rows` of (text, split), images as a ZIP or as files."""
    folder.mkdir(parents=True)
    lines = ["file,text,writer,split"]
    images = {}
    for k, (text, split) in enumerate(rows):
        lines.append(f'{k}.png,"{text}",w{k % 2},{split}')
        images[f"{k}.png"] = png(crop(text))
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if zipped:
        with zipfile.ZipFile(folder / "images.zip", "w") as archive:
            for name, raw in images.items():
                archive.writestr(name, raw)
    else:
        for name, raw in images.items():
            (folder / name).write_bytes(raw)
    return folder


def iam(folder: Path) -> Path:
    """IAM's words.txt with a comment, a good word, a word segmented wrongly and one without an image."""
    place = folder / "words" / "a01" / "a01-000u"
    place.mkdir(parents=True)
    for name in ("a01-000u-00-00", "a01-000u-00-01"):
        (place / f"{name}.png").write_bytes(png(crop("MOVE")))
    (folder / "words.txt").write_text(
        "#--- words.txt ---#\n"
        "a01-000u-00-00 ok 154 408 768 27 51 AT MOVE\n"
        "a01-000u-00-01 err 154 507 766 213 48 NN to\n"
        "a01-000u-00-02 ok 154 796 764 70 50 TO gone\n",
        encoding="utf-8",
    )
    return folder


def idx(folder: Path, name: str, images: Grey, labels: list[int]) -> Path:
    """One gzipped pair of IDX files."""
    folder.mkdir(parents=True, exist_ok=True)
    head = b"\0\0\x08\x03" + struct.pack(">3I", *images.shape)
    (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + images.tobytes()))
    head = b"\0\0\x08\x01" + struct.pack(">I", len(labels))
    (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(head + bytes(labels)))
    return folder


def character_sets(root: Path, each: int = 4) -> Path:
    """mnist, emnist-byclass and bhmsds as chars.npz, light ink in the first two."""
    rng = np.random.default_rng(0)
    digits = np.repeat(np.arange(10, dtype=np.uint8), each)
    images = np.stack([_character(str(d), rng) for d in digits])
    names = np.array([*map(str, digits), *["minus", "plus", "slash", "dot"] * each])
    symbols = {"minus": "-", "plus": "+", "slash": "/", "dot": "."}
    marks = np.stack([255 - _character(symbols.get(n, n), rng) for n in names])
    for folder in ("mnist", "emnist-byclass", "bhmsds"):
        (root / folder).mkdir(parents=True)
    np.savez(root / "mnist" / "chars.npz", x_train=images, y_train=digits, x_test=images, y_test=digits)
    np.savez(root / "emnist-byclass" / "chars.npz", x=images, y=digits + ord("0"))
    np.savez(root / "bhmsds" / "chars.npz", x=marks, y=names)
    return root


def _character(text: str, rng: np.random.Generator) -> Grey:
    image = np.zeros((28, 28), np.uint8)
    x, y = int(rng.integers(4, 9)), int(rng.integers(20, 25))
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2, cv2.LINE_AA)
    return image

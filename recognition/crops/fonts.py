"""Words written with handwriting fonts (npm packages `@fontsource/*`, SIL OFL or Apache-2.0)."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from recognition.crops.augment import Grey, Rng
from recognition.crops.cache import cache_root

FAMILIES = (
    "annie-use-your-telescope", "architects-daughter", "bad-script", "caveat", "cedarville-cursive",
    "coming-soon", "covered-by-your-grace", "crafty-girls", "dawning-of-a-new-day", "delius", "gaegu",
    "give-you-glory", "gloria-hallelujah", "handlee", "homemade-apple", "indie-flower", "itim",
    "just-me-again-down-here", "kalam", "kristi", "la-belle-aurore", "loved-by-the-king", "mali",
    "mansalva", "marck-script", "nanum-pen-script", "neucha", "nothing-you-could-do", "over-the-rainbow",
    "patrick-hand", "playpen-sans", "reenie-beanie", "rock-salt", "schoolbell", "shadows-into-light",
    "short-stack", "sriracha", "sue-ellen-francisco", "swanky-and-moo-moo", "the-girl-next-door",
    "waiting-for-the-sunrise", "zeyada",
)  # fmt: skip


def fonts_root() -> Path:
    """INKGRADE_FONTS, or the folder `fonts` of the cache."""
    return Path(os.environ.get("INKGRADE_FONTS") or cache_root() / "fonts").expanduser()


def fetch_fonts(root: Path, families: Sequence[str] = FAMILIES) -> list[str]:
    """Downloads the packages with npm into `root`; returns the families that the registry does not have."""
    root.mkdir(parents=True, exist_ok=True)
    missing = []
    for family in families:
        if any(root.glob(f"fontsource-{family}-[0-9]*.tgz")):
            continue
        command = ["npm", "pack", "--silent", f"@fontsource/{family}"]
        if subprocess.run(command, cwd=root, check=False, capture_output=True).returncode:  # noqa: S603
            missing.append(family)
    return missing


@dataclass(frozen=True, slots=True)
class Hand:
    """One font file and the characters it can write."""

    path: Path
    characters: frozenset[str]

    def can_write(self, text: str) -> bool:
        return self.characters.issuperset(text)


def open_hands(root: Path) -> list[Hand]:
    """Fonts of the packages in `root`. FileNotFoundError says how to get them."""
    hands = []
    for archive in sorted(root.glob("fontsource-*.tgz")):
        file = _unpacked(archive)
        if file is not None:
            hands.append(Hand(file, _characters(file)))
    if not hands:
        raise FileNotFoundError(
            f"no handwriting fonts in {root}: run recognition.crops.fonts.fetch_fonts or set INKGRADE_FONTS"
        )
    return hands


def _unpacked(archive: Path) -> Path | None:
    with tarfile.open(archive) as package:
        wanted = [m for m in package.getmembers() if m.name.endswith("-latin-400-normal.woff")]
        if not wanted:
            return None
        target = archive.parent / "files" / Path(wanted[0].name).name
        content = package.extractfile(wanted[0])
        if not target.exists() and content is not None:
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content.read())
    return target


def _characters(file: Path) -> frozenset[str]:
    with TTFont(file) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


@lru_cache(maxsize=256)
def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def write(text: str, hand: Hand, rng: Rng) -> Grey:
    """`text` in one hand, 40 to 112 pixels high, ink dark on 255, with restless spacing and baseline."""
    face = _face(hand.path, int(rng.choice([36, 48, 64])))
    size = int(face.size)
    width = round(face.getlength(text) * 1.4) + 3 * size
    sheet = Image.new("L", (width, 3 * size), 255)
    draw = ImageDraw.Draw(sheet)
    if rng.random() < 0.4:
        _letter_by_letter(draw, text, face, rng)
    else:
        _word_by_word(draw, text, face, rng)
    return _trimmed(np.asarray(sheet, np.uint8))


def _word_by_word(draw: ImageDraw.ImageDraw, text: str, face: ImageFont.FreeTypeFont, rng: Rng) -> None:
    x, size = face.size * 0.6, face.size
    for word in text.split(" "):
        draw.text((x, 0.8 * size + rng.normal(0, 0.03) * size), word, 0, font=face)
        x += face.getlength(word) + size * rng.uniform(0.15, 0.5)


def _letter_by_letter(draw: ImageDraw.ImageDraw, text: str, face: ImageFont.FreeTypeFont, rng: Rng) -> None:
    x, size = face.size * 0.6, face.size
    spread, unrest = rng.normal(0.01, 0.03), rng.uniform(0, 0.04)
    for character in text:
        draw.text((x, 0.8 * size + rng.normal(0, unrest) * size), character, 0, font=face)
        x += max(2.0, face.getlength(character) + (spread + rng.normal(0, unrest / 2)) * size)


def _trimmed(sheet: Grey) -> Grey:
    rows, columns = np.flatnonzero(sheet.min(axis=1) < 200), np.flatnonzero(sheet.min(axis=0) < 200)
    if not rows.size:
        return sheet
    top, left = max(0, rows[0] - 3), max(0, columns[0] - 3)
    cut = sheet[top : rows[-1] + 4, left : columns[-1] + 4]
    if cut.shape[0] > 112:
        scale = 112 / cut.shape[0]
        cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(cut)

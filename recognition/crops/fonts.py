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
    "aguafina-script", "alex-brush", "allison", "allura", "annie-use-your-telescope",
    "architects-daughter", "arizonia", "babylonica", "bad-script", "beth-ellen", "bilbo", "birthstone",
    "butterfly-kids", "calligraffitti", "caramel", "caveat", "cedarville-cursive", "charm",
    "clicker-script", "comforter", "comic-neue", "coming-soon", "cookie", "courgette",
    "covered-by-your-grace", "crafty-girls", "damion", "dancing-script", "dawning-of-a-new-day", "dekko",
    "delius", "edu-au-vic-wa-nt-hand", "edu-nsw-act-cursive", "edu-nsw-act-foundation",
    "edu-qld-beginner", "edu-sa-beginner", "edu-sa-hand", "edu-tas-beginner", "edu-vic-wa-nt-beginner",
    "engagement", "euphoria-script", "felipa", "fuggles", "fuzzy-bubbles", "gaegu", "give-you-glory",
    "gloria-hallelujah", "gochi-hand", "grape-nuts", "great-vibes", "handlee", "herr-von-muellerhoff",
    "homemade-apple", "hurricane", "indie-flower", "inspiration", "italianno", "itim", "jim-nightshade",
    "julee", "just-me-again-down-here", "kalam", "kavivanar", "kiwi-maru", "klee-one", "kolker-brush",
    "kristi", "la-belle-aurore", "league-script", "licorice", "liu-jian-mao-cao", "long-cang",
    "loved-by-the-king", "lovers-quarrel", "ma-shan-zheng", "mali", "mansalva", "marck-script",
    "mea-culpa", "meddon", "meow-script", "merienda", "miss-fajardose", "molle", "monsieur-la-doulaise",
    "mr-bedfort", "mr-dafoe", "mr-de-haviland", "mrs-saint-delafield", "ms-madi", "my-soul", "mynerve",
    "nanum-brush-script", "nanum-pen-script", "neucha", "niconne", "norican", "nothing-you-could-do",
    "oooh-baby", "over-the-rainbow", "pangolin", "parisienne", "passions-conflict", "patrick-hand",
    "petit-formal-script", "pinyon-script", "playpen-sans", "playwrite-at", "playwrite-au-qld",
    "playwrite-ca", "playwrite-cu", "playwrite-cz", "playwrite-de-grund", "playwrite-de-sas",
    "playwrite-dk-loopet", "playwrite-es", "playwrite-fr-moderne", "playwrite-fr-trad", "playwrite-hr",
    "playwrite-hu", "playwrite-ie", "playwrite-in", "playwrite-is", "playwrite-it-moderna",
    "playwrite-it-trad", "playwrite-mx", "playwrite-ng-modern", "playwrite-nl", "playwrite-no",
    "playwrite-nz", "playwrite-pe", "playwrite-pl", "playwrite-pt", "playwrite-ro", "playwrite-sk",
    "playwrite-us-modern", "playwrite-us-trad", "playwrite-vn", "playwrite-za", "puppies-play",
    "quintessential", "qwigley", "qwitcher-grypen", "redressed", "reenie-beanie", "rock-salt",
    "rouge-script", "ruge-boogie", "ruthie", "sacramento", "satisfy", "schoolbell", "sedgwick-ave",
    "send-flowers", "shadows-into-light", "shantell-sans", "short-stack", "smooch", "solitreo",
    "square-peg", "sriracha", "stalemate", "sue-ellen-francisco", "sunshiney", "swanky-and-moo-moo",
    "tangerine", "the-girl-next-door", "updock", "vibur", "vujahday-script", "waiting-for-the-sunrise",
    "water-brush", "waterfall", "whisper", "windsong", "yellowtail", "yesteryear", "yomogi",
    "zen-kurenaido", "zeyada", "zhi-mang-xing",
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

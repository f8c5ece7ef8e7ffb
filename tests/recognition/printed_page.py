"""A printed page drawn from its layout, and what a scanner makes of it: the tests' source of pages."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.pagecode import encode, qr_modules
from recognition.types import Box, BoxKind, Grey, PageCode, PageLayout, Rect

SCALE = 12
LINE = 170
KEY = "exam-key"
CODE = PageCode("phys-quiz-3", "K7QX", "0012", 1)
MARKERS = {0: Rect(10, 10, 8, 8), 1: Rect(192, 10, 8, 8), 2: Rect(192, 279, 8, 8), 3: Rect(10, 279, 8, 8)}
CODES = (Rect(170, 10, 18, 18), Rect(22, 269, 18, 18))


def sample_layout() -> PageLayout:
    """20 boxes of all kinds on A4."""
    boxes = [_digits("", BoxKind.STUDENT_ID, 20, 35, 7)]
    boxes += [_digits(f"d{i}", BoxKind.DIGITS, 20 + 60 * (i % 3), 55 + 16 * (i // 3), 3) for i in range(6)]
    boxes += [Box(f"n{i}", BoxKind.NUMBER, Rect(20 + 60 * i, 90, 45, 12)) for i in range(3)]
    boxes += [Box(f"t{i}", BoxKind.TEXT, Rect(20, 108 + 17 * i, 120, 12)) for i in range(3)]
    boxes += [_choice(f"c{i}", BoxKind.CHOICE, 20 + 85 * (i % 2), 162 + 14 * (i // 2)) for i in range(5)]
    boxes += [_choice("m0", BoxKind.MULTI, 105, 190)]
    boxes += [Box("o0", BoxKind.MANUAL, Rect(20, 212, 170, 45))]
    return PageLayout(1, (210, 297), MARKERS, tuple(boxes), CODES)


def _digits(question: str, kind: BoxKind, x: float, y: float, count: int) -> Box:
    cells = tuple(Rect(x + 9 * i, y, 9, 11) for i in range(count))
    return Box(question, kind, Rect(x, y, 9 * count, 11), cells)


def _choice(question: str, kind: BoxKind, x: float, y: float) -> Box:
    bubbles = {letter: Rect(x + 2 + 12 * i, y + 2, 6, 6) for i, letter in enumerate("ABCD")}
    return Box(question, kind, Rect(x, y, 50, 10), (), bubbles)


@dataclass(frozen=True)
class Page:
    """``image`` at SCALE pixels a millimetre; drawing takes millimetres."""

    layout: PageLayout
    image: Grey

    def line(self, points: NDArray[np.float64], width: float = 0.5, grey: int = 40) -> None:
        shifted = np.round((points * SCALE - 0.5) * 256).astype(np.int32).reshape(1, -1, 2)
        thickness = max(1, round(width * SCALE))
        cv2.polylines(self.image, shifted, False, grey, thickness, cv2.LINE_AA, 8)

    def fill(self, rect: Rect, grey: int = 0) -> None:
        x, y = round(rect.x * SCALE), round(rect.y * SCALE)
        self.image[y : y + round(rect.h * SCALE), x : x + round(rect.w * SCALE)] = grey

    def write(self, rect: Rect, text: str, grey: int = 40) -> None:
        size, base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.0, 2)[0]
        scale = min(0.7 * rect.h * SCALE / base, 0.9 * rect.w * SCALE / size)
        origin = (round((rect.x + 0.08 * rect.w) * SCALE), round((rect.y + 0.8 * rect.h) * SCALE))
        thick = max(1, round(0.5 * SCALE))
        cv2.putText(
            self.image, text, origin, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, scale, grey, thick, cv2.LINE_AA
        )


def printed(layout: PageLayout | None = None, code: PageCode = CODE, key: str = KEY) -> Page:
    """An empty sheet as it leaves the printer."""
    layout = layout or sample_layout()
    size = (round(layout.page_size[1] * SCALE), round(layout.page_size[0] * SCALE))
    page = Page(layout, np.full(size, 255, np.uint8))
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for name, rect in layout.markers.items():
        side = round(rect.w * SCALE)
        x, y = round(rect.x * SCALE), round(rect.y * SCALE)
        page.image[y : y + side, x : x + side] = cv2.aruco.generateImageMarker(dictionary, name, side)
    modules = qr_modules(encode(code, key))
    for rect in layout.codes:
        side = round(rect.w * SCALE)
        drawn = cv2.resize(
            np.where(modules, 0, 255).astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST
        )
        page.image[round(rect.y * SCALE) :, round(rect.x * SCALE) :][:side, :side] = drawn
    for box in layout.boxes:
        _draw_box(page, box)
    return page


def _draw_box(page: Page, box: Box) -> None:
    label = Rect(box.rect.x, box.rect.y - 4.5, 40, 3)
    page.write(label, f"Question {box.question}", 0)
    for rect in box.cells or ((box.rect,) if not box.bubbles else ()):
        x, y, right, bottom = rect.x, rect.y, rect.x + rect.w, rect.y + rect.h
        page.line(np.array([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]), 0.25, LINE)
    for letter, rect in box.bubbles.items():
        turn = np.linspace(0, 2 * np.pi, 60)
        circle = np.column_stack([np.cos(turn), np.sin(turn)]) * rect.w / 2
        page.line(circle + np.array([rect.x + rect.w / 2, rect.y + rect.h / 2]), 0.25, LINE)
        inner = Rect(rect.x + 1.9, rect.y + 1.6, 3, 2.8)
        cv2.putText(
            page.image, letter, (round(inner.x * SCALE), round((inner.y + inner.h) * SCALE)),
            cv2.FONT_HERSHEY_SIMPLEX, 1.0, LINE, 2, cv2.LINE_AA,
        )  # fmt: skip


@dataclass(frozen=True)
class Scanner:
    """What happens between paper and file. ``perspective`` moves corners by that share of the page."""

    dpi: int = 200
    angle: float = 0.0
    turn: int = 0
    perspective: float = 0.0
    noise: float = 4.0
    jpeg: int = 80
    bilevel: bool = False
    threshold: int = 200
    blur: float = 0.5
    seed: int = 0
    shift_mm: tuple[float, float] = (0.0, 0.0)

    def scan(self, page: Grey) -> tuple[Grey, NDArray[np.float64]]:
        """The scan and the true transform from page mm to its pixels, shape (3, 3)."""
        random = np.random.default_rng(self.seed)
        high, wide = page.shape[0] / SCALE, page.shape[1] / SCALE
        scale = self.dpi / 25.4
        size = np.array([round(wide * scale), round(high * scale)])
        matrix = self._geometry(random, wide, high, scale)
        source = cv2.GaussianBlur(page, (0, 0), max(0.3, 0.45 * SCALE / scale))
        to_mm = np.array([[1 / SCALE, 0, 0.5 / SCALE], [0, 1 / SCALE, 0.5 / SCALE], [0, 0, 1]])
        image = cv2.warpPerspective(source, matrix @ to_mm, tuple(int(v) for v in size), borderValue=235)
        image = np.rot90(image, -self.turn)
        matrix = _quarter_turns(self.turn, size) @ matrix
        return self._sensor(image, random), matrix

    def _geometry(
        self, random: np.random.Generator, wide: float, high: float, scale: float
    ) -> NDArray[np.float64]:
        radians = np.radians(self.angle)
        cosine, sine = np.cos(radians), np.sin(radians)
        centre = np.array([[1, 0, wide / 2], [0, 1, high / 2], [0, 0, 1]])
        turned = np.array([[cosine, -sine, self.shift_mm[0]], [sine, cosine, self.shift_mm[1]], [0, 0, 1]])
        rigid = centre @ turned @ np.linalg.inv(centre)
        corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
        moved = corners + random.uniform(-1, 1, (4, 2)).astype(np.float32) * self.perspective * wide
        bent = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        pixels = np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]])
        return np.asarray(pixels @ bent @ rigid, np.float64)

    def _sensor(self, image: NDArray[np.uint8], random: np.random.Generator) -> Grey:
        lit = cv2.GaussianBlur(image, (0, 0), self.blur).astype(np.float32) * 0.93 + 8
        lit += random.normal(0, self.noise, lit.shape).astype(np.float32)
        grey = np.clip(lit, 0, 255).astype(np.uint8)
        if self.bilevel:
            return np.where(grey > self.threshold, 255, 0).astype(np.uint8)
        data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg])[1]
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _quarter_turns(turns: int, size: NDArray[np.int_]) -> NDArray[np.float64]:
    matrix = np.eye(3)
    wide, high = (int(v) for v in size)
    for _ in range(turns % 4):
        matrix = np.array([[0.0, -1, high - 1], [1, 0, 0], [0, 0, 1]]) @ matrix
        wide, high = high, wide
    return matrix

"""A surface for the pen that prints, which writes SVG: what is shown on screen is drawn by the same code.

It answers to the part of ReportLab's canvas that drawing a page uses: points, origin bottom-left.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from reportlab.pdfbase import pdfmetrics

from grading.exams.typeface import BOLD, REGULAR, register_fonts

FAMILIES = {REGULAR: "Inkgrade Sans, Inter, sans-serif", BOLD: "Inkgrade Sans, Inter, sans-serif"}


class SvgPath:
    """A path as ReportLab's ``beginPath`` gives it."""

    def __init__(self, height: float) -> None:
        self._height = height
        self.steps: list[str] = []

    def moveTo(self, x: float, y: float) -> None:  # noqa: N802
        self.steps.append(f"M{_n(x)} {_n(self._height - y)}")

    def curveTo(self, *points: float) -> None:  # noqa: N802
        ends = [_n(self._height - v) if i % 2 else _n(v) for i, v in enumerate(points)]
        self.steps.append("C" + " ".join(ends))

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        top = self._height - y - height
        self.steps.append(f"M{_n(x)} {_n(top)}h{_n(width)}v{_n(height)}h{_n(-width)}z")


class SvgCanvas:
    """Collects what is drawn; ``text`` is the inside of an SVG of ``width`` times ``height`` points."""

    def __init__(self, width: float, height: float) -> None:
        register_fonts()
        self.width, self.height = width, height
        self._parts: list[str] = []
        self._fill = self._stroke = "#000"
        self._line = 1.0
        self._round = False
        self._font, self._size = REGULAR, 10.0

    @property
    def text(self) -> str:
        """The elements drawn so far."""
        return "".join(self._parts)

    def setFillGray(self, grey: float, /) -> None:  # noqa: N802
        self._fill = _grey(grey)

    def setStrokeGray(self, grey: float, /) -> None:  # noqa: N802
        self._stroke = _grey(grey)

    def setLineWidth(self, width: float, /) -> None:  # noqa: N802
        self._line = width

    def setLineCap(self, mode: int, /) -> None:  # noqa: N802
        self._round = mode == 1

    def setLineJoin(self, mode: int, /) -> None:  # noqa: N802
        self._round = mode == 1

    def saveState(self) -> None:  # noqa: N802
        """Only line ends outlive a drawing otherwise; they are put back below."""

    def restoreState(self) -> None:  # noqa: N802
        self._round = False

    def setFont(self, name: str, size: float, /) -> None:  # noqa: N802
        self._font, self._size = name, size

    def drawString(self, x: float, y: float, text: str, /) -> None:  # noqa: N802
        """One run of text, exactly as long as on paper whatever font the screen has."""
        length = pdfmetrics.stringWidth(text, self._font, self._size)
        if not text.strip() or length <= 0:
            return
        family = FAMILIES.get(self._font, "sans-serif")
        weight = ' font-weight="600"' if self._font == BOLD else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(self.height - y)}" font-size="{_n(self._size)}" '
            f'font-family={quoteattr(family)}{weight} fill="{self._fill}" textLength="{_n(length)}" '
            f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(text)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, /) -> None:
        ends = f'x1="{_n(x1)}" y1="{_n(self.height - y1)}" x2="{_n(x2)}" y2="{_n(self.height - y2)}"'
        self._parts.append(f"<line {ends} {self._painted(1, 0)}/>")

    def rect(self, x: float, y: float, width: float, height: float, /) -> None:
        top = self.height - y - height
        size = f'x="{_n(x)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
        self._parts.append(f"<rect {size} {self._painted(1, 0)}/>")

    def circle(self, x: float, y: float, radius: float, /, *, stroke: int = 1, fill: int = 0) -> None:
        place = f'cx="{_n(x)}" cy="{_n(self.height - y)}" r="{_n(radius)}"'
        self._parts.append(f"<circle {place} {self._painted(stroke, fill)}/>")

    def beginPath(self) -> SvgPath:  # noqa: N802
        return SvgPath(self.height)

    def drawPath(self, path: SvgPath, /, *, stroke: int = 1, fill: int = 0) -> None:  # noqa: N802
        self._parts.append(f'<path d="{"".join(path.steps)}" {self._painted(stroke, fill)}/>')

    def _painted(self, stroke: int, fill: int) -> str:
        colour = f'fill="{self._fill}"' if fill else 'fill="none"'
        if not stroke:
            return colour
        ends = ' stroke-linecap="round" stroke-linejoin="round"' if self._round else ""
        return f'{colour} stroke="{self._stroke}" stroke-width="{_n(self._line)}"{ends}'


def _n(value: float) -> str:
    """A number to a thousandth of a point, without needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _grey(value: float) -> str:
    level = round(255 * value)
    return f"#{level:02x}{level:02x}{level:02x}"

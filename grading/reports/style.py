"""How reports look: typefaces, paragraph styles, table grid, the colours of verdicts."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import TableStyle

from grading.exams.typeface import BOLD, REGULAR, register_fonts, runs
from grading.marking.models import Answer

__all__ = [
    "BOLD",
    "GRID",
    "HEADING",
    "MUTED",
    "PAPERS",
    "REGULAR",
    "TEXT",
    "TITLE",
    "VALUE",
    "colour_of",
    "safe",
    "sign_of",
]

LONGEST_TEXT = 300
PAPERS = {"A4": A4, "letter": letter}

INK = HexColor("#1d2733")
GREY = HexColor("#66717e")
LINE = HexColor("#d9dee4")
ACCENT = HexColor("#2f5d8a")
CORRECT, PARTIAL, WRONG, OPEN = (HexColor(c) for c in ("#1a7f4b", "#b7791f", "#b42318", "#5b6b7c"))

COLOURS: dict[str, Color] = {"correct": CORRECT, "partial": PARTIAL, "wrong": WRONG}

register_fonts()
TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=9.5, leading=12, textColor=INK)
MUTED = ParagraphStyle("muted", parent=TEXT, fontSize=8, leading=10, textColor=GREY)
VALUE = ParagraphStyle("value", parent=TEXT, fontName=BOLD, fontSize=13, leading=16)
HEADING = ParagraphStyle(
    "heading", parent=TEXT, fontName=BOLD, fontSize=12, leading=15, spaceBefore=10, spaceAfter=4
)
TITLE = ParagraphStyle("title", parent=TEXT, fontName=BOLD, fontSize=19, leading=24, spaceAfter=3)

GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 3.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ]
)


def safe(text: str) -> str:
    """Text for a ReportLab paragraph: capped, markup escaped, every character in a font that has it."""
    shown = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
    return "".join(f'<font name="{font}">{escape(part)}</font>' for font, part in runs(shown))


def colour_of(answer: Answer) -> Color:
    """Green, amber, red, or grey while undecided."""
    return COLOURS.get(answer.verdict, OPEN)


def sign_of(answer: Answer) -> str:
    """The verdict in a form that does not need colour."""
    return {"correct": "✓", "partial": "½", "wrong": "✗"}.get(answer.verdict, "?")

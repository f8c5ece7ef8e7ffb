"""What the columns of a roster hold: by their headers, or, without any, by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from grading.exams.roster_table import Table

HEADERS = {
    "student_id": "studentid id studentnumber studentno number idnumber matriculation matriculationnumber"
    " matrikel matrikelnummer matrikelnr matnr nummer schulernummer schulernr teilnehmernummer teilnehmernr"
    " numero numeroetudiant numerodetudiant",
    "name": "name fullname studentname student namen nomcomplet nometprenom",
    "given": "firstname givenname forename vorname rufname prenom",
    "family": "lastname familyname surname nachname familienname nomdefamille",
    "email": "email mail emailaddress courriel adressemail",
    "section": "section group class course gruppe klasse kurs groupe classe",
}
FIELDS = tuple(HEADERS)
_COLUMNS = {variant: field for field, variants in HEADERS.items() for variant in variants.split()}
SAMPLED = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """Field by column, "" for one that is left out; ``header``: the first row names them."""

    fields: tuple[str, ...]
    header: bool

    @property
    def faults(self) -> list[str]:
        """Why a roster cannot be made of them, in the order in which one would mend it."""
        double = [field for field in FIELDS if self.fields.count(field) > 1]
        missing = [field for field in ("student_id",) if field not in self.fields]
        if not {"name", "given", "family"} & set(self.fields):
            missing.append("name")
        return double + missing


def guessed(table: Table) -> Columns:
    """What the columns are probably taken for; a person may say otherwise."""
    first = table.rows[0][1] if table.rows else ()
    named = [field_named(cell) for cell in first]
    if _is_header(first, named):
        fields = _prenom([*named, *[""] * (table.width - len(named))], first)
        return Columns(_by_content(table.rows[1 : SAMPLED + 1], fields), header=True)
    return Columns(_by_content(table.rows[:SAMPLED], [""] * table.width), header=False)


def field_named(cell: str) -> str:
    """The field that a header names, "" for none."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", cell.lower()) if not unicodedata.combining(c))
    return _COLUMNS.get(re.sub(r"[^a-z]", "", bare), "")


def named_fields(header: Sequence[str]) -> tuple[str, ...]:
    """The fields that the cells of a header name, "" for none."""
    return tuple(_prenom([field_named(cell) for cell in header], header))


def _is_header(cells: Sequence[str], named: Sequence[str]) -> bool:
    """A row that names columns has no digits in the named ones and no address."""
    return any(named) and not any("@" in cell or re.search(r"\d{3}", cell) for cell in cells)


def _prenom(fields: list[str], header: Sequence[str]) -> list[str]:
    """The French ``nom`` is the family name beside a ``prénom``, else the whole name."""
    for place, cell in enumerate(header):
        if not fields[place] and cell.strip().lower() == "nom":
            fields[place] = "family" if "given" in fields else "name"
    return fields


def _by_content(rows: Sequence[tuple[int, Sequence[str]]], known: Sequence[str]) -> tuple[str, ...]:
    """``known`` with what it lacks, by what stands in the columns that it leaves open."""
    fields, width = list(known), len(known)
    columns = [[row[i] for _, row in rows if i < len(row) and row[i]] for i in range(width)]
    for field, likely in (("email", _addresses), ("student_id", _numbers), ("name", _words)):
        if field in fields or (field == "name" and {"given", "family"} & set(fields)):
            continue
        shares = [0.0 if fields[i] else likely(cells) for i, cells in enumerate(columns)]
        best = max(range(width), key=lambda i: shares[i], default=0)
        if shares and shares[best] > 0.5:
            fields[best] = field
    return tuple(fields)


def _addresses(cells: Sequence[str]) -> float:
    return sum("@" in cell for cell in cells) / max(1, len(cells))


def _numbers(cells: Sequence[str]) -> float:
    unique = len(set(cells)) / max(1, len(cells))
    return (
        unique
        * sum(bool(re.fullmatch(r"[A-Za-z]{0,3}[\d./-]+", cell)) for cell in cells)
        / max(1, len(cells))
    )


def _words(cells: Sequence[str]) -> float:
    """Names have letters, and longer ones than classes have."""
    lettered = sum(bool(re.fullmatch(r"[^\d@]{2,}", cell)) for cell in cells)
    spread = len(set(cells)) / max(1, len(cells))
    return lettered / max(1, len(cells)) * (0.6 + 0.4 * spread)

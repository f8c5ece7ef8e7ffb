"""Makes a large class of a small one: scanned and marked sheets, copied again and again by the database.

To mark a hundred thousand answers takes minutes, which the pages that show them know nothing of.
"""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connection, models

from grading.exams.models import Exam, Sheet
from grading.marking.models import Answer, Identity
from grading.scans.models import Page, Reading


def copy_class(exam: Exam, *, marked: int, sheets: int) -> None:
    """The first ``marked`` sheets of an exam, alone in its database, on all its ``sheets``.

    Sheets and students are numbered alike, one after another, so that a copy is an addition.
    """
    first = Sheet.objects.filter(exam=exam).earliest("pk").pk
    times = sheets // marked - 1
    pages = _copy(Page, times, {"sheet_id": marked, "scan_page": Page.objects.count()})
    readings = _copy(Reading, times, {"page_id": pages})
    moved = {"sheet_id": marked, "page_id": pages, "reading_id": readings}
    _copy(Answer, times, moved, larger="group_size")
    _copy(Identity, times, {"sheet_id": marked, "student_id": marked})
    last = Identity.objects.select_related("sheet").latest("sheet_id")
    assert last.sheet_id == first + marked * (times + 1) - 1
    assert last.student_id in (last.sheet.printed_for_id, None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server has done by itself when so many pages have come in


def _copy(model: type[models.Model], times: int, moved: dict[str, int], larger: str = "") -> int:
    """Copy every row so often, ``moved`` columns further each time; by how much the keys move."""
    far = int(model._default_manager.latest("pk").pk)
    moved = {"id": far, **moved}
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [str(field.column) for field in model._meta.concrete_fields]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    values = ", ".join(_value(column, moved.get(column, 0), times, larger) for column in columns)
    often = f"CROSS JOIN generate_series(1, {times}) k"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} {often}")
        if larger:
            cursor.execute(f"UPDATE {table} SET {larger} = {larger} * {times + 1} WHERE id <= {far}")
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return far


def _value(column: str, far: int, times: int, larger: str) -> str:
    name = connection.ops.quote_name(column)
    if column == larger:
        return f"{name} * {times + 1}"
    return f"{name} + {far} * k" if far else name

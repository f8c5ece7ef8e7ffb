"""The writer that is quick where there is nothing to defuse writes what the careful one writes."""

from __future__ import annotations

import csv
import io

from defusedcsv import csv as defused
from hypothesis import given
from hypothesis import strategies as st

from grading.reports.csvfiles import written

CELLS = st.one_of(
    st.text(max_size=6), st.sampled_from(["=1+1", "-2", "@a", '"=x"', "|", "1", "ä", ""]), st.integers()
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4))
def test_every_cell_is_written_as_the_careful_writer_does(rows: list[tuple[object, ...]]) -> None:
    buffer = io.StringIO(newline="")
    careful = defused.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    careful.writerows(rows)
    assert written(rows) == buffer.getvalue()


def test_a_formula_is_defused() -> None:
    assert written([("a", "=1+1", 2), ("a", "b", 3)]) == "a,'=1+1,2\na,b,3\n"

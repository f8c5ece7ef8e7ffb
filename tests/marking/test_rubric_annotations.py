"""What may be drawn on a page, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.rubric_annotations import Annotation, Kind, of_stored, parse, to_store

PLACE = st.tuples(*[st.integers(0, 2970).map(lambda tenth: tenth / 10)] * 2)
SIGNS = st.builds(Annotation, st.sampled_from([Kind.TICK, Kind.CROSS]), st.tuples(PLACE))
STROKES = st.builds(Annotation, st.just(Kind.PEN), st.lists(PLACE, min_size=2, max_size=9).map(tuple))
NOTES = st.builds(
    Annotation, st.just(Kind.NOTE), st.tuples(PLACE), st.text("abc é<>&", min_size=1).map(str.strip)
).filter(lambda note: note.text and note.text == " ".join(note.text.split()) and len(note.text) <= 200)


@given(drawn=st.lists(SIGNS | STROKES | NOTES, max_size=8).map(tuple))
def test_what_was_drawn_comes_back(drawn: tuple[Annotation, ...]) -> None:
    assert parse(json.dumps(to_store(drawn))) == drawn
    assert of_stored(to_store(drawn)) == drawn


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        '{"kind": "tick"}',
        '["tick"]',
        '[{"kind": "stamp", "points": [[1, 1]]}]',
        '[{"kind": "tick", "points": []}]',
        '[{"kind": "tick", "points": [[1, 1], [2, 2]]}]',
        '[{"kind": "tick", "points": [[-1, 1]]}]',
        '[{"kind": "tick", "points": [[1, 501]]}]',
        '[{"kind": "tick", "points": [["1", 1]]}]',
        '[{"kind": "tick", "points": [[NaN, 1]]}]',
        '[{"kind": "pen", "points": [[1, 1]]}]',
        '[{"kind": "note", "points": [[1, 1]], "text": "  "}]',
        json.dumps([{"kind": "tick", "points": [[1, 1]]}] * 201),
        json.dumps([{"kind": "pen", "points": [[1, 1]] * 401}]),
    ],
)
def test_what_is_no_annotation_is_refused(sent: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(sent)


def test_nothing_drawn_is_fine() -> None:
    assert parse("") == ()

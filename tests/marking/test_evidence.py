"""What the machine has on an answer can be stored and must be consistent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.marking.evidence import Evidence

SHARES = st.floats(0, 1)
PAIRS = st.lists(st.tuples(st.text(max_size=5), SHARES), max_size=4).map(tuple)
EVIDENCE = st.builds(
    Evidence,
    kind=st.sampled_from(["digits", "number", "text", "multi"]),
    text=st.text(max_size=10),
    confidence=SHARES,
    alternatives=PAIRS,
    expected=st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple),
    p_expected=st.none() | SHARES,
    marked=st.frozensets(st.sampled_from("ABC")),
    option_scores=PAIRS,
    doubt=st.none() | st.text(max_size=5),
    blank=st.booleans(),
    blank_confidence=st.none() | SHARES,
    aligned=SHARES,
    page_sound=st.booleans(),
    error=st.none() | st.text(max_size=5),
)


@given(EVIDENCE)
def test_evidence_survives_being_stored(evidence: Evidence) -> None:
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence


def test_missing_fields_of_an_older_store_take_their_defaults() -> None:
    assert Evidence.from_json({"kind": "text", "text": "a", "confidence": 0.5}).aligned == 1.0


def test_damaged_evidence_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="read the answer again"):
        Evidence.from_json({"kind": "text", "colour": "blue"})


def test_evidence_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the spellings"):
        Evidence(kind="number", text="5", confidence=0.9, p_expected=0.9)
    with pytest.raises(ValueError, match="a probability from 0 to 1"):
        Evidence(kind="number", text="5", confidence=1.2)
    with pytest.raises(ValueError, match="marked options"):
        Evidence(kind="choice", confidence=0.9)
    with pytest.raises(ValueError, match="unknown kind"):
        Evidence(kind="essay")


def test_what_was_read_is_shown_as_people_write_it() -> None:
    assert Evidence(kind="multi", marked=frozenset("CA"), confidence=1.0).read == "A, C"
    assert Evidence(kind="number", text="5", confidence=1.0).read == "5"

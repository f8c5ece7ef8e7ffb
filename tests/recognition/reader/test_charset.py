"""The alphabet and the folding of labels."""

from __future__ import annotations

import pytest

from recognition.reader.charset import ALPHABET, allowed, decode, encode, fold, frames_needed, is_writable


def test_every_character_has_one_class() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert [encode(c) for c in ALPHABET] == [[k + 1] for k in range(len(ALPHABET))]


@pytest.mark.parametrize(
    ("label", "folded"),
    [
        ("u\u0308ber", "über"),
        ("3–4", "3-4"),
        ("−7", "-7"),
        ("it’s “so”", 'it\'s "so"'),
        ("  a \u00a0 b ", "a b"),
        ("wait…", "wait..."),
        ("Łódź", "Łódz"),
    ],
)
def test_labels_fold_to_what_the_reader_writes(label: str, folded: str) -> None:
    assert fold(label) == folded


def test_german_and_french_answers_are_writable() -> None:
    assert all(is_writable(t) for t in ("Größe: 5 m/s²", "œuvre à l'été, ça!", "20 °C", "50 %", "Łódz"[1:]))


def test_a_foreign_character_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'Ж'"):
        encode("aЖ")


def test_greedy_decoding_merges_repeats_and_drops_blanks() -> None:
    one, two = encode("12")
    assert decode([0, one, one, 0, one, two, two, 0]) == "112"


def test_equal_neighbours_need_a_frame_between_them() -> None:
    assert frames_needed("1111") == 7
    assert frames_needed("1234") == 4
    assert frames_needed("") == 0


def test_boxes_allow_their_characters() -> None:
    assert allowed("digits") == "0123456789"
    assert set("-12.5, 3/4+") <= set(allowed("number"))
    assert not set("aO") & set(allowed("number"))
    assert allowed("text") == ALPHABET
    with pytest.raises(ValueError, match="'essay'"):
        allowed("essay")

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from recognition.paper.collected_hands import CollectedHands, ink_of, open_collection
from recognition.paper.rehearsal import proposed_exam

WORDS = ["that", "from", "which", "they", "with", "been", "this", "have", "were", "when"]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Crops of typed words, half of them of the training split."""
    folder = tmp_path / "words"
    folder.mkdir()
    rows = ["file,text,writer,split"]
    for k, word in enumerate([*WORDS, "secret", "12.5"]):
        image = np.full((60, 40 + 25 * len(word)), 235, np.uint8)
        cv2.putText(image, word, (15, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2)
        cv2.imwrite(str(folder / f"{k}.png"), image)
        rows.append(f"{k}.png,{word},w{k % 2},{'train' if word == 'secret' else 'val'}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_only_the_kept_split_is_used_and_numbers_are_told_from_words(words: Path) -> None:
    hand = CollectedHands((words,)).hand(np.random.default_rng(0))
    assert hand.texts is not None
    assert sorted(hand.texts) == sorted(WORDS)
    assert hand.numbers == ("12.5",)
    assert hand.phrase("secret", np.random.default_rng(0)) is None


def test_a_phrase_is_the_crops_own_ink_without_its_paper(words: Path) -> None:
    ink = ink_of((words / "0.png").read_bytes())
    assert ink.max() > 200
    assert (ink == 0).mean() > 0.4


def test_characters_come_from_the_part_that_training_leaves_out(tmp_path: Path) -> None:
    folder = tmp_path / "chars"
    folder.mkdir()
    images = np.zeros((800, 28, 28), np.uint8)
    images[:, 8:20, 13:15] = 255
    images[::40, 8:20, 10:18] = 255
    np.savez(folder / "chars.npz", x=images, y=np.full(800, ord("7"), np.uint8))
    shelf = open_collection((folder,)).characters
    assert len(shelf.images) == 20
    assert (shelf.images[:, 10, 11] == 255).all()
    assert set(shelf.classes) == {"7"}


def test_a_proposed_exam_asks_for_words_that_the_writers_have(words: Path) -> None:
    exam = proposed_exam((words,), np.random.default_rng(0))
    keys = {q["answers"][0] for q in exam["questions"] if q["type"] == "text"}
    assert keys
    assert keys <= set(WORDS)


def test_a_folder_without_handwriting_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no handwriting"):
        open_collection((tmp_path,))

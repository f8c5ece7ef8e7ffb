"""The stream of training crops."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fontTools")

from recognition.crops.mixture import BATCH_WIDTHS, Mixture
from tests.recognition import labelled_sets


def test_nearly_all_batches_are_full_and_of_few_shapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKGRADE_CACHE", str(tmp_path / "cache"))
    written = [("1" * n, "train") for n in range(1, 9)]
    labelled_sets.labelled_folder(tmp_path / "meza-numbers", written, zipped=True)
    mixture = Mixture(tmp_path, {"meza-numbers": 1.0}, 4, batch_pixels=512, block_size=200)
    batches = mixture.block(1, 0)
    assert sum(len(batch.labels) for batch in batches) == 200
    assert {batch.images.shape[2] for batch in batches} <= set(BATCH_WIDTHS)
    partly_filled = [b for b in batches if len(b.labels) != max(1, 512 // b.images.shape[2])]
    assert len(partly_filled) <= 1

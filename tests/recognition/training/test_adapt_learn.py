"""Fine-tuning on corrections, with the weights that ship and the real network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from recognition.crops.data import Sample
from recognition.reader.network import FACTS, MODEL, NUMBERS, WEIGHTS, fingerprint, open_network, read_facts
from recognition.reader.prepare import prepare
from recognition.training.adapt import Task
from recognition.training.adapt_learn import fine_tune
from tests.recognition import labelled_sets


@pytest.fixture
def task(tmp_path: Path) -> Task:
    texts = ["71", "4,2", "mol"]
    samples = tuple(
        Sample("set", f"{text}.png", text, "w", "", lambda text=text: labelled_sets.crop(text))
        for text in texts
    )
    out = tmp_path / "child"
    out.mkdir()
    for name in (MODEL, NUMBERS, FACTS):
        shutil.copyfile(WEIGHTS / name, out / name)
    return Task(WEIGHTS, MODEL, samples, None, out, threads=1)


def frames(folder: Path, text: str) -> np.ndarray:
    network = open_network(folder / MODEL, read_facts(folder).stride, "cpu")
    return network.run(prepare(labelled_sets.crop(text))[None, None])


def test_a_child_is_new_weights_that_are_still_near_its_parent(task: Task) -> None:
    assert fine_tune(task, steps=2) == []
    assert {file.name for file in task.out.iterdir()} == {MODEL, NUMBERS, FACTS}
    assert (task.out / NUMBERS).read_bytes() == (WEIGHTS / NUMBERS).read_bytes()
    assert fingerprint(task.out) != fingerprint(WEIGHTS)
    own, old = frames(task.out, "71"), frames(WEIGHTS, "71")
    assert 0.0 < np.abs(np.exp(own) - np.exp(old)).max() < 0.2
    facts = json.loads((task.out / FACTS).read_text(encoding="utf-8"))
    assert facts["alphabet"] == read_facts(WEIGHTS).alphabet

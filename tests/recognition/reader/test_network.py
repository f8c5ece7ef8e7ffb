"""The network at run time: facts checked, and a GPU worker's torch network equals ONNX Runtime."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recognition.reader.network import (
    WEIGHTS,
    OnnxNetwork,
    WeightsError,
    fingerprint,
    open_network,
    read_facts,
)
from tests.recognition import tiny_reader


def test_the_tiny_network_says_what_is_written(tmp_path: Path) -> None:
    network = OnnxNetwork(tiny_reader.save(tmp_path) / "reader.onnx")
    log_probs = network.run(tiny_reader.plane("42")[None, None])
    assert log_probs.shape == (1, 8, tiny_reader.CLASSES)
    assert np.exp(log_probs).sum(axis=2) == pytest.approx(np.ones((1, 8)), abs=1e-5)
    assert log_probs[0].argmax(axis=1).tolist() == [5, 0, 3, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"alphabet": "漢字"}, "alphabet is not that of this version"),
        ({"stride": "wide"}, "not a description of weights"),
        ({"version": None, "height": None}, "not a description of weights"),
    ],
)
def test_facts_that_do_not_fit_are_refused(tmp_path: Path, damage: dict[str, object], reason: str) -> None:
    path = tiny_reader.save(tmp_path) / "reader.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(WeightsError, match=reason):
        read_facts(tmp_path)


def test_the_fingerprint_changes_with_the_network(tmp_path: Path) -> None:
    before = fingerprint(tiny_reader.save(tmp_path))
    with (tmp_path / "reader.onnx").open("ab") as file:
        file.write(b"\0")
    assert fingerprint(tmp_path) != before


def test_reading_on_the_cpu_loads_no_torch(tmp_path: Path) -> None:
    tiny_reader.save(tmp_path)
    program = (
        "import sys, warnings; warnings.simplefilter('ignore'); from pathlib import Path;"
        "from recognition.reader.engine import Reader; Reader(Path(sys.argv[1]));"
        "assert not {'torch', 'django', 'scipy', 'matplotlib'} & set(sys.modules), sorted(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_device_that_torch_does_not_know_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((WeightsError, ValueError, RuntimeError)):
        open_network(tiny_reader.save(tmp_path) / "reader.onnx", 8, "abacus")


@pytest.mark.skipif(not (WEIGHTS / "reader.onnx").exists(), reason="no shipped weights here")
def test_torch_reads_as_onnx_runtime_does_from_the_same_file() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from recognition.reader.torch_network import TorchNetwork

    path = WEIGHTS / "reader.onnx"
    batch = np.random.default_rng(4).random((2, 1, 48, 96), np.float32)
    ours = TorchNetwork(path, read_facts(WEIGHTS).stride, "cpu").run(batch)
    theirs = OnnxNetwork(path).run(batch)
    assert ours.shape == theirs.shape
    assert np.abs(np.maximum(ours, -20) - np.maximum(theirs, -20)).max() < 1e-3

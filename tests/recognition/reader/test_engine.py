"""The engine: order kept, batches without influence, bad crops on their own."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from recognition.reader import engine
from recognition.reader.engine import Reader
from recognition.reader.network import WEIGHTS, WeightsError, fingerprint
from recognition.reader.version import CALIBRATION, installed_version
from recognition.types import Grey, ReadRequest
from tests.recognition import tiny_reader

PAPER = np.full((48, 64), 255, np.uint8)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The tiny reader, on crops that need no preparation: they are already planes."""
    folder = tiny_reader.save(tmp_path / "weights")
    monkeypatch.setattr(engine, "prepare", lambda image: image.astype(np.float32) / 255)
    monkeypatch.setattr(engine, "ink_fraction", lambda image: float(np.mean(image < 200)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Reader(folder)


def written(text: str, width: int = 64, strength: float = 1.0) -> Grey:
    return np.asarray(np.round(255 * tiny_reader.plane(text, width, strength)), np.uint8)


def test_readings_come_in_the_order_of_the_requests(reader: Reader) -> None:
    texts = ["42", "7", "1234567", "0", "99", "b", "a1"]
    requests = [ReadRequest(written(t, 64 if len(t) < 5 else 128), "text") for t in texts]
    assert [reading.text for reading in reader.read(requests)] == texts


@pytest.mark.parametrize("others", [0, 3, 63])
def test_the_batch_changes_no_answer(reader: Reader, others: int) -> None:
    request = ReadRequest(written("42", strength=0.6), "digits", None, ("42",))
    alone = reader.read([request])[0]
    crowd = [ReadRequest(written(str(k % 100), strength=0.4 + k / 200), "digits") for k in range(others)]
    for place in {0, others // 2, others}:
        among = reader.read([*crowd[:place], request, *crowd[place:]])[place]
        assert among.text == alone.text
        assert among.confidence == pytest.approx(alone.confidence, abs=1e-5)
        assert among.p_expected == pytest.approx(alone.p_expected, abs=1e-5)


def test_paper_is_blank_and_no_key_was_written_there(reader: Reader) -> None:
    reading = reader.read([ReadRequest(PAPER, "digits", None, ("42",))])[0]
    assert (reading.text, reading.blank, reading.error) == ("", True, None)
    assert reading.p_expected is not None
    assert reading.p_expected < 0.05


def test_a_bad_crop_gets_its_error_and_the_others_are_read(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(image: Grey) -> np.ndarray:
        if image[0, 0] == 13:
            raise ValueError("this crop\nis broken")
        return np.asarray(image.astype(np.float32) / 255)

    monkeypatch.setattr(engine, "prepare", prepare)
    bad = written("42")
    bad[0, 0] = 13
    found = reader.read([ReadRequest(written("1"), "digits"), ReadRequest(bad, "digits", None, ("42",))])
    assert found[0].text == "1"
    assert (found[1].text, found[1].confidence, found[1].error) == ("", 0.0, "this crop")
    assert found[1].p_expected == 0.0


def test_a_kind_or_an_alphabet_that_nobody_knows_is_an_error_of_that_crop(reader: Reader) -> None:
    strange = ReadRequest(written("1"), "formula")
    chinese = ReadRequest(written("1"), "text", "漢字")
    found = reader.read([strange, chinese, ReadRequest(written("1"), "text")])
    assert "formula" in (found[0].error or "")
    assert "漢字" in (found[1].error or "")
    assert (found[2].text, found[2].error) == ("1", None)


def test_a_kind_or_an_alphabet_restricts_what_is_read(reader: Reader) -> None:
    image = written("4a")
    assert reader.read([ReadRequest(image, "text")])[0].text == "4a"
    assert set(reader.read([ReadRequest(image, "digits")])[0].text) <= set("0123456789")
    assert set(reader.read([ReadRequest(image, "text", "ab")])[0].text) <= set("ab")


def test_alternatives_come_best_first_and_share_what_confidence_leaves(reader: Reader) -> None:
    reading = reader.read([ReadRequest(written("42", strength=0.5), "digits")])[0]
    shares = [a.confidence for a in reading.alternatives]
    assert 1 <= len(shares) <= 4
    assert shares == sorted(shares, reverse=True)
    assert reading.text not in {a.text for a in reading.alternatives}
    assert shares[0] <= reading.confidence
    assert reading.confidence + sum(shares) <= 1.0 + 1e-9


def test_the_true_key_is_likelier_than_a_wrong_one_and_no_key_gives_no_probability(reader: Reader) -> None:
    image = written("42")
    requests = [ReadRequest(image, "digits", None, keys) for keys in (("42",), ("43",), ("43", "42"), ())]
    true, wrong, either, none = (r.p_expected for r in reader.read(requests))
    assert none is None
    assert true is not None
    assert wrong is not None
    assert true > 0.9 > 0.1 > wrong
    assert either == pytest.approx(true, abs=0.01)


def test_cells_are_read_one_by_one_and_joined(reader: Reader) -> None:
    rows = [[written("4"), written("2")], [written("7"), PAPER, written("1")], [PAPER, PAPER], []]
    first, gap, blank, none = reader.read_cells(rows, [["42"], ["71"], ["42"], []])
    assert (first.text, gap.text, blank.text, none.text) == ("42", "71", "", "")
    assert first.probabilities.shape == (2, 11)
    assert gap.probabilities.shape == (3, 11)
    assert gap.probabilities[1, 10] > 0.9
    assert (first.blank, blank.blank) == (False, True)
    assert first.p_expected == pytest.approx(first.confidence)
    assert blank.p_expected == 0.0
    for reading in (first, gap, blank):
        assert np.all(reading.probabilities.sum(axis=1) <= 1.0)


def test_cells_of_a_row_are_read_as_if_alone(reader: Reader) -> None:
    cells = [written(str(d), strength=0.6) for d in range(10)] * 7
    together = reader.read_cells([cells])[0].probabilities
    alone = [reader.read_cells([[cell]])[0].probabilities[0] for cell in cells[:10]]
    assert np.abs(together[:10] - alone).max() < 1e-5
    assert np.abs(together[60:] - alone).max() < 1e-5


def test_two_digits_in_one_cell_are_something_else(reader: Reader) -> None:
    row = reader.read_cells([[written("42")]])[0].probabilities[0]
    assert row.max() < 0.5


def test_expected_answers_must_be_as_many_as_rows(reader: Reader) -> None:
    with pytest.raises(ValueError, match="2 rows of cells, but expected answers for 1"):
        reader.read_cells([[PAPER], [PAPER]], [["1"]])


def test_no_requests_give_no_readings(reader: Reader) -> None:
    assert reader.read([]) == []
    assert reader.read_cells([]) == []


def test_readings_name_the_weights_and_the_calibration_that_made_them(reader: Reader) -> None:
    assert reader.read([ReadRequest(written("1"), "digits")])[0].model == reader.version
    assert reader.version.startswith("tiny-1/")


def test_weights_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="python -m recognition export"):
        Reader(tmp_path)


def test_a_broken_network_file_is_named(tmp_path: Path) -> None:
    tiny_reader.save(tmp_path)
    (tmp_path / "reader.onnx").write_bytes(b"not a network")
    with pytest.raises(WeightsError, match=r"reader\.onnx cannot be loaded"):
        Reader(tmp_path)


def test_weights_without_calibration_say_so(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="calibrate"):
        reader = Reader(tiny_reader.save(tmp_path))
    assert reader.version.endswith("/uncalibrated")


needs_weights = pytest.mark.skipif(not (WEIGHTS / "reader.onnx").exists(), reason="no shipped weights here")


@needs_weights
def test_the_shipped_weights_read_alike_in_every_batch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = Reader()
    rng = np.random.default_rng(3)
    images = [np.asarray(rng.integers(120, 256, (60, 60)), np.uint8) for _ in range(9)]
    for image in images:
        image[10:50, 28:33] = 20
    together = reader.read([ReadRequest(image, "digits") for image in images])
    for image, reading in zip(images[:3], together, strict=False):
        alone = reader.read([ReadRequest(image, "digits")])[0]
        assert alone.text == reading.text
        assert alone.confidence == pytest.approx(reading.confidence, abs=1e-5)


@pytest.mark.parametrize("calibration", ["none", "own", "of others"])
def test_the_version_is_known_without_loading_the_reader(tmp_path: Path, calibration: str) -> None:
    folder = tiny_reader.save(tmp_path / "weights")
    if calibration != "none":
        shipped = json.loads((WEIGHTS / CALIBRATION).read_text())
        if calibration == "own":
            shipped["weights"] = fingerprint(folder)
        (folder / CALIBRATION).write_text(json.dumps(shipped))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert installed_version(folder) == Reader(folder).version


def test_digits_and_numbers_have_a_network_of_their_own_where_there_is_one(
    reader: Reader, tmp_path: Path
) -> None:
    folder = tiny_reader.save(tmp_path / "two", numbers=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        two = Reader(folder)
    kinds = ["text", "digits", "number", "text"]
    requests = [ReadRequest(written("42"), kind) for kind in kinds]
    assert [found.text for found in two.read(requests)] == ["42", "53", "53", "42"]
    assert [found.text for found in reader.read(requests)] == ["42"] * 4
    assert two.read_cells([[written("4"), written("2")]])[0].text == "53"


def test_the_fingerprint_changes_with_either_network(tmp_path: Path) -> None:
    one, two = tiny_reader.save(tmp_path / "one"), tiny_reader.save(tmp_path / "two", numbers=True)
    assert fingerprint(one) != fingerprint(two)

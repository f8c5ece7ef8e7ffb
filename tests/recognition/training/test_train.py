"""Training: what it learns, how it resumes, what it exports."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

import torch

from recognition.reader.charset import decode, encode
from recognition.reader.exported import LAST_MIX, exported_reader
from recognition.reader.larger import enlarged
from recognition.reader.model import Mix, NetworkConfig, Reader
from recognition.reader.network import MODEL, NUMBERS, WeightsError, fingerprint
from recognition.reader.prepare import prepare
from recognition.training import export, train
from recognition.training.initial import fresh_reader
from recognition.training.slim import slimmed
from recognition.training.train_config import read_config
from tests.recognition import labelled_sets

WEIGHTS = Path(train.__file__).parents[1] / "weights" / "reader.onnx"


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one tiny set, and a cache of its own."""
    labelled_sets.labelled_folder(
        tmp_path / "data" / "meza-numbers", [("12", "train"), ("7,5", "train"), ("-3", "train")], zipped=True
    )
    monkeypatch.setenv("INKGRADE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INKGRADE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def small(numbers: Path) -> Path:
    """An exported network of the published architecture, which is a config's default."""
    return export.run(train.run(config_file(numbers, images=4), numbers / "small-run"), numbers / "small")


def config_file(folder: Path, **changes: object) -> Path:
    content: dict[str, object] = {
        "name": "tiny", "mixture": {"meza-numbers": 1.0}, "start": "scratch", "images": 16,
        "warmup_images": 4, "batch_pixels": 256, "block_size": 12, "workers": 0, "threads": 1,
        "validate_minutes": 0, "checkpoint_minutes": 0,
    }  # fmt: skip
    path = folder / "tiny.json"
    path.write_text(json.dumps(content | changes), encoding="utf-8")
    return path


def weights_of(checkpoint: Path) -> dict[str, torch.Tensor]:
    state: dict[str, dict[str, torch.Tensor]] = torch.load(checkpoint, weights_only=True)
    return state["weights"]


def test_a_stopped_run_resumes_to_the_same_weights(numbers: Path) -> None:
    config = config_file(numbers)
    whole = weights_of(train.run(config, numbers / "whole"))
    train.run(config, numbers / "parts", stop_after_steps=2)
    halfway = weights_of(numbers / "parts" / "last.pt")
    resumed = weights_of(train.run(config, numbers / "parts"))
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert any(not torch.equal(halfway[name], resumed[name]) for name in whole)


def test_workers_do_not_change_what_is_learnt(numbers: Path) -> None:
    alone = weights_of(train.run(config_file(numbers, images=8), numbers / "alone"))
    helped = weights_of(train.run(config_file(numbers, images=8, workers=2), numbers / "helped"))
    assert all(torch.equal(alone[name], helped[name]) for name in alone)


def test_a_frozen_module_does_not_learn(numbers: Path) -> None:
    torch.manual_seed(1)
    before = Reader(NetworkConfig()).state_dict()
    after = weights_of(train.run(config_file(numbers, images=8, frozen=["stem"]), numbers / "frozen"))
    assert torch.equal(before["stem.enter.weight"], after["stem.enter.weight"])
    assert not torch.equal(before["head.weight"], after["head.weight"])


def test_a_reader_learns_a_handful_of_crops_by_heart() -> None:
    torch.manual_seed(3)
    texts = ["71", "4,2", "no"]
    planes = [prepare(labelled_sets.crop(text)) for text in texts]
    reader = exported_reader(WEIGHTS, stride=4)
    optimizer = torch.optim.AdamW(reader.parameters(), lr=1e-3)
    labels = [encode(text[::-1]) for text in texts]  # nothing that it could have known
    images = torch.ones(3, 1, 48, max(p.shape[1] for p in planes))
    for row, plane in zip(images, planes, strict=True):
        row[0, :, : plane.shape[1]] = torch.from_numpy(plane)
    for _ in range(150):
        optimizer.zero_grad()
        loss = train.ctc_loss(reader.training_outputs(images)[0], labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if loss.item() < 0.02:
            break
    read = [decode(row) for row in reader(images).argmax(-1).tolist()]
    assert read == [text[::-1] for text in texts]


def test_an_export_reads_like_torch_and_no_other_network(numbers: Path) -> None:
    checkpoint = train.run(config_file(numbers, images=4), numbers / "run")
    model = export.run(checkpoint, numbers / "out", [prepare(labelled_sets.crop("-12,5"))])
    facts = json.loads((numbers / "out" / "reader.json").read_text(encoding="utf-8"))
    assert (facts["height"], facts["stride"], facts["trained_on"]) == (48, 4, ["meza-numbers"])
    plane = prepare(labelled_sets.crop("8"))
    assert export.check_agreement(exported_reader(model, stride=4), model, [plane]) < export.TOLERANCE
    with pytest.raises(ValueError, match=r"differ|otherwise"):
        export.check_agreement(Reader(NetworkConfig()).eval(), model, [plane])


def test_a_blend_lies_between_the_run_and_what_it_started_from(numbers: Path, small: Path) -> None:
    checkpoint = train.run(config_file(numbers, images=4, start=str(small)), numbers / "run")
    alone = export.run(checkpoint, numbers / "alone")
    mixed = export.run(checkpoint, numbers / "mixed", blend=export.Blend(small, 0.75))
    run, before, between = (exported_reader(file, 4).state_dict() for file in (alone, small, mixed))
    for name, value in between.items():
        torch.testing.assert_close(value, 0.75 * run[name] + 0.25 * before[name])
    assert any(not torch.equal(run[name], before[name]) for name in run)
    facts = json.loads((numbers / "mixed" / "reader.json").read_text(encoding="utf-8"))
    assert facts["share_of_the_run"] == 0.75


def test_a_network_for_numbers_is_put_beside_the_one_for_text(numbers: Path) -> None:
    checkpoint = train.run(config_file(numbers, images=4), numbers / "run")
    out = numbers / "out"
    with pytest.raises(WeightsError, match="lacks"):
        export.run(checkpoint, out, name=NUMBERS)
    text = export.run(checkpoint, out).read_bytes()
    before = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    assert export.run(checkpoint, out, name=NUMBERS) == out / NUMBERS
    facts = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    assert (out / "reader.onnx").read_bytes() == text
    assert facts["numbers"]["trained_on"] == ["meza-numbers"]
    assert facts["version"] == fingerprint(out) != before["version"]
    export.run(checkpoint, out)
    kept = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    assert (kept["numbers"], kept["version"]) == (facts["numbers"], fingerprint(out))


@pytest.mark.parametrize("name", [MODEL, NUMBERS])
def test_the_shipped_weights_equal_their_torch_networks(name: str) -> None:
    reader = exported_reader(WEIGHTS.with_name(name), stride=4)
    planes = [prepare(labelled_sets.crop(text)) for text in ("1234", "Straße", "-7,5")]
    assert export.check_agreement(reader, WEIGHTS.with_name(name), planes) < export.TOLERANCE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"images": None}, "budget"),
        ({"mixture": {"iam-wrods": 1.0}}, "iam-wrods"),
        ({"learning_rate": 1.0}, "learning_rate"),
        ({"start": "gone.pt"}, r"gone\.pt"),
        ({"network": {"stride": 5}}, "stride is 5"),
    ],
)
def test_a_bad_config_is_refused_by_name(numbers: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError), match=said):
        train.run(config_file(numbers, **changes), numbers / "bad")


@pytest.mark.slow
def test_the_published_recogniser_gives_the_same_output_in_our_network() -> None:
    pytest.importorskip("rapidocr")
    from onnxruntime import InferenceSession

    from recognition.training.pretrained import load_published, published_model

    reader = Reader(NetworkConfig(classes=18710, stride=8, shortcut=False)).eval()
    load_published(reader)
    image = np.random.default_rng(1).random((1, 1, 48, 160), np.float32)
    session = InferenceSession(str(published_model()), providers=["CPUExecutionProvider"])
    (theirs,) = session.run(None, {"x": np.repeat(2 * image - 1, 3, axis=1)})
    with torch.no_grad():
        ours = reader(torch.from_numpy(image)).exp().numpy()
    assert np.abs(ours - theirs).max() < 1e-4


def test_a_larger_reader_reads_what_the_smaller_one_reads_until_it_learns(numbers: Path, small: Path) -> None:
    config = config_file(numbers, start=str(small), network={"rows": 3, "layers": 4})
    reader, large = exported_reader(small, 4), fresh_reader(read_config(config)).eval()
    image = torch.from_numpy(prepare(labelled_sets.crop("Mai")))[None, None]
    torch.testing.assert_close(large(image), reader(image), atol=1e-4, rtol=1e-4)
    learnt = train.run(config, numbers / "learnt")
    after = torch.load(learnt, weights_only=True)["average"]["weights"]
    assert after["neck.far.3.feed_out.weight"].abs().max() > 0


def test_a_blend_with_a_smaller_reader_lies_between_both(numbers: Path, small: Path) -> None:
    config = config_file(numbers, images=16, start=str(small), network={"layers": 3})
    mixed = export.run(train.run(config, numbers / "run"), numbers / "mixed", blend=export.Blend(small, 1e-6))
    image = torch.from_numpy(prepare(labelled_sets.crop("Mai")))[None, None]
    torch.testing.assert_close(
        exported_reader(mixed, 4)(image), exported_reader(small, 4)(image), atol=1e-4, rtol=1e-4
    )


def test_weights_that_do_not_fit_are_named() -> None:
    large = Reader(NetworkConfig(layers=3, shortcut=False)).state_dict()
    with pytest.raises(ValueError, match=r"no place for neck\.far\.2"):
        enlarged(large, Reader(NetworkConfig(shortcut=False)))
    with pytest.raises(ValueError, match="no weights of a reader"):
        enlarged({}, Reader(NetworkConfig(shortcut=False)))
    slim = Reader(NetworkConfig(last_hidden=384, shortcut=False)).state_dict()
    with pytest.raises(ValueError, match=r"the reader has"):
        enlarged(slim, Reader(NetworkConfig(shortcut=False)))


def test_a_slimmer_reader_lacks_the_channels_that_do_least() -> None:
    torch.manual_seed(5)
    reader = Reader(NetworkConfig(shortcut=False)).eval()
    mix = reader.get_submodule(LAST_MIX)
    assert isinstance(mix, Mix)
    with torch.no_grad():  # the even channels have no weight in what follows
        mix.project.weight[:, ::2] = 0
    planes = [prepare(labelled_sets.crop(text)) for text in ("12", "Mai")]
    slim = slimmed(reader, planes, 384)
    assert torch.equal(slim.state_dict()[f"{LAST_MIX}.expand.weight"], mix.expand.weight[1::2])
    image = torch.from_numpy(planes[1])[None, None]
    torch.testing.assert_close(slim(image), reader(image), atol=1e-4, rtol=1e-4)
    with pytest.raises(ValueError, match="nothing to leave out"):
        slimmed(slim, planes, 384)


def test_a_rate_may_be_written_with_an_exponent_alone(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("name: tiny\nimages: 4\nmixture: {meza-numbers: 1}\nrate: 5e-4\n", encoding="utf-8")
    assert read_config(file).rate == 5e-4
    file.write_text("name: tiny\nimages: 4\nmixture: {}\nrate: fast\n", encoding="utf-8")
    with pytest.raises(ValueError, match="rate is 'fast', expected a number"):
        read_config(file)

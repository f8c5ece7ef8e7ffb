"""ONNX export of a checkpoint, checked against torch before it is put in place."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import torch

from recognition.reader.charset import ALPHABET, decode
from recognition.reader.larger import enlarged
from recognition.reader.model import NetworkConfig, Reader
from recognition.reader.network import FACTS, MODEL, NUMBERS, fingerprint, read_facts
from recognition.reader.prepare import HEIGHT, Plane
from recognition.training.initial import stored_weights

TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Blend:
    """The weights that a run started from, and the run's share in the mean of both, 0 to 1.

    model: an exported network or a checkpoint; a smaller one is enlarged.

    Weights between those before and after a fine-tuning often read better than either, most of all crops
    unlike those of the fine-tuning (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """

    model: Path
    share: float


def run(
    checkpoint: str | Path,
    out_dir: str | Path,
    crops: Sequence[Plane] = (),
    blend: Blend | None = None,
    name: str = MODEL,
) -> Path:
    """Writes reader.onnx and reader.json of a training checkpoint's averaged weights to `out_dir`.

    name: `NUMBERS` writes the network for digits and numbers, beside a reader.onnx that is there already.

    `crops` (prepared planes, 48 high) and planes of random strokes are read by both to prove that they agree:
    the same greedy text, and log-probabilities within 1e-3. ValueError when they disagree; then nothing is
    written. Returns the path of the network.
    """
    folder = Path(out_dir)
    if name == NUMBERS:
        read_facts(folder)
    state = torch.load(Path(checkpoint), map_location="cpu", weights_only=True)
    reader = Reader(NetworkConfig(**{**state["network"], "shortcut": False})).eval()
    weights = {k: v for k, v in state["average"]["weights"].items() if not k.startswith("early_head")}
    reader.load_state_dict(weights)
    if blend is not None:
        _mix_in(reader, blend)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / (name + ".part")
    _write_graph(reader, beside)
    try:
        check_agreement(reader, beside, [*_strokes(), *crops])
        facts = _facts(state, beside) | (_provenance(blend) if blend else {})
    except ValueError:
        beside.unlink()
        raise
    beside.replace(folder / name)
    if name == NUMBERS:
        facts = _kept(folder) | {"numbers": facts}
    elif (folder / NUMBERS).exists():
        facts |= {key: value for key, value in _kept(folder).items() if key == "numbers"}
    facts["version"] = fingerprint(folder)
    (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return folder / name


def _kept(folder: Path) -> dict[str, object]:
    facts: dict[str, object] = {}
    if (folder / FACTS).exists():
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return facts


@torch.no_grad()
def _mix_in(reader: Reader, blend: Blend) -> None:
    before = enlarged(stored_weights(blend.model), reader)
    for name, value in reader.state_dict().items():
        value.lerp_(before[name], 1 - blend.share)


def _provenance(blend: Blend) -> dict[str, object]:
    digest = hashlib.sha256(blend.model.read_bytes()).hexdigest()[:12]
    return {"blended_with": digest, "share_of_the_run": blend.share}


def _write_graph(reader: Reader, path: Path) -> None:
    batch, width = torch.export.Dim("batch"), torch.export.Dim("columns", min=2, max=64)
    program = torch.onnx.export(
        reader,
        (torch.ones(2, 1, HEIGHT, 128),),
        dynamo=True,
        opset_version=20,
        input_names=["image"],
        output_names=["log_probs"],
        dynamic_shapes=({0: batch, 3: 32 * width},),
        verbose=False,
    )
    if program is None:
        raise ValueError("torch made no ONNX program of the reader")
    onnx.save(program.model_proto, str(path))


def check_agreement(reader: Reader, model: Path, planes: Sequence[Plane]) -> float:
    """Largest difference of log-probabilities between torch and ONNX Runtime over `planes`.

    Values of log-probabilities below -20 (probability 2e-9) are cut there: they decide nothing.
    ValueError when the difference exceeds 1e-3 or a greedy text differs.
    """
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    worst = 0.0
    for plane in planes:
        image = plane[None, None]
        with torch.no_grad():
            ours = reader(torch.from_numpy(image)).numpy()[0]
        theirs = session.run(None, {"image": image})[0][0]
        if decode(ours.argmax(-1).tolist()) != decode(theirs.argmax(-1).tolist()):
            raise ValueError(f"ONNX Runtime reads a crop of {plane.shape[1]} pixels otherwise than torch")
        worst = max(worst, float(np.abs(ours.clip(min=-20) - theirs.clip(min=-20)).max()))
    if worst > TOLERANCE:
        raise ValueError(f"the exported log-probabilities differ by {worst:.1e}, more than {TOLERANCE}")
    return worst


def _strokes() -> list[Plane]:
    """Random pen strokes in several widths, so that an export without crops is checked too."""
    rng = np.random.default_rng(5)
    planes = []
    for width in (64, 96, 224, 640):
        plane = np.ones((HEIGHT, width), np.float32)
        points = np.column_stack([rng.integers(0, width, width // 8), rng.integers(4, 44, width // 8)])
        cv2.polylines(plane, [points.astype(np.int32)], False, 0.0, 3)
        planes.append(plane)
    return planes


def _facts(state: dict[str, dict[str, object]], model: Path) -> dict[str, object]:
    config = state["config"]
    mixture = config["mixture"]
    trained_on = sorted(mixture) if isinstance(mixture, dict) else []
    return {
        "name": f"inkgrade-reader-{config['name']}",
        "version": hashlib.sha256(model.read_bytes()).hexdigest()[:12],
        "height": HEIGHT,
        "stride": state["network"]["stride"],
        "alphabet": ALPHABET,
        "trained_on": trained_on,
        "images_seen": state["progress"]["images"],
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }

"""`python -m recognition train --from WEIGHTS --data CORRECTIONS`: a reader that learns from its reviewers.

The parent's weights are fine-tuned on corrections (a labelled set) and rehearse what they know already. The
child is then judged beside its parent on corrections held out and on the held-out part of every labelled set
in INKGRADE_DATA (`adapt_judge` says how); only a child that gained and damaged nothing becomes a folder of
weights. The parent's folder is never written to.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recognition.crops.data import Sample, read_set
from recognition.crops.held_out import held_out_sets, held_out_split
from recognition.measuring.calibrate import calibrate
from recognition.measuring.evaluate import Options, select, widest_kind
from recognition.reader.engine import Reader
from recognition.reader.network import FACTS, MODEL, NUMBERS, fingerprint, model_file
from recognition.reader.version import CALIBRATION
from recognition.training.adapt_judge import Comparison, compare, why_not
from recognition.training.adapt_sets import Corrections, parted
from recognition.whole_files import write_whole

UNCHECKED = (
    "INKGRADE_DATA is not set: the parent's own readings stood in for rehearsal, and only the held-out "
    "corrections could be checked; what the child may have lost on other handwriting is unknown"
)


class Refused(RuntimeError):
    """The child is not good enough; the message says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a learner is given; `out` is a copy of the parent's folder, where it replaces the file `model`."""

    parent: Path
    model: str
    samples: tuple[Sample, ...]
    root: Path | None
    out: Path
    threads: int


Learner = Callable[[Task], Sequence[str]]
"""Makes the child; returns the names of the sets that it rehearsed on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the child was judged by."""

    corrections: Comparison
    base: tuple[Comparison, ...]

    def lines(self) -> list[str]:
        """For people, one a set."""
        return [found.in_words() for found in (self.corrections, *self.base)]


def adapt(
    parent: Path,
    data: Path,
    out: Path | None,
    root: Path | None,
    learn: Learner,
    limit: int = 300,
    threads: int = 1,
) -> Path:
    """The folder of the promoted weights: `out`, or runs/adapted-VERSION.

    limit: crops of each base set that parent and child are compared on. Raises Refused when the child does
    not deserve its place, ValueError for corrections that cannot be used or an `out` that is there already.
    """
    if out is not None and out.exists():
        raise ValueError(f"{out} is there already: give a new folder, weights are never overwritten")
    corrections = parted(read_set(data))
    before = Reader(parent, "cpu", threads)
    _say(
        f"{len(corrections.learn)} corrections to learn from, {len(corrections.judge)} held out, parted by "
        f"{corrections.parted_by}"
    )
    with tempfile.TemporaryDirectory(prefix="inkgrade-adapt-") as place:
        child = Path(place) / "weights"
        child.mkdir()
        _copied(parent, child, (MODEL, NUMBERS, FACTS))
        kind = widest_kind([*corrections.learn, *corrections.judge])
        model = model_file(parent, kind).name
        rehearsed = learn(Task(parent, model, corrections.learn, root, child, threads))
        _say(
            f"rehearsed on {', '.join(rehearsed)}" if rehearsed else "rehearsed on the parent's own readings"
        )
        after = Reader(child, "cpu", threads, calibrated=False)
        verdict = _judged(before, after, corrections, root, limit)
        if reason := why_not(verdict.corrections, verdict.base):
            raise Refused(f"not promoted, the old weights stay: {reason}")
        calibrated = _calibrated(parent, child, root, threads)
        _describe(parent, child, corrections, verdict, [*rehearsed], calibrated)
        return _in_place(child, out)


def _judged(
    before: Reader, after: Reader, corrections: Corrections, root: Path | None, limit: int
) -> Verdict:
    everything = [*corrections.learn, *corrections.judge]
    own = compare(before, after, corrections.judge, widest_kind(everything), "held-out corrections")
    _say(own.in_words())
    base = []
    for path in held_out_sets(root) if root is not None else ():
        samples = select(path, Options(held_out_split(path), limit=limit))
        base.append(compare(before, after, samples, widest_kind(samples), path.name))
        _say(base[-1].in_words())
    if root is None:
        _say(UNCHECKED)
    return Verdict(own, tuple(base))


def _calibrated(parent: Path, child: Path, root: Path | None, threads: int) -> bool:
    """Fits the child's confidence where the sets for it are at hand; else it keeps its parent's, as stale."""
    if root is not None:
        try:
            calibrate(root, child, threads=threads)
            return True
        except (ValueError, OSError) as problem:
            _say(f"the confidence could not be fitted anew: {problem}")
    if (parent / CALIBRATION).exists():
        # The file names the weights that it was made for: the reader sees that these are others.
        shutil.copyfile(parent / CALIBRATION, child / CALIBRATION)
    _say("the confidence is that of the old weights and counts as stale: run python -m recognition calibrate")
    return False


def _describe(
    parent: Path,
    child: Path,
    corrections: Corrections,
    verdict: Verdict,
    rehearsed: list[str],
    calibrated: bool,
) -> None:
    old: dict[str, Any] = json.loads((parent / FACTS).read_text(encoding="utf-8"))
    new: dict[str, Any] = json.loads((child / FACTS).read_text(encoding="utf-8"))
    facts = old | new
    facts |= {
        "name": f"{old.get('name', 'inkgrade-reader')}-adapted",
        "version": fingerprint(child),
        "parent": old["version"],
        "trained_on": sorted({*old.get("trained_on", []), *rehearsed, "corrections"}),
        "corrections": {
            "learnt": len(corrections.learn),
            "held_out": len(corrections.judge),
            "parted_by": corrections.parted_by,
        },
        "judged": [asdict(found) for found in (verdict.corrections, *verdict.base)],
        "checked_on_base_sets": bool(verdict.base),
        "calibrated": calibrated,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    write_whole(child / FACTS, json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def _in_place(child: Path, out: Path | None) -> Path:
    """The finished folder under its name: copied beside it, then renamed."""
    target = out or Path("runs") / f"adapted-{fingerprint(child)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    _copied(child, beside, (MODEL, NUMBERS, FACTS, CALIBRATION))
    beside.rename(target)
    _say(f"promoted: {target} (point INKGRADE_WEIGHTS to it)")
    return target


def _copied(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

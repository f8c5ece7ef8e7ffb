"""The likeliest mark of one answer, and the probability that this mark is wrong.

Two rules hold everywhere: what the evidence leaves unexplained counts as risk, and of two sources that speak
of the same event the more doubtful one is believed. The numbers below are safety margins, not fits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz.distance import DamerauLevenshtein

from grading.exams.spec import DigitsQuestion, NumberQuestion, Question, TextQuestion
from grading.marking.evidence import OPTION_KINDS, UNMEASURED_BLANK, Evidence
from grading.marking.expected import Expected, expected
from grading.marking.score import Score, Verdict, score

VERIFICATION_GAIN = 10.0
"""Verification against the key lowers the risk of the plain transcription at most this many times."""
LEAST_LEAK = 0.01
"""Share of the unexplained probability that may be the key even when nothing read resembles it."""

LEAST_READ = 0.5
MOST_UNEXPLAINED_IN_CELLS = 0.1
"""Where the likeliest reading is believed less, or cells hold more that is no digit, the box is not read at
all: that nothing listed resembles the key then says nothing. So it is with answers that were struck out."""
LEAST_READ_OF_A_SCRAP = 0.9
"""The same where a letter or two were read in a box for a long word: the rest may have been struck out."""

_Mark = tuple[Verdict, Decimal]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The likeliest mark of an answer and ``risk``, the probability in 0..1 that it is wrong."""

    score: Score
    risk: float


@dataclass(frozen=True, slots=True)
class _Rivals:
    """The candidate transcriptions of one answer, by what they would earn (probabilities, together <= 1).

    ``right``: full marks; of these ``unlisted`` in spellings that verification did not look for.
    ``part``: a part of the marks. ``other``: nothing. ``unexplained``: no candidate, or one that a person
    would have to judge. ``of_mark``: the probability of each mark. ``best``: the likeliest score of each.
    """

    right: float
    unlisted: float
    part: float
    other: float
    unexplained: float
    of_mark: dict[_Mark, float]
    best: dict[_Mark, Score]


def assess(question: Question, evidence: Evidence, language: str = "en") -> Assessment:
    """The mark that is most probably right and its risk; risk 1 where no mark can be given at all.

    ``language``: that of the exam, as used for the spellings the reader verified.
    ``ValueError`` for open questions.
    """
    if evidence.error is not None:
        return Assessment(score(question, _nothing(evidence)), 1.0)
    if evidence.is_blank:
        return _assess_blank(question, evidence)
    if evidence.kind in OPTION_KINDS:
        return _assess_options(question, evidence)
    return _assess_text(question, evidence, language)


def _nothing(evidence: Evidence) -> str | frozenset[str]:
    return frozenset() if evidence.kind in OPTION_KINDS else ""


def _assess_blank(question: Question, evidence: Evidence) -> Assessment:
    """An empty box is wrong with 0 marks; its risk is writing in it, by the source that fears it most."""
    nothing = score(question, _nothing(evidence))
    sure = evidence.blank_confidence
    if sure is None:
        sure = evidence.confidence if evidence.marked is not None else UNMEASURED_BLANK
    fears = [1.0 - sure, evidence.p_expected or 0.0, *(meant for _, meant in evidence.option_scores)]
    if evidence.text:
        fears.append(evidence.confidence)
    return Assessment(nothing, max(fears))


def _assess_options(question: Question, evidence: Evidence) -> Assessment:
    """Risk of the reading as a whole, or of the single option whose doubt would change the mark.

    An option that the scores call marked and the reading does not (or the reverse) doubts itself by more than
    a half, so contradictory evidence is never cheap. A doubt that leaves the mark as it is costs nothing.
    """
    marked = evidence.marked or frozenset()
    given = score(question, marked)
    risk = 1.0 - evidence.confidence
    for option, meant in evidence.option_scores:
        if score(question, marked ^ {option}).marks != given.marks:
            risk = max(risk, 1.0 - meant if option in marked else meant)
    return Assessment(given, risk)


def _assess_text(question: Question, evidence: Evidence, language: str) -> Assessment:
    top = score(question, evidence.text)
    if top.look or not evidence.text.strip():
        return Assessment(top, 1.0)
    keyed = expected(question, language)
    p_key = evidence.p_expected if frozenset(evidence.expected) == frozenset(keyed.spellings) else None
    candidates = _candidates(evidence)
    rivals = _rivals(question, candidates, keyed)
    if isinstance(question, DigitsQuestion):
        is_read = rivals.unexplained < MOST_UNEXPLAINED_IN_CELLS
    else:
        best = max(candidates, key=candidates.__getitem__)
        is_read = candidates[best] >= (
            LEAST_READ_OF_A_SCRAP if _is_a_scrap(question, best, keyed) else LEAST_READ
        )
    leak = _leak(question, candidates, keyed) if is_read and p_key is not None and keyed.covers else 1.0
    options = [
        Assessment(best, _bounded(_risk(rivals, mark, p_key, leak))) for mark, best in rivals.best.items()
    ]
    return min(options, key=lambda option: (option.risk, option.score.marks))


def _candidates(evidence: Evidence) -> dict[str, float]:
    """Probabilities of the transcriptions; scaled down when together they exceed 1."""
    found: dict[str, float] = defaultdict(float)
    for text, probability in ((evidence.text, evidence.confidence), *evidence.alternatives):
        found[text] += probability
    whole = max(1.0, sum(found.values()))
    return {text: probability / whole for text, probability in found.items()}


def _rivals(question: Question, candidates: dict[str, float], keyed: Expected) -> _Rivals:
    of_mark: dict[_Mark, float] = defaultdict(float)
    of_verdict: dict[Verdict, float] = defaultdict(float)
    best: dict[_Mark, Score] = {}
    unlisted = 0.0
    for text, probability in sorted(candidates.items(), key=lambda pair: (-pair[1], pair[0])):
        earned = score(question, text)
        if earned.look:
            continue
        mark = earned.verdict, earned.marks
        best.setdefault(mark, earned)
        of_mark[mark] += probability
        of_verdict[earned.verdict] += probability
        if earned.verdict is Verdict.CORRECT and text not in keyed.spellings:
            unlisted += probability
    right, part = of_verdict[Verdict.CORRECT], of_verdict[Verdict.PARTIAL]
    other = of_verdict[Verdict.WRONG]
    return _Rivals(right, unlisted, part, other, max(0.0, 1.0 - right - part - other), of_mark, best)


def _risk(rivals: _Rivals, mark: _Mark, p_key: float | None, leak: float) -> float:
    verdict, _ = mark
    if verdict is Verdict.CORRECT:
        return _risk_of_correct(rivals, p_key)
    if verdict is Verdict.PARTIAL:
        return max(1.0 - rivals.of_mark[mark], p_key or 0.0)
    return max(p_key or 0.0, rivals.right) + rivals.part + leak * rivals.unexplained


def _risk_of_correct(rivals: _Rivals, p_key: float | None) -> float:
    """Risk of full marks: 1 - P(key) by transcription, by verification, and what the rivals claim.

    Without verification everything unexplained is risk. Verification sums over all spellings of the key, also
    those beyond the listed candidates, so it may explain more than they do; but never what a rival holds, and
    never more than VERIFICATION_GAIN times better than the transcription alone.
    """
    alone = 1.0 - rivals.right
    if p_key is None:
        return alone
    verified = 1.0 - min(1.0, rivals.unlisted + p_key)
    return max(verified, rivals.part + rivals.other, alone / VERIFICATION_GAIN)


def _is_a_scrap(question: Question, read: str, keyed: Expected) -> bool:
    """Whether less than a third of any spelling was read in a box for words."""
    return isinstance(question, TextQuestion) and all(3 * len(read) < len(word) for word in keyed.spellings)


def _leak(question: Question, candidates: dict[str, float], keyed: Expected) -> float:
    """Share of the unexplained probability that may still be worth marks, in LEAST_LEAK..1.

    What a reader did not list resembles what it listed. So the more a candidate resembles the key or an
    accepted answer (Damerau-Levenshtein similarity, squared), the more of the rest may be one of them.
    """
    worth = {_plain(text) for text in (*keyed.spellings, *_accepted(question))}
    nearest = max(
        (DamerauLevenshtein.normalized_similarity(_plain(text), key) for text in candidates for key in worth),
        default=1.0,
    )
    return max(LEAST_LEAK, nearest**2)


def _accepted(question: Question) -> tuple[str, ...]:
    accept = question.accept if isinstance(question, NumberQuestion | TextQuestion) else ()
    return tuple(entry.answer for entry in accept)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _bounded(risk: float) -> float:
    return min(1.0, max(0.0, risk))

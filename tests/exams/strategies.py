"""Random exams for property tests: every type, every paper and language, awkward texts."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from hypothesis import strategies as st

from grading.exams.spec import (
    Accept,
    ChoiceQuestion,
    Criterion,
    DigitsAccept,
    DigitsQuestion,
    ExamSpec,
    ManualQuestion,
    MultiAccept,
    MultiQuestion,
    NumberAccept,
    NumberQuestion,
    Points,
    Question,
    Share,
    StudentIdSpec,
    TextQuestion,
    Tolerance,
)

ids = st.from_regex(r"[A-Za-z0-9_-]{1,24}", fullmatch=True)
texts = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n"),
    min_size=1,
    max_size=120,
).filter(lambda text: text.strip())
words = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
prompts = st.none() | texts
marks = st.decimals(min_value="0.25", max_value=20, places=2)
shares = st.decimals(min_value=0, max_value=1, places=2)
numbers = st.decimals(min_value=-10_000, max_value=10_000, places=3).map(str) | st.sampled_from(
    ["3/4", "1e3", "-7"]
)
digits = st.from_regex(r"[0-9]{1,15}", fullmatch=True)
tolerances = st.one_of(
    st.decimals(min_value=0, max_value=5, places=3).map(lambda d: Tolerance(absolute=d)),
    st.decimals(min_value=0, max_value=1, places=3).map(lambda d: Tolerance(relative=d)),
)


@st.composite
def questions(draw: st.DrawFn, question_id: str) -> Question:
    """One question of any type."""
    shared = {"id": question_id, "marks": draw(marks), "prompt": draw(prompts)}
    kind = draw(st.sampled_from(["digits", "number", "text", "choice", "multi", "manual"]))
    return draw(_OF_TYPE[kind](shared))


def _digits(shared: dict) -> st.SearchStrategy[Question]:
    accepts = st.lists(st.builds(DigitsAccept, answer=digits, credit=shares), max_size=2).map(tuple)
    return st.builds(
        lambda answer, accept: DigitsQuestion(**shared, answer=answer, accept=accept), digits, accepts
    )


def _number(shared: dict) -> st.SearchStrategy[Question]:
    accepts = st.lists(st.builds(NumberAccept, answer=numbers, credit=shares), max_size=2).map(tuple)
    return st.builds(
        lambda answer, tolerance, unit, accept: NumberQuestion(
            **shared, answer=answer, tolerance=tolerance, unit=unit, accept=accept
        ),
        numbers,
        tolerances,
        st.none() | st.sampled_from(["m/s²", "°C", "kg", "%"]),
        accepts,
    )


def _text(shared: dict) -> st.SearchStrategy[Question]:
    ignored = st.frozensets(st.sampled_from(["case", "accents", "spaces", "punctuation"]))
    accepts = st.lists(st.builds(Accept, answer=words, credit=shares), max_size=2).map(tuple)
    return st.builds(
        lambda answers, ignore, credit, accept: TextQuestion(
            **shared, answers=answers, ignore=ignore, edit_credit=credit, accept=accept
        ),
        st.lists(texts, min_size=1, max_size=3).map(tuple),
        ignored,
        shares,
        accepts,
    )


def _options(draw: st.DrawFn) -> tuple[str, ...]:
    return tuple(draw(st.lists(words, min_size=2, max_size=12, unique_by=_normal)))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


@st.composite
def _choice(draw: st.DrawFn, shared: dict) -> Question:
    options = _options(draw)
    wrong = -draw(st.decimals(min_value=0, max_value=shared["marks"], places=2))
    accept = tuple(
        Accept(answer=a, credit=draw(shares)) for a in draw(st.lists(st.sampled_from(options), max_size=2))
    )
    return ChoiceQuestion(
        **shared, options=options, answer=draw(st.sampled_from(options)), wrong=wrong, accept=accept
    )


@st.composite
def _multi(draw: st.DrawFn, shared: dict) -> Question:
    options = _options(draw)
    some = st.lists(st.sampled_from(options), min_size=1, unique=True).map(tuple)
    accept = tuple(
        MultiAccept(answer=answer, credit=draw(shares)) for answer in draw(st.lists(some, max_size=2))
    )
    return MultiQuestion(**shared, options=options, answer=draw(some), accept=accept)


def _manual(shared: dict) -> st.SearchStrategy[Question]:
    criteria = st.builds(Criterion, criterion=words, points=st.decimals(min_value=-5, max_value=20, places=2))
    return st.builds(
        lambda lines, rubric: ManualQuestion(**shared, lines=lines, rubric=rubric),
        st.integers(1, 18),
        st.lists(criteria, max_size=3).map(tuple),
    )


_OF_TYPE = {
    "digits": _digits,
    "number": _number,
    "text": _text,
    "choice": _choice,
    "multi": _multi,
    "manual": _manual,
}


@st.composite
def exams(draw: st.DrawFn, max_questions: int = 8) -> ExamSpec:
    """An exam with up to ``max_questions`` questions."""
    names = draw(st.lists(ids, min_size=1, max_size=max_questions, unique=True))
    return ExamSpec(
        id=draw(ids),
        title=draw(texts),
        paper=draw(st.sampled_from(["A4", "letter"])),
        language=draw(st.sampled_from(["en", "de", "fr"])),
        student_id=draw(st.none() | st.builds(StudentIdSpec, digits=st.integers(1, 12))),
        pass_mark=draw(shares.map(Share) | st.just(Points(Decimal("0.25")))),
        error_budget=draw(st.sampled_from([0.002, 0.01, 0.1, 0.0005])),
        questions=tuple(draw(questions(name)) for name in names),
    )

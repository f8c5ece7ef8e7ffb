"""The question types of an exam file and the rules that hold within one question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from grading.exams.spec_values import (
    CleanText,
    Credit,
    DigitsKey,
    Identifier,
    Marks,
    NumberKey,
    PlainDecimal,
    RubricPoints,
    Tolerance,
    ToleranceField,
    exact_value,
    shown,
)

MAX_CELLS = 15
MAX_OPTIONS = 20
MAX_CRITERIA = 30
Ignorable = Literal["case", "accents", "spaces", "punctuation"]
Found = tuple[tuple[str | int, ...], str]  # where in the model, what is wrong


def raise_faults(found: Iterable[Found]) -> None:
    """Raises one validation error that carries every fault with its place below the model."""
    faults = list(found)
    if faults:
        text = "; ".join(message for _, message in faults)
        raise PydanticCustomError("faults", "{text}", {"text": text, "faults": faults})


def _one_or_many(value: object) -> object:
    """A single text where a list is expected counts as a list of one."""
    if isinstance(value, frozenset | set):
        return tuple(sorted(value))
    return value if isinstance(value, list | tuple) or value is None else (value,)


Texts = Annotated[
    tuple[Annotated[CleanText, Field(min_length=1, max_length=200)], ...], BeforeValidator(_one_or_many)
]
# The order of a set differs from process to process, and what is dumped here names the key (`key_state`).
Ignored = Annotated[
    frozenset[Ignorable],
    BeforeValidator(_one_or_many),
    PlainSerializer(sorted, return_type=list[str], when_used="json"),
]
Label = Annotated[CleanText, Field(min_length=1, max_length=60)]
Labels = Annotated[tuple[Label, ...], BeforeValidator(_one_or_many)]


class Strict(BaseModel):
    """Immutable, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Accept(Strict):
    """An answer other than the key that earns a share of the marks."""

    answer: CleanText
    """The answer, compared like the key."""
    credit: Credit
    """The share of the marks that it earns: 0.5 or 50%."""


class DigitsAccept(Accept):
    """Digits that earn a share of the marks."""

    answer: DigitsKey


class NumberAccept(Accept):
    """A number that earns a share of the marks, within the question's tolerance."""

    answer: NumberKey

    @property
    def value(self) -> Fraction:
        """The exact value of ``answer``."""
        return exact_value(self.answer)


class MultiAccept(Strict):
    """A set of options that earns a share of the marks."""

    answer: Labels
    credit: Credit
    """The share of the marks that it earns: 0.5 or 50%."""


class _Question(Strict):
    id: Identifier
    """1 to 24 letters, digits, _ or -; once an exam."""
    marks: Marks
    """What a right answer earns."""
    prompt: Annotated[CleanText, Field(max_length=4000)] | None = None
    """The text printed above the box."""
    counts: Literal["marked", "dropped", "full"] = "marked"
    """dropped: a faulty question, worth nothing to anybody; full: its marks go to everybody."""

    @property
    def worth(self) -> Decimal:
        """What it adds to the marks of the exam."""
        return Decimal(0) if self.counts == "dropped" else self.marks


def _cells_needed(data: dict[str, Any]) -> int:
    answers = [data.get("answer", "0"), *(entry.answer for entry in data.get("accept", ()))]
    return max(len(answer) for answer in answers)


class DigitsQuestion(_Question):
    """Digits, one in each printed cell."""

    type: Literal["digits"] = "digits"
    answer: DigitsKey
    accept: tuple[DigitsAccept, ...] = Field(default=(), max_length=50)
    cells: int = Field(default_factory=_cells_needed, ge=1, le=MAX_CELLS)
    """Printed cells; as many as the longest answer has digits, unless given."""

    @model_validator(mode="after")
    def _check(self) -> DigitsQuestion:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Found]:
        answers: list[tuple[tuple[str | int, ...], str]] = [(("answer",), self.answer)]
        answers += [(("accept", i, "answer"), entry.answer) for i, entry in enumerate(self.accept)]
        for place, answer in answers:
            if len(answer) > self.cells:
                yield place, f"{shown(answer)} has {len(answer)} digits, but cells is {self.cells}"
        if self.cells > MAX_CELLS:
            yield ("answer",), f"at most {MAX_CELLS} cells fit on the paper, this key needs {self.cells}"


class NumberQuestion(_Question):
    """A number in a free box, compared by value."""

    type: Literal["number"] = "number"
    answer: NumberKey
    tolerance: ToleranceField = Tolerance(absolute=Decimal(0))
    """How far off is still right: 0.02, or 1% of the key."""
    unit: Annotated[CleanText, Field(min_length=1, max_length=24)] | None = None
    """Printed behind the box; students may repeat it."""
    accept: tuple[NumberAccept, ...] = Field(default=(), max_length=50)

    @property
    def value(self) -> Fraction:
        """The exact value of the key."""
        return exact_value(self.answer)


class TextQuestion(_Question):
    """A word or a short line."""

    type: Literal["text"] = "text"
    answers: Texts = Field(min_length=1, max_length=50)
    """Spellings that are right; the first decides how wide the box is."""
    ignore: Ignored = frozenset({"case", "spaces"})
    """Differences that do not count."""
    max_edits: int = Field(default=0, ge=0, le=5)
    """So many wrong letters are forgiven."""
    edit_credit: Credit = Decimal(1)
    """The share of the marks for an answer with forgiven letters."""
    accept: tuple[Accept, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _check(self) -> TextQuestion:
        shortest = min(self.answers, key=len)
        if self.max_edits and len(shortest) <= self.max_edits:
            message = (
                f"{self.max_edits} wrong letters would turn anything into {shown(shortest)}; allow fewer"
            )
            raise_faults([(("max_edits",), message)])
        return self


class _WithOptions(_Question):
    options: Labels = Field(min_length=2, max_length=MAX_OPTIONS)
    """The labels beside the bubbles."""

    def _option_faults(self, named: Iterable[tuple[tuple[str | int, ...], str]]) -> Iterator[Found]:
        for i, option in enumerate(self.options):
            if option in self.options[:i]:
                yield ("options", i), f"{shown(option)} is there twice"
        for place, answer in named:
            if answer not in self.options:
                yield place, f"{shown(answer)} is not among the options ({', '.join(self.options)})"


class ChoiceQuestion(_WithOptions):
    """Exactly one of several options."""

    type: Literal["choice"] = "choice"
    answer: Label
    wrong: PlainDecimal = Decimal(0)
    """Marks for a wrong option: 0 or less."""
    accept: tuple[Accept, ...] = Field(default=(), max_length=MAX_OPTIONS)

    @model_validator(mode="after")
    def _check(self) -> ChoiceQuestion:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Found]:
        named: list[tuple[tuple[str | int, ...], str]] = [(("answer",), self.answer)]
        named += [(("accept", i, "answer"), entry.answer) for i, entry in enumerate(self.accept)]
        yield from self._option_faults(named)
        if not -self.marks <= self.wrong <= 0:
            yield ("wrong",), f"expected from -{self.marks} to 0 marks for a wrong option, not {self.wrong}"


class MultiQuestion(_WithOptions):
    """Any number of several options."""

    type: Literal["multi"] = "multi"
    answer: Labels = Field(min_length=1)
    """All options that are right."""
    accept: tuple[MultiAccept, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _check(self) -> MultiQuestion:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Found]:
        named: list[tuple[tuple[str | int, ...], str]] = [
            (("answer", i), a) for i, a in enumerate(self.answer)
        ]
        for i, entry in enumerate(self.accept):
            named += [(("accept", i, "answer", j), a) for j, a in enumerate(entry.answer)]
        yield from self._option_faults(named)


class Criterion(Strict):
    """One line of a rubric: what a marker looks for, and what it is worth."""

    criterion: Annotated[CleanText, Field(min_length=1, max_length=300)]
    """What the answer must have, or must not have."""
    points: RubricPoints
    """What it earns; below 0 for a deduction."""


class ManualQuestion(_Question):
    """Ruled lines for an open answer that a person marks."""

    type: Literal["manual"] = "manual"
    lines: int = Field(default=4, ge=1, le=24)
    """Ruled lines to write on."""
    rubric: tuple[Criterion, ...] = Field(default=(), max_length=MAX_CRITERIA)
    """What markers look for; never printed on the sheets."""


Question = Annotated[
    DigitsQuestion | NumberQuestion | TextQuestion | ChoiceQuestion | MultiQuestion | ManualQuestion,
    Field(discriminator="type"),
]
QUESTION_TYPES: dict[str, type[_Question]] = {
    "digits": DigitsQuestion,
    "number": NumberQuestion,
    "text": TextQuestion,
    "choice": ChoiceQuestion,
    "multi": MultiQuestion,
    "manual": ManualQuestion,
}
ACCEPT_MODELS: dict[str, type[Strict]] = {
    "digits": DigitsAccept,
    "number": NumberAccept,
    "text": Accept,
    "choice": Accept,
    "multi": MultiAccept,
}
ENTRY_MODELS: dict[str, type[Strict]] = {**ACCEPT_MODELS, "manual": Criterion}
"""What the lists inside a question hold: accepted answers, or the lines of a rubric."""

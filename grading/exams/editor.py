"""The form of an exam as it was sent or as it is shown: its head, and a row for every question in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grading.exams.drafts import Draft, draft_of
from grading.exams.examfile import exam_from_data
from grading.exams.faults import Fault
from grading.exams.forms import ExamHeadForm, QuestionForm, QuestionRows
from grading.exams.question_rows import exam_data, field_of, head_row, is_empty, question_row
from grading.exams.spec import ExamSpec
from grading.exams.typed_numbers import with_comma

NEW_HEAD = {"digits": "7", "pass_mark": "50%", "error_budget": "0.2%"}
HEAD, ROWS = "head", "q"
STILL_EMPTY = _("still to be filled in")


@dataclass(frozen=True, slots=True)
class Refused:
    """One entry that cannot be taken: the element to go to, its name, what is wrong.

    Without a name it is about the whole exam; what has one says itself what is wrong with it.
    """

    anchor: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Editor:
    """The two forms of one exam. ``rows`` is a formset, ``row_forms`` its forms in their order."""

    head: ExamHeadForm
    rows: Any

    @classmethod
    def showing(cls, spec: ExamSpec | None, *, new: bool) -> Editor:
        """The form of an exam, or of a new one, which has no ``spec`` unless a file filled it."""
        questions = [question_row(question) for question in spec.questions] if spec else None
        rows = QuestionRows(initial=questions, prefix=ROWS)
        if spec:
            rows.extra = 0
        budget, language = with_comma(NEW_HEAD["error_budget"]), (get_language() or "en")[:2]
        head = head_row(spec) if spec else NEW_HEAD | {"error_budget": budget, "language": language}
        return cls(ExamHeadForm(initial=head, prefix=HEAD, new=new), rows)

    @classmethod
    def sent(cls, data: Mapping[str, Any], *, new: bool) -> Editor:
        """The form as it came back."""
        return cls(ExamHeadForm(data, prefix=HEAD, new=new), QuestionRows(data, prefix=ROWS))

    @property
    def is_valid(self) -> bool:
        """Whether every value can be taken as it is; what an exam may be is another question."""
        return bool(self.head.is_valid() and self.rows.is_valid())

    @property
    def row_forms(self) -> list[QuestionForm]:
        """The rows in the order that was asked for."""
        places = {id(form): _place(form, index) for index, form in enumerate(self.rows.forms)}
        return sorted(self.rows.forms, key=lambda form: places[id(form)])

    @property
    def used(self) -> list[QuestionForm]:
        """The rows that make questions: neither taken out nor empty."""
        return [
            form
            for form in self.row_forms
            if not form.cleaned_data.get("DELETE") and not is_empty(_values(form))
        ]

    def spec(self) -> ExamSpec:
        """The exam. Raises ExamFileError."""
        return exam_from_data(exam_data(self.head.cleaned_data, [_values(form) for form in self.used]))

    def draft(self) -> Draft:
        """As much of the exam as there is."""
        return draft_of(self.head.cleaned_data, [_values(form) for form in self.used])

    def place(self, fault: Fault) -> tuple[ExamHeadForm | QuestionForm, str | None]:
        """The form a fault belongs to, and its field; None where no field is concerned."""
        row, field = field_of(fault)
        used = self.used
        form = self.head if row is None or row >= len(used) else used[row]
        return form, field if field in form.fields else None

    def put(self, faults: Sequence[Fault]) -> None:
        """Show faults at their fields."""
        for fault in faults:
            form, field = self.place(fault)
            says_all = field or fault.place == ("questions",)
            text = fault.message if says_all else str(fault)
            form.add_error(field, STILL_EMPTY if field and not form.cleaned_data.get(field) else text)

    def refused(self) -> list[Refused]:
        """What is wrong with the form as it was sent, in the order of the page."""
        found = list(_refused(self.head, ""))
        for number, form in enumerate(self.row_forms, start=1):
            found += _refused(form, gettext("Question %(n)d") % {"n": number})
        return found


def _refused(form: ExamHeadForm | QuestionForm, name: str) -> Iterator[Refused]:
    for field, errors in form.errors.items():
        label = str(form[field].label) if field in form.fields else ""
        anchor = form[field].id_for_label if label else form[next(iter(form.fields))].id_for_label
        for error in errors:
            yield Refused(anchor, ", ".join(filter(None, (name, label))), str(error))


def _place(form: QuestionForm, index: int) -> tuple[int, int]:
    given = form.cleaned_data.get("order") if form.is_bound and form.is_valid() else None
    return (index + 1 if given is None else given, index)


def _values(form: QuestionForm) -> dict[str, Any]:
    """The cleaned row with a value for every field: an untouched form of a set has none."""
    return {name: form.cleaned_data.get(name, [] if name == "ignore" else "") for name in form.fields}

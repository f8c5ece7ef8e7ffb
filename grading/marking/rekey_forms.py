"""The key of one question as a form: only what can change without another print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.exams.forms import COUNTS, QuestionForm
from grading.exams.question_rows import WANTED, question_data, question_row
from grading.exams.spec import ChoiceQuestion, MultiQuestion, Question

PRINTED = frozenset({"cells", "unit", "options", "lines", "rubric"})


class RekeyForm(QuestionForm):
    """Key, tolerance, accepted answers, and whether the question counts."""

    def __init__(self, question: Question, data: Any = None) -> None:
        super().__init__(data, initial=question_row(question))
        self.question = question
        wanted = {"answer" if name == "answers" else name for name in WANTED[question.type]} - PRINTED
        self.fields["counts"] = forms.ChoiceField(
            label=_("This question counts"), choices=COUNTS, widget=forms.RadioSelect
        )
        for name in list(self.fields):
            if name not in wanted | {"counts"}:
                del self.fields[name]
        if question.type == "text":
            self.fields["answer"].help_text = _("Every right spelling on a line of its own.")
        self._offer_options(question)
        self.order_fields(["answer", "tolerance", "ignore", "max_edits", "edit_credit", "wrong", "accept"])

    def _offer_options(self, question: Question) -> None:
        """Options are chosen, not typed."""
        if isinstance(question, ChoiceQuestion | MultiQuestion):
            offered = [(option, option) for option in question.options]
            several = isinstance(question, MultiQuestion)
            kind = forms.MultipleChoiceField if several else forms.ChoiceField
            widget = forms.CheckboxSelectMultiple if several else forms.RadioSelect
            self.fields["answer"] = kind(label=_("Key"), choices=offered, widget=widget)
            self.initial["answer"] = list(question.answer) if several else question.answer

    @property
    def kind(self) -> str:
        """The type of the question, which does not change here."""
        return self.question.type

    @property
    def change(self) -> dict[str, Any]:
        """The values of the question as an exam file has them; call it on a valid form."""
        row = {**question_row(self.question), **self.cleaned_data}
        answer = row["answer"]
        if isinstance(answer, list):
            row["answer"] = ""
        data = question_data(row, 1)
        if isinstance(answer, list):
            data["answer"] = answer
        names = {*WANTED[self.question.type], "counts"} - PRINTED
        return {name: data[name] if name in data else self._left_empty(name) for name in names}

    def _left_empty(self, name: str) -> Any:
        """What a field without a value means: nothing for a key, which is then refused, else its default."""
        info = type(self.question).model_fields[name]
        return [] if info.is_required() else info.get_default()

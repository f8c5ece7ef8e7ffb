"""The form that says who is asked to mark which question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from grading.accounts.models import Membership
from grading.exams.models import Exam
from grading.exams.spec import Question
from grading.review import assignments


class AssigningForm(forms.Form):
    """A field a question, with everybody who can be asked to mark it.

    What stood there when the page was made travels along: only questions that the person changed are saved,
    so that two who assign at the same time do not undo one another's work.
    """

    def __init__(self, exam: Exam, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = exam.load_spec().questions
        self.people = {str(member.pk): member for member in assignments.members(exam)}
        choices = [(key, str(member.user)) for key, member in self.people.items()]
        asked = assignments.assigned(exam)
        for question in self.questions:
            users = asked.get(question.id, ())
            self.fields[name_of(question)] = forms.MultipleChoiceField(
                label=_("Question %(name)s") % {"name": question.id},
                choices=choices,
                initial=[key for key, member in self.people.items() if member.user in users],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                show_hidden_initial=True,
            )

    @property
    def rows(self) -> list[tuple[Question, forms.BoundField, SafeString]]:
        """The questions with their fields, and what stood in these at first as hidden ones."""
        fields = [(question, self[name_of(question)]) for question in self.questions]
        return [(question, field, field.as_hidden(only_initial=True)) for question, field in fields]

    def wanted(self) -> dict[str, list[Membership]]:
        """The questions that were changed, with all who are asked to mark them now."""
        return {
            question.id: [self.people[key] for key in self.cleaned_data[name_of(question)]]
            for question in self.questions
            if name_of(question) in self.changed_data
        }


def name_of(question: Question) -> str:
    """The field of a question."""
    return f"question-{question.id}"

"""What is stored in English is told again in the reader's language, with what was filled in."""

from __future__ import annotations

import pytest
from django.utils import translation

from grading.core.retelling import retold
from grading.core.retold_texts import TEXTS
from grading.exams.examfile import ExamFileError, parse_exam
from grading.marking.decide import Reason
from grading.marking.identifying import MIXED
from grading.marking.sheetnumber import IdentityReason


@pytest.mark.parametrize("text", [*Reason, *IdentityReason, MIXED])
def test_every_reason_of_the_machine_is_known(text: str) -> None:
    assert str(text) in TEXTS
    with translation.override("de"):
        assert retold(str(text)) != text


def test_what_was_filled_in_stays() -> None:
    with translation.override("de"):
        assert retold("the same page as scan.pdf, page 3") == "dieselbe Seite wie scan.pdf, Seite 3"
        assert retold("could not be read: the picture is empty") == "nicht lesbar: das Bild ist leer"


def test_faults_of_an_exam_file_are_told_with_their_place() -> None:
    with pytest.raises(ExamFileError) as refused:
        parse_exam("id: x\ntitle: X\nquestions:\n  - {id: '1', type: number, answer: 1, marks: two}\n")
    fault = str(refused.value.faults[0])
    with translation.override("fr"):
        assert retold(
            fault
        ) == "questions[0].marks: un nombre comme 2 ou 0.5 est attendu, pas « two »".replace(
            "« two »", '"two"'
        )


def test_english_and_unknown_texts_stay_as_they_are() -> None:
    assert retold("not read yet") == "not read yet"
    with translation.override("fr"):
        assert retold("something new") == "something new"
        assert retold("") == ""

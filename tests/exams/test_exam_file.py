"""EXAM.yaml: values are kept as written, faults are named by line and key, what is dumped loads again."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from grading.core.errors import UserError
from grading.exams.examfile import ExamFileError, dump_exam, exam_from_data, load_exam, parse_exam
from grading.exams.spec import ExamSpec, Points, Share, Tolerance
from tests.exams.strategies import exams

SAMPLE = Path(__file__).parents[2] / "examples" / "physics-quiz" / "exam.yaml"


def exam(questions: str, head: str = "") -> ExamSpec:
    return parse_exam(f"id: x\ntitle: T\n{head}questions:\n{questions}")


def faults(text: str) -> list[str]:
    with pytest.raises(ExamFileError) as caught:
        parse_exam(text)
    return [f"{fault.line}: {fault}" for fault in caught.value.faults]


def question_faults(question: str) -> list[str]:
    return faults(f"id: x\ntitle: T\nquestions:\n  - {question}\n")


def test_the_sample_exam_has_every_type() -> None:
    spec = load_exam(SAMPLE)
    assert {q.type for q in spec.questions} == {"digits", "number", "text", "choice", "multi", "manual"}
    assert spec.error_budget == 0.005
    assert spec.pass_mark == Share(Decimal("0.5"))
    assert spec.max_marks == 24


@pytest.mark.parametrize("written", ["007", '"007"'])
def test_digits_keep_their_zeros(written: str) -> None:
    question = exam(f"  - {{id: 1, type: digits, answer: {written}, marks: 1}}").questions[0]
    assert (question.answer, question.cells) == ("007", 3)


def test_cells_are_as_many_as_the_longest_accepted_answer() -> None:
    spec = exam("  - {id: 1, type: digits, answer: 42, marks: 1, accept: [{answer: 100, credit: 50%}]}")
    assert spec.questions[0].cells == 3
    assert spec.questions[0].accept[0].credit == Decimal("0.5")


def test_words_that_yaml_takes_for_booleans_stay_words() -> None:
    question = exam(
        "  - {id: 1, type: choice, options: [yes, no, on, null_, 1e3], answer: no, marks: 1}"
    ).questions[0]
    assert question.options == ("yes", "no", "on", "null_", "1e3")
    assert question.answer == "no"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9.81", Fraction(981, 100)),
        ("1e3", Fraction(1000)),
        ("3/4", Fraction(3, 4)),
        ("-40", Fraction(-40)),
        ("\u22125", -5),
    ],
)
def test_number_keys_are_exact(written: str, value: Fraction) -> None:
    assert exam(f"  - {{id: 1, type: number, answer: {written}, marks: 1}}").questions[0].value == value


def test_tolerance_is_a_distance_or_a_share_of_the_key() -> None:
    assert Tolerance(absolute=Decimal("0.02")).allowance(Fraction(-10)) == Fraction(1, 50)
    assert Tolerance(relative=Decimal("0.01")).allowance(Fraction(-10)) == Fraction(1, 10)


def test_pass_marks_are_shares_or_points() -> None:
    one = "  - {id: 1, type: manual, marks: 10}"
    assert exam(one, "pass_mark: 40 %\n").pass_mark == Share(Decimal("0.4"))
    assert exam(one, "pass_mark: 4.5\n").pass_mark == Points(Decimal("4.5"))


def test_a_single_answer_needs_no_list() -> None:
    assert exam("  - {id: 1, type: text, answers: gravity, ignore: case, marks: 1}").questions[0].answers == (
        "gravity",
    )


FAULTY = (Path(__file__).parent / "faulty_questions.txt").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize(("question", "expected"), list(zip(FAULTY[::2], FAULTY[1::2], strict=True)))
def test_a_fault_names_its_line_its_key_and_what_is_expected(question: str, expected: str) -> None:
    assert f"4: {expected.strip()}" in question_faults(question)


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    found = faults(
        "titel: T\npass_mark: 120%\nerror_budget: 0.2\nquestions:\n"
        "  - id: 1\n    type: digits\n    answer: x\n    marks: 1\n"
        "  - id: 2\n    type: manual\n    marks: x\n"
    )
    assert [line.split(":")[0] for line in found] == ["1", "1", "1", "2", "3", "7", "11"]
    budget = next(line for line in found if "error_budget" in line)
    assert budget.startswith("3: error_budget: expected a share above 0% and up to 10%")
    assert budget.endswith('did you mean "0.2%"?')


def test_an_id_that_is_there_twice_is_refused() -> None:
    one = "  - {id: 1, type: manual, marks: 1}\n"
    text = f"id: x\ntitle: T\nquestions:\n{one}{one}"
    assert faults(text) == ['5: questions[1].id: "1" is also the id of question 1']


def test_a_pass_mark_beyond_the_marks_is_refused() -> None:
    text = "id: x\ntitle: T\npass_mark: 11\nquestions:\n  - {id: 1, type: manual, marks: 10}\n"
    assert faults(text) == ["3: pass_mark: 11 marks are more than the exam has (10)"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("- a", 1, "expected keys with values"),
        ("id: [1", 1, "not valid YAML"),
        ("id: 1\nid: 2", 2, 'the key "id" is there twice (first on line 1)'),
        ("a: &a [x]\nb: *a", 1, "anchors and aliases"),
        ("a: " + "[" * 40 + "]" * 40, 1, "levels deep"),
        ("id: 1\ntitle: a\x07b", 2, "control character U+0007"),
        ("id: 1\n\ttitle: x", 2, "not valid YAML"),
        ("a: [" + "1," * 70_000 + "]", 1, "more than 60000 entries"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ExamFileError) as caught:
        parse_exam(text)
    assert caught.value.faults[0].line == line
    assert words in str(caught.value)


def test_a_yaml_bomb_is_refused_at_once() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 8)}]\n" for i in range(12)
    )
    assert "anchors and aliases" in faults(bomb)[0]


def test_json_of_the_same_shape_is_read_with_its_lines(tmp_path: Path) -> None:
    data = load_exam(SAMPLE).model_dump(mode="json")
    path = tmp_path / "exam.json"
    path.write_text(json.dumps({**data, "title": "Quiz \U0001f600"}, indent="\t"), encoding="utf-8")
    assert load_exam(path).title == "Quiz \U0001f600"
    path.write_text(json.dumps({**data, "pass_mark": "300%"}, indent=1), encoding="utf-8")
    with pytest.raises(ExamFileError, match=r"exam\.json:9: pass_mark"):
        load_exam(path)


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_exam(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("title: Prüfung".encode("latin-1"))
    with pytest.raises(UserError, match="not UTF-8"):
        load_exam(tmp_path / "latin.yaml")
    (tmp_path / "huge.yaml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(UserError, match="larger than 1000 kB"):
        load_exam(tmp_path / "huge.yaml")


def test_faults_of_a_form_have_no_lines() -> None:
    with pytest.raises(ExamFileError) as caught:
        exam_from_data(
            {"id": "x", "title": "T", "questions": [{"id": "1", "type": "manual", "marks": "a lot"}]}
        )
    assert caught.value.faults[0].line is None
    assert str(caught.value).startswith("exam: questions[0].marks: expected a number")


@given(exams())
@settings(max_examples=60, deadline=None)
def test_what_is_dumped_loads_to_the_same_exam(spec: ExamSpec) -> None:
    assert parse_exam(dump_exam(spec)) == spec


@given(exams())
@settings(max_examples=40, deadline=None)
def test_what_the_database_keeps_loads_to_the_same_exam(spec: ExamSpec) -> None:
    assert ExamSpec.model_validate(json.loads(json.dumps(spec.model_dump(mode="json")))) == spec

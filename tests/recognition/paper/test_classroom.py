from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from recognition.paper.answers import Manner
from recognition.paper.classroom import Student, sat_exam, scanned, stack
from recognition.paper.faults import Fault, FaultCounts, stacked
from recognition.paper.hands import shipped_hand
from recognition.paper.pupils import Intent, put_answer, question_levels
from recognition.paper.truth import scan_class
from recognition.paper.writer import new_writer
from tests.recognition.paper.small_quiz import QUESTIONS, small_class


def test_the_same_seed_gives_the_same_files_with_one_worker_or_two(tmp_path: Path) -> None:
    made = [
        scan_class(
            small_class(tmp_path, 2, faults=FaultCounts(1, 0, 1, 1, 0), shuffled=True),
            tmp_path / name,
            workers,
        )
        for name, workers in (("one", 1), ("two", 2))
    ]
    assert made[0].scans.read_bytes() == made[1].scans.read_bytes()
    assert made[0].truth.read_bytes() == made[1].truth.read_bytes()


def test_another_seed_gives_other_answers(tmp_path: Path) -> None:
    first, second = (sat_exam(small_class(tmp_path, 3, seed=seed)) for seed in (1, 2))
    assert [f.puts for f in first] != [f.puts for f in second]


def test_every_page_decodes_and_truth_accounts_for_it(tmp_path: Path) -> None:
    faults = FaultCounts(duplicate=1, missing=1, blank=1, foreign=1, upside_down=1)
    made = scan_class(
        small_class(tmp_path, 3, faults=faults, shuffled=True, preset="rough"), tmp_path / "out"
    )
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    document = pypdfium2.PdfDocument(made.scans)
    assert len(document) == made.pages == len(truth["pages"]) == 6 + 3 - 1
    for page in document:
        assert page.render(scale=0.5).to_numpy().std() > 0
    document.close()
    assert truth["ledger"] == {"blank": 1, "duplicate": 1, "foreign": 1, "used": 5}
    assert sorted(p["fault"] for p in truth["pages"] if p["fault"]) == sorted(
        ["blank", "duplicate", "foreign", "upside_down"]
    )
    (missing,) = truth["missing"]
    shown = {(p["sheet"], p["page"]) for p in truth["pages"]}
    assert (missing["sheet"], missing["page"]) not in shown
    assert len(shown - {(None, None)}) == 5


def test_the_truth_names_every_answer_of_every_used_sheet(tmp_path: Path) -> None:
    made = scan_class(small_class(tmp_path, 2), tmp_path / "out")
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert [s["student_id"] for s in truth["sheets"]] == ["4710000", "4710001"]
    for sheet in truth["sheets"]:
        assert list(sheet["answers"]) == [q.id for q in QUESTIONS]
        assert isinstance(sheet["answers"]["4"]["written"], list)
        assert isinstance(sheet["answers"]["1"]["written"], str)


def test_spare_sheets_stay_unused_and_absent_students_have_none(tmp_path: Path) -> None:
    school = small_class(tmp_path, 3)
    few = sat_exam(type(school)(school.run, school.sheets_pdf, school.questions, school.students[:2]))
    assert [f.sheet.sheet for f in few] == ["0001", "0002"]
    more = (*school.students, Student("4719999"))
    assert len(sat_exam(type(school)(school.run, school.sheets_pdf, school.questions, more))) == 3


def test_an_upside_down_page_is_scanned_so(tmp_path: Path) -> None:
    school = small_class(tmp_path, 1, preset="mild", faults=FaultCounts(0, 0, 0, 0, 1))
    entries = stack(school, sat_exam(school))
    upright = small_class(tmp_path, 1, preset="mild")
    pages = [next(iter(scanned(s, entries))) for s in (school, upright)]
    assert [e.fault for e in entries].count(Fault.UPSIDE_DOWN) == 1
    assert pages[0].width == pages[1].width


def test_a_duplicate_never_comes_before_its_first_scan(tmp_path: Path) -> None:
    sheets = small_class(tmp_path, 4).run.sheets
    for seed in range(30):
        entries = stacked(sheets, FaultCounts(2, 1, 1, 1, 0), False, np.random.default_rng(seed))
        for k, entry in enumerate(entries):
            if entry.fault is Fault.DUPLICATE:
                before = [(e.sheet, e.page) for e in entries[:k] if e.fault is not Fault.DUPLICATE]
                assert (entry.sheet, entry.page) in before


def test_more_faults_than_pages_are_refused(tmp_path: Path) -> None:
    sheets = small_class(tmp_path, 1).run.sheets
    with pytest.raises(ValueError, match="2 pages"):
        stacked(sheets, FaultCounts(2, 1, 0, 0, 0), False, np.random.default_rng(0))


def test_abler_pupils_answer_better() -> None:
    rng = np.random.default_rng(0)
    writer, levels = new_writer(shipped_hand(rng), rng), question_levels(QUESTIONS, rng)

    def right(ability: float) -> int:
        puts = [put_answer(q, ability, levels[q.id], writer, rng) for q in QUESTIONS for _ in range(40)]
        return sum(put.intent is Intent.RIGHT for put in puts)

    assert right(3.0) > right(0.0) > right(-3.0)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_as_much_as_told_is_struck_out_and_some_of_it_was_right(share: float) -> None:
    rng = np.random.default_rng(2)
    writer, digits = new_writer(shipped_hand(rng), rng), QUESTIONS[0]
    puts = [put_answer(digits, -1.0, 0.0, writer, rng, share) for _ in range(400)]
    answered = [put.answer for put in puts if not put.answer.empty]
    rewritten = [answer for answer in answered if answer.manner is Manner.REWRITTEN]
    assert len(rewritten) == pytest.approx(share * len(answered), abs=0.1 * len(answered))
    assert any(answer.discarded == (digits.keys[0],) for answer in rewritten) == (share > 0)


def test_an_answer_meant_right_is_the_key_and_one_meant_wrong_is_not() -> None:
    rng = np.random.default_rng(1)
    writer, levels = new_writer(shipped_hand(rng), rng), question_levels(QUESTIONS, rng)
    for question in QUESTIONS[:5]:
        for _ in range(60):
            put = put_answer(question, 0.0, levels[question.id], writer, rng)
            given = set(put.answer.marked) if question.options else {put.answer.text.replace(",", ".")}
            right = given == set(question.keys) if question.options else given <= set(question.keys)
            assert right == (put.intent is Intent.RIGHT)

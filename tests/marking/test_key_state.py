"""A key has one name, whichever process names it: verdicts of people fall with the name of their key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from itertools import permutations

import pytest
from django.apps import apps

from grading.accounts.models import School
from grading.exams.questions import TextQuestion
from grading.marking.key_state import key_state
from grading.marking.models import Decision
from tests.classroom import EXAM, sheet, small_exam

IGNORED = ("case", "accents", "spaces", "punctuation")
WORD = '  - {id: "9", type: text, answers: [gravity], marks: 1}\n'
NAMES = """
import json
from grading.exams.questions import TextQuestion
from grading.marking.key_state import key_state
ignored = json.loads({ignored!r})
print(key_state(TextQuestion(id="1", marks=1, answers=("gravity",), ignore=ignored)))
"""
"""What a process of its own says of the name of a key."""


def named_by_a_process(seed: int) -> str:
    code = "import django; django.setup()\n" + NAMES.format(ignored=json.dumps(IGNORED))
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_process_names_a_key_alike() -> None:
    assert len({named_by_a_process(seed) for seed in (1, 2, 3)}) == 1


@pytest.mark.parametrize("ignored", list(permutations(IGNORED))[::5])
def test_the_order_of_what_is_ignored_makes_no_other_key(ignored: tuple[str, ...]) -> None:
    def named(order: tuple[str, ...]) -> str:
        question = {"id": "1", "marks": 1, "answers": ["gravity"], "ignore": order}
        return key_state(TextQuestion.model_validate(question))

    assert named(ignored) == named(IGNORED)
    assert named(ignored) != named(IGNORED[1:])


def test_verdicts_whose_key_was_named_in_another_order_count_again(school: School) -> None:
    renaming = import_module("grading.marking.migrations.0010_keys_named_alike")
    exam = small_exam(school, text=EXAM + WORD)
    question = next(q for q in exam.load_spec().questions if isinstance(q, TextQuestion))
    plain = question.model_dump(mode="json")
    old = renaming._name({**plain, "ignore": plain["ignore"][::-1]})
    assert old != key_state(question) == renaming._name(plain)

    def decided(key: str, data: dict[str, str]) -> Decision:
        made = {"sheet": sheet(exam, 1), "question": question.id, "kind": Decision.Kind.RIGHT}
        return Decision.objects.create(**made, key=key, data=data)

    fallen, other, audit = decided(old, {}), decided("another key", {}), decided("", {"key": old})
    renaming.name_alike(apps, None)
    for decision in (fallen, other, audit):
        decision.refresh_from_db()
    assert fallen.key == audit.data["key"] == key_state(question)
    assert other.key == "another key"

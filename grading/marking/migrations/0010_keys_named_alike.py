"""Verdicts keep their keys: the name of a text question's key depended on the process that gave it.

What such a question ignores is a set, and sets come in another order in every process. Verdicts, in
whatever order their key was named, get the one name that it has now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

FIELDS = {"id", "answer", "answers", "tolerance", "ignore", "max_edits", "edit_credit", "accept"}


def name_alike(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rename the keys of decisions, and those that spot checks kept."""
    from grading.exams.spec import ExamSpec

    decisions = apps.get_model("marking", "Decision").objects
    for model, exam_id in (("Exam", "pk"), ("ExamVersion", "exam_id")):
        for kept in apps.get_model("exams", model).objects.iterator():
            for question in ExamSpec.model_validate(kept.spec).model_dump(mode="json")["questions"]:
                if question["type"] == "text":
                    of_question = decisions.filter(
                        sheet__exam=getattr(kept, exam_id), question=question["id"]
                    )
                    _rename(of_question, set(_names(question)), _name(question))


def _rename(decisions: QuerySet[Any], names: set[str], now: str) -> None:
    others = names - {now}
    decisions.filter(key__in=others).update(key=now)
    for decision in decisions.filter(data__key__in=list(others)):
        decision.data = {**decision.data, "key": now}
        decision.save(update_fields=["data"])


def _names(question: dict[str, Any]) -> Iterator[str]:
    for ignored in permutations(question["ignore"]):
        yield _name({**question, "ignore": list(ignored)})


def _name(question: dict[str, Any]) -> str:
    key = {field: value for field, value in question.items() if field in FIELDS}
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


class Migration(migrations.Migration):
    dependencies = [
        ("marking", "0009_lost_pages"),
        ("exams", "0005_sheets_set_aside"),
    ]

    operations = [migrations.RunPython(name_alike, migrations.RunPython.noop)]

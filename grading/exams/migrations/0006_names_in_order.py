"""Names are sorted alike by every database: by a key that is stored beside them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import grading.core.name_order
from grading.core.name_order import name_key

AT_ONCE = 1000


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The keys of the students who are there already."""
    students = apps.get_model("exams", "Student").objects
    batch = []
    for student in students.only("pk", "name").iterator(chunk_size=AT_ONCE):
        student.sort_name = name_key("", student.name)
        batch.append(student)
        if len(batch) == AT_ONCE:
            students.bulk_update(batch, ["sort_name"], batch_size=200)
            batch = []
    students.bulk_update(batch, ["sort_name"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("exams", "0005_sheets_set_aside")]

    operations = [
        migrations.AddField(
            "student",
            "family",
            models.CharField(
                blank=True,
                default="",
                help_text="the family name in it, where the list says it",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "student",
            "sort_name",
            grading.core.name_order.NameKey(default="", editable=False, max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

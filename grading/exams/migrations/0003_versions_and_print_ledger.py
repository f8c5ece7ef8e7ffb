"""Every saved exam file is kept; a print says who made it and of which version."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_what_there_is(apps, schema_editor):
    """The exam files of today become version 1, and what is printed was printed of it."""
    exam_model = apps.get_model("exams", "Exam")
    version_model = apps.get_model("exams", "ExamVersion")
    run_model = apps.get_model("exams", "PrintRun")
    for exam in exam_model.objects.all().iterator():
        version = version_model.objects.create(
            exam=exam, number=1, spec=exam.spec, saved_at=exam.created_at, saved_by_id=exam.created_by_id
        )
        run_model.objects.filter(exam=exam).update(version=version, contents=models.F("run"))
    for run in run_model.objects.annotate(first=models.Min("sheets__number"), last=models.Max("sheets__number")):
        run.first_sheet, run.last_sheet = run.first or "", run.last or ""
        run.save(update_fields=["first_sheet", "last_sheet"])


class Migration(migrations.Migration):

    dependencies = [
        ("exams", "0002_exam_course_and_anonymous"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("spec", models.JSONField()),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("exam", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="exams.exam")),
                ("saved_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"ordering": ["exam_id", "number"]},
        ),
        migrations.AddConstraint(
            model_name="examversion",
            constraint=models.UniqueConstraint(fields=("exam", "number"), name="version_once_an_exam"),
        ),
        migrations.AddField(
            model_name="printrun",
            name="created_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="printrun",
            name="version",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="print_runs", to="exams.examversion"),
        ),
        migrations.AddField(
            model_name="printrun",
            name="contents",
            field=models.CharField(blank=True, help_text="the same for prints of the same sheets under other numbers", max_length=16),
        ),
        migrations.AddField(
            model_name="printrun",
            name="first_sheet",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="printrun",
            name="last_sheet",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="printrun",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, help_text="its paper is thrown away; its sheets are not waited for", null=True),
        ),
        migrations.RunPython(keep_what_there_is, migrations.RunPython.noop, elidable=True),
    ]

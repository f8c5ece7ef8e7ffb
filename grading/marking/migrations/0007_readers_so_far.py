from django.db import migrations

READ_KINDS = ("student_id", "digits", "number", "text")


def name_readers(apps, _editor):
    """Exams that are marked already say which readers read them, as the next marking would."""
    cutoffs, readings = apps.get_model("marking", "Cutoffs"), apps.get_model("scans", "Reading")
    for exam in cutoffs.objects.values_list("exam_id", flat=True):
        of_exam = readings.objects.filter(page__exam_id=exam, page__state="used", kind__in=READ_KINDS)
        found = of_exam.order_by("id").values_list("page_id", "question", "model")
        latest = {(page, question): model for page, question, model in found.iterator(chunk_size=2000)}
        cutoffs.objects.filter(exam_id=exam).update(readers=sorted(set(latest.values())))


class Migration(migrations.Migration):

    dependencies = [
        ('marking', '0006_replay'),
    ]

    operations = [
        migrations.RunPython(name_readers, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marking', '0003_review_queue'),
    ]

    operations = [
        migrations.AddField(
            model_name='cutoffs',
            name='loads',
            field=models.JSONField(default=list, help_text='[budget, automatic, for people, expected wrong]'),
        ),
        migrations.AddField(
            model_name='cutoffs',
            name='marked_at',
            field=models.DateTimeField(auto_now=True),
        ),
    ]

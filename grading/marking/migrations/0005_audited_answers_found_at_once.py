from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marking', '0004_review_load_of_other_budgets'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('audit', True)), fields=['exam'], name='answer_audited'),
        ),
    ]

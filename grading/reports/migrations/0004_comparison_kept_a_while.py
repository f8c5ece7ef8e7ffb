"""How long a comparison took and when it was made."""

from __future__ import annotations

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_releases")]

    operations = [
        migrations.AddField(
            model_name="comparison",
            name="seconds",
            field=models.FloatField(default=0.0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="comparison",
            name="made_at",
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
    ]

"""Sheets that were set aside before that was kept with the sheet itself."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REASON = "its sheet was set aside by a person"


def keep(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Of these no page counts now."""
    pages = apps.get_model("scans", "Page").objects
    aside = pages.filter(reason=REASON, sheet__isnull=False).values("sheet")
    used = pages.filter(state="used", sheet__isnull=False).values("sheet")
    sheets = apps.get_model("exams", "Sheet").objects
    sheets.filter(pk__in=aside).exclude(pk__in=used).update(set_aside=True)


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0005_sheets_set_aside"),
        ("scans", "0002_uploads_thumbnails_and_orders"),
    ]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]

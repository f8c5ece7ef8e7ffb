from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", "cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The table of the cache: it counts the tries of log-in for all processes together."""

    dependencies = [("accounts", "0002_course_and_invitation")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]

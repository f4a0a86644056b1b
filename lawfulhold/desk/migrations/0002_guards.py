"""The guards of the docket, and the table of the cache."""

from django.core.management import call_command
from django.db import migrations

from lawfulhold.desk import guards


def up(apps, schema_editor):
    guards.make(schema_editor.connection)
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def down(apps, schema_editor):
    guards.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(up, down)]

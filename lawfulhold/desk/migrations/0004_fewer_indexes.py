"""Databases made before have indexes by which nothing is looked up; the first migration no longer makes them.

Dropped by name: to alter the fields would have SQLite make every table anew, without the docket's guard.
"""

from django.db import migrations

EVERY_RECORD = ("entry_id", "recorded_by_id")
MORE = {
    "desk_entry": ("agency_id", "actor_id", "custody_id"),
    "desk_custody": ("decision_id", "sheet_id", "law_id"),
    "desk_decision": ("custody_id", "finding_id", "law_id", "sheet_id"),
}


def drop(apps, schema_editor):
    connection = schema_editor.connection
    for model in apps.get_app_config("desk").get_models():
        table = model._meta.db_table
        columns = EVERY_RECORD + MORE.get(table, ())
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, index in found.items():
            if index["index"] and not index["unique"] and index["columns"] in [[column] for column in columns]:
                schema_editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_paper_readings")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]

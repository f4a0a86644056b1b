"""Guards in the database itself: an entry of the docket is never changed, except that its content can be purged, and (on PostgreSQL) never deleted.

The chain would show a change anyway; the guards stop the careless one.
"""

from __future__ import annotations

from typing import Any

_FIXED = (
    "agency_id",
    "sequence",
    "moment",
    "actor_id",
    "actor_name",
    "kind",
    "custody_id",
    "commitment",
    "previous",
    "hash",
)


def make(connection: Any) -> None:
    """Put the guards up."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: Any) -> None:
    """Take the guards down (a restore into an empty database, a migration)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS desk_entry_guard ON desk_entry")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS desk_entry_guard")


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)
        return [
            f"""CREATE OR REPLACE FUNCTION desk_entry_guard() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'the docket is append-only'; END IF;
                IF {changed}
                THEN RAISE EXCEPTION 'the docket is append-only'; END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql""",
            "DROP TRIGGER IF EXISTS desk_entry_guard ON desk_entry",
            "CREATE TRIGGER desk_entry_guard BEFORE UPDATE OR DELETE ON desk_entry FOR EACH ROW EXECUTE FUNCTION desk_entry_guard()",
        ]
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)
    return [
        "DROP TRIGGER IF EXISTS desk_entry_guard",
        f"CREATE TRIGGER desk_entry_guard BEFORE UPDATE ON desk_entry WHEN {changed} BEGIN SELECT RAISE(ABORT, 'the docket is append-only'); END",
    ]

"""Backup and restore, each in one command, for SQLite and PostgreSQL alike, and from one to the other.

A backup is one compressed file: a line for each row, as the database holds it (personal data stays encrypted), with the heads of the dockets and a hash over
all of it. The keys are not in it: keep them apart, or the backup cannot be read.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from lawfulhold.desk.errors import DeskError, Invalid
from lawfulhold.desk.models import Agency, ChainHead
from lawfulhold.desk.services import docket

FORMAT = "lawfulhold-desk-1"
LEFT_OUT = ("sessions.session", "contenttypes.contenttype", "auth.permission")


def backup(path: Path) -> dict[str, Any]:
    """Write a backup to `path`. Returns what is in it: rows and the heads of the dockets. What is written while it runs is not in it, or wholly."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    digest = hashlib.sha256()
    rows = 0
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file, _snapshot():

        def put(value: Any) -> None:
            line = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)

        heads = {head.agency.slug: [head.sequence, head.hash] for head in ChainHead.objects.select_related("agency")}
        put({"format": FORMAT, "made": timezone.now().isoformat(), "migrations": _migrations(), "heads": heads})
        for model in _models():
            columns = [column.column for column in model._meta.concrete_fields]
            put({"table": model._meta.db_table, "columns": columns})
            for row in _rows(model, columns):
                put(row)
                rows += 1
        file.write(json.dumps({"sha256": digest.hexdigest(), "rows": rows}).encode() + b"\n")
    temporary.replace(path)
    return {"rows": rows, "heads": heads, "bytes": path.stat().st_size}


def _snapshot() -> Any:
    """One consistent view of the database while the backup is read."""
    from contextlib import contextmanager

    @contextmanager
    def inside() -> Iterator[None]:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    return inside()


def _models() -> list[Any]:
    """Every table that is kept, those that others point to first."""
    every = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in LEFT_OUT and model._meta.managed and not model._meta.proxy
    ]
    return sorted(every, key=lambda model: model._meta.db_table)


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _rows(model: Any, columns: list[str]) -> Iterator[list[Any]]:
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
    fields = {column.column: column for column in model._meta.concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {table} ORDER BY {key}")  # nosec B608: names of our own models, quoted
        while found := cursor.fetchmany(2_000):
            for row in found:
                yield [_out(value, fields[name]) for name, value in zip(columns, row, strict=True)]


def _out(value: Any, column: Any) -> Any:
    """A value of the database as JSON, the same from both databases."""
    if value is None:
        return None
    kind = _kind(column)
    if kind == "bytes":
        return base64.b64encode(bytes(value)).decode()
    if kind == "uuid":
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    if kind == "json":
        return value if isinstance(value, str) else json.dumps(value)
    if kind == "moment":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return (
            (moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone()))
            .astimezone(timezone.get_default_timezone())
            .isoformat()
        )
    if kind == "bool":
        return bool(value)
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value


def _in(value: Any, column: Any) -> Any:
    """A value of a backup as Django writes it."""
    if value is None:
        return None
    kind = _kind(column)
    if kind == "bytes":
        return base64.b64decode(value)
    if kind == "moment":
        return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value))
    if kind == "uuid":
        return UUID(value).hex if connection.vendor == "sqlite" else UUID(value)
    if kind == "decimal":
        return connection.ops.adapt_decimalfield_value(Decimal(value), column.max_digits, column.decimal_places)
    return value


def _kind(column: Any) -> str:
    while getattr(column, "target_field", None) is not None and column.is_relation:
        column = column.target_field
    for kind, types in (
        ("bytes", models.BinaryField),
        ("uuid", models.UUIDField),
        ("json", models.JSONField),
        ("moment", models.DateTimeField),
        ("bool", models.BooleanField),
        ("decimal", models.DecimalField),
    ):
        if isinstance(column, types):
            return kind
    return ""


# ---------------------------------------------------------------------------------------------- restore


def check(path: Path) -> dict[str, Any]:
    """Read a backup through and check its hash. Returns its head. Raises `Invalid` for a file that is not one, is cut short or was changed."""
    digest = hashlib.sha256()
    head: dict[str, Any] = {}
    rows, last = 0, b""
    try:
        with gzip.open(path, "rb") as file:
            for number, line in enumerate(_lines(file)):
                if last:
                    digest.update(last)
                    rows += last.startswith(b"[")
                last = line
                if number == 0:
                    head = json.loads(line)
        end = json.loads(last)
    except (OSError, EOFError, ValueError) as error:
        raise Invalid(f"{path} is not a whole backup: {error}") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Invalid(f"{path} is not a backup of the desk.")
    whole = isinstance(end, dict) and end.get("sha256") == digest.hexdigest() and end.get("rows") == rows
    if not whole:
        raise Invalid(f"{path} was changed or cut short: its hash does not fit.")
    return head


def _lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    yield from file


def restore(path: Path) -> dict[str, Any]:
    """Restore a backup into an empty database (made and migrated here). Returns the heads of the dockets, verified.

    Raises `DeskError` when the database holds cases already, or when the dockets do not verify afterwards: then nothing is kept.
    """
    head = check(path)
    call_command("migrate", verbosity=0)
    if Agency.objects.exists():
        raise DeskError(
            "The database is not empty.", advice="Name an empty one in DATABASE_URL; nothing is overwritten."
        )
    wanted = set(head["migrations"])
    if not wanted <= set(_migrations()):
        raise DeskError("The backup is of a newer version of the desk.", advice="Install that version first.")
    tables = {model._meta.db_table: model for model in _models()}
    with transaction.atomic():
        _unguard(True)
        with gzip.open(path, "rb") as file, connection.cursor() as cursor, connection.constraint_checks_disabled():
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for model in tables.values():
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # nosec B608: our own models
            _insert(file, cursor, tables)
        _unguard(False)
        _sequences(list(tables.values()))
        for slug, (sequence, found) in head["heads"].items():
            count, _, faults = docket.verify(
                Agency.objects.get(slug=slug), noted=(sequence, found) if sequence else None
            )
            if faults or count != sequence:
                raise DeskError(
                    f"The docket of {slug} does not verify after the restore: {faults[0].says if faults else 'entries are missing'}."
                )
    return dict(head["heads"])


def _insert(file: Any, cursor: Any, tables: dict[str, Any]) -> None:
    model: Any = None
    columns: list[Any] = []
    statement = ""
    waiting: list[list[Any]] = []

    def flush() -> None:
        if waiting:
            cursor.executemany(statement, waiting)
            waiting.clear()

    for line in file:
        value = json.loads(line)
        if isinstance(value, dict):
            flush()
            if "table" in value:
                model = tables.get(value["table"])
                if model is None:
                    raise Invalid(f"The backup has a table {value['table']} that this version does not know.")
                fields = {column.column: column for column in model._meta.concrete_fields}
                columns = [fields[name] for name in value["columns"]]
                names = ", ".join(connection.ops.quote_name(name) for name in value["columns"])
                marks = ", ".join(_mark(column) for column in columns)
                statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({marks})"
        else:
            waiting.append([_in(item, column) for item, column in zip(value, columns, strict=True)])
            if len(waiting) >= 500:
                flush()
    flush()


def _mark(column: Any) -> str:
    return "%s::jsonb" if connection.vendor == "postgresql" and _kind(column) == "json" else "%s"


def _sequences(every: list[Any]) -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)


def _unguard(off: bool) -> None:
    """The guards of the docket are lifted while an empty database is filled."""
    from lawfulhold.desk import guards

    (guards.drop if off else guards.make)(connection)

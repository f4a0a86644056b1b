"""The docket: writing records together with their entry, and verifying the chain.

Every write goes through `enter`: it takes the agency's chain head, puts entry and records into the database in one transaction and moves the
head. An acknowledged entry is a committed one; a process that dies before the commit leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from lawfulhold.desk.encryption import Encrypted, EncryptedText, encrypt
from lawfulhold.desk.errors import NotFound, Overtaken
from lawfulhold.desk.models import Agency, ChainHead, Custody, Entry, Record
from lawfulhold.desk.services.acting import By

FIRST = "0" * 64


# ---------------------------------------------------------------------------------------------- hashes


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it: moments in UTC, bytes by their hash."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal("0.01")), "f")
    if isinstance(value, (bytes, memoryview)):
        return {"sha256": hashlib.sha256(bytes(value)).hexdigest()}
    raise TypeError(f"{type(value).__name__} has no place in the docket")


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return _encode(value).encode()


def commitment_to(content: Any, salt: str) -> str:
    """The salted hash that stands for the content in the chain."""
    return _commitment(canonical(content), salt)


def _commitment(data: bytes, salt: str) -> str:
    return hashlib.sha256(salt.encode() + data).hexdigest()


def hash_of(entry: Entry, slug: str) -> str:
    """The hash of an entry: over everything but content and salt, and over the hash before it."""
    head = {
        "agency": slug,
        "sequence": entry.sequence,
        "moment": entry.moment,
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "kind": entry.kind,
        "custody": entry.custody_id,
        "commitment": entry.commitment,
        "previous": entry.previous,
    }
    return hashlib.sha256(canonical(head)).hexdigest()


_NOT_VALUES = ("id", "agency", "entry", "recorded_at", "recorded_by", "recorded_name")


def values_of(record: Record) -> dict[str, Any]:
    """The columns of a record that never change, as plain values."""
    model = type(record)
    if model not in _columns:
        _columns[model] = tuple(
            (column.name, column.attname, isinstance(column, models.JSONField))
            for column in record._meta.concrete_fields
            if column.name not in _NOT_VALUES
            and column.name not in record.standing
            and not isinstance(column, models.BinaryField)
        )
    return {
        name: getattr(record, attribute) if is_json else plain(getattr(record, attribute))
        for name, attribute, is_json in _columns[model]
    }


_columns: dict[type[Record], tuple[tuple[str, str, bool], ...]] = {}


# ---------------------------------------------------------------------------------------------- writing


@dataclass
class Writing:
    """One entry to be: its kind, the sentence for the timeline, the records, and more for the content; `sealed` when all this was sealed before."""

    kind: str
    says: str
    records: Sequence[Record] = ()
    custody: Custody | None = None
    more: dict[str, Any] = field(default_factory=dict)
    sealed: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The content of an entry, encrypted, and the salted hash that stands for it in the chain. It does not hang on the place in the chain."""

    content: Encrypted
    salt: str
    commitment: str


def seal(writing: Writing) -> Sealed:
    """Seal what an entry will say: its sentence, the values of its records, and more."""
    content = {
        "says": writing.says,
        "rows": [[record._meta.model_name, str(record.pk), values_of(record)] for record in writing.records],
        **plain(writing.more),
    }
    salt, data = secrets.token_hex(16), canonical(content)
    return Sealed(Encrypted(encrypt(data).decode()), salt, _commitment(data, salt))


def enter(by: By, kind: str, says: str, *records: Record, custody: Custody | None = None, **more: Any) -> Entry:
    """Write one entry with its records, in one transaction.

    Takes who acts, the kind of entry, one sentence for the timeline, the unsaved records, the case it belongs to, and more plain data for
    the content. Returns the entry.
    """
    return enter_many(by, [Writing(kind, says, records, custody, more)])[0]


def enter_many(by: By, writings: Sequence[Writing]) -> list[Entry]:
    """Write entries one after another, each with its records, in one transaction. The content of the entries that come back is sealed."""
    entries: list[Entry] = []
    with transaction.atomic():
        head = chain_head(by.agency)
        for writing in writings:
            sealed = writing.sealed or seal(writing)
            entry = Entry(
                agency_id=by.agency.pk,
                sequence=head.sequence + 1,
                moment=by.at,
                actor_id=by.user.pk if by.user else None,
                actor_name=by.name,
                kind=writing.kind,
                custody_id=writing.custody.pk if writing.custody else None,
                content=sealed.content,
                salt=sealed.salt,
                commitment=sealed.commitment,
                previous=head.hash or FIRST,
            )
            entry.hash = hash_of(entry, by.agency.slug)
            head.sequence, head.hash = entry.sequence, entry.hash
            entries.append(entry)
        insert(entries)
        by_model: dict[type[Record], list[Record]] = {}
        for entry, writing in zip(entries, writings, strict=True):
            for record in writing.records:
                record.agency_id, record.entry_id, record.recorded_at = by.agency.pk, entry.pk, by.at
                record.recorded_by_id, record.recorded_name = by.user.pk if by.user else None, by.name
                by_model.setdefault(type(record), []).append(record)
        for rows in by_model.values():
            insert(rows)
        head.save(update_fields=["sequence", "hash", "case_number"])
        from lawfulhold.desk.services import hooks

        hooks.announce(by, entries)
    return entries


def insert(rows: Sequence[Any]) -> None:
    """Insert new rows of one kind; many at once by the quickest way that the database has."""
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows and connection.vendor == "postgresql" and len(rows) > 20:
        _copy(rows)
    elif rows:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=500)


def _copy(rows: Sequence[Any]) -> None:
    """COPY, PostgreSQL's own way for many rows; numbers that the database would give are taken from its sequence first."""
    model = type(rows[0])
    table, key = model._meta.db_table, model._meta.pk
    with connection.cursor() as cursor:
        if isinstance(key, models.AutoField):
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, key.column, len(rows)],
            )
            for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = number
        columns = model._meta.concrete_fields
        names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
        made_ready = (EncryptedText, models.JSONField, models.BinaryField, models.DecimalField)
        ways = [(column.attname, column if isinstance(column, made_ready) else None) for column in columns]
        with cursor.copy(f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN") as copy:
            for row in rows:
                values = row.__dict__
                copy.write_row(
                    [
                        values[name] if column is None else column.get_db_prep_save(values[name], connection)
                        for name, column in ways
                    ]
                )
                row._state.adding, row._state.db = False, connection.alias


def chain_head(agency: Agency) -> ChainHead:
    """The head of the agency's chain, locked until the transaction ends: who writes waits here for its turn."""
    head = ChainHead.objects.select_for_update().filter(agency=agency).first()
    if head is None:
        ChainHead.objects.get_or_create(agency=agency)
        head = ChainHead.objects.select_for_update().get(agency=agency)
    return head


def next_case_number(agency: Agency) -> int:
    """The next number of a case. Inside a transaction."""
    head = chain_head(agency)
    head.case_number += 1
    head.save(update_fields=["case_number"])
    return head.case_number


@contextmanager
def changing(by: By, custody_id: Any, seen: int | None = None) -> Iterator[Custody]:
    """Change one case: yields it locked; afterwards its standing is worked out anew, it is decided again if facts changed, its version moves on.

    `seen` is the version that the person looked at. Raises `Overtaken`, with the entries since, when somebody else was first; then nothing is
    written. Raises `NotFound` for a case of another agency.
    """
    from lawfulhold.desk.services import standing

    with transaction.atomic():
        chain_head(by.agency)
        custody = Custody.objects.select_for_update(of=("self",)).filter(agency=by.agency, pk=custody_id).first()
        if custody is None:
            raise NotFound("There is no such case in this agency.")
        check_seen(custody, seen)
        last = Entry.objects.filter(custody=custody).order_by("-sequence").values_list("sequence", flat=True).first()
        yield custody
        now = Entry.objects.filter(custody=custody).order_by("-sequence").values_list("sequence", flat=True).first()
        if now != last:
            standing.refresh(by, custody)


def check_seen(custody: Custody, seen: int | None) -> None:
    """Raise `Overtaken` when the case has changed since the version that was seen."""
    if seen is not None and seen != custody.version:
        recent = Entry.objects.filter(custody=custody).order_by("-sequence")[: max(1, min(20, custody.version - seen))]
        names = ", ".join(dict.fromkeys(entry.actor_name for entry in recent))
        raise Overtaken(
            f"This case was changed by {names} while you were looking at it.", list(recent)[::-1], custody.version
        )


# ---------------------------------------------------------------------------------------------- verifying


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the docket that is not as it was written."""

    agency: str
    sequence: int | None
    says: str


def record_models() -> list[type[Record]]:
    """Every kind of record."""
    return [model for model in apps.get_app_config("desk").get_models() if issubclass(model, Record)]


def verify(
    agency: Agency, *, noted: tuple[int, str] | None = None, cases: bool = True
) -> tuple[int, str, list[Fault]]:
    """Verify an agency's docket: the chain, every content against its commitment, every record against its entry; then what is kept under a hash or
    a seal of its own, and whether detainers and cases stand where their records say (`verifying`).

    `noted` is a (sequence, hash) written down earlier, outside of the database: the chain must still go through it, so that a docket cut short or
    written anew is found too. Without `cases` it is left out to work out where each open case stands (some milliseconds a case). Returns (number of entries, hash of the last one, faults).
    """
    faults: list[Fault] = []
    previous, count, last = FIRST, 0, FIRST
    expected: dict[str, dict[str, tuple[int, dict[str, Any]]]] = {}
    put_to_law: dict[str, str] = {}
    purged: set[int] = set()
    slug = agency.slug

    def fault(sequence: int | None, says: str) -> None:
        faults.append(Fault(slug, sequence, says))

    for entry in Entry.objects.filter(agency=agency).order_by("sequence").iterator(chunk_size=2_000):
        count += 1
        if entry.sequence != count:
            fault(entry.sequence, f"entry {count} is missing")
            count = entry.sequence
        if entry.previous != previous:
            fault(entry.sequence, "does not follow from the entry before it")
        if hash_of(entry, slug) != entry.hash:
            fault(entry.sequence, "was changed after it was written")
        if entry.purged_at is not None:
            purged.add(entry.pk)
            if entry.content is not None or entry.salt is not None:
                fault(entry.sequence, "is marked as purged and has content")
        elif entry.content is None or entry.salt is None:
            fault(entry.sequence, "its content is gone though it was never purged")
        elif commitment_to(entry.content, entry.salt) != entry.commitment:
            fault(entry.sequence, "its content was changed")
        else:
            for model, pk, values in entry.content.get("rows", ()):
                expected.setdefault(model, {})[pk] = (entry.pk, values)
                if model == "decision" and "facts" in entry.content:
                    put_to_law[pk] = entry.content["facts"]
        if noted and entry.sequence == noted[0] and entry.hash != noted[1]:
            fault(entry.sequence, "its hash is not the one noted earlier: the docket was written anew")
        previous = last = entry.hash
    head = ChainHead.objects.filter(agency=agency).first()
    if head is not None and (head.sequence, head.hash or FIRST) != (count, last):
        fault(None, f"the head of the docket stands at entry {head.sequence}, the last entry is {count}")
    if noted and count < noted[0]:
        fault(None, f"the docket ends at entry {count}, but entry {noted[0]} was noted earlier")
    _verify_records(agency, expected, purged, fault)
    from lawfulhold.desk.services import verifying

    verifying.kept_under_hashes(agency, put_to_law, fault)
    verifying.looks_under_seals(agency, fault)
    verifying.detainers_as_recorded(agency, fault)
    if cases:
        verifying.cases_as_recorded(agency, fault)
    return count, last, faults


def _verify_records(
    agency: Agency, expected: dict[str, dict[str, tuple[int, dict[str, Any]]]], purged: set[int], fault: Any
) -> None:
    for model in record_models():
        name = str(model._meta.model_name)
        wanted = expected.get(name, {})
        rows = model.objects.filter(agency=agency)
        for record in rows.iterator(chunk_size=2_000):
            known = wanted.pop(str(record.pk), None)
            if record.entry_id in purged:
                continue
            if known is None or known[0] != record.entry_id:
                fault(None, f"{name} {record.pk} stands in no entry of the docket")
            elif _changed(record, known[1]):
                fault(None, f"{name} {record.pk} was changed after it was written")
        for pk in wanted:
            fault(None, f"{name} {pk} is gone, though its entry is there")


def _changed(record: Record, entered: dict[str, Any]) -> bool:
    """Does a record differ from what was entered? A column that came later holds nothing but its default there; one that is gone cannot differ."""
    now = values_of(record)
    added = {name: plain(record._meta.get_field(name).get_default()) for name in now.keys() - entered.keys()}
    return any(value != (added if name in added else entered)[name] for name, value in now.items())

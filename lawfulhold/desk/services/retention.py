"""Retention: after the agency's time a closed case loses its persons; the counts and the chain stay.

What is purged: the content (and salt) of the case's entries, the encrypted columns of its records, the bytes of its papers. What stays: the
entries with their commitments and hashes, so that the chain still verifies, and one `Statistic` row from which reports count.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from lawfulhold.desk.encryption import EncryptedBytes, EncryptedJSON, EncryptedText
from lawfulhold.desk.errors import NotAllowed
from lawfulhold.desk.models import (
    Agency,
    ClaimAnswer,
    Contact,
    Custody,
    Detainer,
    DetainerEvent,
    Document,
    Entry,
    FactSheet,
    HoldEvent,
    Identifier,
    PaperReading,
    PersonDetails,
    Record,
    Release,
    Statistic,
    SubpoenaEvent,
)
from lawfulhold.desk.services import docket, register, work
from lawfulhold.desk.services.acting import By

BATCH = 100
FREE_TEXT = (
    "note",
    "says",
    "reason",
    "recipient",
    "identification",
    "interpreter",
    "asks",
    "issued_by",
    "signed_by",
    "served_on",
    "received_number",
    "dhs_number",
    "addressed_to",
    "issuer",
    "official",
    "number",
    "arresting_agency",
    "court",
    "looked_at",
    "title",
    "source",
    "language",
    "acknowledged_by",
    "statute",
    "cite",
)
"""Plain columns that people fill with words (a hold cites an opinion or a warrant in theirs): they go too. The number of the case is its own and stays."""


def due(agency: Agency, now: datetime) -> models.QuerySet[Custody]:
    """Closed cases whose retention time is over. An agency without a time keeps everything."""
    none = Custody.objects.none()
    if not agency.retention_days:
        return none
    last = now - timedelta(days=agency.retention_days)
    rows = Custody.objects.filter(agency=agency, open=False, purged_at__isnull=True, released_at__lt=last)
    held_back = Custody.objects.filter(agency=agency, subpoenas__isnull=False).exclude(
        subpoenas__state__in=("closed", "wrong-custodian")
    )
    return rows.exclude(pk__in=held_back.values("pk"))


def purge_due(by: By, *, most: int | None = None) -> int:
    """Purge what is due. Returns how many cases."""
    if by.role not in ("worker", "administrator"):
        raise NotAllowed("Retention is the administrator's.")
    count = 0
    while most is None or count < most:
        batch = list(
            due(by.agency, by.at).order_by("released_at")[: BATCH if most is None else min(BATCH, most - count)]
        )
        if not batch:
            break
        for custody in batch:
            purge(by, custody)
        count += len(batch)
    return count


def purge(by: By, custody: Custody) -> None:
    """Purge one case, in one transaction, with an entry that says so."""
    with transaction.atomic():
        docket.chain_head(by.agency)
        Statistic.objects.get_or_create(
            custody=custody,
            defaults={
                "agency": custody.agency,
                "month": by.local(custody.began_at).strftime("%Y-%m"),
                "facts": register.facts_of(custody),
            },
        )
        sheets = FactSheet.objects.filter(custody=custody)
        sheets.update(facts=None)
        entries = Entry.objects.filter(custody=custody)
        numbers = set(entries.values_list("pk", flat=True))
        numbers |= set(Detainer.objects.filter(custody=custody).values_list("entry_id", flat=True))
        numbers |= set(Detainer.objects.filter(custody=custody).values_list("events__entry_id", flat=True)) - {None}
        numbers |= set(_papers_of(custody).values_list("entry_id", flat=True))
        others = (
            Custody.objects.filter(person_id=custody.person_id, purged_at__isnull=True).exclude(pk=custody.pk).exists()
        )
        _blank_rows(custody, others)
        _blank_papers(_papers_of(custody), by.at)
        Entry.objects.filter(pk__in=numbers).update(content=None, salt=None, purged_at=by.at)
        Custody.objects.filter(pk=custody.pk).update(purged_at=by.at, surname_index="")
        docket.enter(
            by,
            "purged",
            f"Case {custody.number} purged after its retention time; {len(numbers)} entries keep their commitments.",
            entries=len(numbers),
        )


def _blank_rows(custody: Custody, person_stays: bool) -> None:
    """Empty the personal columns of every record of the case; those of the person too, unless another case of theirs is still kept."""
    for model in docket.record_models():
        for rows in _rows_of(model, custody, person_stays):
            values = blank(model)
            if values:
                rows.update(**values)


def _papers_of(custody: Custody) -> models.QuerySet[Document]:
    """The papers of a case: its own, and those that came before it was known whose they are."""
    came_with = Detainer.objects.filter(custody=custody, document__isnull=False).values("document")
    return Document.objects.filter(Q(custody=custody) | Q(pk__in=came_with))


def _blank_papers(papers: models.QuerySet[Document], at: datetime) -> int:
    """Empty papers for good, with what a machine read from them."""
    PaperReading.objects.filter(document__in=papers.values("pk")).delete()
    return papers.update(**blank(Document), purged_at=at)


def purge_never_matched(by: By) -> int:
    """Purge what came at intake and went on nobody's record: detainers returned, cancelled or received twice, and papers set aside, once the agency's time
    is over. What is still in doubt or waits for somebody stays. Returns how many detainers and papers.
    """
    if by.role not in ("worker", "administrator"):
        raise NotAllowed("Retention is the administrator's.")
    if not by.agency.retention_days:
        return 0
    last = by.at - timedelta(days=by.agency.retention_days)
    with transaction.atomic():
        docket.chain_head(by.agency)
        detainers = Detainer.objects.filter(
            agency=by.agency, custody=None, live=False, received_at__lt=last, entry__purged_at__isnull=True
        )
        rows = list(detainers.values_list("pk", flat=True))
        kept = Detainer.objects.exclude(pk__in=rows).filter(document__isnull=False).values("document")
        came = Q(pk__in=Detainer.objects.filter(pk__in=rows, document__isnull=False).values("document"))
        papers = Document.objects.filter(agency=by.agency, custody=None, purged_at__isnull=True)
        papers = papers.filter(came | Q(pk__in=_set_aside(by.agency, last))).exclude(pk__in=kept)
        documents = list(papers.values_list("pk", flat=True))
        if not rows and not documents:
            return 0
        groups: list[models.QuerySet[Any]] = [
            Detainer.objects.filter(pk__in=rows),
            DetainerEvent.objects.filter(detainer__in=rows),
            Contact.objects.filter(detainer__in=rows),
            Document.objects.filter(pk__in=documents),
        ]
        entries = {number for group in groups for number in group.values_list("entry_id", flat=True)}
        for group in groups[:3]:
            group.update(**blank(group.model))
        _blank_papers(groups[3], by.at)
        Entry.objects.filter(pk__in=entries).update(content=None, salt=None, purged_at=by.at)
        says = f"{len(rows)} detainers and {len(documents)} papers that went on nobody's record purged after the retention time."
        docket.enter(by, "purged", says, entries=len(entries))
    return len(rows) + len(documents)


def _set_aside(agency: Agency, before: datetime) -> list[str]:
    rows = Entry.objects.filter(agency=agency, kind="paper-set-aside", moment__lt=before, content__isnull=False)
    return [row.content["document"] for row in rows.only("content", "kind") if row.content and "document" in row.content]


def _rows_of(model: type[Record], custody: Custody, person_stays: bool) -> list[models.QuerySet[Any]]:
    if model is Custody or model is Release:
        return [model.objects.filter(pk=custody.pk)] if model is Custody else [model.objects.filter(custody=custody)]
    if model in (PersonDetails, Identifier):
        return [] if person_stays else [model.objects.filter(person_id=custody.person_id)]
    if model is ClaimAnswer:
        return [model.objects.filter(claim__custody=custody)]
    if model is HoldEvent:
        return [model.objects.filter(hold__custody=custody)]
    if model is SubpoenaEvent:
        return [model.objects.filter(subpoena__custody=custody)]
    names = {column.name for column in model._meta.concrete_fields}
    return [model.objects.filter(custody=custody)] if "custody" in names else []


def blank(model: type[Record]) -> dict[str, Any]:
    """The columns of a record that a purge empties, with what is put there."""
    values: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if isinstance(column, EncryptedJSON):
            values[column.name] = {}
        elif isinstance(column, EncryptedBytes):
            values[column.name] = None
        elif isinstance(column, EncryptedText) or column.name in ("index", "surname_index"):
            values[column.name] = ""
        elif (
            isinstance(column, models.CharField)
            and column.name in FREE_TEXT
            and not (model is Custody and column.name == "number")
        ):
            values[column.name] = "purged"[: column.max_length]
        elif isinstance(column, models.JSONField) and column.name in ("checklist", "inventory"):
            values[column.name] = {} if column.name == "checklist" else []
    return values


@work.handles("retention", "batches")
def every_day(by: By, payload: dict[str, Any]) -> str | None:
    """Once a day."""
    return f"{purge_due(by)} cases and {purge_never_matched(by)} detainers and papers that were never matched purged"

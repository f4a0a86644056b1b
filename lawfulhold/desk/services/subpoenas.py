"""Subpoenas: each kind by itself, to counsel the same day, nothing produced before counsel (or a court) has said so, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import CounselRequest, Custody, Document, Subpoena, SubpoenaEvent
from lawfulhold.desk.services import alerts, docket, moments, work
from lawfulhold.desk.services.acting import By

DONE = ("closed", "wrong-custodian")


def log(
    by: By,
    *,
    type: str,
    issuer: str,
    signed_by: str,
    addressed_to: str,
    served_at: datetime,
    served_how: str,
    served_on: str,
    asks: str,
    return_at: datetime | None = None,
    number: str = "",
    custody_id: Any = None,
    document: Document | None = None,
) -> Subpoena:
    """Log a demand for records as served: it goes to counsel in the same moment, and its return date is watched."""
    by.must("subpoena")
    if type not in Subpoena.TYPES:
        raise Invalid(f"It is one of {', '.join(Subpoena.TYPES)}; they compel differently.", field="type")
    for name, value in (
        ("issuer", issuer),
        ("signed_by", signed_by),
        ("addressed_to", addressed_to),
        ("served_how", served_how),
        ("served_on", served_on),
        ("asks", asks),
    ):
        if not value.strip():
            raise Invalid(
                "Who issued and signed it, to whom it is addressed, how and on whom it was served, and what it asks for are needed.",
                field=name,
            )
    served_at = moments.past(by, served_at, "served_at")
    if return_at is not None and return_at <= served_at:
        raise Invalid(
            "The return date lies before the service; it is counted from the day of service.", field="return_at"
        )
    with transaction.atomic():
        docket.chain_head(by.agency)
        custody = Custody.objects.filter(agency=by.agency, pk=custody_id).first() if custody_id else None
        row = Subpoena(
            custody=custody,
            number=number.strip()[:60],
            type=type,
            issuer=issuer.strip()[:200],
            signed_by=signed_by.strip()[:200],
            addressed_to=addressed_to.strip()[:300],
            served_at=served_at,
            served_how=served_how.strip()[:100],
            served_on=served_on.strip()[:200],
            return_at=return_at,
            asks=asks.strip(),
            document=document,
            state="to-counsel",
        )
        request = CounselRequest(
            custody=custody,
            subpoena=row,
            why="subpoena",
            due_at=return_at,
            asks=f"{Subpoena.TYPES[type]} of {row.issuer}: answer?"[:1000],
        )
        docket.enter(
            by,
            "subpoena",
            f"{Subpoena.TYPES[type]} of {row.issuer} served on {row.served_on}; sent to counsel.",
            *[item for item in (document, row, request) if item is not None],
            SubpoenaEvent(subpoena=row, kind="to-counsel", at=by.at),
            custody=custody,
        )
        alerts.alert(
            by,
            custody,
            "counsel",
            f"subpoena:{row.pk}",
            f"{Subpoena.TYPES[type]} of {row.issuer} was served.",
            "warn",
            "counsel",
            return_at,
        )
        _watch(by, row, return_at)
    return row


def _watch(by: By, row: Subpoena, return_at: datetime | None) -> None:
    for days in (3, 1) if return_at else ():
        assert return_at is not None
        work.plan(
            by.agency,
            "return-date",
            f"return-date:{row.pk}:{return_at.date()}:{days}",
            max(by.at, return_at - timedelta(days=days)),
            {"subpoena": str(row.pk), "return_at": return_at.isoformat(), "days": days},
            at=by.at,
        )


@work.handles("return-date")
def remind(by: By, payload: dict[str, Any]) -> str | None:
    """Three days and one day before the return date, unless it was answered."""
    row = Subpoena.objects.get(pk=payload["subpoena"])
    if due(row) != datetime.fromisoformat(payload["return_at"]) or row.state in (*DONE, "produced"):
        return "answered, or another date now"
    says = f"{Subpoena.TYPES[row.type]} of {row.issuer}: return date {by.local(due(row)):%Y-%m-%d}; state: {row.state}."
    alerts.alert(
        by,
        row.custody,
        "return-date",
        f"return-date:{row.pk}:{payload['return_at']}:{payload['days']}",
        says,
        "warn",
        "counsel",
        due(row),
    )
    return None


def due(row: Subpoena) -> datetime | None:
    """The return date in force, extensions counted."""
    last = row.events.filter(kind="extended").order_by("entry_id").last()
    return last.at if last else row.return_at


def permission(row: Subpoena) -> SubpoenaEvent | None:
    """What allows a production now: counsel's answer to comply, or a court's order that no stay has followed."""
    last = (
        row.events.filter(
            kind__in=("comply", "comply-in-part", "object", "negotiate", "refuse", "ordered", "stayed", "appeal")
        )
        .order_by("entry_id")
        .last()
    )
    return last if last is not None and last.kind in ("comply", "comply-in-part", "ordered") else None


def step(
    by: By,
    subpoena_id: Any,
    kind: str,
    says: str,
    *,
    at: datetime | None = None,
    inventory: Sequence[str] = (),
    court: str = "",
    document: Document | None = None,
) -> SubpoenaEvent:
    """Record a step. Counsel's answers are counsel's, and so is what a court ordered to be given; a production needs counsel's answer or a court's order, and lists what was given, all of it within
    what was allowed."""
    by.must("answer subpoena" if kind in SubpoenaEvent.COUNSELS else "subpoena")
    if kind not in SubpoenaEvent.KINDS or kind == "to-counsel":
        raise Invalid(f"The step is one of {', '.join(SubpoenaEvent.KINDS)}.", field="kind")
    if not says.strip():
        raise Invalid("Say what was done or decided.", field="says")
    given = [item.strip()[:300] for item in inventory if item.strip()]
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = Subpoena.objects.select_for_update(of=("self",)).filter(agency=by.agency, pk=subpoena_id).first()
        if row is None:
            raise NotFound("There is no such subpoena.")
        if row.state in DONE:
            raise RuleOfTheDesk("subpoena-open", "This subpoena is closed.")
        if kind in ("comply", "comply-in-part", "ordered") and not given:
            raise Invalid("List what is to be given, item by item.", field="inventory")
        if kind in ("petition", "ordered", "stayed", "appeal") and not court.strip():
            raise Invalid("Name the court.", field="court")
        if kind == "produced":
            _check_production(row, given)
        if kind == "extended" and (at is None or at <= by.at):
            raise Invalid("Give the new return date.", field="at")
        event = SubpoenaEvent(
            subpoena=row,
            kind=kind,
            at=at if kind == "extended" else moments.past(by, at),
            says=says.strip()[:1000],
            inventory=given,
            court=court.strip()[:200],
            document=document,
        )
        if kind not in ("preserved", "person-told", "extended"):
            row.state = kind
            row.save(update_fields=["state"])
        if kind in SubpoenaEvent.ANSWERS:
            for request in CounselRequest.objects.filter(subpoena=row, answered_at__isnull=True):
                request.answered_at = by.at
                request.save(update_fields=["answered_at"])
        docket.enter(
            by,
            "subpoena-step",
            f"Subpoena of {row.issuer}: {SubpoenaEvent.KINDS[kind]}. {event.says}"[:900],
            *[item for item in (document, event) if item is not None],
            custody=row.custody,
        )
        if kind == "extended":
            _watch(by, row, at)
    return event


def _check_production(row: Subpoena, given: list[str]) -> None:
    allowed = permission(row)
    if allowed is None:
        raise RuleOfTheDesk(
            "subpoena-counsel",
            "Nothing is produced before counsel has answered or a court has ordered it.",
            advice="Counsel has been asked.",
        )
    if not given:
        raise Invalid("List what was given, item by item.", field="inventory")
    beyond = [item for item in given if item not in allowed.inventory]
    if beyond:
        raise RuleOfTheDesk(
            "subpoena-inventory",
            f"{beyond[0]} is more than was allowed ({SubpoenaEvent.KINDS[allowed.kind].lower()}).",
            field="inventory",
        )

"""What the person is owed: papers served, with language, moment and proof; duties ticked off with proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Contact, Custody, Detainer, Document, DutyDone, Service
from lawfulhold.desk.services import alerts, docket, fulfilled, moments, work
from lawfulhold.desk.services.acting import By


def serve(
    by: By,
    custody_id: Any,
    paper: str,
    *,
    language: str,
    given_to: str = "person",
    detainer_id: Any = None,
    contact_id: Any = None,
    refused_to_sign: bool = False,
    interpreter: str = "",
    at: datetime | None = None,
    document: Document | None = None,
    proof: Document | None = None,
    seen: int | None = None,
) -> Service:
    """Record that a paper was given. A copy of the detainer given to the person is what makes the detainer served."""
    by.must("serve")
    if paper not in Service.PAPERS:
        raise Invalid(f"The paper is one of {', '.join(Service.PAPERS)}.", field="paper")
    if given_to not in Service.TO:
        raise Invalid(f"It is given to one of {', '.join(Service.TO)}.", field="given_to")
    if not language.strip():
        raise Invalid("Note the language of the paper.", field="language")
    with docket.changing(by, custody_id, seen) as custody:
        moment = moments.past(by, at, custody=custody)
        detainer = None
        if paper == "detainer-copy" or detainer_id:
            every = Detainer.objects.filter(custody=custody)
            detainer = (
                every.filter(pk=detainer_id).first()
                if detainer_id
                else every.filter(live=True, state="matched").order_by("received_at").last()
            )
            if detainer is None:
                raise NotFound("There is no such detainer on this case.")
        if detainer is not None and moment < detainer.received_at - timedelta(minutes=1):
            raise Invalid("It cannot have been served before it was received; check both moments.", field="at")
        contact = Contact.objects.filter(custody=custody, pk=contact_id).first() if contact_id else None
        row = Service(
            custody=custody,
            detainer=detainer,
            paper=paper,
            language=language.strip()[:40],
            at=moment,
            given_by=by.name,
            given_to=given_to,
            refused_to_sign=refused_to_sign,
            interpreter=interpreter.strip()[:200],
            contact=contact,
            document=document,
            proof=proof,
        )
        rows = [item for item in (document, proof, row) if item is not None and item._state.adding]
        if detainer is not None and paper == "detainer-copy" and given_to == "person" and detainer.served_at is None:
            detainer.served_at = moment
            detainer.save(update_fields=["served_at"])
        signed = " (refused to sign)" if refused_to_sign else ""
        docket.enter(
            by,
            "service",
            f"{Service.PAPERS[paper]} given to {Service.TO[given_to].lower()} in {language}{signed}.",
            *rows,
            custody=custody,
        )
    return row


def duties(custody: Custody) -> list[dict[str, Any]]:
    """The duties that the decision in force lists, each with whether and how it was `done` (a `fulfilled.Done`, or None) and what it still `lacks`
    once a part of it was done."""
    if custody.decision is None:
        return []
    ticked = {row.provision: row for row in DutyDone.objects.filter(custody=custody).in_force().order_by("at")}
    listed = []
    for duty in custody.decision.finding.answers["duties"]:
        done, lacks = fulfilled.by_acts(custody, duty)
        if done is None and duty["provision"] in ticked:
            done, lacks = fulfilled.by_hand(ticked[duty["provision"]]), []
        listed.append({**duty, "done": done, "lacks": lacks})
    return listed


def duty_done(
    by: By,
    custody_id: Any,
    provision: str,
    note: str,
    *,
    proof: Document | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> DutyDone:
    """Tick off a duty, saying how it was done. Raises `Invalid` for a moment in the future or before the booking."""
    by.must("serve")
    if not note.strip():
        raise Invalid("Say how it was done.", field="note")
    with docket.changing(by, custody_id, seen) as custody:
        listed = {duty["provision"]: duty for duty in duties(custody)}
        if provision not in listed:
            raise NotFound("The decision in force lists no such duty.")
        assert custody.decision is not None
        row = DutyDone(
            custody=custody,
            decision=custody.decision,
            provision=provision,
            at=moments.past(by, at, custody=custody),
            note=note.strip()[:1000],
            proof=proof,
        )
        docket.enter(
            by,
            "duty-done",
            f"Done: {listed[provision]['says']}",
            *[item for item in (proof, row) if item is not None],
            custody=custody,
        )
    return row


def unserved(by: By) -> QuerySet[Detainer]:
    """Live detainers that the person has no copy of, the oldest first."""
    rows: QuerySet[Detainer] = Detainer.objects.filter(
        agency=by.agency, live=True, state="matched", served_at__isnull=True, custody__open=True
    )
    return rows.select_related("custody").order_by("received_at")


@work.handles("unserved")
def remind_unserved(by: By, payload: dict[str, Any]) -> str | None:
    """Once a day: one alert for each detainer that is not served."""
    rows = unserved(by)
    for row in rows:
        assert row.custody is not None
        alerts.alert(
            by,
            row.custody,
            "unserved",
            f"unserved:{row.pk}:{payload['day']}",
            f"{row.custody.number}: the detainer of {by.local(row.received_at):%Y-%m-%d} has not been served on the person.",
            "warn",
            "clerk",
        )
    return f"{len(rows)} not served"

"""Records as plain data for a program: where a case stands, its answers, its clocks.

Names of persons stay at the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lawfulhold.desk.models import Booking, Contact, Custody, Detainer
from lawfulhold.desk.services import decisions, docket, queue, release


def _when(moment: datetime | None) -> str | None:
    return docket.plain(moment) if moment is not None else None


def case(custody: Custody, now: datetime, number: str | None = None, said_no: bool = False) -> dict[str, Any]:
    """Where a case stands, read anew."""
    if number is None:
        custody = Custody.objects.select_related("facility", "hold", "agency").get(pk=custody.pk)
        last = Booking.objects.filter(custody=custody).in_force().order_by("entry_id").last()
        number = last.number if last else ""
        said_no = bool(queue.counsel_said_no([custody]))
    says, urgent = queue.action(custody, now, said_no)
    return {
        "id": str(custody.pk),
        "number": custody.number,
        "booking_number": number,
        "state": custody.state,
        "open": custody.open,
        "facility": custody.facility.identifier if custody.facility else None,
        "release_due_at": _when(custody.release_due_at),
        "released_at": _when(custody.released_at),
        "hold_limit_at": _when(custody.hold_limit_at),
        "hold_answer": custody.hold_answer,
        "notify_answer": custody.notify_answer,
        "missing": custody.missing,
        "live_detainers": custody.live_detainers,
        "unserved": custody.unserved,
        "claim_open": custody.claim_open,
        "eligible_to_bail": release.eligible_to_bail(custody),
        "outcome": custody.outcome,
        "do": says,
        "urgent": urgent,
        "version": custody.version,
    }


def cases(rows: Sequence[queue.Row], now: datetime) -> list[dict[str, Any]]:
    """Lines of the queue."""
    return [case(row.custody, now, row.booking, row.said_no) for row in rows]


def answers(custody: Custody, now: datetime) -> dict[str, Any]:
    """The answers that count now. Raises `RuleOfTheDesk` when the case has no decision under the law in force."""
    standing = decisions.answer_to(custody, "hold")
    decision = standing.decision
    found = {}
    for question, given in decision.finding.answers["answers"].items():
        counts = decisions.answer_to(custody, question)
        found[question] = {
            "answer": counts.answer,
            "of_law": counts.of_law,
            "by_counsel": counts.opinion is not None and counts.answer != counts.of_law,
            "because": given.get("because"),
            "allows": counts.allows,
            "provisions": list(given.get("provisions", ())),
        }
    return {
        "case": case(custody, now),
        "decision": decision.number,
        "asked_for": _when(decision.asked_for),
        "law_version": decision.law_version,
        "answers": found,
        "missing": [dict(item) for item in decisions.missing_facts(decision)],
    }


def clocks(custody: Custody, now: datetime) -> dict[str, Any]:
    """The clocks of a case: of its decision, and the limit of a hold that runs."""
    rows = list(custody.decision.clocks) if custody.decision else []
    return {"case": case(custody, now), "clocks": rows}


def detainer(row: Detainer) -> dict[str, Any]:
    """A detainer, without what it says of a person."""
    return {
        "id": str(row.pk),
        "form": row.form,
        "state": row.state,
        "live": row.live,
        "case_id": str(row.custody_id) if row.custody_id else None,
        "sent_at": _when(row.sent_at),
        "received_at": _when(row.received_at),
        "served_at": _when(row.served_at),
        "cancelled_at": _when(row.cancelled_at),
        "channel": row.channel,
    }


def contact(row: Contact) -> dict[str, Any]:
    """A contact, without its words."""
    return {
        "id": str(row.pk),
        "direction": row.direction,
        "kind": row.kind,
        "at": _when(row.at),
        "decision": row.decision.number if row.decision else None,
    }

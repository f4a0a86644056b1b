"""The queue: who is due for release when, what may be done, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from lawfulhold.desk.encryption import blind
from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import Agency, Booking, Custody, Detainer, Identifier, Opinion, PersonDetails

PAGE = 50
VIEWS: dict[str, str] = {
    "detainers": "With a detainer",
    "due": "Release within 24 hours",
    "now": "Release due now",
    "holds": "Held",
    "open": "Question open",
    "unserved": "Not served",
    "claims": "Citizenship claims",
    "counsel": "At counsel",
    "all": "All open",
    "closed": "Ended",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    custody: Custody
    name: str
    booking: str
    says: str
    urgent: str
    said_no: bool = False


def _due(now: datetime) -> Q:
    """The release time has passed and no hold runs (one that is suspended does not), or the limit of the hold has passed."""
    return Q(release_due_at__lte=now) & (Q(hold__isnull=True) | Q(state="suspended")) | Q(hold_limit_at__lte=now)


def filtered(agency: Agency, view: str, now: datetime) -> QuerySet[Custody]:
    """The cases of a view, in the order in which they need somebody."""
    if view == "closed":
        return Custody.objects.filter(agency=agency, open=False).order_by("-released_at")
    rows = Custody.objects.filter(agency=agency, open=True)
    tests = {
        "detainers": Q(live_detainers__gt=0),
        "due": Q(release_due_at__lte=now + timedelta(hours=24)),
        "now": _due(now),
        "holds": Q(hold__isnull=False),
        "open": Q(live_detainers__gt=0, hold_answer__in=("undetermined", "unsettled", "")),
        "unserved": Q(unserved__gt=0),
        "claims": Q(claim_open=True),
        "counsel": Q(counsel_asked=True),
        "all": Q(),
    }
    if view not in tests:
        raise Invalid(f"The view is one of {', '.join(VIEWS)}.", field="view")
    return rows.filter(tests[view]).order_by(F("release_due_at").asc(nulls_last=True), "number")


def page(agency: Agency, view: str, now: datetime, number: int = 1, size: int = PAGE) -> tuple[list[Row], bool]:
    """One page of a view: its rows, and whether there is another page after it. Four queries, whatever the size of the jail."""
    start = max(0, number - 1) * size
    found = list(filtered(agency, view, now).select_related("facility", "hold")[start : start + size + 1])
    return rows_of(found[:size], now), len(found) > size


def rows_of(custodies: Sequence[Custody], now: datetime) -> list[Row]:
    """Cases as lines, with the name of the person and the booking number."""
    people: dict[Any, PersonDetails] = {}
    for details in (
        PersonDetails.objects.filter(person__in=[row.person_id for row in custodies])
        .in_force()
        .order_by("entry_id")
        .only("person_id", "surname", "given_names")
    ):
        people[details.person_id] = details
    bookings: dict[Any, str] = {}
    booked = Booking.objects.filter(custody__in=[row.pk for row in custodies]).in_force().order_by("entry_id")
    for custody_id, number in booked.values_list("custody_id", "number"):
        bookings[custody_id] = number
    no = counsel_said_no(custodies)
    lines = []
    for custody in custodies:
        person = people.get(custody.person_id)
        name = f"{person.surname}, {person.given_names}".rstrip(", ") if person and person.surname else "purged"
        says, urgent = action(custody, now, custody.pk in no)
        lines.append(Row(custody, name, bookings.get(custody.pk, ""), says, urgent, custody.pk in no))
    return lines


def counsel_said_no(custodies: Sequence[Custody]) -> set[Any]:
    """The cases in which counsel's last word on the hold is no, though the law would allow it."""
    asked = [row.pk for row in custodies if row.open and row.hold_answer not in ("prohibited", "")]
    rows = Opinion.objects.filter(custody__in=asked, question="hold").in_force().order_by("entry_id")
    last = dict(rows.values_list("custody_id", "answer")) if asked else {}
    return {custody for custody, answer in last.items() if answer == "prohibited"}


def action(custody: Custody, now: datetime, said_no: bool = False) -> tuple[str, str]:
    """What is to be done with a case, in a few words, and how urgent it is: now, soon, wait. `said_no`: counsel's last word on the hold is no."""
    due = custody.release_due_at
    if not custody.open:
        return "Ended", "wait"
    if custody.hold is not None and custody.state != "suspended":
        over = custody.hold_limit_at is not None and custody.hold_limit_at <= now
        return (
            ("Release now: the limit of the hold is reached", "now")
            if over
            else ("Held under its authority until the limit", "soon")
        )
    passed = due is not None and due <= now
    if custody.claim_open and custody.other_warrants:
        return "A judge's warrant is on record: hold on it, or record that it was recalled; citizenship claim open", "now"
    if custody.claim_open:
        return (
            "Release now: citizenship claim open, no hold"
            if passed
            else "Citizenship claim: no hold until it is answered"
        ), "now"
    if custody.hold is not None:
        return "Release now: the hold is suspended" if passed else "Release on time: the hold is suspended", "now"
    if passed:
        return "Release now" if said_no or custody.hold_answer != "required" else "Release is due: no hold is on record", "now"
    near = due is not None and due <= now + timedelta(hours=24)
    urgent = "soon" if near else "wait"
    words = {
        "required": "Hold is required: record it before the release time",
        "prohibited": "Release on time: the law forbids a hold",
        "permitted": "Release on time, unless a hold is recorded before",
        "undetermined": f"Find {custody.missing} missing facts; else release on time",
        "unsettled": "Counsel decides; else release on time",
        "": "Nothing of ICE" if not custody.live_detainers else "To be decided",
    }
    if custody.live_detainers == 0 and custody.hold_answer:
        return "No live detainer: release on time", urgent
    if said_no:
        return "Release on time: counsel said no to a hold", urgent
    if custody.unserved and custody.hold_answer in ("required", "permitted"):
        return "Serve the detainer on the person", urgent
    return words[custody.hold_answer], urgent


def totals(agency: Agency, now: datetime) -> dict[str, int]:
    """How many cases each view holds, in one query."""
    fields = {
        "detainers": Count("pk", filter=Q(live_detainers__gt=0)),
        "due": Count("pk", filter=Q(release_due_at__lte=now + timedelta(hours=24))),
        "now": Count("pk", filter=_due(now)),
        "holds": Count("pk", filter=Q(hold__isnull=False)),
        "open": Count("pk", filter=Q(live_detainers__gt=0, hold_answer__in=("undetermined", "unsettled", ""))),
        "unserved": Count("pk", filter=Q(unserved__gt=0)),
        "claims": Count("pk", filter=Q(claim_open=True)),
        "counsel": Count("pk", filter=Q(counsel_asked=True)),
        "all": Count("pk"),
    }
    return Custody.objects.filter(agency=agency, open=True).aggregate(**fields)


def to_match(agency: Agency) -> QuerySet[Detainer]:
    """Detainers that are on nobody's record yet, the oldest first."""
    return Detainer.objects.filter(agency=agency, state__in=("received", "second-look", "doubt")).order_by(
        "received_at"
    )


def search(agency: Agency, kind: str, value: str, *, most: int = 50) -> list[Custody]:
    """Cases by booking number, by another hard identifier, by the number of the case, or by surname within this agency. Exact values only: it looks up a case,
    it does not look for people."""
    rows = (
        Custody.objects.filter(agency=agency, purged_at__isnull=True)
        .select_related("facility", "hold")
        .order_by("-open", "-began_at")
    )
    if kind == "case":
        return list(rows.filter(number=value.strip())[:most])
    index = blind(kind, value)
    if not index:
        return []
    if kind == "booking":
        return list(rows.filter(bookings__index=index).distinct()[:most])
    if kind == "surname":
        return list(rows.filter(surname_index=index)[:most])
    people = Identifier.objects.filter(agency=agency, kind=kind, index=index).values("person_id")
    return list(rows.filter(person__in=people)[:most])

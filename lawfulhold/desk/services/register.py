"""The register counts: what was received, matched, served, held, told, handed over; reports come from here and from nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from lawfulhold.desk.encryption import blind
from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import Agency, Custody, Decision, Detainer, Statistic
from lawfulhold.desk.services import holds


def facts_of(custody: Custody) -> dict[str, Any]:
    """What counts need of one case; nobody can be recognised by it."""
    detainers = list(custody.detainers.exclude(state="duplicate"))
    decision = Decision.objects.filter(custody=custody).order_by("-number").first()
    kinds = {row.kind for row in custody.contacts.filter(direction="out")}
    late = holds.late_minutes(custody, custody.released_at) if custody.released_at else None
    return {
        "detainers": len(detainers),
        "served": sum(1 for row in detainers if row.served_at),
        "cancelled": sum(1 for row in detainers if row.cancelled_at),
        "after_release": sum(1 for row in detainers if row.state == "after-release"),
        "hold_answer": decision.hold if decision else "",
        "notify_answer": decision.notify if decision else "",
        "held": custody.holds.exists(),
        "told": bool(kinds & {"notice-of-release", "will-hold", "hand-over"}),
        "claims": custody.claims.count(),
        "outcome": custody.outcome,
        "minutes_after_release_time": round(late, 1) if late is not None else None,
    }


EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
LONGEST = timedelta(days=3_700)


@dataclass(frozen=True, slots=True)
class Counts:
    """The register between two days, both included."""

    first: date
    last: date
    received: int
    by_state: dict[str, int]
    by_channel: dict[str, int]
    duplicates: int
    cases: int
    sums: dict[str, int]
    outcomes: dict[str, int]
    hold_answers: dict[str, int]
    minutes_with_detainer: dict[str, float]
    minutes_without: dict[str, float]


def span(agency: Agency, first: date, last: date) -> tuple[datetime, datetime]:
    """The moments between which the days lie, in the agency's zone. Raises `Invalid` for days that no register has, or too many of them."""
    for name, day in (("first", first), ("last", last)):
        if not EARLIEST <= day <= LATEST:
            raise Invalid(f"A report covers days between {EARLIEST.year} and {LATEST.year}.", field=name)
    if not timedelta(0) <= last - first <= LONGEST:
        raise Invalid("The last day lies before the first, or more than ten years after it.", field="last")
    zone = ZoneInfo(agency.timezone)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def counts(agency: Agency, first: date, last: date) -> Counts:
    """Count the register of these days: detainers by the day of receipt, cases by the day on which they ended. Purged cases count from their statistics."""
    start, stop = span(agency, first, last)
    detainers = list(
        Detainer.objects.filter(agency=agency, received_at__gte=start, received_at__lt=stop).values_list(
            "state", "channel"
        )
    )
    duplicates = sum(1 for state, _ in detainers if state == "duplicate")
    ended = Custody.objects.filter(agency=agency, released_at__gte=start, released_at__lt=stop).select_related(
        "statistic"
    )
    rows = [_statistic(custody) for custody in ended]
    sums: Counter[str] = Counter()
    for row in rows:
        for name in ("detainers", "served", "cancelled", "after_release", "claims"):
            sums[name] += int(row[name])
        sums["held"] += bool(row["held"])
        sums["told"] += bool(row["told"])
    with_one = [row for row in rows if row["detainers"] - row["after_release"] > 0]
    without = [row for row in rows if row["detainers"] - row["after_release"] <= 0]
    return Counts(
        first,
        last,
        len(detainers) - duplicates,
        dict(Counter(state for state, _ in detainers if state != "duplicate")),
        dict(Counter(channel for state, channel in detainers if state != "duplicate")),
        duplicates,
        len(rows),
        dict(sums),
        dict(Counter(row["outcome"] or "unknown" for row in with_one)),
        dict(Counter(row["hold_answer"] or "not asked" for row in with_one)),
        _minutes(with_one),
        _minutes(without),
    )


def _statistic(custody: Custody) -> dict[str, Any]:
    kept = Statistic.objects.filter(custody=custody).first() if custody.purged_at else None
    return kept.facts if kept is not None else facts_of(custody)


def _minutes(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Minutes between the release time and the release: how many cases, the median, the longest."""
    found = [row["minutes_after_release_time"] for row in rows if row["minutes_after_release_time"] is not None]
    return {
        "cases": len(found),
        "median": round(median(found), 1) if found else 0.0,
        "longest": max(found, default=0.0),
    }


# ---------------------------------------------------------------------------------------------- ICE's own list


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of ICE's list against the register. `kind`: agrees, not-received, other-place, ours-only, other-outcome."""

    kind: str
    says: str
    line: Mapping[str, str] | None
    detainer: Detainer | None


PLACE_WORDS = {
    "facility": "facility identifier",
    "dhs_number": "number of the detainer",
    "surname": "surname",
    "sent": "day it was issued",
}


def reconcile(agency: Agency, lines: Iterable[Mapping[str, str]], first: date, last: date) -> list[Difference]:
    """Set a list of detainers that ICE says it sent (columns: facility, dhs_number, surname, sent, outcome) against the register.

    A line whose facility is not one of this agency's, by its identifier, is another place's: a name is not looked at. What ICE says it sent and the
    register does not have is `not-received`, which is not `declined`.
    """
    start, stop = span(agency, first, last)
    own = {row.identifier for row in agency.facilities.all()}
    every = list(
        Detainer.objects.filter(
            agency=agency, received_at__gte=start - timedelta(days=60), received_at__lt=stop + timedelta(days=60)
        )
        .exclude(state="duplicate")
        .select_related("custody")
    )
    by_number: dict[str, Detainer] = {row.dhs_number: row for row in every if row.dhs_number}
    seen: set[Any] = set()
    found: list[Difference] = []
    for line in lines:
        place = str(line.get("facility", "")).strip().upper()
        if place not in own:
            found.append(
                Difference("other-place", f"Facility {place or 'not named'} is not one of this agency's.", line, None)
            )
            continue
        row = by_number.get(str(line.get("dhs_number", "")).strip()) or _by_name(every, line, agency)
        if row is None:
            found.append(
                Difference("not-received", "ICE lists it as sent; the register has no receipt of it.", line, None)
            )
            continue
        seen.add(row.pk)
        theirs = str(line.get("outcome", "")).strip().lower()
        ours = row.custody.outcome if row.custody else row.state
        if theirs and theirs == "declined" and ours not in ("declined", ""):
            found.append(Difference("other-outcome", f"ICE lists it as declined; the register says {ours}.", line, row))
        else:
            found.append(
                Difference(
                    "agrees",
                    f"Received {row.received_at.astimezone(ZoneInfo(agency.timezone)):%Y-%m-%d %H:%M}.",
                    line,
                    row,
                )
            )
    found += [
        Difference("ours-only", "In the register, not on ICE's list.", None, row)
        for row in every
        if row.pk not in seen and start <= row.received_at < stop
    ]
    return found


def _by_name(every: list[Detainer], line: Mapping[str, str], agency: Agency) -> Detainer | None:
    index = blind("surname", str(line.get("surname", "")))
    day = str(line.get("sent", "")).strip()
    fitting = [
        row
        for row in every
        if index
        and row.surname_index == index
        and row.sent_at is not None
        and row.sent_at.astimezone(ZoneInfo(agency.timezone)).date().isoformat() == day
    ]
    return fitting[0] if len(fitting) == 1 else None

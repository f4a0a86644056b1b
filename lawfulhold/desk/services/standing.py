"""Where a case stands: worked out from its records, never typed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lawfulhold.desk.models import (
    CitizenshipClaim,
    CounselRequest,
    Custody,
    Detainer,
    Hold,
    HoldEvent,
    Outcome,
    PersonDetails,
    Release,
    ReleaseDue,
    Stay,
    Transfer,
    Warrant,
)
from lawfulhold.desk.services.acting import By


def refresh(by: By, custody: Custody) -> None:
    """Work out the standing columns, decide again when facts changed, move the version on, save. Inside a transaction."""
    from lawfulhold.desk.services import clocks, decisions

    work_out(custody, by.at)
    if custody.open:
        before = custody.decision_id
        decisions.decide_if_changed(by, custody)
        if custody.decision_id != before:  # a decision may have ended a hold, or asked counsel
            work_out(custody, by.at)
        clocks.plan(by, custody)
    custody.version += 1
    custody.save(update_fields=list(custody.standing))


def work_out(custody: Custody, at: datetime) -> None:
    """The standing columns as they follow from the records (all but those that a decision sets)."""
    stay = Stay.objects.filter(custody=custody).in_force().order_by("arrived_at", "recorded_at").last()
    custody.facility_id = stay.facility_id if stay else None
    details = PersonDetails.objects.filter(person_id=custody.person_id).in_force().order_by("recorded_at").last()
    custody.surname_index = details.surname_index if details else ""
    due = ReleaseDue.objects.filter(custody=custody).in_force().order_by("entry_id").last()
    custody.release_due_at = due.at if due else None
    release = Release.objects.filter(custody=custody).in_force().order_by("at").last()
    gone = Transfer.objects.filter(custody=custody).in_force().exclude(to="court").order_by("at").last()
    custody.released_at = release.at if release else gone.at if gone else None
    live = Detainer.objects.filter(custody=custody, live=True, state="matched")
    custody.live_detainers = live.count()
    custody.unserved = live.filter(served_at__isnull=True).count()
    custody.claim_open = CitizenshipClaim.objects.filter(custody=custody, answers__isnull=True).exists()
    hold = Hold.objects.filter(custody=custody).exclude(pk__in=ended_holds(custody)).order_by("starts_at").last()
    custody.hold = hold
    custody.hold_limit_at = limit_of(hold, custody) if hold else None
    custody.counsel_asked = CounselRequest.objects.filter(custody=custody, answered_at__isnull=True).exists()
    custody.other_warrants = Warrant.objects.filter(custody=custody, judicial=True, ended="").in_force().exists()
    outcome = Outcome.objects.filter(custody=custody).in_force().order_by("entry_id").last()
    custody.outcome = outcome.value if outcome else _outcome(custody, release, gone)
    custody.state = _state(custody, release, gone, hold, at)
    custody.open = custody.state not in ("released", "transferred", "closed")


def limit_of(hold: Hold, custody: Custody) -> datetime:
    """The limit of a hold: as it was recorded, or earlier where the decision in force gives it so, or, on a judge's warrant, where the release time is
    earlier now. It never moves later."""
    from lawfulhold.desk.services import holds

    if hold.authority == "warrant":
        due = custody.release_due_at
        return hold.limit_at if due is None else min(hold.limit_at, holds.review(due, hold.recorded_at))
    until = holds.limit(custody.decision) if custody.decision is not None else None
    return hold.limit_at if until is None else min(hold.limit_at, until[0])


def ended_holds(custody: Custody) -> Any:
    """The holds of a case that have ended; not those that ended only with a release or transfer that was recorded by mistake."""
    return HoldEvent.objects.filter(hold__custody=custody, kind="ended").in_force().values("hold")


def suspended(hold: Hold) -> bool:
    """Is the hold suspended (and not resumed)?"""
    last = HoldEvent.objects.filter(hold=hold, kind__in=("suspended", "resumed")).order_by("entry_id").last()
    return last is not None and last.kind == "suspended"


def _state(custody: Custody, release: Release | None, gone: Transfer | None, hold: Hold | None, at: datetime) -> str:
    if release is not None:
        return "released"
    if gone is not None:
        return "transferred"
    if hold is not None:
        return "suspended" if suspended(hold) else "hold-running"
    if custody.release_due_at is not None:
        return "release-due" if custody.release_due_at <= at else "release-pending"
    if not custody.live_detainers:
        return "booked"
    return "waiting" if custody.decision_id else "screening"


def _outcome(custody: Custody, release: Release | None, gone: Transfer | None) -> str:
    """What the records say became of the case; 'unknown' is a value, '' means it is still open."""
    if gone is not None and gone.for_ice:
        return "collected"
    if gone is not None:
        return "moved-on"
    if release is None:
        return ""
    if release.reason == "court":
        return "released-by-court"
    if release.reason == "citizenship":
        return "citizen"
    every = Detainer.objects.filter(custody=custody)
    if not every.exists():
        return "no-detainer"
    if not [item for item in every if item.received_at <= release.at]:
        return "received-after-release"
    if not every.filter(cancelled_at__isnull=True).exists():
        return "cancelled"
    held = Hold.objects.filter(custody=custody).exists()
    told = custody.contacts.filter(direction="out", kind__in=("notice-of-release", "will-hold", "hand-over")).exists()
    return "notified-not-collected" if held or told else "declined"

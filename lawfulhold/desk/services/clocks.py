"""The clocks of a case at work: alerts before the release, the release that falls due, the limit of a hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lawfulhold.desk.models import Custody, HoldEvent, Work
from lawfulhold.desk.services import docket, work
from lawfulhold.desk.services.acting import By

BEFORE_RELEASE = {24: "release-24h", 4: "release-4h", 1: "release-1h", 0: "release-due"}
BEFORE_LIMIT = (4, 1, 0)


def plan(by: By, custody: Custody) -> None:
    """Plan the alerts of a case for its present release time and hold limit; those planned for an earlier reading find nothing to do."""
    rows = []
    if custody.release_due_at is not None and custody.live_detainers:
        for hours in _still_to_come(custody.release_due_at, tuple(BEFORE_RELEASE), by.at):
            rows.append(_row(by, custody, "release-alert", custody.release_due_at, hours))
    if custody.hold_limit_at is not None:
        for hours in _still_to_come(custody.hold_limit_at, BEFORE_LIMIT, by.at):
            rows.append(_row(by, custody, "limit-alert", custody.hold_limit_at, hours))
    work.plan_many(rows)


def plan_anew(custody: Custody) -> None:
    """Forget the alerts whose turn came while the case was closed by mistake, so that `plan` plans them again. What was said then is not said twice."""
    for kind in ("release-alert", "limit-alert"):
        Work.objects.filter(agency_id=custody.agency_id, key__startswith=f"{kind}:{custody.pk}:", finished_at__isnull=False).delete()


def _still_to_come(moment: datetime, hours: tuple[int, ...], at: datetime) -> list[int]:
    """The alerts that lie ahead, and of those whose time has passed only the nearest."""
    ahead = [each for each in hours if moment - timedelta(hours=each) > at]
    passed = [each for each in hours if each not in ahead]
    return ahead + ([min(passed)] if passed else [])


def _row(by: By, custody: Custody, kind: str, moment: datetime, hours: int) -> Work:
    due = max(moment - timedelta(hours=hours), by.at)
    return Work(
        agency=by.agency,
        kind=kind,
        key=f"{kind}:{custody.pk}:{moment:%Y%m%dT%H%M%S}:{hours}",
        due_at=due,
        created_at=by.at,
        payload={"custody": str(custody.pk), "moment": moment.isoformat(), "hours": hours},
    )


@work.handles("release-alert")
def release_alert(by: By, payload: dict[str, Any]) -> str | None:
    """24, 4 and 1 hours before the release, and when it is due."""
    from lawfulhold.desk.services import alerts, counsel, decisions

    with docket.changing(by, payload["custody"]) as custody:
        moment, hours = datetime.fromisoformat(payload["moment"]), int(payload["hours"])
        if not custody.open or custody.release_due_at != moment or not custody.live_detainers:
            return "the release time is another one now"
        open_question = custody.hold_answer in ("undetermined", "unsettled", "")
        if custody.decision_id and custody.agency.law_id == custody.law_id:
            open_question = decisions.answer_to(custody, "hold").answer in ("undetermined", "unsettled")
        if open_question and hours and custody.hold_id is None:
            counsel.ask_automatically(
                by,
                custody,
                "release-near",
                f"The release is due at {by.local(moment):%Y-%m-%d %H:%M} and whether a hold is lawful is open. "
                "May the person be held? Without an authority on record the release goes ahead on time.",
                moment,
            )
        level = "now" if hours <= 1 else "warn"
        alerts.alert(
            by,
            custody,
            BEFORE_RELEASE[hours],
            f"release:{custody.pk}:{payload['moment']}:{hours}",
            at_release_words(by, custody, hours),
            level,
            "clerk",
            moment,
        )
        if not custody.entries.filter(moment=by.at).exists():
            docket.enter(by, "release-due", "The release time has come.", custody=custody)
    return None


def at_release_words(by: By, custody: Custody, hours: int) -> str:
    """What is to be done at the release time, as the case stands: said before it comes."""
    assert custody.release_due_at is not None
    when = f"at {by.local(custody.release_due_at):%H:%M on %Y-%m-%d}"
    start = (
        f"{custody.number}: release is due now ({when[3:]})"
        if hours == 0
        else f"{custody.number}: release in {hours} h, {when}"
    )
    running = custody.hold is not None and custody.state != "suspended"
    if running:
        return f"{start}. A hold with its authority is on record."
    if custody.claim_open and custody.other_warrants:
        return f"{start}. A citizenship claim is open: no hold on the detainer. A judge's warrant is on record: record the hold on it, or that it was recalled."
    if custody.claim_open:
        return f"{start}. A citizenship claim is open: no hold. Release on time."
    if custody.hold is not None:
        return f"{start}. The hold is suspended and no authority. Release on time."
    from lawfulhold.desk.services import decisions

    answer = decisions.answer_that_counts(custody, "hold")
    if answer == "prohibited" and custody.hold_answer != "prohibited":
        return f"{start}. Counsel: no hold. Release on time."
    if answer == "required":
        return f"{start}. The law requires the hold: record it with its authority and papers before the release time, or release on time."
    if answer == "prohibited":
        return f"{start}. The law forbids a hold. Release on time."
    if answer == "permitted":
        return f"{start}. No authority to hold is on record; one would be permitted. Without it: release on time."
    return f"{start}. No authority to hold is on record and the question is open. Release on time."


@work.handles("limit-alert")
def limit_alert(by: By, payload: dict[str, Any]) -> str | None:
    """Before the limit of a hold; at the limit the hold ends."""
    from lawfulhold.desk.services import alerts

    with docket.changing(by, payload["custody"]) as custody:
        moment, hours = datetime.fromisoformat(payload["moment"]), int(payload["hours"])
        hold = custody.hold
        if not custody.open or hold is None or custody.hold_limit_at != moment:
            return "the hold is another one now, or has ended"
        if hours:
            says = f"{custody.number}: the hold ends in {hours} h, at {by.local(moment):%H:%M on %Y-%m-%d} ({hold.limit_cite})."
            alerts.alert(
                by,
                custody,
                "hold-limit",
                f"limit:{hold.pk}:{moment:%Y%m%dT%H%M%S}:{hours}",
                says,
                "now" if hours == 1 else "warn",
                "clerk",
                moment,
            )
            return None
        end_hold(by, custody, "The limit of the hold is reached.")
        alerts.alert(
            by,
            custody,
            "hold-limit",
            f"limit:{hold.pk}:0",
            f"{custody.number}: the limit of the hold is reached. Release now.",
            "now",
            "clerk",
            moment,
        )
    return None


def end_hold(by: By, custody: Custody, reason: str) -> None:
    """End the hold that runs, with the reason. Inside a transaction that changes the case."""
    hold = custody.hold
    if hold is not None:
        docket.enter(
            by,
            "hold-ended",
            f"Hold ended: {reason}",
            HoldEvent(hold=hold, kind="ended", at=by.at, reason=reason),
            custody=custody,
        )
        custody.hold = None
        custody.hold_limit_at = None

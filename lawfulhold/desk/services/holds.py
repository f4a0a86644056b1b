"""Holds past the release time: recorded with their authority, from the moment of the record on and never for the time before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Custody, Decision, Hold, HoldEvent, Transfer
from lawfulhold.desk.models.record import Record
from lawfulhold.desk.services import alerts, claims, clocks, decisions, docket, release, standing
from lawfulhold.desk.services.acting import By

REVIEW_OF_A_WARRANT = timedelta(hours=48)


def readings(decision: Decision) -> list[dict[str, Any]]:
    """Every reading of the longest hold that the decision shows; one of them governs."""
    return [row for row in decision.clocks if row["name"] == "longest hold"]


def limit(decision: Decision) -> tuple[datetime, str] | None:
    """When the longest hold ends and under which citation; None when no clock of the decision says so."""
    for row in readings(decision):
        if row["governs"] and row["ends_at"]:
            return datetime.fromisoformat(row["ends_at"]), str(row["cite"])
    return None


def what_stands_against(by: By, custody: Custody, authority: str = "") -> list[RuleOfTheDesk]:
    """Every reason why no hold can be recorded now; empty when one can. The screen shows it before anybody tries.

    A citizenship claim stops a hold on a detainer. A judge's warrant is not the jail's to set aside: it keeps the person, and counsel has been called.
    """
    found: list[RuleOfTheDesk] = []
    warrant = authority == "warrant"
    if not custody.open:
        found.append(RuleOfTheDesk("hold-open", "This custody has ended."))
    if custody.release_due_at is None:
        found.append(
            RuleOfTheDesk(
                "hold-release-known",
                "The release time is not known yet; until then other custody keeps the person and nothing is to be held.",
            )
        )
    if custody.claim_open and not warrant:
        found.append(
            RuleOfTheDesk(
                "hold-claim",
                "A citizenship claim is open. Nobody is held on a detainer until it is answered.",
                advice="Counsel has been asked.",
            )
        )
    if custody.hold is not None and not (warrant and standing.suspended(custody.hold)):
        found.append(RuleOfTheDesk("hold-once", "A hold is on record already."))
    if warrant:
        if not release.judges_warrants(custody).exists():
            found.append(
                RuleOfTheDesk(
                    "hold-warrant",
                    "No warrant or order signed by a judge is on record.",
                    advice="An I-200 or I-205 is not one.",
                )
            )
        return found
    if not custody.live_detainers:
        found.append(RuleOfTheDesk("hold-detainer", "No live detainer is on this case."))
    elif custody.unserved:
        found.append(
            RuleOfTheDesk(
                "hold-served",
                "The detainer has not been served on the person; unserved it has no effect.",
                advice="Serve a copy first.",
            )
        )
    unasked = claims.to_be_asked(custody)
    if unasked:
        found.append(
            RuleOfTheDesk(
                "hold-birthplace",
                f"{unasked} Nobody is held before citizenship was asked about.",
                advice="Ask, and note it: correct the birthplace, record a claim, or record the look for citizenship in the release checklist.",
            )
        )
    try:
        answer = decisions.answer_to(custody, "hold")
    except RuleOfTheDesk as error:
        return [*found, error]
    if not answer.allows:
        words = {
            "prohibited": "The law forbids the hold",
            "undetermined": "Whether a hold is lawful depends on missing facts",
            "unsettled": "The law does not settle whether a hold is lawful",
        }[answer.answer]
        advice = {
            "prohibited": "Release on time.",
            "undetermined": "State the missing facts, or release on time.",
            "unsettled": "Counsel decides; without counsel's answer, release on time.",
        }[answer.answer]
        if answer.answer != answer.of_law:
            words, advice = "Counsel has said no to a hold", "Release on time, or ask counsel again."
        found.append(RuleOfTheDesk("hold-authority", f"{words}.", advice=advice))
    elif custody.release_due_at is not None and by.at > custody.release_due_at and answer.of_law != "required":
        found.append(
            RuleOfTheDesk(
                "hold-in-time",
                "The release time has passed and no authority to hold was on record.",
                advice="Release now.",
            )
        )
    else:
        moved = release.moved_after_it_passed(custody)
        if moved is not None and not _counsel_spoke_after(answer, moved):
            found.append(
                RuleOfTheDesk(
                    "hold-in-time",
                    "A release time passed and was moved afterwards.",
                    advice="Counsel looks at it first; without counsel's word, release on time.",
                )
            )
    if custody.release_due_at is not None:
        until, cite = _longest(custody, answer)
        if until <= by.at:
            found.append(RuleOfTheDesk("hold-limit", f"The limit of the hold has passed ({cite}).", advice="Release now."))
    return found


def _counsel_spoke_after(answer: decisions.Standing, row: Record) -> bool:
    """Has counsel, since that record was made, given an opinion on the hold that counts now?"""
    return answer.opinion is not None and answer.opinion.recorded_at > row.recorded_at


def _longest(custody: Custody, answer: decisions.Standing) -> tuple[datetime, str]:
    """How long a hold on a detainer may last that is recorded now, and why. A hold that ended is not begun anew by another one: within one custody a
    later hold ends with the limit of the first that ran, unless counsel has spoken since."""
    assert custody.release_due_at is not None
    until = limit(answer.decision)
    if until is None:
        until = custody.release_due_at + timedelta(hours=48), "Form I-247A: 48 hours at the longest"
    ends = HoldEvent.objects.filter(hold__custody=custody, kind="ended", at__gt=F("hold__starts_at")).in_force()
    ran = list(ends.exclude(hold__authority="warrant").select_related("hold").order_by("entry_id"))
    first = min((end.hold for end in ran), key=lambda row: row.limit_at, default=None)
    if first is None or first.limit_at >= until[0] or _counsel_spoke_after(answer, ran[-1]):
        return until
    return first.limit_at, f"the limit of the first hold; there is no second one without counsel's word: {first.limit_cite}"


def hold(
    by: By,
    custody_id: Any,
    authority: str,
    *,
    warrant_id: Any = None,
    provision: str = "",
    note: str = "",
    seen: int | None = None,
) -> Hold:
    """Record a hold past the release time, with its authority.

    `authority`: statute (the law requires it), permission (the law permits it and the agency decides to), opinion (counsel settled it) or warrant
    (a judge's). It must be the one that the decision in force bears out. Raises `RuleOfTheDesk` with what stands against it.
    """
    by.must("hold")
    if authority not in Hold.AUTHORITIES:
        raise Invalid(
            f"The authority is one of {', '.join(Hold.AUTHORITIES)}; without one there is no hold.", field="authority"
        )
    with docket.changing(by, custody_id, seen) as custody:
        against = what_stands_against(by, custody, authority)
        if against:
            raise against[0]
        assert custody.release_due_at is not None
        if authority == "warrant":
            row = _on_warrant(by, custody, warrant_id)
            clocks.end_hold(by, custody, "It was suspended; a judge's warrant keeps the person now.")
        else:
            row = _on_law(by, custody, authority, provision)
        row.note = note.strip()[:1000]
        without = round(late_minutes(custody, by.at) or 0)
        says = f"Until the hold was recorded the person was kept {without} minutes past the release time without an authority on record."
        docket.enter(
            by,
            "hold",
            f"Hold recorded from {by.local(row.starts_at):%Y-%m-%d %H:%M}, at the longest to {by.local(row.limit_at):%Y-%m-%d %H:%M}: "
            f"{Hold.AUTHORITIES[authority].lower()} ({row.cite}).{f' {says}' if without else ''}",
            row,
            custody=custody,
            **({"minutes_without": without} if without else {}),
        )
        if without:
            key = f"late-hold:{row.pk}"
            alerts.alert(by, custody, "release-due", key, f"{custody.number}: {says}", "now", "supervisor", row.starts_at)
    return row


def _on_law(by: By, custody: Custody, authority: str, provision: str) -> Hold:
    assert custody.release_due_at is not None
    answer = decisions.answer_to(custody, "hold")
    expected = (
        "opinion"
        if answer.opinion is not None and answer.of_law not in decisions.ALLOWING
        else "statute"
        if answer.of_law == "required"
        else "permission"
    )
    if authority != expected:
        raise RuleOfTheDesk(
            "hold-authority",
            f"The decision in force gives another authority: {Hold.AUTHORITIES[expected].lower()}.",
            field="authority",
        )
    deciding = answer.decision.finding.answers["answers"]["hold"]["provisions"]
    if expected == "opinion":
        assert answer.opinion is not None
        chosen, cite = (
            "",
            f"Opinion of counsel, {by.local(answer.opinion.recorded_at):%Y-%m-%d %H:%M}: {answer.opinion.reason}"[:400],
        )
    else:
        fitting = [item for item in deciding if item["effect"] in decisions.ALLOWING and provision in ("", item["id"])]
        if not fitting:
            raise RuleOfTheDesk(
                "hold-authority", f"{provision or 'No provision'} is not what the decision rests on.", field="provision"
            )
        chosen, cite = fitting[0]["id"], fitting[0]["cite"][:400]
    until = _longest(custody, answer)
    newest = custody.detainers.filter(live=True, state="matched").order_by("received_at").last()
    return Hold(
        custody=custody,
        decision=answer.decision,
        authority=authority,
        provision=chosen,
        cite=cite,
        detainer=newest,
        opinion=answer.opinion,
        starts_at=max(custody.release_due_at, by.at),
        limit_at=until[0],
        limit_cite=until[1][:400],
        readings=readings(answer.decision),
        approved_by=by.name,
    )


def _on_warrant(by: By, custody: Custody, warrant_id: Any) -> Hold:
    assert custody.release_due_at is not None
    usable = release.judges_warrants(custody)
    warrant = usable.filter(pk=warrant_id).first() if warrant_id else usable.order_by("entry_id").last()
    if warrant is None:
        raise RuleOfTheDesk("hold-warrant", "That is not a judge's warrant of this case.", field="warrant")
    decision = decisions.ensure(by, custody)
    cite = f"{warrant}, signed by {warrant.signed_by}, {warrant.statute}"[:400]
    return Hold(
        custody=custody,
        decision=decision,
        authority="warrant",
        cite=cite,
        warrant=warrant,
        starts_at=max(custody.release_due_at, by.at),
        limit_at=review(custody.release_due_at, by.at),
        limit_cite="a judge's warrant; to be looked at again after 48 hours",
        approved_by=by.name,
    )


def review(due: datetime, recorded: datetime) -> datetime:
    """When a hold on a judge's warrant is looked at again: 48 hours after it began, at the release time or when it was recorded later."""
    return max(due, recorded) + REVIEW_OF_A_WARRANT


def end(by: By, custody_id: Any, reason: str, *, seen: int | None = None) -> Custody:
    """End a hold before its limit. Afterwards the release is due. A hold that the law requires is ended by a supervisor."""
    by.must("release")
    if not reason.strip():
        raise Invalid("Say why the hold ends.", field="reason")
    with docket.changing(by, custody_id, seen) as custody:
        if custody.hold is None:
            raise NotFound("No hold runs.")
        required = custody.hold.authority != "warrant" and decisions.answer_that_counts(custody, "hold") == "required"
        over = standing.suspended(custody.hold) or (custody.hold_limit_at is not None and custody.hold_limit_at <= by.at)
        if required and not over and by.role != "supervisor":
            raise RuleOfTheDesk(
                "hold-required",
                "The law requires this hold.",
                advice="Record what ends it (a cancellation, a claim, the court's order), or call the supervisor, who can end it with a reason.",
            )
        clocks.end_hold(by, custody, reason.strip())
        alerts.alert(
            by,
            custody,
            "release-due",
            f"hold-ended:{custody.pk}:{by.at.isoformat()}",
            f"{custody.number}: the hold has ended. Release now.",
            "now",
            "clerk",
            by.at,
        )
    return custody


def late_minutes(custody: Custody, now: datetime) -> float | None:
    """Minutes that the person is, or was, kept past the release time without an authority on record; None when the time is not known.

    They are the gaps between the release time, every hold (from the moment it was recorded) and the release. A hold that is suspended, or past its
    limit, is none.
    """
    if custody.release_due_at is None:
        return None
    due, until = custody.release_due_at, custody.released_at or now
    without = (until - due).total_seconds()
    for held in Hold.objects.filter(custody=custody).order_by("entry_id") if without > 0 else ():
        for begun, ended in _runs(held, custody, until):
            without -= max(0.0, (ended - max(begun, due)).total_seconds())
    return max(0.0, without / 60)


def _runs(held: Hold, custody: Custody, until: datetime) -> list[tuple[datetime, datetime]]:
    """From when to when a hold kept the person, up to `until`: recorded, not suspended, not ended, within its limit."""
    limit_at = min(until, standing.limit_of(held, custody))
    runs, begun = [], held.recorded_at if held.recorded_at < limit_at else None
    for event in held.events.in_force().order_by("entry_id"):
        if begun is not None and event.kind in ("suspended", "ended"):
            runs.append((begun, min(event.at, limit_at)))
            begun = None
        elif event.kind == "resumed" and event.at < limit_at:
            begun = event.at
    return [*runs, (begun, limit_at)] if begun is not None else runs


def handed_over(custody: Custody) -> Transfer | None:
    """The transfer that ended the custody, if one did."""
    return Transfer.objects.filter(custody=custody).in_force().exclude(to="court").order_by("at").last()

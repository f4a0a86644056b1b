"""Transfers: to ICE (or anybody who acts for ICE) only as the decision allows; to another jail with the papers, which the next desk acknowledges."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import (
    Agency,
    Custody,
    Detainer,
    DetainerEvent,
    Document,
    Facility,
    HandOver,
    Stay,
    Transfer,
    Warrant,
)
from lawfulhold.desk.services import alerts, booking, clocks, decisions, docket, immigration, moments, standing, work
from lawfulhold.desk.services.acting import By


def move(
    by: By, custody_id: Any, facility_identifier: str, *, at: datetime | None = None, seen: int | None = None
) -> Stay:
    """Move the person to another facility of the same agency: the custody goes on, and so do its detainers."""
    by.must("intake")
    with docket.changing(by, custody_id, seen) as custody:
        moment = moments.past(by, at, custody=custody)
        place = booking.facility(by, facility_identifier)
        if custody.facility_id == place.pk:
            raise Invalid("The person is there already.", field="facility")
        row = Stay(custody=custody, facility=place, arrived_at=moment)
        docket.enter(by, "moved", f"Moved to {place.name}.", row, custody=custody)
    return row


def for_ice(to: str, facility: Facility | None, *who: str) -> bool:
    """Is this a hand-over to ICE? Whoever runs a place for ICE, or fetches for ICE, is ICE; and whoever takes the person over under the name of an
    immigration authority (`who`: the recipient, the identification), whatever destination was chosen."""
    return to in ("ice", "for-ice") or bool(immigration.named_in(*who, *((facility.operator, facility.name) if facility is not None else ())))


OF_THE_REMOVAL = ("judicial-civil", "detention-order")
"""A judge's papers that keep the person for ICE and for nobody else."""
FOR_ICE = ("federal-criminal", *OF_THE_REMOVAL, *Warrant.ADMINISTRATIVE)
"""The papers that a hand-over to ICE can rest on: a state's criminal or bench warrant takes the person to that state's court."""


def _warrant(custody: Custody, ice: bool, warrant_id: Any) -> Warrant:
    """The warrant that a transfer rests on. Raises `Invalid` for one that is not in force on this case, `RuleOfTheDesk` for one of another kind."""
    rows = Warrant.objects.filter(custody=custody, ended="").in_force()
    row = next((each for each in rows if str(each.pk) == str(warrant_id)), None)
    if row is None:
        raise Invalid(
            "That is no warrant of this case that is in force.", advice="Record the warrant first.", field="warrant"
        )
    if ice and row.type not in FOR_ICE:
        raise RuleOfTheDesk(
            "transfer-warrant", f"{row} does not hand the person over to ICE.",
            advice="It comes first: execute it, or record that it was recalled.", field="warrant",
        )  # fmt: skip
    if not ice and not (row.judicial and row.issuer_office in Warrant.JUDGES):
        raise RuleOfTheDesk(
            "transfer-warrant", f"{row} is not signed by a judge: it takes the person nowhere but to ICE.",
            advice="Name the judge's warrant, or transfer without one.", field="warrant",
        )  # fmt: skip
    return row


def what_stands_against(by: By, custody: Custody, rests_on: Warrant | None = None) -> list[RuleOfTheDesk]:
    """Every reason why the person cannot be handed over to ICE now, `rests_on` being the warrant that the hand-over executes."""
    found: list[RuleOfTheDesk] = []
    if custody.claim_open:
        found.append(RuleOfTheDesk("transfer-claim", "A citizenship claim is open."))
    try:
        answer = decisions.answer_to(custody, "transfer")
    except RuleOfTheDesk as error:
        return [*found, error]
    suspended = custody.hold is not None and standing.suspended(custody.hold)
    lawful_hold = not suspended and custody.hold_limit_at is not None and custody.hold_limit_at > by.at
    if answer.answer == "prohibited":
        found.append(RuleOfTheDesk("ice-allowed", "The law forbids the hand-over."))
    elif not answer.allows and not lawful_hold:
        found.append(
            RuleOfTheDesk(
                "ice-allowed", "Whether the person may be handed over is open, and no hold with its authority runs."
            )
        )
    if custody.hold is not None and not lawful_hold:
        says = "The hold is suspended and no authority." if suspended else "The limit of the hold has passed."
        found.append(RuleOfTheDesk("hold-limit", says, advice="Release now."))
    if custody.release_due_at is None or (
        custody.release_due_at > by.at and custody.hold is None and answer.answer != "required"
    ):
        found.append(
            RuleOfTheDesk("transfer-time", "Criminal custody has not ended; ICE takes over at the release, not before.")
        )
    elif custody.release_due_at > by.at:
        found.append(RuleOfTheDesk("transfer-time", "The release time has not come."))
    elif custody.hold is None and custody.release_due_at + timedelta(minutes=30) < by.at:
        found.append(
            RuleOfTheDesk(
                "transfer-time", "The release time has passed and no hold was on record.", advice="Release now."
            )
        )
    held_on = custody.hold.warrant if custody.hold is not None else None
    executed = [rests_on.pk] if rests_on is not None else []
    executed += [held_on.pk] if held_on is not None and held_on.type in OF_THE_REMOVAL else []
    if Warrant.objects.filter(custody=custody, judicial=True, ended="").in_force().exclude(pk__in=executed).exists():
        found.append(RuleOfTheDesk("warrant-outstanding", "A judge's warrant is on record; it comes first."))
    return found


def transfer(
    by: By,
    custody_id: Any,
    to: str,
    *,
    recipient: str,
    facility_identifier: str = "",
    identification: str = "",
    warrant_id: Any = None,
    at: datetime | None = None,
    receipt: Document | None = None,
    note: str = "",
    seen: int | None = None,
) -> Transfer:
    """Record that the person left for ICE, for another jail, for court or for another agency. Raises `RuleOfTheDesk` when the decision does not allow it."""
    by.must("transfer")
    if to not in Transfer.TO:
        raise Invalid(f"The person goes to one of {', '.join(Transfer.TO)}.", field="to")
    if not recipient.strip():
        raise Invalid("Name who takes the person over.", field="recipient")
    place = None
    if facility_identifier.strip():
        place = Facility.objects.filter(identifier=facility_identifier.strip().upper()).first()
        if place is None:
            raise Invalid("There is no such facility; use its identifier.", field="facility")
    elif to == "facility":
        raise Invalid("Name the facility by its identifier.", field="facility")
    named = immigration.named_in(recipient, identification)
    ice = for_ice(to, place, recipient, identification)
    if ice and to in ("court", "other-agency"):
        to = "ice"
    with docket.changing(by, custody_id, seen) as custody:
        if not custody.open:
            raise RuleOfTheDesk("case-open", "This custody has ended already.")
        moment = moments.past(by, at, custody=custody)
        warrant = _warrant(custody, ice, warrant_id) if warrant_id else None
        if ice:
            against = what_stands_against(by, custody, warrant)
            if against and named:
                advice = f"“{named}” names an immigration authority, whatever destination is chosen. If it means somebody else, write that name in full."
                raise RuleOfTheDesk(against[0].rule, against[0].says, advice=f"{against[0].advice} {advice}".strip(), field="recipient")
            if against:
                raise against[0]
            if not identification.strip():
                raise Invalid(
                    "Note the identification of the officer who takes the person over.", field="identification"
                )
        row = Transfer(
            custody=custody,
            to=to,
            for_ice=ice,
            facility=place,
            recipient=recipient.strip()[:200],
            identification=identification.strip()[:200],
            warrant=warrant,
            decision=custody.decision,
            at=moment,
            receipt=receipt,
            note=note.strip()[:500],
        )
        rows: list[Any] = [item for item in (receipt, row) if item is not None and item._state.adding]
        rows += _papers(row, custody, place, moment, ice) if to != "court" else []
        if to != "court":
            clocks.end_hold(by, custody, row.ends_holds)
        whom = f"ICE ({row.recipient})" if ice else f"{row.recipient}{f', {place}' if place else ''}"
        docket.enter(
            by, "transferred", f"{'Handed over' if ice else 'Transferred'} to {whom}.{moments.entered_late(by, moment)}", *rows, custody=custody
        )
        if moments.entered_late(by, moment):
            says = f"{custody.number}: the transfer is given as of {by.local(moment):%Y-%m-%d %H:%M} by {by.name}.{moments.entered_late(by, moment)}"
            alerts.alert(by, custody, "release-due", f"entered-late:{row.pk}", says, "warn", "supervisor", moment)
        for offered in rows:
            if isinstance(offered, HandOver):
                _offer(by, offered)
    return row


def _papers(row: Transfer, custody: Custody, place: Facility | None, moment: datetime, ice: bool) -> list[Any]:
    """The detainers end here; on the way to another jail each is passed on."""
    rows: list[Any] = []
    for detainer in Detainer.objects.filter(custody=custody, live=True):
        detainer.live, detainer.state = False, "ended"
        detainer.save(update_fields=["live", "state"])
        passed = not ice and row.to in ("facility", "other-agency")
        rows.append(
            DetainerEvent(detainer=detainer, kind="passed-on" if passed else "ended", at=moment, custody=custody)
        )
        if passed:
            rows.append(
                HandOver(custody=custody, transfer=row, detainer=detainer, to_agency=place.agency if place else None)
            )
    return rows


def _offer(by: By, offered: HandOver) -> None:
    if offered.to_agency_id is not None:
        work.plan(
            offered.to_agency, "pass-on", f"pass-on:{offered.pk}", by.at, {"hand_over": str(offered.pk)}, at=by.at
        )
    work.plan(
        by.agency,
        "unacknowledged",
        f"unacknowledged:{offered.pk}",
        by.at + timedelta(hours=4),
        {"hand_over": str(offered.pk)},
        at=by.at,
    )


@work.handles("pass-on")
def tell_the_next_desk(by: By, payload: dict[str, Any]) -> str | None:
    """The receiving desk is told that a detainer comes with a person."""
    offered = HandOver.objects.select_related("agency", "detainer", "transfer").get(pk=payload["hand_over"])
    if offered.transfer.corrected_by.exists():
        return "the transfer was recorded by mistake"
    says = f"A person comes from {offered.agency} with a detainer ({offered.detainer.form}). Acknowledge it and put it on your case."
    alerts.alert(by, None, "pass-on", f"pass-on:{offered.pk}", says, "warn", "clerk", offered.transfer.at)
    return None


@work.handles("unacknowledged")
def remind_the_sender(by: By, payload: dict[str, Any]) -> str | None:
    """After four hours the sending desk hears that nobody has acknowledged the papers."""
    offered = HandOver.objects.select_related("custody", "transfer").get(pk=payload["hand_over"])
    if offered.acknowledged_at is None and not offered.transfer.corrected_by.exists():
        alerts.alert(
            by,
            offered.custody,
            "pass-on",
            f"unacknowledged:{offered.pk}",
            f"{offered.custody.number}: {offered.transfer.recipient} has not acknowledged the detainer that went with the person. Call.",
            "warn",
            "clerk",
        )
    return None


def offered_to(agency: Agency) -> list[HandOver]:
    """Papers that come with persons and wait to be acknowledged."""
    return list(
        HandOver.objects.filter(to_agency=agency, acknowledged_at__isnull=True, transfer__corrected_by__isnull=True).select_related(
            "detainer", "transfer", "custody", "agency"
        )
    )


def acknowledge(by: By, hand_over_id: Any) -> Detainer:
    """The receiving desk has the paper: it is registered here as received with the person, to be matched like any other. The sender's record says so."""
    by.must("intake")
    from lawfulhold.desk.services import intake

    with transaction.atomic():
        offered = (
            HandOver.objects.filter(pk=hand_over_id, to_agency=by.agency).select_related("detainer", "agency", "transfer").first()
        )
        if offered is None:
            raise NotFound("There is no such paper for this agency.")
        if offered.transfer.corrected_by.exists():
            raise RuleOfTheDesk("transfer-mistaken", f"{offered.agency} recorded that transfer by mistake: nobody comes with this paper.")
        if (
            HandOver.objects.filter(pk=offered.pk, acknowledged_at__isnull=True).update(
                acknowledged_at=by.at, acknowledged_by=f"{by.name}, {by.agency}"[:200]
            )
            != 1
        ):
            raise RuleOfTheDesk("acknowledge-once", "This paper is acknowledged already.")
        old = offered.detainer
        row = intake.receive(
            by,
            form=old.form,
            subject=old.subject,
            received_at=by.at,
            channel="with-transfer",
            edition=old.edition,
            dhs_number=old.dhs_number,
            issued_by=old.issued_by,
            addressed_to=old.addressed_to,
            sent_at=old.sent_at,
            facts_on_paper=old.facts,
        )
        work.plan(
            offered.agency,
            "acknowledged",
            f"acknowledged:{offered.pk}",
            by.at,
            {"hand_over": str(offered.pk)},
            at=by.at,
        )
    return row


@work.handles("acknowledged")
def note_acknowledged(by: By, payload: dict[str, Any]) -> str | None:
    """The sender's docket takes up that the papers arrived."""
    offered = HandOver.objects.select_related("custody", "detainer").get(pk=payload["hand_over"])
    assert offered.acknowledged_at is not None
    docket.enter(
        by,
        "hand-over-acknowledged",
        f"The next desk has the detainer: {offered.acknowledged_by}.",
        DetainerEvent(
            detainer=offered.detainer, kind="acknowledged", at=offered.acknowledged_at, custody=offered.custody
        ),
        custody=offered.custody,
    )
    return None

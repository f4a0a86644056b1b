"""Detainers come in: one register for every channel. Sent, received, matched, served and cancelled are separate moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from lawfulhold.desk.encryption import blind, normal_name
from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import (
    CHANNELS,
    DETAINER_FORMS,
    Contact,
    Custody,
    Detainer,
    DetainerEvent,
    Document,
    Facility,
    Warrant,
)
from lawfulhold.desk.services import alerts, booking, contacts, docket, facts, moments
from lawfulhold.desk.services.acting import By

SUBJECT = (
    "surname",
    "given_names",
    "date_of_birth",
    "booking_number",
    "fbi",
    "sid",
    "a-number",
    "passport",
    "birthplace",
    "sex",
    "nationality",
)
"""What a detainer says of the person it is about."""
FACTS = (
    "probable_cause",
    "complete",
    "supporting_document",
    "written_request",
    "notice_requested",
    "hours_since_receipt",
)


def receive(
    by: By,
    *,
    form: str,
    subject: Mapping[str, str],
    received_at: datetime,
    channel: str,
    edition: str = "",
    dhs_number: str = "",
    issued_by: str = "",
    addressed_to: str = "",
    addressed_facility: str = "",
    sent_at: datetime | None = None,
    received_number: str = "",
    facts_on_paper: Mapping[str, bool] | None = None,
    document: Document | None = None,
) -> Detainer:
    """Register a detainer as received. It is on nobody's record yet: matching is a step of its own.

    `subject` is what the paper says of the person; `addressed_facility` the identifier of the facility it names, when it names one. The same paper
    again is registered as a duplicate. Raises `Invalid` for what cannot be.
    """
    by.must("intake")
    if form not in DETAINER_FORMS:
        raise Invalid(f"The form is one of {', '.join(DETAINER_FORMS)}.", field="form")
    if channel not in CHANNELS:
        raise Invalid(f"The channel is one of {', '.join(CHANNELS)}.", field="channel")
    wrong = set(subject) - set(SUBJECT)
    if wrong:
        raise Invalid(f"A detainer does not say {sorted(wrong)[0]!r} of a person here.", field="subject")
    about = {name: str(value).strip()[:200] for name, value in subject.items() if str(value).strip()}
    if not about.get("surname"):
        raise Invalid("The surname on the detainer is needed.", field="surname")
    if "date_of_birth" in about:
        about["date_of_birth"] = booking.parse_birth(by, about["date_of_birth"])
    received = moments.past(by, received_at, "received_at")
    sent = moments.past(by, sent_at, "sent_at") if sent_at is not None else None
    if sent is not None and sent > received:
        raise Invalid("It cannot have been received before it was sent; check both moments.", field="sent_at")
    on_paper = {name: bool(value) for name, value in (facts_on_paper or {}).items() if value is not None}
    for name, value in on_paper.items():
        if name not in FACTS:
            raise Invalid(f"There is no fact {name!r} on a detainer.", field=name)
        facts.check_fact(f"detainer.{name}", value)
    place = (
        Facility.objects.filter(identifier=addressed_facility.strip().upper()).first()
        if addressed_facility.strip()
        else None
    )
    with transaction.atomic():
        docket.chain_head(by.agency)
        same = _the_same(by, form, about, dhs_number, sent, document)
        row = Detainer(
            form=form,
            edition=edition.strip()[:20],
            dhs_number=dhs_number.strip()[:60],
            issued_by=issued_by.strip()[:200],
            addressed_to=addressed_to.strip()[:300],
            addressed_facility=place,
            sent_at=sent,
            received_at=received,
            channel=channel,
            received_number=received_number.strip()[:100],
            subject=about,
            surname_index=blind("surname", about["surname"]),
            facts=on_paper,
            document=document,
        )
        rows: list[Any] = [document, row] if document is not None and document._state.adding else [row]
        says = f"Detainer {form} received by {CHANNELS[channel].lower()} at {by.local(received):%Y-%m-%d %H:%M}."
        if same is not None:
            row.state, row.live = "duplicate", False
            rows.append(DetainerEvent(detainer=row, kind="duplicate", at=by.at, details={"of": str(same.pk)}))
            says += " It is the same paper as one received before."
        elif not on_paper.get("complete", True) and not any(
            about.get(name) for name in ("date_of_birth", "booking_number", "fbi", "sid", "a-number")
        ):
            row.state = "doubt"
        docket.enter(by, "detainer-received", says, *rows)
        _say_namesake(by, row, place, addressed_facility)
    return row


def _the_same(
    by: By, form: str, about: Mapping[str, str], dhs_number: str, sent: datetime | None, document: Document | None
) -> Detainer | None:
    """The same paper, received before: the same form, number and person, in the same file or with the same moment of sending. One file may hold
    several detainers."""
    number = dhs_number.strip()
    alike = Q(document__sha256=document.sha256) if document is not None else Q()
    if number and sent is not None:
        alike |= Q(sent_at=sent)
    if not alike:
        return None
    every = Detainer.objects.filter(
        alike, agency=by.agency, form=form, dhs_number=number, surname_index=blind("surname", about["surname"])
    ).exclude(state="duplicate")
    for row in every.order_by("entry_id"):
        if (not sent or not row.sent_at or sent == row.sent_at) and not _another_person(about, row.subject):
            return row
    return None


def _another_person(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Does anything that tells people apart, and that both papers say, differ?"""
    return any(
        (normal_name(one[name]) or one[name]) != (normal_name(other[name]) or other[name])
        for name in SUBJECT[: SUBJECT.index("birthplace")]
        if one.get(name) and other.get(name)
    )


def _say_namesake(by: By, row: Detainer, place: Facility | None, given: str) -> None:
    if place is not None and place.agency_id != by.agency.pk:
        says = f"A detainer names {place}, which is not a facility of this agency. Return it unless the person is here by two hard identifiers."
    elif given.strip() and place is None:
        says = f"A detainer names a facility {given.strip()[:20]!r} that is not known here. Places are told apart by their identifier, not by name."
    else:
        return
    alerts.alert(by, None, "namesake", f"namesake:{row.pk}", says, "warn", "clerk")


def detainer_of(by: By, detainer_id: Any) -> Detainer:
    """A detainer of this agency. Raises `NotFound`."""
    found = Detainer.objects.select_for_update(of=("self",)).filter(agency=by.agency, pk=detainer_id).first()
    if found is None:
        raise NotFound("There is no such detainer in this agency.")
    return found


def return_to_ice(by: By, detainer_id: Any, reason: str, *, channel: str = "fax", official: str = "") -> Detainer:
    """Return a detainer whose person is not here: the event with the reason, which stays here, and the reply to ICE, whose fixed words say nothing
    about anybody."""
    by.must("match")
    if not reason.strip():
        raise Invalid("Say why it is returned.", field="reason")
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = detainer_of(by, detainer_id)
        if row.state not in ("received", "doubt", "second-look", "after-release"):
            raise RuleOfTheDesk("return", "Only a detainer that is not on anybody's record is returned.")
        contact = Contact(
            detainer=row,
            direction="out",
            kind="returned",
            channel=channel,
            official=official,
            at=by.at,
            content=contacts.FIXED["returned"],
        )
        event = DetainerEvent(detainer=row, kind="returned", at=by.at, note=reason.strip()[:500])
        row.state, row.live = "returned", False
        row.save(update_fields=["state", "live"])
        docket.enter(by, "detainer-returned", f"Detainer returned to ICE: {reason.strip()}", event, contact)
    return row


def cancel(
    by: By,
    detainer_id: Any,
    at: datetime,
    *,
    note: str = "",
    channel: str = "fax",
    official: str = "",
    document: Document | None = None,
) -> Detainer:
    """ICE has lifted a detainer: it is closed at once, the case is decided again, and who holds the person is told now."""
    by.must("intake")
    moment = moments.past(by, at)
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = detainer_of(by, detainer_id)
        if row.cancelled_at is not None:
            return row
        event = DetainerEvent(
            detainer=row, kind="cancelled", at=moment, note=note[:500], custody=row.custody, document=document
        )
        contact = Contact(
            custody=row.custody,
            detainer=row,
            direction="in",
            kind="cancellation",
            channel=channel,
            official=official,
            at=moment,
            content=note.strip() or "Detainer cancelled",
            document=document,
        )
        rows = [item for item in (document, event, contact) if item is not None]
        row.cancelled_at, row.live, row.state = moment, False, "cancelled"
        if row.custody_id is None:
            row.save(update_fields=["cancelled_at", "live", "state"])
            docket.enter(by, "detainer-cancelled", "ICE cancelled a detainer.", *rows)
            return row
        with docket.changing(by, row.custody_id) as custody:
            row.save(update_fields=["cancelled_at", "live", "state"])
            docket.enter(by, "detainer-cancelled", "ICE cancelled the detainer.", *rows, custody=custody)
            left = Detainer.objects.filter(custody=custody, live=True).count()
            what = "Another detainer is still live." if left else "Nothing of ICE keeps the person."
            alerts.alert(
                by,
                custody,
                "cancelled",
                f"cancelled:{row.pk}",
                f"{custody.number}: ICE cancelled the detainer. {what} Tell the person.",
                "now",
                "clerk",
                custody.release_due_at,
            )
    return row


def record_warrant(
    by: By,
    custody_id: Any,
    *,
    type: str,
    issuer: str,
    issuer_office: str,
    signed_by: str,
    statute: str,
    signed_at: Any = None,
    number: str = "",
    document: Document | None = None,
    seen: int | None = None,
) -> Warrant:
    """Record a warrant. What it is follows from who signed it: only a judge's paper is judicial; an I-200 or I-205 never is.

    Raises `Invalid` when issuer or signature is missing, `RuleOfTheDesk` when type and signature do not fit.
    """
    by.must("state facts")
    if type not in Warrant.TYPES:
        raise Invalid(f"The paper is one of {', '.join(Warrant.TYPES)}.", field="type")
    if issuer_office not in Warrant.OFFICES:
        raise Invalid(f"The office of who signed is one of {', '.join(Warrant.OFFICES)}.", field="issuer_office")
    for name, value in (("issuer", issuer), ("signed_by", signed_by), ("statute", statute)):
        if not value.strip():
            raise Invalid("Who issued it, who signed it and under which statute are needed.", field=name)
    by_judge = issuer_office in Warrant.JUDGES
    administrative = type in Warrant.ADMINISTRATIVE
    if administrative and by_judge:
        raise RuleOfTheDesk(
            "warrant-kind",
            f"A Form {type} is signed by an immigration officer, not by a judge of a court. Look at the signature again.",
            field="issuer_office",
        )
    if not administrative and not by_judge:
        raise RuleOfTheDesk(
            "warrant-kind",
            "A paper signed by an immigration officer or an immigration judge is no warrant of a court.",
            advice="Choose I-200 or I-205, or read the signature again.",
            field="type",
        )
    if type.startswith("federal") and not issuer_office.startswith("federal"):
        raise RuleOfTheDesk(
            "warrant-kind",
            "A federal criminal warrant is signed by a federal judge or magistrate judge.",
            field="issuer_office",
        )
    with docket.changing(by, custody_id, seen) as custody:
        rows: list[Any]
        row = Warrant(
            custody=custody,
            type=type,
            issuer=issuer.strip()[:200],
            issuer_office=issuer_office,
            signed_by=signed_by.strip()[:200],
            signed_at=signed_at,
            statute=statute.strip()[:200],
            number=number.strip()[:100],
            judicial=by_judge,
            document=document,
        )
        rows = [document, row] if document is not None and document._state.adding else [row]
        what = "judge's paper" if by_judge else "administrative paper, not signed by a judge"
        docket.enter(
            by,
            "warrant",
            f"{Warrant.TYPES[type]} recorded: {row.issuer}, signed by {row.signed_by} ({what}).",
            *rows,
            custody=custody,
        )
        if by_judge:
            alerts.alert(
                by,
                custody,
                "warrant",
                f"warrant:{row.pk}",
                f"{custody.number}: a judge's warrant is on record. It is worked by itself, whatever becomes of the detainer.",
                "warn",
                "clerk",
                custody.release_due_at,
            )
    return row


def end_warrant(by: By, warrant_id: Any, reason: str, *, seen: int | None = None) -> Warrant:
    """A warrant was executed, recalled or quashed: a new row that corrects the old one. Raises `NotFound` for one that is not in force."""
    by.must("state facts")
    rows = Warrant.objects.filter(agency=by.agency, pk=warrant_id)
    named = rows.first()
    if named is None:
        raise NotFound("There is no such warrant in force.")
    if not reason.strip():
        raise Invalid("Say what became of it.", field="reason")
    with docket.changing(by, named.custody_id, seen) as custody:
        old = rows.filter(ended="").in_force().first()
        if old is None:
            raise NotFound("There is no such warrant in force.")
        row = Warrant(
            custody=custody,
            type=old.type,
            issuer=old.issuer,
            issuer_office=old.issuer_office,
            signed_by=old.signed_by,
            signed_at=old.signed_at,
            statute=old.statute,
            number=old.number,
            judicial=old.judicial,
            document=old.document,
            ended=reason.strip()[:100],
            corrects=old,
        )
        docket.enter(by, "warrant", f"{Warrant.TYPES[old.type]} ended: {row.ended}.", row, custody=custody)
        hold = custody.hold
        if hold is not None and hold.warrant_id == old.pk:
            from lawfulhold.desk.services import clocks

            clocks.end_hold(by, custody, f"The warrant it rests on has ended ({row.ended}).")
    return row


def open_case(by: By, custody_id: Any) -> Custody:
    """A case of this agency. Raises `NotFound`."""
    found = Custody.objects.filter(agency=by.agency, pk=custody_id).first()
    if found is None:
        raise NotFound("There is no such case in this agency.")
    return found

"""What a jail management system, or a file in the drop folder, tells the desk.

Each calls the desk's own services and returns plain data.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from uuid import UUID

from lawfulhold.desk.api import shapes, shown
from lawfulhold.desk.encryption import blind
from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Charge, Custody, Document
from lawfulhold.desk.services import booking, contacts, documents, facts, intake, release, transfers
from lawfulhold.desk.services.acting import By


def case_of(by: By, case: str) -> Custody:
    """A case by its id, its number, or `booking:` and a booking number (the newest custody of it).

    Raises `NotFound`.
    """
    every = Custody.objects.filter(agency=by.agency, purged_at__isnull=True)
    found = None
    if case.startswith("booking:"):
        index = blind("booking", case.removeprefix("booking:"))
        found = every.filter(bookings__index=index).order_by("-began_at").first() if index else None
    elif re.fullmatch(r"\d{4}-\d{6,8}", case, re.ASCII):
        found = every.filter(number=case).first()
    else:
        try:
            found = every.filter(pk=UUID(case)).first()
        except ValueError:
            found = None
    if found is None:
        raise NotFound(
            "There is no such case in this agency.",
            advice="Give its id, its number, or booking: and the booking number.",
            field="path.case",
        )
    return found


def _charge(given: shapes.ChargeGiven) -> dict[str, Any]:
    return given.model_dump(mode="json", exclude_none=True, exclude={"withdrawn", "external_id"})


def book(by: By, given: shapes.BookingGiven, source: str = "jail management system") -> dict[str, Any]:
    """A booking."""
    custody = booking.book(
        by,
        surname=given.surname,
        given_names=given.given_names,
        date_of_birth=given.date_of_birth,
        birthplace=given.birthplace,
        language=given.language,
        identifiers=given.identifiers.known(),
        booking_number=given.booking_number,
        booked_at=given.booked_at,
        facility_identifier=given.facility,
        basis=given.basis,
        arresting_agency=given.arresting_agency,
        charges=[{**_charge(item), "external_id": item.external_id} for item in given.charges if not item.withdrawn],
        source=source,
    )
    return shown.case(custody, by.at)


def charges(by: By, case: str, given: shapes.ChargesGiven) -> dict[str, Any]:
    """Charges of a case: new, or corrections of those with the same external id."""
    custody = case_of(by, case)
    for index, item in enumerate(given.charges):
        if item.withdrawn and not item.external_id:
            raise Invalid(
                "A charge that is withdrawn is named by its external_id.", field=f"charges.{index}.external_id"
            )
        facts.state_charge(
            by, custody.pk, _charge(item), given.source, external_id=item.external_id, withdrawn=item.withdrawn
        )
    return shown.case(custody, by.at)


def details(by: By, case: str, given: shapes.DetailsGiven) -> dict[str, Any]:
    """A correction of what is known of the person."""
    custody = case_of(by, case)
    changed = given.model_dump(mode="json", exclude={"source"}, exclude_none=True)
    booking.correct_details(by, custody.pk, given.source, **changed)
    return shown.case(custody, by.at)


def move(by: By, case: str, given: shapes.MoveGiven) -> dict[str, Any]:
    """A move between the agency's own facilities."""
    custody = case_of(by, case)
    _still_open(custody)
    transfers.move(by, custody.pk, given.facility, at=given.at)
    return shown.case(custody, by.at)


def release_time(by: By, case: str, given: shapes.ReleaseTimeGiven) -> dict[str, Any]:
    """T0."""
    custody = case_of(by, case)
    release.set_due(by, custody.pk, given.at, given.basis, note=given.paper)
    return shown.case(custody, by.at)


def bail(by: By, case: str, given: shapes.BailGiven) -> dict[str, Any]:
    """Bail. A detainer is not looked at."""
    custody = case_of(by, case)
    _still_open(custody)
    release.bail(
        by, custody.pk, given.what, amount=given.amount, at=given.at, court=given.court,
        kept_by=_charge_named(custody, given.kept_by),
    )
    return shown.case(custody, by.at)


def released(by: By, case: str, given: shapes.ReleaseGiven) -> dict[str, Any]:
    """T1, as it happened: what was not looked at before is said to the supervisor."""
    custody = case_of(by, case)
    release.release(by, custody.pk, given.reason, at=given.at, note=given.note, happened=True)
    return shown.case(custody, by.at)


def detainer(by: By, given: shapes.DetainerGiven) -> dict[str, Any]:
    """A detainer as received; it is on nobody's record yet."""
    row = intake.receive(
        by,
        form=given.form,
        subject=given.subject.known(),
        received_at=given.received_at,
        channel=given.channel,
        edition=given.edition,
        dhs_number=given.dhs_number,
        issued_by=given.issued_by,
        addressed_to=given.addressed_to,
        addressed_facility=given.facility,
        sent_at=given.sent_at,
        received_number=given.received_number,
        facts_on_paper=given.on_paper.model_dump(exclude_none=True),
        document=_paper(given.paper),
    )
    return shown.detainer(row)


def cancelled(by: By, detainer_id: UUID, given: shapes.CancellationGiven) -> dict[str, Any]:
    """ICE lifted a detainer: closed at once."""
    return shown.detainer(
        intake.cancel(by, detainer_id, given.at, note=given.note, channel=given.channel, official=given.official)
    )


def contact(by: By, case: str, given: shapes.ContactGiven) -> dict[str, Any]:
    """A contact with ICE.

    Raises `RuleOfTheDesk` for what the decision does not allow; that refusal stays in the docket.
    """
    custody = case_of(by, case)
    if given.direction == "in":
        if given.channel not in contacts.CHANNELS:
            raise Invalid(f"The channel is one of {', '.join(contacts.CHANNELS)}.", field="channel")
        row = contacts.received(
            by,
            custody.pk,
            given.kind,
            given.content,
            channel=given.channel,
            official=given.official,
            number=given.number,
        )
    else:
        row = contacts.send(
            by,
            custody.pk,
            given.kind,
            channel=given.channel,
            content=given.content,
            number=given.number,
            official=given.official,
            answer=given.answer,
        )
    return shown.contact(row)


def _paper(given: shapes.PaperGiven | None) -> Document | None:
    if given is None:
        return None
    try:
        content = base64.b64decode(given.content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("The paper is not base64.", field="paper.content") from None
    return documents.document(content, given.name, "detainer")


def _charge_named(custody: Custody, external_id: str) -> Any:
    """The key of the charge with this external id; None when none is named. Raises `Invalid` for one that the case does not have."""
    if not external_id:
        return None
    row = Charge.objects.filter(custody=custody, external_id=external_id).in_force().first()
    if row is None:
        raise Invalid(
            f"There is no charge {external_id!r} on this case.",
            advice="Push the charge that keeps the person first; a detainer is none.",
            field="kept_by",
        )
    return row.pk


def _still_open(custody: Custody) -> None:
    if not custody.open:
        raise RuleOfTheDesk("case-open", "This custody has ended.")

"""Bookings: a person, the custody, where the person is, why. A detainer is never a reason to book or to move anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lawfulhold.desk.encryption import blind
from lawfulhold.desk.errors import Invalid, RuleOfTheDesk
from lawfulhold.desk.models import Booking, Charge, Custody, Document, Facility, Identifier, Person, PersonDetails, Stay
from lawfulhold.desk.services import alerts, docket, facts, immigration, moments
from lawfulhold.desk.services.acting import By

IDENTIFIERS = {
    "fbi": "FBI number",
    "sid": "State identification number (SID)",
    "a-number": "A-number",
    "passport": "Passport",
    "dl": "Driver's license",
    "jail-id": "Permanent jail number",
}


def facility(by: By, identifier: str) -> Facility:
    """One of the agency's own facilities, by its identifier. Raises `Invalid` for another one, even of the same name."""
    found = Facility.objects.filter(identifier=identifier.strip().upper()).first()
    if found is None:
        raise Invalid(
            f"There is no facility {identifier!r}.",
            advice="Use the facility's identifier (ORI), not its name.",
            field="facility",
        )
    if found.agency_id != by.agency.pk:
        raise RuleOfTheDesk("own-facility", f"{found} is not a facility of {by.agency}.", field="facility")
    return found


def parse_birth(by: By, value: str | date | None) -> str:
    """A date of birth as YYYY-MM-DD, '' when unknown. Raises `Invalid` for a day that cannot be, such as one in the future."""
    if not value:
        return ""
    try:
        born = value if isinstance(value, date) else date.fromisoformat(value.strip())
    except ValueError:
        raise Invalid("The date of birth is written YYYY-MM-DD.", field="date_of_birth") from None
    if not date(1900, 1, 1) <= born <= by.local().date():
        raise Invalid(
            "The date of birth is not one that a living person has.",
            advice="Leave it empty where the paper gives no better one.",
            field="date_of_birth",
        )
    return born.isoformat()


def identifiers_of(person: Person) -> dict[str, Identifier]:
    """The identifiers in force, by kind; the newest of a kind."""
    return {row.kind: row for row in Identifier.objects.filter(person=person).in_force().order_by("entry_id")}


def details_of(person: Person) -> PersonDetails:
    """The details in force."""
    found = PersonDetails.objects.filter(person=person).in_force().order_by("entry_id").last()
    assert found is not None
    return found


def known_person(by: By, identifiers: Mapping[str, str], date_of_birth: str) -> Person | None:
    """A person of this agency with the same FBI or SID number and the same date of birth, from an earlier custody."""
    for kind in ("fbi", "sid"):
        index = blind(kind, identifiers.get(kind, ""))
        if index and date_of_birth:
            for row in (
                Identifier.objects.filter(agency=by.agency, kind=kind, index=index).in_force().select_related("person")
            ):
                if details_of(row.person).date_of_birth == date_of_birth:
                    return row.person
    return None


def book(
    by: By,
    *,
    surname: str,
    given_names: str = "",
    date_of_birth: str | date | None = None,
    birthplace: str = "",
    language: str = "",
    identifiers: Mapping[str, str] | None = None,
    booking_number: str,
    booked_at: datetime,
    facility_identifier: str,
    basis: str,
    arresting_agency: str = "",
    charges: Sequence[Mapping[str, Any]] = (),
    source: str = "booking",
) -> Custody:
    """Book a person: person, custody, stay, booking and charges in one entry.

    Raises `Invalid` for what cannot be, `RuleOfTheDesk` when the only reason given is a detainer or the booking is there already.
    """
    by.must("intake")
    if basis not in Booking.BASES:
        if "detain" in basis.lower() or immigration.named_in(basis):
            raise RuleOfTheDesk(
                "booking-basis",
                "A detainer is not a reason to book anybody.",
                advice="Name the arrest, warrant, sentence or order.",
                field="basis",
            )
        raise Invalid(f"The reason of the booking is one of {', '.join(Booking.BASES)}.", field="basis")
    _not_for_ice_alone(by, basis, arresting_agency, charges)
    if not surname.strip() or len(surname) > 200 or len(given_names) > 200:
        raise Invalid("A surname of at most 200 letters is needed.", field="surname")
    if not booking_number.strip() or len(booking_number) > 60:
        raise Invalid("A booking number is needed.", field="booking_number")
    unknown = set(identifiers or ()) - set(IDENTIFIERS)
    if unknown:
        raise Invalid(
            f"There is no identifier {sorted(unknown)[0]!r}; there are {', '.join(IDENTIFIERS)}.", field="identifiers"
        )
    numbers = {kind: value.strip() for kind, value in (identifiers or {}).items() if value.strip()}
    born = parse_birth(by, date_of_birth)
    booked = moments.past(by, booked_at, "booked_at")
    place = facility(by, facility_identifier)
    number_index = blind("booking", booking_number)
    with transaction.atomic():
        sequence = docket.next_case_number(by.agency)
        earlier_case = Booking.objects.filter(agency=by.agency, index=number_index).in_force().select_related("custody").first()
        if earlier_case is not None:
            raise RuleOfTheDesk(
                "booking-once",
                f"Booking {booking_number} is recorded already.",
                advice="" if earlier_case.custody.open else f"It is case {earlier_case.custody.number}, which is closed. If its release or transfer was recorded by mistake, a "
                "supervisor corrects it there (Recorded on the wrong case).",
                field="booking_number",
            )
        person = known_person(by, numbers, born)
        rows: list[Any] = []
        if person is None:
            person = Person()
            rows.append(person)
        earlier = PersonDetails.objects.filter(person=person).in_force().last()
        rows.append(
            PersonDetails(
                person=person,
                surname=surname.strip(),
                given_names=given_names.strip(),
                surname_index=blind("surname", surname),
                date_of_birth=born,
                birthplace=birthplace.strip(),
                language=language.strip(),
                source=source,
                corrects=earlier,
            )
        )
        known = {(row.kind, row.index) for row in Identifier.objects.filter(person=person).in_force()}
        rows += [
            Identifier(person=person, kind=kind, value=value, index=blind(kind, value), source=source)
            for kind, value in numbers.items()
            if (kind, blind(kind, value)) not in known
        ]
        local_year = by.local(booked).year
        custody = Custody(person=person, number=f"{local_year}-{sequence:06d}", began_at=booked)
        rows += [custody, Stay(custody=custody, facility=place, arrived_at=booked)]
        rows.append(
            Booking(
                custody=custody,
                number=booking_number.strip(),
                index=number_index,
                booked_at=booked,
                arresting_agency=arresting_agency.strip()[:200],
                basis=basis,
            )
        )
        rows += _charge_rows(custody, charges, source)
        docket.enter(by, "booked", f"Booked at {place.name}: {Booking.BASES[basis].lower()}.", *rows, custody=custody)
        if basis == "other-agency" and not charges:
            says = f"{custody.number}: booked for another agency, and no charge of its criminal case is named. Name it, or release the person."
            alerts.alert(by, custody, "release-due", f"no-charge:{custody.pk}", says, "warn", "clerk", booked)
        from lawfulhold.desk.services import standing

        standing.refresh(by, custody)
    return custody


def _not_for_ice_alone(by: By, basis: str, arresting_agency: str, charges: Sequence[Mapping[str, Any]]) -> None:
    """Raises `RuleOfTheDesk` for a booking that rests on nothing but immigration papers or an immigration authority's word, and for one on another
    agency's criminal case that names no charge of it (a program may send the charge afterwards). What a sentence, a court's order or another jail keeps is not looked at."""
    named = [(str(given.get("offence") or ""), str(given.get("statute") or "")) for given in charges]
    papers = [" ".join(words).strip() for words in named if immigration.is_paper(*words)]
    if len(papers) < len(named) or basis not in ("arrest", "warrant", "other-agency"):
        return
    theirs = immigration.named_in(arresting_agency) if basis != "warrant" else ""
    if papers or theirs:
        raise RuleOfTheDesk(
            "booking-basis",
            f"“{papers[0] if papers else arresting_agency.strip()}” is no criminal charge and no reason to book anybody.",
            advice="Name the charge or the criminal warrant; without one, release the person.",
            field="charges",
        )
    if basis == "other-agency" and by.user is not None:
        raise RuleOfTheDesk(
            "booking-basis",
            "A booking for another agency needs a charge of its criminal case.",
            advice="Name the charge; if there is a criminal warrant, give the warrant as the reason.",
            field="charges",
        )


def _charge_rows(custody: Custody, charges: Sequence[Mapping[str, Any]], source: str) -> list[Charge]:
    from pydantic import ValidationError

    from lawfulhold.facts.case import Charge as ChargeFacts

    rows = []
    for index, given in enumerate(charges):
        values = {name: value for name, value in given.items() if value not in (None, "") and name != "external_id"}
        try:
            kept = ChargeFacts.model_validate(values).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        except ValidationError as error:
            detail = error.errors()[0]
            where = ".".join(str(step) for step in detail["loc"])
            raise Invalid(f"charge {index + 1}, {where}: {detail['msg']}", field=f"charges.{index}.{where}") from None
        rows.append(
            Charge(custody=custody, facts=kept, source=source, external_id=str(given.get("external_id") or "")[:100])
        )
    return rows


def correct_details(by: By, custody_id: Any, source: str, *, seen: int | None = None, **changed: str) -> PersonDetails:
    """Correct what is known of the person: a new row that names the one it corrects."""
    by.must("intake")
    allowed = ("surname", "given_names", "date_of_birth", "birthplace", "language", "designated", "lawyer")
    wrong = set(changed) - set(allowed)
    if wrong or not changed:
        raise Invalid(f"What can be corrected: {', '.join(allowed)}.")
    if "date_of_birth" in changed:
        changed["date_of_birth"] = parse_birth(by, changed["date_of_birth"])
    with docket.changing(by, custody_id, seen) as custody:
        before = details_of(custody.person)
        values = {name: changed.get(name, getattr(before, name)).strip() for name in allowed}
        if not values["surname"]:
            raise Invalid("A surname is needed.", field="surname")
        row = PersonDetails(
            person=custody.person,
            surname_index=blind("surname", values["surname"]),
            source=source,
            corrects=before,
            **values,
        )
        docket.enter(
            by, "details-corrected", f"Corrected: {', '.join(sorted(changed))} (from {source}).", row, custody=custody
        )
        if custody.live_detainers and custody.open:
            from lawfulhold.desk.services import claims

            claims.look_in_own_file(by, custody)
    return row


def add_photo(by: By, custody_id: Any, document: Document) -> Document:
    """Keep the person's picture, which the release desk looks at."""
    by.must("intake")
    with docket.changing(by, custody_id) as custody:
        document.custody, document.person, document.kind = custody, custody.person, "photo"
        docket.enter(by, "document", "Picture of the person kept.", document, custody=custody)
    return document


def charge(by: By, custody_id: Any, given: Mapping[str, Any], source: str, **more: Any) -> Charge:
    """Record or correct a charge; see `facts.state_charge`."""
    return facts.state_charge(by, custody_id, dict(given), source, **more)

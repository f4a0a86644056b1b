"""Invented people and their jails. Ana and Ben are clerks, Sam supervises, Carol is counsel, Otto audits, Ada administers, Ida is an outside account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lawfulhold.desk.models import Agency, Custody, Detainer, Facility, User
from lawfulhold.desk.services import acting, booking, facts, intake, law, matching, notices, release
from lawfulhold.desk.services.acting import By

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
"""A Wednesday, 10 in the morning in Connecticut, 9 in Texas."""
PASSWORD = "correct horse battery staple"
PEOPLE = {
    "ana": ("Ana", "Reyes", "clerk"), "ben": ("Ben", "Okafor", "clerk"), "sam": ("Sam", "Whitfield", "supervisor"), "carol": ("Carol", "Lindqvist", "counsel"),
    "otto": ("Otto", "Brandt", "auditor"), "ada": ("Ada", "Nwosu", "administrator"), "ida": ("Ida", "Falk", "outside"),
}
ENOUGH = {
    "US-TX": {"papers.judicial_warrant": False, "papers.administrative_warrant": True, "person.citizen_proof": False, "person.lawful_status_proof": False,
              "person.identification_shown": False, "agency.delegated_officer": False},
    "US-CT": {"papers.judicial_warrant": False, "person.watchlist_match": False, "record_complete": True, "person.citizen_proof": False,
              "agency.delegated_officer": False},
    "US-WY": {"papers.judicial_warrant": False, "person.citizen_proof": False, "agency.delegated_officer": False},
}
"""The facts that settle the answer on the hold in each place."""


@dataclass
class Jail:
    """An agency with its people, and short ways to the states that a test starts from."""

    agency: Agency
    facility: Facility
    users: dict[str, User]
    now: datetime = NOW
    _bookings: list[str] = field(default_factory=list)

    def by(self, name: str, at: datetime | None = None) -> By:
        """That person, acting at that moment (`now` when none is given)."""
        self.agency.refresh_from_db()
        user = User.objects.select_related("agency").get(pk=self.users[name].pk)
        return acting.person(user, at or self.now)

    def desk(self, at: datetime | None = None) -> By:
        """The desk itself, in the background."""
        self.agency.refresh_from_db()
        return acting.worker(self.agency, at or self.now)

    def book(self, **more: Any) -> Custody:
        """Rafael Quintana, booked three days ago on an arrest."""
        number = f"B-{1000 + len(self._bookings)}"
        self._bookings.append(number)
        values: dict[str, Any] = {
            "surname": "Quintana", "given_names": "Rafael", "date_of_birth": "1990-03-04", "birthplace": "Guatemala", "language": "Spanish",
            "identifiers": {"fbi": f"91827{len(self._bookings)}KA3", "sid": f"S{self.agency.pk}00{len(self._bookings)}"}, "booking_number": number,
            "booked_at": self.now - timedelta(days=3), "facility_identifier": self.facility.identifier, "basis": "arrest", "arresting_agency": "Invented Police",
            "charges": [{"offence": "driving under the influence", "status": "charged", "level": "misdemeanor", "current": True,
                         "place": "-".join(self.agency.jurisdiction.split("-")[:2])}],
        }
        return booking.book(self.by("ana"), **{**values, **more})

    def detainer(self, custody: Custody | None = None, **more: Any) -> Detainer:
        """An I-247A received yesterday by fax, about the person of the case (or about Rafael Quintana)."""
        subject = {"surname": "Quintana", "given_names": "Rafael", "date_of_birth": "1990-03-04"}
        if custody is not None:
            details = booking.details_of(custody.person)
            subject = {"surname": details.surname, "given_names": details.given_names, "date_of_birth": details.date_of_birth,
                       "fbi": booking.identifiers_of(custody.person)["fbi"].value}
        values: dict[str, Any] = {
            "form": "I-247A", "edition": "3/17", "subject": subject, "received_at": self.now - timedelta(days=1), "sent_at": self.now - timedelta(days=1, hours=1),
            "channel": "fax", "facts_on_paper": {"probable_cause": True, "complete": True},
        }
        return intake.receive(self.by("ana"), **{**values, **more})

    def matched(self, **more: Any) -> tuple[Custody, Detainer]:
        """A booked person with a detainer that Ana matched and Ben looked at."""
        custody = self.book(**more)
        detainer = self.detainer(custody)
        matching.match(self.by("ana"), detainer.pk, custody.pk)
        matching.second_look(self.by("ben"), detainer.pk, True, looked_at="picture and booking file")
        return self.fresh(custody), Detainer.objects.get(pk=detainer.pk)

    def decided(self, **more: Any) -> tuple[Custody, Detainer]:
        """The same, with the facts that settle the answer in this place."""
        custody, detainer = self.matched(**more)
        facts.state_facts(self.by("ana"), custody.pk, dict(ENOUGH[self.agency.jurisdiction]), "NCIC query and booking file")
        return self.fresh(custody), detainer

    def due(self, custody: Custody, hours: float = 5, basis: str = "court-order") -> Custody:
        """The release time is known: in so many hours."""
        release.set_due(self.by("ana"), custody.pk, self.now + timedelta(hours=hours), basis, note="order 26-0413")
        return self.fresh(custody)

    def served(self, custody: Custody) -> Custody:
        """The person has a copy of the detainer."""
        notices.serve(self.by("ana"), custody.pk, "detainer-copy", language="Spanish")
        return self.fresh(custody)

    def checked(self, custody: Custody, at: datetime | None = None) -> Custody:
        """The release checklist has been gone through."""
        for step, found in (("warrants", "none"), ("detainers", "live"), ("identity", "same")):
            release.check(self.by("ana", at), custody.pk, step, found)
        return self.fresh(custody)

    def fresh(self, custody: Custody) -> Custody:
        """The case as it stands now."""
        return Custody.objects.select_related("decision__finding", "hold", "agency").get(pk=custody.pk)


def make_jail(slug: str, name: str, jurisdiction: str, kind: str, timezone: str, *, now: datetime = NOW, adopt: bool = True) -> Jail:
    """An agency with one facility and all of its people; counsel has adopted the law."""
    agency = Agency.objects.create(slug=slug, name=name, jurisdiction=jurisdiction, kind=kind, timezone=timezone)
    facility = Facility.objects.create(agency=agency, identifier=f"{slug.upper()[:8]}01", name=f"{name} jail", state=jurisdiction[3:5], county="Larkspur")
    users = {
        key: User.objects.create_user(f"{key}@{slug}", password=PASSWORD, first_name=first, last_name=last, agency=agency, role=role,
                                      outside="ICE ERO" if role == "outside" else "")
        for key, (first, last, role) in PEOPLE.items()
    }
    jail = Jail(agency, facility, users, now)
    if adopt:
        law.adopt(jail.by("carol", now - timedelta(days=10)), "Read with the county's own files; nothing to add.")
    return jail

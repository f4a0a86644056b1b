"""An example jail in three states, with invented people: Connecticut (forbids), Texas (requires), Wyoming (silent).

Every case goes through the services that people use, so what the example shows is what the desk does. The four Connecticut cases of `examples/cases` are
among the ended ones. Moments are counted from now, so that there is always somebody who is due in an hour.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from lawfulhold.desk.models import Agency, Custody, Facility, User
from lawfulhold.desk.services import (
    accounts,
    acting,
    booking,
    claims,
    contacts,
    counsel,
    documents,
    facts,
    holds,
    intake,
    law,
    matching,
    notices,
    release,
    subpoenas,
    transfers,
    work,
)
from lawfulhold.desk.services.acting import By

PASSWORD = "example-jail-only"
AGENCIES = (
    (
        "connecticut",
        "Example Correctional Center, Connecticut",
        "US-CT",
        "state-corrections",
        "CT",
        (("CT0EXAM01", "Example Correctional Center"), ("CT0EXAM02", "Example Annex")),
    ),
    (
        "texas",
        "Larkspur County Sheriff, Texas (invented)",
        "US-TX",
        "sheriff",
        "TX",
        (("TX0LARK01", "Larkspur County Jail"), ("TX0LARK02", "Larkspur Work Camp")),
    ),
    (
        "wyoming",
        "Bitterroot County Sheriff, Wyoming (invented)",
        "US-WY",
        "sheriff",
        "WY",
        (("WY0BITT01", "Bitterroot County Detention Center"),),
    ),
)
STAFF = (
    ("clerk", "clerk", "Ana", "Reyes"),
    ("clerk2", "clerk", "Ben", "Okafor"),
    ("supervisor", "supervisor", "Sam", "Whitfield"),
    ("counsel", "counsel", "Carol", "Lindqvist"),
    ("auditor", "auditor", "Otto", "Brandt"),
    ("admin", "administrator", "Ada", "Nwosu"),
    ("liaison", "outside", "Ida", "Falk"),
)
SETTLED: dict[str, dict[str, Any]] = {
    "US-CT": {
        "papers.judicial_warrant": False,
        "person.watchlist_match": False,
        "record_complete": True,
        "person.citizen_proof": False,
        "agency.delegated_officer": False,
    },
    "US-TX": {
        "papers.judicial_warrant": False,
        "papers.administrative_warrant": True,
        "person.citizen_proof": False,
        "person.lawful_status_proof": False,
        "person.identification_shown": False,
        "agency.delegated_officer": False,
    },
    "US-WY": {"papers.judicial_warrant": False, "person.citizen_proof": False, "agency.delegated_officer": False},
}
PEOPLE = (
    ("Quintana", "Rafael", "1990-03-04", "Guatemala", "Spanish"),
    ("Ibarra", "Lucía", "1984-07-19", "Mexico", "Spanish"),
    ("Okoro", "Daniel", "1995-11-30", "Nigeria", "English"),
    ("Varga", "Istvan", "1971-02-02", "Hungary", "Hungarian"),
    ("Delacroix", "Jean", "1988-05-23", "Haiti", "Haitian Creole"),
    ("Nguyen", "Bao", "1979-09-09", "Vietnam", "Vietnamese"),
    ("Marlow", "Thomas", "1999-12-12", "", "English"),
    ("Santos", "Paulo", "1992-01-17", "Brazil", "Portuguese"),
    ("Kowalski", "Anna", "1986-06-06", "Poland", "Polish"),
    ("Rivera", "Marisol", "1993-08-15", "San Juan, Puerto Rico", "Spanish"),
    ("Haddad", "Karim", "1981-04-28", "Lebanon", "Arabic"),
    ("Pereira", "Luis", "1975-10-10", "Honduras", "Spanish"),
    ("Chen", "Wei", "1997-03-21", "China", "Mandarin"),
    ("Osei", "Kwame", "1983-12-01", "Ghana", "English"),
    ("Mendoza", "Ernesto", "1991-07-07", "El Salvador", "Spanish"),
    ("Petrov", "Ilya", "1977-01-29", "Moldova", "Romanian"),
)
CHARGES = (
    ("driving under the influence", "misdemeanor", "charged"),
    ("larceny in the sixth degree", "misdemeanor", "charged"),
    ("assault in the third degree", "misdemeanor", "charged"),
    ("breach of the peace", "misdemeanor", "charged"),
    ("burglary in the third degree", "felony", "convicted"),
    ("possession of a controlled substance", "misdemeanor", "convicted"),
)


@dataclass
class Example:
    """One agency being filled."""

    agency: Agency
    facility: Facility
    users: Mapping[str, User]
    now: datetime
    state: str
    made: list[Custody] = field(default_factory=list)

    def by(self, who: str, at: datetime | None = None) -> By:
        """That person at that moment."""
        user = self.users[who]
        user.agency = self.agency
        return acting.person(user, at or self.now)

    def ago(self, **span: float) -> datetime:
        """So long ago."""
        return self.now - timedelta(**span)

    def book(self, number: int, *, days: float = 4, picture: bool = True, **more: Any) -> Custody:
        """The person of that number, booked so many days ago."""
        surname, given, born, place, language = PEOPLE[number]
        offence, level, status = CHARGES[number % len(CHARGES)]
        at = self.ago(days=days)
        values: dict[str, Any] = {
            "surname": surname,
            "given_names": given,
            "date_of_birth": born,
            "birthplace": place,
            "language": language,
            "identifiers": {
                "fbi": f"{810000 + number * 37}E{self.state}{number % 10}",
                "sid": f"{self.state}{4400100 + number * 13}",
            },
            "booking_number": f"{at:%y}-{1100 + number * 7:05d}",
            "booked_at": at,
            "facility_identifier": self.facility.identifier,
            "basis": "arrest",
            "arresting_agency": "Example Police Department",
            "charges": [
                {"offence": offence, "level": level, "status": status, "place": f"US-{self.state}", "current": True}
            ],
        }
        custody = booking.book(self.by("clerk", at), **{**values, **more})
        if picture:
            booking.add_photo(
                self.by("clerk", at),
                custody.pk,
                documents.document(silhouette(number), f"picture-{number}.png", "photo"),
            )
        self.made.append(custody)
        return custody

    def receive(
        self,
        number: int,
        *,
        hours: float = 30,
        at: datetime | None = None,
        form: str = "I-247A",
        channel: str = "fax",
        **subject: str,
    ) -> Any:
        """A detainer on the person of that number."""
        surname, given, born, _, _ = PEOPLE[number]
        moment = at or self.ago(hours=hours)
        about = {
            "surname": surname,
            "given_names": given,
            "date_of_birth": born,
            "fbi": f"{810000 + number * 37}E{self.state}{number % 10}",
            **subject,
        }
        return intake.receive(
            self.by("clerk", moment),
            form=form,
            edition="3/17",
            dhs_number=f"LH{self.state}{2600 + number}",
            issued_by="ICE field office (example)",
            subject={name: value for name, value in about.items() if value},
            received_at=moment,
            sent_at=moment - timedelta(minutes=50),
            channel=channel,
            received_number="555-0142",
            facts_on_paper={"probable_cause": True, "complete": True},
        )

    def matched(self, number: int, *, days: float = 4, hours: float = 30, **more: Any) -> Custody:
        """Booked, with a detainer that two people matched."""
        custody = self.book(number, days=days, **more)
        detainer = self.receive(number, hours=hours)
        at = self.ago(hours=hours) + timedelta(minutes=25)
        matching.match(self.by("clerk", at), detainer.pk, custody.pk)
        matching.second_look(
            self.by("clerk2", at + timedelta(minutes=15)),
            detainer.pk,
            True,
            looked_at="picture, booking card, number on the form",
        )
        return custody

    def decided(self, number: int, *, hours: float = 30, **more: Any) -> Custody:
        """The same, with the facts that settle the answer."""
        custody = self.matched(number, hours=hours, **more)
        facts.state_facts(
            self.by("clerk", self.ago(hours=hours - 1.5)),
            custody.pk,
            SETTLED[self.agency.jurisdiction],
            "warrant query, property, booking interview",
        )
        return custody

    def serve(self, custody: Custody, hours: float = 20) -> None:
        """The person has the copy."""
        language = booking.details_of(custody.person).language or "English"
        notices.serve(self.by("clerk2", self.ago(hours=hours)), custody.pk, "detainer-copy", language=language)

    def due(self, custody: Custody, hours: float, basis: str = "court-order", told: float = 10) -> None:
        """The release time is in so many hours; it became known `told` hours ago."""
        release.set_due(
            self.by("clerk", self.ago(hours=told)),
            custody.pk,
            self.now + timedelta(hours=hours),
            basis,
            note="order no. 26-0413",
        )

    def let_go(self, custody: Custody, reason: str, *, at: datetime, note: str = "") -> None:
        """The checklist and the release, at that moment."""
        for step, found in (
            ("paper", "read"),
            ("warrants", "none"),
            ("detainers", "live"),
            ("identity", "same"),
            ("citizenship", "nothing"),
            ("door", "same"),
        ):
            release.check(self.by("clerk", at - timedelta(minutes=9)), custody.pk, step, found)
        release.release(self.by("supervisor", at), custody.pk, reason, note=note)


def fill_if_empty(now: datetime | None = None) -> bool:
    """Fill the database with the example, unless there is an agency in it. Returns whether it did."""
    if Agency.objects.exists():
        return False
    moment = now or timezone.now()
    hashed = make_password(PASSWORD)
    with transaction.atomic():
        for slug, name, place, kind, state, facilities in AGENCIES:
            fill(slug, name, place, kind, state, facilities, moment, hashed)
    work.run_due(moment)
    return True


def fill(
    slug: str, name: str, place: str, kind: str, state: str, facilities: tuple[tuple[str, str], ...], now: datetime,
    hashed: str,
) -> Example:
    """One agency with its people and its cases."""
    agency = accounts.make_agency(
        slug,
        name,
        place,
        kind,
        facilities=facilities,
        ice_number="555-0142 (example)",
        detainers_to="Records, fax 555-0199",
        retention_days=2555,
    )
    console = acting.console(agency, datetime(2019, 12, 2, 15, tzinfo=now.tzinfo))
    users = {
        key: accounts.add(
            console,
            f"{slug}-{key}",
            role,
            first_name=first,
            last_name=last,
            outside="ICE (example)" if role == "outside" else "",
            hashed=hashed,
        )[0]
        for key, role, first, last in STAFF
    }
    example = Example(agency, agency.facilities.order_by("identifier")[0], users, now, state)
    law.adopt(example.by("counsel", console.at), "Adopted as shipped; read with the agency's own orders.")
    example.agency.refresh_from_db()
    if state == "CT":
        _past_cases(example)
    _cases(example)
    return example


def _past_cases(example: Example) -> None:
    """The Connecticut cases of `examples/cases`, as far as the reports tell them; names are invented, days that no report gives are assumed."""
    folder = Path(__file__).resolve().parents[2] / "examples" / "cases"
    from lawfulhold.facts.read import read_cases

    names = (
        "connecticut-2020-burglary",
        "connecticut-2020-manslaughter",
        "connecticut-2020-narcotics",
        "hartford-2024",
    )
    invented = (
        ("Alvarado", "1987-05-02"),
        ("Bright", "1974-03-15"),
        ("Castellanos", "1990-10-21"),
        ("Dorval", "1998-01-08"),
    )
    for number, (stem, (surname, born)) in enumerate(zip(names, invented, strict=True)):
        path = folder / f"{stem}.yaml"
        if not path.is_file():
            continue
        case = read_cases(path.read_text(encoding="utf-8"), str(path))[0]
        released = (
            example.now.replace(year=2024, month=2, day=1, hour=15)
            if stem.startswith("hartford")
            else example.now.replace(year=2020, month=1, day=14 + number, hour=15)
        )
        _past_case(example, case, number, surname, born, released)


def _past_case(example: Example, case: Any, number: int, surname: str, born: str, released: datetime) -> None:
    began = released - timedelta(days=110)
    custody = booking.book(
        example.by("clerk", began),
        surname=surname,
        given_names="Example",
        date_of_birth=born,
        identifiers={"fbi": f"77700{number}CT1"},
        booking_number=f"EX-{number + 1}",
        booked_at=began,
        facility_identifier=example.facility.identifier,
        basis="sentence",
        source=f"examples/cases/{case.case}.yaml",
        charges=[charge.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for charge in case.charges],
    )
    received = released - timedelta(days=60)
    detainer = intake.receive(
        example.by("clerk", received),
        form="I-247A",
        edition="3/17",
        subject={"surname": surname, "date_of_birth": born, "fbi": f"77700{number}CT1"},
        received_at=received,
        channel="fax",
        facts_on_paper={"complete": True},
    )
    matching.match(example.by("clerk", received + timedelta(hours=1)), detainer.pk, custody.pk)
    matching.second_look(
        example.by("clerk2", received + timedelta(hours=2)), detainer.pk, True, looked_at="picture and file"
    )
    known: dict[str, Any] = {
        f"papers.{name}": value for name, value in case.papers if value is not None and name != "administrative_warrant"
    }
    known |= {
        f"person.{name}": getattr(case.person, name)
        for name in ("watchlist_match", "noncitizen")
        if getattr(case.person, name) is not None
    }
    if case.person.citizen_proof is False:
        known["person.citizen_proof"] = False
    if case.record_complete is not None:
        known["record_complete"] = case.record_complete
    facts.state_facts(
        example.by("clerk", received + timedelta(hours=3)), custody.pk, known, f"examples/cases/{case.case}.yaml"
    )
    notices.serve(example.by("clerk", received + timedelta(hours=4)), custody.pk, "detainer-copy", language="English")
    release.set_due(
        example.by("clerk", released - timedelta(hours=3)),
        custody.pk,
        released,
        "sentence-complete",
        note="time computation",
    )
    example.let_go(custody, "release-time", at=released + timedelta(minutes=12))


def _cases(example: Example) -> None:
    """The cases that every agency has, and then those that its law makes."""
    for number, days in ((6, 1), (12, 2)):
        example.book(number, days=days)
    custody = example.book(13, days=3)
    release.bail(
        example.by("clerk", example.ago(hours=40)),
        custody.pk,
        "set",
        amount=Decimal("750"),
        court="County court (example)",
    )
    example.receive(1, hours=3)  # not matched yet
    example.book(1, days=1)
    example.receive(14, hours=2, channel="e-mail", fbi="")  # only a name and a date of birth
    second = example.book(15, days=2)
    waiting = example.receive(15, hours=5)
    matching.match(example.by("clerk", example.ago(hours=4)), waiting.pk, second.pk)
    missing = example.matched(2, days=5)
    example.due(missing, 20)
    example.matched(9, days=6, hours=26)  # born in San Juan: the own file makes the claim
    gone = example.book(10, days=9)
    example.due(gone, -50, told=60)
    example.let_go(gone, "release-time", at=example.ago(hours=49, minutes=40))
    late = example.receive(10, hours=48)
    matching.match(example.by("clerk", example.ago(hours=47)), late.pk, gone.pk)
    matching.second_look(example.by("clerk2", example.ago(hours=46)), late.pk, True, looked_at="picture and file")
    lifted = example.decided(11, days=8, hours=100)
    intake.cancel(
        example.by("clerk", example.ago(hours=70)),
        lifted.detainers.get().pk,
        example.ago(hours=70),
        note="I-247A marked as cancelled",
    )
    {"CT": _connecticut, "TX": _texas, "WY": _wyoming}[example.state](example)
    subpoenas.log(
        example.by("clerk", example.ago(days=2)),
        type="administrative",
        issuer="ICE field office (example)",
        signed_by="Supervisory officer",
        addressed_to=example.agency.name,
        served_at=example.ago(days=2, hours=1),
        served_how="by hand",
        served_on="front desk",
        asks="Booking records and home address of one person.",
        return_at=example.now + timedelta(days=12),
        number="I-138-0007",
    )


def _connecticut(example: Example) -> None:
    soon = example.decided(0, days=5)
    example.serve(soon)
    example.due(soon, 0.8)
    contacts.send(example.by("clerk", example.ago(hours=19)), soon.pk, "decline", channel="fax", number="555-0142")
    example.due(example.decided(4, days=3), 3.5)
    example.decided(5, days=12)
    warrant = example.decided(8, days=7)
    intake.record_warrant(
        example.by("clerk", example.ago(hours=12)),
        warrant.pk,
        type="federal-criminal",
        issuer="U.S. District Court, District of Connecticut (example)",
        issuer_office="federal-magistrate",
        signed_by="Magistrate Judge R. Alder",
        statute="18 U.S.C. 922(g)",
        number="3:26-mj-0007",
    )
    example.due(warrant, 30, told=8)
    released = example.decided(3, days=9, hours=150)
    example.serve(released, hours=140)
    example.due(released, -30, told=40)
    example.let_go(released, "release-time", at=example.ago(hours=29, minutes=45))


def _texas(example: Example) -> None:
    held = example.decided(0, days=5)
    example.serve(held)
    example.due(held, -6, told=10)
    holds.hold(example.by("supervisor", example.ago(hours=8)), held.pk, "statute")
    contacts.send(
        example.by("clerk", example.ago(hours=8)),
        held.pk,
        "notice-of-release",
        channel="fax",
        number="555-0142",
        official="Duty officer (example)",
        content="Release time as ordered; the person is held as the detainer asks.",
    )
    soon = example.decided(4, days=3)
    example.serve(soon, hours=4)
    example.due(soon, 0.8, told=3)
    example.due(example.decided(5, days=12), 3.5)  # not served yet
    claimed = example.decided(8, days=7)
    example.serve(claimed)
    example.due(claimed, -2, told=12)
    holds.hold(example.by("supervisor", example.ago(hours=9)), claimed.pk, "statute")
    claims.make(
        example.by("clerk2", example.ago(hours=1)),
        claimed.pk,
        "family",
        "A brother says she was born in Laredo and brings the certificate.",
    )
    collected = example.decided(3, days=9, hours=150)
    example.serve(collected, hours=140)
    example.due(collected, -60, told=80)
    holds.hold(example.by("supervisor", example.ago(hours=75)), collected.pk, "statute")
    transfers.transfer(
        example.by("supervisor", example.ago(hours=50)),
        collected.pk,
        "ice",
        recipient="Deportation officer (example)",
        identification="credential seen, no. 4411",
    )
    waited = example.decided(7, days=8, hours=170)
    example.serve(waited, hours=160)
    example.due(waited, -100, told=120)
    holds.hold(example.by("supervisor", example.ago(hours=110)), waited.pk, "statute")
    contacts.send(
        example.by("clerk", example.ago(hours=109)),
        waited.pk,
        "notice-of-release",
        channel="phone",
        official="Duty officer (example)",
        content="Release time told.",
    )
    example.let_go(waited, "limit", at=example.ago(hours=52))


def _wyoming(example: Example) -> None:
    settled = example.decided(0, days=5)
    example.serve(settled)
    settled.refresh_from_db()
    assert settled.decision is not None
    counsel.opine(
        example.by("counsel", example.ago(hours=18)),
        settled.pk,
        settled.decision.pk,
        "hold",
        "prohibited",
        "No statute gives the authority; the board has not adopted a policy.",
    )
    example.due(settled, 0.8)
    example.due(example.decided(4, days=3), 3.5)
    example.decided(5, days=12)
    released = example.decided(3, days=9, hours=150)
    example.serve(released, hours=140)
    contacts.send(
        example.by("clerk", example.ago(hours=130)),
        released.pk,
        "notice-of-release",
        channel="fax",
        official="Duty officer (example)",
        content="Release time told.",
    )
    example.due(released, -30, told=40)
    example.let_go(released, "release-time", at=example.ago(hours=29, minutes=45))


def sign_ins(address: str) -> str:
    """The sign-ins of the example, for the terminal."""
    lines = [
        f"The desk is at {address}" if address else "The example is in the database.",
        f"Sign in with the password {PASSWORD} (an example: invented people, no second factor) as",
    ]
    for slug, name, _, _, _, _ in AGENCIES:
        lines.append(f"  {name}: " + ", ".join(f"{slug}-{key}" for key, _, _, _ in STAFF))
    return "\n".join(lines)


def silhouette(number: int, width: int = 120, height: int = 150) -> bytes:
    """A PNG of a head and shoulders in grey, on a ground that differs by number: it stands where a booking picture stands."""
    ground = ((222, 226, 230), (214, 224, 233), (230, 224, 214), (216, 230, 220), (229, 218, 228))[number % 5]
    figure = (92 + number * 7 % 40,) * 3
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            head = (x - width / 2) ** 2 / (24 + number % 5) ** 2 + (y - 55) ** 2 / (32 + number % 4) ** 2 <= 1
            shoulders = (x - width / 2) ** 2 / 50**2 + (y - height) ** 2 / 58**2 <= 1
            rows += bytes(figure if head or shoulders else ground)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )

"""Matching a detainer to a person: two hard identifiers beyond the surname, none that disagrees, and a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from lawfulhold.desk.encryption import blind, normal_name, normal_number
from lawfulhold.desk.errors import Invalid, NotAllowed, RuleOfTheDesk
from lawfulhold.desk.models import Booking, Custody, Detainer, DetainerEvent, Identifier, PersonDetails
from lawfulhold.desk.services import alerts, booking, claims, docket, intake
from lawfulhold.desk.services.acting import By

HARD = {
    "date_of_birth": "Date of birth",
    "booking_number": "Booking number",
    "fbi": "FBI number",
    "sid": "SID",
    "a-number": "A-number",
    "passport": "Passport",
}
NEEDED = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case beside a detainer: which hard identifiers agree, which disagree, and whether the names do."""

    custody: Custody
    details: PersonDetails
    agree: tuple[str, ...]
    disagree: tuple[str, ...]
    surname_agrees: bool

    @property
    def enough(self) -> bool:
        """Two hard identifiers agree and none disagrees."""
        return len(self.agree) >= NEEDED and not self.disagree


def compare(detainer: Detainer, custody: Custody) -> Candidate:
    """Set what the detainer says of its person against what the jail knows."""
    details = booking.details_of(custody.person)
    known: dict[str, set[str]] = {"date_of_birth": {details.date_of_birth} - {""}}
    known["booking_number"] = {row.index for row in Booking.objects.filter(custody=custody).in_force()}
    for row in Identifier.objects.filter(person=custody.person).in_force():
        known.setdefault(row.kind, set()).add(row.index)
    agree, disagree = [], []
    for name in HARD:
        given = detainer.subject.get(name)
        if not given or not known.get(name):
            continue
        value = given if name == "date_of_birth" else blind("booking" if name == "booking_number" else name, given)
        (agree if value in known[name] else disagree).append(name)
    same_name = normal_name(detainer.subject.get("surname", "")) == normal_name(details.surname)
    return Candidate(custody, details, tuple(agree), tuple(disagree), same_name)


def candidates(by: By, detainer: Detainer) -> list[Candidate]:
    """The cases that the detainer may be about, the likeliest first: by number, then by date of birth and surname. Never more than twenty."""
    found: dict[Any, Custody] = {}
    numbers = {name: normal_number(detainer.subject.get(name, "")) for name in HARD if name != "date_of_birth"}
    every = Custody.objects.filter(agency=by.agency, purged_at__isnull=True)
    if numbers.get("booking_number"):
        for custody in every.filter(bookings__index=blind("booking", detainer.subject["booking_number"])):
            found[custody.pk] = custody
    for kind in ("fbi", "sid", "a-number", "passport"):
        if numbers.get(kind):
            for custody in every.filter(
                person__identifiers__kind=kind, person__identifiers__index=blind(kind, detainer.subject[kind])
            ):
                found[custody.pk] = custody
    for custody in every.filter(surname_index=detainer.surname_index).order_by("-open", "-began_at")[:20]:
        found[custody.pk] = custody
    compared = [compare(detainer, custody) for custody in found.values()]
    compared.sort(key=lambda item: (-len(item.agree), len(item.disagree), not item.custody.open, item.custody.number))
    return compared[:20]


def match(by: By, detainer_id: Any, custody_id: Any, *, note: str = "") -> Detainer:
    """The first look: this detainer is about the person of this case. It stays off the record until a second person has looked."""
    by.must("match")
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = intake.detainer_of(by, detainer_id)
        if row.state not in ("received", "doubt"):
            raise RuleOfTheDesk("match-once", "This detainer is not waiting to be matched.")
        custody = intake.open_case(by, custody_id)
        compared = compare(row, custody)
        if compared.disagree:
            names = ", ".join(HARD[name] for name in compared.disagree)
            raise RuleOfTheDesk(
                "match-identifiers",
                f"{names} on the detainer is not that of the person in custody.",
                advice="It may be a namesake. Mark it as in doubt, or return it to ICE.",
            )
        if len(compared.agree) < NEEDED:
            names = ", ".join(HARD[name] for name in compared.agree) or "none"
            raise RuleOfTheDesk(
                "match-identifiers",
                f"A match needs two hard identifiers that agree; here: {names}. A surname is none.",
                advice=f"Ask ICE or the booking file for one of: {', '.join(HARD.values())}.",
            )
        event = DetainerEvent(
            detainer=row,
            kind="first-match",
            at=by.at,
            custody=custody,
            note=note[:500],
            details={"agree": list(compared.agree), "surname": compared.surname_agrees},
        )
        row.state = "second-look"
        row.save(update_fields=["state"])
        docket.enter(
            by,
            "detainer-first-match",
            f"Detainer matched by {', '.join(HARD[name].lower() for name in compared.agree)}; a second person has to look.",
            event,
            custody=custody,
        )
    return row


def first_look(detainer: Detainer) -> DetainerEvent:
    """The first match that waits for the second person."""
    event = (
        DetainerEvent.objects.filter(detainer=detainer, kind="first-match")
        .select_related("custody")
        .order_by("entry_id")
        .last()
    )
    if event is None:
        raise RuleOfTheDesk("second-look", "Nobody has matched this detainer yet.")
    return event


def second_look(by: By, detainer_id: Any, agrees: bool, *, looked_at: str = "", seen: int | None = None) -> Detainer:
    """The second look, by another person who has looked at the picture and the papers: the detainer goes on the case, or back to doubt."""
    by.must("match")
    if by.user is None:
        raise NotAllowed("The second look is a person's.")
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = intake.detainer_of(by, detainer_id)
        if row.state != "second-look":
            raise RuleOfTheDesk("second-look", "This detainer does not wait for a second look.")
        first = first_look(row)
        if first.recorded_by_id == by.user.pk:
            raise RuleOfTheDesk("second-look", "The second look is another person's: you made the first match.")
        if not agrees:
            row.state = "doubt"
            row.save(update_fields=["state"])
            docket.enter(
                by,
                "detainer-doubt",
                "The second person does not agree with the match.",
                DetainerEvent(detainer=row, kind="refused", at=by.at, custody=first.custody, note=looked_at[:500]),
                custody=first.custody,
            )
            return row
        if not looked_at.strip():
            raise Invalid("Say what was looked at (picture, papers, numbers).", field="looked_at")
        assert first.custody_id is not None
        with docket.changing(by, first.custody_id, seen) as custody:
            compared = compare(row, custody)
            if not compared.enough:
                raise RuleOfTheDesk("match-identifiers", "The identifiers do not agree any more; look again.")
            late = custody.released_at is not None and row.received_at >= custody.released_at
            row.custody, row.state = custody, "after-release" if late else "matched"
            row.live = not late and custody.open
            kind = "after-release" if late else "matched"
            rows = [
                DetainerEvent(
                    detainer=row,
                    kind=kind,
                    at=by.at,
                    custody=custody,
                    note=looked_at[:500],
                    details={"agree": list(compared.agree)},
                )
            ]
            if not late:
                rows += _replace_older(by, row, custody)
            row.save(update_fields=["custody", "state", "live"])
            says = (
                "Detainer matched by a second person."
                if not late
                else "The detainer came after the release: neither honored nor declined."
            )
            docket.enter(by, "detainer-matched", says, *rows, custody=custody)
            if not late:
                claims.look_in_own_file(by, custody)
    return row


def _replace_older(by: By, row: Detainer, custody: Custody) -> list[DetainerEvent]:
    """A newer paper on the same DHS file replaces the older one; others stay live beside it, and the newest live one is put to the law."""
    events = []
    for older in Detainer.objects.filter(
        custody=custody, live=True, dhs_number=row.dhs_number, received_at__lte=row.received_at
    ).exclude(pk=row.pk):
        if row.dhs_number:
            older.state, older.live = "replaced", False
            older.save(update_fields=["state", "live"])
            events.append(
                DetainerEvent(detainer=older, kind="replaced", at=by.at, custody=custody, details={"by": str(row.pk)})
            )
    return events


def doubt(by: By, detainer_id: Any, note: str) -> Detainer:
    """Mark a detainer as in doubt: whose it is has to be found out, or, for one that was taken for the same paper again, whether it is."""
    by.must("match")
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = intake.detainer_of(by, detainer_id)
        if row.state not in ("received", "second-look", "duplicate"):
            raise RuleOfTheDesk("doubt", "This detainer is not waiting to be matched.")
        row.state, row.live = "doubt", True
        row.save(update_fields=["state", "live"])
        docket.enter(
            by,
            "detainer-doubt",
            f"Detainer in doubt: {note.strip()}",
            DetainerEvent(detainer=row, kind="doubt", at=by.at, note=note[:500]),
        )
    return row


def take_off(by: By, detainer_id: Any, reason: str) -> Detainer:
    """A detainer stands on the wrong case: it is taken off at once, the case is decided again, and the detainer is in doubt."""
    by.must("match")
    if not reason.strip():
        raise Invalid("Say how the mistake was found.", field="reason")
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = intake.detainer_of(by, detainer_id)
        if row.custody_id is None:
            raise RuleOfTheDesk("take-off", "This detainer is on nobody's record.")
        with docket.changing(by, row.custody_id) as custody:
            row.custody, row.state, row.served_at = None, "doubt", None
            row.save(update_fields=["custody", "state", "served_at"])
            docket.enter(
                by,
                "detainer-taken-off",
                f"The detainer was taken off this case: {reason.strip()}",
                DetainerEvent(detainer=row, kind="moved", at=by.at, custody=custody, note=reason.strip()[:500]),
                custody=custody,
            )
            alerts.alert(
                by,
                custody,
                "cancelled",
                f"taken-off:{row.pk}:{by.at.isoformat()}",
                f"{custody.number}: a detainer was on this person by mistake and was taken off. Tell the person.",
                "now",
                "clerk",
                custody.release_due_at,
            )
    return row

"""A case that was read, as a draft case file: only what the report says, each fact with where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lawfulhold.sources.brought import FEDERAL
from lawfulhold.sources.dates import first_day, last_day
from lawfulhold.sources.marks import state_code
from lawfulhold.sources.reading import Charge, Event, ReadCase, Reading, Span
from lawfulhold.sources.vocabulary import pattern_file

STATUS = {"charged": "charged", "convicted": "convicted", "arrested-for": "arrested", "dismissed": "dismissed"}
LONGEST_NAME = 50
# Events of a custody of a state, county or city.
HELD_LOCALLY = frozenset({"criminal-arrest", "detainer-lodged", "detainer-declined", "detainer-honored", "released-from-custody", "transferred"})
# Days from an arrest to the release after which a charge may be of another custody.
LONGEST_CUSTODY = 730
_JAIL_OF_SHERIFF = re.compile(r"\bHouse of Corrections?\b|\bSheriff", re.IGNORECASE)


def draft_cases(reading: Reading, *, places: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Case files (as plain data, ready for `Case.model_validate`) for the cases of a reading.

    `places` are the codes of jurisdictions that have a law file; left out, those of the law shipped with the package. A case whose state the reports do not tell
    is left out: no law can be asked about it. Nothing is assumed: what the reports do not say is not in the file.
    """
    known = set(_law_codes() if places is None else places)
    return [draft for case in reading.cases if (draft := draft_case(case, known)) is not None]


def draft_case(case: ReadCase, places: Collection[str] = ()) -> dict[str, Any] | None:
    """The draft case file of one case, or None when its state is not told."""
    state = case.place.get("state")
    if state is None:
        return None
    sources: dict[str, str] = {}
    draft: dict[str, Any] = {"case": case_name(case.identifier), "title": _title(case), "jurisdiction": jurisdiction_code(case, places)}
    sources["jurisdiction"] = _source(state.span)
    draft["agency"] = _agency(case, sources)
    release = _release(case)
    if release is not None:
        draft["date"] = release.when.date
        sources["date"] = _source(release.span)
    elif _let_go(case):
        _bounds(case, draft, sources)
    _detainer(case, draft, sources)
    _papers(case, draft, sources)
    _charges(case, draft, sources)
    _custody(case, draft, sources)
    _person(case, draft, sources)
    arrest = _arrest(case, release)
    if arrest is not None:
        draft["arrested_on"] = arrest.when.date
        sources["arrested_on"] = _source(arrest.span)
    draft["sources"] = sources
    draft["differences"] = [{"fact": difference.fact, "versions": [{"value": version.value, "source": _place(version.span)} for version in difference.versions], "note": difference.note}
                            for difference in case.differences]
    draft["events"] = [_event(event) for event in in_order(case.events)]
    draft["claims"] = _claims(case)
    return draft


def in_order(events: list[Event]) -> list[Event]:
    """The events by date; those without one stay after the event that the report tells before them."""
    ordered: list[tuple[str, int, Event]] = []
    last = ""
    for number, event in enumerate(events):
        key = event.when.date or last
        last = key
        ordered.append((key, number, event))
    return [event for _, _, event in sorted(ordered, key=lambda one: (one[0], one[1]))]


def jurisdiction_code(case: ReadCase, places: Collection[str]) -> str:
    """`US-VA-FAIRFAX` when that place has a law file, else the state's code `US-VA`."""
    state = f"US-{case.place['state'].value}"
    for name in ("county", "city"):
        fact = case.place.get(name)
        if fact is None:
            continue
        words = re.sub(r"[^A-Z ]", "", str(fact.value).upper().replace("-", " "))
        endings = ("", " COUNTY") if name == "county" else ("", " CITY")
        spellings = [form for ending in endings for form in (f"{words}{ending}".replace(" ", "-"), f"{words}{ending}".replace(" ", ""))]
        spellings += {"NEW YORK CITY": ["NYC"]}.get(words, [])
        for spelling in spellings:
            if f"{state}-{spelling}" in places:
                return f"{state}-{spelling}"
    return state


@cache
def _law_codes() -> frozenset[str]:
    package = Path(__file__).resolve().parent.parent
    folder = package / "_law" if (package / "_law").is_dir() else package.parent / "law"
    return frozenset(path.stem for path in folder.glob("US*.yaml"))


def agency_kind(name: str, state: str | None) -> str:
    """The kind of agency (law/agencies.yaml) that a name tells; `local-jail` when it tells no more than that it holds people."""
    words = pattern_file("agencies")
    plain = name.lower().replace("’", "'")
    if "sheriff" in plain:
        return "sheriff"
    if re.search(r"court support services|judicial branch", plain):
        return "courts"
    if re.search(r"\bcourt\b", plain):
        return "courts"
    if re.search(r"department of corrections?|corrections? department|department of public safety", plain):
        if "county" in plain:
            return "county-corrections"
        return "city-corrections" if any(city.lower() in plain for city in words_of_cities()) else "state-corrections"
    if "state police" in plain or "highway patrol" in plain:
        return "state-police"
    if "county police" in plain:
        return "local-law-enforcement"
    if "police" in plain or plain in {"nypd", "lapd"}:
        return "municipal-police"
    if state in words["unified_states"] and re.search(r"correctional|jail|prison|detention|corrections", plain):
        return "state-corrections"
    if _JAIL_OF_SHERIFF.search(name):
        return "sheriff"
    if "regional" in plain:
        return "regional-jail"
    if "county" in plain:
        return "county-jail"
    if re.search(r"state prison|penitentiary|correctional institution", plain):
        return "state-corrections"
    if re.search(r"city jail|justice center", plain):
        return "municipal-jail"
    return "local-jail"


@cache
def words_of_cities() -> frozenset[str]:
    """The cities that are known by name alone."""
    return frozenset(pattern_file("places")["cities"])


def _agency(case: ReadCase, sources: dict[str, str]) -> dict[str, Any]:
    state = case.place["state"].value
    agency, facility = case.place.get("agency"), case.place.get("facility")
    chosen = agency
    if facility is not None and (agency is None or agency_kind(str(agency.value), state) in {"municipal-police", "local-law-enforcement", "state-police", "courts"}):
        chosen = facility
    if chosen is not None:
        sources["agency.name"] = _source(chosen.span)
        return {"kind": agency_kind(str(chosen.value), state), "name": str(chosen.value)}
    county = case.place.get("county")
    if county is not None:
        sources["agency.kind"] = _source(county.span)
        return {"kind": "county-jail", "name": f"{county.value} County"}
    return {"kind": "local-jail"}


def _release(case: ReadCase) -> Event | None:
    for kind in ("released-from-custody", "detainer-declined", "transferred", "detainer-honored"):
        dated = [event for event in case.events if event.type == kind and event.when.date]
        if dated:
            return max(dated, key=lambda event: event.when.date or "")
    return None


def _let_go(case: ReadCase) -> bool:
    return any(event.type in {"released-from-custody", "detainer-declined"} for event in case.events)


def _bounds(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    """A release without a date lies between the last dated step of the custody and the arrest by ICE, or the day of the report, as far as they are told."""
    after = max((event for event in case.events if event.type == "ice-arrest" and event.when.date), key=lambda event: str(event.when.date), default=None)
    latest = str(after.when.date) if after is not None else case.published
    if latest is None:
        return
    steps = [event for event in case.events if event.type in {"criminal-arrest", "detainer-lodged", "arraignment", "charge"} and event.when.date]
    before = max((event for event in steps if str(event.when.date) <= latest), key=lambda event: str(event.when.date), default=None)
    draft["date"] = {"to": last_day(latest).isoformat()}
    sources["date"] = f"not told; before {_source(after.span)}" if after is not None else f"not told; before the day of the report, {latest}"
    if before is not None:
        draft["date"] = {"from": first_day(str(before.when.date)).isoformat(), **draft["date"]}
        sources["date"] += f"; after {_source(before.span)}"


def _arrest(case: ReadCase, release: Event | None) -> Event | None:
    arrests = [event for event in case.events if event.type == "criminal-arrest" and event.when.date]
    if release is not None and release.when.date:
        arrests = [event for event in arrests if (event.when.date or "") <= release.when.date]
    return max(arrests, key=lambda event: event.when.date or "", default=None)


def _first(case: ReadCase, *kinds: str) -> Event | None:
    return next((event for event in case.events if event.type in kinds), None)


def _detainer(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    lodged = _first(case, "detainer-lodged") or _first(case, "detainer-declined", "detainer-honored")
    if lodged is not None:
        draft["detainer"] = {"lodged": True}
        sources["detainer.lodged"] = _source(lodged.span)


def _outstanding(warrant: Event, case: ReadCase) -> bool:
    """True for a warrant that nothing told took away before the release: it was not recalled, was there by then, and no arrest by the police may have served it."""
    release = _release(case)
    if warrant.more.get("set_aside") or (release is not None and warrant.when.date and first_day(warrant.when.date) > last_day(str(release.when.date))):
        return False
    arrests = [event.when.date for event in case.events if event.type == "criminal-arrest"]
    return all(day is not None and warrant.when.date is not None and last_day(day) < first_day(warrant.when.date) for day in arrests)


def _papers(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    papers: dict[str, Any] = {}
    warrant = next((event for event in case.events if event.type == "warrant-issued" and event.more.get("kind") == "judicial" and _outstanding(event, case)), None)
    if warrant is not None:
        papers |= {"criminal_warrant": True, "judicial_warrant": True}
        sources["papers.judicial_warrant"] = sources["papers.criminal_warrant"] = _source(warrant.span)
    order = next((event for event in case.events if event.type == "removal-order" and not event.more.get("set_aside")), None)
    if order is not None:
        papers["removal_order"] = True
        sources["papers.removal_order"] = _source(order.span)
    subpoena = _first(case, "subpoena-issued")
    if subpoena is not None:
        papers["subpoena"] = "administrative"
        sources["papers.subpoena"] = _source(subpoena.span)
    if papers:
        draft["papers"] = papers


def _brought(charge: Charge, case: ReadCase) -> str | None:
    """The place whose law a charge is under: as told, else the case's state for a charge of the custody that the case is about; None when neither is known."""
    here = f"US-{case.place['state'].value}"
    if re.search(r"\bre-?entry\b", charge.wording, re.IGNORECASE):
        return FEDERAL
    if charge.where is not None:
        told = str(charge.where.value)
        if told == FEDERAL:
            return FEDERAL
        if state_code(told):
            return f"US-{state_code(told)}"
        if any(names_place(str(case.place[name].value), told, kind=name) for name in ("city", "county", "facility") if name in case.place):
            return here
    return here if _of_this_custody(charge, case) else None


# Capitals that go on with the name of a place's court or jail; any other goes on with the name of another place (Lee Springs).
_OF_PLACE = frozenset({"County", "City", "Parish", "Municipal", "Superior", "District", "Circuit", "Criminal", "Magistrate", "Probate", "Common", "General", "Supreme", "Family", "Juvenile", "Justice", "Trial", "Court",
                       "Police", "Sheriff", "Sheriff's", "Sheriff’s", "Jail", "Prison", "Correctional", "Corrections", "Detention", "Department", "House", "Regional"})
_OTHER_KIND = {"city": frozenset({"County", "Parish"}), "county": frozenset({"City"})}


def names_place(place: str, told: str, *, kind: str) -> bool:
    """True when the words name this place, and not one whose name is a part of theirs (Leesburg, Fort Lee, Lee Springs, the county of a city's name)."""
    goes_on = _OF_PLACE - _OTHER_KIND.get(kind, frozenset())
    found = re.finditer(rf"(?:(?P<before>[\w.'’-]+) )?(?<![\w-]){re.escape(place)}(?:['’]s)?(?![\w-])(?: (?P<after>[A-ZÀ-Þ][\w'’-]*))?", told)
    return any((one["before"] is None or one["before"] == "The" or one["before"][0].islower()) and (one["after"] is None or one["after"] in goes_on) for one in found)


def _of_this_custody(charge: Charge, case: ReadCase) -> bool:
    """True for a charge of the arrest that led to the release: its day lies between the two, or it is pending and no other arrest is told."""
    release = _release(case)
    arrest = _arrest(case, release)
    if not any(event.type in HELD_LOCALLY for event in case.events):
        return False
    let_go = last_day(str(release.when.date)) if release is not None else None
    if arrest is not None and let_go is not None and (let_go - first_day(str(arrest.when.date))).days > LONGEST_CUSTODY:
        return False
    if charge.day is not None and arrest is not None:
        return first_day(str(arrest.when.date)) <= last_day(charge.day) and (let_go is None or first_day(charge.day) <= let_go)
    return charge.status != "convicted" and sum(event.type == "criminal-arrest" for event in case.events) < 2


def _charges(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    charges = []
    for charge in case.charges:
        status = STATUS.get(charge.status)
        if status is None:
            continue
        place = _brought(charge, case)
        charges.append({"offence": charge.wording, "status": status} | ({"place": place} if place else {}))
        sources[f"charges[{len(charges) - 1}]"] = _source(charge.span)
    if charges:
        draft["charges"] = charges


def _custody(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    bond = _first(case, "bond-posted")
    if bond is not None:
        draft["custody"] = {"bail_posted": True}
        sources["custody.bail_posted"] = _source(bond.span)


def _person(case: ReadCase, draft: dict[str, Any], sources: dict[str, str]) -> None:
    person: dict[str, Any] = {}
    age, nationality = case.person.get("age"), case.person.get("nationality")
    release = _release(case)
    same_year = release is None or case.published is None or (release.when.date or "")[:4] == case.published[:4]
    if age is not None and same_year:
        person["age"] = age.value
        sources["person.age"] = _source(age.span)
    claim = case.person.get("citizen_claim")
    if claim is not None:
        person["citizen_claim"] = True
        sources["person.citizen_claim"] = _source(claim.span)
    elif nationality is not None:
        person["noncitizen"] = True
        sources["person.noncitizen"] = _source(nationality.span)
    removal = _removed_before(case)
    if removal is not None:
        person["prior_removal"] = True
        sources["person.prior_removal"] = _source(removal.span)
    registered = _first(case, "sex-offender-registration")
    if registered is not None:
        person["sex_offender_registry"] = True
        sources["person.sex_offender_registry"] = _source(registered.span)
    if person:
        draft["person"] = person


def _removed_before(case: ReadCase) -> Event | None:
    """What tells that the person had been removed before the custody: a removal dated before its release or detainer, or a return after one; None when nothing does."""
    release = _release(case)
    detained = [event for event in case.events if event.type == "detainer-lodged"]
    let_go = _latest(([release] if release is not None else []) or detained)
    end = let_go or _latest([event for event in case.events if event.type == "ice-arrest"])
    removals, returns = ([event for event in case.events if event.type == kind] for kind in ("removal", "reentry"))
    before = [event for event in removals if event.when.date and let_go is not None and last_day(event.when.date) < let_go]
    if before:
        return before[0]
    if any(event.when.date and end is not None and last_day(event.when.date) >= end for event in removals):
        return None
    return next((event for event in returns if not event.when.date or end is None or last_day(event.when.date) < end), None)


def _latest(events: list[Event]) -> date | None:
    """The first day on which the latest of these events may have been; None when none has a day."""
    return max((first_day(event.when.date) for event in events if event.when.date), default=None)


def _claims(case: ReadCase) -> list[dict[str, Any]]:
    """Each claim once, in the words of the report that makes it first, with the places where it is made."""
    claims: dict[tuple[str, str], list[Span]] = {}
    for claim in case.claims:
        claims.setdefault((claim.says, claim.question), []).append(claim.span)
    return [{"says": " ".join(spans[0].words.split()), "question": question, "source": "; ".join(map(_source, spans[:3]))} for (_, question), spans in claims.items()]


def _event(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"type": event.type}
    if event.when.date:
        found["date"] = event.when.date
    notes = [part for part in (f"by {event.by}" if event.by else "", f"to {event.to}" if event.to else "", f"at {event.place}" if event.place else "",
                               "set aside since" if event.more.get("set_aside") else "",
                               f"date as written: {event.when.as_written}" if event.when.as_written and not event.when.date else "") if part]
    if notes:
        found["note"] = "; ".join(notes)
    found["source"] = _source(event.span)
    return found


def _title(case: ReadCase) -> str:
    nationality = case.person.get("nationality")
    where = next((str(case.place[name].value) for name in ("facility", "agency", "city", "county") if name in case.place), str(case.place["state"].value))
    who = "a person said to be a U.S. citizen" if "citizen_claim" in case.person else f"citizen of {nationality.value}" if nationality else ("a group" if case.group else "a person")
    release = _release(case)
    when = f", {release.when.date}" if release is not None else ""
    return f"{who}, {where}{when}"


def case_name(identifier: str) -> str:
    """The name of the draft of a case, and of its file: the letters and figures of its identifier, of any script."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", identifier)).strip("-").lower()


def unique_name(name: str, taken: dict[str, int]) -> str:
    """`name`, cut to what the name of a file can hold, with a number behind it where one of that name is already in `taken`; it is in it from then on.

    `taken` is empty at first; it says how often each name was given."""
    short = found = name[:LONGEST_NAME] if case_name(name) else "report"
    number = taken.get(case_name(short), 1)
    while case_name(found) in taken:
        number += 1
        found = f"{short}-{number}"
    taken[case_name(short)] = number
    taken.setdefault(case_name(found), 1)
    return found


def _place(span: Span) -> str:
    page = f" page {span.page}," if span.page else ""
    return f"{Path(span.file).name},{page} characters {span.start}-{span.end}{' (read from a picture)' if span.from_picture else ''}"


def _source(span: Span) -> str:
    words = " ".join(span.words.split())
    if len(words) > 160:
        words = words[:159] + "…"
    corrected = f" (corrected by a person; {span.corrected})" if span.corrected else ""
    return f"{_place(span)}: “{words}”{corrected}"

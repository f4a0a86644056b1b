"""The place of a case: agency, facility, city, county, state, from the words that say who held, declined, released and arrested.

Each is filled only from words of the report. The state may also be the only one that fits the county, the city and the ICE field office
that the report names; then its basis is `narrowed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from lawfulhold.sources.marks import Mark, Marked, counties_in, state_code
from lawfulhold.sources.reading import Event, Fact
from lawfulhold.sources.vocabulary import names, pattern_file

AGENCY_KINDS = ("corrections", "sheriff", "police", "court", "jail")
_HOLDING = ("corrections", "sheriff", "jail")
_ROLE_ORDER = {"declined": 0, "lodged": 1, "released": 2, "held": 3, "honored": 1, "subpoenaed": 1, "arrested": 4, "convicted": 5, "named": 6}


@dataclass(frozen=True, slots=True)
class Named:
    """An agency or place mark with the role it plays in a sentence of the case."""

    mark: Mark
    marked: Marked
    role: str
    order: int


@dataclass(slots=True)
class Evidence:
    """What a report says about places, for one case."""

    agencies: list[Named] = field(default_factory=list)
    places: list[Named] = field(default_factory=list)
    shared: list[Named] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)


_ROLES = {"detainer-declined": "declined", "detainer-lodged": "lodged", "released-from-custody": "released", "detainer-honored": "honored", "transferred": "released",
          "subpoena-issued": "subpoenaed", "criminal-arrest": "arrested", "charge": "convicted", "conviction": "convicted", "sentence": "convicted", "indictment": "convicted", "arraignment": "convicted", "ice-arrest": "ice",
          "ice-custody": "ice-custody", "encounter": "encounter", "entry": "entry", "bond-posted": "released", "court-order": "released"}


def role_of_event(event_type: str) -> str:
    """The role that a place named with an event of this type plays."""
    return _ROLES.get(event_type, "named")


def collect(evidence: Evidence, marked: Marked, roles: list[tuple[int, int, str]], *, whole: bool, between: tuple[int, int] | None = None) -> None:
    """Add the agencies and places of a sentence. `roles`: the parts of the line, each with the role of its event.

    `between` limits it to a part of the line.
    `whole` is False for a sentence that is not about this case alone (the first line, the title): its places count last.
    """
    for position, mark in marked.of_kind(*AGENCY_KINDS, "localactor", "prosecutor", "place", "ice"):
        if between and not between[0] <= position < between[1]:
            continue
        role = _role(position, roles)
        named = Named(mark, marked, role, len(evidence.agencies) + len(evidence.places))
        if mark.kind == "ice":
            office = _office(mark.words)
            if office:
                evidence.offices.append(office)
        elif mark.kind == "place" and _of_another(marked.line[:position], marked.line[position + len("<place>"):]):
            continue
        elif mark.kind == "place":
            if re.search(r"<person>,? of $", marked.line[:position]):
                named = replace(named, role="home")
            area = re.match(r"(?: metropolitan| metro)? (?:area|region)\b", marked.line[position + len("<place>"):])
            (evidence.places if whole and not area and ("dateline" not in mark.data or "state" in mark.data) else evidence.shared).append(named)
        elif whole:
            evidence.agencies.append(_in_role(named, marked, position))


def _of_another(before: str, after: str) -> bool:
    """True for a place that belongs to a country, an ICE office, a federal agency or judge, or to a court abroad."""
    if re.match(r",? <country>|,? (?:field |sub-?)?office\b", after) or re.search(r"<detainer> from <ice> in $", before):
        return True
    return bool(re.search(r"<(?:orr|judge|border|federalcourt|federalpolice)>(?: at [\w ]+)?,? (?:in|at|near|of) $|in <country>(?:(?!<ice>|<police>)[^;])*(?:an?|the) (?:criminal )?<court> in $|in <country>(?:(?!<ice>|<police>)[^;])*<court> in $", before))


def borrow_agencies(evidence: Evidence, group: Evidence) -> None:
    """Give a person the jail that held the whole group, when none is named for them alone, and its agency, or police, when no agency is."""
    own = {one.mark.kind for one in evidence.agencies if _proper(one)}
    for one in group.agencies:
        missing = "jail" not in own if one.mark.kind == "jail" else not own
        if one.mark.kind in {*_HOLDING, "police"} and one.role in {"declined", "lodged", "released", "subpoenaed", "held"} and missing:
            evidence.agencies.append(one)
    told = [one for one in group.agencies if one.mark.kind != "ice"]
    counties = {county for one in told for county, _, _ in counties_in(one.mark.words)}
    if len(counties) == 1 and not any(counties_in(one.mark.words) for one in evidence.agencies):
        evidence.agencies += [replace(one, role="named") for one in told if counties_in(one.mark.words) and one.mark.kind == "localactor"]


def _role(position: int, roles: list[tuple[int, int, str]]) -> str:
    inside = [role for start, end, role in roles if start <= position < end]
    return inside[-1] if inside else "named"


def _in_role(named: Named, marked: Marked, position: int) -> Named:
    before = marked.line[:position]
    held = re.search(r"\b(?:held|detained|booked|jailed|housed|incarcerated|inmate|custody|was|encountered <he>|encountered <person>)(?: (?:in|at|into|by|of|there|now|being|\w+ly))* $", before)
    after_ice = re.search(r"\b(?:is|are|remains?|be|stay)(?: \w+)? (?:being )?(?:held|detained|housed|jailed|in custody|in <icecustody>|in <ice> custody)(?: <date>)? (?:at|in) $", before)
    if after_ice:
        return replace(named, role="held-now")
    if held and named.role in {"named", "encounter", "arrested"}:
        return replace(named, role="held")
    if named.role == "named" and named.mark.kind in AGENCY_KINDS:
        after = marked.line[position + len(named.mark.kind) + 2:]
        told = [role for role, where, words in _TOLD_WITHOUT_EVENT if re.search(words, before if where == "before" else after)]
        return replace(named, role=told[0]) if told else named
    return named


# What words beside an agency say of it where they tell no event of their own.
_TOLD_WITHOUT_EVENT = (
    ("held", "before", r"<(?:group|person|he)>,? (?:(?:is|are|now|still|currently) )+(?:in|at) $"),
    ("arrested", "before", r"\b(?:arrested|caught|picked up)\b[^;.<>]{0,30}(?:<date>)? ?by $"),
    ("arrested", "after", r"^,?(?: <place>,)?(?: had| has| later| then| also| again)*(?: arrested| jailed| picked up)\b|^[^;.<>]{0,40}(?:<place>,)?[^;.<>]{0,40}\bafter arresting <he>"),
    ("subpoenaed", "after", r"^ (?:did not|has not|had not|would not|refused to|failed to) (?:answer|comply|respond)"),
    ("lodged", "after", r"^[^;.<>]{0,40}\b(?:receive|get|have|see)(?:d|n)? <detainer>"),
)


def _office(words: str) -> str | None:
    match = _offices().search(words)
    return match.group() if match else None


@cache
def _offices() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{names(list(pattern_file('places')['offices']))})\b")


def add_dateline(evidence: Evidence, marked: Marked) -> None:
    """The place at the head of the report counts, last, for every case of it."""
    known = {id(one.mark) for one in evidence.shared}
    evidence.shared += [Named(mark, marked, "named", 0) for _, mark in marked.of_kind("place") if mark.data.get("dateline") and id(mark) not in known]


def settle_place(evidence: Evidence, events: Iterable[Event], title: str | None = None) -> dict[str, Fact]:
    """The place of a case from its evidence: a fact for each of agency, facility, city, county, state that the report names."""
    found: dict[str, Fact] = {}
    told = list(events)
    taken = any(event.type in {"ice-arrest", "ice-custody", "transferred"} for event in told)
    evidence.agencies = [replace(one, role="ice-custody" if taken else "held") if one.role == "held-now" else one for one in evidence.agencies]
    facility = _facility(evidence)
    if facility:
        found["facility"] = _fact(facility)
    agency = _agency(evidence, told, facility)
    if agency:
        found["agency"] = _fact(agency)
    county = _county(evidence, facility, agency)
    if county:
        found["county"] = county
    _city(evidence, facility, agency, found)
    _state(evidence, facility, agency, found)
    return found


def _full_name(named: Named) -> tuple[str, int, int]:
    """The name of an agency without the article, and its characters in the document."""
    words = named.mark.words
    cut = re.match(rf"(?:(?:[Tt]he|[Aa]n?|[Ii]ts) )?(?:(?:{_states()}|{_cities()})(?:'|’)s )?", words)
    start = named.marked.start + named.mark.start + (cut.end() if cut else 0)
    end = named.marked.start + named.mark.end
    short = re.search(r"\s*\([A-Z]{2,8}\)$|(?<=rtment|Police|police|Office) (?:[Oo]fficers?|[Dd]etectives?|[Dd]eputies)$", words)
    if short:
        end -= len(short.group())
    return named.marked.document.text[start:end], start, end


def _fact(named: Named) -> Fact:
    words, start, end = _full_name(named)
    span = named.marked.document.span(start, end)
    value = named.mark.data.get("name", words)
    value = re.sub(r"^(?:[Tt]he|State of) ", "", " ".join(str(value).split()))
    return Fact(value, span, 0.9 if named.role != "named" else 0.7, "table" if "name" in named.mark.data else "words")


def _proper(named: Named) -> bool:
    """True for an agency with a name of its own (`the county jail` has none)."""
    words = named.mark.data.get("name") or named.mark.words
    plain = re.sub(r"^(?:[Tt]he|[Aa]n?|[Ii]ts) ", "", words)
    if named.mark.kind in {"police", "jail"} and _state_names().match(plain) and re.search(r" (?:police|jail|prison|detention center|detention facility)$", plain):
        return False
    return bool(re.match(r"[A-Z]", plain)) and not re.fullmatch(r"(?:(?:Circuit|District|Superior|Municipal|County|Criminal|Supreme|Trial) )+Court|(?:Local|State|County|City|Police|Sheriff'?s?|Department of Corrections?|Authorities|Officials|Deputies)(?: (?:[Pp]olice|[Oo]fficials|[Aa]uthorities|[Jj]ail|[Dd]epartment|[Oo]ffice|[Oo]fficers))*", plain)


def _ranked(named: Iterable[Named], order: dict[str, int]) -> list[Named]:
    return sorted((one for one in named if one.role in order), key=lambda one: (order[one.role], one.order))


def _facility(evidence: Evidence) -> Named | None:
    jails = [one for one in evidence.agencies if one.mark.kind == "jail" and _proper(one) and one.role not in {"ice-custody", "subpoenaed"}]
    ranked = _ranked(jails, {"declined": 0, "honored": 0, "ice": 1, "lodged": 2, "released": 3, "held": 4, "arrested": 4, "encounter": 4, "convicted": 5, "named": 6})
    refused = [re.sub(r"^[Tt]he |(?: County)?(?: (?:[Aa]uthorities|[Oo]fficials|[Ll]aw [Ee]nforcement))$", "", one.mark.words) for one in evidence.agencies if one.mark.kind == "localactor" and one.role == "declined" and _proper(one)]
    theirs = [one for one in ranked if any(name in one.mark.words for name in refused)]
    return next(iter(theirs or ranked), None)


def _agency(evidence: Evidence, events: list[Event], facility: Named | None) -> Named | None:
    """The agency of a case: who was asked and held the person, else a court that was asked, else the police who arrested them.

    1. The department of corrections or sheriff who refused the detainer, got it, released or held the person (a jail that was subpoenaed stands for them).
    2. Else a court that got the detainer.
    3. Else the police or sheriff who refused it, released the person or arrested them last, unless the jail of the same county held
       the person: then the county is the custodian, and the report names its jail, not its agency.
    4. Else a court that refused it or released the person (a court left without a name is the one the report names), or before which
       the case is pending when a detainer was declined.
    """
    proper = [one for one in evidence.agencies if _proper(one)]
    holding = _ranked((one for one in proper if one.mark.kind == "corrections" or (one.mark.kind == "sheriff" and one.role != "arrested")),
                      {"declined": 0, "lodged": 1, "honored": 1, "released": 2, "subpoenaed": 2, "held": 3, "named": 4, "arrested": 4, "ice": 5, "convicted": 5})
    if holding:
        return _in_full(holding[0], proper)
    asked = [one for one in proper if one.mark.kind == "jail" and one.role == "subpoenaed"]
    if asked:
        return asked[0]
    courts = [one for one in proper if one.mark.kind == "court" and not re.search(r"Supreme Judicial|Appeals|Appellate", one.mark.words)]
    got_it = [one for one in evidence.agencies if one.mark.kind == "court" and (
        (one.role == "lodged" and re.search(r"\b(?:with|at|to|in|and) $", _line_before(one))) or re.search(r"<detainer>(?: [\w<>]+){0,6} with $", _line_before(one))
        or re.match(r"(?:, which)? (?:has had|has|had|got|received|holds|was (?:handed|given|sent)) <detainer>", _line_after(one)))]
    if got_it and courts:
        return got_it[0] if _proper(got_it[0]) else max((one for one in courts if one.order < got_it[0].order), key=lambda one: one.order, default=courts[0])
    local = [one for one in proper if one.mark.kind in {"police", "sheriff"}]
    police = _ranked(local, {"declined": 0, "lodged": 1, "released": 1, "honored": 1, "subpoenaed": 2}) or _last_first([one for one in local if one.role in {"arrested", "held"}], events) \
        or [one for one in local if one.role == "convicted" and one.mark.kind == "police"]
    if police:
        return None if police[0].mark.kind == "police" and _same_county(police[0], facility) else _spelled_out(police[0], local)
    refusing = _ranked((one for one in evidence.agencies if one.mark.kind == "court"), {"declined": 0, "released": 1})
    if refusing and courts:
        return refusing[0] if _proper(refusing[0]) else courts[-1]
    if facility is None and any(event.type == "detainer-declined" for event in events):
        return courts[-1] if courts else None
    return None


def _spelled_out(one: Named, local: list[Named]) -> Named:
    """The full name of an agency that is named by its first letters (`NYPD`), or its name without the state inside it, where the report gives it."""
    plain = re.sub(r", [A-Z][\w.]+(?: [A-Z][\w.]+)?,?(?= )", "", _full_name(one)[0])
    one = next((other for other in local if plain != _full_name(one)[0] and _full_name(other)[0] == plain), one)
    letters = re.fullmatch(r"(?:the )?([A-Z]{3,5})", one.mark.words)
    if letters is None:
        return one
    first, last = letters[1].removesuffix("PD"), letters[1][-2:]
    return next((other for other in local if re.fullmatch(rf"{first}[A-Z]*{last}", "".join(re.findall(r"\b[A-Z]", _full_name(other)[0]))) and " " in _full_name(other)[0]), one)


def _in_full(one: Named, known: list[Named]) -> Named:
    """The office of a sheriff (`Norfolk County Sheriff's Office`) where the report names it beside the sheriff."""
    name = _full_name(one)[0]
    if not re.search(r"[Ss]heriff$", name):
        return one
    return next((other for other in known if re.match(re.escape(name) + r"(?:'|’)?s?(?:'|’)? (?:[Oo]ffice|[Dd]epartment)", _full_name(other)[0])), one)


def _last_first(arresting: list[Named], events: list[Event]) -> list[Named]:
    """Those who arrested the person, the latest dated arrest first; in the order of the report where no day is told."""
    dates = {(event.span.start, event.span.end): event.when.date or "" for event in events if event.type in {"criminal-arrest", "charge"}}

    def when(one: Named) -> str:
        at = one.marked.start + one.mark.start
        return max((date for (start, end), date in dates.items() if start <= at < end), default="")

    return sorted(sorted(arresting, key=lambda one: one.order), key=when, reverse=True)


def _same_county(police: Named, facility: Named | None) -> bool:
    """True for the police of a county, or of the city of its name, and a jail of that county by itself (`Prince William-Manassas Regional ...` is not)."""
    if facility is None:
        return False
    theirs, its = (str(one.mark.data.get("name") or one.mark.words) for one in (police, facility))
    found = counties_in(its)
    return bool(found) and bool(re.match(rf"(?:[Tt]he )?(?:[A-Z]\w+(?:'|’)s )?{re.escape(_without_article(found[0][0]))} (?:County |City )?[Pp]olice\b", theirs))


def _without_article(name: str) -> str:
    return re.sub(r"^(?:[Tt]he|State of) ", "", name)


def _county(evidence: Evidence, facility: Named | None, agency: Named | None) -> Fact | None:
    order = {"declined": 0, "lodged": 1, "released": 2, "honored": 2, "held": 3, "subpoenaed": 3, "convicted": 4, "arrested": 4, "named": 5, "ice": 6}
    decided = agency is not None and agency.mark.kind in {"corrections", "sheriff"} and agency.role in {"declined", "lodged", "honored", "released"}
    named = [one for one in ((agency, facility) if decided else (facility, agency)) if one]
    named += _ranked((one for one in evidence.agencies if one.mark.kind != "ice" and not _elsewhere(one, evidence, agency)), order)
    tried_in = {county for one in named if one.role == "convicted" or one.mark.kind == "court" for county, _, _ in counties_in(one.mark.words)}
    for one in named:
        if (one.role == "convicted" or one.mark.kind == "court") and len(tried_in) > 1 and one not in (facility, agency):
            continue
        name = one.mark.data.get("name") or one.mark.words
        fact = _county_in(one, name)
        if fact:
            return fact
    for one in _ranked(evidence.places, order):
        if one.mark.data.get("county"):
            start = one.marked.start + one.mark.data["county_at"]
            return Fact(one.mark.data["county"], one.marked.document.span(start, start + len(one.mark.data["county"])), 0.85)
    return _regional_county(facility, evidence) or _county_of_name(facility) or _county_of_name(agency)


def _elsewhere(one: Named, evidence: Evidence, agency: Named | None) -> bool:
    """True for what a sentence says of another arrest, by others than the agency of the case."""
    if agency is None or agency.role != "arrested" or one.role != "arrested" or one.marked is agency.marked:
        return False
    return any(other.marked is one.marked and other.role == "arrested" and other.mark.kind in {"police", "sheriff"} and _proper(other)
               and _full_name(other)[0] != _full_name(agency)[0] for other in evidence.agencies)


def _county_in(named: Named, name: str) -> Fact | None:
    for county, start, end in counties_in(name):
        if " and " in county and county.lower() not in _county_states():
            continue
        county_words = re.sub(r"^(?:The|the|State of) ", "", county)
        if named.mark.data.get("name"):
            span = named.marked.document.span(named.marked.start + named.mark.start, named.marked.start + named.mark.end)
        else:
            base = named.marked.start + named.mark.start
            span = named.marked.document.span(base + start + len(county) - len(county_words), base + end)
        return Fact(county_words, span, 0.9, "table" if named.mark.data.get("name") else "words")
    return None


@cache
def _county_states() -> dict[str, frozenset[str]]:
    states: dict[str, set[str]] = {}
    for code, listed in pattern_file("places")["counties"].items():
        for name in str(listed).split(", "):
            states.setdefault(name.lower(), set()).add(code)
            states.setdefault(name.lower().removesuffix(" city"), set()).add(code)
    return {name: frozenset(codes) for name, codes in states.items()}


@cache
def _independent_cities() -> frozenset[str]:
    """Cities that belong to no county and share their name with none (`Alexandria`)."""
    listed = {name.lower() for names_of_state in pattern_file("places")["counties"].values() for name in str(names_of_state).split(", ")}
    return frozenset(name.removesuffix(" city") for name in listed if name.endswith(" city") and name.removesuffix(" city") not in listed)


def _regional_county(facility: Named | None, evidence: Evidence) -> Fact | None:
    """A county that the sentences name and that begins the name of the facility (`Prince William-Manassas Regional ...`)."""
    if facility is None:
        return None
    name = str(facility.mark.data.get("name") or facility.mark.words)
    for one in evidence.agencies:
        fact = _county_in(one, one.mark.words)
        if fact and str(fact.value) in name:
            return fact
    return None


def _county_of_name(named: Named | None) -> Fact | None:
    """The county that names a jail or sheriff without the word: `Middlesex Sheriff's Office`, `Worcester House of Correction`."""
    if named is None or named.mark.kind not in {"jail", "sheriff"} or named.mark.data.get("name"):
        return None
    words, start, _ = _full_name(named)
    match = re.match(r"(.+?) (?:Jail|House of Corrections?|[Ss]heriff)\b", words)
    if match is None or match[1].lower() not in _county_states() or match[1] in pattern_file("places")["cities"] or match[1].lower() in _independent_cities():
        return None
    return Fact(match[1], named.marked.document.span(start, start + len(match[1])), 0.75)


def _city(evidence: Evidence, facility: Named | None, agency: Named | None, found: dict[str, Fact]) -> None:
    for one in (facility, agency):
        for told in _tellings(one, evidence) if one else []:
            beside = _place_beside(told)
            if beside and beside.mark.data.get("city"):
                found["city"] = _city_fact(beside)
                return
    for one in (facility, agency):
        owner = re.match(rf"(?:[Tt]he )?(?P<city>{_cities()})(?:'|’)s ", one.mark.words) if one else None
        if one and owner:
            at = one.marked.start + one.mark.start + owner.start("city")
            found["city"] = Fact(owner["city"], one.marked.document.span(at, at + len(owner["city"])), 0.85)
            return
    for one in (agency, facility):
        fact = _city_in_name(one, found, facility) if one else None
        if fact:
            found["city"] = fact
            return
    tried: dict[str, str | None] = {}
    for one in evidence.agencies:
        if one.mark.kind == "court" and _proper(one):
            city = _court_city(one, found)
            tried[_full_name(one)[0]] = tried.get(_full_name(one)[0]) or (str(city.value) if city else None)
    courts = _ranked(evidence.agencies, {"convicted": 0, "declined": 0, "released": 0, "named": 1, "arrested": 2})
    court = None if len(set(tried.values())) > 1 else next((city for one in courts if one.mark.kind == "court" and (city := _court_city(one, found))), None)
    if court and facility is None:
        found["city"] = court
        return
    actors = [one for one in evidence.places if one.role in {"declined", "released", "subpoenaed"} and one.mark.data.get("city") and one.mark.data.get("city") in pattern_file("places")["cities"]]
    if actors:
        found["city"] = _city_fact(actors[0])
        return
    arrests = [one for one in evidence.places if one.role == "ice" and one.mark.data.get("city") and "dateline" not in one.mark.data]
    of_county = agency is not None and (agency.mark.kind in _HOLDING or (agency.mark.kind == "police" and bool(counties_in(agency.mark.words))))
    agencies_with_county = (facility is not None or of_county) and "county" in found
    police = next((one for one in evidence.agencies if one.mark.kind == "police" and one.role == "arrested" and _proper(one) and " County" not in one.mark.words), None)
    datelines = [one for one in evidence.shared if one.mark.data.get("dateline") and one.mark.data.get("city")]
    within = _within_city([one for one in evidence.places if one.role not in {"entry", "encounter"} and one.mark.data.get("city")], datelines)
    if within:
        found["city"] = _city_fact(within)
        return
    if arrests and not agencies_with_county:
        found["city"] = _city_fact(arrests[-1] if arrests[-1].mark.data.get("state") else arrests[0])
        return
    if police and not (agency and agency.mark.kind == "corrections" and "county" not in found):
        fact = _city_in_name(police, found, facility)
        if fact:
            found["city"] = fact
            return
    local = [one for one in evidence.places if one.role in {"arrested", "held", "lodged"} and one.mark.data.get("city") and not _elsewhere(one, evidence, agency)]
    if local and not agencies_with_county:
        found["city"] = _city_fact(local[0])
        return
    near = [one for one in evidence.places if one.role in {"named", "convicted"} and one.mark.data.get("city") and "dateline" not in one.mark.data and _arrest_told().search(_line_before(one))]
    if near and not agencies_with_county:
        found["city"] = _city_fact(near[0])
        return
    listed = [one for one in evidence.places if one.mark.data.get("city") and _of_list(one) and not (one.role == "home" and len(evidence.places) > 1)]
    if listed and not agencies_with_county:
        found["city"] = _city_fact(listed[0])


@cache
def _arrest_told() -> re.Pattern[str]:
    """The words before a place where somebody was arrested, when they tell no event of their own."""
    where = r"(?:,? (?:on )?<date>)?(?:,? (?:at|near|outside) (?:an?|his|her|the) \w+)? (?:in|near|at) $"
    return re.compile(rf"<(?:ice|officers)>[^;]*\b(?:arrest(?:ed)?|apprehend(?:ed)?|caught|captured?|took)(?: <he>| <person>)?(?: into custody)?{where}|\b(?:arrested|apprehended|captured|taken into custody){where}")


def _court_city(court: Named, found: dict[str, Fact]) -> Fact | None:
    """The city in which a court sits: beside it (`the Circuit Court in Towson`), or as part of its name."""
    beside = _place_beside(court)
    if beside and beside.mark.data.get("city"):
        return _city_fact(beside)
    return _city_in_name(court, found) if re.search(r"Court in ", court.mark.words) else None


def _of_list(named: Named) -> bool:
    """True in a list of those arrested: `A 53-year-old Peruvian in Oak Lawn, ...` or `In Oak Lawn, a 53-year-old Peruvian ...`."""
    line = named.marked.line
    position = next((at for at, mark in named.marked.of_kind("place") if mark is named.mark), -1)
    return bool(re.search(r"<person>,? (?:in|of|near) $", line[:position]) or (re.fullmatch(r"[\W]*(?:on <date>,? )?in (?:the )?", line[:position]) and re.match(r"<place>,? <person>", line[position:])))


def _within_city(arrests: list[Named], datelines: list[Named]) -> Named | None:
    """An arrest in `East Boston` under the dateline BOSTON: the city is the dateline's."""
    for arrest in arrests:
        for dateline in datelines:
            if re.fullmatch(rf"(?:East|West|North|South|Downtown) {re.escape(dateline.mark.data['city'])}", arrest.mark.data["city"]):
                return dateline
    return None


def _tellings(one: Named, evidence: Evidence) -> list[Named]:
    """Where the report names this agency or jail, the given place first."""
    name = str(_fact(one).value).lower()
    return [one, *(other for other in evidence.agencies if other is not one and other.mark.kind == one.mark.kind and str(_fact(other).value).lower() == name)]


def _line_after(named: Named) -> str:
    """What the marked line says after an agency."""
    return next((named.marked.line[at + len(mark.kind) + 2:] for at, mark in named.marked.of_kind(named.mark.kind) if mark is named.mark), "")


def _line_before(named: Named) -> str:
    """What the marked line says before an agency or place."""
    return next((named.marked.line[:at] for at, mark in named.marked.of_kind(named.mark.kind) if mark is named.mark), "")


def _place_beside(named: Named) -> Named | None:
    """The place that follows an agency: `the Circuit Court in Towson`, `(MCDC) in Rockville`."""
    line = named.marked.line
    for position, mark in named.marked.of_kind(named.mark.kind):
        if mark is not named.mark:
            continue
        match = re.match(r"(?:'s)?,?(?: (?:facility|jail|prison|lockup|system))? (?:in|of|at) (?=<place>)", line[position + len(mark.kind) + 2:])
        if match:
            at = position + len(mark.kind) + 2 + match.end()
            place = named.marked.mark_at(at)
            if place and not _of_another(line[:at], line[at + len("<place>"):]):
                return Named(place, named.marked, named.role, named.order)
    return None


def _city_fact(named: Named) -> Fact:
    start = named.marked.start + named.mark.data.get("city_at", named.mark.start)
    words = named.mark.data["city"]
    span = named.marked.document.span(start, start + len(words))
    return Fact(words, span, 0.85, "words" if words == span.words else "table")


@cache
def _agency_tail() -> re.Pattern[str]:
    return re.compile(r" (?:Central Booking|Superior|District|Municipal|Circuit|Trial|Criminal|Juvenile|Judicial|County|City|Police|police|Sheriff'?s?|sheriff'?s?|Department|Justice|Jail|jail|Detention|Correctional|Corrections?|Metropolitan|Metro|Regional|State|Adult|Court|Township|[Tt]own|[Bb]orough|[Vv]illage|officers|authorities)\b.*$")


def _city_in_name(named: Named, found: dict[str, Fact], facility: Named | None = None) -> Fact | None:
    """The city in the name of an agency: Denver Sheriff Department, Gloucester District Court, police in New Britain."""
    words, start, _ = _full_name(named)
    for city in pattern_file("places")["cities"]:
        if " County" not in words and (words.startswith((f"{city}'s ", f"{city}’s ")) or (words.startswith((f"{city} ", f"{city}-")) and named.mark.kind in {"corrections", "police", "sheriff"})):
            return Fact(city, named.marked.document.span(start, start + len(city)), 0.85)
    if named.mark.data.get("name") or re.search(r"\bCount(?:y|ies)\b|\bParish\b|\bState\b", words) or named.mark.kind in {"corrections"}:
        if not (named.mark.kind == "jail" and "Los Angeles" in words):
            return None
    inside = re.match(r"(?:police|Police|police department|authorities|(?:\w+ )*Court(?: of Common Pleas)?) (?:in|of) (.+)$", words)
    name = inside.group(1) if inside else _agency_tail().sub("", words)
    name = re.sub(rf", (?:{_states()}),?$", "", name)
    offset = inside.start(1) if inside else 0
    if not name or (name == words and not inside) or "-" in name or state_code(name) or not re.match(r"[A-Z]", name) or (named.mark.kind == "jail" and name not in pattern_file("places")["cities"] and not re.search(r"City|Justice Center", words)):
        return None
    if name in {"U.S", "U.S.", "Federal", "State", "Local"} or re.search(r"\b(?:Superior|Supreme|Circuit)$|\b(?:University|College|Airport|Port)\b", name):
        return None
    of_county = re.search(r"Superior Court|Circuit Court", words) or (named.mark.kind == "sheriff" and name not in pattern_file("places")["cities"])
    if of_county and name.lower() in _county_states() and name.lower() not in _independent_cities():
        return None
    if facility is not None and str(facility.mark.words).removeprefix("The ").removeprefix("the ").startswith((f"{name}-", f"{name} County")) and name.lower() in _county_states() and name not in pattern_file("places")["cities"]:
        return None
    if "county" in found and found["county"].value == name and name not in pattern_file("places")["cities"] and not re.search(r"\b(?:District|Municipal) Court\b", words):
        return None
    return Fact(name, named.marked.document.span(start + offset, start + offset + len(name)), 0.8)


def _state(evidence: Evidence, facility: Named | None, agency: Named | None, found: dict[str, Fact]) -> None:
    for one in (facility, agency):
        if one is None:
            continue
        beside = _place_beside(one)
        if beside and beside.mark.data.get("state"):
            found["state"] = _state_fact(beside)
            return
        fact = _state_in_name(one)
        if fact:
            found["state"] = fact
            return
    candidates = _candidates(evidence, found)
    for one in evidence.places:
        state = one.mark.data.get("state")
        if state and "city" in found and one.mark.data.get("city") == found["city"].value and (not candidates or state in candidates):
            found["state"] = _state_fact(one)
            return
    if "city" in found and (code := pattern_file("places")["cities"].get(str(found["city"].value))) and (not candidates or code in candidates):
        found["state"] = Fact(code, found["city"].span, 0.75, "table")
        return
    order = {"declined": 0, "lodged": 0, "released": 0, "honored": 0, "held": 1, "ice": 1, "arrested": 1, "subpoenaed": 0, "convicted": 2, "named": 3}
    pools = [_ranked((one for one in evidence.places if not _elsewhere(one, evidence, agency)), order), [*_ranked(evidence.agencies, order)], evidence.shared]
    told_of = {one.mark.data["state"] for one in evidence.places if one.role == "convicted" and one.mark.data.get("state")}
    for pool in pools:
        for one in pool:
            if one.role == "convicted" and len(told_of) > 1:
                continue
            fact = _state_fact(one) if one.mark.kind == "place" and one.mark.data.get("state") else (_state_in_name(one) if one.mark.kind != "place" else None)
            if fact and (not candidates or fact.value in candidates):
                found["state"] = fact
                return
    for one in [*evidence.places, *evidence.shared]:
        code = pattern_file("places")["cities"].get(one.mark.data.get("city", ""))
        if code and one.role not in {"entry", "encounter"} and (not candidates or code in candidates):
            fact = _city_fact(one)
            found["state"] = Fact(code, fact.span, 0.75, "table")
            return
    for one in evidence.agencies:
        fact = _city_in_name(one, {})
        code = pattern_file("places")["cities"].get(fact.value) if fact else None
        if fact and code and (not candidates or code in candidates):
            found["state"] = Fact(code, fact.span, 0.75, "table")
            return
    if candidates and len(candidates) == 1:
        base = found.get("county") or found.get("city")
        if base:
            found["state"] = Fact(next(iter(candidates)), base.span, 0.6, "narrowed")


def _candidates(evidence: Evidence, found: dict[str, Fact]) -> frozenset[str]:
    """The states that the county and the ICE field office leave open; empty when nothing narrows them.

    Of several offices the one at the head of the report, or named first, narrows a county: the others had to do with the entry.
    """
    offices = pattern_file("places")["offices"]
    named = [frozenset(offices[office]) for office in dict.fromkeys(evidence.offices)]
    heads = [frozenset(offices[city]) for one in evidence.shared if one.mark.data.get("dateline") and (city := one.mark.data.get("city")) in offices and city != "Washington"]
    states = _county_states().get(str(found["county"].value).lower(), frozenset()) if "county" in found else frozenset()
    if states:
        return next((states & covered for covered in (*heads, *named) if states & covered), states)
    return frozenset(code for covered in named for code in covered)


def _state_fact(named: Named) -> Fact:
    data = named.mark.data
    start, end = named.marked.start + data["state_at"], named.marked.start + data["state_end"]
    return Fact(data["state"], named.marked.document.span(start, end), 0.9 if named.role not in {"named"} else 0.8, "table")


@cache
def _states() -> str:
    return names([state["name"] for state in pattern_file("places")["states"].values()])


@cache
def _cities() -> str:
    return names(list(pattern_file("places")["cities"]))


@cache
def _state_names() -> re.Pattern[str]:
    return re.compile(rf"^(?:The |the )?(?:State of )?(?P<state>(?:{_states()})\b(?! (?:City|County|Park|Street))|D\.C\.(?= ))")


def _state_in_name(named: Named) -> Fact | None:
    words = str(named.mark.data.get("name") or named.mark.words)
    match = _state_names().match(words) or re.search(rf", (?P<state>{_states()})\b", words)
    if not match:
        return None
    if named.mark.data.get("name"):
        span = named.marked.document.span(named.marked.start + named.mark.start, named.marked.start + named.mark.end)
    else:
        start = named.marked.start + named.mark.start + match.start("state")
        span = named.marked.document.span(start, start + len(match["state"]))
    return Fact(state_code(match["state"]), span, 0.9, "table")

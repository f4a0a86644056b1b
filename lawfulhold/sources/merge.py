"""Reports of one case, brought together; where they differ, both versions stay.

Two cases are one when what happened agrees: the same event on the same day, or the same charges, at the same place. Nationality and
age alone never make two cases one; a different nationality, sex, state or age always keeps them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from lawfulhold.sources.charges import settle
from lawfulhold.sources.dates import compatible
from lawfulhold.sources.reading import PERSON_FIELDS, PLACE_FIELDS, Charge, Difference, Event, Fact, ReadCase, Version

ENOUGH = 5.0
ENOUGH_WITHOUT_PERSON = 3.5
LARGEST_BUCKET = 60
ONE_DAY = ("ice-arrest", "released-from-custody", "criminal-arrest", "removal")
SAME_DAY = frozenset({"ice-arrest", "released-from-custody", "criminal-arrest", "detainer-lodged", "detainer-declined", "charge", "conviction", "indictment", "arraignment", "encounter", "entry",
                      "removal", "subpoena-issued", "court-order", "transferred", "sentence"})
RARE = frozenset({"subpoena-issued", "subpoena-refused", "subpoena-complied", "court-petition", "court-order"})


def merge_cases(cases: Iterable[ReadCase]) -> list[ReadCase]:
    """The cases with those brought together that are told by several reports.

    Takes cases as read from single reports. Returns new cases in the order of their first report; cases of one report are never merged. Each of the cases given
    gets the others of its group in `same_case_as`.
    """
    singles = list(cases)
    parent = list(range(len(singles)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    files = [set(case.files) for case in singles]
    for first, second in _pairs(singles):
        one, other = root(first), root(second)
        if one == other or files[one] & files[other] or not same_case(singles[first], singles[second]):
            continue
        low, high = min(one, other), max(one, other)
        parent[high] = low
        files[low] |= files[high]
    groups: dict[int, list[ReadCase]] = defaultdict(list)
    for number, case in enumerate(singles):
        groups[root(number)].append(case)
    return [_merged(group) for group in groups.values()]


def _pairs(cases: list[ReadCase]) -> Iterable[tuple[int, int]]:
    """Pairs that share something worth comparing: an event's day, an agency, a city, a charge."""
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        for key in _keys(case):
            buckets[key].append(number)
    seen: set[tuple[int, int]] = set()
    for numbers in buckets.values():
        for index, first in enumerate(numbers):
            for second in numbers[index + 1:index + 1 + LARGEST_BUCKET]:
                if (first, second) not in seen:
                    seen.add((first, second))
                    yield first, second


def _keys(case: ReadCase) -> set[tuple[str, ...]]:
    keys: set[tuple[str, ...]] = set()
    for event in case.events:
        if event.when.date and len(event.when.date) == 10:
            keys.add((event.type, event.when.date))
    for name in ("agency", "facility", "city", "county"):
        fact = case.place.get(name)
        if fact:
            keys.add(("place", str(fact.value).lower().split(" county")[0]))
    keys |= {("charge", charge.wording.lower()) for charge in case.charges}
    return keys


def same_case(one: ReadCase, other: ReadCase) -> bool:
    """True when two accounts tell of one case: enough agrees, and nothing speaks against it."""
    if one.group != other.group:
        return False
    if any(_differ(one.person.get(name), other.person.get(name), name) for name in ("age", "nationality", "sex")) or _differ(one.place.get("state"), other.place.get("state"), "state"):
        return False
    place = _place_points(one, other)
    happened, days, against = _event_points(one, other)
    charged, charges = _charge_points(one, other)
    rare = 2.0 if place >= 1.5 and {event.type for event in one.events} & {event.type for event in other.events} & RARE else 0.0
    if against >= 2:
        return False
    points = place + happened + charged + rare - 2 * against
    person = sum(_agree(one.person.get(name), other.person.get(name)) * weight for name, weight in (("age", 1.0), ("nationality", 0.5)))
    ground = days >= 2 or (days >= 1 and place >= 1.5) or (charges >= 2 and place >= 1.5) or rare > 0
    return ground and points >= ENOUGH_WITHOUT_PERSON and (points + person >= ENOUGH or (one.group and points >= ENOUGH_WITHOUT_PERSON))


def _differ(one: Fact | None, other: Fact | None, name: str) -> bool:
    if one is None or other is None:
        return False
    if name == "age":
        return abs(int(one.value) - int(other.value)) > 1
    if name == "sex" and min(one.confidence, other.confidence) < 0.8:
        return False
    return bool(one.value != other.value)


def _agree(one: Fact | None, other: Fact | None) -> bool:
    return one is not None and other is not None and one.value == other.value


def _alike(one: object, other: object) -> bool:
    return fuzz.token_set_ratio(str(one).lower(), str(other).lower()) >= 85


def _place_points(one: ReadCase, other: ReadCase) -> float:
    points = 0.0
    names = [[str(case.place[name].value) for name in ("agency", "facility") if name in case.place] for case in (one, other)]
    if any(_alike(first, second) for first in names[0] for second in names[1]):
        points += 2.0
    if any(_agree(one.place.get(name), other.place.get(name)) for name in ("city", "county")):
        points += 1.5
    elif _agree(one.place.get("state"), other.place.get("state")):
        points += 0.5
    return min(points, 3.0)


def _event_points(one: ReadCase, other: ReadCase) -> tuple[float, int, int]:
    """Points for events that agree, the number of kinds that agree to the day, and of those that cannot be the same."""
    points, days, against = 0.0, 0, 0
    for kind in {event.type for event in one.events} & {event.type for event in other.events}:
        mine = [event.when.date for event in one.events if event.type == kind and event.when.date]
        theirs = [event.when.date for event in other.events if event.type == kind and event.when.date]
        if any(first == second and len(first) == 10 for first in mine for second in theirs):
            days += kind in SAME_DAY
            points += 2.5
        elif mine and theirs and any(compatible(first, second) for first in mine for second in theirs):
            points += 1.0
        elif mine and theirs:
            against += kind in ONE_DAY
        else:
            points += 0.1
    days_of_month = {event.when.month_day for event in one.events if event.when.month_day} & {(event.when.date or "")[5:] or event.when.month_day for event in other.events}
    return min(points + len(days_of_month), 7.5), days + len(days_of_month), against


def _charge_points(one: ReadCase, other: ReadCase) -> tuple[float, int]:
    matches = sum(any(fuzz.token_sort_ratio(first.wording.lower(), second.wording.lower()) >= 82 for second in other.charges) for first in one.charges)
    return min(1.5 * matches, 4.5), matches


def _merged(group: list[ReadCase]) -> ReadCase:
    """One case from several accounts. The first one gives the identifier; every difference is kept with its sources."""
    identifiers = [case.identifier for case in group]
    for case in group:
        case.same_case_as = [name for name in identifiers if name != case.identifier]
    if len(group) == 1:
        return group[0]
    first = group[0]
    merged = ReadCase(first.identifier, [name for case in group for name in case.files], group=first.group, published=max((case.published for case in group if case.published), default=None))
    merged.same_case_as = identifiers[1:]
    for name in PERSON_FIELDS:
        _merge_fact(merged, merged.person, [case.person[name] for case in group if name in case.person], f"person.{name}", name)
    for name in PLACE_FIELDS:
        _merge_fact(merged, merged.place, [case.place[name] for case in group if name in case.place], f"place.{name}", name)
    merged.events = list(group[0].events)
    for case in group[1:]:
        _merge_events(merged, case.events)
    merged.charges = _merge_charges(group)
    merged.claims = [claim for case in group for claim in case.claims]
    return merged


def _merge_fact(merged: ReadCase, target: dict[str, Fact], facts: list[Fact], name: str, key: str) -> None:
    if not facts:
        return
    values = {str(fact.value).lower(): fact for fact in reversed(facts)}
    best = max(facts, key=lambda fact: (sum(fact.value == other.value for other in facts), fact.confidence, len(str(fact.value))))
    target[key] = best
    if len(values) > 1:
        distinct = list(dict.fromkeys(str(fact.value).lower() for fact in facts))
        versions = tuple(Version(values[value].value, values[value].span) for value in distinct)
        alike = all(_alike(version.value, best.value) for version in versions)
        note = "the names are alike" if alike else f"the case uses {best.value}; see the sources"
        merged.differences.append(Difference(name, "more-exact" if alike else "contradiction", versions, note))


def _merge_events(merged: ReadCase, events: list[Event]) -> None:
    for event in events:
        same = [one for one in merged.events if one.type == event.type and bool(one.more.get("times")) == bool(event.more.get("times"))]
        exact = next((one for one in same if one.when.date == event.when.date and one.when.date), None)
        twin = exact or next((one for one in same if _one_event(one, event)), None)
        if twin is None:
            if event.type in ONE_DAY and len(same) == 1 and same[0].when.date and event.when.date and sum(one.type == event.type for one in events) == 1:
                versions = (Version(same[0].when.date, same[0].span), Version(event.when.date, event.span))
                merged.differences.append(Difference(f"{event.type}.date", "contradiction", versions, "both stay in the timeline; one of the reports is wrong"))
            merged.events.append(event)
            continue
        if twin.when.date != event.when.date and twin.when.date and event.when.date:
            versions = (Version(twin.when.date, twin.span), Version(event.when.date, event.span))
            merged.differences.append(Difference(f"{event.type}.date", "more-exact", versions, "the more exact date lies within the other"))
        index = merged.events.index(twin)
        merged.events[index] = _joined(twin, event)


def _one_event(one: Event, other: Event) -> bool:
    if one.when.month_day and other.when.date:
        return other.when.date.endswith(one.when.month_day)
    if other.when.month_day and one.when.date:
        return one.when.date.endswith(other.when.month_day)
    return compatible(one.when.date, other.when.date)


def _joined(one: Event, other: Event) -> Event:
    rank = {"day": 3, "month": 2, "year": 1, "unknown": 0}
    better, worse = (other, one) if rank[other.when.precision] > rank[one.when.precision] else (one, other)
    spans = [span for span in (*better.also, worse.span, *worse.also) if span != better.span]
    return replace(better, by=_proper(better.by, worse.by), to=better.to or worse.to, place=better.place or worse.place, more={**worse.more, **better.more}, also=spans,
                   confidence=max(better.confidence, worse.confidence))


def _proper(one: str | None, other: str | None) -> str | None:
    return next((name for name in (one, other) if name and name[:1].isupper()), one or other)


def _merge_charges(group: list[ReadCase]) -> list[Charge]:
    """All charges, those that two reports word alike once."""
    kept: list[Charge] = []
    for case in group:
        for charge in case.charges:
            twin = next((one for one in kept if one.status == charge.status and fuzz.token_set_ratio(one.wording.lower(), charge.wording.lower()) >= 80), None)
            if twin is None:
                kept.append(charge)
    return settle(kept, 0)

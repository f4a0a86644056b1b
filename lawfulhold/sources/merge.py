"""Reports of one case, brought together; where they differ, both versions stay.

Which accounts tell of one case is told in agreement.py. A case joins a group only if it contradicts none of its members; one that fits two which contradict each
other equally well joins neither, since nobody can say which of them it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import permutations

from rapidfuzz import fuzz

from lawfulhold.sources.agreement import ONE_DAY, agreement, charges_alike, contradict, names_alike
from lawfulhold.sources.charges import settle
from lawfulhold.sources.dates import compatible
from lawfulhold.sources.reading import (
    PERSON_FIELDS,
    PLACE_FIELDS,
    Charge,
    Difference,
    Event,
    Fact,
    ReadCase,
    Version,
    named_in,
)

LARGEST_BUCKET = 60


def merge_cases(cases: Iterable[ReadCase]) -> list[ReadCase]:
    """The cases with those brought together that are told by several reports.

    Takes cases as read from single reports. Returns new cases in the order of their first report; cases of one report are never merged. Each of the cases given
    gets the others of its group in `same_case_as`.
    """
    singles = list(cases)
    found = [(agreed, first, second) for first, second in _pairs(singles) if (agreed := agreement(singles[first], singles[second])) is not None]
    matches = sorted(found, key=lambda match: (-match[0], match[1], match[2]))
    torn: set[int] = set()
    while True:
        groups, more = _united(singles, [match for match in matches if match[1] not in torn and match[2] not in torn])
        if not more:
            break
        torn |= more
    return [_merged([singles[number] for number in group]) for group in groups]


def _united(singles: list[ReadCase], matches: list[tuple[float, int, int]]) -> tuple[list[list[int]], set[int]]:
    """The groups that the matches make, best first, and the cases that fit two others equally well which are not one."""
    group = {number: [number] for number in range(len(singles))}
    joined: dict[int, float] = {}
    torn: set[int] = set()
    for agreed, first, second in matches:
        one, other = group[first], group[second]
        if one is other:
            continue
        if any(_two_people(singles[mine], singles[theirs]) for mine in one for theirs in other):
            torn |= {number for number in (first, second) if joined.get(number) == agreed}
            continue
        one += other
        group.update(dict.fromkeys(other, one))
        joined.setdefault(first, agreed)
        joined.setdefault(second, agreed)
    found = {id(members): sorted(members) for members in group.values()}
    return sorted(found.values()), torn


def _two_people(one: ReadCase, other: ReadCase) -> bool:
    return not set(one.files).isdisjoint(other.files) or contradict(one, other)


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
    merged.differences += [*_days_that_differ(group), *_outcomes_that_differ(group)]
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
        alike = key in {"agency", "facility"} and all(names_alike(version.value, best.value) for version in versions)
        # Accounts of one case differ on the age by a birthday or not at all.
        note = "the names are alike" if alike else "a birthday may lie between the reports" if key == "age" else f"the case uses {best.value}; see the sources"
        merged.differences.append(Difference(name, "more-exact" if alike or key == "age" else "contradiction", versions, note))


def _days_that_differ(group: list[ReadCase]) -> Iterator[Difference]:
    """Steps that happen on one day and are told once by each report, on days that cannot be the same."""
    for kind in sorted(ONE_DAY):
        told = [events for case in group if len(events := [event for event in case.events if event.type == kind]) == 1]
        apart: list[Event] = []
        for (event,) in told:
            if event.when.date and not any(_one_event(event, one) for one in apart):
                apart.append(event)
        if len(apart) > 1:
            yield Difference(f"{kind}.date", "contradiction", tuple(Version(event.when.date, event.span) for event in apart), "both stay in the timeline; one of the reports is wrong")


def _outcomes_that_differ(group: list[ReadCase]) -> Iterator[Difference]:
    """A detainer honored in one report and declined in another, a charge that ended in a conviction in one and was dismissed in another."""
    found: dict[str, Difference] = {}
    for one, other in permutations(group, 2):
        honored, declined = ([event for event in case.events if event.type == kind] for case, kind in ((one, "detainer-honored"), (other, "detainer-declined")))
        events = next(((first, second) for first in honored for second in declined if _one_event(first, second)), None)
        if events and not (_tells(one, "detainer-declined") and _tells(other, "detainer-honored")):
            versions = tuple(Version(event.type, event.span) for event in events)
            found.setdefault("detainer", Difference("detainer", "contradiction", versions, "both stay in the timeline; one of the reports is wrong, or there were two detainers"))
        for convicted in (charge for charge in one.charges if charge.status == "convicted"):
            dismissed = next((charge for charge in other.charges if charge.status == "dismissed" and charges_alike(charge, convicted)), None)
            if dismissed:
                versions = tuple(Version(f"{charge.status}: {charge.wording}", charge.span) for charge in (convicted, dismissed))
                found.setdefault(convicted.wording.lower(), Difference("charge.status", "contradiction", versions, "both stay; one of the reports is wrong, or there were two charges"))
    yield from found.values()


def _tells(case: ReadCase, kind: str) -> bool:
    return any(event.type == kind for event in case.events)


def _merge_events(merged: ReadCase, events: list[Event]) -> None:
    for event in events:
        same = [one for one in merged.events if one.type == event.type and bool(one.more.get("times")) == bool(event.more.get("times"))]
        exact = next((one for one in same if one.when.date == event.when.date and one.when.date), None)
        twin = exact or next((one for one in same if _one_event(one, event)), None)
        if twin is None:
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
    joined = replace(better, by=_proper(better.by, worse.by), to=better.to or worse.to, place=better.place or worse.place, more={**worse.more, **better.more}, also=spans,
                     confidence=max(better.confidence, worse.confidence))
    joined.named = named_in(joined, better, worse)
    return joined


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

"""Whether two accounts tell of one case: what agrees, what speaks against it.

Taking two people for one is worse than leaving one case twice. So a different name, nationality, sex, state or county, or no place in common, keeps accounts apart, and
so do two smaller doubts together: another day of one step, other charges, another jail, another city, an age that only a birthday explains. What agrees must be more
than nationality, age and one day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from lawfulhold.sources.called import may_be_one
from lawfulhold.sources.dates import compatible, first_day, last_day
from lawfulhold.sources.reading import Charge, Event, Fact, ReadCase

ENOUGH = 5.0
ENOUGH_WITHOUT_PERSON = 3.5
SURE_SEX = 0.8
ONE_DAY = frozenset({"ice-arrest", "released-from-custody", "criminal-arrest", "removal", "detainer-lodged", "detainer-declined", "detainer-honored"})
SAME_DAY = ONE_DAY | {"charge", "conviction", "indictment", "arraignment", "encounter", "entry", "subpoena-issued", "court-order", "transferred", "sentence", "bond-posted"}
RARE = frozenset({"subpoena-issued", "subpoena-refused", "subpoena-complied", "court-petition", "court-order"})
_KIND_OF_PLACE = dict.fromkeys(("jail", "prison", "correctional", "corrections", "correction", "detention", "adult", "center", "centre", "facility", "institution", "complex"), "jail")
_EMPTY_IN_NAME = frozenset({"the", "of", "and", "department", "dept", "office", "s"})
_EMPTY_IN_CHARGE = frozenset({"a", "an", "the", "of", "in", "on", "to", "with", "and", "or", "for", "under", "by", "first", "second", "third", "degree", "count", "counts", "felony", "misdemeanor", "charge", "charges"})


@dataclass(slots=True)
class _Steps:
    """The steps that two accounts both tell: points, the days (month and day) and months on which they agree, and the days that cannot be one."""

    points: float = 0.0
    days: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)
    apart: set[tuple[frozenset[str], frozenset[str]]] = field(default_factory=set)


def agreement(one: ReadCase, other: ReadCase) -> float | None:
    """How much two accounts agree when they tell of one case; None when something speaks against it or too little agrees."""
    if contradict(one, other):
        return None
    place, steps, charges = _place_points(one, other), _steps(one, other), _charges_alike(one, other)
    person = _agree(one.person.get("age"), other.person.get("age")), _agree(one.person.get("nationality"), other.person.get("nationality"))
    rare = place >= 1.5 and bool({event.type for event in one.events} & {event.type for event in other.events} & RARE)
    points = place + min(steps.points, 7.5) + min(1.5 * charges, 4.5) + 2.0 * rare - 2.0 * _doubts(one, other, steps)
    known = points + person[0] + 0.5 * person[1]
    more = sum((place >= 2.0, charges > 0, bool(steps.months)))
    grounds = (
        len(steps.days) >= 2,
        len(steps.days) == 1 and place >= 1.5 and more >= (1 if all(person) else 2),
        charges >= 2 and charges >= min(len(one.charges), len(other.charges)) and place >= 1.5 and all(person),
        rare and (one.group or all(person)),
    )
    enough = points >= ENOUGH_WITHOUT_PERSON and (one.group or known >= ENOUGH)
    return known if enough and any(grounds) else None


def contradict(one: ReadCase, other: ReadCase) -> bool:
    """True when two accounts cannot tell of one case."""
    return (one.group != other.group or not may_be_one(one.called, other.called) or _ages_apart(one, other) is None
            or _differ(one.person.get("nationality"), other.person.get("nationality")) or _differ(_sure_sex(one), _sure_sex(other))
            or any(_differ(one.place.get(name), other.place.get(name)) for name in ("state", "county"))
            or _places_apart(one, other) or _doubts(one, other, _steps(one, other)) >= 2)


def names_alike(one: object, other: object) -> bool:
    """True when two names of an agency or jail mean the same one: Hartford Correctional Center and Facility do, Hartford and West Hartford police do not."""
    return _name_words(str(one)) == _name_words(str(other))


def charges_alike(one: Charge, other: Charge) -> bool:
    """True when two charges are worded alike."""
    return bool(fuzz.token_sort_ratio(one.wording.lower(), other.wording.lower()) >= 82)


@lru_cache(maxsize=20_000)
def _name_words(name: str) -> frozenset[str]:
    """The words that tell an agency or jail from another. The police of a city are the city's, with or without that word."""
    words = {_KIND_OF_PLACE.get(word, word) for word in re.findall(r"\w+", re.sub(r"['’]", "", name.lower()))} - _EMPTY_IN_NAME
    return frozenset(words - {"city"} if "police" in words else words)


def _differ(one: Fact | None, other: Fact | None) -> bool:
    """True when both are known and different."""
    return one is not None and other is not None and one.value != other.value


def _sure_sex(case: ReadCase) -> Fact | None:
    """The sex, unless it rests on a pronoun that may be somebody else's."""
    sex = case.person.get("sex")
    return sex if sex is not None and sex.confidence >= SURE_SEX else None


def _agree(one: Fact | None, other: Fact | None) -> bool:
    return one is not None and other is not None and one.value == other.value


def _ages_apart(one: ReadCase, other: ReadCase) -> int | None:
    """0 when the ages agree or one is not told, 1 when a birthday may lie between the reports, None when they are of two people."""
    if "age" not in one.person or "age" not in other.person:
        return 0
    younger, older = sorted((one, other), key=lambda case: int(case.person["age"].value))
    years = int(older.person["age"].value) - int(younger.person["age"].value)
    later = younger.published is not None and older.published is not None and first_day(older.published) > last_day(younger.published)
    return years if years == 0 or (years == 1 and later) else None


def _names(case: ReadCase) -> list[object]:
    return [case.place[name].value for name in ("agency", "facility") if name in case.place]


def _name_agrees(one: ReadCase, other: ReadCase) -> bool:
    return any(names_alike(first, second) for first in _names(one) for second in _names(other))


def _town_agrees(one: ReadCase, other: ReadCase) -> bool:
    return any(_agree(one.place.get(name), other.place.get(name)) for name in ("city", "county"))


def _jails_differ(one: ReadCase, other: ReadCase) -> bool:
    return "facility" in one.place and "facility" in other.place and not names_alike(one.place["facility"].value, other.place["facility"].value)


def _cities_differ(one: ReadCase, other: ReadCase) -> bool:
    return _differ(one.place.get("city"), other.place.get("city"))


def _places_apart(one: ReadCase, other: ReadCase) -> bool:
    """True when the accounts tell of different jails or cities and no place is common to both."""
    return (_jails_differ(one, other) or _cities_differ(one, other)) and not _name_agrees(one, other) and not _town_agrees(one, other)


def _place_points(one: ReadCase, other: ReadCase) -> float:
    points = 2.0 if _name_agrees(one, other) else 0.0
    if _town_agrees(one, other):
        points += 1.5
    elif _agree(one.place.get("state"), other.place.get("state")):
        points += 0.5
    return min(points, 3.0)


def _doubts(one: ReadCase, other: ReadCase, steps: _Steps) -> int:
    """How many things speak against one case without ruling it out."""
    return len(steps.apart) + _charges_differ(one, other) + _jails_differ(one, other) + _cities_differ(one, other) + (_ages_apart(one, other) or 0)


def _steps(one: ReadCase, other: ReadCase) -> _Steps:
    found = _Steps()
    for kind in {event.type for event in one.events} & {event.type for event in other.events}:
        mine, theirs = ([event for event in case.events if event.type == kind] for case in (one, other))
        first, second = ({event.when.date for event in events if event.when.date} for events in (mine, theirs))
        days = {date[5:] for date in first & second if len(date) == 10}
        without_year = _month_days(mine, theirs) | _month_days(theirs, mine)
        if days:
            found.points += 2.5
        elif first and second and any(compatible(date, twin) for date in first for twin in second):
            found.points += 1.0
            found.months |= {date[:7] for date in first if len(date) >= 7} & {date[:7] for date in second if len(date) >= 7}
        elif first and second:
            # A release and the detainer not honored by it are told with one day: another day of both is one doubt.
            found.apart |= {(frozenset(first), frozenset(second))} if kind in ONE_DAY else set()
        else:
            found.points += 0.1 + len(without_year)
        if kind in SAME_DAY:
            found.days |= days | without_year
    found.months = {month for month in found.months if not any(day.startswith(month[5:]) for day in found.days)}
    return found


def _month_days(mine: list[Event], theirs: list[Event]) -> set[str]:
    """Days told without their year that the other account tells too."""
    told = {event.when.month_day for event in mine if event.when.month_day}
    return told & {event.when.month_day or (event.when.date or "")[5:] for event in theirs}


def _charges_alike(one: ReadCase, other: ReadCase) -> int:
    return sum(any(charges_alike(first, second) for second in other.charges) for first in one.charges)


def _charges_differ(one: ReadCase, other: ReadCase) -> bool:
    """True when both tell charges and no word of one stands in those of the other."""
    first, second = ({word for charge in case.charges for word in _charge_words(charge.wording)} for case in (one, other))
    return bool(first and second and not first & second)


@lru_cache(maxsize=20_000)
def _charge_words(wording: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", wording.lower())) - _EMPTY_IN_CHARGE

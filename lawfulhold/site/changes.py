"""What changed: provisions that began or ended in a year, and the answers that changed with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from lawfulhold.rules.law import LATEST_DAY, Law, Provision
from lawfulhold.site.answers import Answers
from lawfulhold.site.situations import Situations, state_of

FIRST_YEAR = 2012


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """An answer that changed on a day: from what to what, where, for which agencies and situations (empty: all)."""

    asked: str
    before: str
    after: str
    places: tuple[str, ...]
    kinds: tuple[str, ...]
    situations: tuple[str, ...]


@dataclass(slots=True)
class Day:
    """What one day brought: provisions that began, those whose last day was the day before, answers that changed."""

    day: date
    began: list[Provision] = field(default_factory=list)
    ended: list[Provision] = field(default_factory=list)
    answers: list[AnswerChange] = field(default_factory=list)


def years(law: Law, codes: Sequence[str], today: date) -> list[int]:
    """Every year from 2012 to the last in which something begins or ends, the present year included."""
    last = today.year
    for code in codes:
        for item in law.jurisdiction(code).provisions:
            ended = [] if item.last == LATEST_DAY else [(item.last + timedelta(days=1)).year]
            last = max(last, item.first.year, *ended)
    return list(range(FIRST_YEAR, last + 1))


def beginnings(law: Law, codes: Sequence[str]) -> Counter[int]:
    """How many provisions began in each year; the first day of 2012, where research mostly begins, does not count."""
    return Counter(
        item.first.year
        for code in codes
        for item in law.jurisdiction(code).provisions
        if item.first > date(FIRST_YEAR, 1, 1)
    )


def all_changes(law: Law, codes: Sequence[str], situations: Situations, answers: Answers) -> list[Day]:
    """The days since 2012 on which something changed, latest first; days to come too, as the law is written."""
    days: dict[date, Day] = {}
    start = date(FIRST_YEAR, 1, 1)
    for code in codes:
        for item in law.jurisdiction(code).provisions:
            if item.first > start:
                days.setdefault(item.first, Day(item.first)).began.append(item)
            if start <= item.last < LATEST_DAY:
                after = item.last + timedelta(days=1)
                days.setdefault(after, Day(after)).ended.append(item)
    for day, changes in _answers_changed(situations, answers).items():
        days.setdefault(day, Day(day)).answers = changes
    return [days[day] for day in sorted(days, reverse=True)]


def _answers_changed(situations: Situations, answers: Answers) -> dict[date, list[AnswerChange]]:
    # day → (question, before, after, place) → the (agency, situation) in which it changed
    found: dict[date, dict[tuple[str, str, str, str], set[tuple[str, str]]]] = {}
    for series in answers.series:
        for (_, before), (day, after) in pairwise(series.spans):
            first, second = answers.verdicts[before].answer, answers.verdicts[after].answer
            if first != second:
                key = (series.asked, first, second, series.place)
                found.setdefault(day, {}).setdefault(key, set()).add((series.kind, series.situation))
    order = {one.key: number for number, one in enumerate(situations.questions)}
    return {
        day: sorted(_gathered(situations, changed), key=lambda change: (order[change.asked], change.places))
        for day, changed in found.items()
    }


def _gathered(
    situations: Situations, changed: dict[tuple[str, str, str, str], set[tuple[str, str]]]
) -> list[AnswerChange]:
    """The same change in several places on one line. A county that changes with its state is not told apart."""
    lines: dict[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (asked, before, after, place), where in changed.items():
        state = state_of(place)
        if place != state and changed.get((asked, before, after, state)) == where:
            continue
        kinds = tuple(key for key in situations.kinds if any(kind == key for kind, _ in where))
        cases = tuple(one.key for one in situations.situations if any(case == one.key for _, case in where))
        everything = len(cases) == len(situations.situations)
        lines.setdefault(
            (asked, before, after, () if len(kinds) == len(situations.kinds) else kinds, () if everything else cases),
            [],
        ).append(place)
    return [
        AnswerChange(asked, before, after, tuple(sorted(places)), kinds, cases)
        for (asked, before, after, kinds, cases), places in lines.items()
    ]

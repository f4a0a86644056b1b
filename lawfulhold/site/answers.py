"""What the engine answers to the standard situations: every place, kind of agency, question and day since 2012."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lawfulhold.rules.decide import EARLIEST_ANSWER, Answer, Plan, at_day, book_of
from lawfulhold.rules.law import LATEST_DAY, Law
from lawfulhold.site.situations import Inquiry, Situations, facts_in, is_dated, state_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer as the site shows it: why it is unsettled, the ids of the deciding provisions, what would settle it."""

    answer: str
    because: str | None
    deciding: tuple[str, ...]
    ask: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The answers of one place to one inquiry: spans in order, each (first day, number of the verdict)."""

    place: str
    kind: str
    asked: str
    situation: str
    spans: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """Number of the verdict on a day (the first one before 2012)."""
        found = self.spans[0][1]
        for first, number in self.spans:
            if first > day:
                break
            found = number
        return found


class Answers:
    """Every series, and the verdicts that they name by number."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.series: list[Series] = []
        self._numbers: dict[Verdict, int] = {}
        self._found: dict[tuple[str, tuple[str, str, str]], Series] = {}

    def number(self, verdict: Verdict) -> int:
        """The number of a verdict; equal verdicts share it."""
        if verdict not in self._numbers:
            self._numbers[verdict] = len(self.verdicts)
            self.verdicts.append(verdict)
        return self._numbers[verdict]

    def add(self, series: Series) -> None:
        """Keep a series."""
        self.series.append(series)
        self._found[series.place, (series.kind, series.asked, series.situation)] = series

    def of(self, place: str, inquiry: Inquiry) -> Series:
        """The series of that place and inquiry."""
        return self._found[place, inquiry.keys]

    def verdict(self, place: str, inquiry: Inquiry, day: date) -> Verdict:
        """The verdict on a day."""
        return self.verdicts[self.of(place, inquiry).on(day)]


def answer_everything(
    law: Law, codes: Sequence[str], situations: Situations, progress: Callable[[str], None] | None = None
) -> Answers:
    """Ask the engine every question in every situation.

    Takes the law, the codes of the places, the situations and a function told of each place begun. Returns the answers
    from 2012 to the last day on which the law as written changes, days to come included.
    """
    answers = Answers()
    asker = _Asker(law, answers)
    for code in codes:
        if progress:
            progress(code)
        for kind in situations.kinds:
            spans = list(asker.spans(code, kind))
            for inquiry in situations.inquiries(kind):
                answers.add(Series(code, *inquiry.keys, asker.answered(code, inquiry, spans)))
    return answers


class _Asker:
    """Asks the engine, and nothing twice."""

    def __init__(self, law: Law, answers: Answers) -> None:
        self.law, self.answers = law, answers
        # Provisions that stay the same from one span to the next, or for several kinds of agency, make one plan, which
        # remembers its answers.
        self.plans: dict[tuple[str, tuple[str, ...]], Plan] = {}
        self.known: dict[tuple[Any, ...], dict[str, Any]] = {}

    def spans(self, code: str, kind: str) -> Iterator[tuple[date, dict[str, Plan]]]:
        """First day of each span in which the law stays the same, with the plan of each question."""
        book = book_of(self.law, code, self.law.agencies.kind(kind))
        days = sorted({EARLIEST_ANSWER, *(day for day in book.starts if EARLIEST_ANSWER < day < LATEST_DAY)})
        for day in days:
            kept = {}
            for plan in book.plans(day):
                key = (plan.question, tuple(f"{item.depth} {item.id}" for item in plan.provisions))
                kept[plan.question] = self.plans.setdefault(key, plan)
            yield day, kept

    def answered(
        self, code: str, inquiry: Inquiry, spans: Sequence[tuple[date, dict[str, Plan]]]
    ) -> tuple[tuple[date, int], ...]:
        """The answers over time, as the spans of a `Series`."""
        found: list[tuple[date, int]] = []
        before: tuple[Plan, int] | None = None
        for day, plans in spans:
            plan = plans[inquiry.asked.question]
            if before is None or plan is not before[0]:
                before = (plan, self.answers.number(_verdict(plan.answer(self._facts(code, inquiry, day)))))
            if not found or found[-1][1] != before[1]:
                found.append((day, before[1]))
        return tuple(found)

    def _facts(self, code: str, inquiry: Inquiry, day: date) -> dict[str, Any]:
        # They are the same in every place of a state and for every kind of agency (no condition may name the kind), and
        # change with the day only where a fact moves with it.
        fixed = day if is_dated(inquiry.situation) else EARLIEST_ANSWER
        key = (*inquiry.keys[1:], state_of(code), fixed)
        if key not in self.known:
            self.known[key] = facts_in(state_of(code), inquiry, self.law, fixed)
        return self.known[key] if fixed == day else at_day(self.known[key], day)


def _verdict(answer: Answer) -> Verdict:
    deciding = tuple(item.id for item in answer.deciding if item.effect != "not-required")
    return Verdict(answer.answer, answer.because, deciding, tuple(item.ask for item in answer.missing), answer.possible)

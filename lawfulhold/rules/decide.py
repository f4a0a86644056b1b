"""Decide a case: what the law of that place, on that day, lets the agency do.

The way: collect the provisions that bind the agency on the day → see which apply → combine the layers → say what is
missing. A case whose date is partial or unknown is decided for every day it may mean.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lawfulhold.facts.case import Case
from lawfulhold.facts.dates import PartialDate, span_start
from lawfulhold.facts.read import facts_of
from lawfulhold.facts.vocabulary import case_facts
from lawfulhold.rules.conditions import (
    AS_OF,
    CHARGES,
    CLOSED,
    Range,
    Tree,
    Truth,
    compile_tree,
    inner_leaves,
    leaves,
    to_text,
)
from lawfulhold.rules.law import CORE_QUESTIONS, LATEST_DAY, Law, Provision
from lawfulhold.rules.layers import SILENT, Verdict, combine
from lawfulhold.rules.missing import Search, TooManyUnknownsError, any_charge_masks, applies, charge_masks

EARLIEST_ANSWER = date(2012, 1, 1)


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known and can change the answer.

    The question that settles it, and the answer for each value.
    """

    fact: str
    ask: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """The fewest unknown facts that lead to an answer.

    With these values, and the facts already known, it is the answer.
    """

    answer: str
    facts: Mapping[str, str]
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """The answer from one day to another, where it is not the same over the whole interval of the date."""

    first: date
    last: date
    answer: str
    because: str | None
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `answer`: required, permitted, prohibited, undetermined or unsettled. `because`: for unsettled, silent, disputed,
    contradiction or unverified (or the dispute in words); for undetermined, facts or date. `deciding`: the provisions
    that decide it, or that may. `considered`: every provision on the question that binds the agency that day, with
    True, False or None for whether it applies.
    """

    question: str
    answer: str
    because: str | None
    deciding: tuple[Provision, ...]
    considered: tuple[tuple[Provision, Truth], ...]
    possible: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    changes: tuple[Change, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the law says of a case, with its reasons.

    The case, the day or days, an `Answer` for each question, the facts used.
    """

    case: Case
    kind: str
    first: date
    last: date
    law: Law
    answers: Mapping[str, Answer]
    facts: Mapping[str, Any]
    bound_elsewhere: tuple[Provision, ...]

    @property
    def law_version(self) -> str:
        """Content hash of the law files used."""
        return self.law.version([self.case.jurisdiction])

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data (docs/decision.md describes every key)."""
        from lawfulhold.rules.write import decision_as_json

        return decision_as_json(self)

    def card(self) -> str:
        """The decision as a card that a clerk can read."""
        from lawfulhold.rules.write import decision_as_card

        return decision_as_card(self)


def decide(case: Case, law: Law, *, today: date | None = None) -> Decision:
    """Decide one case.

    Takes the case, the law, and the day that ends an open interval (the present day when left out). Returns the
    decision, with an answer for every core question and for every other question that the law of the place speaks to.
    Raises `InputError` for an unknown jurisdiction or kind of agency, or for facts that contradict each other.
    """
    kind = law.agencies.kind(case.agency.kind)
    first, last = _interval(case, today or date.today())  # noqa: DTZ011  the edge passes the day; this is only a default
    facts = _with_offences(case, facts_of(case, law.timezone(case.jurisdiction)), law)
    book = book_of(law, case.jurisdiction, kind)
    days = _days_of_change(book.bound, facts, first, last)
    spans = []
    for index, day in enumerate(days):
        until = days[index + 1] - timedelta(days=1) if index + 1 < len(days) else last
        dated = at_day(facts, day)
        spans.append((day, until, {plan.question: plan.answer(dated) for plan in book.plans(day)}))
    answers = spans[0][2] if len(spans) == 1 else _over_time(spans)
    return Decision(
        case,
        kind,
        first,
        last,
        law,
        answers,
        facts,
        tuple(item for item in book.elsewhere if item.first <= last and item.last >= first),
    )


def binding(law: Law, code: str, kind: str) -> tuple[tuple[Provision, ...], tuple[Provision, ...]]:
    """The provisions of the place and of those above it: those that bind this kind of agency, and those that do not."""
    book = book_of(law, code, kind)
    return book.bound, book.elsewhere


def book_of(law: Law, code: str, kind: str) -> Book:
    """The law of one place for one kind of agency, kept for the next case."""
    books: dict[tuple[str, str], Book] = law.__dict__.setdefault("_books", {})
    if (code, kind) not in books:
        above = law.agencies.above(kind)
        bound: list[Provision] = []
        elsewhere: list[Provision] = []
        for depth, place in enumerate(law.chain(code)):
            for item in place.provisions:
                placed = item if item.depth == depth else replace(item, depth=depth)
                (bound if above.intersection(item.binds) else elsewhere).append(placed)
        books[code, kind] = Book(tuple(bound), tuple(elsewhere))
    return books[code, kind]


class Book:
    """The provisions that bind one kind of agency in one place, and the plans of the spans in which they stay the
    same.
    """

    def __init__(self, bound: tuple[Provision, ...], elsewhere: tuple[Provision, ...]) -> None:
        self.bound, self.elsewhere = bound, elsewhere
        days = {item.first for item in bound} | {item.last + timedelta(days=1) for item in bound}
        self.starts = sorted(days)
        self._plans: dict[int, tuple[Plan, ...]] = {}

    def plans(self, day: date) -> tuple[Plan, ...]:
        """The questions to be answered on that day, each with the provisions in force on it, top layer first."""
        span = bisect_right(self.starts, day)
        if span not in self._plans:
            by_question: dict[str, list[Provision]] = {question: [] for question in CORE_QUESTIONS}
            for item in self.bound:
                if item.in_force(day):
                    for question in dict.fromkeys((item.question, *item.voids)):
                        by_question.setdefault(question, []).append(item)
            self._plans[span] = tuple(Plan(question, items) for question, items in by_question.items())
        return self._plans[span]


class Plan:
    """One question with its provisions. Cases that share every fact that the conditions name share the answer."""

    most_kept = 20_000

    def __init__(self, question: str, provisions: Sequence[Provision]) -> None:
        self.question, self.provisions = question, tuple(provisions)
        found = dict.fromkeys(
            leaf for item in provisions for tree in (item.when, item.unless) if tree for leaf in leaves(tree)
        )
        self.names = tuple(dict.fromkeys(leaf[1] for leaf in found if leaf[0] != "any_charge"))
        self.charge_leaves = tuple(leaf for leaf in found if leaf[0] == "any_charge")
        self.on_charges = tuple(compile_tree(leaf) for leaf in self.charge_leaves)
        inner = [part for leaf in self.charge_leaves for part in inner_leaves(leaf)]
        self.fields = tuple(
            dict.fromkeys(f"on_list:{part[1]}" if part[0] == "on_list" else str(part[1]) for part in inner)
        )
        self.dated = any(part[0] == "within" for part in inner)
        self.known: dict[Any, Answer] = {}
        self.masks: dict[Any, frozenset[int]] = {}

    def answer(self, facts: Mapping[str, Any]) -> Answer:
        """The answer for these facts (as of one day)."""
        get = facts.get
        key: Any = tuple([get(name) for name in self.names])
        if self.on_charges:
            truths = tuple([test(facts) for test in self.on_charges])
            key = (key, truths) if None not in truths else (key, truths, self._record(facts))
        answer = self.known.get(key)
        if answer is None:
            if len(self.known) >= self.most_kept:
                self.known.clear()
            answer = self.known[key] = answer_one(self.question, self.provisions, facts)
        return answer

    def _record(self, facts: Mapping[str, Any]) -> Any:
        """What the conditions can tell of the charges, where one on them is still open.

        The ways in which each charge, and one not listed, may meet them: records that meet them in the same ways
        (whatever their statutes and dates) have the same answer.
        """
        day = facts.get(AS_OF) if self.dated else None
        charges = facts.get(CHARGES) or ()
        try:
            ways = frozenset(self._ways(charge, day) for charge in charges)
            return ways, None if facts.get(CLOSED) is True else any_charge_masks(self.charge_leaves, day)
        except TooManyUnknownsError:
            return tuple(frozenset(charge.items()) for charge in charges), facts.get(CLOSED), day

    def _ways(self, charge: Mapping[str, Any], day: date | None) -> frozenset[int]:
        key = (tuple([charge.get(name) for name in self.fields]), day)
        ways = self.masks.get(key)
        if ways is None:
            if len(self.masks) >= self.most_kept:
                self.masks.clear()
            ways = self.masks[key] = frozenset(charge_masks(self.charge_leaves, charge, day))
        return ways


def at_day(facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The facts as of one day (spans such as 'within five years' are counted back from it)."""
    dated = {**facts, AS_OF: day}
    if facts.get(CHARGES):
        dated[CHARGES] = tuple({**charge, AS_OF: day} for charge in facts[CHARGES])
    return dated


def answer_one(question: str, provisions: Sequence[Provision], facts: Mapping[str, Any]) -> Answer:
    """The answer to one question on one day.

    Takes the provisions on the question in force that day for the agency (top layer first) and the facts. Returns the
    answer: when every way in which the unknown facts could turn out gives one answer, that one, else `undetermined`
    with the facts that matter.
    """
    considered = tuple((item, applies(item, facts)) for item in provisions)
    if all(truth is not None for _, truth in considered):
        verdict = combine(question, [item for item, truth in considered if truth])
        return Answer(question, verdict.answer, verdict.because, verdict.deciding, considered)
    try:
        search = Search(question, provisions, facts)
    except TooManyUnknownsError:
        return _given_up(question, considered, facts)
    possible = tuple(sorted(search.answers()))
    may = tuple(item for item, truth in considered if truth is not False)
    if len(possible) == 1:
        verdict = combine(question, may)
        certain = combine(question, [item for item, truth in considered if truth])
        shown = certain if certain.answer == possible[0] else verdict if verdict.answer == possible[0] else None
        if shown is None:
            shown = Verdict(possible[0], SILENT if possible[0] == "unsettled" else None, may)
        return Answer(question, possible[0], shown.because, shown.deciding, considered)
    return Answer(
        question,
        "undetermined",
        "facts",
        may,
        considered,
        possible,
        _missing(search),
        examples=tuple(_example(search, answer) for answer in possible),
    )


def _example(search: Search, answer: str) -> Example:
    facts: dict[str, str] = {}
    words: list[str] = []
    for name, value in search.example(answer):
        if name == CHARGES:
            met = [leaf for bit, leaf in enumerate(search.charge_leaves) if value & (1 << bit)]
            unmet = [leaf for leaf in search.charge_leaves if leaf not in met]
            facts.update({to_text(leaf): "true" if leaf in met else "false" for leaf in search.charge_leaves})
            words += [f"there is {in_words(leaf)}" for leaf in met]
            words += [f"there is not {in_words(leaf)}" for leaf in unmet if not met]
            continue
        fact = case_facts()[name]
        facts[name] = _value_in_words(fact.kind, value, _marks(search, name))
        words.append(fact_in_words(name, value, facts[name]))
    return Example(answer, facts, "; ".join(words))


def fact_in_words(name: str, value: Any, written: str) -> str:
    """A fact with its value as a short phrase: 'judicial warrant: no'."""
    group, _, field = name.partition(".")
    label = (
        field.replace("_", " ")
        if group in ("papers", "detainer", "custody", "person")
        else f"{group} {field.replace('_', ' ')}"
    )
    return f"{label}: {'yes' if value is True else 'no' if value is False else written}"


def _missing(search: Search) -> tuple[Missing, ...]:
    found: list[Missing] = []
    for name in search.deciding_facts():
        if name == CHARGES:
            for leaf in search.charge_leaves:
                yes, no = search.answers_if_charge(leaf, True), search.answers_if_charge(leaf, False)
                if yes and no and (yes != no or len(search.charge_leaves) == 1):
                    found.append(
                        Missing(to_text(leaf), ask_about_charges(leaf), {"true": _one(yes), "false": _one(no)})
                    )
            continue
        fact = case_facts()[name]
        answers: dict[str, str] = {}
        for value in search.values(name):
            reached = search.answers_if(name, value)
            if reached:
                answers[_value_in_words(fact.kind, value, _marks(search, name))] = _one(reached)
        found.append(Missing(name, fact.ask, answers))
    return tuple(found)


def _marks(search: Search, name: str) -> Sequence[Any]:
    """The values that stand for ranges of an unknown number; none when its span is known and each stands for itself."""
    return () if isinstance(search.facts.get(name), Range) else search.values(name)


def _one(answers: Iterable[str]) -> str:
    reached = sorted(answers)
    return reached[0] if len(reached) == 1 else "undetermined"


def _value_in_words(kind: str, value: Any, values: Sequence[Any]) -> str:
    if kind == "bool":
        return "true" if value else "false"
    if kind == "number":
        return _number_in_words(value, values)
    return str(value)


def _number_in_words(value: float, values: Sequence[float]) -> str:
    """A number that stands for a range.

    The values between the limits of the law are examples, the second, fourth, ... are limits.
    """
    ordered = sorted(values)
    if value not in ordered:
        return f"{value:g}"
    at = ordered.index(value)
    if len(ordered) == 1 or (at % 2 == 1 and at < len(ordered) - 1):
        return f"{value:g}"
    if at == 0:
        return f"under {ordered[1]:g}"
    if at == len(ordered) - 1:
        return f"over {ordered[-2]:g}"
    return f"between {ordered[at - 1]:g} and {ordered[at + 1]:g}"


def _given_up(question: str, considered: tuple[tuple[Provision, Truth], ...], facts: Mapping[str, Any]) -> Answer:
    """More unknown facts than can be searched: undetermined, with every unknown fact that the conditions name."""
    missing: dict[str, Missing] = {}
    for item, truth in considered:
        for tree in (item.when, item.unless) if truth is None else ():
            for leaf in leaves(tree) if tree else ():
                if leaf[0] == "any_charge":
                    missing.setdefault(to_text(leaf), Missing(to_text(leaf), ask_about_charges(leaf), {}))
                elif leaf[1] not in facts:
                    missing.setdefault(leaf[1], Missing(leaf[1], case_facts()[leaf[1]].ask, {}))
    may = tuple(item for item, truth in considered if truth is not False)
    return Answer(question, "undetermined", "facts", may, considered, (), tuple(missing.values()))


def ask_about_charges(leaf: Tree) -> str:
    """The question about the record that a condition on charges asks, in words."""
    return f"Is there {in_words(leaf)}?"


_COMPARED = {"=": "is", "<>": "is not", "<": "under", "<=": "at most", ">": "over", ">=": "at least"}
_NOUNS = {
    "convicted": "conviction",
    "charged": "pending charge",
    "arrested": "arrest charge",
    "dismissed": "dismissed charge",
    "acquitted": "acquittal",
}


def in_words(tree: Tree) -> str:
    """A condition in words."""
    kind = tree[0]
    if kind in ("and", "or"):
        joiner = ", " if kind == "and" else " or "
        return joiner.join(f"({in_words(part)})" if part[0] in ("and", "or") else in_words(part) for part in tree[1:])
    if kind == "not":
        return f"not {in_words(tree[1])}"
    if kind == "compare":
        return f"{_named(tree[1])} {_COMPARED[tree[2]]} {tree[3]}"
    if kind == "in":
        return f"{_named(tree[1])} {' or '.join(str(value) for value in tree[2])}"
    if kind == "any_charge":
        return _charge_in_words(tree[1])
    if kind == "on_list":
        return f"on the list {tree[1]}"
    if kind == "within":
        return f"{_named(tree[1])} in the last {tree[2]} {tree[3]}"
    if kind == "fact":
        return _named(tree[1])
    return "always" if tree[1] else "never"


def _charge_in_words(inner: Tree) -> str:
    """'a felony conviction of class A or B' rather than the bare condition."""
    parts = list(inner[1:]) if inner[0] == "and" else [inner]
    noun, level, rest = "charge or conviction", "", []
    for part in parts:
        names = part[2] if part[0] == "in" else (part[3],) if part[0] == "compare" and part[2] == "=" else ()
        if names and part[1] == "status":
            noun = " or ".join(_NOUNS[name] for name in names)
        elif names and part[1] == "level":
            level = " or ".join(names) + " "
        elif names and part[1] == "grade":
            rest.append(f"class {' or '.join(names)}")
        elif names and part[1] == "place":
            rest.append(f"under the law of {' or '.join(names)}")
        else:
            rest.append(in_words(part))
    phrase = level + noun + (f" ({', '.join(rest)})" if rest else "")
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def _named(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("_", " ")


# ---------------------------------------------------------------------------------------------- dates


def _interval(case: Case, today: date) -> tuple[date, date]:
    if case.date is None:
        return EARLIEST_ANSWER, max(today, EARLIEST_ANSWER)
    first = max(case.date.first, EARLIEST_ANSWER) if case.date.first.year < 1701 else case.date.first
    return first, max(
        first,
        min(case.date.last, max(today, first))
        if case.date.last >= LATEST_DAY - timedelta(days=400)
        else case.date.last,
    )


def _days_of_change(bound: Sequence[Provision], facts: Mapping[str, Any], first: date, last: date) -> list[date]:
    """First days of the spans of [first, last] within which the law and the spans counted back stay the same."""
    if first == last:
        return [first]
    days = {first}
    limits: set[tuple[str, int, str]] = set()
    for item in bound:
        days.add(item.first)
        days.add(item.last + timedelta(days=1))
        for tree in (item.when, item.unless):
            for leaf in inner_leaves(tree) if tree else ():
                if leaf[0] == "within":
                    limits.add((leaf[1], leaf[2], leaf[3]))
    for name, count, unit in limits:
        for charge in facts.get(CHARGES) or ():
            given = charge.get(name)
            if isinstance(given, PartialDate):
                for day in (given.first, given.last):
                    days.add(day)
                    days.add(_day_after_span(day, count, unit))
    return sorted(day for day in days if first <= day <= last)


def _day_after_span(day: date, count: int, unit: str) -> date:
    """The first day on which `day` is no longer within the span counted back."""
    about = day + timedelta(days={"years": 365, "months": 28, "days": 1}[unit] * count)
    while span_start(about, count, unit) <= day:
        about += timedelta(days=1)
    return about


def _over_time(spans: Sequence[tuple[date, date, dict[str, Answer]]]) -> dict[str, Answer]:
    """One answer for each question where it is the same on every day, else the days on which it changes."""
    questions = list(dict.fromkeys(question for _, _, answers in spans for question in answers))
    merged: dict[str, Answer] = {}
    for question in questions:
        changes: list[Change] = []
        latest: Answer | None = None
        missing: dict[str, Missing] = {}
        for first, last, answers in spans:
            found = answers.get(question) or Answer(question, "unsettled", SILENT, (), ())
            latest = found
            missing.update((item.fact, item) for item in found.missing)
            previous = changes[-1] if changes else None
            if previous and (previous.answer, previous.because) == (found.answer, found.because):
                provisions = tuple(dict.fromkeys((*previous.provisions, *found.deciding)))
                changes[-1] = replace(previous, last=last, provisions=provisions)
            else:
                changes.append(Change(first, last, found.answer, found.because, found.deciding))
        assert latest is not None
        kinds = {change.answer for change in changes}
        possible = sorted(
            kinds - {"undetermined"}
            | {answer for _, _, by in spans if question in by for answer in by[question].possible}
        )
        deciding = tuple(dict.fromkeys(item for change in changes for item in change.provisions))
        if len(kinds) == 1:
            answer, because = changes[0].answer, changes[0].because if len(changes) == 1 else changes[-1].because
            merged[question] = replace(
                latest,
                answer=answer,
                because=because,
                deciding=deciding,
                missing=tuple(missing.values()),
                possible=tuple(possible) if answer == "undetermined" else (),
                changes=(),
            )
            continue
        by_span = {f"{change.first}..{change.last}": change.answer for change in changes}
        when = Missing("date", "On which day is, or was, the release?", by_span)
        merged[question] = Answer(
            question,
            "undetermined",
            "date",
            deciding,
            latest.considered,
            tuple(possible),
            (when, *missing.values()),
            tuple(changes),
        )
    return merged


# ---------------------------------------------------------------------------------------------- offences


def _with_offences(case: Case, facts: dict[str, Any], law: Law) -> dict[str, Any]:
    """Charges given by statute number or NCIC code, with the level, grade and lists that they resolve to."""
    if not any("statute" in charge or "ncic" in charge for charge in facts.get(CHARGES) or ()):
        return facts
    from lawfulhold.rules.offences import resolved

    state = "-".join(case.jurisdiction.split("-")[:2])
    return {**facts, CHARGES: tuple(resolved(charge, state, law) for charge in facts[CHARGES])}

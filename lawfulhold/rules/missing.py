"""What the unknown facts could change: the answers that are still possible, and the facts that tell them apart.

A question whose conditions are unknown is searched over every way in which the unknown facts could turn out. The
result is a decision diagram, reduced so that only facts that can change the answer are left in it. When all ways end
in one answer the question is determined although facts are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

from lawfulhold.facts.dates import span_start
from lawfulhold.facts.vocabulary import Fact, case_facts, charge_facts, implications_of
from lawfulhold.rules.conditions import (
    AS_OF,
    CHARGES,
    CLOSED,
    Options,
    Range,
    Test,
    Tree,
    Truth,
    compile_tree,
    inner_leaves,
    leaves,
    to_text,
)
from lawfulhold.rules.law import Provision
from lawfulhold.rules.layers import combine

Diagram = str | tuple[str, tuple[tuple[Any, Any], ...]]
MOST_STEPS = 100_000
MOST_RECORDS = 4096
OTHER_TEXT = "(any other)"


class TooManyUnknownsError(Exception):
    """The search was given up; every fact that the conditions name is then listed."""


def applies(provision: Provision, facts: Mapping[str, Any]) -> Truth:
    """Does the provision apply: its condition met and no exception? True, False or None (unknown)."""
    when, unless = provision.tests
    truth: Truth = True if when is None else when(facts)
    if truth is False or unless is None:
        return truth
    lifted = unless(facts)
    if lifted is None:
        return None
    return False if lifted else truth


class Search:
    """The possible answers to one question, given the known facts."""

    def __init__(self, question: str, provisions: Sequence[Provision], facts: Mapping[str, Any]) -> None:
        self.question, self.provisions = question, tuple(provisions)
        self.leaves = [tuple(_leaves_of(item)) for item in self.provisions]
        self.tests: dict[Tree, Test] = {leaf: compile_tree(leaf) for group in self.leaves for leaf in group}
        self.order = list(dict.fromkeys(_variable(leaf) for group in self.leaves for leaf in group))
        self.charge_leaves = tuple(dict.fromkeys(leaf for leaf in self.tests if leaf[0] == "any_charge"))
        self.known_names: dict[tuple[Any, ...], Diagram] = {}
        self.steps = 0
        self.half_known = [frozenset(self._half_known(group)) for group in self.leaves]
        self.order_of_half = tuple(sorted(set().union(*self.half_known)))
        self._records: tuple[int, ...] | None = None
        self.facts = dict(facts)
        self.diagram = self._explore(self.facts)

    @staticmethod
    def _half_known(group: tuple[Tree, ...]) -> Iterator[str]:
        """Facts whose value can matter for what is still open: those named, and those that they are tied to."""
        for leaf in group:
            if leaf[0] != "any_charge":
                yield str(leaf[1])
                for (fact, _), pairs in implications_of().items():
                    if fact == leaf[1]:
                        yield from (other for other, _ in pairs)

    def answers(self) -> frozenset[str]:
        """Every answer that is still possible."""
        return frozenset(_ends(self.diagram))

    def deciding_facts(self) -> list[str]:
        """Names of the facts that can change the answer, in the order of the provisions; `charges` for the record."""
        found = set(_names(self.diagram))
        return [name for name in self.order if name in found]

    def answers_if(self, name: str, value: Any) -> frozenset[str]:
        """The answers still possible when the fact has that value."""
        return frozenset(_ends(_restricted(self.diagram, name, lambda given: given == value)))

    def answers_if_charge(self, leaf: Tree, truth: bool) -> frozenset[str]:
        """The answers still possible when that condition on the record is met, or is not."""
        bit = 1 << self.charge_leaves.index(leaf)
        return frozenset(_ends(_restricted(self.diagram, CHARGES, lambda mask: bool(mask & bit) is truth)))

    def example(self, answer: str) -> tuple[tuple[str, Any], ...]:
        """The fewest facts that lead to that answer, as (name, value).

        For the record, `charges` and the bit mask of its leaves.
        """
        best: dict[int, tuple[tuple[str, Any], ...] | None] = {}

        def shortest(node: Diagram) -> tuple[tuple[str, Any], ...] | None:
            if isinstance(node, str):
                return () if node == answer else None
            if id(node) not in best:
                paths = [((node[0], value), *rest) for value, child in node[1] if (rest := shortest(child)) is not None]
                best[id(node)] = min(paths, key=_plainest) if paths else None
            return best[id(node)]

        return shortest(self.diagram) or ()

    def values(self, name: str) -> tuple[Any, ...]:
        """The values of an unknown fact (or of one known in part) that can make a difference."""
        given = self.facts.get(name)
        if isinstance(given, Options) and not isinstance(given, Range):
            return tuple(sorted(given, key=str))
        telling = domain(case_facts()[name], [leaf for leaf in self.tests if leaf[0] != "any_charge"])
        if not isinstance(given, Range):
            return telling
        return tuple(sorted(given.union(value for value in telling if min(given) < value < max(given))))

    def _explore(self, facts: dict[str, Any]) -> Diagram:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooManyUnknownsError
        truths = [applies(item, facts) for item in self.provisions]
        open_at = [index for index, truth in enumerate(truths) if truth is None]
        if not open_at:
            return self._answer(truths)
        if len(open_at) <= 4 and (only := self._same_either_way(truths, open_at)):
            return only
        state = [tuple(self.tests[leaf](facts) for leaf in self.leaves[index]) for index in open_at]
        names = self.half_known[open_at[0]].union(*(self.half_known[index] for index in open_at[1:]))
        key = (
            tuple(truths),
            tuple(state),
            tuple([(name, facts.get(name)) for name in self.order_of_half if name in names]),
        )
        if key in self.known_names:
            return self.known_names[key]
        waiting = {
            _variable(leaf)
            for index, row in zip(open_at, state, strict=True)
            for leaf, truth in zip(self.leaves[index], row, strict=True)
            if truth is None
        }
        name = next(name for name in self.order if name in waiting)
        children: list[tuple[Any, Diagram]] = []
        for value, further in self._ways(name, facts):
            children.append((value, self._explore(further)))
        result: Diagram = (name, tuple(children))
        if all(child == children[0][1] for _, child in children):
            result = children[0][1]
        self.known_names[key] = result
        return result

    def _answer(self, truths: Sequence[Truth]) -> str:
        return combine(
            self.question, [item for item, truth in zip(self.provisions, truths, strict=True) if truth]
        ).answer

    def _same_either_way(self, truths: list[Truth], open_at: list[int]) -> str | None:
        seen: str | None = None
        for chosen in product((True, False), repeat=len(open_at)):
            filled = list(truths)
            for index, truth in zip(open_at, chosen, strict=True):
                filled[index] = truth
            answer = self._answer(filled)
            if seen is not None and answer != seen:
                return None
            seen = answer
        return seen

    def _ways(self, name: str, facts: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Each value that an unknown fact could have, with the facts as they then are."""
        if name == CHARGES:
            if self._records is None:
                self._records = possible_records(self.charge_leaves, self.facts)
            texts = [to_text(leaf) for leaf in self.charge_leaves]
            for mask in self._records:
                yield mask, {**facts, **{text: bool(mask & (1 << bit)) for bit, text in enumerate(texts)}}
            return
        table = implications_of()
        for value in self.values(name):
            further, waiting, consistent = {**facts, name: value}, [(name, value)], True
            while waiting and consistent:
                for other, implied in table.get(waiting.pop(), ()):
                    if other not in further:
                        further[other] = implied
                        waiting.append((other, implied))
                    elif further[other] != implied:
                        consistent = False
            if consistent:
                yield value, further


def _leaves_of(provision: Provision) -> Iterator[Tree]:
    for tree in (provision.when, provision.unless):
        if tree:
            yield from leaves(tree)


def _variable(leaf: Tree) -> str:
    return CHARGES if leaf[0] == "any_charge" else str(leaf[1])


def domain(fact: Fact, tests: Sequence[Tree]) -> tuple[Any, ...]:
    """Values of a fact that stand for all its values, as far as these leaves can tell them apart."""
    if fact.kind == "bool":
        return (True, False)
    constants: list[Any] = []
    for leaf in tests:
        if leaf[0] == "compare" and leaf[1] == fact.name:
            constants.append(leaf[3])
        elif leaf[0] == "in" and leaf[1] == fact.name:
            constants.extend(leaf[2])
    constants = list(dict.fromkeys(constants))
    if fact.kind == "number":
        points = sorted(constants)
        between = [(low + high) / 2 for low, high in pairwise(points)]
        ends = [max(points[0] - 1, 0), points[-1] + 1] if points else [0]
        return tuple(sorted(set(points + between + ends)))
    if fact.kind == "enum":
        rest = [option for option in fact.options if option not in constants]
        return (*constants, *rest[:1])
    return (*constants, OTHER_TEXT)


# ---------------------------------------------------------------------------------------------- the record


def possible_records(charge_leaves: tuple[Tree, ...], facts: Mapping[str, Any]) -> tuple[int, ...]:
    """Which of the conditions on the record can be met together.

    Takes the `any_charge` leaves and the known facts. Returns bit masks: bit i set when leaf i is met. Listed charges
    with unknown fields and, unless the record is complete, further charges are counted in.
    """
    today = facts.get(AS_OF)
    settled = [facts.get(to_text(leaf)) for leaf in charge_leaves]
    masks = {0}
    for charge in facts.get(CHARGES) or ():
        mine = charge_masks(charge_leaves, charge, today)
        masks = {mask | one for mask in masks for one in mine}
    if facts.get(CLOSED) is not True:
        anything = any_charge_masks(charge_leaves, today)
        while True:
            grown = masks | {mask | one for mask in masks for one in anything}
            if grown == masks:
                break
            if len(grown) > MOST_RECORDS:
                raise TooManyUnknownsError
            masks = grown
    fits = [
        mask
        for mask in masks
        if all(truth is None or bool(mask & (1 << bit)) is truth for bit, truth in enumerate(settled))
    ]
    return tuple(sorted(fits))


@lru_cache(maxsize=512)
def any_charge_masks(charge_leaves: tuple[Tree, ...], today: Any) -> frozenset[int]:
    """The masks that a charge of which nothing is known can have."""
    return frozenset(charge_masks(charge_leaves, {}, today))


def charge_masks(charge_leaves: tuple[Tree, ...], charge: Mapping[str, Any], today: Any) -> set[int]:
    """The masks that one charge can have: which of the conditions it may meet, bit i for leaf i.

    Takes the `any_charge` leaves, the known fields of the charge and the day. Raises `TooManyUnknownsError`. Its
    unknown fields are filled one by one, until every condition is settled.
    """
    fields = tuple(dict.fromkeys(inner for leaf in charge_leaves for inner in inner_leaves(leaf)))
    tests = [compile_tree(leaf[1]) for leaf in charge_leaves]
    named = [tuple(dict.fromkeys(_field(inner) for inner in leaves(leaf[1]))) for leaf in charge_leaves]
    choices = {
        name: _choices(name, fields, charge, today) for name in dict.fromkeys(_field(inner) for inner in fields)
    }
    order = [name for name, values in choices.items() if values]
    found: set[int] = set()
    seen: set[Any] = set()
    waiting: list[dict[str, Any]] = [{**charge, AS_OF: today}]
    while waiting:
        filled = waiting.pop()
        truths = [test(filled) for test in tests]
        open_names = {name for names, truth in zip(named, truths, strict=True) if truth is None for name in names}
        key = (tuple(truths), tuple((name, filled.get(name)) for name in order if name in open_names))
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > MOST_STEPS:
            raise TooManyUnknownsError
        unfilled = [name for name in order if name in open_names and f"filled:{name}" not in filled]
        if not unfilled:
            found.add(sum(1 << bit for bit, truth in enumerate(truths) if truth))
            continue
        name = unfilled[0]
        waiting += [{**filled, name: value, f"filled:{name}": True} for value in choices[name]]
    return found


def _field(leaf: Tree) -> str:
    return f"on_list:{leaf[1]}" if leaf[0] == "on_list" else str(leaf[1])


def _choices(name: str, fields: tuple[Tree, ...], charge: Mapping[str, Any], today: Any) -> tuple[Any, ...]:
    """The values that an unknown field of a charge could have; () when it is known."""
    from lawfulhold.facts.dates import PartialDate

    given = charge.get(name)
    if isinstance(given, Options):
        return tuple(sorted(given, key=str))
    if isinstance(given, PartialDate) and not given.is_day:
        ends = [PartialDate(day, day, str(day)) for day in (given.first, given.last)]
        return (*[day for day in _telling_days(name, fields, today) if given.first <= day.first <= given.last], *ends)
    if given is not None:
        return ()
    if name.startswith("on_list:"):
        return (True, False)
    if charge_facts()[name].kind == "date":
        return _telling_days(name, fields, today)
    return domain(charge_facts()[name], fields)


def _telling_days(name: str, fields: Sequence[Tree], today: Any) -> tuple[Any, ...]:
    """Days on either side of each limit that the leaves set for a date."""
    from datetime import date, timedelta

    from lawfulhold.facts.dates import EARLIEST, PartialDate

    days = {today, today + timedelta(days=1), EARLIEST}
    for leaf in fields:
        if leaf[0] == "within" and leaf[1] == name:
            start = span_start(today, leaf[2], leaf[3])
            days |= {start, start - timedelta(days=1)}
        elif leaf[0] == "compare" and leaf[1] == name:
            day = date.fromisoformat(leaf[3])
            days |= {day - timedelta(days=1), day, day + timedelta(days=1)}
    return tuple(PartialDate(day, day, day.isoformat()) for day in sorted(days))


# ---------------------------------------------------------------------------------------------- reading a diagram


def _plainest(path: tuple[tuple[str, Any], ...]) -> tuple[int, int]:
    """Short paths first, then those that say yes to the fewest facts."""
    return len(path), sum(value is True for _, value in path)


def _ends(diagram: Diagram) -> set[str]:
    seen: set[int] = set()
    found: set[str] = set()
    waiting = [diagram]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            found.add(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.extend(child for _, child in node[1])
    return found


def _names(diagram: Diagram) -> Iterator[str]:
    seen: set[int] = set()
    waiting = [diagram]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, str) and id(node) not in seen:
            seen.add(id(node))
            yield node[0]
            waiting.extend(child for _, child in node[1])


def _restricted(diagram: Diagram, name: str, keep: Any) -> Diagram:
    done: dict[int, Diagram] = {}

    def restrict(node: Diagram) -> Diagram:
        if isinstance(node, str):
            return node
        if id(node) not in done:
            children = [(value, child) for value, child in node[1] if node[0] != name or keep(value)]
            done[id(node)] = (node[0], tuple((value, restrict(child)) for value, child in children))
        return done[id(node)]

    return restrict(diagram)

"""What of a row can change the answer, as numbers.

Rows that share all facts that matter share an answer. `RowKey` writes, for a law, some questions and the facts of a table, the expressions that give
rows the same key exactly when they share these facts: the span of days on which the law of the place stays the same, the kind of agency, the value
of each yes/no fact and choice, and for numbers and dates the truth of each comparison that the law makes. A fact matters only in the places
whose law names it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lawfulhold.tables.columns import Between, condition, condition_on
from lawfulhold.tables.table_facts import TableFacts

if TYPE_CHECKING:
    from sqlglot import exp

    from lawfulhold.rules.conditions import Tree
    from lawfulhold.rules.law import Law, Provision

_LARGEST_CODE = 1 << 62
_BITS = 60
HOURS = ("custody.hours_past_release", "custody.counted_hours_past_release")


@dataclass(frozen=True)
class Digit:
    """One thing about a row with `base` possible values, 0 for not known; it matters where `places` says.

    `name` and `values`: the fact that the digit tells, and its value for each digit. A digit without a name tells only part of one.
    """

    value: exp.Expr
    base: int
    places: frozenset[str]
    name: str | None = None
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class PlaceLaw:
    """What the key needs of one place's law: the days on which a new span begins, the leaves of its conditions."""

    starts: tuple[date, ...]
    leaves: tuple[Tree, ...]
    inner: tuple[Tree, ...]
    statutes: bool
    ncic: frozenset[str]
    offence_days: tuple[date, ...]

    def span(self, day: date) -> int:
        """Number of the span that a day is in."""
        return bisect_right(self.starts, day)


class RowKey:
    """The key of a row under some laws: `digits` in codes of at most 62 bits, and `texts` that stand for themselves.

    `kinds`: the kinds of agency that occur. `constants`: facts that are the same in every row, which need no digit.
    """

    def __init__(
        self,
        laws: Sequence[Law],
        questions: Sequence[str],
        facts: TableFacts,
        places: Iterable[str],
        kinds: Sequence[str],
        days: Sequence[exp.Expr],
        constants: Iterable[str] = (),
    ) -> None:
        self.facts = facts
        self.constants = frozenset(constants)
        self.days = list(days)  # the day of the decision under each law: the row's own, or a fixed one
        self.places = {place: _place_law(laws, place, questions) for place in places}
        self.digits: list[Digit] = []
        self.texts: list[tuple[exp.Expr, frozenset[str]]] = []
        self.used: dict[str, frozenset[str]] = {}
        self.dated: set[str] = set()  # places in which a day of the table is counted back from the day of the decision
        if facts.kind is not None and len(kinds) > 0:
            self._choice(facts.kind, kinds, frozenset(self.places), name="kind")
        self._case_facts()
        for number, slot in enumerate(facts.columns.charges):
            self._charge(number, slot.present, slot.fields)
        if facts.columns.complete is not None:
            where = frozenset(code for code, law in self.places.items() if law.inner)
            self._bool(facts.columns.complete, where, name="record_complete")
            self.used["record_complete"] = where

    @property
    def masks(self) -> int:
        """How many numbers of `_BITS` bits say which digits matter in a place."""
        return -(-len(self.digits) // _BITS)

    def mask(self, place: str) -> list[int]:
        """For a place: which digits matter, as bits."""
        result = [0] * self.masks
        for position, digit in enumerate(self.digits):
            if place in digit.places:
                result[position // _BITS] |= 1 << (position % _BITS)
        return result

    def layout(self, spans: int) -> list[tuple[int, int]]:
        """For each digit the code that it stands in and its weight there; the number of the span is the last digit of the first code."""
        code, weight = 0, max(spans, 1)
        found = []
        for digit in self.digits:
            if weight * digit.base >= _LARGEST_CODE:
                code, weight = code + 1, 1
            found.append((code, weight))
            weight *= digit.base
        return found

    def codes(self, spans: int, span: exp.Expr, mask: Sequence[exp.Expr]) -> list[exp.Expr]:
        """The codes as expressions; `span` and `mask` are the columns that hold the number of the span and what `mask(place)` gives."""
        from sqlglot import exp

        codes: list[list[exp.Expr]] = [[span]]
        for position, (digit, (code, weight)) in enumerate(zip(self.digits, self.layout(spans), strict=True)):
            value = digit.value
            if digit.places != frozenset(self.places):
                bit = exp.Literal.number(str(1 << (position % _BITS)))
                matters = exp.NEQ(
                    this=exp.paren(exp.BitwiseAnd(this=mask[position // _BITS].copy(), expression=bit)),
                    expression=exp.Literal.number("0"),
                )
                value = exp.Case(ifs=[exp.If(this=matters, true=value)], default=exp.Literal.number("0"))
            if code == len(codes):
                codes.append([])
            weighted = exp.Mul(this=exp.paren(exp.cast(value, "BIGINT")), expression=exp.Literal.number(str(weight)))
            codes[code].append(weighted)
        return [_sum(terms) for terms in codes]

    def told(self, key: Sequence[int], spans: int) -> tuple[int, dict[str, Any]]:
        """The number of the span, and the facts that digits tell, of a key."""
        facts = {}
        for digit, (code, weight) in zip(self.digits, self.layout(spans), strict=True):
            if digit.name is not None:
                facts[digit.name] = digit.values[key[code] // weight % digit.base]
        return key[0] % max(spans, 1), facts

    # ------------------------------------------------------------------------------------------ digits

    def _add(
        self, value: exp.Expr, base: int, places: frozenset[str], name: str | None = None, values: tuple[Any, ...] = ()
    ) -> None:
        if places:
            self.digits.append(Digit(value, base, places, name, values))

    def _bool(self, value: exp.Expr, places: frozenset[str], name: str | None = None) -> None:
        from sqlglot import exp

        two, one = exp.Literal.number("2"), exp.Literal.number("1")
        self._add(
            exp.Case(
                ifs=[
                    exp.If(this=exp.paren(value.copy()), true=two),
                    exp.If(this=exp.Not(this=exp.paren(value.copy())), true=one),
                ],
                default=exp.Literal.number("0"),
            ),
            3,
            places,
            name,
            (None, False, True),
        )

    def _choice(self, value: exp.Expr, options: Sequence[str], places: frozenset[str], name: str | None = None) -> None:
        from sqlglot import exp

        cases = [
            exp.If(
                this=exp.EQ(this=exp.paren(value.copy()), expression=exp.Literal.string(option)),
                true=exp.Literal.number(str(i)),
            )
            for i, option in enumerate(options, 1)
        ]
        default = exp.Literal.number("0")
        self._add(exp.Case(ifs=cases, default=default), len(options) + 1, places, name, (None, *options))

    def _leaf(self, leaf: Tree, inside: Mapping[str, Any] | None, places: frozenset[str]) -> None:
        for day in self.days if leaf[0] == "within" else self.days[:1]:
            columns = replace(self.facts.columns, day=day)
            self._bool(condition(leaf, columns) if inside is None else condition_on(leaf, inside, columns), places)

    def _case_facts(self) -> None:
        from lawfulhold.facts.vocabulary import case_facts

        named = {
            code: _relevant(leaf[1] for leaf in law.leaves if leaf[0] != "any_charge")
            for code, law in self.places.items()
        }
        for name, value in self.facts.columns.facts.items():
            fact = case_facts()[name]
            where = frozenset(code for code, names in named.items() if name in names)
            self.used[name] = where
            if name in self.constants:
                continue
            if fact.kind == "bool":
                self._bool(value, where, name)
            elif fact.kind == "enum":
                self._choice(value, fact.options, where, name)
            else:
                self._leaves(name, value, None, {code: law.leaves for code, law in self.places.items()}, where)

    def _leaves(
        self,
        name: str,
        value: Any,
        inside: Mapping[str, Any] | None,
        by_place: Mapping[str, Sequence[Tree]],
        where: frozenset[str],
    ) -> None:
        """Digits for a number or a date: is it known, is it zero, and each comparison that a place's law makes."""
        from sqlglot import exp

        probe = value.least if isinstance(value, Between) else value
        self._add(
            exp.Case(
                ifs=[
                    exp.If(
                        this=exp.Is(this=exp.paren(probe.copy()), expression=exp.null()), true=exp.Literal.number("0")
                    )
                ],
                default=exp.Literal.number("1"),
            ),
            2,
            where,
        )
        if name in HOURS:
            self._bool(exp.EQ(this=exp.paren(probe.copy()), expression=exp.Literal.number("0")), where)
        # one count of hours bounds the other, so each is set against the limits of both
        alike = HOURS if name in HOURS else (name,)
        places_of: dict[Tree, set[str]] = {}
        for code, found in by_place.items():
            for leaf in found:
                if leaf[0] in ("compare", "in", "within") and leaf[1] in alike:
                    places_of.setdefault((leaf[0], name, *leaf[2:]), set()).add(code)
        for leaf, codes in places_of.items():
            if leaf[0] == "within":
                self.dated |= codes
            self._leaf(leaf, inside, frozenset(codes))

    def _charge(self, number: int, present: exp.Expr, fields: Mapping[str, Any]) -> None:
        from lawfulhold.facts.vocabulary import charge_facts

        inner = {code: law.inner for code, law in self.places.items()}
        anywhere = frozenset(code for code, found in inner.items() if found)
        by_statute = frozenset(code for code in anywhere if self.places[code].statutes and "statute" in fields)
        by_ncic = frozenset(code for code in anywhere if self.places[code].ncic and "ncic" in fields)
        resolvable = by_statute | by_ncic
        self._bool(present, anywhere)
        for name, value in fields.items():
            named = frozenset(
                code
                for code, found in inner.items()
                if any(f"on_list:{leaf[1]}" == name if leaf[0] == "on_list" else leaf[1] == name for leaf in found)
            )
            kind = "bool" if name.startswith("on_list:") else charge_facts()[name].kind
            self.used[f"charge{number}.{name}"] = anywhere
            if kind == "bool":
                self._bool(value, named)
            elif kind == "enum":
                self._choice(value, charge_facts()[name].options, named | resolvable)
            elif kind == "text":
                self._text(
                    name,
                    value,
                    named | {"statute": by_statute, "place": resolvable}.get(name, frozenset()),
                    by_ncic - named,
                )
            else:
                self._leaves(name, value, fields, inner, named)
                if name == "convicted_on":
                    self._offence_span(value, resolvable)

    def _text(self, name: str, value: exp.Expr, places: frozenset[str], by_ncic: frozenset[str]) -> None:
        """A text stands for itself; an offence code only where the place's list of offences has it."""
        from sqlglot import exp

        if places:
            self.texts.append((value, places))
        if name == "ncic" and by_ncic:
            codes = sorted({code for place in by_ncic for code in self.places[place].ncic})
            listed = exp.In(this=exp.paren(value.copy()), expressions=[exp.Literal.string(code) for code in codes])
            self.texts.append((exp.Case(ifs=[exp.If(this=listed, true=value.copy())]), by_ncic))

    def _offence_span(self, value: exp.Expr, places: frozenset[str]) -> None:
        """Which edition of the place's list of offences a conviction falls under."""
        from sqlglot import exp

        for day in sorted({day for code in places for day in self.places[code].offence_days}):
            where = frozenset(code for code in places if day in self.places[code].offence_days)
            self._bool(
                exp.GTE(this=exp.paren(value.copy()), expression=exp.cast(exp.Literal.string(day.isoformat()), "DATE")),
                where,
            )


def _sum(terms: Sequence[exp.Expr]) -> exp.Expr:
    from sqlglot import exp

    result = terms[0]
    for term in terms[1:]:
        result = exp.Add(this=result, expression=term)
    return result


def _relevant(names: Iterable[str]) -> set[str]:
    """These facts and every fact tied to one of them (a form that asks to hold is a detainer on file, ...)."""
    from lawfulhold.facts.vocabulary import IMPLICATIONS

    ties = [{fact, other} for fact, _, other, _ in IMPLICATIONS]
    ties.append({"detainer.form", "detainer.lodged", "detainer.cancelled"})
    ties.append(set(HOURS))
    found = set(names)
    while True:
        grown = found.union(*(tie for tie in ties if tie & found))
        if grown == found:
            return found
        found = grown


def provisions_on(law: Law, place: str, questions: Sequence[str]) -> list[Provision]:
    """The provisions of a place and of those above it that can bear on the questions."""
    return [
        item
        for link in law.chain(place)
        for item in link.provisions
        if item.question in questions or set(item.voids) & set(questions)
    ]


def _place_law(laws: Sequence[Law], place: str, questions: Sequence[str]) -> PlaceLaw:
    from lawfulhold.rules.conditions import inner_leaves, leaves

    starts: set[date] = set()
    found: dict[Tree, None] = {}
    inner: dict[Tree, None] = {}
    statutes, ncic, offence_days = False, set[str](), set[date]()
    for law in laws:
        if place not in law.codes:
            continue
        for item in provisions_on(law, place, questions):
            starts |= {item.first, item.last + timedelta(days=1)}
            for tree in (item.when, item.unless):
                if tree is not None:
                    found.update(dict.fromkeys(leaves(tree)))
                    inner.update(dict.fromkeys(inner_leaves(tree)))
        for offence in _offences(law, place):
            statutes |= bool(offence.get("statutes"))
            ncic |= {str(code) for code in offence.get("ncic") or ()}
            if offence.get("from"):
                offence_days.add(date.fromisoformat(str(offence["from"])))
            if offence.get("to"):
                offence_days.add(date.fromisoformat(str(offence["to"])) + timedelta(days=1))
    starts |= _turning_days(tuple(inner))
    return PlaceLaw(
        tuple(sorted(starts)), tuple(found), tuple(inner), statutes, frozenset(ncic), tuple(sorted(offence_days))
    )


def _offences(law: Law, place: str) -> Sequence[Mapping[str, Any]]:
    from lawfulhold.rules.offences import offences_of

    content = offences_of("-".join(place.split("-")[:2]), law) or {}
    return content.get("offences") or ()


def _turning_days(inner: Sequence[Tree]) -> set[date]:
    """Days on which a span counted back crosses a fixed day that the law names for the same date: what is possible changes there."""
    days: set[date] = set()
    for leaf in inner:
        if leaf[0] != "compare" or not isinstance(leaf[3], str):
            continue
        try:
            fixed = date.fromisoformat(leaf[3])
        except ValueError:
            continue
        for other in inner:
            if other[0] == "within" and other[1] == leaf[1]:
                about = {"years": 365.25, "months": 30.44, "days": 1.0}[other[3]] * other[2]
                days |= {fixed + timedelta(days=round(about) + near) for near in range(-4, 5)}
                days |= {fixed + timedelta(days=near) for near in range(-1, 3)}
    return days

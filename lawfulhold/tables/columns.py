"""Conditions as SQL expressions over columns.

The trees of `lawfulhold.rules.conditions` become sqlglot expressions, which sqlglot writes for DuckDB, Spark or another engine. SQL's three-valued
logic is Kleene's, so NULL is "not known" throughout; only `any_charge`, which looks at several charges, is spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

    from lawfulhold.rules.conditions import Tree
    from lawfulhold.rules.law import Provision


@dataclass(frozen=True)
class Between:
    """A number known only to lie between two: an age, when only the year of birth is known."""

    least: exp.Expr
    most: exp.Expr


Value = "exp.Expr | Between"


@dataclass(frozen=True)
class Slot:
    """One charge of a row. `present`: does the row have it (never NULL). `fields`: its facts by name, ``on_list:...`` among them."""

    present: exp.Expr
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class FactColumns:
    """Where the facts of a row stand. A fact that is not here is unknown in every row.

    `facts`: an expression, or `Between`, by the name of the fact. `complete`: the record of charges is complete. `day`: the day of the decision.
    """

    day: exp.Expr
    facts: Mapping[str, Any] = field(default_factory=dict)
    charges: Sequence[Slot] = ()
    complete: exp.Expr | None = None


def condition(tree: Tree, columns: FactColumns) -> exp.Expr:
    """A condition as an expression that is true, false or NULL for each row."""
    return _compile(tree, columns.facts, columns)


def condition_on(tree: Tree, facts: Mapping[str, Any], columns: FactColumns) -> exp.Expr:
    """A condition of a charge as an expression; `facts` are the fields of one charge."""
    return _compile(tree, facts, columns)


def applies(provision: Provision, columns: FactColumns) -> exp.Expr:
    """Whether a provision applies, as an expression: its condition met, and no exception."""
    from sqlglot import exp

    parts = []
    if provision.when is not None:
        parts.append(condition(provision.when, columns))
    if provision.unless is not None:
        parts.append(_not(condition(provision.unless, columns)))
    return _joined(exp.And, parts) if parts else exp.true()


def unknown() -> exp.Expr:
    """The truth value of what is not known."""
    from sqlglot import exp

    return exp.cast(exp.null(), "BOOLEAN")


def literal(value: Any) -> exp.Expr:
    """A constant of a condition."""
    from sqlglot import exp

    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(str(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(str(-value)))


def _joined(kind: Any, parts: Sequence[exp.Expr]) -> exp.Expr:
    from sqlglot import exp

    wrapped = [exp.paren(part, copy=False) for part in parts]
    result: exp.Expr = wrapped[0]
    for part in wrapped[1:]:
        result = kind(this=result, expression=part)
    return result


def _not(part: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.Not(this=exp.paren(part, copy=False))


def _compile(tree: Tree, facts: Mapping[str, Any], columns: FactColumns) -> exp.Expr:
    from sqlglot import exp

    kind = tree[0]
    if kind in ("and", "or"):
        return _joined(exp.And if kind == "and" else exp.Or, [_compile(part, facts, columns) for part in tree[1:]])
    if kind == "not":
        return _not(_compile(tree[1], facts, columns))
    if kind == "constant":
        return literal(bool(tree[1]))
    if kind == "any_charge":
        return _any_charge(tree, columns)
    name = f"on_list:{tree[1]}" if kind == "on_list" else tree[1]
    value = facts.get(name)
    if value is None:
        return unknown()
    if kind in ("fact", "on_list"):
        return value.copy()  # type: ignore[no-any-return]
    if isinstance(value, Between):
        low, high = _test(tree, value.least, columns), _test(tree, value.most, columns)
        return exp.Case(ifs=[exp.If(this=exp.EQ(this=exp.paren(low), expression=exp.paren(high)), true=low.copy())])
    return _test(tree, value, columns)


def _test(tree: Tree, value: exp.Expr, columns: FactColumns) -> exp.Expr:
    """A comparison, a membership or a span of time on one value."""
    from sqlglot import exp

    from lawfulhold.facts.vocabulary import case_facts, charge_facts

    left = exp.paren(value.copy())
    if tree[0] == "in":
        return exp.In(this=left, expressions=[literal(each) for each in tree[2]])
    if tree[0] == "within":
        return exp.And(
            this=exp.GTE(this=left, expression=exp.paren(_back(columns.day, tree[2], tree[3]))),
            expression=exp.LTE(this=left.copy(), expression=columns.day.copy()),
        )
    fact = case_facts().get(tree[1]) or charge_facts().get(tree[1])
    right = exp.cast(literal(tree[3]), "DATE") if fact is not None and fact.kind == "date" else literal(tree[3])
    kinds: Mapping[str, Any] = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    return kinds[tree[2]](this=left, expression=right)  # type: ignore[no-any-return]


def _back(day: exp.Expr, count: int, unit: str) -> exp.Expr:
    from sqlglot import exp

    interval = exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit.removesuffix("s").upper()))
    return exp.Sub(this=exp.paren(day.copy()), expression=interval)


def _any_charge(tree: Tree, columns: FactColumns) -> exp.Expr:
    """True when some charge meets it, false when none does and the record is complete, else NULL."""
    from sqlglot import exp

    parts: list[exp.Expr] = [
        exp.And(this=exp.paren(slot.present.copy()), expression=exp.paren(_compile(tree[1], slot.fields, columns)))
        for slot in columns.charges
    ]
    if columns.complete is None:
        parts.append(unknown())
    else:
        parts.append(exp.Case(ifs=[exp.If(this=columns.complete.copy(), true=exp.false())]))
    return _joined(exp.Or, parts)

"""Conditions of provisions: SQL boolean expressions over facts.

`parse` turns the text into a small tree of tuples, checked against the vocabulary. The tree is what every reader of
the law shares: `compile_tree` makes a function for one case (Kleene's three-valued logic), the tables compile it to
columns, and the prover to a solver's formulas.

Tree: ("and", a, b, ...) ("or", a, b, ...) ("not", a) ("fact", name) ("compare", name, operator, constant) ("in", name,
(constants)) ("any_charge", inner, text) ("on_list", list) ("within", field, count, unit) ("constant", bool).
"""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from lawfulhold.facts.dates import PartialDate, parse_date, span_start

if TYPE_CHECKING:
    from lawfulhold.facts.vocabulary import Fact

Tree = tuple[Any, ...]
Facts = Mapping[str, Any]
Truth = bool | None
Test = Callable[[Facts], Truth]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
WITHIN = {"within_years": "years", "within_months": "months", "within_days": "days"}


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what is wrong and what is near."""


class Options(frozenset[Any]):
    """A fact known only to be one of several values (the grade of an offence that has two)."""


class Range(Options):
    """A number known only to lie between the least and the greatest of these, both included."""


# ---------------------------------------------------------------------------------------------- reading


def parse(text: str, *, inside_charge: bool = False) -> Tree:
    """Read one condition.

    Takes the text of the condition. Returns its tree. Raises `ConditionError` when it is not a SQL boolean expression,
    names a fact that does not exist, or compares a fact with a value of another type.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(f"SELECT 1 WHERE {text}", read="duckdb")
        if len(statements) != 1 or statements[0] is None:
            raise ConditionError("not a SQL condition: it has more than one statement")
        expression = statements[0].args.get("where")
    except SqlglotError as error:
        first = str(error).splitlines()[0]
        raise ConditionError(f"not a SQL condition: {first}") from None
    if expression is None:
        raise ConditionError("empty condition")
    return _read(expression.this, inside_charge)


def _read(node: Any, inside: bool) -> Tree:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return _read(node.this, inside)
    if isinstance(node, (exp.And, exp.Or)):
        name = "and" if isinstance(node, exp.And) else "or"
        parts: list[Tree] = []
        for child in (node.left, node.right):
            tree = _read(child, inside)
            parts.extend(tree[1:] if tree[0] == name else (tree,))
        return (name, *parts)
    if isinstance(node, exp.Not):
        return ("not", _read(node.this, inside))
    if isinstance(node, exp.Boolean):
        return ("constant", bool(node.this))
    if isinstance(node, exp.In):
        return _read_in(node, inside)
    if isinstance(node, exp.Between):
        fact, low = _fact(node.this, inside), _constant(node.args["low"])
        return ("and", _compare(fact, ">=", low), _compare(fact, "<=", _constant(node.args["high"])))
    symbol = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}.get(type(node))
    if symbol:
        return _read_comparison(node, symbol, inside)
    if isinstance(node, (exp.Anonymous, exp.Func)) and not isinstance(node, exp.Column):
        return _read_call(node, inside)
    if isinstance(node, exp.Column):
        fact = _fact(node, inside)
        if fact.kind != "bool":
            raise ConditionError(f"{fact.name} is {_a(fact)}, not yes or no; compare it with a value")
        return ("fact", fact.name)
    if isinstance(node, exp.Is):
        raise ConditionError("`is` is not used: an unknown fact makes the condition unknown by itself")
    raise ConditionError(f"{node.sql()} is not something a condition can say")


def _read_in(node: Any, inside: bool) -> Tree:
    fact = _fact(node.this, inside)
    if node.args.get("query") is not None or not node.expressions:
        raise ConditionError(f"give the values of {fact.name} in brackets: {fact.name} in ('a', 'b')")
    constants = tuple(_checked(fact, _constant(item)) for item in node.expressions)
    return ("in", fact.name, constants)


def _read_comparison(node: Any, symbol: str, inside: bool) -> Tree:
    from sqlglot import exp

    left, right = node.left, node.right
    if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
        left, right, symbol = right, left, FLIPPED[symbol]
    if not isinstance(left, exp.Column):
        raise ConditionError(f"{node.sql()} compares no fact")
    if isinstance(right, exp.Column):
        raise ConditionError(f"{node.sql()} compares two facts; compare a fact with a value")
    return _compare(_fact(left, inside), symbol, _constant(right))


def _compare(fact: Fact, symbol: str, value: Any) -> Tree:
    if fact.kind == "bool":
        if not isinstance(value, bool) or symbol not in ("=", "<>"):
            raise ConditionError(f"{fact.name} is yes or no; write `{fact.name}` or `not {fact.name}`")
        return ("fact", fact.name) if value == (symbol == "=") else ("not", ("fact", fact.name))
    if fact.kind in ("enum", "text") and symbol not in ("=", "<>"):
        raise ConditionError(f"{fact.name} has no order; use = or in")
    return ("compare", fact.name, symbol, _checked(fact, value))


def _read_call(node: Any, inside: bool) -> Tree:
    from sqlglot import exp

    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    arguments = list(node.expressions)
    if name == "any_charge":
        if inside or len(arguments) != 1:
            raise ConditionError("any_charge takes one condition and does not stand inside another any_charge")
        inner = _read(arguments[0], True)
        return ("any_charge", inner, to_text(inner))
    if name == "on_list":
        if not inside or len(arguments) != 1 or not isinstance(arguments[0], exp.Literal):
            raise ConditionError("on_list('name of the list') stands inside any_charge")
        return ("on_list", str(arguments[0].this))
    if name in WITHIN:
        if len(arguments) != 2:
            raise ConditionError(f"{name} takes a date and a number: {name}(convicted_on, 5)")
        fact, count = _fact(arguments[0], inside), _constant(arguments[1])
        if fact.kind != "date" or not isinstance(count, (int, float)) or isinstance(count, bool) or count != int(count):
            raise ConditionError(f"{name} takes a date and a whole number: {name}(convicted_on, 5)")
        return ("within", fact.name, int(count), WITHIN[name])
    near = _nearest(name, ["any_charge", "on_list", *WITHIN])
    raise ConditionError(f"no function {name}{near}")


def _fact(column: Any, inside: bool) -> Fact:
    from sqlglot import exp

    from lawfulhold.facts.vocabulary import case_facts, charge_facts

    if not isinstance(column, exp.Column):
        raise ConditionError(f"{column.sql()} is not a fact")
    name = ".".join(part.name for part in column.parts)
    facts = charge_facts() if inside else case_facts()
    if name in facts:
        return facts[name]
    if inside and name in case_facts():
        raise ConditionError(f"{name} is a fact of the case, not of a charge; move it out of any_charge")
    if not inside and name in charge_facts():
        raise ConditionError(f"{name} is a fact of a charge; write any_charge({name} ...)")
    raise ConditionError(f"no fact {name}{_nearest(name, facts)}")


def _constant(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Neg):
        return -_constant(node.this)
    if isinstance(node, (exp.Cast, exp.Date)) and isinstance(node.this, exp.Literal):
        return str(node.this.this)
    if not isinstance(node, exp.Literal):
        raise ConditionError(f"{node.sql()} is not a value")
    if node.is_string:
        return str(node.this)
    number = float(node.this)
    return int(number) if number == int(number) else number


def _checked(fact: Fact, value: Any) -> Any:
    if fact.kind == "enum":
        if value not in fact.options:
            raise ConditionError(f"{fact.name} is never {value!r}{_nearest(str(value), fact.options)}")
        return value
    if fact.kind == "number" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise ConditionError(f"{fact.name} is a number, {value!r} is not")
    if fact.kind == "text" and not isinstance(value, str):
        raise ConditionError(f"{fact.name} is text, {value!r} is not; put it in quotes")
    if fact.kind == "date":
        try:
            day = parse_date(value)
        except ValueError as error:
            raise ConditionError(f"{fact.name} is a date: {error}") from None
        if not day.is_day:
            raise ConditionError(f"{fact.name} must be compared with a whole date, YYYY-MM-DD")
        return day.first.isoformat()
    if fact.kind == "bool" and not isinstance(value, bool):
        raise ConditionError(f"{fact.name} is yes or no, {value!r} is not")
    return value


def _a(fact: Fact) -> str:
    return {"number": "a number", "enum": "one of " + ", ".join(fact.options), "text": "text", "date": "a date"}[
        fact.kind
    ]


def _nearest(name: str, choices: Any) -> str:
    close = difflib.get_close_matches(name, list(choices), 1, 0.5)
    return f"; did you mean {close[0]}?" if close else ""


# ---------------------------------------------------------------------------------------------- writing


def to_text(tree: Tree) -> str:
    """The condition as SQL text again, in one regular form."""
    kind = tree[0]
    if kind in ("and", "or"):
        return f" {kind} ".join(
            f"({to_text(part)})" if part[0] in ("and", "or") else to_text(part) for part in tree[1:]
        )
    if kind == "not":
        inner = to_text(tree[1])
        return f"not ({inner})" if tree[1][0] in ("and", "or", "compare", "in") else f"not {inner}"
    if kind == "fact":
        return str(tree[1])
    if kind == "compare":
        return f"{tree[1]} {tree[2]} {_literal(tree[3])}"
    if kind == "in":
        return f"{tree[1]} in ({', '.join(_literal(value) for value in tree[2])})"
    if kind == "any_charge":
        return f"any_charge({tree[2]})"
    if kind == "on_list":
        return f"on_list({_literal(tree[1])})"
    if kind == "within":
        return f"within_{tree[3]}({tree[1]}, {tree[2]})"
    return "true" if tree[1] else "false"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def leaves(tree: Tree) -> Iterator[Tree]:
    """Every leaf of the tree from left to right; an `any_charge` is one leaf."""
    if tree[0] in ("and", "or"):
        for part in tree[1:]:
            yield from leaves(part)
    elif tree[0] == "not":
        yield from leaves(tree[1])
    elif tree[0] != "constant":
        yield tree


def inner_leaves(tree: Tree) -> Iterator[Tree]:
    """The leaves inside every `any_charge` of the tree."""
    for leaf in leaves(tree):
        if leaf[0] == "any_charge":
            yield from leaves(leaf[1])


# ---------------------------------------------------------------------------------------------- evaluating

AS_OF = "as_of"  # the day for which the law is asked, under this name beside the facts
CHARGES = "charges"  # the charges, each a mapping of its facts
CLOSED = "record_complete"


def compile_tree(tree: Tree) -> Test:
    """Make a function of the facts that gives True, False or None (unknown) by Kleene's strong three-valued logic."""
    kind = tree[0]
    if kind == "and":
        return _all([compile_tree(part) for part in tree[1:]])
    if kind == "or":
        return _any([compile_tree(part) for part in tree[1:]])
    if kind == "not":
        return _not(compile_tree(tree[1]))
    if kind == "fact":
        return _look_up(tree[1])
    if kind == "compare":
        return _comparison(tree[1], tree[2], tree[3])
    if kind == "in":
        return _membership(tree[1], tree[2])
    if kind == "any_charge":
        return _any_charge(tree)
    if kind == "on_list":
        return _look_up(f"on_list:{tree[1]}")
    if kind == "within":
        return _within(tree[1], tree[2], tree[3])
    constant = bool(tree[1])
    return lambda facts: constant


def _all(tests: list[Test]) -> Test:
    def every(facts: Facts) -> Truth:
        result: Truth = True
        for test in tests:
            truth = test(facts)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return every


def _any(tests: list[Test]) -> Test:
    def some(facts: Facts) -> Truth:
        result: Truth = False
        for test in tests:
            truth = test(facts)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return some


def _not(test: Test) -> Test:
    def negation(facts: Facts) -> Truth:
        truth = test(facts)
        return None if truth is None else not truth

    return negation


def _look_up(name: str) -> Test:
    def value(facts: Facts) -> Truth:
        found = facts.get(name)
        return found if found is True or found is False else None

    return value


def _comparison(name: str, symbol: str, constant: Any) -> Test:
    compare = OPERATORS[symbol]

    def comparison(facts: Facts) -> Truth:
        value = facts.get(name)
        if value is None:
            return None
        if isinstance(value, Range) and symbol in ("=", "<>") and min(value) < constant < max(value):
            return None
        if isinstance(value, Options):
            return _agreed({compare(option, constant) for option in value})
        if isinstance(value, PartialDate):
            return _compare_dates(value, symbol, constant)
        return compare(value, constant)

    return comparison


def _membership(name: str, constants: tuple[Any, ...]) -> Test:
    wanted = frozenset(constants)

    def membership(facts: Facts) -> Truth:
        value = facts.get(name)
        if value is None:
            return None
        if isinstance(value, Range) and any(min(value) < constant < max(value) for constant in wanted):
            return None
        if isinstance(value, Options):
            return _agreed({option in wanted for option in value})
        return value in wanted

    return membership


def _agreed(truths: set[bool]) -> Truth:
    return truths.pop() if len(truths) == 1 else None


def _compare_dates(value: PartialDate, symbol: str, constant: str) -> Truth:
    day, compare = date.fromisoformat(constant), OPERATORS[symbol]
    if symbol in ("=", "<>") and value.first <= day <= value.last:
        return compare(value.first, day) if value.is_day else None
    first, last = compare(value.first, day), compare(value.last, day)
    return first if first == last else None


def _within(name: str, count: int, unit: str) -> Test:
    def within(facts: Facts) -> Truth:
        value, today = facts.get(name), facts.get(AS_OF)
        if value is None or today is None:
            return None
        start = span_start(today, count, unit)
        if value.first >= start and value.last <= today:
            return True
        if value.last < start or value.first > today:
            return False
        return None

    return within


def _any_charge(tree: Tree) -> Test:
    inner, key = compile_tree(tree[1]), to_text(tree)

    def some_charge(facts: Facts) -> Truth:
        settled = facts.get(key)
        if settled is not None:
            return bool(settled)
        charges = facts.get(CHARGES)
        result: Truth = False if facts.get(CLOSED) is True else None
        for charge in charges or ():
            truth = inner(charge)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return some_charge

"""One meaning: a condition says the same of a case and of a column, for every provision of every law file, unknowns included."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from lawfulhold.facts.dates import PartialDate, parse_date
from lawfulhold.facts.vocabulary import Fact, case_facts, charge_facts
from lawfulhold.rules.conditions import AS_OF, CHARGES, CLOSED, leaves
from lawfulhold.rules.law import Law, Provision
from lawfulhold.rules.missing import applies as applies_to_case
from lawfulhold.tables.columns import FactColumns, Slot, applies

ROWS = 120
SLOTS = 2
LAW = Law()


def _constants(provisions: Sequence[Provision]) -> dict[str, list[Any]]:
    """The values that conditions compare each fact with: random facts must hit them, and their neighbours."""
    found: dict[str, list[Any]] = {}
    for provision in provisions:
        for tree in (provision.when, provision.unless):
            for leaf in leaves(tree) if tree else ():
                for part in leaves(leaf[1]) if leaf[0] == "any_charge" else (leaf,):
                    if part[0] == "compare":
                        found.setdefault(part[1], []).append(part[3])
                    elif part[0] == "in":
                        found.setdefault(part[1], []).extend(part[2])
    return found


def _value(fact: Fact, constants: Sequence[Any], rnd: random.Random, day: date) -> Any:
    if rnd.random() < 0.3:
        return None
    if fact.kind == "bool":
        return rnd.random() < 0.5
    if fact.kind == "enum":
        return rnd.choice([*constants, *fact.options])
    if fact.kind == "number":
        return float(rnd.choice([*(c + step for c in constants for step in (-1, 0, 1)), 0, rnd.randint(0, 100)]))
    if fact.kind == "date":
        near = [
            day - timedelta(days=round(365.25 * years) + step) for years in (1, 5, 7, 10, 15) for step in (-1, 0, 1)
        ]
        return rnd.choice(
            [
                *near,
                *(date.fromisoformat(c) for c in constants),
                day,
                day + timedelta(days=1),
                day - timedelta(days=rnd.randint(0, 9000)),
            ]
        )
    return rnd.choice([*constants, "something else"])


def _random_rows(
    provisions: Sequence[Provision], seed: int
) -> tuple[list[date], list[dict[str, Any]], list[list[dict[str, Any]]], list[bool | None]]:
    rnd = random.Random(seed)
    constants = _constants(provisions)
    named = [(leaf, tree) for item in provisions for tree in (item.when, item.unless) if tree for leaf in leaves(tree)]
    names = sorted({leaf[1] for leaf, _ in named if leaf[0] != "any_charge"})
    inner = sorted(
        {
            f"on_list:{part[1]}" if part[0] == "on_list" else part[1]
            for leaf, _ in named
            if leaf[0] == "any_charge"
            for part in leaves(leaf[1])
        }
    )
    days, facts, charges, complete = [], [], [], []
    for _ in range(ROWS):
        day = rnd.choice(
            [date(2024, 2, 29), date(2023, 3, 31), date(2012, 1, 1) + timedelta(days=rnd.randint(0, 5400))]
        )
        days.append(day)
        facts.append({name: _value(case_facts()[name], constants.get(name, ()), rnd, day) for name in names})
        row = []
        for _ in range(rnd.randint(0, SLOTS)):
            row.append(
                {
                    name: (
                        rnd.choice([True, False, None])
                        if name.startswith("on_list:")
                        else _value(charge_facts()[name], constants.get(name, ()), rnd, day)
                    )
                    for name in inner
                }
            )
        charges.append(row)
        complete.append(rnd.choice([True, False, None]))
    return days, facts, charges, complete


def _arrow(fact: str, values: list[Any]) -> pa.Array:
    if fact.startswith("on_list:"):
        return pa.array(values, pa.bool_())
    known = case_facts().get(fact) or charge_facts()[fact]
    return pa.array(
        values, {"bool": pa.bool_(), "number": pa.float64(), "date": pa.date32()}.get(known.kind, pa.string())
    )


@pytest.mark.parametrize("code", LAW.codes)
def test_case_and_column_agree_on_every_provision(code: str) -> None:
    provisions = [item for item in LAW.jurisdiction(code).provisions if item.when or item.unless]
    if not provisions:
        return
    days, facts, charges, complete = _random_rows(provisions, seed=len(code) + sum(map(ord, code)))
    table: dict[str, Any] = {
        "row": pa.array(range(ROWS)),
        "day": pa.array(days),
        "complete": pa.array(complete, pa.bool_()),
    }
    for name in facts[0]:
        table[name] = _arrow(name, [row[name] for row in facts])
    inner = sorted({name for row in charges for charge in row for name in charge})
    slots = []
    for number in range(SLOTS):
        table[f"present{number}"] = pa.array([len(row) > number for row in charges])
        for name in inner:
            table[f"{number}.{name}"] = _arrow(
                name, [row[number][name] if len(row) > number else None for row in charges]
            )
        slots.append(
            Slot(exp.column(f"present{number}"), {name: exp.column(f"{number}.{name}", quoted=True) for name in inner})
        )
    columns = FactColumns(
        exp.column("day"), {name: exp.column(name, quoted=True) for name in facts[0]}, slots, exp.column("complete")
    )
    connection = duckdb.connect()
    connection.register("given", pa.table(table))
    selected = ", ".join(f"{applies(item, columns).sql(dialect='duckdb')} AS p{i}" for i, item in enumerate(provisions))
    found = connection.execute(f"SELECT {selected} FROM given ORDER BY row").fetchall()
    for row, truths in enumerate(found):
        known = _known(days[row], facts[row], charges[row], complete[row])
        for item, truth in zip(provisions, truths, strict=True):
            assert applies_to_case(item, known) is truth, f"{item.id}: {known}"


def _known(day: date, facts: dict[str, Any], charges: list[dict[str, Any]], complete: bool | None) -> dict[str, Any]:
    def value(given: Any) -> Any:
        return parse_date(given) if isinstance(given, date) else given

    known: dict[str, Any] = {name: value(given) for name, given in facts.items() if given is not None}
    known[AS_OF] = day
    known[CHARGES] = tuple(
        {AS_OF: day, **{name: value(given) for name, given in charge.items() if given is not None}}
        for charge in charges
    )
    if complete is not None:
        known[CLOSED] = complete
    assert all(
        not isinstance(each, date) or isinstance(each, PartialDate) for name, each in known.items() if name != AS_OF
    )
    return known

"""Which columns of a table are facts of a case.

An imported table of detainers is read as facts.yaml says. Any other table is read by its column names: ``jurisdiction``, ``agency.kind`` (or
``agency``), ``date``, ``papers.judicial_warrant`` and the other facts of `lawfulhold schema case`, ``charge1.status`` ... for charges, and
``record_complete``. A stop in a name may be written as two underscores.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from lawfulhold.tables.columns import Between, FactColumns, Slot, literal
from lawfulhold.tables.errors import TableError

if TYPE_CHECKING:
    from sqlglot import exp

_CHARGE = re.compile(r"charge(\d+)\.(.+)")


@dataclass(frozen=True)
class TableFacts:
    """Place, agency and facts of the rows of a table, as expressions over its columns."""

    place: exp.Expr
    kind: exp.Expr | None
    columns: FactColumns
    may_be: tuple[str, ...]


def default_mapping() -> Mapping[str, Any]:
    """facts.yaml."""
    data: Mapping[str, Any] = yaml.safe_load(
        files("lawfulhold.tables").joinpath("facts.yaml").read_text(encoding="utf-8")
    )
    return data


def facts_of_table(
    names: Sequence[str], where: str, *, agency: str | None = None, assume: Mapping[str, Any] | None = None
) -> TableFacts:
    """The facts that a table with these columns gives.

    `agency` is the kind for every row that does not say it; `assume` gives facts to every row that does not have them.
    Raises `TableError` when there is no place among the columns, or when a column names a fact that does not exist.
    """
    found = _imported(names) if "detainer_prepare_date" in names and "place" in names else _named(names, where)
    found = _assuming(found, assume or {})
    if agency is None:
        return found
    from sqlglot import exp

    given = exp.Literal.string(agency)
    kind = given if found.kind is None else exp.Coalesce(this=found.kind, expressions=[given])
    return TableFacts(found.place, kind, found.columns, found.may_be)


def assumptions(texts: Sequence[str]) -> dict[str, Any]:
    """The facts that `--assume` names: a set of facts.yaml, or ``fact=value``. Raises `InputError` for anything else."""
    from lawfulhold.errors import InputError, nearest
    from lawfulhold.facts.vocabulary import case_facts

    sets = default_mapping()["assumptions"]
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, written = (part.strip() for part in text.partition("="))
        if not equals:
            if name not in sets:
                raise InputError(f"--assume: there is no set {name!r}{nearest(name, sets)}; write a set or fact=value")
            found.update(sets[name]["facts"])
            continue
        if name not in case_facts():
            raise InputError(f"--assume: there is no fact {name!r}{nearest(name, case_facts())}")
        found[name] = _value(name, written)
    return found


def _value(name: str, written: str) -> Any:
    from lawfulhold.errors import InputError
    from lawfulhold.facts.vocabulary import case_facts

    fact = case_facts()[name]
    if fact.kind == "bool" and written.lower() in ("true", "false", "yes", "no"):
        return written.lower() in ("true", "yes")
    if fact.kind == "enum" and written in fact.options:
        return written
    if fact.kind == "number":
        try:
            number = float(written)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
    if fact.kind == "text":
        return written
    choices = "true, false" if fact.kind == "bool" else ", ".join(fact.options) or "a number"
    raise InputError(f"--assume: {name} cannot be {written!r}; write one of: {choices}")


def _assuming(found: TableFacts, assume: Mapping[str, Any]) -> TableFacts:
    from sqlglot import exp

    def filled(given: exp.Expr, value: Any) -> exp.Expr:
        return exp.Coalesce(this=exp.paren(given.copy()), expressions=[literal(value)])

    facts = dict(found.columns.facts)
    for name, value in assume.items():
        given = facts.get(name)
        if given is None:
            facts[name] = literal(value)
        elif isinstance(given, Between):
            facts[name] = Between(filled(given.least, value), filled(given.most, value))
        else:
            facts[name] = filled(given, value)
    return replace(found, columns=replace(found.columns, facts=facts))


def _sql(text: str) -> exp.Expr:
    import sqlglot

    return sqlglot.parse_one(text, read="duckdb")


def _imported(names: Sequence[str]) -> TableFacts:
    mapping = default_mapping()
    facts: dict[str, Any] = {}
    for name, entry in mapping["facts"].items():
        facts[name] = Between(_sql(entry["least"]), _sql(entry["most"])) if "least" in entry else _sql(entry["sql"])
    slots = [
        Slot(_present(_sql(entry["present"])), {name: _sql(text) for name, text in entry["fields"].items()})
        for entry in mapping["charges"]
    ]
    place = "jurisdiction" if "jurisdiction" in names else mapping["jurisdiction"]["sql"]
    return TableFacts(
        _sql(place),
        _sql(mapping["agency"]["sql"]),
        FactColumns(_sql(mapping["date"]["sql"]), facts, slots),
        tuple(mapping["agency_may_be"]),
    )


def _present(expression: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.Coalesce(this=exp.paren(expression), expressions=[exp.false()])


def _named(names: Sequence[str], where: str) -> TableFacts:
    from sqlglot import exp

    from lawfulhold.errors import nearest
    from lawfulhold.facts.vocabulary import case_facts, charge_facts

    written = {name.replace("__", "."): name for name in names}
    if "jurisdiction" not in written:
        raise TableError(
            where,
            "has no column `jurisdiction`, and is no imported table; import it first, or name its columns as facts are named "
            "(docs/tables.md)",
        )
    known = case_facts()
    groups = {name.partition(".")[0] for name in known}
    facts: dict[str, Any] = {}
    charges: dict[int, dict[str, Any]] = {}
    for name, column in written.items():
        charge = _CHARGE.fullmatch(name)
        if charge:
            if charge[2] not in charge_facts() and not charge[2].startswith("on_list:"):
                raise TableError(
                    where, f"column {column!r}: a charge has no fact {charge[2]!r}{nearest(charge[2], charge_facts())}"
                )
            charges.setdefault(int(charge[1]), {})[charge[2]] = exp.column(column, quoted=True)
        elif name in known:
            facts[name] = exp.column(column, quoted=True)
        elif "." in name and name.partition(".")[0] in groups and name != "agency.kind":
            raise TableError(where, f"column {column!r}: there is no fact {name!r}{nearest(name, known)}")
    slots = []
    for _, fields in sorted(charges.items()):
        present = [exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())) for value in fields.values()]
        slots.append(Slot(exp.or_(*present), fields))
    kind = next((exp.column(written[name], quoted=True) for name in ("agency.kind", "agency") if name in written), None)
    day = (
        exp.cast(exp.column(written["date"], quoted=True), "DATE")
        if "date" in written
        else exp.cast(exp.null(), "DATE")
    )
    complete = exp.column(written["record_complete"], quoted=True) if "record_complete" in written else None
    return TableFacts(
        exp.column(written["jurisdiction"], quoted=True),
        kind,
        FactColumns(day, facts, slots, complete),
        tuple(default_mapping()["agency_may_be"]),
    )

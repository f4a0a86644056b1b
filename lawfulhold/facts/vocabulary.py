"""The list of facts that conditions may name, read off the case models.

One `Fact` for each field of a group of a case (`papers.judicial_warrant`) and of a charge (`status`).
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lawfulhold.facts.case import Agency, Case, Charge, Custody, Detainer, Papers, Person, Request
from lawfulhold.facts.dates import PartialDate

GROUPS: dict[str, type[BaseModel]] = {
    "detainer": Detainer,
    "papers": Papers,
    "custody": Custody,
    "person": Person,
    "agency": Agency,
    "request": Request,
}
NOT_CONDITIONS = {"agency.kind", "agency.name", "detainer.edition", "detainer.received_at", "custody.releasable_at"}

# Facts that cannot stand together otherwise: (fact, value) means (other fact, its value).
IMPLICATIONS: tuple[tuple[str, object, str, object], ...] = (
    ("papers.criminal_warrant", True, "papers.judicial_warrant", True),
    ("papers.federal_criminal_warrant", True, "papers.criminal_warrant", True),
    ("papers.immigration_crime_warrant", True, "papers.federal_criminal_warrant", True),
    ("papers.felony_warrant", True, "papers.criminal_warrant", True),
    ("papers.removal_warrant", True, "papers.administrative_warrant", True),
    ("papers.removal_warrant", True, "papers.removal_order", True),
    ("papers.removal_order_federal_judge", True, "papers.removal_order", True),
    ("detainer.lodged", True, "detainer.notice_requested", True),
    ("detainer.lodged", True, "detainer.cancelled", False),
    ("detainer.lodged", True, "detainer.identity_matches", True),
    ("detainer.form", "I-247N", "detainer.notice_requested", True),
    ("detainer.form", "I-247G", "detainer.notice_requested", True),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its name in conditions, its kind (bool, number, enum, text or date), its values and its meaning."""

    name: str
    kind: Literal["bool", "number", "enum", "text", "date"]
    options: tuple[str, ...]
    meaning: str
    ask: str
    form: str | None


def _fact(name: str, field: FieldInfo) -> Fact | None:
    extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    kind, options = _kind(field.annotation)
    if kind is None:
        return None
    meaning = field.description or name
    ask = str(extra.get("ask") or f"{meaning.split('. ')[0].rstrip('.')}?")
    form = extra.get("form")
    return Fact(name, kind, options, meaning, ask, str(form) if form else None)


def _kind(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return _kind(inner[0]) if len(inner) == 1 else (None, ())
    if origin is Literal:
        return "enum", tuple(str(option) for option in get_args(annotation))
    if annotation is bool:
        return "bool", ()
    if annotation in (int, float):
        return "number", ()
    if annotation is str:
        return "text", ()
    if annotation is PartialDate:
        return "date", ()
    return None, ()


@cache
def case_facts() -> dict[str, Fact]:
    """Every fact of a case that a condition may name, by name."""
    facts: dict[str, Fact] = {}
    for group, model in GROUPS.items():
        for field_name, field in model.model_fields.items():
            name = f"{group}.{field_name}"
            found = None if name in NOT_CONDITIONS else _fact(name, field)
            if found:
                facts[name] = found
    return facts


@cache
def charge_facts() -> dict[str, Fact]:
    """Every field of a charge that a condition inside `any_charge(...)` may name, by name."""
    facts = {}
    for field_name, field in Charge.model_fields.items():
        found = _fact(field_name, field)
        if found:
            facts[field_name] = found
    return facts


@cache
def implications_of() -> dict[tuple[str, object], tuple[tuple[str, object], ...]]:
    """What each (fact, value) settles beside itself, contraposition of yes/no facts included."""
    table: dict[tuple[str, object], list[tuple[str, object]]] = {}
    for fact, value, other, implied in IMPLICATIONS:
        table.setdefault((fact, value), []).append((other, implied))
        if isinstance(value, bool) and isinstance(implied, bool):
            table.setdefault((other, not implied), []).append((fact, not value))
    return {key: tuple(entries) for key, entries in table.items()}


def fact_names() -> list[str]:
    """Paths under which a case may give the source of a fact (`sources:` keys)."""
    names = list(case_facts()) + [name for name in NOT_CONDITIONS if name != "agency.kind"]
    return sorted([*names, *Case.model_fields])

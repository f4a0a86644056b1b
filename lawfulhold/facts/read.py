"""Reading case files, and turning a case into the flat facts that conditions name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from lawfulhold import files
from lawfulhold.errors import InputError, nearest
from lawfulhold.facts import case as models
from lawfulhold.facts.case import Case
from lawfulhold.facts.dates import PartialDate
from lawfulhold.facts.vocabulary import GROUPS, fact_names, implications_of
from lawfulhold.rules.clocks import counted_hours, elapsed_hours, in_zone
from lawfulhold.rules.conditions import CHARGES, CLOSED, Options, Range

_MODELS: dict[str, type[BaseModel]] = {
    **GROUPS,
    "charges": models.Charge,
    "events": models.Event,
    "claims": models.Claim,
    "differences": models.Difference,
    "versions": models.Version,
}


_names = {(group, name): f"{group}.{name}" for group, model in GROUPS.items() for name in model.model_fields}


def read_cases(text: str, where: str) -> list[Case]:
    """Read the case or the list of cases of one file.

    Takes the text and the name of the file (for messages). Returns the cases. Raises `InputError` with file, line and
    the nearest valid choice for the first thing that is wrong.
    """
    data = files.parse(text, where)
    if data is None:
        raise InputError("is empty; a case names at least `jurisdiction` and `agency`", where)
    several = isinstance(data, list)
    cases = []
    for index, entry in enumerate(data if several else [data]):
        cases.append(_read_case(entry, text, where, [index] if several else []))
    return cases


def _read_case(entry: Any, text: str, where: str, start: list[str | int]) -> Case:
    if not isinstance(entry, dict):
        raise InputError(
            "is not a case (names with values); see `lawfulhold schema case`", where, files.line_of(text, start)
        )
    try:
        case = Case.model_validate(entry)
        facts_of(case)
    except ValidationError as error:
        detail: Any = error.errors()[0]
        steps = [*start, *(step for step in detail["loc"] if isinstance(step, int) or not step.startswith("function"))]
        raise InputError(describe(detail, steps[len(start) :]), where, files.line_of(text, steps)) from None
    except InputError as error:
        raise InputError(error.what, where, error.line or files.line_of(text, start)) from None
    for name in case.sources:
        if name.split("[")[0] not in fact_names() and name.split(".")[0] not in ("charges", "events"):
            line = files.line_of(text, [*start, "sources", name])
            raise InputError(f"sources: there is no fact `{name}`{nearest(name, fact_names())}", where, line)
    return case


def describe(detail: Any, steps: list[str | int]) -> str:
    """One finding of the validation in words, with the nearest valid choice."""
    name = ".".join(str(step) for step in steps)
    kind, context, value = detail["type"], detail.get("ctx", {}), detail.get("input")
    if kind == "extra_forbidden":
        model: type[BaseModel] = Case
        for step in steps[:-1]:
            if isinstance(step, str):
                model = _MODELS.get(step, model)
        return f"there is no fact `{name}`{nearest(steps[-1], model.model_fields)}"
    if kind == "literal_error":
        choices = [choice.strip("' ") for choice in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
        return f"`{name}` is {value!r}, not one of {', '.join(choices)}{nearest(value, choices)}"
    if kind == "missing":
        return f"`{name}` is missing"
    if kind in ("bool_type", "bool_parsing"):
        return f"`{name}` is {value!r}; it is true or false (leave it out when unknown)"
    if kind in ("tuple_type", "list_type"):
        return f"`{name}` is {value!r}, not a list; begin each entry with `- `"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"`{name}`: {message}" if name else message


def facts_of(case: Case, zone: str | None = None) -> dict[str, Any]:
    """The known facts of a case under the names that conditions use.

    Takes the case and the agency's time zone, in which a clock time without an offset stands (hours between two such
    times are counted on the wall when it is left out). Returns a mapping of fact name to value; what is not in it is
    unknown. `charges` holds a mapping for each charge.
    Raises `InputError` when two facts contradict each other (a judge's criminal warrant, but no judge's warrant).
    """
    facts: dict[str, Any] = {}
    for group in GROUPS:
        model = getattr(case, group)
        for name in model.model_fields_set:
            value = model.__dict__[name]
            if value is not None:
                facts[_names[group, name]] = value
    _detainer(facts)
    _hours(case, facts, zone)
    settle(facts)
    if case.charges is not None or case.record_complete:
        facts[CHARGES] = tuple(charge_facts_of(charge) for charge in case.charges or ())
    if case.record_complete is not None:
        facts[CLOSED] = case.record_complete
    return facts


def charge_facts_of(charge: models.Charge) -> dict[str, Any]:
    """The known facts of one charge."""
    facts: dict[str, Any] = {f"on_list:{name}": value for name, value in charge.on_lists.items()}
    for name in charge.model_fields_set:
        value = charge.__dict__[name]
        if value is not None and name != "on_lists":
            facts[name] = value
    return facts


def settle(facts: dict[str, Any]) -> None:
    """Add what the known facts imply (a criminal warrant is a judicial one). Raises `InputError` on a contradiction."""
    table = implications_of()
    waiting = list(facts.items())
    while waiting:
        name, value = waiting.pop()
        try:
            implied = table.get((name, value), ())
        except TypeError:
            continue
        for other, settled in implied:
            if other not in facts:
                facts[other] = settled
                waiting.append((other, settled))
            elif facts[other] != settled:
                raise InputError(
                    f"`{name}: {_written(value)}` and `{other}: {_written(facts[other])}` cannot both be so"
                )


ASK_TO_HOLD = ("I-247", "I-247A", "I-247D", "I-247X")


def _detainer(facts: dict[str, Any]) -> None:
    """A form that asks to hold is on file until a cancellation is recorded, and a detainer on file is such a form."""
    form, lodged, cancelled = "detainer.form", "detainer.lodged", "detainer.cancelled"
    if facts.get(cancelled) or facts.get("detainer.identity_matches") is False:
        facts.setdefault(lodged, False)  # lifted, or meant for somebody else: not a detainer on this person
    elif facts.get(form) in ASK_TO_HOLD:
        facts.setdefault(lodged, True)
    if facts.get(lodged) is True:
        facts.setdefault(form, Options(ASK_TO_HOLD))


_LONG = timedelta(days=30)


def _bounds(when: PartialDate, zone: str | None) -> tuple[datetime, datetime]:
    """The first and the last moment that a date may mean, in the agency's zone."""
    first = when.moment or datetime.combine(when.first, time())
    last = when.moment or datetime.combine(when.last + timedelta(days=1), time())
    return (in_zone(first, zone), in_zone(last, zone)) if zone else (first, last)


def _span_of_hours(facts: dict[str, Any], released: PartialDate, asked: PartialDate, zone: str | None) -> None:
    """Hours between two dates of which one is known to the day alone: a span, and never the 0 of the release itself."""
    name, counted = "custody.hours_past_release", "custody.counted_hours_past_release"
    (earliest, latest), (from_, until) = _bounds(released, zone), _bounds(asked, zone)
    least, most = max(elapsed_hours(latest, from_), 0.0), elapsed_hours(earliest, until)
    facts[name] = Range((least, most))
    if counted not in facts:
        # Beyond a month the flat hours bound the counted ones well enough.
        low = counted_hours(latest, min(from_, latest + _LONG)) if least else 0.0
        high = counted_hours(earliest, until) if most <= _LONG.total_seconds() / 3600 else most
        facts[counted] = Range((low, high))


def _hours(case: Case, facts: dict[str, Any], zone: str | None) -> None:
    """Hours held past the release: given, computed from T0 and the date, or 0 when the question is asked at release."""
    name, counted = "custody.hours_past_release", "custody.counted_hours_past_release"
    releasable, asked = case.custody.releasable_at, case.date
    if name not in facts and releasable and asked and releasable.moment and asked.moment:
        begun, now = _bounds(releasable, zone)[0], _bounds(asked, zone)[0]
        facts[name] = elapsed_hours(begun, now)
        if facts[name] < 0:
            raise InputError(f"the date ({asked}) is before the release time ({releasable}); check both")
        facts.setdefault(counted, counted_hours(begun, now))
    elif name not in facts and releasable and asked and asked.first > releasable.last:
        _span_of_hours(facts, releasable, asked, zone)
    received, since = case.detainer.received_at, "detainer.hours_since_receipt"
    if since not in facts and received and asked and received.moment and asked.moment:
        facts[since] = elapsed_hours(_bounds(received, zone)[0], _bounds(asked, zone)[0])
        if facts[since] < 0:
            raise InputError(f"the date ({asked}) is before the detainer was received ({received}); check both")
    if name not in facts and counted not in facts:
        facts[name] = 0.0
    # Counted hours are never more than flat ones: the one bounds the other.
    if counted not in facts:
        facts[counted] = Range((0.0, facts[name])) if facts[name] else 0.0
    if name not in facts:
        facts[name] = Range((facts[counted], math.inf)) if facts[counted] else 0.0


def _written(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def given_facts(case: Case) -> Iterator[tuple[str, Any]]:
    """The facts as the case file gives them, in the order of the models."""
    for group in GROUPS:
        for name, value in getattr(case, group):
            if value is not None and f"{group}.{name}" != "agency.kind":
                yield f"{group}.{name}", value

"""The cases that the site puts to the law: agencies, questions and standard situations (`situations.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from lawfulhold import files
from lawfulhold.facts.case import Case
from lawfulhold.facts.dates import span_start
from lawfulhold.facts.read import facts_of
from lawfulhold.rules.conditions import CHARGES
from lawfulhold.rules.decide import at_day
from lawfulhold.rules.law import Law
from lawfulhold.rules.offences import offences_of, resolve

TWO_YEARS_AGO, HERE, NONE = "two-years-ago", "here", "none"
GROUPS = ("detainer", "papers", "custody", "person", "agency", "request")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the site: the question of law, its words, and what exactly is requested."""

    key: str
    question: str
    says: str
    does: str
    facts: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Situation:
    """One standard situation: its words, and its facts in the shape of a case file."""

    key: str
    short: str
    says: str
    more: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked of a place: by which kind of agency, which question, in which situation."""

    kind: str
    asked: Asked
    situation: Situation

    @property
    def keys(self) -> tuple[str, str, str]:
        """The kind, and the keys of the question and the situation."""
        return self.kind, self.asked.key, self.situation.key


class Situations:
    """What `situations.yaml` holds."""

    def __init__(self, path: Path | None = None) -> None:
        source = path or Path(__file__).with_name("situations.yaml")
        self._content: dict[str, Any] = files.parse(files.to_text(files.read_bytes(source), str(source)), str(source))
        self.kinds: dict[str, str] = self._content["kinds"]
        self.kinds_note = " ".join(self._content["kinds_note"].split())
        self.shared_says = " ".join(self._content["shared_says"].split())

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        """The questions, in the order in which they are offered."""
        return tuple(
            Asked(
                key,
                entry["question"],
                entry["says"],
                entry["does"],
                {name: entry[name] for name in GROUPS if name in entry},
            )
            for key, entry in self._content["questions"].items()
        )

    @cached_property
    def situations(self) -> tuple[Situation, ...]:
        """The standard situations, in the order in which they are offered."""
        return tuple(self._situation(key, entry) for key, entry in self._content["situations"].items())

    def _situation(self, key: str, entry: Mapping[str, Any]) -> Situation:
        shared = self._content["shared"]
        facts: dict[str, Any] = {}
        for name in (*GROUPS, "charges", "record_complete"):
            if name in GROUPS and (name in shared or name in entry):
                facts[name] = {**shared.get(name, {}), **entry.get(name, {})}
            elif name in entry or name in shared:
                facts[name] = entry.get(name, shared.get(name))
        return Situation(key, entry["short"], entry["says"], " ".join(entry["more"].split()), facts)

    def inquiries(self, kind: str) -> Iterator[Inquiry]:
        """Every question in every situation, for a kind of agency."""
        return (Inquiry(kind, asked, situation) for asked in self.questions for situation in self.situations)

    @property
    def first(self) -> Inquiry:
        """What the first page shows before anything is chosen."""
        return next(self.inquiries(next(iter(self.kinds))))


def state_of(place: str) -> str:
    """The code of the state in which a place lies: 'US-CT' for 'US-CT-HARTFORD'."""
    return "-".join(place.split("-")[:2])


def case_in(place: str, inquiry: Inquiry, law: Law, day: date) -> Case:
    """The case that is asked: the situation in that place on that day, with what the question requests.

    Takes the code of the place, the inquiry, the law (for its lists of offences) and the day.
    """
    state, facts = state_of(place), inquiry.situation.facts
    case: dict[str, Any] = {"jurisdiction": place, "date": day, "record_complete": facts.get("record_complete")}
    for name in GROUPS:
        case[name] = {**facts.get(name, {}), **inquiry.asked.facts.get(name, {})}
    case["agency"]["kind"] = inquiry.kind
    charges = [dict(charge) for charge in facts.get("charges", ())]
    for charge in charges:
        if charge.get("convicted_on") == TWO_YEARS_AGO:
            charge["convicted_on"] = span_start(day, 2, "years")
        if charge.get("place") == HERE:
            charge["place"] = state
        if charge.get("on_lists") == NONE:
            charge["on_lists"] = {entry["id"]: False for entry in (offences_of(state, law) or {}).get("lists") or ()}
        if "offence" in charge:
            charge["statute"] = _statute_of(charge["offence"], state, law)
    if charges:
        case["charges"] = charges
    return Case.model_validate(case)


def facts_in(place: str, inquiry: Inquiry, law: Law, day: date) -> dict[str, Any]:
    """The known facts of the case that is asked, as the engine takes them on that day."""
    facts = facts_of(case_in(place, inquiry, law, day))
    if CHARGES in facts:
        state = state_of(place)
        facts[CHARGES] = tuple(
            resolve(charge, state, law) if "statute" in charge else charge for charge in facts[CHARGES]
        )
    return at_day(facts, day)


def is_dated(situation: Situation) -> bool:
    """Does a fact of the situation move with the day (a conviction 'two years ago')?"""
    return any(charge.get("convicted_on") == TWO_YEARS_AGO for charge in situation.facts.get("charges", ()))


def _statute_of(offence: str, state: str, law: Law) -> str | None:
    """The first section number of the offence of that name in the state's list of offences; None when it has none."""
    for item in (offences_of(state, law) or {}).get("offences") or ():
        if offence in str(item.get("name", "")).lower().split("(")[0].split() and item.get("statutes"):
            return str(item["statutes"][0])
    return None

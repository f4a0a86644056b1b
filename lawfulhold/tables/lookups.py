"""What the words of a table are read as: each distinct text once, by the lists of vocabulary.yaml."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from lawfulhold.tables.releases import vocabulary

OPEN, UNMAPPED = "open-or-unknown", "unmapped"


class Form(NamedTuple):
    """What a form name says."""

    form: str | None
    form_edition: str | None
    asks: str | None


class Facility(NamedTuple):
    """What a facility's name, city and state say."""

    place: str | None
    facility_key: str | None
    agency_kind: str | None


def spelled(text: str | None) -> str | None:
    """Capitals and single spaces: how texts are compared with a list. None stays None."""
    return None if text is None else " ".join(text.split()).upper()


@cache
def _reasons() -> dict[str, str]:
    return {reason.upper(): entry["outcome"] for reason, entry in vocabulary()["lift_reasons"].items()}


@cache
def _states() -> dict[str, str]:
    states: dict[str, str] = vocabulary()["states"]
    return {**states, **{code.removeprefix("US-"): code for code in states.values()}}


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(entry["words"]), entry["kind"]) for entry in vocabulary()["facilities"])


def read_form(text: str | None) -> Form:
    """``I247A - Immigration Detainer - ...`` is form I-247A, which asks to hold."""
    if text is None:
        return Form(None, None, None)
    words = vocabulary()
    entry = words["forms"].get(spelled(text.split(" - ")[0]), {})
    edition = next((str(value) for part, value in words["editions"].items() if part in text), None)
    return Form(entry.get("form"), edition, entry.get("asks"))


def read_outcome(text: str | None) -> str:
    """The outcome that a lift reason supports."""
    return OPEN if text is None else _reasons().get(spelled(text) or "", UNMAPPED)


def read_facility(name: str | None, city: str | None, state: str | None) -> Facility:
    """Place, key and kind of agency of a facility."""
    written_name, written_city, written_state = spelled(name), spelled(city), spelled(state)
    place = _states().get(written_state or "")
    if written_name is None:
        return Facility(place, None, None)
    written_name = written_name.rstrip(" .")
    kind = next((kind for words, kind in _kinds() if words.search(written_name)), None)
    return Facility(place, " | ".join((written_name, written_city or "?", written_state or "?")), kind)

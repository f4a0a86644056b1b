"""Where a charge was brought, as far as its sentence says: a state, the United States, or a court or city by its name."""

from __future__ import annotations

import re
from functools import cache

from lawfulhold.sources.clauses import clause_of, clauses
from lawfulhold.sources.marks import Mark, Marked, state_code
from lawfulhold.sources.reading import Fact
from lawfulhold.sources.vocabulary import names, pattern_file

FEDERAL = "US"
_BRINGS = ("federalcourt", "court", "place", "police", "sheriff", "prosecutor", "federalpolice", "localactor")
_FEDERAL_WORDS = re.compile(r"\bfederal (?:\w+ ){0,2}(?:charges?|counts?|indictment|grand jury|jury|crimes?|offen[cs]es?|convictions?)\b")
_BESIDE = re.compile(r"\b(?:in|by|before|at|of|from)(?: (?:the|an?|a))? $")
_OPENING = re.compile(r"[\s\"•]*(?:in|at) $")
_OTHER_ACTS = frozenset({"ice-arrest", "removal", "entry", "reentry", "encounter", "detainer-lodged", "released-from-custody", "ice-custody"})


@cache
def _states() -> re.Pattern[str]:
    return re.compile(r"\b" + names([state["name"] for state in pattern_file("places")["states"].values()]) + r"\b")


@cache
def _cities() -> re.Pattern[str]:
    return re.compile(r"^(?:[Tt]he )?" + names(list(pattern_file("places")["cities"])) + r"\b")


def where_brought(marked: Marked, at: int, first: int, end: int, acts: list[tuple[int, str]]) -> Fact | None:
    """Where the charges introduced at place `at` of the line, whose words stand from `first` to `end`, were brought; None when the words do not say.

    The value is the code of a state, `US`, or a name that tells no state. `acts` are the places and types of the events of the sentence.
    """
    line = marked.line
    found = clauses(line)
    clause, last = found[clause_of(at, found)], found[clause_of(max(at, end - 1), found)]
    stop = min([start for start, kind in acts if start >= end and kind in _OTHER_ACTS] or [len(line)])
    stop = min(stop, last.end)
    federal = _FEDERAL_WORDS.search(line, clause.start, max(stop, end))
    if federal:
        start = marked.start + marked.place(federal.start())
        return Fact(FEDERAL, marked.document.span(start, start + len("federal")), 0.9, "table")
    taken_by_ice = any(clause.start <= start < at and kind == "ice-arrest" for start, kind in acts)
    after = [(position, one) for position, one in marked.marks_in(end, stop) if one.kind in _BRINGS and _BESIDE.search(line[:position]) and not (taken_by_ice and "court" not in one.kind)]
    before = [(position, one) for position, one in reversed(marked.marks_in(clause.start, at)) if one.kind in _BRINGS]
    opening = [(position, one) for position, one in marked.of_kind("place") if _OPENING.fullmatch(line[:position]) and not any(start < clause.start for start, _ in acts)]
    between = [(position, one) for position, one in marked.marks_in(at, first) if one.kind in _BRINGS]
    for position, one in (*between, *after, *(() if taken_by_ice else before), *opening):
        beside = re.match(r" in (?=<place>)", line[position + len(one.kind) + 2:])
        place = marked.mark_at(position + len(one.kind) + 2 + beside.end()) if beside else None
        return _told(marked, place if place is not None and one.kind != "federalcourt" else one)
    return None


def _told(marked: Marked, one: Mark) -> Fact:
    words = " ".join(one.words.split())
    state = _states().search(words)
    city = _cities().match(words)
    if one.kind in {"federalcourt", "federalpolice"} or re.match(r"(?:the )?(?:assistant )?u\.?s\.? attorney", words, re.IGNORECASE):
        value = FEDERAL
    elif one.data.get("state"):
        value = str(one.data["state"])
    elif state:
        value = str(state_code(state.group()))
    elif city:
        value = str(pattern_file("places")["cities"][re.sub(r"^[Tt]he ", "", city.group())])
    else:
        return Fact(words, marked.document.span(marked.start + one.start, marked.start + one.end), 0.8)
    return Fact(value, marked.document.span(marked.start + one.start, marked.start + one.end), 0.9, "table")

"""A case that was read, for people: the timeline, the intervals, the charges, the claims, each with its words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from lawfulhold.sources.dates import first_day
from lawfulhold.sources.draft import in_order
from lawfulhold.sources.reading import Event, Fact, ReadCase, Span

WIDTH = 92
INTERVALS = (
    ("criminal-arrest", "detainer-lodged", "from the arrest to the detainer"),
    ("detainer-lodged", "released-from-custody", "from the detainer to the release"),
    ("criminal-arrest", "released-from-custody", "from the arrest to the release"),
    ("released-from-custody", "ice-arrest", "from the release to the ICE arrest"),
    ("subpoena-issued", "court-order", "from the subpoena to the court's order"),
)


def intervals(case: ReadCase) -> list[tuple[str, int]]:
    """The days between events whose days are known: (`from the release to the ICE arrest`, 63). Of several events of a kind the nearest pair counts."""
    found = []
    for start, end, words in INTERVALS:
        starts, ends = (sorted({event.when.date for event in case.events if event.type == kind and event.when.date and len(event.when.date) == 10}) for kind in (start, end))
        pairs = [(first_day(last) - first_day(first)).days for first in starts for last in ends if first <= last]
        if pairs:
            found.append((words, min(pairs)))
    return found


def case_in_words(case: ReadCase) -> str:
    """The case as lines for a terminal."""
    return "\n".join(_lines(case))


def _lines(case: ReadCase) -> Iterator[str]:
    yield "─" * WIDTH
    yield f"{case.identifier}{' (a group)' if case.group else ''} · {', '.join(dict.fromkeys(case.files))}"
    person = [str(case.person[name].value) for name in ("name", "age", "nationality", "sex") if name in case.person]
    yield from _wrapped("Person: " + (", ".join(person) or "nothing told"))
    yield from _wrapped("Place: " + ("; ".join(f"{name} {fact.value}{_narrowed(fact)}" for name, fact in case.place.items()) or "not told"))
    yield ""
    yield "  Timeline"
    for event in in_order(case.events):
        yield from _event_lines(event)
    for words, days in intervals(case):
        yield f"    {days} days {words}"
    if case.charges:
        yield ""
        yield "  Charges"
        for charge in case.charges:
            counts = f" ({charge.counts} counts)" if charge.counts else ""
            yield from _wrapped(f"{charge.status}: {charge.wording}{counts}", "    ")
    if case.claims:
        yield ""
        yield "  Claims"
        for claim in case.claims:
            yield from _wrapped(f"{claim.says}{f' ({claim.about})' if claim.about else ''}: “{words_of(claim.span, 100)}”", "    ")
    for difference in case.differences:
        versions = "; ".join(f"{version.value} ({version.span.file})" for version in difference.versions)
        yield from _wrapped(f"Reports differ on {difference.fact}: {versions}. {difference.note[:1].upper()}{difference.note[1:]}.")


def _narrowed(fact: Fact) -> str:
    return " (the only one that fits)" if fact.basis == "narrowed" else ""


def _event_lines(event: Event) -> Iterator[str]:
    when = event.when.date or (f"day {event.when.month_day}, year not told" if event.when.month_day else "date not told")
    clock = f" {event.when.time}" if event.when.time else ""
    who = "".join(part for part in (f" by {event.by}" if event.by else "", f" to {event.to}" if event.to else "", f", {event.place}" if event.place else ""))
    times = f" ({event.more['times']} times)" if event.more.get("times") else ""
    unsure = " · unsure" if event.confidence < 0.75 else ""
    yield from _wrapped(f"{when}{clock}  {event.type}{times}{who}{unsure}", "    ")
    yield from _wrapped(f"“{words_of(event.span)}”", "        ")


def words_of(span: Span, limit: int = 150) -> str:
    """The words of a span on one line, cut at `limit` characters."""
    words = " ".join(span.words.split())
    return words if len(words) <= limit else words[:limit - 1] + "…"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ") or [indent]

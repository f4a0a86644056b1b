"""A case that was read, for people: the timeline, the intervals, the charges, the claims, each with its words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from lawfulhold.sources.dates import first_day
from lawfulhold.sources.draft import in_order
from lawfulhold.sources.reading import Event, Fact, ReadCase, Span
from lawfulhold.sources.vocabulary import pattern_file

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
    if any(event.span.from_picture for event in case.events):
        yield from _wrapped("Read from a picture: compare every fact with the paper.")
    person = [str(case.person[name].value) for name in ("name", "age", "nationality", "sex") if name in case.person]
    person += ["said to be a U.S. citizen"] if "citizen_claim" in case.person else []
    yield from _wrapped("Person: " + (", ".join(person) or "nothing told"))
    yield from _wrapped("Place: " + ("; ".join(f"{name} {fact.value}{_narrowed(fact)}" for name, fact in case.place.items()) or "not told"))
    yield ""
    yield "  Timeline"
    for events in _told_together(in_order(case.events)):
        yield from _event_lines(events)
    for words, days in intervals(case):
        yield f"    {days} {'day' if days == 1 else 'days'} {words}"
    if case.charges:
        yield ""
        yield "  Charges"
        for charge in case.charges:
            counts = f" ({charge.counts} counts)" if charge.counts else ""
            yield from _wrapped(f"{charge.status.replace('-', ' ')}: {charge.wording}{counts}", "    ")
    if case.claims:
        yield ""
        yield "  What is claimed"
        for says in dict.fromkeys(claim.says for claim in case.claims):
            made = dict.fromkeys(f"“{words_of(claim.span, 80)}”{f' ({claim.about})' if claim.about else ''}" for claim in case.claims if claim.says == says)
            yield from _wrapped(f"{says}: {'; '.join(made)}", "    ")
    for difference in case.differences:
        versions = "; ".join(f"{version.value} ({Path(version.span.file).name})" for version in difference.versions)
        yield from _wrapped(f"Reports differ on {difference.fact}: {versions}. {difference.note[:1].upper()}{difference.note[1:]}.")


def _narrowed(fact: Fact) -> str:
    return " (the only one that fits)" if fact.basis == "narrowed" else ""


def _told_together(events: list[Event]) -> list[list[Event]]:
    """Events of one day told in the same words, such as a detainer not honored and the release, stand together."""
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1] if groups else []
        if last and event.when.date == last[0].when.date and event.when.time == last[0].when.time and any(_overlap(span, other) for one in last for span in (event.span, *event.also) for other in (one.span, *one.also)):
            last.append(event)
        else:
            groups.append([event])
    return groups


def _overlap(one: Span, other: Span) -> bool:
    return one.file == other.file and one.start < other.end and other.start < one.end


def _event_lines(events: list[Event]) -> Iterator[str]:
    when = events[0].when
    day = when.date or (f"{when.month_day}, year not told" if when.month_day else "day not told")
    clock = f" {when.time}" if when.time else ""
    yield from _wrapped(f"{day}{clock}  {'; '.join(_event_words(event) for event in events)}", "    ")
    spans = sorted({(event.span.start, event.span.end, event.span.file): event.span for event in events}.values(), key=lambda span: span.start)
    longest = [span for span in spans if not any(other is not span and other.start <= span.start and span.end <= other.end for other in spans)]
    yield from _wrapped(" … ".join(f"“{words_of(span)}”" for span in longest), "        ")


def _event_words(event: Event) -> str:
    who = "".join(part for part in (f" by {event.by}" if event.by and not (event.by == "ICE" and event.type.startswith("ice-")) else "", f" to {event.to}" if event.to else "", f", {event.place}" if event.place else ""))
    times = f" ({event.more['times']} times)" if event.more.get("times") else ""
    return f"{event_in_words(event.type)}{times}{who}{_doubt(event)}"


def _doubt(event: Event) -> str:
    doubts = [*(["unsure"] if event.confidence < 0.75 else []), *([f"as told {event.when.as_written}: {event.when.remark}"] if event.when.remark else [])]
    return f" ({'; '.join(doubts)})" if doubts else ""


def event_in_words(kind: str) -> str:
    """A kind of event as people say it (`released-from-custody`: released from custody)."""
    return str(pattern_file("events")["in_words"].get(kind, kind.replace("-", " ")))


def words_of(span: Span, limit: int = 150) -> str:
    """The words of a span on one line, cut at `limit` characters."""
    words = " ".join(span.words.split())
    return words if len(words) <= limit else words[:limit - 1] + "…"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ") or [indent]

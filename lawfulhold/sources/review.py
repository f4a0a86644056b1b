"""A person goes through what was read, fact by fact, with the words beside it, and keeps or drops it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from lawfulhold.sources.reading import ReadCase, Reading, Span

AROUND = 110


@dataclass(frozen=True, slots=True)
class Item:
    """One fact to look at: what was read, the words, and how to drop it from its case."""

    label: str
    span: Span
    confidence: float
    drop: Callable[[], None]


def items(case: ReadCase) -> list[Item]:
    """Everything read in a case, in the order in which a person checks it."""
    found: list[Item] = []
    for group, facts in (("person", case.person), ("place", case.place)):
        for name, fact in facts.items():
            found.append(Item(f"{group} · {name}: {fact.value}", fact.span, fact.confidence, lambda facts=facts, name=name: facts.pop(name, None)))  # type: ignore[misc]
    for event in list(case.events):
        label = f"event · {event.type}: {event.when.date or 'date not told'}"
        found.append(Item(label, event.span, event.confidence, lambda event=event: case.events.remove(event)))  # type: ignore[misc]
    for charge in list(case.charges):
        found.append(Item(f"charge · {charge.status}: {charge.wording}", charge.span, charge.confidence, lambda charge=charge: case.charges.remove(charge)))  # type: ignore[misc]
    for claim in list(case.claims):
        found.append(Item(f"claim · {claim.says}", claim.span, claim.confidence, lambda claim=claim: case.claims.remove(claim)))  # type: ignore[misc]
    return found


def review(reading: Reading, ask: Callable[[str], str] = input, say: Callable[[str], None] = print) -> int:
    """Ask about every fact of the reading; drop those that are refused.

    Enter keeps, `d` drops, `q` stops (what was not looked at stays). Returns the number of facts dropped.
    """
    dropped = 0
    for case in reading.cases:
        say(f"\n{case.identifier} · Enter keeps, d drops, q stops")
        for item in items(case):
            say(f"\n{item.label}   (sure: {item.confidence:.0%})")
            say(f"    {_lit(reading.texts.get(item.span.file, ''), item.span)}")
            try:
                answer = ask("  keep? ").strip().lower()
            except EOFError:
                return dropped
            if answer in {"q", "quit"}:
                return dropped
            if answer in {"d", "n", "drop", "no"}:
                item.drop()
                dropped += 1
    return dropped


def _lit(text: str, span: Span) -> str:
    """The words with what stands around them; lit on a terminal, in brackets elsewhere."""
    before = " ".join(text[max(0, span.start - AROUND):span.start].split())
    after = " ".join(text[span.end:span.end + AROUND].split())
    words = " ".join(span.words.split())
    lit = f"\x1b[7m{words}\x1b[0m" if sys.stdout.isatty() else f"[{words}]"
    return f"…{before} {lit} {after}…"

"""A person goes through what was read, fact by fact, with the words beside it: keeps it, drops it or corrects it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lawfulhold.sources.dates import first_day, precision_of
from lawfulhold.sources.draft import STATUS
from lawfulhold.sources.marks import nationality_words, state_code
from lawfulhold.sources.names import shown_part
from lawfulhold.sources.reading import Charge, Event, Fact, ReadCase, Reading, Span
from lawfulhold.sources.vocabulary import pattern_file

AROUND = 110
HELP = "Enter keeps, d drops, = VALUE corrects (= 2024-02-01 on an event), q stops"
STATUSES = (*STATUS, "alleged", "wanted-abroad", "convicted-abroad")
_DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")


class CorrectionError(ValueError):
    """A correction that the fact cannot take: what is wrong and what can be given."""


@dataclass(frozen=True, slots=True)
class Item:
    """One fact to look at: what was read, the words, and how to drop or correct it. `correct` raises `CorrectionError` for a value that does not fit."""

    label: str
    span: Span
    confidence: float
    drop: Callable[[], None]
    correct: Callable[[str], None]


@dataclass(slots=True)
class Reviewed:
    """How many facts a person kept, dropped and corrected (of forms: confirmed), and whether all were looked at."""

    kept: int = 0
    dropped: int = 0
    corrected: int = 0
    confirmed: int = 0
    finished: bool = True

    def __str__(self) -> str:
        return f"reviewed: {self.kept} kept, {self.corrected} corrected, {self.dropped} dropped" + (f", {self.confirmed} confirmed" if self.confirmed else "") + ("" if self.finished else "; stopped before the end, the rest stays as read")


def items(case: ReadCase) -> list[Item]:
    """Everything read in a case, in the order in which a person checks it."""
    return [*_facts("person", case.person), *_facts("place", case.place), *_events(case), *_charges(case), *_claims(case)]


def _facts(group: str, facts: dict[str, Fact]) -> Iterator[Item]:
    for name, fact in list(facts.items()):

        def drop(name: str = name) -> None:
            facts.pop(name)

        def correct(value: str, name: str = name, fact: Fact = fact) -> None:
            facts[name] = Fact(_fact_value(name, value), _corrected(fact.span, fact.value), 1.0, "person", fact.as_written)

        yield Item(f"{group} · {name}: {fact.value}", fact.span, fact.confidence, drop, correct)


def _fact_value(name: str, value: str) -> str | int:
    if name == "age":
        if not value.isdigit() or not 10 <= int(value) <= 110:
            raise CorrectionError(f"{value} is no age; give a number from 10 to 110")
        return int(value)
    if name == "state":
        code = state_code(value) or state_code(value.upper())
        if code is None:
            raise CorrectionError(f"{value} is no state; give its name or its two letters")
        return code
    if name == "nationality" and value not in nationality_words():
        raise CorrectionError(f"{value} is no country that is known here; give its name in English, or add it to patterns/nationalities.yaml")
    if name == "nationality":
        return nationality_words()[value]
    if name == "sex" and value not in {"male", "female"}:
        raise CorrectionError("give male or female, or drop it")
    return value


def _events(case: ReadCase) -> Iterator[Item]:
    for event in list(case.events):

        def drop(event: Event = event) -> None:
            case.events.remove(event)

        def correct(value: str, event: Event = event) -> None:
            if _is_date(value):
                read = event.when.date or "no date"
                event.when = replace(event.when, date=value, precision=precision_of(value), basis="person", month_day=None, not_before=None, not_after=None, confidence=1.0)
            elif value in event_types():
                read, event.type = event.type, value
            else:
                raise CorrectionError(f"{value} is no date of the calendar (2024, 2024-02 or 2024-02-01) and no kind of event ({', '.join(sorted(event_types()))})")
            event.span, event.confidence = _corrected(event.span, read), 1.0

        yield Item(f"event · {event.type}: {event.when.date or 'date not told'}", event.span, event.confidence, drop, correct)


def _is_date(value: str) -> bool:
    """True for a year, month or day that is in the calendar, such as 2024-02-29."""
    try:
        return bool(_DATE.fullmatch(value) and first_day(value))
    except ValueError:
        return False


def event_types() -> frozenset[str]:
    """The kinds of event that reports are read for."""
    patterns = pattern_file("events")
    told = {str(rule["type"]) for verb in patterns["verbs"].values() for rule in verb["becomes"] if "type" in rule}
    return frozenset(told | set(patterns["phrases"])) - {"despite-detainer"}


def _charges(case: ReadCase) -> Iterator[Item]:
    for charge in list(case.charges):

        def drop(charge: Charge = charge) -> None:
            case.charges.remove(charge)

        def correct(value: str, charge: Charge = charge) -> None:
            if value in STATUSES:
                read, charge.status = charge.status, value
            else:
                read, charge.wording = charge.wording, value
            charge.span, charge.confidence = _corrected(charge.span, read), 1.0

        yield Item(f"charge · {charge.status}: {charge.wording}", charge.span, charge.confidence, drop, correct)


def _claims(case: ReadCase) -> Iterator[Item]:
    for claim in list(case.claims):

        def drop(says: str = claim.says, span: Span = claim.span) -> None:
            case.claims[:] = [one for one in case.claims if (one.says, one.span) != (says, span)]

        def correct(value: str) -> None:
            raise CorrectionError("a claim is kept or dropped: it is what the report says")

        yield Item(f"claim · {claim.says}", claim.span, claim.confidence, drop, correct)


def _corrected(span: Span, read: object) -> Span:
    return replace(span, corrected=f"read as {read}")


def review(reading: Reading, ask: Callable[[str], str] = input, say: Callable[[str], None] = print) -> Reviewed:
    """Ask about every fact of the reading; those refused are dropped from it, those corrected changed in it.

    Enter keeps, `d` drops, `= VALUE` corrects, `q` (or the end of the answers, or Ctrl-C) stops: what was not looked at stays. A correction that does not fit is
    asked again. Returns what was kept, dropped and corrected.
    """
    done = Reviewed()
    for case in reading.cases:
        say(f"\n{case.identifier} · {HELP}")
        for item in items(case):
            say(f"\n{item.label}   (sure: {item.confidence:.0%})")
            say(f"    {_lit(reading.texts.get(item.span.file, ''), item.span, reading.people.get(item.span.file, frozenset()))}")
            if not _answered(item, ask, say, done):
                done.finished = False
                return done
    return done


def _answered(item: Item, ask: Callable[[str], str], say: Callable[[str], None], done: Reviewed) -> bool:
    """Ask about one fact until the answer can be taken; False when the person stops."""
    while True:
        try:
            answer = ask("  keep? ").strip()
        except (EOFError, KeyboardInterrupt):
            return False
        if answer.startswith("="):
            try:
                item.correct(answer.removeprefix("=").strip())
            except CorrectionError as error:
                say(f"    {error}")
                continue
            done.corrected += 1
            return True
        if answer.lower() in {"q", "quit"}:
            return False
        if answer.lower() in {"d", "n", "drop", "no"}:
            item.drop()
            done.dropped += 1
            return True
        if answer.lower() in {"", "k", "y", "keep", "yes"}:
            done.kept += 1
            return True
        say(f"    {answer!r} is no answer: {HELP}")


def _lit(text: str, span: Span, people: frozenset[str]) -> str:
    """The words with what stands around them; lit on a terminal, in brackets elsewhere."""
    before = " ".join(shown_part(text, max(0, span.start - AROUND), span.start, people).split())
    after = " ".join(shown_part(text, span.end, min(len(text), span.end + AROUND), people).split())
    words = " ".join(span.words.split())
    lit = f"\x1b[7m{words}\x1b[0m" if sys.stdout.isatty() else f"[{words}]"
    return f"…{before} {lit} {after}…"

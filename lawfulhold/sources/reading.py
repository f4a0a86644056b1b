"""What a reading holds: documents, and the facts found in them, each with the words it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Where a fact stands: characters `start` to `end` of the text of document `file`.

    `text[start:end] == words` holds for the text that was read. For HTML that is the text without its tags, and
    `source_start`, `source_end` are the place in the file itself; for a PDF or picture `page` is the page (from 1) on which it begins, and `from_picture` tells
    that the words were recognised in a picture. `corrected` is set when a person changed the fact at review: what had been read.
    """

    file: str
    start: int
    end: int
    words: str
    source_start: int | None = None
    source_end: int | None = None
    corrected: str | None = None
    page: int | None = None
    from_picture: bool = False

    def as_json(self) -> dict[str, Any]:
        """The span as plain values."""
        found: dict[str, Any] = {"file": self.file, "start": self.start, "end": self.end, "words": self.words}
        if self.source_start is not None:
            found["source_start"], found["source_end"] = self.source_start, self.source_end
        if self.page is not None:
            found["page"] = self.page
        if self.from_picture:
            found["from_picture"] = True
        if self.corrected is not None:
            found["corrected"] = self.corrected
        return found


@dataclass(frozen=True, slots=True)
class PaperText:
    """The running text of a paper (PDF or picture). Paragraphs are divided by an empty line. `pages` are the characters at which its pages begin; `recognised`
    the words that were read from a picture: from, to, and how sure the recognition is (none where the file itself holds its text)."""

    text: str
    pages: tuple[int, ...]
    recognised: tuple[tuple[int, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with the words it rests on. `basis` says how: `words` (as written), `table` (a known name, such as Honduran for
    Honduras), `narrowed` (the only place that fits all that is said) or `person` (corrected at review)."""

    value: Any
    span: Span
    confidence: float
    basis: str = "words"
    as_written: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The fact as plain values."""
        return {"value": self.value, "span": self.span.as_json(), "confidence": round(self.confidence, 2), "basis": self.basis}


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it is known.

    `date` is `2024`, `2024-04`, `2024-04-04` or None; `basis` is stated, year-from-context, year-from-publication, relative
    or none. `month_day` is set when only the year is unknown; `not_before`, `not_after` bound a date that is less exact. `remark` says what
    speaks against it.
    """

    date: str | None = None
    precision: str = "unknown"
    as_written: str | None = None
    basis: str = "none"
    month_day: str | None = None
    time: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    confidence: float = 0.9
    remark: str | None = None


UNKNOWN = When()


@dataclass(slots=True)
class Event:
    """One thing that happened to the person of a case."""

    type: str
    when: When
    span: Span
    confidence: float
    by: str | None = None
    to: str | None = None
    place: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    also: list[Span] = field(default_factory=list)
    named: dict[str, Span] = field(default_factory=dict)
    """Where the words of `by`, `to` and `place` stand."""

    def as_json(self) -> dict[str, Any]:
        """The event in the vocabulary of the case files."""
        when = self.when
        found: dict[str, Any] = {
            "type": self.type, "date": when.date, "precision": when.precision, "as_written": when.as_written, "date_basis": when.basis}
        optional = {"month_day": when.month_day, "time": when.time, "not_before": when.not_before, "not_after": when.not_after, "remark": when.remark,
                    "by": self.by, "to": self.to, "place": self.place}
        found |= {key: value for key, value in optional.items() if value is not None}
        found |= self.more
        found["span"] = self.span.as_json()
        elsewhere = {key: span.as_json() for key, span in self.named.items() if not (span.file == self.span.file and self.span.start <= span.start and span.end <= self.span.end)}
        if elsewhere:
            found["spans"] = elsewhere
        if self.also:
            found["also"] = [span.as_json() for span in self.also]
        found["confidence"] = round(self.confidence, 2)
        return found


def named_in(joined: Event, *accounts: Event) -> dict[str, Span]:
    """Where `by`, `to` and `place` of an event stand that was joined from several accounts: in the first account that says the same."""
    told = {key: next((one.named[key] for one in accounts if key in one.named and getattr(one, key) == getattr(joined, key)), None) for key in ("by", "to", "place")}
    return {key: span for key, span in told.items() if span is not None}


@dataclass(slots=True)
class Charge:
    """One charge as worded, and how far it came."""

    wording: str
    status: str
    span: Span
    confidence: float
    counts: int | None = None
    summary: bool = False
    described: bool = False
    listed: int = -1
    where: Fact | None = None
    day: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The charge as plain values. `where` is a state's code, `US`, or the name of a court or city, when the report says where it was brought."""
        found: dict[str, Any] = {"wording": self.wording, "status": self.status}
        if self.counts is not None:
            found["counts"] = self.counts
        if self.where is not None:
            found["where"] = self.where.as_json()
        return found | {"span": self.span.as_json(), "confidence": round(self.confidence, 2)}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a report says about an agency's choice, and the question of law that it touches."""

    says: str
    question: str
    kind: str
    about: str | None
    span: Span
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """The claim as plain values."""
        return {"says": self.says, "question": self.question, "kind": self.kind, "about": self.about, "span": self.span.as_json(),
                "confidence": round(self.confidence, 2)}


@dataclass(frozen=True, slots=True)
class Version:
    """One account of a fact on which reports differ."""

    value: Any
    span: Span

    def as_json(self) -> dict[str, Any]:
        """The version as plain values."""
        return {"value": self.value, "source": self.span.file, "span": self.span.as_json()}


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact on which reports of one case differ. `kind`: `more-exact` when one says more than the other and both may be true,
    `contradiction` when they cannot both be true."""

    fact: str
    kind: str
    versions: tuple[Version, ...]
    note: str

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return {"fact": self.fact, "kind": self.kind, "versions": [version.as_json() for version in self.versions], "note": self.note}


PERSON_FIELDS = ("age", "nationality", "sex", "name", "citizen_claim")
ONLY_WHEN_TOLD = frozenset({"name", "citizen_claim"})
PLACE_FIELDS = ("agency", "facility", "city", "county", "state")


@dataclass(slots=True)
class ReadCase:
    """One custody of one person (or of one group that cannot be told apart) as reports tell it."""

    identifier: str
    files: list[str]
    person: dict[str, Fact] = field(default_factory=dict)
    place: dict[str, Fact] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    same_case_as: list[str] = field(default_factory=list)
    group: bool = False
    published: str | None = None
    called: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """The parts of the person's name (called.py): they only keep people apart, and are never shown."""

    @property
    def confidence(self) -> float:
        """The least certain of the events, or of the facts when there is no event."""
        values = [event.confidence for event in self.events] or [fact.confidence for fact in self.place.values()]
        return min(values, default=0.0)

    def as_json(self) -> dict[str, Any]:
        """The case as plain values, in the vocabulary of the case files."""
        return {
            "case": self.identifier, "files": self.files, "group": self.group, "published": self.published,
            "person": self._fields(self.person, PERSON_FIELDS), "place": self._fields(self.place, PLACE_FIELDS),
            "charges": [charge.as_json() for charge in self.charges],
            "events": [event.as_json() for event in self.events],
            "claims": [claim.as_json() for claim in self.claims],
            "same_case_as": self.same_case_as,
            "differences": [difference.as_json() for difference in self.differences],
            "confidence": round(self.confidence, 2),
        }

    @staticmethod
    def _fields(facts: dict[str, Fact], known: tuple[str, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key in known:
            fact = facts.get(key)
            if key in ONLY_WHEN_TOLD and fact is None:
                continue
            values[key] = fact.value if fact else None
            if key == "nationality":
                values["nationality_as_given"] = fact.as_written if fact else None
        values["spans"] = {key: facts[key].as_json() for key in known if key in facts}
        return values


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, ruling or order that a report names."""

    name: str
    kind: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        """The instrument as plain values."""
        return {"name": self.name, "kind": self.kind, "span": self.span.as_json()}


@dataclass(slots=True)
class Problem:
    """A file that could not be read: what is wrong and what to do."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


@dataclass(slots=True)
class Reading:
    """What was read from a set of reports.

    `cases` after merging; `single` the cases of each report before merging; `problems` the files that could not be read; `texts` the text of each file, in
    which spans count, and `made_texts` those of them that are not the file itself (web pages, PDFs, pictures); `people` the names that are put out of what is shown.
    """

    cases: list[ReadCase]
    single: list[ReadCase]
    texts: dict[str, str]
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    made_texts: set[str] = field(default_factory=set)
    instruments: list[Instrument] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The reading as plain values, ready for `json.dumps`."""
        return {
            "cases": [case.as_json() for case in self.cases],
            "instruments": [instrument.as_json() for instrument in self.instruments],
            "problems": [{"file": problem.file, "message": problem.message} for problem in self.problems],
        }

"""One report into cases: who, where, what happened when, and what is charged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from time import monotonic

from lawfulhold.sources.asserted import set_aside
from lawfulhold.sources.brought import where_brought
from lawfulhold.sources.charges import Found, dismissed_charges, find_charges, overturned_charges, settle
from lawfulhold.sources.claims import find_claims
from lawfulhold.sources.clean import Document, UnreadableError, readable
from lawfulhold.sources.dates import Known, compatible, first_day, last_day, not_after_report, resolve
from lawfulhold.sources.marks import AGENCIES, FEDERAL, Mark, Marked, Names, date_of, mark
from lawfulhold.sources.names import find_names
from lawfulhold.sources.people import People, Told, find_name, note_age, note_citizenship, note_origin, settle_sex
from lawfulhold.sources.places import Evidence, add_dateline, borrow_agencies, collect, role_of_event, settle_place
from lawfulhold.sources.reading import UNKNOWN, Charge, Claim, Event, Fact, ReadCase, Span, When, named_in
from lawfulhold.sources.sentences import sentences
from lawfulhold.sources.telling import Dated, Narrative, date_events
from lawfulhold.sources.triggers import LINES_READ, Trigger, find_triggers
from lawfulhold.sources.triggers import Told as Before

MAXIMUM_SENTENCES = 1_500
LARGE_GROUP = 12
# Days after a detainer from which an arrest by the police begins another custody.
SAME_CUSTODY = 30
UNDATED, OF_A_GROUP = 0.8, 0.45
"""How sure an event without a day is, and one that was told of a group: shares that were right on reports nobody had read (docs/reader.md)."""
SECONDS_ALLOWED = 5.0
TOO_LONG = f"takes more than {SECONDS_ALLOWED:.0f} seconds to read; cut it to the report itself"
ONCE = frozenset({"entry", "overstay", "sex-offender-registration", "orr-placement", "orr-release", "reentry", "subpoena-complied", "court-petition", "escape"})
ABOUT_PAPERS = frozenset({"subpoena-issued", "subpoena-refused", "subpoena-complied", "court-petition", "court-order"})
SHARED_BY_GROUP = ABOUT_PAPERS | frozenset({"detainer-lodged", "detainer-declined", "detainer-honored", "released-from-custody", "transferred", "criminal-arrest", "ice-arrest"})

# A headline that says who made the arrest which the first paragraph tells without a name.
_ICE_ARRESTS = re.compile(r"(?:<place>[:,—-]* ?)?<ice>(?: \w+ly)? (?:(?:re-?)?arrests?|apprehends?|captures?|takes?|detains?|nabs?|catch(?:es)?|seizes?|picks? up)\b")


@dataclass(slots=True)
class _Draft:
    """What is gathered about one person while a report is read."""

    told: Told | None
    narrative: Narrative
    events: list[tuple[Event, Trigger, int]] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    claims: list[Claim] = field(default_factory=list)
    released: bool = False
    before: str = "none"


def read_cases(document: Document, *, names: bool = False) -> list[ReadCase]:
    """The cases that one report tells.

    Returns one `ReadCase` for each person that can be told apart, or one group case when only a group is told of; an empty list
    when no case is told. Raises `UnreadableError` when reading takes longer than `SECONDS_ALLOWED` or there are more than `MAXIMUM_SENTENCES`.
    """
    return _Report(document, names).read()


@dataclass(frozen=True, slots=True)
class _Turns:
    """Whose part of a sentence each place of its line is, when it tells of several people."""

    turns: list[tuple[int, _Draft]]
    default: _Draft

    def at(self, position: int) -> _Draft:
        """The draft of the person whose part of the sentence this place belongs to."""
        if len(self.turns) < 2:
            return self.default
        earlier = [draft for start, draft in self.turns if start <= position]
        return earlier[-1] if earlier else self.turns[0][1]

    def ranges(self, length: int) -> list[tuple[int, int, _Draft]]:
        """The parts of the line with their drafts."""
        if len(self.turns) < 2:
            return [(0, length, self.default)]
        starts = [0, *(start for start, _ in self.turns[1:]), length]
        return [(starts[index], starts[index + 1], draft) for index, (_, draft) in enumerate(self.turns)]


class _Report:
    def __init__(self, document: Document, names: bool) -> None:
        self.document = document
        self.names = names
        self.people = People()
        self.drafts: dict[int, _Draft] = {}
        self.group = _Draft(None, Narrative(document.published))
        self.group_last = 0
        self.marked: list[Marked] = []
        self.claims: list[tuple[Claim, _Draft | None]] = []
        self.lead_end = 0
        self.they = "none"
        self.deadline = monotonic() + SECONDS_ALLOWED

    def read(self) -> list[ReadCase]:
        self._mark_sentences()
        for marked in self.marked:
            if monotonic() > self.deadline:
                raise UnreadableError(TOO_LONG)
            self._read_sentence(marked)
        if not self.names:
            self.document.people = find_names(self.marked)
        return self._cases()

    def _mark_sentences(self) -> None:
        short_names = Names()
        number = 0
        for index, paragraph in enumerate(self.document.paragraphs):
            if paragraph.kind == "header":
                continue
            text = self.document.text[paragraph.start:paragraph.end]
            for start, end in sentences(text):
                if number >= MAXIMUM_SENTENCES:
                    raise UnreadableError(f"has more than {MAXIMUM_SENTENCES:,} sentences; cut it to the report itself")
                if monotonic() > self.deadline:
                    raise UnreadableError(TOO_LONG)
                if not re.search(r"\w", readable(text[start:end])):
                    continue
                marked = mark(self.document, paragraph.start + start, paragraph.start + end, index, number, title=paragraph.kind == "title", short_names=short_names)
                self.marked.append(marked)
                if not marked.title:
                    number += 1
        body = [one for one in self.marked if not one.title]
        if body:
            first = [one for one in body if one.paragraph == body[0].paragraph]
            lead = first[-1] if len(first) < len(body) else first[0]
            self.lead_end = lead.start + len(lead.text)

    def _draft(self, told: Told) -> _Draft:
        if id(told) not in self.drafts:
            self.drafts[id(told)] = _Draft(told, Narrative(self.document.published))
        return self.drafts[id(told)]

    def _current(self) -> _Draft | None:
        return self._draft(self.people.current) if self.people.current else None

    def _read_sentence(self, marked: Marked) -> None:
        if marked.title:
            return
        before_people = self.people.current
        turns = self.people.read(marked)
        current = self._current()
        told = Before(current.before, current.released) if current else Before(self.group.before, self.group.released)
        if current and current.before == "none":
            earlier = self._draft(before_people).before if before_people is not None and before_people is not current.told else "none"
            told = Before(earlier if self.group.before == "none" and earlier == "ice" else self.group.before, current.released)
        if told.before == "none" and marked.start < self.lead_end and any(one.title and _ICE_ARRESTS.match(one.line) for one in self.marked):
            told = replace(told, before="ice")
        triggers, found = find_triggers(marked, replace(told, they=self.they))
        officers = {kind for kind in ("ice", "border", "police", "sheriff") if marked.of_kind(kind)}
        self.they = officers.pop() if len(officers) == 1 else "none"
        triggers = self._without_weak(marked, triggers)
        singles = [trigger for trigger in triggers if not self._is_group(marked, trigger)]
        groups = [trigger for trigger in triggers if self._is_group(marked, trigger)]
        if current is None and marked.of_kind("person", "he") and (self._someone(singles) or find_charges(marked)):
            current = self._draft(self.people.needed(marked))
        if current is None:
            groups, singles = triggers, []
        elif self._background(marked, current) and not any(trigger.group for trigger in triggers):
            return
        target = current or self.group
        if before_people is not None and current is not None and before_people is not current.told:
            target.narrative.last = target.narrative.anchor = None
            last = self._draft(before_people).narrative.last
            if last and len(last) == len("2024-01-01") and re.match(r"[\s\"•]*(?:on )?<date>", marked.line):
                target.narrative.last = last
        owners = _Turns([(position, self._draft(one)) for position, one in turns], target)
        self._add_events(marked, date_events(marked, singles, found, target.narrative), owners)
        if groups:
            self.group_last = marked.number
            self._add_events(marked, date_events(marked, groups, found, self.group.narrative), _Turns([], self.group))
        self._add_rest(marked, current, owners, [(trigger.start, trigger.end, trigger) for trigger in triggers])

    def _background(self, marked: Marked, current: _Draft) -> bool:
        """In a report of several people: a new paragraph that names none of them tells of other things."""
        if len(self.people.cases) < 2 or current.told is None or marked.of_kind("person", "he") or re.search(r"\bhis\b|\bher\b", marked.line):
            return False
        if any(re.match(r"(?:[Aa]ll|[Bb]oth)\b", one.words) for _, one in marked.of_kind("group")):
            return False
        return marked.paragraph not in {one.paragraph for one in self.marked if one.number in current.told.sentences}

    @staticmethod
    def _someone(triggers: list[Trigger]) -> bool:
        return any(trigger.person is not None and trigger.person.kind in {"person", "he"} for trigger in triggers)

    def _without_weak(self, marked: Marked, triggers: list[Trigger]) -> list[Trigger]:
        """Nobody named who did it, and a whole group: that tells of no case (`one of 45 people arrested`)."""
        return [trigger for trigger in triggers if not (trigger.type == "criminal-arrest" and trigger.kind == "none" and trigger.person is not None and trigger.person.kind == "group"
                                                       and trigger.person.data.get("count", 0) != 1 and re.search(r"one of <group>", marked.line))]

    def _is_group(self, marked: Marked, trigger: Trigger) -> bool:
        if trigger.group:
            return True
        if trigger.type in ABOUT_PAPERS:
            return self.people.current is None or (trigger.type == "subpoena-issued" and bool(marked.of_kind("group")))
        if trigger.person is not None:
            if trigger.person.kind == "group":
                return True
            if trigger.person.kind == "they":
                return bool(marked.of_kind("group")) or self.people.current is None or (trigger.type in SHARED_BY_GROUP and self.people.groups > 0 and not marked.of_kind("he", "person"))
            return False
        return bool(re.search(r"<detainer>[^.;]{0,20}on <group>", marked.line))

    def _add_events(self, marked: Marked, dated: list[Dated], owners: _Turns) -> None:
        for one in dated:
            draft = owners.at(one.trigger.start)
            event = self._event(marked, one, dated)
            if one.trigger.unless_told and not one.trigger.another and not event.when.as_written and any(known.type == event.type for known, _, _ in draft.events):
                continue
            if event.type == "ice-arrest" and one.trigger.actor is None and event.when.date and any(
                    known.type == "criminal-arrest" and known.when.date and compatible(known.when.date, event.when.date) for known, _, _ in draft.events):
                event.type = one.trigger.type = "criminal-arrest"
            if event.type == "ice-arrest" and one.trigger.actor is None and event.when.date and any(
                    known.type == "released-from-custody" and known.when.date and known.when.date[:7] > event.when.date[:7] for known, _, _ in draft.events):
                event.type = one.trigger.type = "criminal-arrest"
            if event.type == "criminal-arrest" and one.trigger.actor is None and event.when.date and len(event.when.date) == len("2024-01-01") and any(
                    known.type == "ice-arrest" and known.when.date == event.when.date and arrest.actor is not None for known, arrest, _ in draft.events):
                event.type = one.trigger.type = "ice-arrest"
            lead = marked.start < self.lead_end
            draft.events.append((event, one.trigger, 0 if lead else marked.number + 2))
            if one.aside:
                continue
            if event.type in {"released-from-custody", "detainer-declined"}:
                draft.released = True
            if event.type == "criminal-arrest":
                draft.before, draft.released = "local", False
            elif event.type in {"encounter", "nta-issued"} and one.trigger.kind != "ice":
                draft.before = "border"
            elif event.type in {"entry", "reentry"}:
                draft.before = "entered"
            elif event.type == "ice-arrest":
                draft.before = "ice"
            elif event.type in {"charge", "detainer-lodged", "conviction", "released-from-custody", "release-by-CBP"}:
                draft.released = draft.released and event.type != "charge"
                draft.before = "other" if draft.before == "border" else draft.before

    def _event(self, marked: Marked, dated: Dated, all_dated: list[Dated]) -> Event:
        trigger = dated.trigger
        line = marked.line
        clause_end = min([one.trigger.start for one in all_dated if one.trigger.start > trigger.end] or [len(line)])
        start, end = trigger.start, trigger.end
        first, last = marked.place(start), self._end_place(marked, end)
        marks: list[Mark] = [one for one in (dated.mark, trigger.actor) if one is not None]
        target = self._target_mark(marked, trigger, clause_end)
        place = self._place_mark(marked, trigger, clause_end)
        marks += [one for one in (target, place) if one is not None]
        if trigger.type.startswith("detainer-"):
            marks += [one for position, one in marked.of_kind("detainer") if 0 <= start - position < 100][-1:]
        if dated.when.as_written and (at := marked.text.find(dated.when.as_written)) >= 0 and dated.mark is None:
            first, last = min(first, at), max(last, at + len(dated.when.as_written))
        if trigger.person is not None and trigger.person.kind in {"person", "he"} and abs(trigger.person.start - first) < 120:
            marks.append(trigger.person)
        first = min([first, *(one.start for one in marks)])
        last = max([last, *(one.end for one in marks)])
        span = self.document.span(marked.start + first, marked.start + last)
        when = not_after_report(dated.when, self.document.published)
        if when.as_written and when.as_written not in span.words.replace("’", "'"):
            written = self._as_in_text(marked, when.as_written)
            when = replace(when, as_written=written)
        event = Event(trigger.type, when, span, min(trigger.confidence, when.confidence if when.date or when.remark else UNDATED))
        event.by = _name(trigger.actor) if trigger.actor is not None and trigger.actor.kind not in {"officers"} else None
        event.to = _name(target) if target is not None else None
        event.place = _place_name(place) if place is not None else None
        event.named = {key: self._span_of_name(marked, one) for key, one in (("by", trigger.actor), ("to", target), ("place", place)) if one is not None and getattr(event, key)}
        event.more = {key: value for key, value in trigger.more.items() if value is not None}
        self._more(event, line, trigger)
        return event

    def _span_of_name(self, marked: Marked, one: Mark) -> Span:
        """The words that name somebody or a place: for a short name those that it was introduced with."""
        if "name_at" in one.data:
            return self.document.span(one.data["name_at"], one.data["name_at"] + len(one.data["name"]))
        return self.document.span(marked.start + one.start, marked.start + one.end)

    def _as_in_text(self, marked: Marked, written: str) -> str:
        place = marked.text.find(written)
        return self.document.text[marked.start + place:marked.start + place + len(written)] if place >= 0 else written

    def _end_place(self, marked: Marked, end: int) -> int:
        for position, one in marked.marks_in(max(0, end - 20), end):
            if position + len(one.kind) + 2 >= end:
                return one.end
        return marked.place(end)

    @staticmethod
    def _target_mark(marked: Marked, trigger: Trigger, clause_end: int) -> Mark | None:
        wanted = {"detainer-lodged": r"(?:with|to|at|in|on) (?:the |officials at |authorities at )?", "transferred": r"(?:to|into)(?: the custody of)? ", "subpoena-issued": r"(?:to|with|on|against) ",
                  "prosecution-referral": r"to ", "orr-placement": r"(?:to|with|in)(?: the)?(?: custody of| care of)? ", "released-from-custody": r"(?!)"}.get(trigger.type)
        if wanted is None:
            return None
        for position, one in marked.marks_in(trigger.start, clause_end):
            if one.kind in {"corrections", "sheriff", "police", "court", "jail", "ice", "marshals", "orr", "localactor", "icecustody"} and re.search(wanted + "$", marked.line[:position]):
                return one
        return None

    @staticmethod
    def _place_mark(marked: Marked, trigger: Trigger, clause_end: int) -> Mark | None:
        if trigger.type not in {"ice-arrest", "criminal-arrest", "encounter", "entry", "ice-custody", "reentry", "orr-release", "removal", "conviction", "arraignment"}:
            return None
        for position, one in marked.marks_in(trigger.end, clause_end):
            if one.kind in ({"place", "jail", "court"} if trigger.type == "arraignment" else {"place", "jail"}) and re.search(r"\b(?:in|near|at|around|outside|inside|close to (?:his|her) home in)(?: the| his home in| her home in)? $", marked.line[:position]):
                return one
        return None

    @staticmethod
    def _more(event: Event, line: str, trigger: Trigger) -> None:
        near = line[max(0, trigger.start - 25):trigger.end + 60]
        if event.type == "entry":
            if re.search(r"\b(?:unlawful|illegal|without inspection|without being inspected|surreptitious)", near):
                event.more["manner"] = "unlawful"
            elif re.search(r"\b(?:lawfully|legally|lawful|with a visa|on an? \w+ visa)\b", near):
                event.more["manner"] = "lawful"
        if event.type == "warrant-issued":
            event.more["kind"] = "foreign" if "<country>" in line else ("judicial" if _by_a_court(line, trigger) else "unknown")
        if event.type == "conviction" and re.search(r"ple(?:a)?d(?:ed)? (?:guilty|no contest)", near):
            event.more["plea"] = "guilty" if "guilty" in near else "no contest"

    def _add_rest(self, marked: Marked, current: _Draft | None, owners: _Turns, roles: list[tuple[int, int, Trigger]]) -> None:
        parts = _role_parts(marked, roles)
        if current is not None and current.told is not None:
            note_origin(marked, current.told)
            note_age(marked, current.told)
            note_citizenship(marked, current.told)
            if self.names and "name" not in current.told.person:
                name = find_name(marked)
                if name:
                    current.told.person["name"] = name
            for one in find_charges(marked):
                draft = owners.at(one.at)
                self._note_brought(marked, one, draft, [(start, trigger.type) for start, _, trigger in roles])
                draft.charges.append(one.charge)
            for charge in dismissed_charges(marked.line, current.charges, marked.start):
                charge.status = "dismissed"
            self._set_aside(marked, current)
        elif marked.of_kind("group", "they"):
            self.group.charges += [one.charge for one in find_charges(marked)]
        for claim in find_claims(marked):
            self.claims.append((claim, current))
        for start, end, draft in owners.ranges(len(marked.line)):
            collect(draft.evidence, marked, parts, whole=True, between=(start, end))

    @staticmethod
    def _note_brought(marked: Marked, one: Found, draft: _Draft, acts: list[tuple[int, str]]) -> None:
        """Where a charge was brought, and the day of its step (the conviction, the arrest) when the same sentence tells it."""
        first, end = (next((place for place in range(one.at, len(marked.line)) if marked.start + marked.place(place) >= character), len(marked.line)) for character in (one.charge.span.start, one.charge.span.end))
        one.charge.where = where_brought(marked, one.at, first, end, acts)
        steps = {"conviction", "sentence"} if one.charge.status == "convicted" else {"criminal-arrest", "charge", "arraignment", "indictment", "dismissal"}
        here = [event for event, _, _ in draft.events if event.type in steps and event.when.date and marked.start <= event.span.start < marked.start + len(marked.text)]
        nearest = _nearest(one.charge, here)
        one.charge.day = nearest.when.date if nearest is not None else None

    def _set_aside(self, marked: Marked, current: _Draft) -> None:
        """What had been told before and was set aside since: its event stays, marked; a conviction is none any more."""
        earlier = next((one.line for one in reversed(self.marked) if one.start < marked.start and re.search(r"\border", one.line)), "")
        for undone in set_aside(marked.line[:LINES_READ], earlier):
            dated = marked.mark_at(undone.dated) if undone.dated is not None else None
            date = resolve(date_of(dated), Known()).date if dated is not None else None
            year = date[:4] if date else undone.year
            told = [event for event, _, _ in current.events if event.type == undone.type and not (year and event.when.date and event.when.date[:4] != year)]
            told = [event for event in told if event.when.date or event.span.start < marked.start] or told  # the sentence itself tells of no other one
            if undone.type != "conviction":
                _mark_set_aside(told[-1:], told)
                continue
            overturned = overturned_charges(undone.words, current.charges, year)
            current.charges = [charge for charge in current.charges if charge not in overturned]
            stay = [event for charge in current.charges if charge.status == "convicted" for event in self._step_of(charge, told)]
            gone = [event for charge in overturned for event in self._step_of(charge, told)]
            if not undone.words and not gone:
                gone = told[-1:]
            _mark_set_aside([event for event in gone if event not in stay], told)

    def _step_of(self, charge: Charge, steps: list[Event]) -> list[Event]:
        """The event among `steps` that the sentence of the charge tells nearest to it, or none."""
        first, end = next(((one.start, one.start + len(one.text)) for one in self.marked if one.start <= charge.span.start < one.start + len(one.text)), (0, 0))
        here = [event for event in steps if first <= event.span.start < end]
        return [event for event in here if event is _nearest(charge, here)]

    def _cases(self) -> list[ReadCase]:
        self.people.share_group_origin()
        for told in self.people.cases:
            if told.member and self.group.events:
                self._draft(told)
        drafts = [draft for told in self.people.cases if (draft := self.drafts.get(id(told)))]
        drafts = [draft for draft in drafts if draft.events or (draft.told is not None and (draft.told.member or (draft.charges and draft.told.person) or self._listed(draft.told)))]
        first = drafts[0] if drafts else None
        cases = []
        if not drafts:
            if not any(event.type in SHARED_BY_GROUP or event.type.startswith(("subpoena", "court")) for event, _, _ in self.group.events):
                return []
            cases.append(self._finish(self.group, "group", group=True))
            return cases
        for draft in drafts:
            self._take_group_events(draft, drafts)
        for index, draft in enumerate(drafts):
            cases.append(self._finish(draft, chr(ord("a") + index) if index < 26 else f"case-{index + 1}", group=False, first=draft is first))
        return cases

    def _listed(self, told: Told) -> bool:
        """True for a point of the list of those arrested (`Arrests include: ...`), or somebody named in the sentence that begins it."""
        listings = [number for event, trigger, number in self.group.events if event.type == "ice-arrest" and trigger.group]
        return bool(listings) and (told.point or told.introduced + 2 in listings)

    def _take_group_events(self, draft: _Draft, drafts: list[_Draft]) -> None:
        """What is told of the whole group happened to each of its members who is told of."""
        last_intro = max((one.told.introduced for one in drafts if one.told), default=0)
        own = {event.type for event, _, _ in draft.events}
        dated = {event.type for event, _, _ in draft.events if event.when.date or event.when.month_day}
        member = draft.told is not None and draft.told.member
        listed = any(event.type == "ice-arrest" and trigger.group for event, trigger, _ in self.group.events)
        shared: list[tuple[Event, Trigger, int]] = []
        if member:
            draft.charges += [replace(charge) for charge in self.group.charges]
        for event, trigger, number in self.group.events:
            many = trigger.person is not None and (trigger.person.data.get("count") or 0) > LARGE_GROUP
            everyone = trigger.person is not None and re.match(r"(?:[Aa]ll|[Bb]oth)\b(?! of whom)", trigger.person.words) is not None
            if trigger.person is not None and len(drafts) > 1 and re.match(r"(?!all\b|both\b)[\w-]+ of (?:the|these|those|them)\b", trigger.person.words, re.I):
                continue
            if (event.type not in SHARED_BY_GROUP and not member and not everyone) or trigger.more.get("times") or (many and not trigger.group and not (listed and event.when.not_before)):
                continue
            if number > last_intro and not member and not trigger.group and event.type not in ABOUT_PAPERS and not everyone:
                continue
            if event.type in dated or (event.type in own and not event.when.date):
                continue
            if event.type == "ice-arrest" and "ice-arrest" in own:
                continue
            copy = replace(event, confidence=min(event.confidence, OF_A_GROUP), more=dict(event.more), also=list(event.also))
            shared.append((copy, trigger, -1))
        draft.events[:0] = shared
        if len(drafts) == 1 or member:
            draft.evidence.agencies = self.group.evidence.agencies + draft.evidence.agencies
            draft.evidence.places = self.group.evidence.places + draft.evidence.places
        else:
            draft.evidence.shared += self.group.evidence.places
            borrow_agencies(draft.evidence, self.group.evidence)
        draft.evidence.shared += self.group.evidence.shared
        draft.evidence.offices += self.group.evidence.offices

    def _years_told_elsewhere(self, draft: _Draft) -> None:
        """A day without a year is the same day of which another sentence tells the year."""
        if not any(event.when.month_day for event, _, _ in draft.events):
            return
        told = {when.date for marked in self.marked for _, one in marked.of_kind("date") if (when := resolve(date_of(one), Known())).precision == "day" and when.date}
        for event, _, _ in draft.events:
            days = [day for day in told if event.when.month_day and day.endswith(event.when.month_day)]
            if len(days) == 1:
                event.when = replace(event.when, date=days[0], precision="day", basis="year-from-context", month_day=None)

    def _finish(self, draft: _Draft, identifier: str, *, group: bool, first: bool = True) -> ReadCase:
        told = draft.told
        if told is not None:
            settle_sex(told)
        person = dict(told.person) if told else _sex_of_group(self.marked)
        for marked in self.marked:
            if marked.title:
                collect(draft.evidence, marked, [], whole=False)
            else:
                add_dateline(draft.evidence, marked)
        self._years_told_elsewhere(draft)
        events = settle_events(draft.events)
        case = ReadCase(identifier, [self.document.name], person, group=group, published=self.document.published, called=frozenset(told.names if told else ()))
        case.events = events
        case.charges = settle(draft.charges, self.lead_end)
        case.place = settle_place(draft.evidence, events)
        case.claims = [claim for claim, owner in self.claims if owner is draft or (owner is None and first)]
        return case


def _nearest(charge: Charge, steps: list[Event]) -> Event | None:
    """The step whose words end nearest to a charge, in `convicted of burglary in 2015 and of stalking in 2017` one for each."""
    return min(steps, key=lambda event: (abs(event.span.end - charge.span.end), abs(event.span.start - charge.span.start)), default=None)


def _mark_set_aside(gone: list[Event], told: list[Event]) -> None:
    """Mark events as set aside, and those that tell the same day once more."""
    for event in told:
        if any(event is one or (event.when.date and event.when.date == one.when.date) for one in gone):
            event.more["set_aside"] = True


def _sex_of_group(sentences_read: list[Marked]) -> dict[str, Fact]:
    """`four men`: the sex of everyone in a group, when its words give it."""
    for marked in sentences_read:
        for _, one in marked.of_kind("group"):
            word = re.search(r"\b(men|women)\b", one.words)
            if word and not marked.title:
                start = marked.start + one.start + word.start()
                return {"sex": Fact("male" if word.group() == "men" else "female", marked.document.span(start, start + len(word.group())), 0.8, "table")}
    return {}


# A court named with the warrant as the one that issued it; and a court beside it, or a word for what only a court issues.
_FROM_COURT = re.compile(r"\bwarrants?\b(?:(?!\b(?:was|were) (?!(?:\w+ly )?(?:issued|signed|approved|granted|entered|obtained))|\b(?:and|but)\b)[^.;]){0,80}?\b(?:by|from|out of) (?:the |an? )?(?:<(?:court|federalcourt)>|judge\b|magistrate\b)")
_OF_COURT = re.compile(r"\b(?:bench|judicial|judge['’]s|court) warrants?\b|<(?:court|federalcourt)>(?:'s)? (?:\w+ ){0,2}warrants?\b|\bwarrants?\b[^.;<]{0,40}\b(?:in|at) (?:the )?<(?:court|federalcourt)>")


def _by_a_court(line: str, trigger: Trigger) -> bool:
    """True when a court or judge is said to have issued the warrant. An immigration judge is no court, and ICE signs warrants of its own."""
    near = line[max(0, trigger.start - 40):trigger.end + 90]
    if _FROM_COURT.search(near):
        return True
    if trigger.kind in {"ice", "border", "judge"}:
        return False
    return trigger.kind in {"court", "federalcourt"} or _OF_COURT.search(near) is not None


def _name(one: Mark) -> str:
    words = str(one.data.get("name") or one.words)
    return re.sub(r"^(?:the|an?) ", "", re.sub(r"\s*\([A-Z]{2,8}\)$", "", " ".join(words.split())), flags=re.IGNORECASE)


def _place_name(one: Mark) -> str:
    if one.kind == "place" and one.data.get("city") and one.data.get("state"):
        return f"{one.data['city']}, {one.data['state']}"
    return _name(one)


def _role_parts(marked: Marked, roles: list[tuple[int, int, Trigger]]) -> list[tuple[int, int, str]]:
    """The parts of a line with the role of the event told there: from the actor of a verb to the next verb."""
    parts: list[tuple[int, int, str]] = []
    ordered = sorted(roles, key=lambda one: one[0])
    for index, (start, _, trigger) in enumerate(ordered):
        opens = re.match(r"(?:<place> ?[—–-]+ ?)?[\s\"•*-]*(?:on <date>,? )?(?:\w+ )?(?:in|near|at) (?:[^<>,;]{0,25} )?(?:<place>(?: on <date>)?,|<jail>,? <ice>)", marked.line)
        arrest = role_of_event(trigger.type) in {"ice", "arrested"} and _one_city(marked)
        begin = 0 if index == 0 and (opens or arrest) else _actor_at(marked, trigger, start)
        end = next((_actor_at(marked, other, at, after=start) for at, _, other in ordered[index + 1:] if at > start), len(marked.line))
        described = re.search(r"<(?:person|group)>,?(?: \w+ly| previously| recently)? $", marked.line[:start])
        if described and (comma := re.search(r", (?:on|in) <| (?:outside|near|at|close to) (?:his|her|a|the) [^<;,]{0,25}<place>", marked.line[start:end])):
            parts.append((start + comma.start(), end, role_of_event(ordered[index - 1][2].type if index else trigger.type)))
            end = start + comma.start()
        role = "held" if trigger.type == "encounter" and trigger.kind == "ice" else role_of_event(trigger.type)
        parts.append((min(begin, start), end, role))
    weight = {"named": 0, "encounter": 1, "entry": 1, "ice": 2, "convicted": 2, "arrested": 3, "released": 4, "subpoenaed": 5, "honored": 5, "lodged": 6, "declined": 7}
    return sorted(parts, key=lambda part: weight.get(part[2], 0))


def _actor_at(marked: Marked, trigger: Trigger, start: int, after: int = -1) -> int:
    """Where the agency that acts stands in the line, if it stands after that place; else the verb itself."""
    if trigger.actor is None or (after >= 0 and trigger.actor.kind not in (*AGENCIES, *FEDERAL)):
        return start
    return min((position for position, one in marked.of_kind(trigger.actor.kind) if one is trigger.actor and position > after), default=start)


def _one_city(marked: Marked) -> bool:
    """True when a sentence names one city, besides the place at its head."""
    return len([one for _, one in marked.of_kind("place") if one.data.get("city") and "dateline" not in one.data]) == 1


def settle_events(told: list[tuple[Event, Trigger, int]]) -> list[Event]:
    """The events of a case without those told twice, in the order of the report.

    An event told again without a date, or with one that fits, is the same event, unless the words say that it happened again or a new custody
    has begun since. The more exact date stays, and every place where it is told is kept.
    """
    kept: list[tuple[Event, Trigger, int, int]] = []
    cycle = 0
    for event, trigger, sentence in told:
        if event.type == "criminal-arrest" and sentence > 0 and _new_custody(event, trigger, kept):
            cycle += 1
        twin = _twin(event, trigger, sentence, cycle, kept)
        if twin is None:
            kept.append((event, trigger, sentence, cycle))
            continue
        index = next(number for number, one in enumerate(kept) if one[0] is twin)
        _, old_trigger, old_sentence, old_cycle = kept[index]
        kept[index] = (_joined(twin, event), old_trigger, old_sentence, max(old_cycle, cycle))
    return [event for event, _, _, _ in kept]


def _new_custody(event: Event, trigger: Trigger, kept: list[tuple[Event, Trigger, int, int]]) -> bool:
    earlier = [one for one, _, number, _ in kept if one.type == "criminal-arrest"]
    if event.when.date and any(one.type == "released-from-custody" and one.when.date and last_day(one.when.date) < first_day(event.when.date) for one, _, _, _ in kept):
        return True
    if event.when.date and any(one.type == "detainer-lodged" and one.when.date and (first_day(event.when.date) - last_day(one.when.date)).days > SAME_CUSTODY for one, _, _, _ in kept):
        return True
    return bool(earlier) and (trigger.another or any(one.when.date and event.when.date and not compatible(one.when.date, event.when.date) for one in earlier))


def _twin(event: Event, trigger: Trigger, sentence: int, cycle: int, kept: list[tuple[Event, Trigger, int, int]]) -> Event | None:
    same = [one for one in kept if one[0].type == event.type and bool(one[0].more.get("times")) == bool(event.more.get("times"))]
    if event.type == "removal":
        same = [one for one in kept if one[0].type == event.type]
    if not same:
        return None
    exact = [one for one in same if event.when.date and one[0].when.date and compatible(one[0].when.date, event.when.date) and _told_again(event, sentence, one)]
    if exact:
        return exact[-1][0]
    if event.when.month_day and (days := [one for one in same if one[0].when.month_day == event.when.month_day or (one[0].when.date or "").endswith(event.when.month_day)]):
        return days[-1][0]
    if event.type == "reentry" and _removed_since(sentence, same[-1], kept):
        return None
    if event.when.date or event.when.month_day:
        open_ones = [one for one in same if not one[0].when.date and not one[0].when.month_day and (one[3] == cycle or one[2] == 0 or event.type == "removal") and not (trigger.another and one[2] > 0)]
        return open_ones[-1][0] if open_ones else None
    if trigger.another and sentence > 0 and event.type in {"detainer-lodged", "criminal-arrest", "released-from-custody", "charge", "detainer-declined"}:
        if event.type in {"criminal-arrest", "charge"} and all(one[2] == 0 for one in same) and not any(one[0].when.date for one in same):
            return same[-1][0]
        return None
    if event.type == "reentry" and _removed_since(sentence, same[-1], kept):
        return None
    if event.type in ONCE:
        return same[-1][0]
    near = [one for one in same if one[3] == cycle or one[2] == 0 or sentence == 0]
    return near[-1][0] if near else None


def _removed_since(sentence: int, reentry: tuple[Event, Trigger, int, int], kept: list[tuple[Event, Trigger, int, int]]) -> bool:
    """True when, after that return was told, another removal with its day has been: whoever came back then came back twice."""
    if 0 in (sentence, reentry[2]):
        return False
    place = next(number for number, one in enumerate(kept) if one[0] is reentry[0])
    return any(one.type == "removal" and one.when.date for one, _, _, _ in kept[place + 1:])


def _told_again(event: Event, sentence: int, earlier: tuple[Event, Trigger, int, int]) -> bool:
    """False for a day of a month that an earlier paragraph told of, when each names its own court: those are two appearances."""
    if event.type != "arraignment" or earlier[0].when.date == event.when.date or 0 in (sentence, earlier[2]):
        return True
    return event.by == earlier[0].by and event.place == earlier[0].place


def _joined(one: Event, other: Event) -> Event:
    """One event from two accounts in the same report: the more exact date, both places in the text."""
    better = _more_exact(one.when, other.when)
    first, second = (other, one) if better is other.when and better is not one.when else (one, other)
    joined = replace(first, when=better, more={**second.more, **first.more}, also=[*first.also, second.span, *second.also])
    joined.by, joined.to, joined.place = _better_name(first.by, second.by), _better_name(first.to, second.to), first.place or second.place
    joined.named = named_in(joined, first, second)
    joined.also = [span for span in joined.also if span != joined.span]
    return joined


def _better_name(one: str | None, other: str | None) -> str | None:
    """A proper name rather than a general one (`local authorities`)."""
    return next((name for name in (one, other) if name and name[:1].isupper()), one or other)


def _more_exact(one: When, other: When) -> When:
    rank = {"day": 3, "month": 2, "year": 1, "unknown": 0}
    if rank[other.precision] > rank[one.precision] or (one is UNKNOWN and (other.month_day or other.as_written)):
        return other
    return one


def quoted(span: Span, limit: int = 160) -> str:
    """The words of a span, cut for one line of a screen."""
    words = " ".join(span.words.split())
    return words if len(words) <= limit else words[:limit - 1] + "…"

"""From a marked sentence to the events that it tells: the patterns of `patterns/events.yaml`, applied."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from lawfulhold.sources.asserted import asserted, disputed, intended
from lawfulhold.sources.clauses import LOCAL, Clause, Voice, clause_of, clauses, object_of, voice
from lawfulhold.sources.dates import number_value
from lawfulhold.sources.marks import Mark, Marked
from lawfulhold.sources.vocabulary import filled, one_of, pattern_file

LINES_READ = 1_600
# More detainers than this are figures, not a case.
MANY = 12


_ANYONE = re.compile(r"\b(?:people|anyone|those|inmates|persons|someone|somebody|anybody|noncitizens|immigrants|individuals|defendants|detainees)(?: who (?:is|are|were|had been|have been|has been))? $")
# Bail paid in words of its own, which tell it with their own day.
_PAID = re.compile(r"\b(?:posted|paid|made) (?:<\w+> )?(?:an? |his |her |the )?(?:\$?[\d,]+ )?(?:\w+ )?(?:bail|bond)\b[^;]*<date>")
# Words inside a description of a person: `a previously removed Peruvian national`.
_SENT_BEFORE = re.compile(r"\b(?:previously|twice|thrice)[- ](?:removed|deported)\b", re.I)
# Officials to whom something is done: they are not who the report is about.
# A sentence without a subject goes on about the person before it (`Later arrested by ICE.`).
_SUBJECTLESS = re.compile(r"\W*(?:(?:later|then|subsequently|also|again|since|eventually) )*")
_BYSTANDER = re.compile(r"<(?:court|localactor|judge|sheriff|police|officers|federalcourt|prosecutor)>(?: (?:judge|officers?))?,? (?:was|were|has been|had been|have been) (?:\w+ly )?$")
# A clause that begins with who acts in it.
_OWN_SUBJECT = re.compile(r",? ?(?:and|but|so|after|because|when|while|although|though|as|since)? ?(?:later |then )?<(?:jail|corrections|sheriff|police|court|localactor|ice|border)> (?!custody)")
# `arrested three times, in 2014, 2016 and 2019`: each time is told with its day.
_EACH_TIME = re.compile(r"[^;.<]{0,30}?[:,—(-]* ?(?:on |in )?<date>(?:,| and|, and)(?: again)?(?: in| on)? <date>")
_OFTEN = re.compile(r"[^;,<]{0,25}?\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+|several|multiple|many|numerous) (?:\w+ )?times\b")
# `they`: the officers who spoke, else those of the sentence before.
_THEY = re.compile(r"(?:<(?P<kind>ice|border|police|sheriff)>(?: (?:from|in|at) [^;,.]{2,40}?)? (?:said|say|says|announced|reported|confirmed) (?:that )?)?<they> (?:(?:had|have|then|later|also|soon|\w+ly) )*$")
_TIMES = re.compile(r"(?: <\w+>)?(?: (?:from|by|to|in|on|at|the|u\.s\.|united states|country|custody|<\w+>|at least|more than|<country>))*? (two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|several|multiple|numerous|dozens of|many) (?:\w+ )?(?:times|occasions)\b")


@dataclass(slots=True)
class Trigger:
    """Words that tell an event: places `start` to `end` of the line, and what stands with them."""

    type: str
    start: int
    end: int
    clause: int
    actor: Mark | None = None
    kind: str = "none"
    person: Mark | None = None
    confidence: float = 0.95
    more: dict[str, Any] = field(default_factory=dict)
    each_date: bool = False
    needs_date: bool = False
    undated: bool = False
    unless_told: bool = False
    group: bool = False
    another: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What has been told before a sentence, as far as verbs without an actor need it."""

    before: str = "none"
    released: bool = False
    they: str = "none"


@dataclass(frozen=True, slots=True)
class _Rule:
    type: str | None
    by: frozenset[str]
    tests: tuple[tuple[str, re.Pattern[str]], ...]
    context: str | None
    twin: str | None


@dataclass(frozen=True, slots=True)
class _Verb:
    name: str
    words: re.Pattern[str]
    needs_person: bool
    skip_times: bool
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    type: str
    find: re.Pattern[str]
    options: frozenset[str]


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = pattern_file("events")["words"]
    return words


def compiled(source: str) -> re.Pattern[str]:
    """A pattern of the events file, compiled."""
    return re.compile(filled(source, _words()))


@cache
def _general() -> re.Pattern[str]:
    return one_of(pattern_file("events")["general"], _words())


@cache
def _noise() -> re.Pattern[str]:
    return one_of(pattern_file("events")["noise"], _words())


@cache
def _verbs() -> list[_Verb]:
    verbs = []
    for name, entry in pattern_file("events")["verbs"].items():
        rules = []
        for rule in entry["becomes"]:
            by: set[str] = set()
            for kind in rule.get("by", []):
                by |= LOCAL if kind == "local" else {kind}
            tests = tuple((key, compiled(rule[key])) for key in ("with", "without", "after", "before", "word") if key in rule)
            rules.append(_Rule(None if rule.get("skip") else rule["type"], frozenset(by), tests, rule.get("context"), rule.get("twin")))
        words = one_of([rf"(?<![\w<-]){word}" + (r"(?![\w>-])" if word[-1].isalpha() else "") for word in sorted(entry["words"], key=len, reverse=True)], _words())
        verbs.append(_Verb(name, words, entry.get("needs_person", False), entry.get("times") == "skip", tuple(rules)))
    return verbs


@cache
def _phrases() -> list[_Phrase]:
    phrases = []
    for kind, entries in pattern_file("events")["phrases"].items():
        for entry in entries:
            if isinstance(entry, str):
                phrases.append(_Phrase(kind, compiled(entry), frozenset()))
            else:
                phrases.append(_Phrase(kind, compiled(entry["find"]), frozenset(key for key, value in entry.items() if value is True)))
    return phrases


@cache
def _special(name: str) -> re.Pattern[str]:
    return compiled(pattern_file("events")[name])


def particular(line: str) -> str:
    """The line with the parts blanked that say what is usual, wished or required: they tell no event. Parts end at semicolons."""
    return "".join(" " * len(part) if _general().search(part) else part for part in re.split(r"(;)", line))


def anyone(line: str, start: int) -> bool:
    """True when what stands at `start` is said of people in general (`only people charged with murder are held`)."""
    return bool(_ANYONE.search(line[:start]))


def find_triggers(marked: Marked, told: Told) -> tuple[list[Trigger], list[Clause]]:
    """The events that a sentence tells, in the order of its words, and its clauses.

    Sentences longer than `LINES_READ` characters are read up to there.
    """
    line = marked.line[:LINES_READ]
    found_clauses = clauses(line)
    line = _noise().sub(lambda match: " " * len(match.group()), particular(line))
    triggers = _from_verbs(marked, line, found_clauses, told)
    triggers += _from_phrases(marked, line, found_clauses, told, triggers)
    triggers += [Trigger("removal", position, position + len("<person>"), clause_of(position, found_clauses), person=mark, confidence=0.6, undated=True, unless_told=True)
                 for position, mark in marked.of_kind("person") if _SENT_BEFORE.search(mark.words) and line[position:position + 1] == "<"]
    triggers.sort(key=lambda trigger: (trigger.start, trigger.end))
    return _settled(marked, line, triggers, found_clauses), found_clauses


def _from_verbs(marked: Marked, line: str, found: list[Clause], told: Told) -> list[Trigger]:
    hits = sorted(((match.start(), match.end(), verb) for verb in _verbs() for match in verb.words.finditer(line)), key=lambda hit: (hit[0], -hit[1]))
    triggers: list[Trigger] = []
    previous: Voice | None = None
    before = 0
    for start, end, verb in hits:
        number = clause_of(start, found)
        if previous is not None and found[number].start > before and _OWN_SUBJECT.match(line[found[number].start:start]):
            previous = None
        before = start
        stands = voice(marked, line, start, end, found[number], previous)
        previous = stands
        if stands.kind == "none" and not stands.passive and (they := _THEY.search(line[:start])):
            stands = Voice(False, they["kind"] or told.they, stands.actor, stands.real)
        if verb.name == "charge" and re.search(r"\b(?:is|are)(?: now| also| still)? $", line[:start]):
            stands = Voice(stands.passive, stands.kind, stands.actor, True)
        if verb.name in {"charge", "convict"} and anyone(line, start):
            continue
        if stands.passive and verb.name in {"charge", "convict", "indict"} and _BYSTANDER.search(line[:start]):
            continue
        if not stands.real:
            continue
        person = object_of(marked, line, start, end, stands.passive)
        untold = person is None and told.before != "none" and _SUBJECTLESS.fullmatch(line[:start]) is not None
        if verb.needs_person and not untold and (person is None or person.kind == "victim") and not line[start:end].startswith(("made", "ran", "carried", "took", "brought")):
            continue
        rule = _rule_for(verb, line, start, end, found[number], stands.kind, told)
        if rule is None or rule.type is None or (rule.type != "detainer-declined" and not asserted(line, start, found[number])):
            continue
        trigger = Trigger(rule.type, start, end, number, stands.actor, stands.kind, person)
        times = _TIMES.match(line[end:end + 60])
        if times:
            if verb.skip_times and not _EACH_TIME.match(line[end + times.end():]):
                continue
            trigger.each_date = verb.skip_times
            trigger.more["times"] = number_value(times.group(1)) or {"twice": 2, "thrice": 3}.get(times.group(1))
        trigger.confidence = 0.95 if stands.actor or rule.type not in {"ice-arrest", "criminal-arrest", "encounter"} else 0.6
        trigger.another = bool(_special("another").search(line[max(0, start - 25):end]) or re.match(r" (?:<\w+> )?(?:again|once more|another)\b", line[end:]))
        if trigger.type == "released-from-custody" and re.search(r"\b(?:before|after|when|until) <he> (?:was|is) $", line[:start]):
            trigger.unless_told = True
        if trigger.type == "encounter" and trigger.kind == "border":
            told = replace(told, before="border")
        elif trigger.type == "released-from-custody":
            told = replace(told, released=True)
        triggers.append(trigger)
        triggers += _also_to(marked, line, trigger, stands.passive, found)
        triggers += _twins(marked, line, trigger, rule, found)
    return triggers


def _rule_for(verb: _Verb, line: str, start: int, end: int, clause: Clause, kind: str, told: Told) -> _Rule | None:
    around = line[clause.start:_with_subordinate(line, clause.end)]
    texts = {"with": around, "without": around, "after": line[end:end + 220], "before": line[:start],
             "word": line[start:end]}
    for rule in verb.rules:
        if rule.by and kind not in rule.by:
            continue
        if rule.context and not _context_fits(rule.context, kind, told):
            continue
        if all(_test(name, pattern, texts[name]) for name, pattern in rule.tests):
            return rule
    return None


def _with_subordinate(line: str, end: int) -> int:
    """The end of a clause together with a short subordinate one that follows it (`following an illegal entry near ...`)."""
    return min(len(line), end + 70) if re.match(r",? ?(?:following|after|when|while|as)\b", line[end:]) else end


def _test(name: str, pattern: re.Pattern[str], text: str) -> bool:
    if name == "without":
        return not pattern.search(text)
    if name == "after":
        return bool(pattern.match(text))
    return bool(pattern.search(text))


def _context_fits(context: str, kind: str, told: Told) -> bool:
    if kind not in {"none", "officers"}:
        return False
    if context == "entered":
        return told.before == "entered" and kind == "none"
    if context == "border":
        return told.before == "border"
    if context == "ice-next":
        return told.released or told.before == "ice"
    return context == "local-next" and told.before == "local"


def _twins(marked: Marked, line: str, trigger: Trigger, rule: _Rule, found: list[Clause]) -> list[Trigger]:
    """Second events in the same words: `released on bond`; a hand-over to ICE that honours its detainer."""
    near = line[max(found[trigger.clause].start, trigger.start - 60):trigger.end + 80]
    if rule.twin == "bond" and _special("bond").search(near) and not _PAID.search(line[max(found[trigger.clause].start, trigger.start - 60):trigger.start]):
        return [Trigger("bond-posted", trigger.start, trigger.end, trigger.clause, person=trigger.person)]
    if rule.twin == "honored" and re.search(r"honors? <detainer>|honored <detainer>|honoring <detainer>", line):
        return [Trigger("detainer-honored", trigger.start, trigger.end, trigger.clause, trigger.actor, trigger.kind, trigger.person)]
    return []


_NEXT_PERSON = re.compile(r"(?:,? (?:in|on|near|at|from) <(?:date|place|jail)>,?| <date>,?| for [\w -]{2,40}?)*,? and (?:then )?(?=<person>)")


def _also_to(marked: Marked, line: str, trigger: Trigger, passive: bool, found: list[Clause]) -> list[Trigger]:
    """`released a Peruvian man on May 1 and a Bolivian man on May 2`: the verb counts for each."""
    more: list[Trigger] = []
    if passive or trigger.person is None or trigger.person.kind != "person":
        return more
    place = next((position for position, mark in marked.of_kind("person") if mark is trigger.person and position >= trigger.end), None)
    while place is not None and (match := _NEXT_PERSON.match(line, place + len("<person>"))):
        place = match.end()
        person = marked.mark_at(place)
        if person is None or not (person.data.get("age") or person.data.get("nationality")) or not re.match(r"<person>(?:,? (?:on|in|near|at) <|,? <date>|[.,;]|$)", line[place:]):
            break
        more.append(Trigger(trigger.type, place, place + len("<person>"), clause_of(place, found), trigger.actor, trigger.kind, person, trigger.confidence))
    return more


def _from_phrases(marked: Marked, line: str, found: list[Clause], told: Told, known: list[Trigger]) -> list[Trigger]:
    triggers: list[Trigger] = []
    for phrase in _phrases():
        if "never" in phrase.options:
            continue
        for match in phrase.find.finditer(line):
            before = line[max(0, match.start() - 40):match.start()]
            if phrase.type == "detainer-declined" and any((mark.data.get("count") or 0) > MANY for _, mark in marked.marks_in(match.start(), match.end()) if mark.kind == "detainer"):
                continue
            if phrase.type == "detainer-declined" and re.search(r"\b(?:have|has) (?:\w+ly )?$", before) and not marked.of_kind("group", "they", "person", "he") and any(
                    mark.data.get("plural") and not mark.data.get("count") for _, mark in marked.marks_in(match.start(), match.end()) if mark.kind == "detainer"):
                continue
            if phrase.type == "detainer-lodged" and any(mark.kind == "detainer" and mark.words.lower().startswith("no ") for _, mark in marked.marks_in(match.start(), match.end())):
                continue
            if phrase.type in {"detainer-declined", "despite-detainer"}:
                if disputed(line, match.start()):
                    continue
            elif intended(before) or not asserted(line, match.start(), found[clause_of(match.start(), found)]):
                continue
            if phrase.type == "detainer-declined" and re.search(r"\b(?:to|will|would|could|can|may|might|if|does|do|repeatedly|often)\s+(?:\w+ )?$", before) and not re.search(r"\bhad to\s+$", before):
                continue
            if phrase.type in {"entry", "reentry"} and _OFTEN.match(line[match.end():]):
                continue
            start = match.start("at") if "at" in match.groupdict() and match["at"] else match.start()
            trigger = Trigger(phrase.type, start, match.end(), clause_of(start, found))
            trigger.each_date, trigger.needs_date = "each_date" in phrase.options, "needs_date" in phrase.options
            trigger.undated, trigger.unless_told, trigger.group = "undated" in phrase.options, "unless_told" in phrase.options, "group" in phrase.options
            times = match.groupdict().get("times")
            if times:
                trigger.more["times"] = number_value(times)
            _people_of_phrase(marked, line, trigger, found)
            if phrase.type == "ice-custody" and told.before != "ice" and "<ice" not in line and not any(one.type == "ice-arrest" for one in known):
                continue
            trigger.another = bool(_special("another").search(line[match.start():match.end()]) or re.search(r"\b(?:for (?:a|the) (?:second|third|fourth) time|once again|again),? (?:<\w+> )?(?:\w+ly )?$", line[:match.start()])) or any(
                mark.data.get("again") for _, mark in marked.marks_in(match.start(), match.end()) if mark.kind == "detainer")
            triggers.append(trigger)
    return triggers


def _people_of_phrase(marked: Marked, line: str, trigger: Trigger, found: list[Clause]) -> None:
    """Who acts and who is acted on in a phrase: the nearest marks before it, then those inside and after it."""
    clause = found[trigger.clause]
    inside = [mark for _, mark in marked.marks_in(trigger.start, min(clause.end, trigger.end + 60)) if mark.kind in {"person", "he", "group", "they"}]
    before = [mark for _, mark in marked.marks_in(0, trigger.start) if mark.kind in {"person", "he", "group", "they"}]
    trigger.person = inside[0] if inside else (before[-1] if before else None)
    if trigger.type in {"entry", "reentry", "overstay", "bond-posted"} and before:
        trigger.person = before[-1]
    actor = None
    passive = re.search(r"\bby (?:the )?(?=<)", line[trigger.end:trigger.end + 30]) or re.search(r"\bby (?:the )?(?=<)", line[trigger.start:trigger.end])
    if passive:
        actor = marked.mark_at((trigger.end if line[trigger.end:].startswith(passive.group(), passive.start()) else trigger.start) + passive.end())
    reduced = line[trigger.start:trigger.end].startswith("<detainer>") or trigger.unless_told
    stands = Voice(True, "none", None) if reduced else voice(marked, line, trigger.start, trigger.end, clause, None)
    if actor is None and re.match(r"<(?:\w+)>", line[trigger.start:]) and (first := marked.mark_at(trigger.start)) is not None and first.kind != "detainer":
        actor = first
    if actor is None and not stands.passive:
        actor = stands.actor
    if actor is not None:
        trigger.actor, trigger.kind = actor, actor.kind


def _settled(marked: Marked, line: str, triggers: list[Trigger], found: list[Clause]) -> list[Trigger]:
    """The triggers without those that say the same thing, and with `despite a detainer` turned into what it means."""
    releases = [trigger for trigger in triggers if trigger.type == "released-from-custody"]
    despite = [trigger for trigger in triggers if trigger.type == "despite-detainer"]
    kept: list[Trigger] = []
    for trigger in triggers:
        if trigger.type == "despite-detainer":
            continue
        if trigger.type == "detainer-lodged" and _plural_passing(marked, line, trigger):
            continue
        if trigger.type == "ice-arrest" and trigger.unless_told and any(one.type == "ice-arrest" and one is not trigger and (not one.unless_told or one in kept) for one in triggers):
            continue
        if trigger.type == "entry" and any(one.type == "encounter" and abs(one.clause - trigger.clause) <= 1 for one in triggers) and re.search(
                r"\b(?:after|when|where|while|as|following|upon)\b", line[max(0, found[trigger.clause].start - 1):trigger.start]):
            continue
        if trigger.type == "encounter" and trigger.kind == "ice" and any(one.type == "ice-arrest" and (one.start > trigger.start or re.search(r"\b(?:who|which) (?:\w+ly )?$", line[:trigger.start])) for one in triggers) and "<jail>" not in line[trigger.start:trigger.end + 40]:
            continue
        if trigger.type == "entry" and (re.search(r"\bagain\b|\b(?:a|for the) (?:second|third|fourth|fifth) time\b", line[trigger.start:trigger.end + 40]) or re.search(r"\bagain (?:\w+ly )?$", line[:trigger.start])):
            trigger.type = "reentry"
        if trigger.type == "reentry" and re.search(r"\b(?:for|of|with|charge|felony)\s+(?:\w+ )?$", line[:trigger.start]):
            continue
        kept.append(trigger)
    if despite and releases and not any(trigger.type == "detainer-declined" for trigger in kept):
        for release in releases[:1]:
            near = min(despite, key=lambda one: abs(one.start - release.start))
            kept.append(Trigger("detainer-declined", min(near.start, release.start), max(near.end, release.end), release.clause, release.actor, release.kind, release.person, 0.9))
    for release in releases:
        if _special("not_told").search(line):
            release.more["notified_ice"] = False
    unique: list[Trigger] = []
    for trigger in sorted(kept, key=lambda one: (one.start, one.end)):
        same = [one for one in unique if one.type == trigger.type]
        dates_inside = "<date>" in line[trigger.start:trigger.end] and same and "<date>" in line[same[-1].start:same[-1].end] and trigger.start >= same[-1].end
        if not same or _own_person(trigger, same[-1]) or trigger.each_date or dates_inside or _own_dates(marked, trigger, same[-1]) or trigger.another or trigger.more.get("times") or _after_an_aside(line, trigger, same[-1]):
            unique.append(trigger)
    return unique


def _own_person(trigger: Trigger, before: Trigger) -> bool:
    """True when two triggers of one type are of two people, each introduced with a nationality or an age."""
    one, other = trigger.person, before.person
    if one is None or other is None or one is other or one.kind != "person" or other.kind != "person":
        return False
    return all(mark.data.get("age") is not None or mark.data.get("nationality") is not None for mark in (one, other))


def _after_an_aside(line: str, trigger: Trigger, before: Trigger) -> bool:
    """`the man, who had been removed before, was removed on Friday`: what had been is not what was."""
    counted = before.more.get("times") and not trigger.more.get("times")
    told_after = re.search(r"<person>,? who had (?:\w+ly )?been (?:\w+ly )?$", line[:trigger.start]) and not re.search(r"\bhad (?:\w+ )*$", line[:before.start])
    if counted or told_after:
        return True
    return bool(re.search(r",? who had (?:\w+ly )?(?:been )?(?:\w+ly )?$", line[:before.start])) and not re.search(r"\bhad\b[^<;]{0,30}$", line[before.end:trigger.start]) and trigger.clause > before.clause


def _own_dates(marked: Marked, trigger: Trigger, before: Trigger) -> bool:
    """True when a date stands between or after two triggers of one type, so that they tell two events."""
    between = [mark for position, mark in marked.marks_in(before.end, trigger.start) if mark.kind == "date"]
    after = [mark for position, mark in marked.marks_in(trigger.end, trigger.end + 80) if mark.kind == "date"]
    return bool(between and after)


def _plural_passing(marked: Marked, line: str, trigger: Trigger) -> bool:
    """`despite detainers filed on every occasion` tells no single detainer."""
    marks = [mark for _, mark in marked.marks_in(trigger.start, trigger.end + 12) if mark.kind == "detainer"]
    if not marks or not marks[0].data.get("plural"):
        return False
    if marks[0].data.get("count"):
        trigger.more["times"] = marks[0].data["count"]
        return False
    return (trigger.actor is None and line[trigger.start:].startswith("<detainer>")) or bool(re.search(r"\b(?:routinely|often|regularly|every)\b", line))

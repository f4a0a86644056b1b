"""Which date belongs to which event of a sentence, and what it is worth.

A date belongs to the event of its clause; one that opens the sentence ("On Feb. 25 ...") to every event that is joined to it by "and"; events
that are one act in two words (a detainer declined and a release) share one date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from lawfulhold.sources.asserted import day_of_setting_aside
from lawfulhold.sources.clauses import Clause
from lawfulhold.sources.dates import DateWords, Known, number_value, resolve, shifted, year_after
from lawfulhold.sources.marks import Mark, Marked, date_of
from lawfulhold.sources.reading import UNKNOWN, When
from lawfulhold.sources.triggers import Trigger
from lawfulhold.sources.vocabulary import pattern_file

# `seven weeks after` is a round number; up to this many weeks are counted to the day.
EXACT_WEEKS = 2
CUSTODY = frozenset({"criminal-arrest", "charge", "detainer-lodged", "arraignment", "conviction", "sentence", "released-from-custody", "detainer-declined",
                     "court-order", "hold-ordered", "bond-posted", "encounter", "nta-issued", "release-by-CBP", "removal-order", "notified-ice", "orr-placement", "orr-release", "transferred", "ice-release", "bond-granted", "indictment", "dismissal"})
# The steps of one custody, one soon after the other: in a report without a day of publication only these lend each other their year.
STEPS = frozenset({"criminal-arrest", "charge", "detainer-lodged", "detainer-declined", "detainer-honored", "released-from-custody", "bond-posted", "notified-ice", "court-order",
                   "hold-ordered", "transferred", "ice-arrest", "prosecution-referral"})
# What a court does, often long after the arrest: in a newspaper a day of it without a year is of the year of the report.
COURT = frozenset({"conviction", "sentence", "dismissal", "removal-order"})
# What is one act in two words: a detainer declined, and the person released.
LET_GO = frozenset({"detainer-declined", "released-from-custody", "bond-posted"})
_NOUN_TYPES = {"arrest": "criminal-arrest", "arrested": "criminal-arrest", "release": "released-from-custody", "released": "released-from-custody", "conviction": "conviction",
               "convicted": "conviction", "removal": "removal", "detainer": "detainer-lodged", "encounter": "encounter", "sentencing": "sentence", "booking": "criminal-arrest"}


@dataclass(slots=True)
class Narrative:
    """What a case has told so far, as far as dates need it: the last date, whether its year was written, and whether the thread still holds."""

    published: str | None
    last: str | None = None
    anchor: str | None = None
    last_type: str = ""
    has_year: bool = False
    chain: bool = False
    paragraph: int = -1
    sentence: int = -1
    dates: dict[str, str] = field(default_factory=dict)

    def known(self, event_type: str, marked: Marked) -> Known:
        """What a date of this kind of event may lean on."""
        since_entry = self.last_type == "entry" and event_type not in {"entry", "encounter", "nta-issued", "release-by-CBP", "overstay"}
        beside = event_type == "ice-arrest" and self.last_type not in STEPS
        near = (self.sentence == marked.number and not since_entry and not beside) or (self.paragraph == marked.paragraph and self.last_type in CUSTODY and event_type in CUSTODY)
        if self.published is None:
            near = (self.sentence == marked.number and not since_entry) or (self.last_type in STEPS and event_type in STEPS)
        soon = self.dates.get("ice-arrest") if event_type in LET_GO else None
        return Known(self.published, self.last, self.has_year, self.chain, near, self.anchor, soon, late=event_type in COURT)

    def tell(self, when: When, event_type: str, marked: Marked, *, aside: bool = False) -> None:
        """Take note of a dated event. One told aside ("had been arrested in 2009") carries no year to later dates."""
        if when.date is None:
            return
        self.dates[event_type] = self.last = when.date
        if aside and (self.paragraph == marked.paragraph or marked.number == 0 or len(when.date) < len("2024-01")):
            return
        self.anchor, self.last_type, self.paragraph, self.sentence = when.date, event_type, marked.paragraph, marked.number
        self.has_year = self.chain = len(when.date) >= 7

    def mention(self, when: When, marked: Marked) -> None:
        """A date that is told of something else (the day of the offence): `three days later` may lean on it."""
        if when.date is not None and len(when.date) >= 7:
            self.last = when.date
            if self.published is not None and len(self.published) == len("2024"):
                self.anchor, self.has_year, self.chain = when.date, True, True

    def lose(self) -> None:
        """Something happened on an unknown day: later days without a year cannot lean on earlier ones."""
        self.chain = False


@dataclass(frozen=True, slots=True)
class Dated:
    """An event of a sentence with its date and the mark of the date's words."""

    trigger: Trigger
    when: When
    mark: Mark | None
    aside: bool = False


def date_events(marked: Marked, triggers: list[Trigger], found: list[Clause], narrative: Narrative) -> list[Dated]:
    """Give every trigger of a sentence its date. The narrative is carried on. Triggers that need a date and have none are left out."""
    line = marked.line
    dates = [(position, mark) for position, mark in marked.of_kind("date") if _usable(line, position, mark)]
    dates = [one for index, one in enumerate(dates) if not _restated(line, one, dates[index + 1:index + 2]) and not (index and _bounds_unknown(line, dates[index - 1], one)) and not _of_learning(line, one[0], triggers)]
    dates = [one for one in dates if not _of_noun(line, one[0], triggers)]
    offsets = [one for one in dates if date_of(one[1]).kind == "offset"]
    dates = [one for one in dates if one not in offsets]
    owners = _owners(line, [trigger for trigger in triggers if not trigger.undated], found, dates)
    dated: list[Dated] = []
    worth: dict[int, When] = {}
    for trigger in triggers:
        own = [one for one in dates if owners.get(one[0]) is trigger]
        if trigger.each_date:
            chosen = _dates_after(line, trigger, dates)
            for _, one_date in chosen:
                dated.append(Dated(replace(trigger, more=dict(trigger.more)), resolve(date_of(one_date), narrative.known(trigger.type, marked)), one_date))
            if chosen:
                narrative.tell(dated[-1].when, trigger.type, marked)
                continue
        mark: Mark | None = own[0][1] if own else _shared(trigger, triggers, found, dates, owners, line)
        if trigger.undated:
            mark = None
        if mark is None and trigger.type in {"nta-issued", "release-by-CBP"} and not trigger.undated and not re.match(r"[\s\"•]*(?:[\w-]+ ){1,4}(?:days|weeks|months?|years?) after\b", line) and not _AFTERWARDS.match(line, trigger.end):
            mark = next((one.mark for one in dated if one.trigger.type == "encounter" and one.trigger.start < trigger.start and not re.search(r"\b(?:later|then|had)\b(?! (?:\w+ly )?(?:entered|crossed))", line[one.trigger.end:trigger.start])), None)
        if mark is None and trigger.needs_date:
            continue
        dated.append(_resolved(marked, trigger, mark, narrative, worth))
        for _, more in _repeated(line, trigger, mark, dates, owners, found):
            again = replace(trigger, more=dict(trigger.more), another=True)
            dated.append(_resolved(marked, again, more, narrative, worth))
    dated = _offset(marked, offsets, dated, narrative) + _anchored(marked, dates, dated, narrative)
    if dates and dated and not any(one.mark is dates[-1][1] for one in dated) and date_of(dates[-1][1]).kind == "day":
        narrative.mention(resolve(date_of(dates[-1][1]), narrative.known("", marked)), marked)
    told = dates or [one for one in marked.of_kind("date") if date_of(one[1]).kind in {"day", "month"}]
    if not any(one.when.date for one in dated) and told and date_of(told[-1][1]).kind in {"day", "month"}:
        narrative.mention(resolve(replace(date_of(told[-1][1]), usable=True), narrative.known("", marked)), marked)
    return dated


def _restated(line: str, one: tuple[int, Mark], following: list[tuple[int, Mark]]) -> bool:
    """`Two weeks later, on June 1, ...`: the second date says the same, exactly."""
    if not following or date_of(one[1]).kind not in {"relative", "span", "weekday"} or date_of(following[0][1]).kind != "day":
        return False
    return bool(re.fullmatch(r",?(?: on)?(?: the (?:morning|afternoon|evening|night) of)? ", line[one[0] + len("<date>"):following[0][0]]))


def _of_noun(line: str, position: int, triggers: list[Trigger]) -> bool:
    """`deported twice since his 2013 arrest`: the year is the arrest's alone, and nobody's where no event is read from it."""
    if re.match(r",? (?:[\w/-]+ ){0,2}(?:arrests?|convictions?|release|removal|deportation|sentencing)\b(?! (?:order|warrant|hearing|proceeding))", line[position + len("<date>"):]) is None:
        return False
    return re.search(r"\b(?:since|before|despite) (?:his|her|their|an?|the) $", line[:position]) is not None and not any(one.start <= position < one.end for one in triggers)


def _bounds_unknown(line: str, before: tuple[int, Mark], one: tuple[int, Mark]) -> bool:
    """`On an unknown date after May 5, 2010, ...`: the second date only bounds the first."""
    return date_of(before[1]).kind == "unknown" and re.fullmatch(r",? (?:(?:but|sometime|and|or) )*(?:after|before|following|since|between|prior to|on or after|on or before)(?: about| around)? ", line[before[0] + len("<date>"):one[0]]) is not None


_LEARNED = r"\b(?:learned|discovered|determined|confirmed|verified|established|realized|found(?: out)?|became aware|ascertained)\b"


def _of_learning(line: str, position: int, triggers: list[Trigger]) -> bool:
    """`On May 5, ICE learned that he had been released`: the day is that of the learning, not of what had happened."""
    after = position + len("<date>")
    verb = re.compile(rf",? (?:<\w+>|[^<;.]){{1,70}}? {_LEARNED}").match(line, after) if re.search(r"^[\s\"•]*(?:<place> . )?(?:on |in )?$", line[:position]) else None
    if verb is None and re.search(rf"{_LEARNED}(?: (?:on|in))? $", line[:position]):
        verb = re.compile("").match(line, after)
    if verb is None or any(after < one.start < verb.end() for one in triggers):
        return False
    told = next((one for one in triggers if one.start >= verb.end()), None)
    return told is not None and re.search(r"\bhad\b[^;<]{0,40}$", line[verb.end():told.start]) is not None and "<date>" not in line[verb.end():told.start]


def _repeated(line: str, trigger: Trigger, mark: Mark | None, dates: list[tuple[int, Mark]], owners: dict[int, Trigger], found: list[Clause]) -> list[tuple[int, Mark]]:
    """`deported in 2012 and again in 2015`: the further dates of one verb."""
    if mark is None or date_of(mark).kind not in {"day", "month", "year"} or trigger.type not in {"removal", "removal-order", "conviction", "criminal-arrest", "reentry", "charge", "detainer-lodged", "subpoena-issued", "released-from-custody", "warrant-issued"}:
        return []
    place = next((position for position, one in dates if one is mark), None)
    more: list[tuple[int, Mark]] = []
    if place is None or owners.get(place) is not trigger:
        return more
    for position, one in dates:
        if position > place and owners.get(position) in (None, trigger) and date_of(one).kind in {"day", "month", "year"} and re.fullmatch(r"(?: (?:of|for|to|in) [^<,;]{2,40}?)?(?: <country>)?,?(?: and|,)(?:,? (?:most recently|lastly|finally),)?(?: for [^<;]{2,60}?)?(?: once)?(?: again| most recently| then| later| (?:one|two|three|four|\d+) more| another(?:,? for [^;<]{2,40}?,?)?| (?:for )?an? (?:second|third|fourth|fifth) time| once more)?(?: in| on)? " if trigger.type != "conviction" else r"(?: (?:of|for|to|in) [^<;]{2,60}?(?: in <(?:court|federalcourt|place)>)?)?,?(?: and|,)(?: again)?(?: (?:of|for) [^<;]{2,60}?(?: in <(?:court|federalcourt|place)>)?| (?!(?:was|were|had|has|is|then|later|fled|came|went|left|got|spent|\w+ed)\b)[^<;,]{3,50}?)?(?: in| on| from)? ", line[place + len("<date>"):position]):
            if not any(trigger.start < other.start < position and other.start > place for other in owners.values()):
                more.append((position, one))
                place = position
    return more


def _usable(line: str, position: int, mark: Mark) -> bool:
    words = date_of(mark)
    after = line[position + len("<date>"):]
    before = line[:position]
    if (not words.usable and words.kind != "unknown") or day_of_setting_aside(before):
        return False
    if re.match(r" (?:ruling|list|decision|policy|law|statement|order|post|report|release of|election|memo|executive order|agreement|letter|act\b|fiscal|incident|(?:(?:fatal|deadly|double|violent) )?(?:crash|murder|killing|shooting|rape|death|slaying|stabbing|attack|collision|homicide|robbery|burglary|kidnapping)s?\b(?! (?:conviction|charge|arrest|case|sentence))|assault on|hit-and-run)", after):
        return False
    if words.kind in {"weekday", "today", "day"} and re.match(r",? (?:\w+ly )?(?:announced|said|reported|faulted|criticized|blamed|confirmed|named)\b", after):
        return False
    if words.kind == "year" and re.search(r"\b(?:an?|the|his|her) $", before) and re.match(r" (?!(?:\w+ )?(?:arrest|conviction|release|removal|deportation|detainer|sentenc|plea|encounter|entry|arraignment|indictment|warrant|order))[a-z]", after):
        return False
    if re.search(r"(?<!custody )(?<!held )(?<!<he> )(?<!jail )(?<!jailed )(?<!detained )\bsince (?:(?:his|her|their|the|being|he|she|<he>) )?(?:\w+ ){0,2}(?:arrest(?:ed)?|release[d]?|conviction|convicted|removal|deportation|deported|removed)(?: (?:in|on))? $", before):
        return False
    if re.search(r"\b(?:term|sentence|investigation|policy|operation|program|probe|trial|campaign|spree|case|hunger strike)s?\b[^;,<]{0,30}\b(?:began|begun|started|starting|beginning) (?:back )?(?:in |on )?$", before):
        return False
    if words.kind in {"weekday", "today", "day"} and re.search(r"\baccording to <\w+>,? (?:on )?$", before):
        return False
    if re.search(r"\b(?:said|says|reported|announced|told reporters|answered|statements?|wrote|(?<!bail was )(?<!bond was )(?<!<he> )posted(?! (?:an? |his |her |the |\w+ )?(?:\$|bail\b|bond\b|cash\b))|published|asked|press|spoke|spokes\w+ said|named(?! in an? (?:[\w-]+ ){0,3}indictment)|faulted|objects|criticized|identity|released a statement)\b[^<;,]{0,30}(?:on )?$", before) and (
            words.kind in {"weekday", "today", "day"}):
        return False
    if re.match(r"^\"?(?:on )?<date>,? <ice> (?:named|said|faulted|criticized|announced|singled out|called out|blamed|slammed|chided|complained|issued a (?:press|statement|news))|^<(?:ice|place)>[^<]{0,3}on <date> (?:named|faulted|said|criticized|announced)", line) and position < 20 + len(line.split("<date>", maxsplit=1)[0]):
        return before.count("<date>") > 0
    if re.search(r"\b(?:took effect|takes effect|taking effect|effective|enacted|adopted|passed|signed into law|signed the (?:law|bill|act)|went into effect|in effect|came into force|became law|in force|took office|amended)(?: (?:in|on|as of|back in|since|on or about))* $", before):
        return False
    if re.search(r"\b(?:in|with|for|of|after|to) (?:an?|the) (?:[\w-]+ ){0,2}(?:shooting|stabbing|killing|slaying|crash|collision|incident|death|attack)s?(?: of <\w+>)?(?:,? (?:in|at|near|on) <\w+>(?:'s [\w ]{2,20})?,?)? (?:on|in) $", before):
        return False
    if re.search(r"\b(?:days|week|operation|surge|sweep|action|effort|period)\b[^;<]{0,25}\b(?:ended|ending|concluded|concluding)(?: on)? $", before):
        return False
    if re.search(r"\b(?:due (?:back )?in <?\w+>?|(?:next|hearing|court date) (?:(?:court )?(?:hearing|date|appearance) )?(?:is )?(?:set|scheduled)(?: for)?|(?:comply|answer|respond|turn over|produce|provide)\b[^<;]{0,40} by|trial(?: is)? (?:set|scheduled) for|scheduled for|will be \w+|is to be \w+|set to be \w+)(?: (?:in|on|for))* $", before):
        return False
    if re.search(r"\b(?:accused|suspected) of (?:\w+ly )?\w+ing\b(?:[^;,]{0,60}\b(?:on|in)|(?:(?!\b(?:was|were|had|has|is|been)\b)(?:[^;,<]|<(?:victim|place)>)){0,60}) $", before):
        return False
    if re.search(r"\b(?:depart(?:ed)?|leave|left|stay(?:ed)?|remain(?:ed)?)\b[^<;]{0,25}\b(?:by|until|past|after|beyond) $", before) and not re.match(r",? when\b", after):
        return False
    if re.search(r"(?:\bsubpoenas?|<detainer>|\bwarrants?(?: for [^;<]{2,40}?)?|\bnotice to appear|\bnta|\borders?(?: of (?:expedited )?(?:removal|deportation))?|\bnotice),?(?: (?:was|were|which|that|had been|<\w+>))* issued(?: (?:by|to) (?:the )?<\w+>)? (?:on |in )?$", before):
        return True
    return not re.search(r"\b(?:born|(?:dating|dates?|going|goes) back(?: to)?|issued|expired|expiring|(?<!bond was )(?<!bond )(?<!parole was )(?<!parole )(?<!departure )granted|valid|(?<!without )(?<!further )incident|crash|offen[cs]e (?:committed|that occurred|of|from)|which occurred|that took place|committed|ruling|nearly|for)(?: (?:in|on|back to))*\s*$", before)


def _clause(position: int, found: list[Clause]) -> int:
    for number, clause in enumerate(found):
        if clause.start <= position < clause.end:
            return number
    return len(found) - 1


def _owners(line: str, triggers: list[Trigger], found: list[Clause], dates: list[tuple[int, Mark]]) -> dict[int, Trigger]:
    """Each date's own trigger: the verb before it in its clause, else the one after it when nothing parts them."""
    owners: dict[int, Trigger] = {}
    for position, mark in dates:
        if date_of(mark).kind != "anchored" and any(date_of(one).kind == "anchored" and 0 <= mark.start - one.end <= 4 for _, one in dates):
            continue
        if date_of(mark).kind == "anchored" and any(re.fullmatch(r", ", line[other + len("<date>"):position]) for other, _ in dates if other < position):
            continue
        number = _clause(position, found)
        inside = next((one for one in triggers if one.start <= position < one.end), None)
        if inside:
            owners[position] = inside
            continue
        before = [one for one in triggers if one.clause == number and one.end <= position]
        after = [one for one in triggers if one.clause == number and one.start > position]
        noun = next((one for one in after if one.start == position or line[position + 6:one.start].strip() == ""), None)
        if noun and re.match(r"(?:conviction|arrest|release|removal)", line[noun.start:noun.end]):
            owners[position] = noun
            continue
        leading = _is_leading(line, position, found[number])
        inserted = next((one for one in after if re.fullmatch(r",? (?:(?:that|the|this) (?:office|agency|court|jail|county) )?(?:(?:was|were|had|then|\w+ly) )*", line[position + 6:one.start])), None)
        if inserted and before and re.search(r"\b(?:and|then|but),? (?:on |in |by )?$", line[:position]) and inserted not in owners.values():
            owners[position] = inserted
            continue
        if before and not (leading and after):
            owner = _past_reduced(line, before, position, mark)
            if owner not in owners.values():
                owners[position] = owner
                continue
            if not after:
                continue
        if after and (leading or (date_of(mark).kind in {"day", "weekday", "ago"} and not [one for one in triggers if one.end <= position] and re.match(r",? and (?:then |later )?$", line[position + 6:after[0].start])) or not re.search(r"\band\b|,(?! when\b)", line[position + 6:after[0].start])):
            first = after[0]
            if first not in owners.values():
                owners[position] = first
        elif not before and not after and number == 0 and re.match(r"[\s\"•]*(?:while|when|as)\b", line) and (main := [one for one in triggers if one.clause == 1]):
            if main[0] not in owners.values() and not any(_clause(other, found) == 1 for other, _ in dates):
                owners[position] = main[0]
        elif not before and not after and number and re.match(r",? (?:who|which) (?:\w+ly )?(?:found|located|caught|tracked)\b", line[found[number].start:]) and (arrest := [one for one in triggers if one.clause < number and one.type == "ice-arrest"]):
            owners.setdefault(position, arrest[-1])
        elif not before and not after and (entry := _border_entry(line, found[number], triggers, number)):
            owners.setdefault(position, entry)
        elif not before and not after and number and found[number].link == "sub" and re.match(r" when (?:his|her) (?:\w+ )?(?:sentence|term|time|case|stay) (?:ended|ran out|was over|expired)\b", line[found[number].start:]) and (
                main := [one for one in triggers if one.clause == number - 1]) and main[-1] not in owners.values():
            owners[position] = main[-1]
        elif not before and not after and number and found[number].link == "main" and (main := [one for one in triggers if one.clause < number and found[one.clause].link != "sub"]):
            owners.setdefault(position, main[-1])
        elif not before and not after and (leading or (number == 0 and _closes(line, position, found[0]))):
            following = [one for one in triggers if one.clause > number and found[one.clause].link != "sub"]
            if following and following[0] not in owners.values() and not any(_clause(other, found) == following[0].clause and other > following[0].end for other, _ in dates):
                owners[position] = following[0]
    return owners


def _border_entry(line: str, clause: Clause, triggers: list[Trigger], number: int) -> Trigger | None:
    """`arrested following an illegal entry near ... in August 2013`: the encounter was then."""
    earlier = [one for one in triggers if one.clause == number - 1 and one.type == "encounter"]
    return earlier[-1] if earlier and re.match(r",? ?(?:following|after|upon)\b[^;]{0,30}\b(?:entry|enter|entering|entered|cross|crossing|crossed)\b", line[clause.start:clause.end]) else None


def _is_leading(line: str, position: int, clause: Clause) -> bool:
    start = line[clause.start:position]
    return bool(re.fullmatch(r"[\s\"•,;—-]*(?:<place>\s*(?:—|-)+\s*)?(?:<date>, )?(?:(?:but|and|so|then|later|early|back|just|only|sometime|again|also|however|additionally|who|which)[ ,]+)*(?:at (?:about |around |approximately )?<time>,?\s*)?(?:it was (?:only |not until )?)?(?:on or (?:about|around)|(?:on |in )?the (?:morning|afternoon|evening|night|day) of|on|in|by|from|between|during|around|about|as of|early on|late on|at the (?:end|beginning|start) of)?\s*(?:the |early |late )?", start))


def _closes(line: str, position: int, clause: Clause) -> bool:
    """`Outside his home, on June 12, officers arrested him`: the day ends what stands before the sentence."""
    return re.fullmatch(r"[\s\"•]*(?:in|at|near|outside|inside|while|during|with|without|as|by|from|despite)\b[^<;]*(?:<(?:place|jail|court)>[^<;]{0,20})?,? (?:on |in )?", line[clause.start:position]) is not None and not line[position + len("<date>"):clause.end].strip(" ,")


def _past_reduced(line: str, before: list[Trigger], position: int, mark: Mark) -> Trigger:
    """`arrested a man charged with rape, on April 4`: the day belongs to the arrest, not to the charge that describes the man."""
    owner = before[-1]
    if len(before) > 1 and owner.type in {"charge", "conviction", "released-from-custody", "criminal-arrest", "sentence"}:
        joined = len(before) > 2 and re.fullmatch(r" (?:and|,) ", line[before[-2].end:owner.start]) is not None
        first, owner = (before[-3], before[-2]) if joined else (before[-2], owner)
        described = re.search(r"<(?:person|group)>,?(?: \w+ly| previously| recently)?\s*$", line[first.end:owner.start])
        day_only = date_of(mark).kind in {"day", "weekday", "range"} and "year" not in date_of(mark).parts
        if first.type in {"ice-arrest", "released-from-custody", "transferred", "removal", "detainer-lodged", "encounter"} and owner.type != first.type and described and day_only:
            return first
    return before[-1]


def _dates_after(line: str, trigger: Trigger, dates: list[tuple[int, Mark]]) -> list[tuple[int, Mark]]:
    chosen = []
    end = trigger.end
    for position, mark in dates:
        if position < trigger.start:
            continue
        if len(line[end:position].strip(" ,();.")) > 16 and not re.fullmatch(r"\)?,? (?:and )?[^<;.,]{2,50} (?:(?:in|from) |\()|,? and,? (?:most recently|again|lastly|finally|a (?:second|third|fourth) time),? (?:in |on )?|,? for [^<;.]{2,60}?,? and (?:another|the other|a second|one)(?: in| on| from)? ", line[end:position]):
            break
        chosen.append((position, mark))
        end = position + len("<date>")
    return chosen


@cache
def _linked() -> list[frozenset[str]]:
    return [frozenset(types) for types in pattern_file("events")["linked"]]


def _shared(trigger: Trigger, triggers: list[Trigger], found: list[Clause], dates: list[tuple[int, Mark]], owners: dict[int, Trigger], line: str) -> Mark | None:
    """The date that a trigger without one of its own shares with its neighbours, or None."""
    marks = dict(dates)
    if trigger.type == "overstay":
        return None
    if re.search(r"\b(?:later|subsequently|eventually|thereafter|afterwards?|since)\b[^<]{0,12}$", line[:trigger.start]):
        owners = {position: owner for position, owner in owners.items() if owner.start == trigger.start}
    if trigger.type == "nta-issued" and _AFTERWARDS.match(line, trigger.end):
        return None
    if trigger.type == "detainer-lodged" and (arrest := next((position for position, owner in owners.items() if owner.type == "criminal-arrest" and owner.start > trigger.start and re.match(r"(?:after|following) (?:his|her) ", line[owner.start:])), None)) is not None:
        return marks[arrest]
    if re.search(r"\b(?:each|every) time\b|\bon (?:each|every|both) occasions?\b", line[trigger.end:trigger.end + 25]):
        return None
    for position, owner in owners.items():
        if owner is not trigger and owner.start == trigger.start and not owner.each_date:
            return marks[position]
    for position, owner in sorted(owners.items(), key=lambda one: (not {one[1].type, trigger.type} <= LET_GO, one[0] > trigger.start, abs(one[1].start - trigger.start))):
        if owner is trigger or owner.each_date or (trigger.type == "sex-offender-registration" and not _is_leading(line, position, found[_clause(position, found)])):
            continue
        if trigger.start < owner.start < position and date_of(marks[position]).kind == "relative" and date_of(marks[position]).parts.get("number") and trigger.type in {"encounter", "criminal-arrest", "ice-arrest", "detainer-lodged", "charge"} and owner.type != trigger.type:
            continue
        if trigger.start > position > owner.start and trigger.clause == owner.clause and (words := date_of(marks[position])).end - words.start > len(words.words):
            return marks[position]
        if trigger.type == "encounter" and owner.type in {"entry", "reentry"} and owner.clause < trigger.clause and re.match(r",? (?:where|when)\b", line[found[trigger.clause].start:]):
            return marks[position]
        if trigger.type == "ice-arrest" and owner.type == "released-from-custody" and (re.search(r"\bupon\b", line[trigger.end:owner.end]) or (
                owner.start < position < trigger.start and re.match(r"[\s\"•]*(?:when|once|as soon as)\b", line) and re.match(r"(?:took|assumed|gained|take) custody", line[trigger.start:trigger.end]))):
            return marks[position]
        if trigger.type in LET_GO and owner.type == "detainer-lodged" and owner.start < trigger.start and re.match(r"(?: <(?:he|person)>)?[^;<]{0,30} at (?:about |around )?<time>", line[trigger.end:]):
            return marks[position]
        if trigger.type == "detainer-lodged" and owner.type in LET_GO and re.search(r"\b(?:minutes|hours?|moments) before\b", line[trigger.end:owner.start]):
            return marks[position]
        if trigger.type == "notified-ice" and re.search(r"\b(?:minutes|hours?|moments|shortly|just)\b[^<;]{0,15} (?:before|after)\b", line[trigger.start:owner.start]) and owner.type == "released-from-custody":
            return marks[position]
        linked = any({owner.type, trigger.type} <= types for types in _linked())
        if trigger.type in {"encounter", "criminal-arrest", "ice-arrest", "charge", "arraignment"} and re.fullmatch(r"(?:, \w+ed)*,? and (?:then |\w+ly )?", line[trigger.end:owner.start]):
            return marks[position]
        if owner.clause == trigger.clause:
            forward = owner.start < trigger.start
            reduced = _describes(line, trigger) or (owner.type in {"ice-arrest", "encounter", "removal"} and trigger.kind == "none" and bool(re.search(r", $", line[:trigger.start])))
            between = line[position + len("<date>"):trigger.start]
            goes_on = position < owner.start or re.match(r",? (?:and|then|but)\b|, \w+ed\b|.*\band (?:then |later )?$", between) is not None
            if owner.type == "detainer-lodged" and trigger.type in {"detainer-declined", "released-from-custody", "bond-posted"} and position > owner.start:
                goes_on = False
            if (linked or re.match(r",? when\b", between) or (forward and not reduced and goes_on)) and not _pluperfect_break(line, owner, trigger):
                return marks[position]
            continue
        if owner.type == "conviction" and trigger.type == "sentence" and owner.start < position < trigger.start and trigger.actor is None and re.search(r"\band (?:was |then )*$", line[:trigger.start]):
            return marks[position]
        first, second = sorted((owner, trigger), key=lambda one: one.clause)
        joined = all(found[number].link != "sub" for number in range(first.clause + 1, second.clause + 1))
        if linked and (joined or (re.match(r",? ?after\b", line[found[second.clause].start:]) and {owner.type, trigger.type} == {"released-from-custody", "detainer-declined"}) or re.search(r"^,? ?(?:which|who|when|where|and)\b", line[found[second.clause].start:])) and not (
                {owner.type, trigger.type} == {"conviction", "sentence"} and second.actor is not None):
            return marks[position]
        if joined and owner is first and not (owner.type in {"criminal-arrest", "charge"} and trigger.type in {"conviction", "sentence", "dismissal"}) and _is_leading(line, position, found[_clause(position, found)]) and not re.search(r"\bhad\b[^<]{0,20}$", line[:trigger.start]):
            return marks[position]
    return None


# `a notice to appear was issued afterwards`: not on the day told before it.
_AFTERWARDS = re.compile(r"(?: <(?:he|person)>)?(?: (?:was|were|being))?(?: (?:served|issued|given|sent))?(?: (?:to|on) <he>)? (?:later|afterwards?|thereafter|subsequently)\b")


def _describes(line: str, trigger: Trigger) -> bool:
    """True for a verb that only describes the person (`a noncitizen convicted of ...`)."""
    return bool(re.search(r"<(?:person|group|victim)>,?(?: \w+ly| previously| recently| already)?\s*$", line[:trigger.start])) or trigger.type in {"removal", "entry", "overstay"}


def _pluperfect_break(line: str, owner: Trigger, trigger: Trigger) -> bool:
    first, second = sorted((owner, trigger), key=lambda one: one.start)
    return bool(re.search(r"\bhad\b[^<;]{0,20}$", line[first.end:second.start]))


def _resolved(marked: Marked, trigger: Trigger, mark: Mark | None, narrative: Narrative, worth: dict[int, When]) -> Dated:
    line = marked.line
    pluperfect = bool(re.search(r"\b(?:had|having)\b(?: (?:\w+ly|been|also|earlier|previously|already|first))*\s*$", line[max(0, trigger.start - 40):trigger.start]))
    if mark is None:
        when = UNKNOWN
    else:
        words = date_of(mark)
        when = worth.get(mark.start) or _worth(marked, words, mark, trigger, narrative, worth)
        worth[mark.start] = when
        if words.kind == "unknown":
            if trigger.type in {"reentry", "entry"}:
                narrative.lose()
        else:
            narrative.tell(when, trigger.type, marked, aside=pluperfect and not (trigger.type == "entry" and narrative.published is not None))
    when = _with_time(marked, trigger, when, mark)
    return Dated(trigger, when, mark, pluperfect)


def _worth(marked: Marked, words: DateWords, mark: Mark, trigger: Trigger, narrative: Narrative, worth: dict[int, When]) -> When:
    """The value of a date; a relative one leans on the date before it in the sentence, one like `two days after his arrest` on that event."""
    known = narrative.known(trigger.type, marked)
    if words.kind in {"day", "month"} and not words.parts.keys() & {"year", "year_short", "which", "year_context"}:
        year = next((date_of(one).parts["year"] for position, one in marked.of_kind("date") if date_of(one).kind == "year" and re.fullmatch(r"[\s\"•]*(?:in|during) ", marked.line[:position])), None)
        if year:
            told = resolve(replace(words, parts={**words.parts, "year": year}), known)
            return replace(told, as_written=words.words, basis="year-from-context") if told.date else told
    if (year := _year_before(marked, words, mark, trigger)) is not None:
        told = resolve(replace(words, parts={**words.parts, "year": str(year)}), known)
        if told.date and (known.published is None or told.date <= known.published):
            return replace(told, as_written=words.words, basis="year-from-context", confidence=0.8)
    if words.kind == "relative":
        earlier = [one for _, one in marked.of_kind("date") if one.end <= mark.start and date_of(one).kind in {"day", "month", "weekday"}]
        if earlier and (base := worth.get(earlier[-1].start) or resolve(date_of(earlier[-1]), known)).date:
            known = replace(known, last=base.date)
    if words.kind == "anchored":
        noun = _NOUN_TYPES.get(words.parts["noun"].lower(), "")
        following = [one for position, one in marked.of_kind("date") if 0 <= one.start - mark.end <= 4]
        base_date = resolve(date_of(following[0]), known).date if following else narrative.dates.get(noun)
        later = {"before": "earlier", "of": "of"}.get(words.parts["direction"].lower(), "later")
        if base_date is None:
            return When(as_written=words.words)
        return resolve(replace(words, kind="relative", parts={**words.parts, "direction": later}), Known(last=base_date))
    return resolve(words, known)


def _year_before(marked: Marked, words: DateWords, mark: Mark, trigger: Trigger) -> int | None:
    """The year of a day or month without one that goes on from a date of the same kind before it in the sentence; None when nothing lends it.

    An arrest by ICE leans on the steps of a custody alone: what is told of the person beside it (a conviction, a removal) may be years older.
    """
    if words.kind not in {"day", "month"} or words.parts.keys() & {"year", "year_short", "which", "which_year", "year_context", "weekday"}:
        return None
    before = [(position, one) for position, one in marked.of_kind("date") if one.end <= mark.start and date_of(one).kind == words.kind and "year" in date_of(one).parts]
    if not before or trigger.type == "ice-arrest" or re.search(r"<(?:person|he)>,? (?:who\b|whom\b|(?:\w+ly )?\w+ed\b)[^;]*$", marked.line[:before[-1][0]]):
        return None
    value = resolve(replace(date_of(before[-1][1]), usable=True), Known()).date
    return year_after(value, words) if value else None


def _with_time(marked: Marked, trigger: Trigger, when: When, mark: Mark | None) -> When:
    """Add the clock time that stands behind the verb, before the next one."""
    for position, time in marked.of_kind("time"):
        if trigger.end <= position <= trigger.end + 60 and "<" not in marked.line[trigger.end:position].replace("<he>", "").replace("<person>", "").replace("<date>", ""):
            clock = resolve(date_of(time), Known())
            written = when.as_written or clock.as_written
            if mark is not None and when.as_written and 0 <= mark.start - time.end <= 2:
                written = marked.text[time.start:mark.end]
            return replace(when, time=clock.time, as_written=written)
    return when


def _offset(marked: Marked, offsets: list[tuple[int, Mark]], dated: list[Dated], narrative: Narrative) -> list[Dated]:
    """`arrested him on March 15, 12 days after the jail released him`: the day of either event gives the other's; a day told before does too."""
    result = list(dated)
    for position, mark in offsets:
        words = date_of(mark)
        after = words.parts["direction"].lower() == "after"
        inner = [one for one in result if one.trigger.start > position]
        outer = [one for one in result if one.trigger.start < position]
        if not inner:
            continue
        first = inner[0]
        base_clause = [one for one in inner if one.trigger.clause == first.trigger.clause]
        main = outer[-1:] or [one for one in inner if one.trigger.clause != first.trigger.clause][:1]
        inner_date = next((one.when.date for one in base_clause if one.when.date), None) or (None if main and main[0].when.date else narrative.dates.get(first.trigger.type))
        if main and main[0].when.date and not any(one.when.date for one in base_clause):
            _move(result, base_clause, words, mark, main[0].when.date, "earlier" if after else "later", narrative)
        elif main and not main[0].when.date and inner_date:
            same = [one for one in result if one.trigger.clause == main[0].trigger.clause and not one.when.date]
            _move(result, same, words, mark, inner_date, "later" if after else "earlier", narrative)
    return result


def _move(result: list[Dated], events: list[Dated], words: DateWords, mark: Mark, base: str, direction: str, narrative: Narrative) -> None:
    """Date `events` in `result` by the words of an offset from the day `base`."""
    when = resolve(replace(words, kind="relative", parts={**words.parts, "direction": direction, "number": words.parts.get("number", "a")}), Known(last=base))
    if when.date and words.parts["unit"].lower() == "week" and (number_value(words.parts.get("number", "a")) or 0) > EXACT_WEEKS:
        days = {shifted(when.date, near, "day") for near in (-3, 0, 3)}
        months = {str(day)[:7] for day in days}
        when = replace(when, date=when.date[:7], precision="month") if len(months) == 1 else When(as_written=when.as_written, basis="relative")
    for one in events:
        result[result.index(one)] = replace(one, when=when, mark=mark)
        if when.date:
            narrative.dates[one.trigger.type] = when.date


def _anchored(marked: Marked, dates: list[tuple[int, Mark]], dated: list[Dated], narrative: Narrative) -> list[Dated]:
    """`On August 12, two days after the man's arrest, ...`: the arrest was on August 10."""
    more: list[Dated] = []
    for index, (position, mark) in enumerate(dates):
        words: DateWords = date_of(mark)
        if words.kind != "anchored":
            continue
        kind = _NOUN_TYPES.get(words.parts["noun"].lower())
        if index + 1 < len(dates) and 0 <= dates[index + 1][1].start - mark.end <= 4 and kind:
            following = dates[index + 1][1]
            when = resolve(date_of(following), narrative.known(kind, marked))
            more.append(Dated(Trigger(kind, position, dates[index + 1][0] + len("<date>"), 0, confidence=0.85), when, following))
            narrative.tell(when, kind, marked)
            continue
        if index == 0:
            continue
        before = dates[index - 1]
        base = next((one.when.date for one in dated if one.mark is before[1]), None) or resolve(date_of(before[1]), narrative.known("", marked)).date
        earlier = "of" if words.parts["direction"].lower() == "of" else "earlier"
        number = resolve(replace(words, kind="relative", parts={**words.parts, "direction": earlier}), Known(last=base)) if base else None
        if not kind or not number or not number.date or words.parts["direction"].lower() == "before":
            continue
        written = re.match(r".*?\b(?:after|following|of)\b", words.words, re.I)
        when = replace(number, as_written=written.group() if written else words.words)
        place = position
        trigger = Trigger(kind, place, place + len("<date>"), 0, confidence=0.85)
        more.append(Dated(trigger, when, mark))
    return more



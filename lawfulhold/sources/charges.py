"""The charges that a sentence names, with how far each came, worded as the report words them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from lawfulhold.sources.asserted import asserted
from lawfulhold.sources.clauses import clause_of, clauses
from lawfulhold.sources.dates import number_value
from lawfulhold.sources.marks import Marked
from lawfulhold.sources.reading import Charge
from lawfulhold.sources.triggers import LINES_READ, anyone, particular
from lawfulhold.sources.vocabulary import filled, one_of, pattern_file

MAXIMUM_WORDING = 160
_KIND = r"(?:(?:single|sole|lone|felony|misdemeanor|additional|more|other|further|new|separate|federal|state|criminal) )*"
_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)"
_COUNTS = re.compile(rf"^(?:and )?(?:also )?(?:(?P<number>{_NUMBER}|an?|multiple|several|single|various|numerous) {_KIND}counts? (?:each )?of |(?P<bare>{_NUMBER}) of )", re.I)
_ANOTHER = r"(?:an?|the|one|another) (?:(?:separate|additional|second|further|lesser|felony|misdemeanor|related|single) )*(?:charges?|offen[cs]es?|crimes?) of "
_COUNTS_BACK = re.compile(r"\s*\((?P<number>\w+) counts?\)|,? (?P<number2>one|two|three|four|five|six|\d+) counts?$|,? (?P<number3>twice|(?:three|four|five|six|seven|eight|nine|ten|\d+)(?= times)) ?(?:times)?$", re.I)
ORDER = {"alleged": 0, "arrested-for": 1, "charged": 2, "dismissed": 3, "wanted-abroad": 4, "convicted": 5, "convicted-abroad": 6}
ABROAD = {"alleged": "wanted-abroad", "charged": "wanted-abroad", "convicted": "convicted-abroad"}


_ABROAD = re.compile(r"[^.;]{0,60}? ?(?:in|by authorities in) (?:<place>,? )?(?:<country>|(?:his|her|their) (?:home|native) (?:country|land))(?!,? (?:and|who))")
_BROUGHT_THERE = re.compile(r"[^.;,<]{0,50}? (?:in (?:<place>,? )?<country>(?!,? (?:and|who))|there(?=[.,;]|$))")
_TRIED_ABROAD = re.compile(r"(?:(?!\b(?:wanted|removed|deported|returned|fled|arrested|charged|faces)\b)[^.;])*?(?:\bin (?:<place>,? )?(?:<country>|(?:his|her|their) (?:home|native) (?:country|land))|\b(?:in|by) <court> in (?:<place>,? )?<country>)")


@dataclass(frozen=True, slots=True)
class _Intro:
    status: str
    find: re.Pattern[str]
    local_only: bool
    needs_country: bool
    otherwise: str | None
    abroad: str | None
    warrant: bool
    context: bool
    offence: bool
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Found:
    """A charge with the place in the line at which its list was introduced."""

    charge: Charge
    at: int


NO_DEED = frozenset({"including", "being", "nursing", "boxing", "according", "following", "pending", "stemming", "involving", "regarding", "concerning", "citing", "saying", "leading", "during", "remaining"})
"""Words in -ing that begin no charge."""

# How often, before the next charge of a list: `convicted twice for arson and once for forgery`.
_TIMES_FOR = r"(?:(?:once|twice|(?:two|three|four|five|six) times) (?:for|of) )"


@cache
def _intros() -> list[_Intro]:
    words = pattern_file("charges")["words"]
    return [_Intro(entry["status"], re.compile(filled(entry["find"], words)), entry.get("local_only", False), entry.get("needs_country", False), entry.get("otherwise"), entry.get("abroad"),
                   entry.get("warrant", False), entry.get("context", False), entry.get("offence", False), re.compile(entry["unless"]) if "unless" in entry else None) for entry in pattern_file("charges")["intros"]]


@cache
def _before_word() -> list[tuple[str, re.Pattern[str], bool]]:
    words = pattern_file("charges")["words"]
    return [(entry["status"], re.compile(filled(entry["find"], words)), entry.get("offence", False)) for entry in pattern_file("charges")["before_word"]]


@cache
def _named_first() -> list[re.Pattern[str]]:
    return [re.compile(source) for source in pattern_file("charges")["named_first"]]


@cache
def _tail() -> list[tuple[str, re.Pattern[str]]]:
    return [(entry["status"], re.compile(entry["find"])) for entry in pattern_file("charges")["tail"]]


@cache
def _context() -> list[tuple[str, re.Pattern[str]]]:
    return [(entry["status"], re.compile(entry["find"])) for entry in pattern_file("charges")["context"]]


@cache
def _ends() -> re.Pattern[str]:
    return one_of(pattern_file("charges")["ends"])


@cache
def _special(name: str) -> re.Pattern[str]:
    value = pattern_file("charges")[name]
    if isinstance(value, list):
        return one_of([rf"^(?:{one})$" for one in value], flags=re.IGNORECASE)
    return re.compile(value, re.IGNORECASE)


@cache
def _harmed() -> re.Pattern[str]:
    """Police whom a charge names (`assault on a police officer`): they do not act, so the list does not end there."""
    return re.compile(rf"(?P<harm>\b(?:{_special('against').pattern})(?: (?:arrest|to|of|on|against|upon|with|from|by|an?|the))* )<(?:police|officers|localactor|federalpolice|sheriff|ice|border)>")


def find_charges(marked: Marked) -> list[Found]:
    """The charges of a sentence in order. Sentences that say what is usual give none."""
    line = _harmed().sub(lambda match: match["harm"] + "x" * (len(match.group()) - len(match["harm"])), particular(marked.line[:LINES_READ]))
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for intro in _intros():
        for match in intro.find.finditer(line):
            if any(start <= match.end() < end for start, end in taken) or any(one.charge.span.start == marked.start + marked.place(match.end()) for one in found):
                continue
            status = _status(intro, match, line)
            if status is None or anyone(line, match.start()) or _denied(line, match.start(), _list_end(line, match.end()), taken):
                continue
            parts = _parts_of_list(line, match.end())
            end = parts[0][1]
            if intro.warrant:
                warrant = re.search(r" warrants?\b", line[match.end():])
                end = match.end() + warrant.start() if warrant else end
            if status == "arrested-for" and re.search(r"\bcharges$", line[match.end():end].rstrip(" ,.")):
                status = "charged"
            counts = number_value(match.groupdict().get("counts") or "")
            charges = _charges_of(marked, line, match.end(), end, status, counts if counts and counts > 1 else None)
            for first, last in parts[1:]:
                charges += _charges_of(marked, line, first, last, status, None)
                end = last
            described = re.search(r"<person>,?(?: \w+ly| previously| recently| now)? $", line[:match.start()])
            for charge in charges:
                charge.summary = charge.summary or intro.warrant
                charge.described = bool(described)
                charge.listed = marked.start + match.start()
            if charges:
                taken.append((match.start(), end))
                found += [Found(charge, match.start()) for charge in charges]
    for told, pattern, offence in _before_word():
        for match in pattern.finditer(line):
            status = _before_status(told, line, match)
            if offence and not (_begins_charge(match["list"]) and not re.match(r"(?:(?:criminal|felony|misdemeanor|serious|violent|prior|traffic|drug|gun|weapons?|domestic|sexual|sex|child) )+$", match["list"])):
                continue
            if any(start <= match.start("list") < end for start, end in taken) or any(one.charge.span.start == marked.start + marked.place(match.start("list")) for one in found) or re.match(r"(?:of|for) (?!<date>)|including ", line[match.end():].lstrip(" ,")) or _denied(line, match.start("list"), match.end(), taken):
                continue
            if status == told == "charged" and re.match(r"(?:on|for)\b", match.group()) and re.search(r"<ice>[^.;]{0,40}$", line[:match.start()]) and "arrest" in line[:match.start()] and not re.search(r"<(?:police|sheriff|localactor|court)>", line[:match.start()]) and "was arrested" not in line[:match.start()]:
                continue
            number = re.search(r"\b(two|three|four|five|six|seven|eight|nine|ten)\b", line[match.start():match.start("list")])
            found += [Found(charge, match.start()) for charge in _charges_of(marked, line, match.start("list"), match.end("list"), status, number_value(number[1]) if number else None)]
    for pattern in _named_first():
        for match in pattern.finditer(line):
            start, end = match.span("list")
            if any(first < end and start < last for first, last in taken) or not _begins_charge(line[start:end]) or _denied(line, start, end, taken) or anyone(line, start):
                continue
            taken.append((start, end))
            status = _told_status(re.split(r", (?:and|but) ", match["tail"])[0]) or _context_status(line, start) or "charged"
            found += [Found(charge, start) for charge in _charges_of(marked, line, start, end, _abroad(status, line, start), None)]
    for match in _special("loose").finditer(line):
        start, end = match.end(), _list_end(line, match.end())
        context = _context_status(line, match.start())
        if context is None or any(one.at < start and one.charge.status == context for one in found) or any(first < end and start < last for first, last in taken) or any(start <= marked_at < end for marked_at in _places_of(marked, line, found)):
            continue
        if not _names_offence(line[start:end]) or _denied(line, start, end, taken) or anyone(line, start):
            continue
        taken.append((start, end))
        found += [Found(charge, start) for charge in _charges_of(marked, line, start, end, context, None)]
    return sorted(found, key=lambda one: one.charge.span.start)


def _places_of(marked: Marked, line: str, found: list[Found]) -> list[int]:
    """The places of the line at which charges that were found begin."""
    starts = {one.charge.span.start for one in found}
    return [place for place in range(len(line)) if marked.start + marked.place(place) in starts]


def _context_status(line: str, start: int) -> str | None:
    """How far charges named at `start` came, by the last words before them that say it; None when none do."""
    before = line[:start].rsplit(";", 1)[-1]
    told = [(match.end(), status) for status, pattern in _context() for match in pattern.finditer(before)]
    if not told:
        return None
    status = max(told)[1]
    if status == "arrested-for" and re.search(r"<(?:ice|border|officers)>", before) and not re.search(r"<(?:police|sheriff)>", before):
        return None
    if status == "wanted-abroad" and "<country>" not in line:
        return "alleged"
    return _abroad(status, line, start)


def _names_offence(text: str) -> bool:
    """True when a list begins with words that hardly mean anything but an offence."""
    return _begins_charge(text) and _special("surely").search(re.split(r"[,;.<]", text, maxsplit=1)[0]) is not None


def _told_status(words: str) -> str | None:
    """How far charges came of which these words tell (`the crimes of which a court convicted him`)."""
    return next((status for status, pattern in _tail() if pattern.search(words)), None)


def _abroad(status: str, line: str, start: int) -> str:
    """The status of charges told of at `start`, when what stands before them says that another country brought them."""
    before = line[:start].rsplit(";", 1)[-1]
    return ABROAD.get(status, status) if _special("abroad").search(before) and not _special("not_abroad").search(before) else status


def dismissed_charges(line: str, charges: list[Charge], here: int) -> list[Charge]:
    """Which of the charges told so far a sentence says were dismissed. `here` is the character at which the sentence begins."""
    open_ones = [charge for charge in charges if charge.status in {"charged", "arrested-for"}]
    told = _special("dismissed").search(line)
    if told:
        if re.match(r"(?:all|both)\b", told.group()):
            return open_ones or charges[-1:]
        last = charges[-1].listed if charges else None
        return [charge for charge in open_ones if charge.span.start >= here] or [charge for charge in open_ones if charge.listed == last] or charges[-1:]
    named = _special("dismissed_by_name").search(line)
    if named is None:
        return []
    words = next((group for group in named.groups() if group), "")
    alike = [charge for charge in open_ones if fuzz.token_set_ratio(words, charge.wording.lower()) >= 85]
    if alike or not re.fullmatch(r"(?:(?:the|his|her|those|all|both|that|criminal|state|local|pending|and|of) ?)*", words):
        return alike
    return open_ones


def _status(intro: _Intro, match: re.Match[str], line: str) -> str | None:
    if (intro.unless and intro.unless.search(match.group())) or (intro.offence and not _begins_charge(line[match.end():])):
        return None
    status = intro.status
    if status == "charged" and re.search(r"\b(?:convicted|guilty|sentenced)(?: (?:of|on|to|for))? $", line[:match.start()]):
        status = "convicted"
    abroad = "<country>" in line[max(0, match.start() - 60):match.end() + 120] or re.search(r"\bat home\b|\bwhere <he> (?:is|was) (?:also |now )?(?:wanted|sought)\b|\b(?:wanted|sought) there\b|\b(?:authorities|police|courts?|prosecutors|government|officials) there\b|\b(?:home|native|that) country\b|interpol|\bwanted there\b", line)
    if intro.needs_country and not abroad:
        return intro.otherwise
    if intro.abroad and abroad:
        return intro.abroad
    if status == "convicted" and _TRIED_ABROAD.match(line[match.end():match.end() + 200]):
        return "convicted-abroad"
    if status == "charged" and _BROUGHT_THERE.match(line[match.end():match.end() + 120]) and not re.search(r"<(?:police|sheriff|prosecutor|federalcourt)>", line[:match.end()]):
        return "wanted-abroad"
    if intro.context:
        status = _context_status(line, match.start()) or status
    if status == "convicted" and re.search(r"\bthere\b", match.group()) and re.search(r"<person>[^;]*$", line[:match.start()]) and "<place>" not in line[:match.start()].split("— ", 1)[-1]:
        return "convicted-abroad"
    if status == intro.status:
        status = _abroad(status, line, match.end())
    if intro.local_only:
        arrest = line[:match.start()] + re.match(r"\w*", match.group()).group()  # type: ignore[union-attr]
        actor = re.search(r"<(\w+)>(?: (?:has|have|had|also|then|again|later|recently|\w+ly))* *(?:re-?)?(?:arrest|apprehend|detain|took|book)\w*$", arrest)
        if actor and actor.group(1) in {"ice", "border", "officers"}:
            return None
        if re.search(r"by <(?:ice|border)>", match.group()):
            return None
    return status


def _before_status(status: str, line: str, match: re.Match[str]) -> str:
    """How far charges named before the word came: of somebody wanted or sentenced on them they are no charges of a local court."""
    before, after = line[:match.start()], line[match.end():]
    if status == "charged" and re.search(r"\b(?:wants|wanted|sought)(?: [\w<>]+){0,4} $", before):
        return "wanted-abroad" if _ABROAD.match(after) or "<country>" in before[-60:] else "alleged"
    if status == "charged" and re.search(r"\b(?:convicted|sentenced)\b[\w <>]*$", before):
        status = "convicted"
    return "convicted-abroad" if status == "convicted" and _ABROAD.match(after) else status


def _denied(line: str, start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    """True when the charges named up to `end` are not said to have been brought (`was never charged with ...`). No other rule reads their words then."""
    found = clauses(line)
    if asserted(line, start, found[clause_of(start, found)]):
        return False
    taken.append((start, end))
    return True


_WHICH_NO_CHARGE = re.compile(r"(?:(?:the|his|her|that|first|prior|earlier|previous|original|criminal|felony|misdemeanor|state|federal|<?(?:he|person)>?['’]s|against <(?:he|person)>|in <(?:place|court|federalcourt|country)>|by <(?:court|federalcourt)>|by (?:a|the) jury) ?)*")


def overturned_charges(words: str, charges: list[Charge], year: str | None = None) -> list[Charge]:
    """Which convictions were overturned, when `words` say for what (`murder`, `robbery`): those alike; when no words name one, the last that were told together. Those told of another `year` are none of them."""
    convicted = [charge for charge in charges if charge.status == "convicted" and not (year and charge.day and charge.day[:4] != year)]
    if _WHICH_NO_CHARGE.fullmatch(words):
        return [charge for charge in convicted if charge.listed == convicted[-1].listed]
    return [charge for charge in convicted if fuzz.token_set_ratio(words, charge.wording.lower()) >= 85]


def _list_end(line: str, start: int) -> int:
    end = min(len(line), start + 400)
    match = _ends().search(line, start, end)
    return match.start() if match else end


# The day of one charge of a list, after which the list goes on: `of arson in 2012, theft in 2014 and forgery (2016)`.
_DAY_BETWEEN = re.compile(r"(?: (?:in|from|on)|,)? ?\(?(?:in |on )?<date>(?:,? (?:and|in) <date>)*\)?(?:[,;]? (?:and |as well as |plus )?(?:again )?(?:for |of )?|[,;] )(?=\w)")


def _parts_of_list(line: str, start: int) -> list[tuple[int, int]]:
    """Where a list begins and ends, in parts when it gives the day of each charge."""
    parts = [(start, _list_end(line, start))]
    while (day := _DAY_BETWEEN.match(line, parts[-1][1])) and _begins_charge(line[day.end():]) and len(parts) < 12:
        parts.append((day.end(), _list_end(line, day.end())))
    return parts


def _charges_of(marked: Marked, line: str, start: int, end: int, status: str, counts: int | None) -> list[Charge]:
    charges = []
    if re.match(r"(?:multiple|several|various|numerous|many)\b[^;]*\b(?:crimes|offen[cs]es|charges)$", line[start:end].strip(" ,.")):
        return []
    opening = _special("opening").match(line[start:end])
    pieces = _pieces(line, start + opening.end() if opening else start, end)
    for first, last in pieces:
        charge = _one_charge(marked, line, first, last, status, counts)
        if charge:
            charge.summary = charge.summary and len(pieces) == 1
            charges.append(charge)
    return charges


def _pieces(line: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a list: at semicolons, else at counts, else at commas and the last "and"."""
    text = line[start:end].rstrip("; ")
    end = start + len(text)
    if ";" in text:
        cuts = re.compile(r";(?: and| or)? ?")
    elif len(re.findall(rf"\bcounts? of\b|,? {_NUMBER} of ", text)) > 1 and "count" in line[max(0, start - 40):end]:
        cuts = re.compile(rf"(?:,| and|,? as well as|;| plus)+ (?=(?:also )?(?:\w+) {_KIND}counts? of|{_NUMBER} of )")
    else:
        return _comma_pieces(text, start)
    pieces, last = [], 0
    for match in cuts.finditer(text):
        pieces += _comma_pieces(text[last:match.start()], start + last) if ";" not in text and "," in text[last:match.start()] else [(start + last, start + match.start())]
        last = match.end()
    tail = text[last:]
    return pieces + ([(start + last, end)] if ";" in text else _comma_pieces(tail, start + last))


def _comma_pieces(text: str, offset: int) -> list[tuple[int, int]]:
    protected = bytearray(len(text))
    for compound in pattern_file("charges")["strong_compounds"]:
        for match in re.finditer(re.escape(compound), text):
            protected[match.start():match.end()] = b"\1" * (match.end() - match.start())
    pieces, last = [], 0
    for match in re.finditer(rf",? (?:and|as well as|plus|along with) (?:also )?(?:with |{_TIMES_FOR}|for (?!sale|hire)|on )?(?:{_ANOTHER})?|, (?:also )?(?:with )?{_TIMES_FOR}?(?:{_ANOTHER})?(?!\d{{3}})", text):
        if any(protected[match.start():match.end()]) or re.match(r"(?:(?:first|second|third|fourth|1st|2nd|3rd|4th|subsequent)(?: or subsequent)? (?:offen[cs]e|degree)|(?:class|level) [a-f\d])\b(?! [a-z]+ (?:assault|abuse|battery|rape|burglary|robbery|murder|larceny|theft|conduct|arson|touching|contact)\b)(?! (?:assault|robbery|burglary|rape|murder|larceny|theft|arson|forgery|kidnapping|manslaughter|trespass|possession|attempted|criminal|sexual|aggravated|unlawful)\b)|(?:first|second|third|fourth)(?: or (?:more|subsequent))?$", text[match.end():]):
            continue
        if not _begins_charge(text[match.end():]) and not (match.group().startswith(",") and _list_goes_on(text, match)) and not re.match(r"(?:for|on) $", match.group()[-4:].lstrip()):
            continue
        if re.search(r"\b(?:or|and|by|of|with|the|for|to|including)$", text[last:match.start()].strip()) or _special("wants_object").fullmatch(text[last:match.start()].strip()):
            continue
        if re.search(r"\b(?:of|distribute|deliver|sell|trafficking) ", text[last:match.start()]) and _special("drugs_only").match(text[match.end():]):
            continue
        if match.group().startswith(" and") and re.fullmatch(r"(?:\w+ly )*(?:raping|murdering|killing|assaulting|molesting|abusing|beating|stabbing|shooting|robbing|strangling)", text[last:match.start()].strip()) and re.match(r"(?:\w+ly )*\w+ing\b", text[match.end():]):
            continue
        if match.group().startswith(" and") and re.search(r"\b(?:conspiracy|conspiring) to \w+$", text[last:match.start()]) and re.match(r"(?:to )?\w+ing?\b|possession with intent", text[match.end():]):
            continue
        pieces.append((offset + last, offset + match.start()))
        last = match.end()
    pieces.append((offset + last, offset + len(text)))
    return pieces


def _begins_charge(text: str) -> bool:
    words = re.findall(r"[\w<>'/-]+", text)[:6]
    if not words:
        return False
    known = set(pattern_file("charges")["offences"])
    words = [word.lower() for word in words]
    if words[0] in {"two", "three", "four", "five", "several", "multiple"} and len(words) > 1:
        words = [words[1].removesuffix("s"), *words[1:]]
    first = words[0]
    if re.match(rf"(?:\w+) {_KIND}counts? of", text):
        return True
    if first in known or first.endswith("-related") or (re.fullmatch(r"\w+(?:ing)(?:ly)?", first) and first not in NO_DEED) or re.match(r"being (?:<person>|an? (?:un\w+|felon|fugitive|habitual|accessory|accomplice|prohibited|convicted|illegal|minor)\b)", text):
        return True
    phrase = re.split(r"[^\w' /-]| (?:of|with|on|in|to|for|by|from|against|at|and|or|was|were|is|are|has|had|he|she|it)\b", text.lower(), maxsplit=1)[0].split()
    if 1 < len(phrase) <= 4 and phrase[-1] in known - {"use", "public", "home", "child", "act", "access", "criminal", "open", "first"} and not re.match(r"(?:his|her|their|no|who|that|this|than|then)$", phrase[0]):
        return True
    skipped = 0
    for word in words:
        if word in known:
            return word not in {"child", "family", "use", "public", "home"}
        if not re.fullmatch(r"(?:an?|the|\w+-degree|first|second|third|fourth|fifth|1st|2nd|3rd|4th|degree|felony|misdemeanor|attempted|alleged|illegal|open|gross|serious|violent|child|aggravated|criminal|\w+ed|\w+al|\w+ous|\w+ly|simple|minor|other|traffic|two|three|four|one|class|[a-e]|in|of|to|police|motor|vehicle|household|family|related|-)", word):
            return False
        skipped += 1
        if skipped > 4:
            return False
    return False


def _list_goes_on(text: str, match: re.Match[str]) -> bool:
    """A comma parts two charges when the words after it read like a charge of a few words."""
    following = re.split(r",| and ", text[match.end():], maxsplit=1)[0].strip()
    return 0 < len(following.split()) <= 8 and not re.match(r"(?:who|which|that|an?|the|his|her|including|or|with(?!holding)|without|house|all|in|on|at|from|both|but|by|as)\b|\d", following) and not following.startswith("<")


def _one_charge(marked: Marked, line: str, first: int, last: int, status: str, counts: int | None) -> Charge | None:
    text = line[first:last]
    number = _COUNTS.match(text.lstrip())
    if number:
        lead = len(text) - len(text.lstrip())
        first += lead + number.end()
        value = number_value(number["number"] or number["bare"])
        counts = value if value else counts
        text = line[first:last]
    several = re.match(r"(?P<number>two|three|four|five|six|seven|eight|nine|ten) (?=[\w-]+s$)", text.strip())
    if several:
        first += len(text) - len(text.lstrip()) + several.end()
        counts = number_value(several["number"])
        text = line[first:last]
    back = _COUNTS_BACK.search(text)
    if back:
        last = first + back.start()
        counts = number_value(back["number"] or back["number2"] or {"twice": "two"}.get(back["number3"], back["number3"])) or counts
        text = line[first:last]
    front = re.match(r"\s*", text)
    first += front.end() if front else 0
    trimmed = _special("trim_front").match(line[first:last])
    if trimmed:
        first += trimmed.end()
    ending = _special("trim_back").search(line[first:last])
    if ending:
        last = first + ending.start()
    if last - first < 3:
        return None
    start, end = marked.place(first), marked.place(last)
    wording = marked.text[start:end].strip(" ,;:.\"'")
    start += len(marked.text[start:end]) - len(marked.text[start:end].lstrip(" ,;:.\"'"))
    end = start + len(wording)
    words = line[first:last]
    if len(wording) < 3 or len(wording) > MAXIMUM_WORDING or not re.search(r"[a-z]{3}", wording, re.I) or _special("vague").match(wording) or re.match(r"(?:in|by|at|before|from) <|(?:was|were|has|had|have) ", words) or words.strip() in {"<person>", "<group>", "<victim>", "<he>", "<place>"}:
        return None
    span = marked.document.span(marked.start + start, marked.start + end)
    return Charge(span.words, status, span, 0.9, counts, summary=bool(_special("summaries").match(wording)))


def settle(charges: list[Charge], lead_until: int) -> list[Charge]:
    """The charges of one case without those told twice.

    What the first sentences sum up ("charged with a child sex crime") is left out when the body names charges of the same
    status; of two wordings of one charge the fuller stays; an allegation or arrest gives way to the charge or conviction for the same.
    """
    kept: list[Charge] = []
    for charge in charges:
        others = [one for one in charges if one is not charge and not one.summary and _family(one.status) == _family(charge.status)]
        body = [one for one in others if (one.span.start >= lead_until or charge.summary) and one.span.start > charge.span.end and not one.described]
        list_of_many = not charge.summary and sum(one.listed == charge.listed for one in charges) > 2 and not any(_alike(charge, one) for one in body)
        if (charge.span.start < lead_until or charge.summary or charge.described) and not list_of_many and any(_may_sum_up(charge, one) for one in body):
            continue
        if charge.summary and others:
            continue
        twin = next((one for one in kept if _same(one, charge) and not _told_apart(one, charge, charges)), None)
        if twin is None:
            kept.append(charge)
            continue
        best = max((twin, charge), key=lambda one: (ORDER[one.status], len(one.wording) if one.status == twin.status else 0))
        best.counts, best.where, best.day = twin.counts or charge.counts, best.where or twin.where or charge.where, best.day or twin.day or charge.day
        kept[kept.index(twin)] = best
    return kept


def _told_apart(one: Charge, other: Charge, charges: list[Charge]) -> bool:
    """True when one list names both wordings: rape beside aggravated rape are two charges."""
    wordings = {one.wording.lower(), other.wording.lower()}
    lists = {charge.listed for charge in charges}
    return len(wordings) == 2 and any(wordings <= {charge.wording.lower() for charge in charges if charge.listed == listed} for listed in lists)


def _alike(one: Charge, other: Charge) -> bool:
    """True when most words of one wording are words of the other."""
    return _family(one.status) == _family(other.status) and fuzz.token_set_ratio(one.wording.lower(), other.wording.lower()) >= 74


def _may_sum_up(charge: Charge, fuller: Charge) -> bool:
    """A charge summed up in general words stands for any; another one for a charge of the same status that shares a word, or whose words are alike."""
    if charge.summary or fuzz.token_set_ratio(charge.wording.lower(), fuller.wording.lower()) >= 55:
        return True
    return charge.status in {fuller.status, "alleged"} and bool(_stems(charge) & _stems(fuller))


def _stems(charge: Charge) -> set[str]:
    """The beginnings of the words of a charge that say something (`posse` for possessing and possession)."""
    return {word[:5] for word in re.findall(r"[a-z]{4,}", charge.wording.lower())} - {"with", "degre", "first", "secon", "third", "felon", "charg", "count", "under"}


def _family(status: str) -> str:
    return {"arrested-for": "charged", "alleged": "charged"}.get(status, status)


def _same(one: Charge, other: Charge) -> bool:
    score = fuzz.token_sort_ratio(one.wording.lower(), other.wording.lower())
    if one.status == other.status:
        return score >= 88 or fuzz.token_set_ratio(one.wording.lower(), other.wording.lower()) >= 96
    if "convicted" in {one.status, other.status} and {one.status, other.status} & {"charged", "dismissed", "arrested-for"}:
        return False
    if "dismissed" in {one.status, other.status}:
        return False
    return score >= 88 or ({one.status, other.status} & {"alleged", "wanted-abroad"} and fuzz.token_set_ratio(one.wording.lower(), other.wording.lower()) >= 90) is True

"""The clauses of a marked sentence, and who does what in them: voice, actor and person of a verb."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lawfulhold.sources.marks import ACTORS, Mark, Marked
from lawfulhold.sources.vocabulary import filled, pattern_file

LOCAL = frozenset({"corrections", "sheriff", "police", "court", "jail", "localactor", "place"})
_PEOPLE = "(?:person|he|group|they|victim)"
_BOUNDARY = re.compile(
    r"(?P<strong>;|\s—\s|\s--\s|:\s(?=<))|"
    r"(?P<sub>,? ?\b(?:although|even though|though|while(?! (?:intoxicated|impaired|under the influence|in possession|armed|suspended|ability))|after(?! (?:midnight|noon|hours|<time>|dark|dawn|all))|before(?!,| and\b| but\b| in <date>(?:[.,;]|$)| (?:midnight|noon|<time>|dark|dawn|<(?:court|judge|federalcourt)>(?! (?:\w+ly )?(?:released|ordered|let|freed|set|convicted|dismissed|could|was|had))))|because|whom|whose|who|which|(?<!<date> )(?<!<date>, )(?<!<date> is )(?<!<date> was )when|where|until|if|unless|following|despite|in spite of|since he|since she|stemming from|in which|as part of|found that|says? that)\b)|"
    r"(?P<co>,? (?:but|and|so)(?: (?:then|later|that|so|subsequently))?(?= <(?:he|person|ice|jail|police|court|corrections|sheriff|localactor|place|border|judge|detainer|they|group|officers|federalcourt)> (?!and\b|custody\b|in <date>,? and\b|(?:(?:on|in|at|near) <\w+>,? ?|<date> ?)+(?:[.;]|$)))|"
    r",(?= (?:<(?:he|ice|jail|police|court|corrections|sheriff|localactor|officers|place|border|judge)> (?:\w+ly )?(?:had |has |then |later |did not |was |were )?(?:\w+ed\b|was|were|took|let|set|did|refused)))|"
    r",(?= none\b)|,? (?:and|but|so)(?= (?:(?:on|in|by) )?<date>,? <)|,? and(?= (?:none|neither|all) (?:was|were)))")
_OPENING = re.compile(r"^[\"• ]*(?:—|-)?\s*(?:<date> )?(?:although|even though|though|while|after|before|because|when|if|despite|in spite of|following)\b")
# `Three weeks after his release the man was arrested`: a noun opens the sentence, and no comma parts it from the rest.
_NOUN_OPENING = re.compile(r" (?:his|her|the|that) (?:<date>,? )?(?:[\w-]+ ){0,2}(?:release|arrest|conviction|removal|deportation|sentencing)(?: (?:from|by|in|for|on) <\w+>)* (?=<(?:person|he|ice|police|sheriff|jail|court)> )")
_BEFORE_PASSIVE = r"\b{aux}(?: (?:not|never|{adverb}|<[a-z]+>))*,?\s*$"
_BEFORE_PERFECT = r"\b(?:has|have|had|'ve)(?: (?:not|never|{adverb}))*\s*$"
_REDUCED = rf"<{_PEOPLE}>(?: and (?:[\w-]+ ){{0,2}}(?:member|offender|fugitive|felon|resident))?[,:]?(?: (?:{{adverb}}|previously|recently|in <place>))*,?\s*$"
_JOINED = r"(?:,|\band|\bor|\bbut|\bthen)(?: (?:{adverb}|and|then|later|subsequently|immediately|instead|now))*\s*$"
_UNREAL = r"\b(?:to be|to have|to|will|would|could|can|may|might|must|should|shall|if|unless|whether|cannot|can't|never|not|n't|without being|before being|of being|is|are|be|seek(?:s|ing)? to be|if he is|until (?:he|she) (?:is|was)|when (?:he|she|they) (?:is|are))(?: (?:\w+ly|be|being|been|have|have been|again|then|legally))*\s*$"
_PREPOSITION = re.compile(r"\b(?:with|to|at|from|in|by|near|of|for|against|into|on|despite|without|before|upon|between|than|like|about|over|through|under|according to|toward|towards|inside|outside|around|behind|along|across|onto)(?: (?:the|a|an|its|their|his|her|both|local))*\s*$")

# `arrested the man's cousin`: it happened to somebody else.
RELATIVES = r"(?:(?:(?:step|half-)?(?:brother|sister|father|mother|son|daughter)|sibling|parent|grandfather|grandmother|cousin|uncle|aunt|nephew|niece|husband|spouse|fianc[eé]e?|girlfriend|boyfriend|friend|roommate|partner|accomplice|associate|co-?defendant|co-?conspirator|relative|neighbor|lawyer|employer)s?|wife|wives|boss)"

# `did not act on the detainer that ICE had placed on him and let him go`: who let him go is not ICE.
_ASIDE = re.compile(r"<detainer>,? (?:that |which )?<ice> (?:had |has )?\w+[^,;]*?,? and (?:then |later |\w+ly )?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """Places `start` to `end` of the line. `link`: `main`, `co` (joined by and, but) or `sub` (although, after, who ...)."""

    start: int
    end: int
    link: str


@dataclass(frozen=True, slots=True)
class Voice:
    """How a verb stands: `passive`, who did it (`kind` is `none` when nobody is named), and whether it is said to have happened."""

    passive: bool
    kind: str
    actor: Mark | None
    real: bool = True


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(filled(source, pattern_file("events")["words"]))


def clauses(line: str) -> list[Clause]:
    """The clauses of a line, in order; together they cover it."""
    cuts: list[tuple[int, str]] = [(0, "main")]
    opening = _OPENING.match(line)
    if opening:
        cuts[0] = (0, "sub")
        comma = _NOUN_OPENING.match(line, opening.end()) or re.compile(r",\s").search(line, opening.end())
        if comma:
            cuts.append((comma.end(), "main"))
    for match in _BOUNDARY.finditer(line):
        if opening and match.start() < opening.end():
            continue
        link = "co" if match["strong"] or match["co"] else "sub"
        if match["sub"] and match["sub"].strip(" ,") in {"following", "since", "despite", "before"} and not match["sub"].startswith(","):
            link = "sub"
        cuts.append((match.start(), link))
        if link == "sub":
            _end_of_inserted(line, match, cuts)
    cuts.sort()
    ends = [cut[0] for cut in cuts[1:]] + [len(line)]
    return [Clause(start, end, link) for (start, link), end in zip(cuts, ends, strict=True) if end > start]


def _end_of_inserted(line: str, match: re.Match[str], cuts: list[tuple[int, str]]) -> None:
    """`, who was not named, was arrested`: the clause after the second comma goes on with the main one."""
    if not match["sub"] or not match["sub"].startswith(","):
        return
    if line[:match.start()].endswith(">") and re.search(r"following|despite|in spite of|citing", match["sub"]) and (second := re.compile(r", (?=\w)").search(line, match.end())):
        cuts.append((second.end(), "main"))
        return
    describes = re.match(r" (?:is|was|has|had|faces|were)\b", line[match.end():])
    aside = "|near|at|outside" if describes else ""
    if re.search(r"<(?:jail|sheriff|police|corrections|court|localactor|place)>$", line[:match.start()]) and (verb := re.compile(r",(?= (?:let|released|freed|set|refused|declined|ignored|turned|handed|allowed|did not|then|later|honored|denied|rejected)\b)").search(line, match.end())):
        cuts.append((verb.end(), "main"))
        return
    close = re.compile(rf",(?= (?:(?:was|were|has|had|is|and was{aside})\b{'|(?:on|in|from) <' if describes else '|(?:on|in) <date>(?!, (?:has|had|was|were|is) )' if line[match.end() - 3:match.end()] == 'who' else ''}))").search(line, match.end())
    if close:
        cuts.append((close.start(), "main"))


def clause_of(position: int, found: list[Clause]) -> int:
    """The number of the clause in which a place of the line stands."""
    for number, clause in enumerate(found):
        if clause.start <= position < clause.end:
            return number
    return len(found) - 1


def voice(marked: Marked, line: str, start: int, end: int, clause: Clause, previous: Voice | None) -> Voice:
    """How the verb at places `start` to `end` stands. `previous` is the voice of the verb before it in the sentence."""
    before = line[max(0, start - 90):start]
    real = not re.search(_UNREAL, before) or bool(re.search(r"\b(?:was|were|had|been)\b[^<]{0,25}$", before) and not re.search(r"\b(?:not|never|n't|to be|could|would|may|might)\b[^<]{0,20}$", before))
    if re.search(r"<(?:he|person)>[^.;]{0,150}\b(?:was|were|had been)\b[^.;]{0,150} before being (?:\w+ly )?$", line[:start]):
        return Voice(True, *_by(marked, line, end, clause))
    if re.search(r"\bonly to be (?:\w+ly )?$", before):
        return Voice(True, *_by(marked, line, end, clause))
    if re.search(r"\b(?:after|following|upon|since) (?:having been|being) (?:\w+ly )?$", before):
        return Voice(True, *_by(marked, line, end, clause))
    if _pattern(_BEFORE_PASSIVE).search(before):
        return Voice(True, *_by(marked, line, end, clause), real)
    if _pattern(_BEFORE_PERFECT).search(before):
        return Voice(False, *_subject(marked, line, start), real)
    word = line[start:end]
    if _opens(line, start, end):
        return Voice(True, *_by(marked, line, end, clause), real)
    if word.startswith(("taken", "let out", "let go", "set free")) and not re.search(r"<(?:%s)>\s*$" % "|".join(ACTORS), before):
        return Voice(True, *_by(marked, line, end, clause), real)
    if _pattern(_REDUCED).search(before) and re.match(r"\w+ed\b|caught|found|let|held|taken", word) and not re.search(rf"\bwhom [^<]{{0,20}}<{_PEOPLE}>\s*$", before):
        active = re.match(r"\s*(?:<(?:he|person|group|victim)>)", line[end:]) is not None and re.search(r"<(?:he|they)>\s*$", before) is not None
        if not active:
            return Voice(True, *_by(marked, line, end, clause), real)
    if previous is None and re.search(r"\b(?:was|were|been) (?:\w+ly )?\w+(?:ed|en) (?:down )?(?:to|in|at|near|by|from) [^;.]{1,60}?,? and (?:then |later |there )?$", before):
        return Voice(True, *_by(marked, line, end, clause), real)
    if aside := _ASIDE.search(line[:start]):
        return Voice(False, *_subject(marked, line, aside.start()), real)
    if previous and _pattern(_JOINED).search(before):
        if previous.passive and not re.match(r"\s*(?:<(?:he|person)>)", line[end:]):
            own = _by(marked, line, end, clause)
            return Voice(True, own[0] if own[1] else previous.kind, own[1] or previous.actor, real)
        if not previous.passive:
            kind, actor = _subject(marked, line, start)
            return Voice(False, previous.kind if previous.actor else kind, previous.actor or actor, real)
    return Voice(False, *_subject(marked, line, start), real)


_OPENS = re.compile(r"(?:^|;)[\s\"•]*(?:<place> (?:—|-)+ )?(?:(?:first|then|later|once|twice|again|already|finally|\w+ly) )*$")
_THEN_THE_PERSON = re.compile(r"(?! (?:the |an? )?<(?:he|person|group|they)>)(?:[^;<]|<(?!he>|person>|they>|group>)\w+>){0,160}?, (?=<(?:he|person)>)")


def _opens(line: str, start: int, end: int) -> bool:
    """`Arrested by ... on ..., he was ...`: a participle that opens the sentence and is said of its subject."""
    return (re.match(r"(?:re-?)?(?:\w+ed|caught|held|taken|found|picked|rounded|brought|let|set)\b", line[start:end]) is not None
            and _OPENS.search(line[:start]) is not None and _THEN_THE_PERSON.match(line[end:]) is not None)


def _by(marked: Marked, line: str, end: int, clause: Clause) -> tuple[str, Mark | None]:
    """The actor after `by`, in the clause or right after it."""
    text = re.split(r"\b(?:only to|but|was|were|had|has|is|and (?:was|were|then|later|is|has|taken|let|held|put|sent|brought|caught|\w+ed))\b", line[end:min(len(line), clause.end + 5)], maxsplit=1)[0]
    both = re.match(r" and (?:\w+ly )?\w+ed by (?:the )?(?=<)", line[end:clause.end])
    if both and (mark := marked.mark_at(end + both.end())) and mark.kind in ACTORS:
        return mark.kind, mark
    for match in re.finditer(r"\bby (?:the |an? |local |federal |state |and |members of )*(?=<)", text):
        mark = marked.mark_at(end + match.end())
        if mark and mark.kind in ACTORS:
            return ("officers", None) if "federal and " in match.group() and mark.kind == "localactor" else (mark.kind, mark)
    return "none", None


def _subject(marked: Marked, line: str, start: int) -> tuple[str, Mark | None]:
    """The nearest actor to the left that is not the object of a preposition."""
    antecedent = re.search(r">,? which (?:[^<;]|<date>)*$", line[:start])
    relative = antecedent or re.search(r">(?: \([a-z]+\))?,? (?:which|who)(?: (?:has|have|had|then|later|also|\w+ly))* $", line[:start])
    for position, mark in reversed(marked.marks_in(0, start)):
        if mark.kind == "icecustody" and relative and position + len("<icecustody") == relative.start():
            return "ice", mark
        if mark.kind not in ACTORS:
            continue
        said = re.search(r"<(?P<kind>\w+)> (?:said|says|announced|reported|confirmed)(?: that)? it(?: (?:had|has|then|later|also|\w+ly))* $", line[:start])
        if said:
            speaker = marked.mark_at(said.start())
            return (speaker.kind, speaker) if speaker else ("none", None)
        if re.search(r"\bit(?: (?:had|has|then|later|also|\w+ly))* $", line[max(0, start - 30):start]):
            return _it(marked, start)
        if "whom" in line[position:start]:
            return "none", None
        if relative and position + len(mark.kind) + 1 == relative.start():
            owner = re.search(r"<(?:ice|border|jail|corrections|sheriff|police|court)>(?: (?:in|at|of)|,) $", line[:position]) if mark.kind == "place" else None
            beside = marked.mark_at(owner.start()) if owner else None
            return (beside.kind, beside) if beside else (mark.kind, mark)
        if mark.kind == "place" and (not _stands_before(line, position, mark, start) or (line[:position].strip(' "•') == "" and re.match(r"<place>\s*[—-]", line))):
            continue
        previous = line[:position]
        if re.search(r"\b(?:tell|telling|told|notify|notifying|notified|inform|informing|informed|alert|alerting|alerted|contact|contacting|contacted|call|calling|called|warn|warning|warned) (?:the )?$", previous):
            continue
        if _PREPOSITION.search(previous) and not re.search(r"\b(?:according to|with)\s*$(?=x)", previous):
            continue
        after = line[position + len(mark.kind) + 2:start]
        if re.match(r"'s? (?!officers|agents|\w+ (?:officers|agents|team))\w+", after) and mark.kind == "ice" and "director" in after[:40]:
            continue
        return mark.kind, mark
    return "none", None


def _it(marked: Marked, start: int) -> tuple[str, Mark | None]:
    """Whom `it` stands for: the agency that the sentence has spoken of, when there is only one."""
    agencies = [mark for _, mark in marked.marks_in(0, start) if mark.kind in ACTORS and mark.kind not in {"place", "officers"}]
    return (agencies[0].kind, agencies[0]) if len(agencies) == 1 and agencies[0].kind not in {"court", "federalcourt", "judge"} else ("none", None)


# The county or town before a state: `the office in Example County, Texas released him`.
_PART_OF_PLACE = re.compile(r"\b(?:in|of|near|at|from) (?:<(?:localactor|sheriff|jail|court|police|place)>|[^;.<,]{2,30} (?:county|parish)), $")


def _stands_before(line: str, position: int, mark: Mark, start: int) -> bool:
    between = line[position + len(mark.kind) + 2:start]
    return bool(_pattern(r"^(?: (?:has|had|have|did|not|then|also|{adverb}))*\s*$").match(between)) and not _PREPOSITION.search(line[:position]) and not _PART_OF_PLACE.search(line[:position])


def object_of(marked: Marked, line: str, start: int, end: int, passive: bool) -> Mark | None:
    """The person (or group) to whom the verb happens: after it when active, before it when passive; None when there is none."""
    if passive and _opens(line, start, end) and (subject := _THEN_THE_PERSON.match(line[end:])) is not None:
        return marked.mark_at(end + subject.end())
    if passive:
        for _, mark in reversed(marked.marks_in(0, start)):
            if mark.kind in {"person", "he", "group", "they"}:
                return mark
        follows = re.match(r"(?: [^;,<]{0,40}<\w+>)*[^;,<]{0,40}, (?=<(?:person|he)>)", line[end:]) if re.search(r"\b(?:after|upon|following) being \w*\s*$", line[:start]) else None
        return marked.mark_at(end + follows.end()) if follows else None
    inverted = re.match(r"(?: (?:on|in|at|by|near) <\w+>,?| <date>| [a-z]+ly|,)* (?:was|were|is|are) (?=<(?:person|group)>)", line[end:])
    if inverted:
        return marked.mark_at(end + inverted.end())
    antecedent = re.search(r">,? which [^<;]*$", line[:start])
    relative = antecedent or re.search(r"\bwhom\b[^;]{0,60}$", line[:start])
    if relative:
        start, passive = relative.start(), True
    if passive:
        return object_of(marked, line, start, end, True)
    after = line[end:end + 160]
    match = _pattern(r"^(?:,|\s|(?:on|in|at|near|inside|outside) <(?:date|place|time|jail|court)>,?(?= (?:an? |the )?<(?:person|he|group)>)|and|or|then|later|back|another|over|out|charged|arrested|detained|convicted|sentenced|released|freed|booked|him|the|of|one|some|at least|more than|about|nearly|over|as many as|up|two|three|four|five|identified as|accused|{adverb}|an?)*(?=<)").match(after)
    if not match:
        return None
    found = marked.mark_at(end + match.end())
    if found and re.match(rf"<\w+>'s? {RELATIVES}\b", line[end + match.end():]):
        return None
    return found if found and found.kind in {"person", "he", "group", "they", "victim"} else None

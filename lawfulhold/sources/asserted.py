"""Whether what a line tells is said to have happened to the person of the case: not denied, supposed, only possible, told of a relative, or set aside since."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lawfulhold.sources.clauses import RELATIVES, Clause, clause_of, clauses

# Characters before what is told in which its denial is looked for.
_LOOKED_BACK = 400
_CONDITION = re.compile(r",? ?(?:if|unless|whether|whenever)\b")
_QUALIFIER = r"(?:new|other|prior|previous|known|criminal|final|formal|valid|outstanding|active|pending|earlier|single|such|arrest|bench|state|federal|local|felony|misdemeanor|removal|deportation|administrative|immigration|record|evidence|order|history)"
_CONDITIONAL = re.compile(r"(?<!even )(?<!as )\b(?:if|unless|whether)\b(?:(?!\b(?:and|but)\b)[^.;]){0,120}$|\b(?:would|could|might|may|should|will|can)(?: \w+){0,3} $")
# One word at a time, each of one kind only: however many follow each other, there is one way to read them.
_BETWEEN = rf"(?: (?:be|been|being|have|has|had|having|ever|yet|since|even|actually|either|\w+ly|<date>|the(?= {_QUALIFIER}\b)|an?|any|of|{_QUALIFIER}))*"
# Words that say that what follows them did not happen, or only may.
_NOT = re.compile(rf"(?:\b(?:not(?! only\b)|never|neither|cannot|without|no|could|may|might|can|should|would|will|must)|n['’]t|\bnor(?: (?:was|were|is|has|had|did|does) (?:<\w+>|it))?|\bdenie[sd]|\bdenying|\b(?:likely|expected|unlikely|due|set|scheduled) to),?{_BETWEEN}(?: however,)? $")
_NOT_EITHER = re.compile(r"(?:\b(?:not|never|neither|without)|n['’]t)\b(?:(?! (?:and|but|then|until) )[^;.,])*?,? n?or (?:been |being |ever |even )*$")
_AGENCY = r"(?:<(?:court|federalcourt|judge|jail|police|sheriff|ice|border|localactor|corrections|officers|prosecutor|place)>|(?:\w+ )?(?:court|jury|judge|jail|sheriff|agency|officer|official|county|city|state))"
_NOBODY = re.compile(rf"(?:\b(?:nobody|no one|none of (?:the )?<\w+>|none)|\bno {_AGENCY}|\bneither\b(?:(?! (?:and|but) )[^;,])*? nor (?:the |an? |its |his )?{_AGENCY})(?:'s)?(?: (?:has|have|had|was|were|is|ever|then|\w+ly))* (?:been )?$")
# A verb that was not done, and what it would have brought about.
_NOT_BROUGHT = re.compile(r"(?:\b(?:did|does|do|has|have|had|would|could|was|were) (?:not|never)|n['’]t|\bnever|\bno (?:<\w+>|\w+)(?: ever| has| had)*|\b(?:refused|declined|failed|unable) to|\brefusing to|\bwithout|\bnor (?:did|has|had|was) (?:<\w+>|it))(?: \w+ly| ever| yet| been)* (?:order|ordered|ordering|have|had|see|seen|let|want|wanted|seek|sought|ask|asked|agree|agreed|get|find|found|grant|granted|issue|issued|sign|signed|obtain|obtained)(?: (?:for|that|to|an?|any|the|his|her|be|have|final))*(?: <(?:he|person|they|group|ice)>)?(?: (?:to|be|have|been|was|should|final))* $")
_DENIED = re.compile(r"\b(?:den(?:ie[sd]|y|ying)|disput(?:e[sd]?|ing)|rejected|refut(?:e[sd]?|ing)|contradict\w*|(?:is|was) (?:not true|untrue|false)|(?:is|was|found|has|had|saw|shows?|with) no (?:evidence|record|sign|indication|proof))(?: (?:ever|also|again|\w+ly|(?:<ice>(?:'s)? |an? |the |any )?(?:claims?|allegations?|accusations?|reports?|suggestions?|statements?|charges?)))* (?:that|having|being|of|<(?:he|person|jail|sheriff|police|corrections|localactor|they)>,? (?=(?:\w+ ){0,2}$))(?:(?!,? (?:but|although|though|while|because|after|before|when|since|and (?:said|says|that|<))\b)[^;])*$")
_RELATIVE = re.compile(rf"^[\s\"“•,]*(?:(?:and|but|so|while|when|after|because|although|though|since|as|that|who|whose|before|where|then|<\w+> (?:said|says|reported|announced)|(?:on|in) <date>,?|in <place>,?) ){{0,12}}(?:(?:his|her|their|<(?:person|he)>['’]s) |whose )?(?:(?:own|older|younger|elder|twin|late|former|then|half|alleged|\w+-year-old) ){{0,12}}{RELATIVES}\b(?:,? who)?(?:, (?:(?!<(?:he|person)>)[^;,.]){{1,40}},)?(?:(?!<(?:he|person|they|group|ice)>)[^;,.])*$")
# A verb in the infinitive, or a step that had not been taken: words of a phrase that follow are no event.
_INTENDED = re.compile(r"\b(?:will|would|could|can|may|might|must|should|if|unless|whether|cannot|never|not|to|n't|before|without)(?: (?:be|have|been|being|\w+ly))*\s+$")
_NOT_INTENDED = re.compile(r"\b(?:before|served with|issued)\s+$")
_UNDONE = r"(?:overturned|vacated|reversed|quashed|set aside|thrown out|expunged|annulled|recalled|withdrawn|rescinded|cancell?ed|revoked|voided|lifted|nullified|pardoned)"
_UNDID = r"(?:overturned|vacated|reversed|quashed|set aside|threw out|expunged|annulled|recalled|withdrew|rescinded|cancell?ed|revoked|voided|lifted|nullified)"
_PAPER = r"(?P<{0}>convictions?|guilty (?:verdict|plea)|verdict|(?:removal|deportation) orders?|orders? of (?:removal|deportation|expedited removal)|orders?|warrants?)"
_ADVERBS = r"(?: (?:\w+ly|later|then|since|also|been|himself|<date>))*"
_BY_WORDS = r"(?P<words>(?:(?!(?:the|his|her|that|those|an?|was|were|and|but)\b)[\w/-]{1,40} ){0,5}?)"
# What somebody set aside was there, but they did not bring it about.
_UNDOING = re.compile(rf"(?<!\bnot )(?<!\bnever )\b{_UNDID}(?: <date>,?)? (?:(?:the|his|her|that|those|an?|<(?:person|he)>['’]s) )?(?:[\w-]+ ){{0,3}}$")


def asserted(line: str, start: int, clause: Clause) -> bool:
    """True when the words at `start`, in this clause of the line, tell what is said to have happened to the person the line is about."""
    told = line[:start]
    near = told[-120:]
    return not (line.startswith("no ", start) or _CONDITION.match(line[clause.start:]) or _NOT.search(near) or _NOT_EITHER.search(near) or _NOBODY.search(near) or _NOT_BROUGHT.search(near) or _UNDOING.search(near) or disputed(line, start)
                or _RELATIVE.match(line[clause.start:start]))


def disputed(line: str, start: int) -> bool:
    """True when what the words at `start` tell is itself denied or refuted (`denied that the jail ignored the detainer`)."""
    return _DENIED.search(line[max(0, start - _LOOKED_BACK):start]) is not None


def conditional(before: str) -> bool:
    """True when a clause that follows these words tells what was only supposed, asked about or possible (`if the jail ...`, `would have ...`); `even if` and `as if` are facts of the report."""
    return _CONDITIONAL.search(before[-_LOOKED_BACK:]) is not None


def intended(before: str) -> bool:
    """True when a phrase that follows these words tells what was to be done, or had not been (`to be returned to custody`)."""
    return _INTENDED.search(before) is not None and _NOT_INTENDED.search(before) is None


_SET_ASIDE = (
    re.compile(rf"(?P<date><date> )?\b{_BY_WORDS}{_PAPER.format('paper')}(?P<of>(?:,? (?:for|of|on|against|from|in|issued|entered|dated|by)\b(?:(?!\b(?:was|were|has|had|have|and|but|that|which)\b)[^.;,]){{0,120}})?)(?:,? (?:that|which|and))?(?: (?:was|were|had been) (?:issued|entered|signed|imposed)(?:(?!\b(?:was|were)\b)[^.;]){{0,120}}?)?"
               rf",?(?: it)?(?P<happened> (?:was|were|has|have|had)\b)?(?: (?:is|are|been))?,?{_ADVERBS} (?P<undone>{_UNDONE})\b"),
    re.compile(rf"(?<!\bnot )(?<!\bnever )\b(?P<undone>{_UNDID})(?: <date>,?)? (?:(?:the|his|her|that|those|both|all|an?|<(?:person|he)>['’]s) )?(?P<date><date> )?{_BY_WORDS}{_PAPER.format('paper')}(?P<of>(?: (?:(?:for|of) [^.;,<]{{2,60}}|from <date>))?)(?P<happened>)"),
)
_IT_SET_ASIDE = re.compile(rf"\b(?:it|that) (?:was|has been|had been){_ADVERBS} (?P<undone>{_UNDONE})\b")
_DAY_OF_IT = tuple(re.compile(rf"{pattern.pattern}(?: (?:by|in) [^;.]{{2,60}}?)?,?(?: (?:in|on))? $") for pattern in (*_SET_ASIDE, _IT_SET_ASIDE))
_NEGATED = re.compile(r"\b(?:not|never)\b|n['’]t\b")
# `had his conviction vacated`, and what follows a verb in the infinitive or is only claimed, or was undone in its turn.
_HAD_IT = re.compile(r"(?<!\bhave )\b(?:had|got|won|having)(?: (?:the|his|her|that|those|both|all|an?|<(?:person|he)>['’]s))? $")
_ONLY_SAID = re.compile(r"\bto \w+ (?:and|or) $|\b(?:claim|argu|insist|contend|maintain|hop|believ|assum|suggest|wish)\w*(?: that)?(?: (?!but\b|and\b)[^\s.;,]+){0,6} $")
_AGAIN_IN_FORCE = re.compile(r"\b(?:reinstat\w+|restored|reimposed|upheld)\b")
_OF_A_CONVICTION = re.compile(r"(?!recall|lift|cancel|withdrew)")
_YEAR = re.compile(r"\b(?:19|20)\d\d(?: |$)")
# What names no charge in the words of a conviction: its year, its day, and the word before a charge.
_WHICH = re.compile(rf"{_YEAR.pattern}|^(?:for|of) |(?:^|[, ]+)(?:\b(?:in|from|on|of|dated|entered|issued)(?: (?:in|on))? )?<date>.*")
_REMOVAL = re.compile(r"\b(?:removal|deportation|removed|deported)\b")
_PLAIN_ORDER = re.compile(r"(?:(?:final|prior|earlier|original|first|old|previous|outstanding|in absentia) ?)*")


@dataclass(frozen=True, slots=True)
class SetAside:
    """That a conviction, an order of removal or a warrant was set aside: the type of its event, the words that say which one (empty when none do), and the year or the place in the line of the date of what was set aside."""

    type: str
    words: str
    dated: int | None = None
    year: str | None = None


def set_aside(line: str, earlier: str = "") -> list[SetAside]:
    """What a line says was overturned, vacated, recalled or withdrawn; what was only asked for, refused or denied is none.

    An order is one of removal when its words say so, or when nothing else is said of it and the line, or the last line before
    that tells of an order (`earlier`), tells of a removal.
    """
    if _AGAIN_IN_FORCE.search(line):
        return []
    found = []
    parts = clauses(line)
    for pattern in _SET_ASIDE:
        for match in pattern.finditer(line):
            words = f"{match['words']}{match['of']}".strip()
            year = _YEAR.search(match["words"])
            kind = _type(match["paper"], _YEAR.sub("", words), line + earlier)
            undone = match.start("undone")
            happened = match["happened"] is not None or _HAD_IT.search(line[:match.start()])
            told_at = min(undone, match.start())
            if not kind or not happened or _NEGATED.search(match.group()) or not all(_happened(line, place, parts) for place in {told_at, undone}) or (kind == "conviction" and not _OF_A_CONVICTION.match(match["undone"])):
                continue
            dated = match.start("date") if match["date"] else line.find("<date>", *match.span("of"))
            found.append(SetAside(kind, _WHICH.sub("", words).strip(), dated if dated >= 0 else None, year.group().strip() if year else None))
    it = _IT_SET_ASIDE.search(line)
    if it and (papers := re.findall(r"convict|guilty|warrant|order", line[:it.start()])) and (kind := _type(papers[-1], "", line[:it.start()])) and _happened(line, it.start("undone"), parts):
        found.append(SetAside(kind, ""))
    return found


def _happened(line: str, place: int, parts: list[Clause]) -> bool:
    """True when what the words at `place` tell is neither denied nor only intended, asked for or claimed."""
    before = line[max(0, place - _LOOKED_BACK):place]
    return asserted(line, place, parts[clause_of(place, parts)]) and not intended(before) and not _ONLY_SAID.search(before[-120:])


def _type(paper: str, words: str, told: str) -> str:
    """The type of the event of a paper that was set aside; empty for an order that is not known to be one of removal."""
    if "warrant" in paper:
        return "warrant-issued"
    if "order" not in paper:
        return "conviction"
    return "removal-order" if _REMOVAL.search(f"{words} {paper}") or (_PLAIN_ORDER.fullmatch(words) and _REMOVAL.search(told)) else ""


def day_of_setting_aside(before: str) -> bool:
    """True when a date that follows these words is the day on which something was set aside."""
    return any(pattern.search(before[-_LOOKED_BACK:]) for pattern in _DAY_OF_IT)

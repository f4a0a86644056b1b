"""Whether what a line tells is said to have happened to the person of the case: not denied, supposed, only possible, told of a relative, or set aside since."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lawfulhold.sources.clauses import Clause

_CONDITION = re.compile(r",? ?(?:if|unless|whether|whenever)\b")
_BETWEEN = r"(?: (?:be|been|being|have|has|had|having|ever|yet|since|even|actually|either|\w+ly|<date>|(?:the |any |an? )?(?:(?:new|other|prior|previous|known|criminal|final|formal|valid|outstanding|active|pending|earlier|single|such|arrest|bench|state|federal|local|felony|misdemeanor|removal|deportation|administrative|immigration|record|evidence|order|history) ?)+(?: of(?: an?| any)?)?|an?|any|of))*"
# Words that say that what follows them did not happen, or only may.
_NOT = re.compile(rf"(?:\b(?:not|never|neither|cannot|without|no|could|may|might|can|should|would|will|must)|n['’]t|\bnor(?: (?:was|were|is|has|had|did|does) (?:<\w+>|it))?|\bdenie[sd]|\bdenying|\b(?:likely|expected|unlikely|due|set|scheduled) to),?{_BETWEEN}(?: however,)? $")
_NOT_EITHER = re.compile(r"(?:\b(?:not|never|neither|without)|n['’]t)\b(?:(?! (?:and|but|then|until) )[^;.,])*?,? n?or (?:been |being |ever |even )*$")
_AGENCY = r"(?:<(?:court|federalcourt|judge|jail|police|sheriff|ice|border|localactor|corrections|officers|prosecutor|place)>|(?:\w+ )?(?:court|jury|judge|jail|sheriff|agency|officer|official|county|city|state))"
_NOBODY = re.compile(rf"(?:\b(?:nobody|no one|none of (?:the )?<\w+>|none)|\bno {_AGENCY}|\bneither\b(?:(?! (?:and|but) )[^;,])*? nor (?:the |an? |its |his )?{_AGENCY})(?:'s)?(?: (?:has|have|had|was|were|is|ever|then|\w+ly))* (?:been )?$")
# A verb that was not done, and what it would have brought about.
_NOT_BROUGHT = re.compile(r"(?:\b(?:did|does|do|has|have|had|would|could|was|were) (?:not|never)|n['’]t|\bnever|\bno (?:<\w+>|\w+)(?: ever| has| had)*|\b(?:refused|declined|failed|unable) to|\brefusing to|\bwithout|\bnor (?:did|has|had|was) (?:<\w+>|it))(?: \w+ly| ever| yet| been)* (?:order|ordered|ordering|have|had|see|seen|let|want|wanted|seek|sought|ask|asked|agree|agreed|get|find|found|grant|granted|issue|issued|sign|signed|obtain|obtained)(?: (?:for|that|to|an?|any|the|his|her|be|have|final))*(?: <(?:he|person|they|group|ice)>)?(?: (?:to|be|have|been|was|should|final))* $")
_DENIED = re.compile(r"\b(?:den(?:ie[sd]|y|ying)|disput(?:e[sd]?|ing)|rejected|refut(?:e[sd]?|ing)|contradict\w*|(?:is|was) (?:not true|untrue|false)|(?:is|was|found|has|had|saw|shows?|with) no (?:evidence|record|sign|indication|proof))(?: (?:ever|also|again|\w+ly|(?:<ice>(?:'s)? |an? |the |any )?(?:claims?|allegations?|accusations?|reports?|suggestions?|statements?|charges?)))* (?:that|having|being|of|<(?:he|person|jail|sheriff|police|corrections|localactor|they)>,? (?=(?:\w+ ){0,2}$))(?:(?!,? (?:but|although|though|while|because|after|before|when|since|and (?:said|says|that|<))\b)[^;])*$")
_RELATIVE = re.compile(r"^[\s\"“•,]*(?:(?:and|but|so|while|when|after|because|although|though|since|as|that|who|whose|before|where|then|<\w+> (?:said|says|reported|announced)|(?:on|in) <date>,?|in <place>,?) )*(?:(?:his|her|their|<(?:person|he)>['’]s) |whose )?(?:(?:own|older|younger|elder|twin|late|former|then|half|alleged|\w+-year-old) )*(?:brother|sister|sibling|father|mother|parent|son|daughter|cousin|uncle|aunt|nephew|niece|wife|husband|spouse|fianc[eé]e?|girlfriend|boyfriend|partner|roommate|friend|neighbor|co-?defendant|co-?conspirator|accomplice|associate|grandfather|grandmother|step(?:father|mother|son|brother))s?\b(?:,? who)?(?:, (?:(?!<(?:he|person)>)[^;,.]){1,40},)?(?:(?!<(?:he|person|they|group|ice)>)[^;,.])*$")
# A verb in the infinitive, or a step that had not been taken: words of a phrase that follow are no event.
_INTENDED = re.compile(r"\b(?:will|would|could|can|may|might|must|should|if|unless|whether|cannot|never|not|to|n't|before|without)(?: (?:be|have|been|being|\w+ly))*\s+$")
_NOT_INTENDED = re.compile(r"\b(?:before|served with|issued)\s+$")
_UNDONE = r"(?:overturned|vacated|reversed|quashed|set aside|thrown out|expunged|annulled|recalled|withdrawn|rescinded|cancell?ed|revoked|voided|lifted|nullified|pardoned)"
_UNDID = r"(?:overturned|vacated|reversed|quashed|set aside|threw out|expunged|annulled|recalled|withdrew|rescinded|cancell?ed|revoked|voided|lifted|nullified)"
_PAPER = r"(?P<{0}>convictions?|guilty (?:verdict|plea)|verdict|(?:removal|deportation) orders?|orders? of (?:removal|deportation|expedited removal)|orders?|warrants?)"
_ADVERBS = r"(?: (?:\w+ly|later|then|since|also|been|himself|<date>))*"
_BY_WORDS = r"(?P<words>(?:(?!(?:the|his|her|that|those|an?|was|were|and|but)\b)[\w/-]+ ){0,5}?)"
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
    return _DENIED.search(line[:start]) is not None


def intended(before: str) -> bool:
    """True when a phrase that follows these words tells what was to be done, or had not been (`to be returned to custody`)."""
    return _INTENDED.search(before) is not None and _NOT_INTENDED.search(before) is None


_SET_ASIDE = (
    re.compile(rf"\b{_BY_WORDS}{_PAPER.format('paper')}(?P<of>(?:,? (?:for|of|on|against|from|in|issued|entered|dated|by)\b(?:(?!\b(?:was|were|has|had|have|and|but|that|which)\b)[^.;,])*)?)(?:,? (?:that|which|and))?(?: (?:was|were|had been) (?:issued|entered|signed|imposed)(?:(?!\b(?:was|were)\b)[^.;])*?)?"
               rf",?(?: it)?(?: (?:was|were|is|are|has|have|had)| (?:has|have|had) been)?,?{_ADVERBS} {_UNDONE}\b"),
    re.compile(rf"(?<!\bnot )(?<!\bnever )\b{_UNDID}(?: <date>,?)? (?:(?:the|his|her|that|those|both|all|an?|<(?:person|he)>['’]s) )?{_BY_WORDS}{_PAPER.format('paper')}(?P<of>(?: (?:for|of) [^.;,<]{{2,60}})?)"),
)
_IT_SET_ASIDE = re.compile(rf"\b(?:it|that) (?:was|has been|had been){_ADVERBS} {_UNDONE}\b")
_DAY_OF_IT = tuple(re.compile(rf"{pattern.pattern}(?: (?:by|in) [^;.]{{2,60}}?)?,?(?: (?:in|on))? $") for pattern in (*_SET_ASIDE, _IT_SET_ASIDE))
_NEGATED = re.compile(r"\b(?:not|never)\b|n['’]t\b")


@dataclass(frozen=True, slots=True)
class SetAside:
    """That a conviction, an order of removal or a warrant was set aside: the type of its event, and the words that say which one (empty when none do)."""

    type: str
    words: str


def set_aside(line: str) -> list[SetAside]:
    """What a line says was overturned, vacated, recalled or withdrawn. An order is taken for one of removal: what is set aside is at most one fact less."""
    found = []
    for pattern in _SET_ASIDE:
        for match in pattern.finditer(line):
            if not _NEGATED.search(match.group()):
                found.append(SetAside(_type(match["paper"]), f"{match['words']}{match['of']}".strip()))
    it = _IT_SET_ASIDE.search(line)
    if it and (papers := re.findall(r"convict|guilty|warrant|order", line[:it.start()])):
        found.append(SetAside(_type(papers[-1]), ""))
    return found


def _type(paper: str) -> str:
    if "warrant" in paper:
        return "warrant-issued"
    return "removal-order" if "order" in paper else "conviction"


def day_of_setting_aside(before: str) -> bool:
    """True when a date that follows these words is the day on which something was set aside."""
    return any(pattern.search(before) for pattern in _DAY_OF_IT)

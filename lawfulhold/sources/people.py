"""Whom a report tells of: the cases of one report, and what it says of each person (never a name, unless asked)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from lawfulhold.sources.asserted import asserted
from lawfulhold.sources.called import may_be_one
from lawfulhold.sources.clauses import Clause
from lawfulhold.sources.marks import Mark, Marked, nationality_words
from lawfulhold.sources.reading import Fact, Span
from lawfulhold.sources.vocabulary import names

_OTHER = re.compile(r"\b(?:another|second|third|fourth|fifth|sixth|other|final|last)\b", re.I)
_FIRST = re.compile(r"\b(?:the first|one)\b", re.I)
_SEX = {"he": "male", "him": "male", "himself": "male", "his": "male", "she": "female", "her": "female", "herself": "female", "hers": "female"}
# A point of a list that begins with the person it is about.
_POINT = re.compile(r"\s*(?:[•*·–-]|\d{1,2}[.)]) (?:<\w+>:? )?(?:(?:in|on|near|at) <(?:place|date)>,? ){0,2}<person>")
_NAME = r"[A-ZÀ-Þ][\w'’-]+(?: (?:[A-ZÀ-Þ]\.|(?:de|del|la|de la|y|bin|al)\b|[A-ZÀ-Þ][\w'’-]+)){1,4}"


@dataclass(slots=True)
class Told:
    """One person of a report while it is read: the facts found so far, and where the sentences about them are."""

    person: dict[str, Fact] = field(default_factory=dict)
    introduced: int = 0
    paragraph: int = -1
    sentences: set[int] = field(default_factory=set)
    sexes: list[tuple[str, Span]] = field(default_factory=list)
    member: bool = False
    point: bool = False
    names: set[str] = field(default_factory=set)

    def fits(self, age: int | None, nationality: str | None, called: frozenset[str] = frozenset()) -> bool:
        """True when nothing known of this person speaks against the age, nationality and name."""
        own_age, own_nationality = self.person.get("age"), self.person.get("nationality")
        return may_be_one(frozenset(self.names), called) and (age is None or own_age is None or own_age.value == age) and (nationality is None or own_nationality is None or own_nationality.value == nationality)


class People:
    """Keeps the cases of a report apart, sentence after sentence."""

    def __init__(self) -> None:
        self.cases: list[Told] = []
        self.strangers: list[Told] = []
        self.current: Told | None = None
        self.groups = 0
        self.group_origins: list[tuple[str, str, Span]] = []

    def read(self, marked: Marked) -> list[tuple[int, Told]]:
        """Take note of the people of a sentence; `current` is then the person it is about.

        Returns the places of the line from which another person is told of, when the sentence tells of several.
        """
        turns: list[tuple[int, Told]] = []
        for position, mark in marked.of_kind("person", "group", "he"):
            if mark.kind == "he":
                if (called := self._named(marked, position, mark)) is not None:
                    self.current = called
                    if not turns or turns[-1][1] is not called:
                        turns.append((position, called))
                continue
            if mark.kind == "group":
                self.groups += 1
                self._note_group_origin(marked, position, mark)
                self._note_members(marked, mark)
                continue
            if self._meet(marked, position, mark) and self.current is not None and (not turns or turns[-1][1] is not self.current):
                turns.append((position, self.current))
        if self.current is not None:
            self._note_sex(marked, self.current)
            if marked.of_kind("person", "he"):
                self.current.sentences.add(marked.number)
        return turns

    def needed(self, marked: Marked) -> Told:
        """The current case; a new one, of whom nothing is known yet, when there is none."""
        if self.current is None:
            self.current = self._new(marked)
            self.current.names |= next((mark.data["parts"] for _, mark in marked.of_kind("he") if mark.data.get("parts")), set())
            self._note_sex(marked, self.current)
        self.current.sentences.add(marked.number)
        return self.current

    def _note_group_origin(self, marked: Marked, position: int, mark: Mark) -> None:
        after = re.match(r" (?:from|of) (?=<country>)", marked.line[position + len("<group>"):])
        country = marked.mark_at(position + len("<group>") + after.end()) if after else None
        if country is not None:
            start = marked.start + country.start
            self.group_origins.append((country.data["country"], country.words, marked.document.span(start, start + len(country.words))))
        for word in re.finditer(_origins(), mark.words):
            start = marked.start + mark.start + word.start()
            self.group_origins.append((nationality_words()[word.group()], word.group(), marked.document.span(start, start + len(word.group()))))

    def _note_members(self, marked: Marked, mark: Mark) -> None:
        """`two Peruvian men, 28 and 31, ...`: each age is a person of their own."""
        for offset, age in mark.data.get("ages", []):
            if not 10 <= age <= 110 or any(told.person.get("age") and told.person["age"].value == age for told in self.cases):
                continue
            told = Told(introduced=marked.number, paragraph=marked.paragraph, member=True)
            start = marked.start + mark.start + offset
            told.person["age"] = Fact(age, marked.document.span(start, start + 2), 0.9)
            sex = re.search(r"\b(men|brothers|women|sisters)\b", mark.words)
            if sex:
                first = marked.start + mark.start + sex.start()
                told.sexes.append(("male" if sex[1] in {"men", "brothers"} else "female", marked.document.span(first, first + len(sex[1]))))
            self.cases.append(told)

    def share_group_origin(self) -> None:
        """`two Mexican nationals ... the first, a 20-year-old ...`: when every group told of is of one country, so are its members."""
        told_of = {str(told.person["nationality"].value) for told in self.cases if "nationality" in told.person}
        if len(self.cases) < 2 or len({country for country, _, _ in self.group_origins} | told_of) != 1 or not self.group_origins:
            return
        country, given, span = self.group_origins[0]
        for told in self.cases:
            if "nationality" not in told.person:
                told.person["nationality"] = Fact(country, span, 0.75, "table", given)

    def _new(self, marked: Marked) -> Told:
        told = Told(introduced=marked.number, paragraph=marked.paragraph, point=_POINT.match(marked.line) is not None)
        self.cases.append(told)
        return told

    def _meet(self, marked: Marked, position: int, mark: Mark) -> bool:
        age, nationality = mark.data.get("age"), mark.data.get("nationality")
        if "parts" in mark.data and self._meet_by_name(marked, mark):
            return True
        if (again := self._counted(mark.words, age, nationality)) is not None:
            self.current = again
            again.sentences.add(marked.number)
            self._note(marked, mark, again)
            return True
        if self._next_counted(marked, position, mark):
            self.current = self._new(marked)
            self._note(marked, mark, self.current)
            self.current.sentences.add(marked.number)
            return True
        other = mark.data.get("new") and _OTHER.search(mark.words) is not None and not re.search(r"another (?:person|man|woman|individual)$", mark.words)
        other = other or re.search(r"\b(?:second|third|fourth|fifth|another|other|last|final)(?: \w+)?, $", marked.line[:position]) is not None
        if age is None and nationality is None and not (other and re.match(r",| (?:is|was|has|had|man|woman|involves)", marked.line[position + 8:])):
            return False
        if re.search(r"<group>,? and $", marked.line[:position]) or re.match(r"(?:the )?(?:\w+ )?\d+-year-old(?: \w+)? (?:girl|boy|victim)", mark.words):
            return False
        target = self._target(age, nationality, bool(other), mark.data.get("parts", frozenset()))
        if target is not None and marked.number in target.sentences and re.match(r"another\b", mark.words, re.I) and re.search(r"<person>", marked.line[:position]):
            target = None
        if target is not None and target.person and self._next_of_list(marked, position, mark, target):
            target = None
        if target is None:
            if nationality is None and self.cases and not other and not _told_of(marked.line, position):
                return False
            target = self._new(marked)
        self.current = target
        target.names |= mark.data.get("parts", frozenset())
        target.sentences.add(marked.number)
        self._note(marked, mark, target)
        return True

    def _called(self, mark: Mark) -> Told | None:
        """The person who has been told of by this name, with nothing that speaks against it; None when nobody has, or several and none of them is told of now."""
        known = mark.data.get("age"), mark.data.get("nationality"), mark.data.get("parts", frozenset())
        fitting = [told for told in (*self.cases, *self.strangers) if told.names and known[2] and told.fits(*known)]
        return self.current if self.current in fitting else fitting[0] if len(fitting) == 1 else None

    def _named(self, marked: Marked, position: int, mark: Mark) -> Told | None:
        """Whom a last name alone means: the person of that name, else the current one when no name was told for them, else a stranger, of whom no case is made."""
        called, parts = self._called(mark), mark.data.get("parts", frozenset())
        if called is not None or not parts or self.current is None or not _done_to(marked.line, position, mark):
            return called
        if not self.current.names:
            self.current.names |= parts
            return self.current
        self.strangers.append(Told(introduced=marked.number, paragraph=marked.paragraph, names=set(parts)))
        return self.strangers[-1]

    def _meet_by_name(self, marked: Marked, mark: Mark) -> bool:
        """Somebody told of by name: the person of that name, else the current one when no name was told for them, else another. Names only tell who is meant."""
        known = self._called(mark)
        if known is None and ("age" in mark.data or "nationality" in mark.data) and self.current is not None:
            return False
        if known is None and self.current is not None and not self.current.names:
            self.current.names |= mark.data["parts"]
            return False
        if known in self.strangers:
            self.strangers.remove(known)
            self.cases.append(known)
        self.current = known or self._new(marked)
        self.current.names |= mark.data["parts"]
        self.current.sentences.add(marked.number)
        self._note(marked, mark, self.current)
        return True

    def _counted(self, words: str, age: int | None, nationality: str | None) -> Told | None:
        """`The first man`, `the other man`, said again of people who have been told of; None when the words count nobody that is known."""
        match = re.match(r"the (first|second|third|fourth|other)(?: (?:man|woman|person|suspect|inmate|defendant))?,?$", words, re.I)
        if match is None or len(self.cases) < 2:
            return None
        place = {"first": 0, "second": 1, "third": 2, "fourth": 3, "other": len(self.cases) - 1}[match[1].lower()]
        told = self.cases[place] if place < len(self.cases) else None
        return told if told is not None and told.fits(age, nationality) else None

    def _next_counted(self, marked: Marked, position: int, mark: Mark) -> bool:
        """`The second man was ...`, when a group and only the first of it have been told of: that is another person."""
        match = re.match(r"the (first|second|third|fourth|fifth)(?: (?:man|woman|person|suspect|inmate|defendant|individual))?$", mark.words, re.I)
        if match is None or self.groups == 0 or not re.match(r",| (?:was|is|had|has) ", marked.line[position + len("<person>"):]):
            return False
        return ["first", "second", "third", "fourth", "fifth"].index(match[1].lower()) == len(self.cases)

    def _next_of_list(self, marked: Marked, position: int, mark: Mark, current: Told) -> bool:
        """In a report of several people, `A Mexican national ...` at the head of a later paragraph is the next of them, though nothing tells the two apart."""
        if current.point and marked.paragraph != current.paragraph and _POINT.match(marked.line) and "<person>" not in marked.line[:position] and (mark.data.get("named") or re.match(r"an?\b", mark.words, re.I)):
            return True
        if self.groups == 0 or not mark.data.get("nationality") or "nationality" not in current.person or not re.match(r"an?\b", mark.words, re.I):
            return False
        heads = re.fullmatch(r"[\s•*·–-]*(?:\d[.)] )?(?:(?:on|in|near|at) <(?:date|place)>,? ){0,2}(?:<\w+> (?:also )?(?:arrested|encountered|released|apprehended|took) )?", marked.line[:position])
        return bool(heads) and marked.number > current.introduced and marked.paragraph != current.paragraph

    def _target(self, age: int | None, nationality: str | None, other: bool, called: frozenset[str]) -> Told | None:
        fitting = [case for case in self.cases if case.fits(age, nationality, called)]
        if other and age is None and nationality is None:
            return None
        if other:
            fitting = [case for case in fitting if case.person.get("age") and age is not None]
        if self.current in fitting:
            return self.current
        sure = [case for case in fitting if case.person]
        return sure[-1] if sure else (fitting[-1] if fitting else None)

    def _note(self, marked: Marked, mark: Mark, target: Told) -> None:
        document, base = marked.document, marked.start
        if "age" in mark.data and "age" not in target.person:
            start = base + mark.data["age_at"]
            end = base + mark.data.get("age_end", mark.data["age_at"] + len(str(mark.data["age"])))
            target.person["age"] = Fact(mark.data["age"], document.span(start, end), 0.95)
        if "nationality" in mark.data:
            known = target.person.get("nationality")
            given = mark.data["given"]
            plain = known is not None and known.as_written in nationality_words() and known.as_written != known.value
            if known is None or (not plain and given in nationality_words() and given != mark.data["nationality"]):
                span = document.span(base + mark.data["given_at"], base + mark.data["given_end"])
                target.person["nationality"] = Fact(mark.data["nationality"], span, 0.95, "table", given)
        if "sex" in mark.data:
            target.sexes.append((mark.data["sex"], document.span(base + mark.start, base + mark.end)))

    def _note_sex(self, marked: Marked, target: Told) -> None:
        for match in re.finditer(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", marked.text, re.I):
            target.sexes.append((_SEX[match.group().lower()], marked.document.span(marked.start + match.start(), marked.start + match.end())))


_DONE = r"(?:arrest|apprehend|detain|captur|convict|sentenc|charg|indict|releas|freed|accus|want|deport|remov|held|jail|book|ple(?:a|d)|enter|serv|turned over|taken|transferr)"


def _done_to(line: str, position: int, mark: Mark) -> bool:
    """True when the words right around somebody tell what a case is made of: arrested, charged, released, a detainer against them."""
    after = rf",? (?:who )?(?:(?:is|was|has|had|been|being|also|then|later|again|once|\w+ly) )*{_DONE}"
    before = rf"(?:\b{_DONE}\w*(?: of)?|<detainer> (?:on|for|against)|(?:custody|arrest|release|removal|conviction|warrant) (?:of|for)) $"
    return re.match(after, line[position + len(mark.kind) + 2:]) is not None or re.search(before, line[:position]) is not None


def _told_of(line: str, position: int) -> bool:
    """True when something is done to or by this person, so that they are no bystander: arrested, charged, released, ..."""
    after = line[position + len("<person>"):]
    acts = r"(?:arrest|apprehend|convict|charg|releas|accus|want|deport|remov|detain|held|book|free|let)"
    return bool(re.match(rf"[^.;]{{0,60}}?\b{acts}|,? (?:entered|came|arrived|is being held|who (?:was|is|had been) {acts})", after) or re.search(rf"\b{acts}\w* $|into custody[^.;]{{0,10}} $", line[:position]))


_FROM = re.compile(r"(?:<(?:person|he)>,? (?:is|was|comes|came|who is|who was|originally|and|\d{2}|,| )*(?:originally )?(?:from|of|a citizen of|a native of)|<(?:person|he)>[^.;<]{0,50}? (?:is|was) in the (?:country|united states|u\.s\.) (?:illegally|unlawfully) from|<person>,? who <?\w+>? ?said is in the (?:country|united states|u\.s\.) (?:illegally|unlawfully) from|<person>,? whom? <\w+> (?:says|said) (?:is|was) from|<(?:person|he)>[^.;]{0,60}? (?:came|immigrated|emigrated|moved|traveled)(?: [a-z]+ly| to| into| over| here| the| u\.s\.| united states| country| <usa>| (?:in|on) <date>)* from|\b(?:his|her) (?:native|home country|native country|home nation|homeland)(?: of|,)?) (?:the )?<country>")


def note_origin(marked: Marked, told: Told) -> None:
    """`The man is from Mexico`, `a 37-year-old from Cuba`: the country, as given."""
    if "nationality" in told.person:
        return
    match = _FROM.search(marked.line)
    if not match:
        _note_adjective(marked, told)
        return
    mark = marked.mark_at(match.end() - len("<country>"))
    if mark:
        written = mark.words.removeprefix("the ").removeprefix("The ")
        start = marked.start + mark.end - len(written)
        told.person["nationality"] = Fact(mark.data["country"], marked.document.span(start, marked.start + mark.end), 0.9, "words", written)


_IS = re.compile(r"<(?:person|he)>,? (?:is|was)(?: also)? (?P<word>[a-z]+(?: [a-z]+)?)(?: too| as well)?(?=[,.;]|$| and\b)")


def _note_adjective(marked: Marked, told: Told) -> None:
    """`He is Mexican.`"""
    match = _IS.search(marked.line)
    if match is None:
        return
    first = marked.place(match.start("word"))
    written = marked.text[first:first + len(match["word"])]
    if written[:1].isupper() and written in nationality_words():
        start = marked.start + first
        told.person["nationality"] = Fact(nationality_words()[written], marked.document.span(start, start + len(written)), 0.9, "table", written)


_AGED = re.compile(r"<(?:person|he)>,? (?:is|was|who is|aged|age) (?P<age>\d{2})(?: years old)?(?=[.,;]| and\b| when\b|$)")


def note_age(marked: Marked, told: Told) -> None:
    """`He is 23.`: the age, when nothing has told it before."""
    match = _AGED.search(marked.line)
    if match and "age" not in told.person:
        start = marked.start + marked.place(match.start("age"))
        told.person["age"] = Fact(int(match["age"]), marked.document.span(start, start + 2), 0.9)


# Said of somebody, or of them by others: `He is a U.S. citizen`, `arrested a naturalized citizen`, `claimed to be a U.S. citizen`.
_CITIZEN = (r"(?P<citizen>(?:(?:native-born|naturali[sz]ed|natural-born|full|dual) )*(?:(?:u\.?s\.?|american|united states) citizen|(?<=naturalized )citizen|(?<=naturalised )citizen|citizen of the (?:united states|u\.s\.|usa))(?![\w'’-])"
            r"(?! (?:child|kid|wi[fv]e|husband|spouse|son|daughter|parent|mother|father|sibling|brother|sister|relative|girlfriend|boyfriend|fianc|partner|friend|victim|hostage)))")
_NOT_DESCRIBING = r"to|with|by|of|from|an?|the|and|or|nor|but|who|whom|whose|that|which|in|on|at|for|as|than|like|against|near|his|her|their|its|one|two|three|four|five|six|seven|eight|nine|ten|\d+|former|fellow|would-be|fake|supposed"
# Of what kind a citizen is: an age, where they were born, and adjectives behind an article.
_DESCRIBED = rf"(?:(?:an?|the) (?:(?!(?:{_NOT_DESCRIBING})\b(?!-))[\w-]+,? ){{0,3}}?|(?:\d{{2}}-year-old |[a-z]+-born )*)"
_HOLDS = r"(?:(?<!by )<(?:ice|border|police|sheriff|jail|corrections|localactor|officers|marshals|federalpolice)>(?: (?:had|has|have|been|said|that|it|who|later|then|also|again|once|on|in|<date>,?|agents?|officers?|\w+ly))* (?:arrest|detain|apprehend|releas|h[eo]ld|deport|remov|jail|pick(?:ed|s)? up|mistook)\w*(?: \w+ly)?)"
_SAID_CITIZEN = re.compile(
    rf"(?:(?:<(?:he|person)>,? (?:who )?(?:is|was|became|has been|had been|had become)(?: (?:also|in fact|actually|really|indeed|now|already|\w+ly))* |<(?:he|person)>(?:,| —| -) (?:also )?|"
    rf"<(?:he|person)> (?:has |had |also |repeatedly )*(?:claims?|claimed|says?|said|insisted|maintains?|maintained|told <\w+>)(?: that)?(?: <he> (?:is|was)| to be| being) |"
    rf"{_HOLDS} |<detainer> (?:for|on|against) ){_DESCRIBED}|<person> (?:[a-z]+-born )*){_CITIZEN}")
_HARM_BEFORE = re.compile(r"\b(?:kill|murder|rap(?:e|ing)|assault|stab|shoot|shot|attack|robb|struck|hit|marri|victim)\w*\b[^.;]*$")
_UNTRUE = re.compile(r"\b(?:false|falsely|fraudulently|posed?|posing|pretend\w*|impersonat\w*|fake|wife|husband|mother|father|son|daughter|children|victim)\b[^.;]*$")


def note_citizenship(marked: Marked, told: Told) -> None:
    """`He is a U.S. citizen`, `ICE arrested a naturalized citizen`: that this is said of the person, with the words that say it."""
    line = marked.line
    for position, mark in reversed(marked.of_kind("person")):
        if "citizen" in mark.words.lower():
            line = line[:position] + mark.words.lower() + line[position + len("<person>"):]
    match = _SAID_CITIZEN.search(line)
    if match is None or "citizen_claim" in told.person or _UNTRUE.search(line[:match.end()]) or _HARM_BEFORE.search(line[:match.start("citizen")]) or not asserted(line, match.start("citizen"), Clause(0, len(line), "main")):
        return
    at = marked.text.lower().find(match["citizen"])
    if at >= 0:
        told.person["citizen_claim"] = Fact(True, marked.document.span(marked.start + at, marked.start + at + len(match["citizen"])), 0.9, "table")


def settle_sex(told: Told) -> None:
    """The sex as the pronouns give it, when they all agree or nearly do; otherwise it stays unknown."""
    counts = {sex: sum(1 for one, _ in told.sexes if one == sex) for sex in ("male", "female")}
    best = max(counts, key=lambda sex: counts[sex])
    total = sum(counts.values())
    if total and counts[best] / total >= 0.75:
        span = next(span for sex, span in told.sexes if sex == best)
        told.person["sex"] = Fact(best, span, 0.9 if counts[best] == total else 0.7, "table")


@cache
def _origins() -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + names(list(nationality_words())) + r")(?![\w-])")


@cache
def _named() -> re.Pattern[str]:
    nationality = names(list(nationality_words()))
    return re.compile(
        rf"(?:identified as|named|national|citizen|alias|man|noncitizen) (?P<a>{_NAME})(?=[,.]? )|(?P<b>{_NAME}), (?:an? )?(?:\d{{2}}|(?:\d{{2}}-year-old )?(?:{nationality}))\b")


def find_name(marked: Marked) -> Fact | None:
    """A personal name beside an age or nationality, when names are asked for; None when there is none."""
    match = _named().search(marked.text)
    if not match:
        return None
    key = "a" if match["a"] else "b"
    words = match[key]
    if re.match(r"(?:The|ICE|ERO|On|In|A|U\.S)\b", words) or any(word in nationality_words() for word in words.split()):
        return None
    return Fact(words, marked.document.span(marked.start + match.start(key), marked.start + match.end(key)), 0.7)

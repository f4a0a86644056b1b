"""Names of people, put out of the words that are shown.

A case does not need them. Who is a person is told by what stands around the words: a title, an age or nationality, what was done to somebody, who said it
(`patterns/names.yaml`). Places and agencies keep their names. Facts are found first, in the words as they stand; only what is shown is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from typing import Any

from lawfulhold.sources.clean import plain_signs
from lawfulhold.sources.marks import AGENCIES, FEDERAL, Mark, Marked, nationality_words, state_code
from lawfulhold.sources.reading import Difference, Fact, ReadCase, Reading
from lawfulhold.sources.vocabulary import names, pattern_file

SHOWN = "[name]"
"""What is shown in place of a person's name."""
BLACK = "█"
"""What stands for each character of a name where the places of the others must stay."""
_TOKEN = r"(?:[A-ZÀ-Þ][\w'’]*(?:-[\w'’]+)*|[A-ZÀ-Þ]\.)"
_SMALL = r"(?:(?:de|del|la|las|los|da|dos|van|von|al|bin|ben|y|e) )"
_WHOLE = rf"{_TOKEN}(?: {_SMALL}{{0,2}}{_TOKEN}){{1,4}}(?:,? (?:Jr|Sr)\.?| (?:II|III|IV))?"
_ANY = rf"{_TOKEN}(?: {_SMALL}{{0,2}}{_TOKEN}){{0,4}}"
_OTHERS = frozenset({*AGENCIES, *FEDERAL, "icecustody", "place", "country", "usa", "detainer", "date"})
_PLACE_WORDS = "County|Parish|Police|Sheriff|Jail|Prison|City|Township|Village|Court|Superior|District|Municipal|Detention|Correctional|Department|Regional|House|Street|Avenue|Road"
_AFTER_PLACE = rf"(?!['’]?[sS]? (?:{_PLACE_WORDS}|{_PLACE_WORDS.upper()})\b)"
_IN_A_PLACE = re.compile(r"\b(?:[Ii]n|[Nn]ear|[Ff]rom|around|outside)(?: nearby)? $")
_BYLINE = re.compile(rf"\s*(?:By|BY|Author|AUTHOR|Byline):?\s+(?P<name>{_WHOLE})(?: (?:and|AND) (?P<second>{_WHOLE}))?\s*(?:[,|•·(/-].{{0,100}})?$")
LONGEST_NAME = 100
"""A name that reaches over the border of what is shown is looked for so many characters beyond it."""


@cache
def _contexts() -> list[tuple[re.Pattern[str], bool, bool]]:
    """Patterns whose group `name` is a person's name, whether it stands after a title, and whether it may be all in capitals."""
    words = pattern_file("names")
    titles = names(words["titles"])
    nationality = names(list(nationality_words()))
    suffers, speaks, done, harm = (names(words[key]) for key in ("suffers", "speaks", "does_to", "harm"))
    called = names([*words["called"], *(word.capitalize() for word in words["called"])])
    person = r"[\w -]{0,60}\b(?:national|citizen|man|woman|immigrant|native|noncitizen|alien)\b"
    return [(re.compile(source), titled, capitals) for source, titled, capitals in (
        (rf"\b(?:{titles})(?: (?:{titles}))* (?P<name>{_ANY})", True, False),
        (rf"\b(?:{called}) (?:\"[^\"]{{2,30}}\" )?(?P<name>{_WHOLE})", False, True),
        (rf"\b(?P<name>{_WHOLE})(?:,? \(?(?:aged? )?\d{{2}}\b(?!\s(?:months|years|days|weeks|counts|people|percent)|,\d|:)|,? (?:a\.?k\.?a\.?|alias|also known as)\b)", False, True),
        (rf"\b(?<!\b[IiAa][nt] )(?<!\bnear )(?<!\bfrom )(?P<name>{_WHOLE}), (?:an?|the) {person}", False, True),
        (rf"\b(?P<name>{_WHOLE})(?:,[^,.;]{{1,60}},)? (?:(?:was|were|is|had|has|have|been|being|later|then|also|never|not|already|previously) )*(?:{suffers})\b", False, False),
        (rf"\b(?P<name>{_WHOLE})(?:,[^,.;]{{1,60}},)? (?:(?:has|had|also|later) )*(?:{speaks})\b", False, False),
        (rf"\b(?:{speaks}|according to|According to|by) (?P<name>{_WHOLE})", False, False),
        (rf"\b(?:{done}) (?P<name>{_WHOLE})", False, False),
        (rf"\b(?:{harm})(?:s)? (?:and \w+ )?(?:of|on|against|for|upon) (?P<name>{_WHOLE})", False, False),
        (rf"\b(?P<name>{_WHOLE}),? (?:of|from) (?:the )?(?:{nationality})\b", False, False),
        (r"(?:\ba\.?k\.?a\.?|\balias|\balso known as|\bnicknamed),? (?:as )?\"(?P<name>[^\"]{2,30})\"", True, False),
    )]


def find_names(sentences: Sequence[Marked]) -> set[str]:
    """The names of people in a report, in full and by their parts, as they may be written again. A part that the report also uses for a place is none."""
    whole: set[str] = set()
    parts: set[str] = set()
    kept: set[str] = set()
    places: set[str] = set()
    for marked in sentences:
        others = [mark for mark in marked.marks if mark.kind in _OTHERS and not _guessed_place(mark)]
        taken = [(mark.start, mark.end) for mark in others]
        kept.update(mark.words for mark in others)
        found: list[tuple[int, int]] = []
        for pattern, titled, capitals in _contexts():
            for match in pattern.finditer(marked.text) if re.search(r"[A-Z]\w+ [A-Z]", marked.text) else ():
                start, end = match.span("name")
                if not titled and any(start < finish and begin < end for begin, finish in taken):
                    continue
                words = _person(match["name"], titled, capitals)
                if words is None or (not titled and words in kept):
                    continue
                found.append((start, start + len(words)))
                if " " in words:
                    whole.add(words)
                parts.update(_parts(words, alone=titled))
        places.update(_places_told(marked, [mark for mark in others if not any(start < mark.end and mark.start < end for start, end in found)]))
    for words in _bylines(sentences):
        whole.add(words)
        parts.update(_parts(words, alone=False))
    return whole | {part for part in parts if part.lower() not in places} | _first_names(whole, sentences, kept)


def _places_told(marked: Marked, others: Sequence[Mark]) -> Iterator[str]:
    """The places, in small letters, that a sentence tells as such: in a dateline, with their state, after `in` or `near`."""
    for mark in others:
        if mark.kind == "place" and ("dateline" in mark.data or mark.data.get("state") or _IN_A_PLACE.search(marked.text[max(0, mark.start - 20):mark.start])):
            yield str(mark.data.get("city", mark.words)).lower()


def _bylines(sentences: Sequence[Marked]) -> Iterator[str]:
    """Who wrote the report: `By Ada Finch` at the beginning of a line."""
    for line in sentences[0].document.text.splitlines() if sentences else ():
        byline = _BYLINE.match(plain_signs(line[:300]))
        for words in byline.group("name", "second") if byline else ():
            name = _person(words, False, True) if words else None
            if name is not None:
                yield name


def _first_names(whole: set[str], sentences: Sequence[Marked], kept: set[str]) -> set[str]:
    """The first names that may stand alone: no word of a place or agency, and none that the report also writes in small letters (`Will`, `Mark`)."""
    firsts = {name.split(" ")[0] for name in whole}
    small = {word for marked in sentences for word in re.findall(r"\b[a-zà-þ]{3,}\b", marked.text)} if firsts else set()
    others = {word.lower() for words in kept for word in re.findall(r"\w+", words)}
    return {first for first in firsts if len(first) > 2 and not first.endswith(".") and first.lower() not in small | others and _a_name(first)}


def _a_name(word: str) -> bool:
    """False for a word that may name a place, a people, a month or an agency."""
    return not (word.title() in _no_names() or word.title() in nationality_words() or state_code(word.title()) or word.title() in pattern_file("places")["cities"])


def _guessed_place(mark: Mark) -> bool:
    """True for what is taken for a city only because `of`, `in` or `near` stands before it."""
    return mark.kind == "place" and "state" not in mark.data and "county" not in mark.data and "dateline" not in mark.data and mark.data.get("city") not in pattern_file("places")["cities"]


def _person(words: str, titled: bool, capitals: bool = False) -> str | None:
    """The words without what cannot be a name at their end; None when no name of a person is left. `capitals`: they may be all in capitals."""
    tokens = words.split(" ")
    kept: list[str] = []
    for token in tokens:
        bare = re.sub(r"['’]s?$", "", token)
        if _no_name(bare):
            break
        kept.append(bare)
        if bare != token:
            break
    while kept and not kept[-1][:1].isupper():
        kept.pop()
    name = " ".join(kept)
    if len(kept) < (1 if titled else 2) or (not titled and len(kept) < len(tokens) and _goes_on_as_place(tokens)):
        return None
    if name in nationality_words() or state_code(name) or name in pattern_file("places")["cities"]:
        return None
    if name == name.upper() and not (capitals and _a_name(name) and not any(state_code(token) for token in kept)):
        return None
    return name


def _no_name(token: str) -> bool:
    """True for a capitalised word, or one in capitals, that is no part of a person's name."""
    bare = token.rstrip(".")
    return bare in _no_names() or (len(bare) > 1 and bare.isupper() and bare.capitalize() in _no_names())


def _goes_on_as_place(tokens: Sequence[str]) -> bool:
    """True when the words go on as the name of a place or agency does (`Ada Finch Correctional Center`)."""
    return any(_no_name(re.sub(r"['’]s?$", "", token)) for token in tokens)


@cache
def _no_names() -> frozenset[str]:
    agencies = pattern_file("agencies")
    months = {word for words in pattern_file("dates").values() if isinstance(words, list) for word in map(str, words)}
    return frozenset({*pattern_file("names")["no_name"], *agencies["not_names"], *agencies["not_in_names"], *nationality_words(), *(word.capitalize() for word in months)})


def _parts(words: str, *, alone: bool) -> Iterator[str]:
    """The parts of a name by which a person is called again: all but the first, and that one when it stands alone."""
    tokens = [token for token in words.split(" ") if len(token) > 2 and token[0].isupper() and not token.endswith(".")]
    for token in tokens if alone and len(tokens) == 1 else tokens[1:]:
        yield token
        yield from (part for part in token.split("-") if len(part) > 3 and part[0].isupper())


def put_out(reading: Reading) -> None:
    """Put the names of people out of the words that a reading shows: of sentences, charges and agencies. Dates, kinds, the place of a case and the nationality
    stay as they were read, and so do the characters that spans point to; of an agency or facility the name of a person goes (`Sheriff Example's jail`)."""

    def shown(case: ReadCase) -> ReadCase:
        pattern = _pattern(frozenset().union(*(reading.people.get(file, frozenset()) for file in case.files)))
        if pattern is None:
            return case
        told: ReadCase = _without(case, pattern)
        differences = [_versions_kept(after, before) for after, before in zip(told.differences, case.differences, strict=True)]
        return replace(told, person=_values_kept(told.person, case.person), place=_values_kept(told.place, case.place), differences=differences)

    reading.cases = [shown(case) for case in reading.cases]
    reading.single = [shown(case) for case in reading.single]


_AGENCY_FACTS = frozenset({"agency", "facility"})


def _values_kept(shown: Mapping[str, Fact], read: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts as shown, with the values that were read: they name no person. Agencies may."""
    return {key: fact if key in _AGENCY_FACTS else replace(fact, value=read[key].value, as_written=read[key].as_written) for key, fact in shown.items()}


def _versions_kept(shown: Difference, read: Difference) -> Difference:
    """The same for the accounts of a fact on which reports differ."""
    group, _, key = read.fact.partition(".")
    if group not in {"person", "place"} or key in _AGENCY_FACTS:
        return shown
    return replace(shown, note=read.note, versions=tuple(replace(after, value=before.value) for after, before in zip(shown.versions, read.versions, strict=True)))


@lru_cache(maxsize=16)
def _pattern(people: frozenset[str]) -> re.Pattern[str] | None:
    """A pattern for these names in a text with plain signs, as they stand and in capitals."""
    if not people:
        return None
    written = {form for name in people for form in (name, *((name.upper(), name.title()) if name == name.upper() or len(name) > 3 else ()))} - {""}
    one = "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in sorted(written, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{one})(?![\w]|-\w){_AFTER_PLACE}")


def shown_part(text: str, start: int, end: int, people: frozenset[str]) -> str:
    """Characters `start` to `end` of a text with `[name]` for each name of these people that stands there, be it in part."""
    pattern = _pattern(people)
    if pattern is None:
        return text[start:end]
    first = max(0, start - LONGEST_NAME)
    near = text[first:end + LONGEST_NAME]
    begin, finish = start - first, end - first
    pieces: list[str] = []
    for match in pattern.finditer(plain_signs(near)):
        if begin < match.end() and match.start() < finish:
            pieces += [near[begin:match.start()], SHOWN]
            begin = match.end()
    return "".join([*pieces, near[begin:finish]])


def _hide(words: str, pattern: re.Pattern[str], put: Callable[[str], str] = lambda _: SHOWN) -> str:
    """`words` with `put(name)` for each name, `[name]` by default. It is looked for in plain signs: a name may be written with any apostrophe or hyphen."""
    pieces: list[str] = []
    last = 0
    for match in pattern.finditer(plain_signs(words)):
        pieces += [words[last:match.start()], put(words[match.start():match.end()])]
        last = match.end()
    return "".join([*pieces, words[last:]])


def texts_shown(reading: Reading) -> dict[str, str]:
    """The texts in which spans count, of those files that are not text themselves. A name is black, sign for sign, so that the places stay."""
    shown: dict[str, str] = {}
    for file in reading.texts:
        if file in reading.made_texts:
            pattern = _pattern(reading.people.get(file, frozenset()))
            shown[file] = reading.texts[file] if pattern is None else _hide(reading.texts[file], pattern, lambda name: re.sub(r"\S", BLACK, name))
    return shown


# What names a file or a case, and the words of the vocabulary: no text of a report.
_NOT_TEXT = frozenset({"file", "files", "identifier", "same_case_as", "type", "status", "kind", "question", "basis", "says", "date", "precision", "published"})


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    """`value`, with `[name]` for every name in its texts, however deep they lie."""
    if isinstance(value, str):
        return _hide(value, pattern)
    if isinstance(value, list | tuple):
        return type(value)(_without(one, pattern) for one in value)
    if isinstance(value, dict):
        return {key: _without(one, pattern) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _without(getattr(value, one.name), pattern) for one in fields(value) if one.name not in _NOT_TEXT})
    return value

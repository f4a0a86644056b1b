"""Names of people, put out of the words that are shown.

A case does not need them. Who is a person is told by what stands around the words: a title, an age or nationality, what was done to somebody, who said it
(`patterns/names.yaml`). Places and agencies keep their names. Facts are found first, in the words as they stand; only what is shown is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from lawfulhold.sources.marks import AGENCIES, FEDERAL, Mark, Marked, nationality_words, state_code
from lawfulhold.sources.reading import ReadCase, Reading
from lawfulhold.sources.vocabulary import names, pattern_file

SHOWN = "[name]"
"""What is shown in place of a person's name."""
BLACK = "█"
"""What stands for each character of a name where the places of the others must stay."""
_TOKEN = r"(?:[A-ZÀ-Þ][\w'’]*(?:-[A-ZÀ-Þ]?[\w'’]+)*|[A-ZÀ-Þ]\.)"
_SMALL = r"(?:(?:de|del|la|las|los|da|dos|van|von|al|bin|ben|y|e) )"
_WHOLE = rf"{_TOKEN}(?: {_SMALL}{{0,2}}{_TOKEN}){{1,4}}(?:,? (?:Jr|Sr)\.?| (?:II|III|IV))?"
_ANY = rf"{_TOKEN}(?: {_SMALL}{{0,2}}{_TOKEN}){{0,4}}"
_OTHERS = frozenset({*AGENCIES, *FEDERAL, "icecustody", "place", "country", "usa", "detainer", "date"})
_AFTER_PLACE = r"(?!['’]?s? (?:County|Parish|Police|Sheriff|Jail|Prison|City|Township|Village|Court|Superior|District|Municipal|Detention|Correctional|Department|Regional|House|Street|Avenue|Road))"


@cache
def _contexts() -> list[tuple[re.Pattern[str], bool]]:
    """Patterns whose group `name` is a person's name, and whether it stands after a title."""
    words = pattern_file("names")
    titles = names(words["titles"])
    nationality = names(list(nationality_words()))
    suffers, speaks, done, harm = (names(words[key]) for key in ("suffers", "speaks", "does_to", "harm"))
    called = names([*words["called"], *(word.capitalize() for word in words["called"])])
    person = r"(?:(?:previously|unlawfully|illegally|once|twice)?[\w -]{{0,40}}\b(?:national|citizen|man|woman|immigrant|native|noncitizen|alien)\b)"
    return [(re.compile(source), titled) for source, titled in (
        (rf"\b(?:{titles})(?: (?:{titles}))* (?P<name>{_ANY})", True),
        (rf"\b(?:{called}) (?:\"[^\"]{{2,30}}\" )?(?P<name>{_WHOLE})", False),
        (rf"\b(?P<name>{_WHOLE})(?:,? \(?(?:aged? )?\d{{2}}\b(?!\s(?:months|years|days|weeks|counts|people|percent)|,\d|:)|,? (?:a\.?k\.?a\.?|alias|also known as)\b|, (?:an?|the) {person})", False),
        (rf"\b(?P<name>{_WHOLE})(?:,[^,.;]{{1,60}},)? (?:(?:was|were|is|had|has|have|been|being|later|then|also|never|not|already|previously) )*(?:{suffers})\b", False),
        (rf"\b(?P<name>{_WHOLE})(?:,[^,.;]{{1,60}},)? (?:(?:has|had|also|later) )*(?:{speaks})\b", False),
        (rf"\b(?:{speaks}|according to|According to|by) (?P<name>{_WHOLE})", False),
        (rf"\b(?:{done}) (?P<name>{_WHOLE})", False),
        (rf"\b(?:{harm})(?:s)? (?:and \w+ )?(?:of|on|against|for|upon) (?P<name>{_WHOLE})", False),
        (rf"\b(?P<name>{_WHOLE}),? (?:of|from) (?:the )?(?:{nationality})\b", False),
        (r"(?:\ba\.?k\.?a\.?|\balias|\balso known as|\bnicknamed),? (?:as )?\"(?P<name>[^\"]{2,30})\"", True),
    )]


def find_names(sentences: Sequence[Marked]) -> set[str]:
    """The names of people in a report, in full and by their parts, as they may be written again."""
    whole: set[str] = set()
    last: set[str] = set()
    kept: set[str] = set()
    for marked in sentences:
        others = [mark for mark in marked.marks if mark.kind in _OTHERS and not _guessed_place(mark)]
        taken = [(mark.start, mark.end) for mark in others]
        kept.update(mark.words for mark in others)
        for pattern, titled in _contexts():
            for match in pattern.finditer(marked.text) if re.search(r"[A-Z]\w+ [A-Z]", marked.text) else ():
                start, end = match.span("name")
                if not titled and any(start < finish and begin < end for begin, finish in taken):
                    continue
                words = _person(match["name"], titled)
                if words is None or (not titled and words in kept):
                    continue
                if " " in words:
                    whole.add(words)
                last.update(_parts(words, alone=titled))
    return whole | last


def _guessed_place(mark: Mark) -> bool:
    """True for what is taken for a city only because `of`, `in` or `near` stands before it."""
    return mark.kind == "place" and "state" not in mark.data and "county" not in mark.data and "dateline" not in mark.data and mark.data.get("city") not in pattern_file("places")["cities"]


def _person(words: str, titled: bool) -> str | None:
    """The words without what cannot be a name at their end; None when no name of a person is left."""
    tokens = words.split(" ")
    kept: list[str] = []
    for token in tokens:
        bare = re.sub(r"['’]s?$", "", token)
        if bare.rstrip(".") in _no_names():
            break
        kept.append(bare)
        if bare != token:
            break
    while kept and not kept[-1][:1].isupper():
        kept.pop()
    name = " ".join(kept)
    if len(kept) < (1 if titled else 2) or (not titled and len(kept) < len(tokens) and _goes_on_as_place(tokens)):
        return None
    if name in nationality_words() or state_code(name) or not re.search(r"[a-zà-þ]", name) or name in pattern_file("places")["cities"]:
        return None
    return name


def _goes_on_as_place(tokens: Sequence[str]) -> bool:
    """True when the words go on as the name of a place or agency does (`Ada Finch Correctional Center`)."""
    return any(re.sub(r"['’]s?$", "", token).rstrip(".") in _no_names() for token in tokens)


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
    """Put the names of people out of all that a reading shows: words, wordings, agencies, places. Facts, and the characters that spans point to, stay."""

    def shown(case: ReadCase) -> ReadCase:
        pattern = _pattern(frozenset().union(*(reading.people.get(file, frozenset()) for file in case.files)))
        return _without(case, pattern) if pattern is not None else case

    reading.cases = [shown(case) for case in reading.cases]
    reading.single = [shown(case) for case in reading.single]


@cache
def _pattern(people: frozenset[str]) -> re.Pattern[str] | None:
    if not people:
        return None
    one = "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in sorted(people, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{one})(?![\w]|-\w){_AFTER_PLACE}")


def hidden(words: str, people: frozenset[str], *, in_place: bool = False) -> str:
    """`words` with `[name]` for each name of these people; `in_place`: with a black block for each of its characters, so that all others stay where they are."""
    pattern = _pattern(people)
    if pattern is None:
        return words
    return pattern.sub((lambda match: re.sub(r"\S", BLACK, match.group())) if in_place else SHOWN, words)


def texts_shown(reading: Reading) -> dict[str, str]:
    """The texts in which spans count, of those files that are not text themselves. A name is black, sign for sign, so that the places stay."""
    return {file: hidden(reading.texts[file], reading.people.get(file, frozenset()), in_place=True) for file in reading.texts if file in reading.made_texts}


# What names a file or a case, and the words of the vocabulary: no text of a report.
_NOT_TEXT = frozenset({"file", "files", "identifier", "same_case_as", "type", "status", "kind", "question", "basis", "says", "date", "precision", "published"})


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    """`value`, with `[name]` for every name in its texts, however deep they lie."""
    if isinstance(value, str):
        return pattern.sub(SHOWN, value)
    if isinstance(value, list | tuple):
        return type(value)(_without(one, pattern) for one in value)
    if isinstance(value, dict):
        return {key: _without(one, pattern) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _without(getattr(value, one.name), pattern) for one in fields(value) if one.name not in _NOT_TEXT})
    return value

"""The day of publication, where no header gives it: from a dateline, from a line that holds little but a day, from `Posted on ...`.

Such a day tells when the report was written, not when anything in it happened: it is left out of the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lawfulhold.sources.dates import DateWords, Known, find_dates, resolve

LONGEST_LINE = 120
_DAY = re.compile(r"\d{1,4}[/-]\d\d?[/-]\d\d|\b(?:19|20)\d\d\b")
# The words of a line that says only when, by whom and where it was written.
_LABEL = re.compile(
    r"\b(?P<changed>last updated|last modified|last reviewed(?:/updated)?|updated|modified|revised|reviewed)\b|"
    r"\b(?P<first>originally published|first published|publication date|date published|date posted|published|posted)\b", re.IGNORECASE)
_LITTLE = re.compile(
    r"\b(?:for immediate release|press release|news release|release date|release|media advisory|statement|date|issued|on|at|of|the|and|et|est|edt|ct|cst|cdt|mt|mst|mdt|pt|pst|pdt|"
    r"mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mondays?|tuesday|wednesday|thursday|friday|saturday|sunday|\d{1,2}(?::\d\d){0,2} ?(?:[ap]\.?m\.?)?|t\d\d(?::\d\d){1,2}\S*|[ap]\.?m\.?)(?![\w])|[^\w]+", re.IGNORECASE)
# Names and places beside the day: capital letters, and the few small words that stand between names.
_NAMES = re.compile(r"(?:(?:[A-Z][\w.'’-]*|and|of|the|de|la|for|staff|writer|reporter)(?:,? +|$))*")
# What stands before the day of a dateline: a place, maybe with its state.
_PLACE = re.compile(r"\s*(?!(?:On|In|At|By|Since|Until|Before|After|From|About|The|Around|As|For|When|During)\b)(?P<place>(?:[A-Z][\w.'’]*(?:(?:, ?|[ -])[A-Z][\w.'’]*)*(?:, ?(?=\())?)?)(?P<joint>,?\s*(?:(?:—|–|--|-)\s*)?\(?)$")
_AFTER = re.compile(r"\)?,?\s*(?P<wire>(?:/[A-Za-z ]{2,30}/|\([A-Z][\w ]{1,30}\))\s*)?(?:—|–|--|-)(?=\s)\s*")
_IN_BRACKETS = re.compile(r"\)\s*(?:[—–:-]+\s*)?")
_TO_COME = re.compile(r"\b(?:will|scheduled|set|due|expected|next|until|through|expires?|hearing|trial)\b[^.;]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line that holds little but a day: the day, and what it is called (`first` published, `changed`, or `bare`)."""

    date: str
    called: str


def day_line(line: str) -> DayLine | None:
    """What a line such as `By Staff | May 20, 2024`, `Posted on ...` or `May 20, 2024` says of the day of publication; None when it says more."""
    line = line.strip()
    if not line or len(line) > LONGEST_LINE or not _DAY.search(line):
        return None
    days = list(_days(line))
    if not days:
        return None
    called = [(when, _called(line[before.end if before else 0:words.start])) for before, (words, when) in zip([None, *(words for words, _ in days)], days, strict=False)]
    rest = "".join(" " * len(piece) if used else piece for piece, used in _pieces(line, [words for words, _ in days]))
    labelled = any(name != "bare" for _, name in called)
    rest = _LABEL.sub(" ", rest)
    if not (not _LITTLE.sub("", rest) or _names_only(rest, line)):
        return None
    best = min(called, key=lambda one: ("first", "bare", "changed").index(one[1])) if labelled else called[0]
    return DayLine(*best)


def _names_only(rest: str, line: str) -> bool:
    """True for `By Ada Finch, Staff Writer` and for what stands between upright strokes or points: names, and no sentence."""
    divided = re.match(r"(?:By|BY)\s", line) or re.search(r"\s[|•·]\s|\|", line)
    words = re.sub(r"^\s*(?:By|BY)\s", "", rest)
    return bool(divided) and all(_NAMES.fullmatch(piece.strip(" ,.:-–—")) for piece in re.split(r"[|•·]", _LITTLE_SIGNS.sub(" ", words)))


_LITTLE_SIGNS = re.compile(r"\S+@\S+|\b(?:\d{1,2}:\d\d ?)?[apAP]\.?[mM]\b\.?|\b[ECMP][SD]?T\b|[()]|\b(?:on|at)\b|\s{2,}")


def _pieces(line: str, days: Iterable[DateWords]) -> Iterator[tuple[str, bool]]:
    last = 0
    for words in days:
        yield line[last:words.start], False
        yield line[words.start:words.end], True
        last = words.end
    yield line[last:], False


def _called(before: str) -> str:
    labels = list(_LABEL.finditer(before))
    return "bare" if not labels else "changed" if labels[-1]["changed"] else "first"


def _days(text: str) -> Iterator[tuple[DateWords, str]]:
    """The days of a text that are told with their year, whatever its letters."""
    for words in find_dates(re.sub(r"[A-Z]{3,}", lambda match: match.group().capitalize(), text)):
        if words.kind == "day" and (date := resolve(words, Known()).date):
            yield words, date


def first_day_in(text: str) -> str | None:
    """The first day told with its year in a text, as ISO; None when there is none."""
    return next((date for _, date in _days(text)), None)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The day in a dateline: characters `start` to `end` of the paragraph say nothing of what happened. `date` is None where it tells no year.
    `place` is what stands before."""

    start: int
    end: int
    date: str | None
    place: str


def dateline(paragraph: str) -> Dateline | None:
    """The day at the head of a paragraph: `BALTIMORE, May 20, 2024 —`, `(May 20, 2024)`, `May 20, 2024 - BALTIMORE -`; None when there is none."""
    head = re.sub(r"\s", " ", paragraph[:130])
    if not re.search(r"\d(?:[^a-z]{0,12}|[^.;]{0,40})(?:—|–|-|\)|/)", head):
        return None
    found = [words for words in find_dates(re.sub(r"[A-Z]{3,}", lambda match: match.group().capitalize(), head)) if words.kind == "day"]
    if not found:
        return None
    words = found[0]
    before, after = _PLACE.match(head[:words.start]), head[words.end:]
    if before is None:
        return None
    brackets = before["joint"].endswith("(")
    end = _IN_BRACKETS.match(after) if brackets and after.startswith(")") else _AFTER.match(after) if not brackets else None
    if end is None:
        return None
    place = before["place"].strip(" ,")
    date = resolve(words, Known()).date
    if date is None and not place.isupper():
        return None
    start = before.end("place") if place else 0
    finish = words.end + (end.end() if not place else 1 if brackets else max(0, end.end("wire")))
    return Dateline(start, finish, date, place)


def told_later(text: str, date: str, *, days: int = 1) -> bool:
    """True when a text tells of so many days after `date` as past: then `date` is not the day on which it was published."""
    later: set[str] = set()
    for paragraph in (re.sub(r"\s", " ", part) for part in re.split(r"\n[ \t\r]*\n", text)):
        for words, other in _days(paragraph):
            if other > date and not _TO_COME.search(paragraph[max(0, words.start - 90):words.start]):
                later.add(other)
        if len(later) >= days:
            return True
    return False

"""Dates as reports write them: "April 4", "Jan. 29", "last week", "Monday", "two days later", "in October", "an unknown date".

Two steps. `find_dates` finds the expressions of a sentence. `resolve` gives one of them its value against the day of publication
and the events told before it. What cannot be known stays unknown: a day and month without a year keep only `month_day`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from lawfulhold.sources.reading import UNKNOWN, When
from lawfulhold.sources.vocabulary import names, pattern_file

_UNITS = {"day": 1, "week": 7}
# So many days at most lie between a release and the arrest by ICE for the one to tell the other's year.
SOON = 31
# How sure a day is whose own words contradict each other.
CONTRADICTED = 0.5


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date expression in a sentence: characters `start` to `end`, the kind of form, and its parts.

    `usable` is False for words that date no event ("since 2018", "fiscal year 2023").
    """

    start: int
    end: int
    words: str
    kind: str
    parts: dict[str, Any] = field(default_factory=dict, compare=False)
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where a date is read: the day of publication (maybe partial), and the dates told before.

    `last` is the date told last, on which "two days later" leans; `anchor` the last one of the thread of the story, which may lend
    its year: when it has one (`last_has_year`), the thread was not broken (`chain`), and it is close enough (`near`).
    `late` is set for the steps of a court, which may come long after: only a near day lends them its year.
    `soon` is a day before which the event happened, not long before (the arrest by ICE, for a release).
    """

    published: str | None = None
    last: str | None = None
    last_has_year: bool = False
    chain: bool = False
    near: bool = False
    anchor: str | None = None
    soon: str | None = None
    late: bool = False


@cache
def _months() -> dict[str, int]:
    words = pattern_file("dates")
    found = {name: number for number, name in enumerate(words["months"], 1)}
    return found | dict(words["months_short"])


@cache
def _numbers() -> dict[str, int]:
    return dict(pattern_file("dates")["numbers"])


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    words = pattern_file("dates")
    month = r"(?P<month>(?:" + names([name.capitalize() for name in words["months"]]) + r")\b|(?:" + names(
        [name.capitalize() for name in words["months_short"]]) + r")(?:\.|\b))"
    weekday = r"(?P<weekday>" + names([name.capitalize() for name in words["weekdays"]]) + ")"
    number = r"(?P<number>\d{1,3}|" + names(list(words["numbers"])) + "|several|a few|a couple of|some)"
    year = r"(?P<year>(?:19|20)\d\d)"
    about = r"about|around|nearly|almost|roughly|approximately|less than|more than|over|within|at least|some"
    unit = r"(?P<unit>day|week|month|year|hour|minute)s?"
    noun = r"(?:(?:his|her|their|that|the|this|being|<[a-z]+>|the [a-z]+'s|[a-z]+'s)\s+)*(?P<noun>arrest|arrested|release|released|conviction|convicted|removal|detainer|encounter|sentencing|booking)"
    forms = [
        ("unknown", r"(?:on |at )?(?:an?|some) (?:as yet )?(?:unknown|undisclosed|unspecified|undetermined|unconfirmed)(?: \w+)? (?:date|day|time|place and (?:date|time)|location and (?:date|time)|date and (?:place|location|time))\b"),
        ("unknown", r"\b(?:date|time)(?: and (?:place|location))? (?:is |was |are )?(?:unknown|undisclosed|not known)\b"),
        ("day", rf"(?:{weekday},? )?{month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|,?\d|:\d)(?:,? (?:of )?{year}|,? of (?P<which_year>that year|the same year|last year|this year))?"),
        ("day", rf"(?:{weekday},? )?\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{month}(?:,? {year})?"),
        ("day", rf"\b{year}-(?P<month_number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b"),
        ("day", r"\b(?P<month_number>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year_short>(?:19|20)?\d\d)\b"),
        ("month", rf"(?:(?:early|late|mid)[- ])?{month}(?:,? (?:of )?(?P<which>last year|this year|that year|the same year|the previous year|the following year|the next year))"),
        ("month", rf"(?:(?:early|late|mid)[- ])?{month}(?: of|,)? {year}"),
        ("month", rf"\b(?P<which>[Tt]hat (?:same |very )?|[Tt]he following |[Tt]he next |[Tt]he previous |[Tt]he same ){month}(?! \d)"),
        ("month", rf"(?:(?<=\bin )|(?<=\bsince )|(?<=\bof )|(?<=\bduring )|(?<=\buntil )|(?<=\bby )|(?<=\bIn )|(?<=\bDuring )|(?<=\bin early )|(?<=\bin late )|(?<=\bin mid-)|(?<=\bfrom )|(?<=\(in ))(?:last |this )?{month}(?! \d)"),
        ("month", rf"\b(?:last|this|early|late) {month}(?! \d)"),
        ("month", rf"(?:^|(?<=; )){month}(?= (?:had )?(?:brought|saw|found)\b)"),
        ("relative", rf"\b(?:(?P<about>{about}) |(?:only|just|some) )?{number} {unit} (?P<direction>later|earlier|afterwards?|thereafter|prior|beforehand|before(?=\s*(?:[.,;]|$))|after(?=\s*(?:[.,;]|$))|after (?:that|this)\b|before that\b)"),
        ("anchored", rf"\b(?:(?P<about>{about}) |(?:only|just|some) )?{number} {unit} (?P<direction>after|before|following) {noun}\b"),
        ("anchored", rf"\b(?<!to )(?:the|a) (?P<unit>day|week|month|year) (?P<direction>after|before|following) {noun}\b"),
        ("anchored", rf"\bthe (?:very |same )?(?P<unit>day) (?P<direction>of) {noun}\b"),
        ("offset", rf"\b(?:(?P<about>{about}) |(?:only|just|some) )?{number} (?P<unit>day|week|month|year)s?(?= (?P<direction>after|before) [a-z])"),
        ("offset", r"\bthe (?P<unit>day|week|month|year)(?= (?P<direction>after|before) [a-z])(?! (?:after|before) (?:at|in|near|outside|by) )"),
        ("relative", r"\b(?:(?:[Ll]ater|[Ee]arlier|[Oo]n) )?(?:that|the) (?P<same>very same|same|very)? ?(?P<unit2>day|date|week|month|year|morning|afternoon|evening|night)\b(?! before| after| of| (?:19|20)\d\d)"),
        ("relative", r"\b(?:at|around|during) that (?:same |very )?(?P<unit2>time)\b"),
        ("relative", r"\b(?:the|that) (?P<next>next|following|previous|preceding|prior) (?P<unit2>day|week|month|year|morning|afternoon|evening)\b"),
        ("relative", r"\b(?:the|a) (?P<unit2>day|week|month|year) (?P<direction>after|before|earlier|later)(?=[,.;]|$| (?:at|in|near|outside|by) )"),
        ("relative", r"\b(?:the|a) (?P<unit2>day|week|month|year) (?P<direction>earlier|later)\b"),
        ("weekday", rf"\b(?P<beside>[Tt]hat(?: same| very)?|[Tt]he (?:following|next|same|previous)) {weekday}(?: (?:morning|afternoon|evening|night))?\b"),
        ("weekday", rf"\b(?:(?:[Ll]ast|[Tt]his|[Oo]n|[Tt]he) )?{weekday}(?: (?:morning|afternoon|evening|night))?\b"),
        ("ago", rf"\b{number} {unit} ago\b"),
        ("span", r"\b(?P<earlier>earlier |later )?(?P<which>last|this|past) (?P<unit>week|month|year)\b"),
        ("today", r"\b(?P<which>[Tt]oday|[Yy]esterday|[Tt]his (?:morning|afternoon|evening))\b"),
        ("year", rf"\b(?:the )?(?:spring|summer|fall|autumn|winter) (?:of )?{year}\b"),
        ("year", rf"(?<![\w$.,/-]){year}(?![\w/]|-\d|,\d|\.\d)"),
        ("clock", r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?"),
    ]
    return [(kind, re.compile(form, re.IGNORECASE if kind in {"unknown", "relative", "anchored", "offset", "ago", "span"} else 0)) for kind, form in forms]


@cache
def _no_date_after() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + names(pattern_file("dates")["not_a_date_after"]) + r")\s+(?:the\s+|early\s+|late\s+|at least\s+)?$", re.IGNORECASE)


LOOK_BEHIND = 160
"""What stands further before a date than so many characters says nothing of it."""


def find_dates(sentence: str) -> list[DateWords]:
    """The date expressions of a sentence in order; none overlaps another, longer forms win over shorter ones."""
    found: list[DateWords] = []
    taken = bytearray(len(sentence))
    for kind, form in _forms():
        for match in form.finditer(sentence):
            start, end = match.span()
            if any(taken[start:end]) or start == end:
                continue
            parts = {key: value for key, value in match.groupdict().items() if value is not None}
            if kind == "year" and not _year_stands_alone(sentence, start):
                continue
            before = sentence[max(0, start - LOOK_BEHIND):start]
            usable = not _no_date_after().search(before) or bool(
                re.search(r"\b(?:not until|(?:in place|on file|in effect|pending|outstanding|held|jailed|in custody|free|back in the country) since|detainer\b[^.;]{0,90} since) (?:the )?$", before, re.IGNORECASE) or re.match(r",? when\b", sentence[end:]))
            words = match.group()
            cut = re.match(r"(?:on|On|in|In|at|the)\s+(?=[A-Z\d])", words)
            if cut and kind in {"day", "weekday", "month"}:
                start += cut.end()
                words = words[cut.end():]
            taken[start:end] = b"\1" * (end - start)
            found.append(DateWords(start, end, words, kind, parts, usable))
    found.sort(key=lambda one: one.start)
    return _with_lists(sentence, _with_ranges(sentence, _with_the_day(sentence, found)))


_THE_DAY = re.compile(r",? (?:(?:was|is) )?the (?:very )?(?P<unit>day|date|month|year)(?: (?:that|when|on which|in which))?(?= (?:[a-zA-Z.]+ ){0,6}?\w+(?:ed|t|d|e|k|ght|ld|n)\b)(?! (?:of|after|before)\b)")


def _with_the_day(sentence: str, found: list[DateWords]) -> list[DateWords]:
    """`May 15 was the day officers arrested him`, `May 15, the day the jail released him`: the day is said once, not twice."""
    joined: list[DateWords] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and one.start < before.end:
            continue
        told = _THE_DAY.match(sentence, one.end) if one.kind in {"day", "month", "year"} else None
        fits = told is not None and one.kind == {"date": "day"}.get(told["unit"], told["unit"])
        joined.append(replace(one, end=told.end(), usable=True) if told and fits else one)
    return joined


def _year_stands_alone(sentence: str, start: int) -> bool:
    return bool(re.search(r"(?:\b(?:[Bb]etween|in|In|of|since|from|and|or|early|late|mid|until|during|year|outstanding|active|pending|prior|previous|earlier|to|by|through|summer|fall|spring|winter|a|an|the|his|her|around|back in)[ -]|[,(]\s?)$", sentence[max(0, start - LOOK_BEHIND):start]))


def _with_ranges(sentence: str, found: list[DateWords]) -> list[DateWords]:
    """`from March 11 through March 26`: the two dates become one, of kind `range`."""
    joined: list[DateWords] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and before.kind == one.kind and one.kind in {"day", "month", "year"} and not re.match(r",? when\b", sentence[one.end:]) and re.fullmatch(r",?\s*(?:to|through|until|-|–|and)\s*", sentence[before.end:one.start]) and (
                "and" not in sentence[before.end:one.start] or re.search(r"\b[Bb]etween\s+$", sentence[max(0, before.start - LOOK_BEHIND):before.start])):
            words = sentence[before.start:one.end]
            year = {} if "year" in before.parts or "year" not in one.parts else {"year": one.parts["year"]}
            first = replace(before, parts={**before.parts, **year}, usable=True)
            joined[-1] = DateWords(before.start, one.end, words, "range", {"first": first, "last": one})
        else:
            joined.append(_with_last_day(sentence, one))
    return joined


_LAST_DAY = re.compile(r"(?:\s?[-–]\s?| (?:to|through|until) )(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![:/%]|,\d| [a-z]*(?:people|person|hours|days|percent))(?:,? (?P<year>(?:19|20)\d\d))?")


def _with_last_day(sentence: str, one: DateWords) -> DateWords:
    """`from Sept. 21-25`, `May 17 to 21, 2015`: a range whose last day stands without its month."""
    after = _LAST_DAY.match(sentence, one.end) if one.kind == "day" and "month" in one.parts and "year" not in one.parts else None
    if after is None or not int(one.parts["day"]) < int(after["day"]) <= 31:
        return one
    year = {"year": after["year"]} if after["year"] else {}
    first = replace(one, parts={**one.parts, **year}, usable=True)
    last = replace(one, parts={**one.parts, **year, "day": after["day"]})
    return DateWords(one.start, after.end(), sentence[one.start:after.end()], "range", {"first": first, "last": last})


@cache
def _month_names() -> str:
    words = pattern_file("dates")
    return names([name.capitalize() for name in words["months"]]) + "|" + names([name.capitalize() + "." for name in words["months_short"]])


def _with_lists(sentence: str, found: list[DateWords]) -> list[DateWords]:
    """`in 2019 (Feb. April and July)`: the months in brackets belong to the year before them."""
    month = _month_names()
    result = list(found)
    for one in found:
        if one.kind != "year":
            continue
        bracket = re.match(rf"\s*\(((?:(?:{month})(?:,? and |, | )?)+)\)", sentence[one.end:])
        if not bracket:
            continue
        for match in re.finditer(month, bracket.group(1)):
            start = one.end + bracket.start(1) + match.start()
            if not any(other.start < start + len(match.group()) and start < other.end for other in found):
                result.append(DateWords(start, start + len(match.group()), match.group(), "month", {"month": match.group(), "year_context": one.parts["year"]}))
        result[result.index(one)] = replace(one, usable=False)
    result.sort(key=lambda one: one.start)
    return result


def resolve(words: DateWords, known: Known) -> When:
    """The value of a date expression, given what is known where it stands.

    Returns a `When`; its date is None when the words do not settle it (basis `none`, and `month_day` for a day without a year).
    """
    written = words.words
    kind = words.kind
    parts = words.parts
    if kind == "unknown" or not words.usable:
        return UNKNOWN
    if kind == "day":
        return _day(parts, written, known)
    if kind == "month":
        return _month(parts, written, known)
    if kind == "year":
        return When(parts["year"], "year", written, "stated", confidence=0.85)
    if kind == "range":
        return _range(parts, written, known)
    if kind == "weekday":
        return _weekday(parts, written, known)
    if kind == "relative" and parts.get("direction") == "of":
        return When(known.last, precision_of(known.last), written, "relative", confidence=0.85) if known.last else When(as_written=written, basis="relative")
    if kind == "relative":
        return _relative(parts, written, known)
    if kind == "offset":
        return When(as_written=written, basis="relative")
    if kind in {"ago", "span", "today"}:
        return _against_publication(kind, parts, written, known)
    if kind == "clock":
        hour = int(parts["hour"]) % 12 + (12 if parts["half"].lower() == "p" else 0)
        return When(as_written=written, time=f"{hour:02d}:{parts.get('minute', '00')}")
    return When(as_written=written)


def shifted(value: str, number: int, unit: str) -> str | None:
    """`value` moved by `number` units (day, week, month, year), at the precision that it has; None when it is too coarse for that."""
    pieces = [int(piece) for piece in value.split("-")]
    if unit in {"hour", "minute"}:
        return value
    if unit in _UNITS:
        if len(pieces) < 3:
            return value if len(pieces) == 2 and number * _UNITS[unit] in range(-6, 7) else None
        return (date(*pieces) + timedelta(days=number * _UNITS[unit])).isoformat()
    if unit == "year":
        return f"{pieces[0] + number:04d}"
    if len(pieces) < 2:
        return None
    months = pieces[0] * 12 + pieces[1] - 1 + number
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def first_day(value: str) -> date:
    """The first day of a partial date."""
    pieces = [int(piece) for piece in value.split("-")]
    return date(pieces[0], pieces[1] if len(pieces) > 1 else 1, pieces[2] if len(pieces) > 2 else 1)


def last_day(value: str) -> date:
    """The last day of a partial date."""
    pieces = [int(piece) for piece in value.split("-")]
    if len(pieces) == 3:
        return date(*pieces)
    month = pieces[1] if len(pieces) > 1 else 12
    return date(pieces[0], month, calendar.monthrange(pieces[0], month)[1])


def compatible(one: str | None, other: str | None) -> bool:
    """True when both dates may be the same day (an unknown date fits every date)."""
    if one is None or other is None:
        return True
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_number(parts: dict[str, Any]) -> int:
    if "month_number" in parts:
        return int(parts["month_number"])
    return _months()[parts["month"].rstrip(".").lower()]


def _day(parts: dict[str, Any], written: str, known: Known) -> When:
    month, day = _month_number(parts), int(parts["day"])
    year = parts.get("year") or parts.get("year_short")
    if year:
        number = int(year) if len(year) == 4 else 2000 + int(year)
        value = _valid(number, month, day)
        return _on_its_weekday(When(value.isoformat(), "day", written, "stated", confidence=0.97), parts) if value else When(as_written=written)
    named = _named_year(parts["which_year"], known) if "which_year" in parts else None
    if named is not None and (value := _valid(named, month, day)):
        return When(value.isoformat(), "day", written, "relative", confidence=0.9)
    month_day = f"{month:02d}-{day:02d}"
    latest = last_day(known.published) + timedelta(days=1) if known.published else None
    candidates = _years(known, month, day)
    base = candidates[0][0] if candidates else (latest.year if latest else None)
    if "weekday" in parts and base:
        fitting = [one for one in candidates if _falls_on(one[0], month, day, parts["weekday"])]
        earlier = [(year, "year-from-publication", 0.9) for year in range(base, base - 3, -1) if _falls_on(year, month, day, parts["weekday"])]
        candidates = fitting or earlier[:1] or candidates
    for number, basis, confidence in candidates:
        value = _valid(number, month, day)
        if value:
            return _on_its_weekday(When(value.isoformat(), "day", written, basis, confidence=confidence), parts)
    return When(as_written=written, month_day=month_day, confidence=0.8)


def _falls_on(year: int, month: int, day: int, weekday: str) -> bool:
    value = _valid(year, month, day)
    return value is not None and value.weekday() == pattern_file("dates")["weekdays"].index(weekday.lower())


def _on_its_weekday(when: When, parts: dict[str, Any]) -> When:
    """`when`, unsure and with a remark where the words name another day of the week than that day is: one of the two is wrong."""
    value = first_day(when.date or "")
    if "weekday" not in parts or _falls_on(value.year, value.month, value.day, parts["weekday"]):
        return when
    return replace(when, confidence=CONTRADICTED, remark=f"{value.isoformat()} is a {pattern_file('dates')['weekdays'][value.weekday()].capitalize()}")


def not_after_report(when: When, published: str | None) -> When:
    """`when`, without its date where that lies after the day of publication (a day is allowed for the hours between places): what is told as done
    cannot be later than its report. The words stay, with a remark; either day may be the wrong one."""
    if when.date is None or published is None or first_day(when.date) <= last_day(published) + timedelta(days=1):
        return when
    return replace(when, date=None, precision="unknown", basis="none", not_before=None, not_after=None, confidence=CONTRADICTED,
                   remark=f"{when.date} is after the day of publication, {published}")


def _named_year(words: str, known: Known) -> int | None:
    """The year of `that year`, `the same year` (told before), `last year`, `this year` (of the report); None when it is not known."""
    base = known.published if words in {"last year", "this year"} else known.last
    return int(base[:4]) - (words == "last year") if base else None


def _years(known: Known, month: int, day: int | None) -> list[tuple[int, str, float]]:
    """The years that a month (and day) without a year may stand in, best first."""
    found: list[tuple[int, str, float]] = []
    after = _first_after(known.anchor, month, day) if known.anchor and known.last_has_year and known.chain else None
    if known.published:
        latest = last_day(known.published) + timedelta(days=1)
        year = latest.year
        value = _valid(year, month, day or 1)
        if value is None or value > latest:
            year -= 1
        before = _valid(year, month, day) if day and known.soon and len(known.soon) == 10 else None
        if before is not None and 0 <= (first_day(known.soon or "") - before).days <= SOON:
            return [(year, "year-from-publication", 0.9)]
        if after is not None and after <= year and len(known.published) == 4:
            found.append((after, "year-from-context", 0.5))
        carried = _valid(after, month, day or 1) or latest if after is not None else latest
        if known.near and after is not None and after < year and carried <= latest and (not known.late or (carried - first_day(known.anchor or known.published)).days <= SOON):
            found.append((after, "year-from-context", 0.5))
        found.append((year, "year-from-publication", 0.92 if len(known.published) > 4 else 0.7))
        return found
    if known.near and after is not None:
        found.append((after, "year-from-context", 0.5))
    return found


def _first_after(last: str | None, month: int, day: int | None) -> int | None:
    if last is None or len(last) < 7:
        return None
    start = first_day(last)
    value = _valid(start.year, month, day or calendar.monthrange(start.year, month)[1])
    return start.year if value and value >= start else start.year + 1


def year_after(last: str, words: DateWords) -> int | None:
    """The year of a day or month without one (`June 4`, `June`) when it is the next one after the date `last`; None when that is a year only."""
    return _first_after(last, _month_number(words.parts), int(words.parts["day"]) if "day" in words.parts else None)


def _month(parts: dict[str, Any], written: str, known: Known) -> When:
    month = _month_number(parts)
    if "year_context" in parts:
        return When(f"{parts['year_context']}-{month:02d}", "month", written, "year-from-context")
    if "year" in parts:
        return When(f"{parts['year']}-{month:02d}", "month", written, "stated", confidence=0.97)
    which = parts.get("which", "")
    if written.lower().startswith(("this ", "last ")) and known.published:
        known = replace(known, chain=False)
    if which in {"last year", "this year"}:
        if not known.published:
            return When(as_written=written)
        return When(f"{int(known.published[:4]) - (which == 'last year'):04d}-{month:02d}", "month", written, "relative")
    if which.endswith(" "):
        year_of = _year_beside(known.last, month, which.strip().lower())
        return When(f"{year_of:04d}-{month:02d}", "month", written, "relative") if year_of else When(as_written=written, basis="relative")
    if which and known.last:
        year = int(known.last[:4]) + {"the following year": 1, "the next year": 1, "the previous year": -1}.get(which, 0)
        return When(f"{year:04d}-{month:02d}", "month", written, "relative")
    for year, basis, confidence in _years(known, month, None):
        return When(f"{year:04d}-{month:02d}", "month", written, basis, confidence=confidence)
    return When(as_written=written)


def _year_beside(last: str | None, month: int, which: str) -> int | None:
    """The year of `that April`, `the following January`, `the previous May`, told after the date `last`."""
    if last is None or len(last) < 7:
        return None
    year, told = int(last[:4]), int(last[5:7])
    if which.startswith("the previous"):
        return year if month < told else year - 1
    if which.startswith("that") or which == "the same":
        return year
    return year if month > told else year + 1


def _range(parts: dict[str, Any], written: str, known: Known) -> When:
    first, last = resolve(parts["first"], known), resolve(parts["last"], known)
    if not first.date or not last.date:
        return When(as_written=written)
    if first.date[:7] == last.date[:7]:
        return When(first.date[:7], "month", parts["first"].parts.get("words") or parts["first"].words, first.basis, not_before=first.date, not_after=last.date)
    same_year = first.date[:4] == last.date[:4]
    return When(first.date[:4] if same_year else None, "year" if same_year else "unknown", written, first.basis, not_before=first.date, not_after=last.date)


def _weekday(parts: dict[str, Any], written: str, known: Known) -> When:
    if "beside" in parts:
        return _weekday_beside(parts, written, known.last)
    if not known.published or len(known.published) != 10:
        return When(as_written=written)
    published = first_day(known.published)
    wanted = pattern_file("dates")["weekdays"].index(parts["weekday"].lower())
    back = (published.weekday() - wanted) % 7
    if back == 0 and written.lower().startswith("last"):
        back = 7
    return When((published - timedelta(days=back)).isoformat(), "day", written, "relative", confidence=0.85)


def _weekday_beside(parts: dict[str, Any], written: str, last: str | None) -> When:
    """`that Sunday`, `the following Monday`: counted from the day told before; unknown when that is no day."""
    if last is None or len(last) < len("2024-01-01"):
        return When(as_written=written, basis="relative")
    beside = parts["beside"].lower()
    wanted = pattern_file("dates")["weekdays"].index(parts["weekday"].lower())
    ahead = (wanted - first_day(last).weekday()) % 7
    if beside == "the previous":
        ahead = ahead - 7
    elif ahead == 0 and beside in {"the following", "the next"}:
        ahead = 7
    return When((first_day(last) + timedelta(days=ahead)).isoformat(), "day", written, "relative", confidence=0.85)


def _relative(parts: dict[str, Any], written: str, known: Known) -> When:
    last = known.last
    if last is None:
        return When(as_written=written, basis="relative")
    if len(last) < len(known.anchor or "") and parts.get("unit2", parts.get("unit", "")).lower() in {"day", "date", "morning", "afternoon", "evening", "night"}:
        last = known.anchor or last
    unit = parts.get("unit") or parts.get("unit2", "day")
    unit = {"morning": "day", "afternoon": "day", "evening": "day", "night": "day", "date": "day", "time": "day"}.get(unit.lower(), unit.lower())
    number = 0
    if "about" in parts:
        return When(as_written=written, basis="relative")
    if "next" in parts:
        number = 1 if parts["next"].lower() in {"next", "following"} else -1
    elif "direction" in parts:
        number = _number(parts.get("number", "a")) or 0
        if not number:
            return When(as_written=written, basis="relative")
        if parts["direction"].lower() in {"earlier", "before", "prior", "beforehand", "before that"}:
            number = -number
    if not number:
        cut = {"day": 10, "week": 0, "month": 7, "year": 4, "hour": 10, "minute": 10}[unit]
        value: str | None = last[:cut] if cut else (last[:7] if len(last) >= 7 else None)
    elif unit in {"hour", "minute"}:
        return When(as_written=written)
    elif unit == "week" and ("next" in parts or (parts.get("unit2", "").lower() == "week" and parts["direction"].lower() in {"before", "after"})):
        value = _whole_week(last, number)
    else:
        value = shifted(last, number, unit)
    if value is None:
        return When(as_written=written, basis="relative")
    return When(value, precision_of(value), written, "relative", confidence=0.85)


def _whole_week(last: str, number: int) -> str | None:
    """The month in which the week before or after that of `last` lies; None when it lies in two."""
    if len(last) < 10:
        return None
    day = first_day(last)
    monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * number)
    sunday = monday + timedelta(days=6)
    return monday.isoformat()[:7] if monday.month == sunday.month else None


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else _numbers().get(word.lower())


def number_value(word: str) -> int | None:
    """The value of a number in figures or words (`four`, `thirty-eight`), or None."""
    if word.isdigit():
        return int(word)
    total = 0
    for piece in word.lower().split("-"):
        value = _numbers().get(piece)
        if value is None:
            return None
        total += value
    return total


def precision_of(value: str | None) -> str:
    """`day`, `month` or `year` by the length of an ISO date; `unknown` for None."""
    return {4: "year", 7: "month", 10: "day"}.get(len(value or ""), "unknown")


def _against_publication(kind: str, parts: dict[str, Any], written: str, known: Known) -> When:
    if not known.published:
        return When(as_written=written, basis="relative")
    exact = len(known.published) == 10
    published = first_day(known.published)
    if kind == "span":
        unit = parts["unit"].lower()
        back = parts["which"].lower() != "this"
        if unit == "year":
            return When(str(published.year - back), "year", written, "relative")
        if unit == "month" and len(known.published) >= 7:
            value = shifted(known.published[:7], -1 if back else 0, "month")
            return When(value, "month", written, "relative")
        if not exact:
            return When(as_written=written, basis="relative")
        monday = published - timedelta(days=published.weekday() + (7 if back else 0))
        sunday = min(monday + timedelta(days=6), published)
        same = (monday.year, monday.month) == (sunday.year, sunday.month)
        return When(monday.isoformat()[:7] if same else None, "month" if same else "unknown", written, "relative",
                    not_before=monday.isoformat(), not_after=sunday.isoformat(), confidence=0.8)
    if not exact:
        return When(as_written=written, basis="relative")
    if kind == "today":
        return When((published - timedelta(days=parts["which"].lower() == "yesterday")).isoformat(), "day", written, "relative", confidence=0.85)
    number = _number(parts["number"])
    unit = parts["unit"].lower()
    value = shifted(known.published, -number, unit) if number and unit in {"day", "week", "month", "year"} else None
    if value is None:
        return When(as_written=written, basis="relative")
    value = value[:{"day": 10, "week": 7, "month": 7, "year": 4}[unit]]
    return When(value, precision_of(value), written, "relative", confidence=0.7)


@lru_cache(maxsize=2048)
def parse_general(written: str) -> str | None:
    """A date in any other form that dateparser knows, as ISO; None when it is none. Used for dates of publication."""
    import dateparser

    value = dateparser.parse(written[:80], languages=["en"], settings={"STRICT_PARSING": True, "RETURN_AS_TIMEZONE_AWARE": False})
    return value.date().isoformat() if value else None

"""From written words to values: what each kind of field may hold, and when a reading is believed."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz, process

from lawfulhold.sources.vocabulary import pattern_file

SHAPES = frozenset({"date", "phone", "a-number"})
_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_TIME = re.compile(r"^(\d{1,2})[:. ]?([0-5]\d)\s?(am|pm|a\.m\.|p\.m\.|hrs|hours)?$", re.I)
_MONTHS = {name: number for number, names in enumerate((
    ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"), ("july", "jul"), ("august", "aug"),
    ("september", "sep", "sept"), ("october", "oct"), ("november", "nov"), ("december", "dec")), 1) for name in names}
_WORDED = re.compile(r"^(?:([a-z]+)\.? (\d{1,2}),? (\d{4})|(\d{1,2}) ([a-z]+)\.? (\d{4}))$", re.I)
_SEXES = {"m": "M", "male": "M", "f": "F", "female": "F", "x": "X", "u": "U", "unknown": "U"}
_STAMPS = frozenset({"received", "recd", "rec'd", "filed", "faxed", "copy", "scanned", "entered", "urgent", "void", "duplicate", "processed", "sheriff's"})
_COUNTRY_ALIKE, _COUNTRY_AHEAD = 75, 8  # of 100: how alike a text has to be to a country, and how much more than to the next
_TURNED = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def tidy(text: str) -> str:
    """Text without the line it was written on, without signs that steer the direction of writing, and with single spaces."""
    text = _TURNED.sub("", unicodedata.normalize("NFC", text))
    text = re.sub(r"_{2,}|\.{4,}", " ", text)
    return re.sub(r"[ \t\u00a0]+", " ", "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"})).strip()


def odd_signs(text: str) -> str | None:
    """What makes a value look like something it is not: signs that turn the direction of writing, or letters of several scripts in one word."""
    if _TURNED.search(text):
        return "has signs that turn the direction of writing"
    for word in re.findall(r"\w+", text):
        scripts = {unicodedata.name(letter, "?").split(" ")[0] for letter in word if letter.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
            return "mixes letters of several scripts in one word"
    return None


def value_of(kind: str, written: str) -> tuple[str | None, bool]:
    """The value of a field, and whether what is written has the shape of its kind. Dates become `2024-03-01`; other values stay as written."""
    text = tidy(written)
    if not text:
        return None, True
    one_line = re.sub(r"\s+", " ", text)
    if kind == "date":
        day = _day(one_line)
        return (day, True) if day else (one_line, False)
    if kind == "datetime":
        return _moment(one_line)
    if kind == "phone":
        parts = re.fullmatch(r"(.*?)(?:[ ,]*(?:ext\.?|x) ?(\d{1,6}))?", one_line, re.I)
        digits = re.sub(r"\D", "", parts[1]) if parts else ""
        digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        if parts and len(digits) == 10 and digits[0] not in "01" and digits[3] not in "01" and re.fullmatch(r"[\d ().+/-]*", parts[1]):
            return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" + (f" x{parts[2]}" if parts[2] else ""), True
        return one_line, False
    if kind == "a-number":
        digits = re.sub(r"\D", "", one_line)
        good = bool(re.fullmatch(r"A?[ #-]*\d{2,3}[ -]?\d{3}[ -]?\d{3}", one_line)) and len(digits) in (8, 9)
        return (f"A{digits}", True) if good else (one_line, False)
    if kind == "sex":
        known = _SEXES.get(one_line.lower().strip(". "))
        return (known, True) if known else (one_line, False)
    if kind == "country":
        return one_line, one_line.casefold() in _countries()
    if kind == "name":
        return one_line, bool(re.fullmatch(r"[^\W\d_][^\d_=<>|\\{}\[\]@#%^*+~!]*", one_line)) and len(one_line) > 2
    if kind == "address":
        lines = [line for line in (re.sub(r"\s+", " ", part).strip() for part in text.split("\n")) if line]
        return "\n".join(lines), not re.search(r"[!$%£§<>|\\{}\[\]^*=~]", text)
    if kind == "number":
        one_line = re.sub(r" ?([/-]) ?", r"\1", one_line).rstrip(".")
        return one_line, bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 /#.-]*", one_line)) and any(sign.isdigit() for sign in one_line)
    return one_line, not re.search(r"[!|<>{}\[\]\\~=^*]", one_line)


_WITHIN = {
    "date": re.compile(r"(?<![\d/])\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?!\d)"),
    "phone": re.compile(r"\(?\b\d{3}\)?[ .-]?\d{3}[ .-]\d{4}(?!\d)"),
    "a-number": re.compile(r"\bA ?(?:\d{9}|\d{8}|\d{2,3}[ -]\d{3}[ -]\d{3})(?!\d)|(?<![\w-])(?:\d{9}|\d{8}|\d{2,3}[ -]\d{3}[ -]\d{3})(?![\w-])"),
    "sex": re.compile(r"(?<![A-Za-z0-9])(?:[MFX]|Male|Female)(?![A-Za-z0-9])"),
    "number": re.compile(r"(?<!\S)(?=(?:\S*\d){5})[A-Z0-9][A-Za-z0-9/#-]+(?!\S)"),
}

# A day whose strokes were taken for other signs, or lost: its eight figures are all there.
_LOOSE_DATE = re.compile(r"(?<!\d)(\d\d)[^\w\n]{0,3}(\d\d)[^\w\n]{0,3}(\d{4})(?!\d)")


def within(kind: str, text: str) -> str:
    """The part of a recognised text that has the shape of its kind, where there is exactly one; else the whole. Recognition adds bits of specks and
    neighbours to an answer."""
    if kind == "country":
        found = [part for part in (" ".join(words) for words in _parts(text.split())) if part.casefold().strip(" .,") in _countries()]
        return max(found, key=len).strip(" .,") if found else text
    if kind in {"number", "a-number", "phone", "date", "datetime"}:
        text = figures(re.sub(r"^\W*\S{0,3}[:#] +(?=\S)", "", text) if kind in {"number", "a-number"} else text, kind == "number")
    if kind == "a-number":
        text = re.sub(r"(?<=\d)[,.] ?(?=\d)", " ", text)
    if kind == "datetime":
        return _LOOSE_DATE.sub(r"\1/\2/\3", text)
    if kind == "name":
        return re.sub(r"(?<=\w) ?- ?(?=[A-Z])", "-", text)
    if kind == "number":
        text = text.rstrip(")]} ")
        text = _EVENT.sub(lambda parts: parts[1].translate(_LIKE_LETTERS) + re.sub(r" ", "", parts[2]), text)
    if kind == "text":
        return re.sub(r"\b[lI](?=st\b)", "1", text)
    if kind == "date" and not _WITHIN["date"].search(text):
        text = _LOOSE_DATE.sub(r"\1/\2/\3", text)
    pattern = _WITHIN.get(kind)
    hits = [match.group() for match in pattern.finditer(text)] if pattern else []
    if len(hits) != 1 or (kind == "number" and re.search(r"\d", text.replace(hits[0], " "))):
        return text
    return hits[0]


_LIKE_FIGURES = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "]": "1", "[": "1", "!": "1", "Z": "2", "S": "5", "s": "5", "$": "5", "G": "6",
                               "&": "8", "%": "8", "B": "8", "g": "9", "q": "9", "L": "1"})

# An event number: three letters, ten figures. A gap within the figures is none on the paper.
_EVENT = re.compile(r"^([A-Z][A-Z0568]{2}|[0568][A-Z]{2}) ?(\d(?: ?\d){9})$")
_LIKE_LETTERS = str.maketrans({"0": "O", "5": "S", "6": "G", "8": "B"})


def figures(text: str, lettered: bool = False) -> str:
    """The words that are mostly figures with look-alike letters made figures: `O7/2S/2O24` is `07/25/2024`. Letters in front stay: `ATL5367683974`;
    with `lettered` a single one too, as in the numbers that jails give."""
    words = []
    for word in text.split(" "):
        head = re.match(r"[A-Z]{3}(?=.{6,})|[A-Z](?=.{4,})" if lettered else r"[A-Z]{3}(?=.{6,})|A(?=.{7,})", word)
        rest = word[head.end():] if head else word
        if len(rest) > 2 and sum(sign.isdigit() for sign in rest) >= 0.5 * len(re.sub(r"[/.:()-]", "", rest)):
            word = (head.group() if head else "") + rest.translate(_LIKE_FIGURES)
        words.append(word)
    return " ".join(words)


def letter_or_figure(number: str) -> bool:
    """True when a number begins with one letter that looks like a figure: `B123456` may be `8123456`."""
    return bool(re.match(r"[OQIZSGBL]\d", number))


def _parts(words: Sequence[str]) -> list[Sequence[str]]:
    return [words[first:last] for first in range(len(words)) for last in range(first + 1, min(first + 5, len(words)) + 1)]


def stamp_in(text: str) -> bool:
    """True when a word of a rubber stamp stands among the words."""
    return any(re.sub(r"[^a-z']", "", word.lower()) in _STAMPS for word in text.split())


def same(kind: str, readings: Sequence[str]) -> bool:
    """True when all readings of a field give one value."""
    return len({value_of(kind, one)[0] for one in readings}) == 1


def _day(text: str) -> str | None:
    text = text.strip(" ,.")
    iso, numbers, worded = _ISO.match(text), _DATE.match(text.replace(" ", "")), _WORDED.match(text)
    try:
        if iso:
            found = datetime.date(*(int(part) for part in iso.groups()))
        elif numbers:
            month, day, year = (int(part) for part in numbers.groups())
            found = datetime.date(year, month, day)
        elif worded:
            name, on, of = (worded[1], worded[2], worded[3]) if worded[1] else (worded[5], worded[4], worded[6])
            found = datetime.date(int(of), _MONTHS[name.lower()], int(on))
        else:
            return None
    except (ValueError, KeyError):
        return None
    return found.isoformat() if 1900 <= found.year <= 2100 else None


def _moment(text: str) -> tuple[str, bool]:
    day = _day(text)
    if day:
        return day, True
    parts = re.match(r"^(\S+(?:-| ?\d{1,2}, \d{4})?)[ ,/]+(?:at )?(\d{1,2}[:. ]?\d{2}.*)$", text, re.I)
    if parts:
        day, clock = _day(parts[1]), _TIME.match(parts[2].strip())
        if day and clock:
            hour, minute, half = int(clock[1]), clock[2], (clock[3] or "").replace(".", "").lower()
            if half in {"am", "pm"} and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "pm" else 0)
            if hour <= 23:
                return f"{day}T{hour:02}:{minute}", True
    return text, False


@cache
def _countries() -> frozenset[str]:
    """Countries and the words for their people, in small letters."""
    known = pattern_file("nationalities")
    names = {name.casefold() for name in known} | {str(word).casefold() for words in known.values() for word in words or ()}
    return frozenset(names | {"stateless", "unknown", "united states", "people's republic of china"})


def country_like(text: str) -> str | None:
    """The one country that a text with wrong letters or signs nearly is, in capitals where the text is; None where there is none."""
    words = re.sub(r"[^\w' ]+", "", text)
    found = process.extract(words.casefold(), _countries(), scorer=fuzz.ratio, score_cutoff=_COUNTRY_ALIKE, limit=2)
    if not found or (len(found) == 2 and found[0][1] - found[1][1] < _COUNTRY_AHEAD):
        return None
    known = str(found[0][0])
    return known.title() if any(letter.islower() for letter in words[1:]) else known.upper()


@cache
def states() -> frozenset[str]:
    """The two letters of every state and territory."""
    return frozenset(pattern_file("places")["states"])

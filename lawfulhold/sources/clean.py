"""From a file or a text to a document: characters, paragraphs, the header and the day of publication.

Text is kept as it is, so that every character offset of a fact counts in the file itself. HTML is turned into its text, with
the place of each character in the file kept beside it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from lawfulhold.sources.markup import BrokenMarkupError, looks_like_html, words_of_page
from lawfulhold.sources.published import LONGEST_LINE, DayLine, dateline, day_line, first_day_in, told_later
from lawfulhold.sources.reading import PaperText, Span

MAXIMUM_BYTES = 4_000_000
MAXIMUM_CHARACTERS = 300_000
MAXIMUM_LINE = 20_000
HEADER_KEYS = {"title", "headline", "date", "published", "publication date", "url", "source", "link", "publisher", "author", "by", "byline", "text",
               "public-domain source", "subject", "note", "language", "id"}
_HEADER = re.compile(r"(?P<key>[A-Za-z][A-Za-z -]{1,24}):[ \t]*(?P<value>[^\n]*)")
_LEADING_DATE = re.compile(r"\s*(?:date:?\s+)(?P<date>\d{4}-\d\d-\d\d)\s")
_ISO = re.compile(r"\b((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_MARK = "\ufeff"
_AS_FORM = "give its text, or read it as a form"
_AS_TEXT = "save it as PDF or text"
_SIGNATURES = (
    (re.compile(rb"%PDF"), "a PDF", _AS_FORM), (re.compile(rb"\x89PNG"), "a PNG image", _AS_FORM), (re.compile(rb"\xff\xd8\xff"), "a JPEG image", _AS_FORM),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF image", _AS_FORM), (re.compile(rb"GIF8"), "a GIF image", _AS_FORM),
    (re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1|avif)", re.DOTALL), "a HEIC picture, as phones take them", "save it as JPEG or PDF"),
    (re.compile(rb"PK\x03\x04(?=.{0,4000}(?:word/|mimetypeapplication/vnd))", re.DOTALL), "an office document (DOCX, ODT)", _AS_TEXT),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or office document", "take the report out of it, or " + _AS_TEXT),
    (re.compile(rb"\x1f\x8b"), "a gzip archive", "take the report out of it"), (re.compile(rb"\xd0\xcf\x11\xe0"), "an old office document", _AS_TEXT),
    (re.compile(rb"\{\\rtf"), "an RTF document", _AS_TEXT))


class UnreadableError(ValueError):
    """A paper that cannot be read as a report. The message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters `start` to `end` of a document. `kind` is `body`, `title` or `header` (title lines tell no events)."""

    start: int
    end: int
    kind: str = "body"


@dataclass(slots=True)
class Document:
    """A report ready to be read: its text, its paragraphs, and what its header says. `written` are the places of days that tell when it was written, `paper`
    is set for a PDF or picture, `people` holds the names of people once it has been read."""

    name: str
    text: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)
    published: str | None = None
    positions: array[int] | None = None
    written: list[tuple[int, int]] = field(default_factory=list)
    paper: PaperText | None = None
    people: set[str] = field(default_factory=set)

    @property
    def has_own_text(self) -> bool:
        """False when its text is not the file itself: for web pages, PDFs and pictures."""
        return self.positions is None and self.paper is None

    def recognised(self, start: int, end: int) -> float | None:
        """How sure the recognition of the least sure word among these characters is; None when the text was not read from a picture there."""
        words = self.paper.recognised if self.paper else ()
        first = bisect_right(words, start, key=lambda word: word[1])
        return min((sure for _, _, sure in takewhile(lambda word: word[0] < end, words[first:])), default=None)

    def readable(self, start: int, end: int) -> str:
        """These characters with plain signs, and blanks in place of the days that tell when the report was written; as long as they are."""
        words = readable(self.text[start:end])
        for first, last in self.written:
            begin, finish = max(first - start, 0), min(last, end) - start
            if begin < finish:
                words = words[:begin] + " " * (finish - begin) + words[finish:]
        return words

    def span(self, start: int, end: int) -> Span:
        """The span of these characters, without the white space around them."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if self.paper is not None:
            return Span(self.name, start, end, self.text[start:end], page=bisect_right(self.paper.pages, start), from_picture=self.recognised(start, end) is not None)
        if self.positions is None:
            return Span(self.name, start, end, self.text[start:end])
        source_end = self.positions[end - 1] + 1 if end > start else self.positions[start]
        return Span(self.name, start, end, self.text[start:end], self.positions[start], source_end)


def read_file(path: Path, name: str | None = None) -> Document:
    """Read a text or HTML file.

    Returns a `Document` under `name` (the path by default). Raises `UnreadableError` for a file that is no text, is too large
    or is missing.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableError("is a folder; name the files in it")
        if not path.is_file():
            raise UnreadableError("is no file but a pipe or device; name a file, or give - and the report on standard input")
        if size > MAXIMUM_BYTES:
            raise UnreadableError(f"is {size:,} bytes; a report has at most {MAXIMUM_BYTES:,}; cut it")
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be opened ({error.strerror or error}); check the path") from error
    return read_bytes(content, name or str(path))


def read_bytes(content: bytes, name: str) -> Document:
    """Read the bytes of a text or HTML file. Raises `UnreadableError` as `read_file` does."""
    if len(content) > MAXIMUM_BYTES:
        raise UnreadableError(f"is more than {MAXIMUM_BYTES:,} bytes; cut it")
    for signature, kind, advice in _SIGNATURES:
        if signature.match(content):
            raise UnreadableError(f"is {kind}, whatever its name ends with; {advice}")
    text = _decoded(content)
    if _is_json(text):
        raise UnreadableError("is JSON, which is for programs; save the report itself as text or HTML")
    return read_text(text, name)


def read_text(text: str, name: str) -> Document:
    """Read a text that is already in memory. Raises `UnreadableError` when it is too long or has no words."""
    _check_length(text)
    positions: array[int] | None = None
    meta: dict[str, str] = {}
    if looks_like_html(text.removeprefix(_MARK)):
        try:
            text, positions, meta = words_of_page(text)
        except BrokenMarkupError as error:
            raise UnreadableError("is broken HTML; save the page again or give its text") from error
    document = Document(name, text, positions=positions, header=meta)
    _check_words(text)
    _read_structure(document)
    return document


def _check_length(text: str) -> None:
    if len(text) > MAXIMUM_CHARACTERS:
        raise UnreadableError(f"has {len(text):,} characters; a report has at most {MAXIMUM_CHARACTERS:,}; cut it")


def _check_words(text: str) -> None:
    if not re.search(r"\w", text):
        raise UnreadableError("has no words; check that the file is the report")


def read_paper(paper: PaperText, name: str) -> Document:
    """Read the text of a PDF or picture. Raises `UnreadableError` when it is too long or has no words."""
    document = Document(name, paper.text, paper=paper)
    _check_length(paper.text)
    _check_words(paper.text)
    _read_structure(document)
    return document


def readable(text: str) -> str:
    """`text` with typographic signs as plain ones, character for character, so that offsets stay. What is longer than any word is blanked."""
    return _NO_WORD.sub(lambda match: " " * len(match.group()), plain_signs(text))


def plain_signs(text: str) -> str:
    """`text` with typographic signs as plain ones, character for character."""
    return text.translate(_PLAIN)


_NO_WORD = re.compile(r"\S{120,}")


_PLAIN = {ord(sign): plain for sign, plain in {
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "—", "\u2011": "-", "\u2010": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " ", "\t": " ", "\r": " ", "<": " ", ">": " ",
    **dict.fromkeys("\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " ")}.items()}


def _is_json(text: str) -> bool:
    start = text.removeprefix(_MARK).lstrip()
    if not start.startswith(("{", "[")):
        return False
    try:
        json.loads(start)
    except (ValueError, RecursionError):
        return False
    return True


def _decoded(content: bytes) -> str:
    """The text of a file, with the mark of its encoding where it starts with one: every character of the file counts."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(f"starts like {encoding} text but is not; save it as UTF-8") from error
    if b"\0" in content:
        raise UnreadableError("is not text (it has zero bytes); give a text or HTML file")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    sample = text[:20_000]
    strange = sum(unicodedata.category(character) in {"Cc", "Co", "Cn"} and character not in "\n\r\t\f" for character in sample)
    strange += sample.count("\ufffd")
    if strange > 8 and strange > len(sample) * 0.02:
        raise UnreadableError("is not text (too many control characters); give a text or HTML file")
    return text


# Lines with words; each is looked at from its start and once, so that a line of blanks takes no longer than its length.
_BLOCK = re.compile(r"(?<![^\n\r])[^\S\n\r]*+\S[^\n\r]*+(?:\r?\n[ \t\u00a0]*+\S[^\n\r]*+)*+")


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: divided by empty lines, or, where lines are long, end a sentence or are the points of a list, by every line."""
    for block in _BLOCK.finditer(text):
        start, end = block.span()
        lines = list(re.finditer(r"[^\r\n]+", text[start:end]))
        wrapped = len(lines) > 1 and max(len(line.group()) for line in lines) <= 110 and sum(len(line.group()) for line in lines[:-1]) > 40 * (len(lines) - 1)
        wrapped = wrapped and not any(re.match(r"\s*[-•*·–]\s", line.group()) for line in lines)
        if wrapped:
            yield from _around_days(text, start, [(start + line.start(), start + line.end()) for line in lines])
            continue
        for line in lines:
            for piece in range(line.start(), line.end(), MAXIMUM_LINE):
                yield start + piece, start + min(piece + MAXIMUM_LINE, line.end())


def _around_days(text: str, start: int, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """A block of lines that run on, from `start`; a line among them that says only when the report was written stands by itself."""
    for first, last in lines:
        if day_line(text[first:last]):
            if text[start:first].strip():
                yield start, first
            yield first, last
            start = last
    if text[start:lines[-1][1]].strip():
        yield start, lines[-1][1]


def _read_structure(document: Document) -> None:
    text = document.text
    body = len(_MARK) if text.startswith(_MARK) else 0
    for line in re.compile(r"[^\n]*\n?").finditer(text, body):
        match = _HEADER.match(line.group().strip())
        if not line.group().strip() or not match or match["key"].strip().lower() not in HEADER_KEYS:
            break
        document.header.setdefault(match["key"].strip().lower(), match["value"].strip())
        kind = "title" if match["key"].strip().lower() in {"title", "headline"} else "header"
        value = line.start() + line.group().find(match["value"]) if match["value"] else line.end()
        document.paragraphs.append(Paragraph(value, line.end(), kind))
        body = line.end()
    leading = _LEADING_DATE.match(text, body)
    if leading:
        document.header.setdefault("date", leading["date"])
        body = leading.end()
    first, head = True, True
    days: list[tuple[DayLine, int, bool]] = []
    for start, end in _blocks(text[body:]):
        words = text[body + start:body + end].strip()
        if len(words) < 2:
            continue
        paragraph = Paragraph(body + start, body + end, "title" if _is_heading(words, first) else "body")
        day = day_line(words)
        if day is not None:
            days.append((day, len(document.paragraphs), head))
        elif paragraph.kind == "body":
            head = False
        first = False
        document.paragraphs.append(paragraph)
    written = _day_lines(document, days)
    in_dateline = _datelines(document)
    document.published = _published(document) or written.get("first") or in_dateline or written.get("bare") or written.get("changed")


def _day_lines(document: Document, days: list[tuple[DayLine, int, bool]]) -> dict[str, str]:
    """The days of publication told in lines of their own, by what they are called. Those lines tell of nothing else. A line with nothing but a day counts
    when it is the only one, stands before the report, and no later day is told of."""
    found: dict[str, str] = {}
    bare = [day for day, _, _ in days if day.called == "bare"]
    for day, number, head in days:
        if day.called == "bare" and (len(bare) > 1 or not head or told_later(document.text, day.date)):
            continue
        found.setdefault(day.called, day.date)
        document.paragraphs[number] = replace(document.paragraphs[number], kind="header")
    return found


def _datelines(document: Document) -> str | None:
    """Leave the days in datelines out of what is read; returns the day when it tells its year. Datelines of several days are a chronicle: no day of publication.
    A day without a place is a dateline only at the head of the report: further down it is the day of what follows."""
    body = [(number, paragraph) for number, paragraph in enumerate(document.paragraphs) if paragraph.kind == "body"]
    found = [(number, one) for number, paragraph in body if (one := dateline(document.text[paragraph.start:paragraph.end]))]
    dates = {one.date for _, one in found}
    found = [(number, one) for number, one in found if one.place or number == body[0][0]]
    if len(dates) != 1 or not found:
        return None
    (date,) = dates
    if date and told_later(document.text, date) and not all(one.place.isupper() for _, one in found):
        return None
    for number, one in found:
        paragraph = document.paragraphs[number]
        document.written.append((paragraph.start + one.start, paragraph.start + one.end))
        if not one.place:
            document.paragraphs[number] = Paragraph(paragraph.start + one.end, paragraph.end, paragraph.kind)
    return date


def _is_heading(words: str, first: bool) -> bool:
    if re.match(r"[-•*·–]\s", words) or len(words) > 220 or words.endswith((".", "!", "?", '"', "”", ":", ";", ",")):
        return False
    tokens = re.findall(r"[A-Za-z][\w'’-]*", words)
    if not tokens:
        return True
    if not re.search(r"[a-z]", words):
        return True
    capitals = sum(token[0].isupper() for token in tokens)
    return first or capitals >= 0.6 * len(tokens) or (len(tokens) <= 3 and not words.endswith(")"))


def _published(document: Document) -> str | None:
    for key in ("date", "published", "publication date", "time"):
        match = _ISO.match(document.header.get(key, "").strip())
        if match:
            date = "-".join(part for part in match.groups() if part)
            # A `time` of the page may be that of another report: several later days speak against it.
            if key == "time" and told_later(document.text, date, days=2):
                continue
            return date
        written = document.header.get(key, "").strip()[:LONGEST_LINE]
        if written and re.search(r"\d{4}", written):
            from lawfulhold.sources.dates import parse_general

            return parse_general(written) or first_day_in(written)
    return None

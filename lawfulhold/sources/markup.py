"""The words of a web page, with the place of each character in the file.

Left out is what is not the report: scripts, menus, what the page hides. An element counts as left out only up to its own end: one that is never closed
hides nothing. A line break inside a sentence, and the border between a day and what happened on it in a table, divide no sentence.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from html import unescape
from html.parser import HTMLParser

from lawfulhold.sources.dates import find_dates

NEVER_READ = frozenset({"script", "style", "noscript", "template", "svg", "button", "select", "iframe", "object", "textarea"})
BESIDE_THE_REPORT = frozenset({"nav", "footer", "aside", "figcaption"})
FEW_WORDS = 25
"""With fewer words than these left, what seemed to stand beside the report is read too."""
MOST_LEFT_OPEN = 10_000_000
"""The openings (`<`) in a part without an end, times its characters, up to which it is still read."""
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
_CLOSED_BY_THE_NEXT = frozenset({"p", "li", "td", "th", "tr", "dd", "dt", "option"})
_BREAKING = frozenset({"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "blockquote", "header", "main", "title", "time",
                       "hr", "dl", "figure", "form", "body", "nav", "aside", "footer"})
_ROW, _CELL, _LINE, _BREAK, _DROPPED = "\x1e\x1e", "\x1f\x1f", "\v\v", "\n\n", "\0"
_DIVIDING = {"tr": _ROW, "dt": _ROW, "td": _CELL, "th": _CELL, "dd": _CELL, "br": _LINE} | dict.fromkeys(_BREAKING, _BREAK)
_AFTER_END = {"tr": _ROW} | dict.fromkeys(_BREAKING, _BREAK)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_PUBLISHED = frozenset({"article:published_time", "datepublished", "date", "dc.date", "pubdate", "publish-date", "publication_date", "dc.date.issued"})
_ELEMENT = r"(?:a|abbr|article|b|blockquote|body|br|center|dd|div|dl|dt|em|figure|font|form|h[1-6]|head|header|hr|html|i|img|li|link|main|meta|ol|p|script|section|small|span|strong|style|table|tbody|td|th|time|title|tr|u|ul)"


class BrokenMarkupError(ValueError):
    """A page whose markup cannot be followed."""


def looks_like_html(text: str) -> bool:
    """True when the text starts as a page or a piece of one does, or has the elements of a page."""
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<?xml", "<!--")) or re.match(rf"<{_ELEMENT}[\s/>]", head):
        return True
    return bool(re.search(r"<(?:html|body|article)[\s>]", head)) or len(re.findall(rf"</{_ELEMENT}>", head)) > 1


def words_of_page(source: str) -> tuple[str, array[int], dict[str, str]]:
    """The words of a page, the place of each of their characters in `source`, and what its head says (`title`, `date`, and `time`, the first day marked as one in the report itself).

    Raises `BrokenMarkupError`.
    """
    try:
        elements = _Elements(source)
        silent, never = elements.silent(NEVER_READ | BESIDE_THE_REPORT), elements.silent(NEVER_READ)
        page = _Words(source, silent)
        if silent != never and len("".join(page.words).split()) < FEW_WORDS:
            page = _Words(source, never)
    except (AssertionError, ValueError, RecursionError) as error:
        raise BrokenMarkupError from error
    text = _divided("".join(page.words))
    kept = array("L", (place for place, sign in zip(page.positions, text, strict=True) if sign != _DROPPED))
    return text.replace(_DROPPED, ""), kept, page.meta


class _Page(HTMLParser):
    """A parser that knows where it is in the file."""

    # What stands in these is no markup. Elsewhere a missing end tag would make a text of all that follows.
    CDATA_CONTENT_ELEMENTS = ("script", "style")  # type: ignore[misc]
    RCDATA_CONTENT_ELEMENTS = ()  # type: ignore[misc]

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.starts = [0, *(match.end() for match in re.finditer("\n", source))]
        self.prepare()
        self.feed(source)
        # What is left is opened and never ends: the parser would try each of its tags to the very end.
        if self.rawdata.count("<") * len(self.rawdata) > MOST_LEFT_OPEN:
            raise BrokenMarkupError
        self.close()

    def prepare(self) -> None:
        """Set what the parser fills."""

    def place(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column


class _Elements(_Page):
    """The elements that are closed, by their own end or by the next one of their kind: from where to where, and whether the page hides them."""

    def __init__(self, source: str) -> None:
        self.length = len(source)
        super().__init__(source)

    def prepare(self) -> None:
        self.open: list[tuple[str, int, bool]] = []
        self.counted: Counter[str] = Counter()
        self.closed: list[tuple[str, int, int, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        if tag in _CLOSED_BY_THE_NEXT and self.open and self.open[-1][0] == tag:
            self.handle_endtag(tag)
        hidden = any(name == "hidden" or (name == "style" and _HIDDEN.search(value or "")) for name, value in attrs)
        self.open.append((tag, self.place(), hidden))
        self.counted[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<p/>` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if not self.counted[tag]:
            return
        while self.open:
            name, start, hidden = self.open.pop()
            self.counted[name] -= 1
            if name == tag:
                self.closed.append((name, start, self.place(), hidden))
                return

    def silent(self, kinds: frozenset[str]) -> list[tuple[int, int]]:
        """The parts of the file that are not read, in order, none within another: elements of these kinds and hidden ones."""
        ranges = sorted((start, end) for name, start, end, hidden in self.closed if hidden or name in kinds)
        ranges += [(start, self.length) for name, start, _ in self.open if name in self.CDATA_CONTENT_ELEMENTS]
        outer: list[tuple[int, int]] = []
        for start, end in ranges:
            if not outer or start >= outer[-1][1]:
                outer.append((start, end))
        return outer


class _Words(_Page):
    """The words outside the silent parts, with their places in the file."""

    def __init__(self, source: str, silent: list[tuple[int, int]]) -> None:
        self.silent_starts = [start for start, _ in silent]
        self.silent_ends = [end for _, end in silent]
        super().__init__(source)

    def prepare(self) -> None:
        self.words: list[str] = []
        self.positions: array[int] = array("L")
        self.meta: dict[str, str] = {}
        self.in_title = False

    def silent(self, place: int) -> bool:
        """True for a place in a part that is not read."""
        part = bisect_right(self.silent_starts, place) - 1
        return part >= 0 and place < self.silent_ends[part]

    def put(self, text: str, place: int, width: int | None = None) -> None:
        if self.silent(place):
            return
        if self.in_title:
            self.meta["title"] = self.meta.get("title", "") + text.strip()
            return
        self.words.append(text)
        self.positions.extend(place + (offset if width is None else 0) for offset in range(len(text)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        # A title that is not closed ends where anything else begins.
        self.in_title = tag == "title"
        if tag == "meta" and (values.get("property") or values.get("name") or values.get("itemprop") or "").lower() in _PUBLISHED:
            self.meta.setdefault("date", values.get("content", ""))
        if tag == "time" and values.get("datetime") and not self.silent(self.place()):
            self.meta.setdefault("date" if values.get("itemprop", "").lower() in _PUBLISHED else "time", values["datetime"])
        if tag in _DIVIDING and tag != "title":
            self.put(_DIVIDING[tag], self.place(), 0)

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False
        if tag in _AFTER_END:
            self.put(_AFTER_END[tag], self.place(), 0)

    def handle_data(self, data: str) -> None:
        # A new line in a page is a space: paragraphs are told by the tags.
        self.put(_plain(data), self.place())

    def handle_entityref(self, name: str) -> None:
        self.put(_plain(unescape(f"&{name};")), self.place(), 0)

    def handle_charref(self, name: str) -> None:
        sign = unescape(f"&#{name};")
        self.put(sign if sign.isprintable() else " ", self.place(), 0)


def _plain(text: str) -> str:
    return re.sub(r"[\0\r\n\t\v\f\x1c-\x1f]", " ", text)


_ONE_LINE = re.compile(r"(?<!\v)\v\v(?!\v)")
_BORDERS = re.compile(r"[\n\v\x1e]")


def _divided(text: str) -> str:
    """`text` with the borders of rows, cells and lines as breaks, or as signs within one sentence. As long as it was: what is too much is `_DROPPED`."""
    text = _beside(text.split(_CELL))
    text = _ONE_LINE.sub(lambda match: " " + _DROPPED if _goes_on(text[max(0, match.start() - 12):match.start()], text[match.end():match.end() + 3]) else _BREAK, text)
    return re.sub(r"[\v\x1e\x1f]", "\n", text)


def _beside(cells: list[str]) -> str:
    """A day and what happened on it, told in two cells of a row, are one sentence."""
    joined = cells[:1]
    for cell in cells[1:]:
        before, after = joined[-1].rstrip(" \n"), cell.lstrip(" \n")
        left, right = _BORDERS.split(before[-500:])[-1], _BORDERS.split(after[:500], maxsplit=1)[0]
        sign = ":" if _is_day(left) and right else "," if left and _is_day(right) else ""
        if sign:
            joined[-1] = before + f"{sign} ".ljust(len(joined[-1]) - len(before) + len(_CELL) + len(cell) - len(after), _DROPPED)
            joined.append(after)
        else:
            joined += [_BREAK, cell]
    return "".join(joined)


def _is_day(words: str) -> bool:
    words = words.strip()
    if not 3 < len(words) < 40 or not re.search(r"\d", words):
        return False
    found = find_dates(words)
    return len(found) == 1 and found[0].kind in {"day", "month", "range"} and not re.search(r"\w", words[:found[0].start] + words[found[0].end:])


_OPEN_END = re.compile(r"(?:,|\b(?:on|in|at|of|by|to|for|from|with|and|or|an?|the)) ?$")


def _goes_on(before: str, after: str) -> bool:
    """True when a sentence goes on behind a line break."""
    if _OPEN_END.search(before):
        return True
    before, after = before.rstrip(" ")[-1:], after.lstrip(" ")[:1]
    return (before not in {*".!?:;\"”)\n\x1e", ""} and (after.islower() or after.isdigit()))

"""Where the labels of a form stand on its pages, and so where its answers are.

Labels are found by their words, not by their place: editions, printers and faxes move things. A match may have a few wrong letters (recognised text),
but a short label has to be whole words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from lawfulhold.sources.forms.layouts import FieldLayout, Layout, Part, layouts
from lawfulhold.sources.forms.page import Line, Page, Word, around, lines_of
from lawfulhold.sources.forms.reading import Box

_NUMBER = re.compile(r"\bform\W{0,3}[i1l|!]\W{0,2}(?P<digits>247|200|205)\s?(?P<letter>[adnxg]?)\b\s*\(?\s*(?:rev\.?\s*)?(?P<edition>\d{1,2}(?:[/-]\d{1,2})?[/-]\d{2,4})?", re.I)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Letters, digits and the signs `:#()` in small letters: what labels are compared by."""
    return re.sub(r"[^a-z0-9:#()]", "", unicodedata.normalize("NFKD", text).lower())


@dataclass(frozen=True, slots=True)
class Least:
    """How alike words and a label have to be, of 100: labels of at most 5 letters, of at most 16, and longer ones."""

    shortest: float
    short: float
    long: float


PRINTED, SCANNED, FAINT = Least(92, 92, 90), Least(78, 72, 76), Least(60, 60, 58)


@dataclass(frozen=True, slots=True)
class Match:
    """Words `first` to `last` (included) of a line that are a label."""

    score: float
    line: int
    first: int
    last: int


@dataclass(slots=True)
class Place:
    """A field found on the paper: its label's box, and the region where the answer stands."""

    layout: FieldLayout
    page: int
    label: Box
    region: Box
    more: tuple[Box, ...] = ()
    continued: tuple[Box, ...] = ()

    def reaches(self, other: Place) -> bool:
        """True when another label stands where this answer is looked for."""
        across, down = (other.label[0] + other.label[2]) / 2, (other.label[1] + other.label[3]) / 2
        return self.page == other.page and any(left < across < right and top < down < bottom for left, top, right, bottom in (self.region, *self.more))


@dataclass(slots=True)
class Located:
    """A form found on some pages: the places of its fields, and the boxes of all words known to be printed."""

    layout: Layout
    pages: list[Page]
    sure: bool
    places: dict[str, Place] = field(default_factory=dict)
    printed: dict[int, list[Box]] = field(default_factory=dict)
    edition: tuple[str, int, Box, str] | None = None
    number: tuple[int, Box, str] | None = None
    doubtful: set[str] = field(default_factory=set)  # fields of faxed pages whose place a second recognition does not confirm

    def on_paper(self) -> set[str]:
        """The optional fields of parts of which some optional field was found: the edition has the others too, and a scan may hide their labels. Not so on
        Form I-247, whose two editions share a part and differ in its boxes."""
        return {one.name for part in self.layout.parts if any(one.optional and one.name in self.places for one in part.fields) for one in part.fields
                if self.layout.form != "I-247"}


def matches(label: str, lines: Sequence[Line], numbers: Iterable[int], least: Least) -> list[Match]:
    """Every place in the lines where the label may stand, best first."""
    wanted = plain(label)
    find = _short if len(wanted) <= 16 else _long
    found = [Match(score, number, first, last) for number in numbers
             for score, first, last in find(wanted, tuple(word.text for word in lines[number].words), least)]
    return sorted(found, key=lambda match: (-round(match.score), match.line))


# Forms share parts: the same label is looked for in the same line again and again.
@lru_cache(maxsize=20_000)
def _short(wanted: str, words: tuple[str, ...], least: Least) -> tuple[tuple[float, int, int], ...]:
    pieces = [plain(word) for word in words]
    alike = least.short if len(wanted) > 5 else least.shortest
    found = []
    for first in range(len(pieces)):
        joined = ""
        if not pieces[first]:
            continue  # a box that was taken for signs
        for last in range(first, min(first + 5, len(pieces))):
            joined += pieces[last]
            if not pieces[last]:
                continue
            if len(joined) > len(wanted) + 4:
                break
            if len(joined) < len(wanted) - 5:
                continue
            score = fuzz.ratio(wanted, joined)
            if score >= alike and joined:
                found.append((score, first, last))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _long(wanted: str, words: tuple[str, ...], least: Least) -> tuple[tuple[float, int, int], ...]:
    pieces = [plain(word) for word in words]
    joined = "".join(pieces)
    if len(joined) < 0.7 * len(wanted):
        return ()
    if len(joined) < len(wanted):
        score = fuzz.ratio(wanted, joined)
        return ((score, 0, len(pieces) - 1),) if score >= least.long else ()
    aligned = fuzz.partial_ratio_alignment(wanted, joined, score_cutoff=least.long)
    if aligned is None or aligned.score < least.long:
        return ()
    start, ends = 0, []
    for piece in pieces:
        ends.append((start, start + len(piece)))
        start += len(piece)
    inside = [position for position, (left, right) in enumerate(ends)
              if right > left and min(right, aligned.dest_end) - max(left, aligned.dest_start) > 0.5 * (right - left)]
    if len(inside) > 1 and len(pieces[inside[0]]) <= 2 and not wanted.startswith(pieces[inside[0]]):
        inside.pop(0)  # a box that was taken for a letter
    return ((aligned.score, inside[0], inside[-1]),) if inside else ()


def find_forms(pages: Sequence[Page]) -> list[Located]:
    """The forms on the pages, in order. A page without a title belongs to the form before it (notices, second pages)."""
    groups: list[tuple[Layout, bool, list[Page]]] = []
    for page in pages:
        named = which_form(page)
        if named:
            groups.append((*named, [page]))
        elif groups:
            groups[-1][2].append(page)
    return [_locate(layout, sure, group) for layout, sure, group in groups]


def which_form(page: Page) -> tuple[Layout, bool] | None:
    """The form whose first page this is, and whether that is sure; None when it is no form's first page."""
    lines = lines_of(page.number, page.words)
    if not lines:
        return None
    least = SCANNED if page.how == "scan" else PRINTED
    upper = [number for number, line in enumerate(lines) if line.box[1] < 0.4 * page.height]
    everywhere = range(len(lines))
    number = printed_number(lines)
    scores: dict[str, float] = {}
    for form, layout in layouts().items():
        title = max((match.score for one in layout.titles for match in matches(one, lines, upper, least)[:1]), default=0.0)
        signs = sum(bool(matches(one, lines, everywhere, least)) for one in layout.signs)
        labels = sum(any(matches(label, lines, everywhere, least) for label in one.labels) for one in layout.fields[:8])
        if labels < 3 or (not title and signs < 2):
            continue
        scores[form] = title / 50 + 1.5 * signs + 0.15 * labels + (3 if number and number[0] == form else 0)
    if not scores:
        return None
    best, *others = sorted(scores, key=lambda form: -scores[form])
    margin = scores[best] - (scores[others[0]] if others else 0.0)
    if scores[best] < 2.2:
        return None
    agreed = number is not None and number[0] == best
    return layouts()[best], agreed or margin >= 1.4


def printed_number(lines: Sequence[Line]) -> tuple[str, str | None, Line] | None:
    """The number and edition printed at the foot, such as `DHS Form I-247A (3/17)`."""
    for line in reversed(lines):
        found = _NUMBER.search(line.text)
        if found:
            letter = found["letter"].upper() if found["digits"] == "247" else ""
            return f"I-{found['digits']}{letter}", found["edition"], line
    return None


def locate_again(located: Located, pages: Sequence[Page], faint: bool = False) -> Located:
    """The same form on the same pages, in other words that were recognised there. `faint` takes words for a label that are much less alike: what is found so
    has to be looked at."""
    return _locate(located.layout, located.sure, list(pages), faint)


def stand_alike(first: Place | None, second: Place | None) -> bool:
    """True when two recognitions of a page have the label, and the answer under or beside it, at one place."""
    if first is None or second is None or first.page != second.page or abs(first.label[0] - second.label[0]) > 6 or abs(first.label[1] - second.label[1]) > 5:
        return False
    left, right = max(first.region[0], second.region[0]), min(first.region[2], second.region[2])
    top, bottom = max(first.region[1], second.region[1]), min(first.region[3], second.region[3])
    both = max(0.0, right - left) * max(0.0, bottom - top)
    return both >= 0.5 * max((box[2] - box[0]) * (box[3] - box[1]) for box in (first.region, second.region))


def _locate(layout: Layout, sure: bool, pages: list[Page], faint: bool = False) -> Located:
    located = Located(layout, pages, sure)
    least = SCANNED if any(page.how == "scan" for page in pages) else PRINTED
    lines = [line for page in pages[:4] for line in lines_of(page.number, page.words)]
    first_page = [line for line in lines if line.page == pages[0].number]
    number = printed_number(first_page) or printed_number(lines)
    if number:
        located.number = number[2].page, number[2].box, number[2].text
        if number[1] and number[0] == layout.form:
            located.edition = number[1], number[2].page, number[2].box, number[2].text
    used: dict[int, set[int]] = {}
    spans = _part_lines(layout, lines, least)
    starts: list[tuple[FieldLayout, Match, list[Match], int]] = []
    for part, numbers in spans:
        starts += [(*found, numbers.stop - 1) for found in _labels(part, lines, numbers, used, FAINT if faint else least)]
    for position, line in enumerate(lines):
        for index in used.get(position, ()):
            located.printed.setdefault(line.page, []).append(line.words[index].box)
    sizes = {page.number: page for page in pages}
    flowing = {one.name for part in layout.parts if part.flows for one in part.fields}
    for one, match, continued, last in starts:
        place = _place(one, match, continued, lines, used, sizes[lines[match.line].page], one.name in flowing, last)
        located.places[one.name] = place
    return located


def _part_lines(layout: Layout, lines: Sequence[Line], least: Least) -> list[tuple[Part, range]]:
    """The lines of each part: from its start to the start of the next that is found. Starts keep the order of the form."""
    options: list[list[tuple[float, int]]] = []
    for part in layout.parts:
        starts = {match.line: match.score for label in reversed(part.starts or layout.titles) for match in matches(label, lines, range(len(lines)), least)}
        options.append([(score, line) for line, score in starts.items()])
    # The best chain of starts that never goes up: a part may be missing.
    chains: list[tuple[float, int, list[int | None]]] = [(0.0, -1, [])]
    for choice in options:
        following: dict[int, tuple[float, int, list[int | None]]] = {}
        for total, last, chain in chains:
            for gain, line in [(0.0, last), *((score, line) for score, line in choice if line >= last)]:
                new = total + gain, line, [*chain, line if gain else None]
                if line not in following or following[line][0] < new[0]:
                    following[line] = new
        chains = sorted(following.values(), key=lambda one: -one[0])[:40]
    best = chains[0][2]
    found = []
    for position, part in enumerate(layout.parts):
        earlier = [line for line in best[:position + 1] if line is not None]
        later = [line for line in best[position + 1:] if line is not None]
        begin = earlier[-1] if earlier else 0
        # A part whose captions stand under its lines begins where the one before it ended; the line itself is shared.
        end = later[0] if later else len(lines) - 1
        found.append((part, range(begin, min(len(lines), end + 1))))
    return found


def _labels(part: Part, lines: Sequence[Line], numbers: range, used: dict[int, set[int]],
            least: Least) -> list[tuple[FieldLayout, Match, list[Match]]]:
    found: list[tuple[FieldLayout, Match, list[Match]]] = []
    taken: dict[tuple[str, ...], Match] = {}
    for one in sorted(part.fields, key=lambda each: -max(len(label) for label in each.labels)):
        chosen = taken.get(one.labels)
        if chosen is None:
            options = [(match.score - _overlaps(used, match) - 2 * rank, -rank, match) for rank, label in enumerate(one.labels)
                       for match in matches(label, lines, numbers, least)]
            options = [option for option in options if option[0] > 40]
            if options:
                chosen = max(options, key=lambda option: (round(option[0]), option[1], -option[2].line))[2]
        if chosen is None:
            continue
        taken[one.labels] = chosen
        _use(used, chosen)
        continued = []
        for more in one.continues:
            near = [match for match in matches(more, lines, range(chosen.line + 1, min(chosen.line + 3, len(lines))), least)]
            if near:
                _use(used, near[0])
                continued.append(near[0])
                break
        for after in one.until:
            stops = [match for match in matches(after, lines, range(chosen.line, min(chosen.line + 2, len(lines))), least)
                     if match.line > chosen.line or match.first > chosen.last]
            if stops:
                _use(used, stops[0])
                break
        found.append((one, chosen, continued))
    for words in part.starts:
        best = matches(words, lines, numbers, least)
        if best:
            _use(used, best[0])
            break
    for words in part.printed:
        for match in matches(words, lines, numbers, least)[:2]:
            _use(used, match)
    return found


def _use(used: dict[int, set[int]], match: Match) -> None:
    used.setdefault(match.line, set()).update(range(match.first, match.last + 1))


def _overlaps(used: dict[int, set[int]], match: Match) -> float:
    """What a match loses for words that are another label's: a short label never stands inside another, a long one may share a few words."""
    words = set(range(match.first, match.last + 1))
    shared = len(words & used.get(match.line, set()))
    return 0.0 if not shared else 100.0 if len(words) < 3 or (shared == len(words) and len(words) < 5) else 10.0


def _place(one: FieldLayout, match: Match, continued: list[Match], lines: Sequence[Line], used: dict[int, set[int]], page: Page, flows: bool,
           last: int) -> Place:
    line = lines[match.line]
    words = line.words[match.first:match.last + 1]
    usual = sorted(word.height for word in words)[len(words) // 2]
    # Specks make the box of a word higher than its letters.
    label = around(word.box for word in words if word.height <= 1.6 * usual)
    joined, wanted = "".join(plain(word.text) for word in words), max((plain(each) for each in one.labels), key=len)
    if one.where == "right" and len(words) < 4 and len(joined) >= len(wanted) + 2:
        # Recognised without a space: the answer hangs on the label. The label ends where its share of the letters ends.
        label = label[0], label[1], label[0] + (label[2] - label[0]) * len(wanted) / len(joined), label[3]
    if one.where == "right" and match.last + 1 < len(line.words) and label[0] + 4 < line.words[match.last + 1].box[0] < label[2]:
        # Recognised boxes overlap now and then: the label ends where the next word begins.
        label = label[0], label[1], line.words[match.last + 1].box[0] - 0.5, label[3]
    high = max(6.0, label[3] - label[1])
    more: tuple[Box, ...] = ()
    if one.where == "left":
        label = min(word.box[0] for word in words), *label[1:]
        # A word left of the box is no box.
        before = [word.box[2] for word in line.words[:match.first] if len(plain(word.text)) >= 3 and word.box[2] - word.box[0] > 13]
        reach, middle = max(0.8 * high, 7.2), (label[1] + label[3]) / 2
        region = max([label[0] - 3.4 * max(high, 8.0), *before]), middle - reach, label[0] - 0.4, middle + reach
    elif one.where == "above":
        left, right = _between(match, lines, used, page)
        rise = 30.0 if one.kind == "signature" else 16.0
        region = left, max(label[1] - rise, _printed_above(match, lines, used)), right, label[1]
    else:
        right = _right_end(match, line, used, page)
        region = label[2], label[1] - 0.35 * high, right, label[3] + 0.35 * high
        if flows:
            top = max([label[3], *(lines[part.line].box[3] for part in continued)])
            bottom = _next_printed(match, continued, lines, used, label[0] - 2, right, page)
            if last > match.line and lines[last].page == page.number:
                bottom = min(bottom, lines[last].box[1] - 1)
            deepest = top + (9 if one.kind == "address" else 2) * 1.5 * high
            more = ((label[0] - 3, label[3], right, min(bottom, deepest)),)
        elif right - label[2] < 50 and match.line + 1 < len(lines) and lines[match.line + 1].page == line.page:
            following = lines[match.line + 1]
            stops = sorted(used.get(match.line + 1, ()))
            end = following.words[stops[0]].box[0] if stops else min(following.box[2], following.box[0] + 160)
            more = ((following.box[0] - 3, following.box[1] - 1, end, following.box[3] + 1),)
    further = tuple(around(word.box for word in lines[part.line].words[part.first:part.last + 1]) for part in continued)
    return Place(one, page.number, label, region, more, further)


def _right_end(match: Match, line: Line, used: dict[int, set[int]], page: Page) -> float:
    """Where the answer on a line ends: at the next printed words, or at the edge of the paper."""
    later = [index for index in used.get(match.line, ()) if index > match.last]
    if later:
        return line.words[min(later)].box[0] - 1
    return page.width - 12


def _between(match: Match, lines: Sequence[Line], used: dict[int, set[int]], page: Page) -> tuple[float, float]:
    """The column over a caption: half way to the captions beside it. Printed words that follow at the distance of a space belong to the caption."""
    line, printed = lines[match.line], used.get(match.line, set())
    first, last = match.first, match.last
    space = 0.6 * max(6.0, line.words[first].height)
    while first - 1 in printed and line.words[first].box[0] - line.words[first - 1].box[2] < space:
        first -= 1
    while last + 1 in printed and line.words[last + 1].box[0] - line.words[last].box[2] < space:
        last += 1
    start, end = line.words[first].box[0], line.words[last].box[2]
    left = max(((line.words[index].box[2] + start) / 2 for index in printed if index < first), default=18.0)
    right = min(((line.words[index].box[0] + end) / 2 for index in printed if index > last), default=page.width - 18.0)
    # A caption stands in the middle under its line, more or less.
    middle = (start + end) / 2
    half = max(min(middle - left, right - middle), 48.0) + 12.0
    return max(left, middle - half), min(right, middle + half)


def _printed_above(match: Match, lines: Sequence[Line], used: dict[int, set[int]]) -> float:
    """The foot of the last line above that has printed words, and of the rule under it."""
    words = lines[match.line].words[match.first:match.last + 1]
    top = min(word.box[1] for word in words)
    for number in range(match.line - 1, -1, -1):
        line = lines[number]
        if line.page != lines[match.line].page:
            break
        if used.get(number) and line.box[3] < top - 4:
            return max(line.words[index].box[3] for index in used[number]) + 2.2
    return 0.0


def _next_printed(match: Match, continued: list[Match], lines: Sequence[Line], used: dict[int, set[int]], left: float, right: float, page: Page) -> float:
    own = {(part.line, index) for part in continued for index in range(part.first, part.last + 1)}
    for number in range(match.line + 1, len(lines)):
        line = lines[number]
        if line.page != page.number:
            break
        for index in sorted(used.get(number, ())):
            box = line.words[index].box
            if (number, index) not in own and box[0] < right and box[2] > left:
                return line.words[index].box[1] - 1
    return page.height - 36


def inside(word: Word, box: Box) -> bool:
    """True when the middle of a word is in the box and most of its width too."""
    left, top, right, bottom = word.box
    if not box[1] <= (top + bottom) / 2 <= box[3]:
        return False
    return min(right, box[2]) - max(left, box[0]) > 0.5 * (right - left)

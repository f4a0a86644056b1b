"""The running text of a report on paper (PDF or picture): its lines put together to paragraphs, page after page, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from lawfulhold.sources.forms.bounded import run_bounded
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.page import Line, Page, lines_of
from lawfulhold.sources.forms.reading import FormError
from lawfulhold.sources.reading import PaperText

FEWEST_WORDS = 20
"""A paper with fewer words than these is no report."""
STRIPE = 9.0
"""So many points wide at least is the white between two columns."""
FEWEST_LINES = 4
INDENT = 20.0
_FORM = re.compile(r"(?:.*\W)?NOTICE OF ACTION\W*$|(?:DHS|ICE) Form I-2\d\d\w?(?: ?\(.*)?$")
"""A line by which a form is known: its heading, or the number and edition at its foot. A report may name both within a sentence."""
_PAGE_NUMBER = re.compile(r"(?:page )?[-–—]? ?\d{1,3} ?[-–—]?(?: (?:of|/) \d{1,3})?", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;][\"”’')]*$")


def paper_text(path: Path | str, name: str | None = None) -> PaperText:
    """The running text of a PDF or picture, for the reader of reports. Pictures of text are recognised by Tesseract.

    Raises `FormError` when the file cannot be read, needs Tesseract where there is none, or holds too few words for a report.
    """
    path = Path(path)
    name = name or str(path)
    if file_kind(path, name) not in {"pdf", "picture"}:
        raise FormError("is no PDF and no picture; give it as it is", name)
    found = run_bounded("text", path, name)
    return PaperText(found["text"], tuple(found["pages"]), tuple((start, end, sure) for start, end, sure in found["recognised"]))


def text_here(path: Path, name: str) -> dict[str, Any]:
    """What `paper_text` gives, as plain values, in this process."""
    from lawfulhold.sources.forms.read import open_pages, recognise_pages

    pages, draw, paper = open_pages(path, name)
    try:
        recognise_pages(pages, draw, name)
        if sum(len(page.words) for page in pages) < FEWEST_WORDS:
            raise FormError("is no form that is known and has too few words for a report; look at it by eye", name)
        lines = [_lines(page) for page in pages]
        if any(_FORM.match(line.text) for page in lines for line in page):
            raise FormError("looks like a form but could not be read as one; scan it again, straight and clean, or read it by eye", name)
        columns = [_columns(page) for page in lines]
        step = _usual_step(column for page in columns for column in page)
        return _written([_paragraphs(page, step) for page in columns], [page.how == "scan" for page in pages])
    finally:
        if paper:
            paper.close()


def _written(pages: Sequence[list[list[Line]]], scanned: Sequence[bool]) -> dict[str, Any]:
    """The paragraphs of all pages as one text. One that does not end on its page goes on with the next."""
    pieces: list[str] = []
    length = 0
    starts: list[int] = []
    recognised: list[tuple[int, int, float]] = []

    def put(words: str) -> None:
        nonlocal length
        pieces.append(words)
        length += len(words)

    open_end = False
    for paragraphs, from_picture in zip(pages, scanned, strict=True):
        if pieces:
            put(" " if open_end and paragraphs else "\n\n")
        starts.append(length)
        for number, lines in enumerate(paragraphs):
            put("\n\n" if number else "")
            words = [word for line in lines for word in line.words]
            for index, word in enumerate(words):
                put(" " if index else "")
                if from_picture:
                    recognised.append((length, length + len(word.text), round(word.confidence, 3)))
                put(word.text)
        open_end = bool(paragraphs) and _runs_on(paragraphs)
    return {"text": "".join(pieces), "pages": starts, "recognised": recognised}


def _runs_on(paragraphs: list[list[Line]]) -> bool:
    """True when the last paragraph of a page does not end there: its last line is full and ends no sentence."""
    last = paragraphs[-1][-1]
    alike = [line.box[2] for lines in paragraphs for line in lines if abs(line.box[0] - last.box[0]) < INDENT]
    right = sorted(alike)[3 * len(alike) // 4]
    return not _ENDS.search(last.text) and len(last.words) > 3 and last.box[2] - last.box[0] > 0.6 * (right - last.box[0])


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    return min(line.box[0] for line in lines), max(line.box[2] for line in lines)


def _paragraphs(columns: Sequence[list[Line]], step: float) -> list[list[Line]]:
    """The lines of a page in paragraphs. `step` is how far the lines of a paragraph stand from each other."""
    found: list[list[Line]] = []
    for column in columns:
        if found and _runs_on(found) and not _unlike(found[-1][-1], column[0]):
            found[-1].append(column[0])
        else:
            found.append(column[:1])
        margins = _margins(column)
        for before, after in pairwise(column):
            if _begins(before, after, margins, step):
                found.append([after])
            else:
                found[-1].append(after)
    return found


def _lines(page: Page) -> list[Line]:
    """The lines of a page without page numbers, and without the specks of a scan."""
    lines = [line for line in lines_of(page.number, page.words) if re.search(r"\w\w|\d", line.text)]
    while lines and _PAGE_NUMBER.fullmatch(lines[0].text):
        del lines[0]
    while lines and _PAGE_NUMBER.fullmatch(lines[-1].text):
        del lines[-1]
    return lines


def _usual_step(columns: Iterable[list[Line]]) -> float:
    steps = sorted(after.box[3] - before.box[3] for column in columns for before, after in pairwise(column))
    return steps[len(steps) // 4] if steps else 0.0


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines in the order in which they are read: where two columns stand side by side, the left one first. A line over both divides what is above it
    from what is below."""
    gutter = _gutter(lines)
    found: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []

    def close() -> None:
        found.extend(part for part in (left[:], right[:]) if part)
        left.clear()
        right.clear()

    for line in lines:
        if gutter is None or any(word.box[0] < gutter < word.box[2] for word in line.words):
            close()
            if gutter is None and found:
                found[-1].append(line)
            else:
                found.append([line])
            continue
        sides = [word for word in line.words if word.box[2] <= gutter], [word for word in line.words if word.box[0] >= gutter]
        for words, column in zip(sides, (left, right), strict=True):
            if words:
                column.append(Line(line.page, words))
    close()
    return found


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the white stripe between two columns; None where the page has one column. Headings may lie across it: one line in four."""
    if len(lines) < FEWEST_LINES:
        return None
    left, right = _margins(lines)
    best: tuple[int, float] | None = None
    for part in range(30, 71):
        first, last = (left + (right - left) * part / 100 + side for side in (-STRIPE / 2, STRIPE / 2))
        across = sum(any(word.box[0] < last and word.box[2] > first for word in line.words) for line in lines)
        before = [line.box[3] for line in lines if line.words[0].box[2] <= first]
        after = [line.box[3] for line in lines if line.words[-1].box[0] >= last]
        if across > len(lines) / 4 or min(len(before), len(after)) < FEWEST_LINES:
            continue
        beside = min(before[-1], after[-1]) - max(before[0], after[0])
        if beside > 0.5 * min(before[-1] - before[0], after[-1] - after[0]) and (best is None or across < best[0]):
            best = across, (first + last) / 2
    return best[1] if best else None


def _begins(before: Line, after: Line, margins: tuple[float, float], step: float) -> bool:
    """True when a line begins a paragraph: after a wider step, with larger or smaller letters, or where the first word had well found room on the line before."""
    left, right = margins
    if after.box[3] - before.box[3] > 1.35 * step + 1:
        return True
    if _unlike(before, after):
        return True
    room = right - before.box[2] - (after.words[0].box[2] - after.words[0].box[0])
    return room > 0.2 * (right - left)


def _unlike(one: Line, other: Line) -> bool:
    """True when the letters of one line are much larger: a heading."""
    heights = sorted((_height(one), _height(other)))
    return heights[1] > 1.3 * heights[0]


def _height(line: Line) -> float:
    heights = sorted(word.height for word in line.words)
    return heights[len(heights) // 2]

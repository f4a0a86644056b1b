"""Boxes and signatures in the picture of a page: is there a box, and is it marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lawfulhold.sources.forms.page import Ink, Picture
from lawfulhold.sources.forms.picture import around_each, sums
from lawfulhold.sources.forms.reading import Box

EMPTY, MARKED, FULL = 0.055, 0.12, 0.93
_CLEAR, _FAINT = 0.8, 0.62
_SMALLEST = 5.8  # points; smaller squares are letters
_TICKED_TWICE = 0.84  # a tick in a coarse picture is believed when so much of the outline, and a quarter of the box, is dark


@dataclass(frozen=True, slots=True)
class BoxRead:
    """A box found: whether it is marked (None where that cannot be told), where it is, and how sure."""

    marked: bool | None
    sure: bool
    box: Box
    confidence: float


def read_box(picture: Picture, region: Box, letter: float) -> BoxRead | None:
    """The box in a region left of a statement whose letters are `letter` points high; None when no box is found."""
    left, top, right, bottom = picture.crop(region)
    ink = picture.ink[top:bottom, left:right]
    if ink.size == 0 or min(ink.shape) < 6:
        return None
    found = _square(ink, picture.dots, letter)
    if found is None:
        return None
    score, x, y, side, margin = found
    inner = ink[y + margin:y + side - margin, x + margin:x + side - margin]
    share = float(inner.mean()) if inner.size else 0.0
    place = (left + x) / picture.dots, (top + y) / picture.dots, (left + x + side) / picture.dots, (top + y + side) / picture.dots
    clear = score >= _CLEAR
    if share <= EMPTY:
        return BoxRead(False, clear and share <= EMPTY * 0.8, place, min(score, 1 - share))
    if share >= MARKED:
        return BoxRead(True, clear and share <= FULL, place, min(score, 0.6 + share))
    return BoxRead(None, False, place, 0.3)


def agreed(first: BoxRead | None, second: BoxRead | None) -> BoxRead | None:
    """The box of a coarse picture, read in two pictures of it: sure only when both are, say the same and stand at one place. What one alone finds is given,
    and not sure."""
    if first is None or second is None or first.marked is None or second.marked is None:
        found = next((one for one in (first, second) if one is not None and one.marked is not None), first or second)
        return found and BoxRead(found.marked, False, found.box, min(found.confidence, 0.6))
    near = all(abs(one - other) <= 2.5 for one, other in zip(first.box, second.box, strict=True))
    least = min(first.confidence, second.confidence)
    sure = near and first.sure and second.sure and first.marked == second.marked and (not first.marked or least >= _TICKED_TWICE)
    if first.marked == second.marked:
        return BoxRead(first.marked, sure, first.box, least)
    better = max(first, second, key=lambda one: (one.sure, one.confidence))
    return BoxRead(better.marked, False, better.box, min(0.5, least))


def _square(ink: Ink, dots: float, letter: float) -> tuple[float, int, int, int, int] | None:
    """The best square outline: its score (share of the outline that is dark, on the weaker sides), place, side, and the width of its line."""
    near = around_each(ink, 1 if dots < 4 else 2) > 0  # half a point of tolerance
    total = sums(near)
    height, width = ink.shape
    best: tuple[float, int, int, int, int] | None = None
    highest = 0.0
    smallest, largest = max(6, round(max(0.6 * letter, _SMALLEST) * dots)), round(1.55 * letter * dots)
    step = max(1, round(dots / 4))
    for side in range(smallest, min(largest, height, width) + 1, step):
        across, down = np.arange(0, width - side + 1), np.arange(0, height - side + 1)
        if not across.size or not down.size:
            continue

        def run(y0: int, y1: int, x0: int, x1: int, side: int = side) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
            rows, columns = height - side + 1, width - side + 1
            count = (total[y1:y1 + rows, x1:x1 + columns] - total[y0:y0 + rows, x1:x1 + columns]
                     - total[y1:y1 + rows, x0:x0 + columns] + total[y0:y0 + rows, x0:x0 + columns])
            return count / float((y1 - y0) * (x1 - x0))

        sides = np.stack([run(0, 1, 0, side), run(side - 1, side, 0, side), run(0, side, 0, 1), run(0, side, side - 1, side)])
        sides.sort(axis=0)
        # The box of the statement stands at the height of its first line; the next box may be near.
        away = np.abs(down + side / 2 - height / 2)[:, None] / dots
        weak = (2 * sides[0] + sides[1] + sides[2]) / 4 + 0.0005 * side - 0.015 * away
        place = np.unravel_index(int(weak.argmax()), weak.shape)
        score = float(weak[place])
        # Of squares that are equally good the largest: a tick and two sides of its box make a smaller one.
        if score >= _FAINT and (best is None or score >= highest - 0.01):
            x, y, margin = int(place[1]), int(place[0]), max(2, round(0.2 * side))
            if best and _holds_edge(ink[y + margin:y + side - margin, x + margin:x + side - margin]):
                continue
            highest = max(highest, score)
            best = score, x, y, side, margin
    return best


def _holds_edge(inner: Ink) -> bool:
    """True when a straight edge of another box runs through: no mark fills a whole row, and a box that is filled has no empty ones."""
    for shares in (inner.mean(axis=0), inner.mean(axis=1)):
        ordered = np.sort(shares)
        if ordered.size and ordered[-1] >= 0.85 and (ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2 < 0.4:
            return True
    return False


def written(picture: Picture, region: Box) -> tuple[bool | None, float]:
    """Is something written in a region (a signature over its caption)? True, False, or None where that is doubtful; and the share of ink.

    `picture` has no ruled lines any more.
    """
    left, top, right, bottom = picture.crop(region)
    ink = picture.ink[top:bottom, left:right]
    if ink.size == 0:
        return None, 0.0
    columns, rows = np.flatnonzero(ink.sum(axis=0) > 1), np.flatnonzero(ink.sum(axis=1) > 1)
    broad, tall = len(columns) / picture.dots, len(rows) / picture.dots
    amount = float(ink.sum()) / picture.dots**2
    if amount < 1.5 or broad < 3 or tall < 2:
        return False, amount
    if amount > 12 and broad > 22 and tall > 5:
        return True, amount
    return None, amount

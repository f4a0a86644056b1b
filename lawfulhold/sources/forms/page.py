"""One page as the reader sees it: words with their boxes, the fields of a fillable PDF, and a picture. Places are in points from the top left corner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lawfulhold.sources.forms.reading import Box, How

Ink = NDArray[np.bool_]
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the page. `confidence` is 1 for text that the file itself holds."""

    text: str
    box: Box
    confidence: float = 1.0

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Widget:
    """A field of a fillable PDF. `value` is text, or True or False for a box; `kind` is text, check, choice or signature."""

    name: str
    kind: str
    value: str | bool | None
    box: Box
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The page as dots: `grey` for text recognition, `ink` (True = dark) for boxes and signatures, `dots` to the point."""

    grey: Grey
    ink: Ink
    dots: float

    def crop(self, box: Box) -> tuple[int, int, int, int]:
        """The box in dots, cut to the picture: left, top, right, bottom."""
        height, width = self.ink.shape
        left, top, right, bottom = (round(side * self.dots) for side in box)
        return max(0, left), max(0, top), min(width, right), min(height, bottom)


@dataclass(slots=True)
class Page:
    """A page of a file."""

    number: int
    width: float
    height: float
    how: How
    words: list[Word] = field(default_factory=list)
    widgets: list[Widget] = field(default_factory=list)
    picture: Picture | None = None
    clean: Picture | None = None  # of a scanned page: the picture without ruled lines
    second: Picture | None = None  # of a scanned page: another picture, in which the lines run together
    coarse: bool = False  # so few dots to the inch that letters and ticks are told apart with luck
    twice: bool = False  # few dots, as of any fax: labels and boxes are believed where two pictures show them
    source: Any = None


@dataclass(slots=True)
class Line:
    """Words that stand on one line, from left to right."""

    page: int
    words: list[Word]

    @property
    def box(self) -> Box:
        """The box around the line."""
        return around(word.box for word in self.words)

    @property
    def text(self) -> str:
        """The words with a space between."""
        return " ".join(word.text for word in self.words)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all `boxes` (at least one)."""
    every = list(boxes)
    return min(box[0] for box in every), min(box[1] for box in every), max(box[2] for box in every), max(box[3] for box in every)


def lines_of(page: int, words: Sequence[Word]) -> list[Line]:
    """The words in lines, from top to bottom. Words belong to one line when their middles are within half a line's height."""
    found: list[list[Word]] = []
    levels: list[float] = []
    for word in sorted(words, key=lambda one: (one.middle, one.box[0])):
        for position in range(len(found) - 1, max(-1, len(found) - 6), -1):
            height = max(5.0, min(word.height, sorted(one.height for one in found[position])[len(found[position]) // 2]))
            if abs(word.middle - levels[position]) <= 0.5 * height:
                found[position].append(word)
                levels[position] += (word.middle - levels[position]) / len(found[position])
                break
        else:
            found.append([word])
            levels.append(word.middle)
    ordered = sorted(zip(levels, found, strict=True), key=lambda pair: pair[0])
    return [Line(page, sorted(line, key=lambda one: one.box[0])) for _, line in ordered]

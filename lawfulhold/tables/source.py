"""What every reader gives: sheets, and rows of texts with their row number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

#: Called with the number of bytes read so far.
Progress = Callable[[int], None]

BATCH_ROWS = 20_000


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it (from 1), its cells as text (None = no cell), and what is wrong with it."""

    number: int
    cells: list[str | None]
    problem: str | None = None


@dataclass
class Sheet:
    """One sheet of a workbook, or the one table of another file.

    `ragged`: short rows are normal (a workbook leaves out empty cells), so a row with fewer cells than the header is filled up.
    `notes` grows while the rows are read.
    """

    name: str
    rows: Iterator[Row]
    ragged: bool = False
    notes: list[str] = field(default_factory=list)
    header: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """An opened file. `size`: what `Progress` counts up to."""

    path: Path
    kind: str
    size: int
    sheets: Iterator[Sheet]

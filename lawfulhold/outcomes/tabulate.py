"""Count outcomes: tables by state, facility, month, form and answer of the law, each rate with its denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lawfulhold.outcomes.suppress import Grid, suppress
from lawfulhold.tables.engines import SPARK_MARKER
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.normalise import quoted
from lawfulhold.tables.releases import vocabulary

if TYPE_CHECKING:
    import duckdb

BLANK = "(blank)"
OPEN = "open-or-unknown"
NOT_KNOWN = (OPEN, "unmapped")  # outcomes that may be any other: ICE wrote none, or a text that is on no list
LAW = "law_"  # prefix of the answer columns of a decided table


@dataclass(frozen=True)
class Line:
    """One row of a table. `within`: the state of a facility, the year of a month, the form of a type. A count of None is suppressed."""

    key: str
    within: str | None
    counts: Mapping[str, int | None]
    total: int | None

    @property
    def closed(self) -> int | None:
        """Rows for which ICE recorded an end: the total without the open ones; None when either is suppressed."""
        still_open = self.counts.get(OPEN, 0)
        return None if self.total is None or still_open is None else self.total - still_open

    def share(self, outcome: str, of: int | None) -> float | None:
        """The share of an outcome in a denominator; None when one of them is suppressed or the denominator is 0."""
        count = self.counts.get(outcome, 0)
        return None if count is None or not of else count / of


@dataclass(frozen=True)
class OutcomeTable:
    """Outcomes by one dimension. `lines` are in order of size, or of time for months; `totals` is the last line."""

    id: str
    title: str
    heading: str
    outcomes: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: Line


DIMENSIONS: Mapping[str, tuple[str, str, str, str]] = {
    # id: (title, heading, SQL of the key, SQL of the group the key stands in)
    "state": ("by state", "state", f"coalesce(place, facility_state, '{BLANK}')", "NULL"),
    "facility": (
        "by facility",
        "facility",
        f"coalesce(facility_key, '{BLANK}')",
        f"coalesce(place, facility_state, '{BLANK}')",
    ),
    "month": (
        "by month of preparation",
        "month",
        "strftime(detainer_prepare_date, '%Y-%m')",
        "strftime(detainer_prepare_date, '%Y')",
    ),
    "year": ("by year of preparation", "year", "strftime(detainer_prepare_date, '%Y')", "NULL"),
    "form": ("by form", "form", f"coalesce(form, '{BLANK}')", "NULL"),
    "type": (
        "by form as ICE writes it",
        "form",
        f"coalesce(detainer_type, '{BLANK}')",
        f"coalesce(form, '{BLANK}')",
    ),
    "reason": ("by lift reason as ICE writes it", "lift reason", f"coalesce(detainer_lift_reason, '{BLANK}')", "NULL"),
}


# Tables whose lines add up to the lines of another: each key stands within one key of that table.
PARTS_OF: Mapping[str, str] = {"facility": "state", "month": "year", "type": "form"}


def table_of(path: Path) -> Path:
    """The table behind a path: itself, the table in the folder of an import, or a folder that Spark wrote. Raises `TableError` when it is none."""
    if path.is_dir() and not (path / SPARK_MARKER).is_file():
        path = path / "detainers.parquet"
    if not path.exists():
        raise TableError(path, "there is no imported table of detainers; make one with `lawfulhold import`")
    return path


def files_of(table: Path) -> list[Path]:
    """The Parquet files of a table: itself, or the parts that Spark wrote."""
    return sorted(table.glob("*.parquet")) if table.is_dir() else [table]


def columns_of(connection: duckdb.DuckDBPyConnection, table: Path) -> tuple[str, ...]:
    """Names of the columns of a table. Raises `TableError` when it is no Parquet."""
    import duckdb

    try:
        return tuple(
            name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {_read_parquet(table)}").fetchall()
        )
    except duckdb.Error:
        raise TableError(table, "is no table that was imported; run `lawfulhold import` first") from None


def _read_parquet(table: Path) -> str:
    return f"read_parquet([{', '.join(quoted(str(path)) for path in files_of(table))}])"


def relation(path: Path, *, keep_repeats: bool = False) -> str:
    """SQL: the rows to count. Repeats that the release's rule tells are left out unless `keep_repeats`."""
    rows = _read_parquet(path)
    return f"(SELECT * FROM {rows})" if keep_repeats else f"(SELECT * FROM {rows} WHERE duplicate_drop IS NOT TRUE)"


def tabulate(connection: duckdb.DuckDBPyConnection, rows: str, dimension: str) -> OutcomeTable:
    """Outcomes of `rows` (SQL) by a dimension: one of `DIMENSIONS`, or ``law:hold`` for the answers to a question."""
    if dimension.startswith("law:"):
        question = dimension.removeprefix("law:")
        title, heading, within = f"by what the law said ({question})", f"law on {question}", "NULL"
        key = f"coalesce({LAW}{question}, 'not decided')"
    else:
        title, heading, key, within = DIMENSIONS[dimension]
    found = connection.execute(
        f"SELECT {key} AS key, {within} AS within, outcome, count(*) FROM {rows} GROUP BY ALL"
    ).fetchall()
    counts: dict[tuple[str, str | None], dict[str, int]] = {}
    for name, group, outcome, count in found:
        counts.setdefault((name, group), {})[outcome] = count
    present = {outcome for each in counts.values() for outcome in each}
    outcomes = tuple(outcome for outcome in vocabulary()["outcomes"] if outcome in present)
    lines = [
        Line(name, group, {outcome: each.get(outcome, 0) for outcome in outcomes}, sum(each.values()))
        for (name, group), each in counts.items()
    ]
    timed = dimension in ("month", "year")
    lines.sort(key=lambda line: (line.key,) if timed else (-(line.total or 0), line.key))
    sums = {outcome: sum(line.counts[outcome] or 0 for line in lines) for outcome in outcomes}
    return OutcomeTable(dimension, title, heading, outcomes, tuple(lines), Line("all", None, sums, sum(sums.values())))


def suppressed(tables: Sequence[OutcomeTable], threshold: int) -> list[OutcomeTable]:
    """The tables with cells of 1 to `threshold - 1` hidden, and as many others as keep those from being computed.

    All tables must count the same rows; they share their totals.
    """
    if not tables:
        return []
    outcomes = tables[0].outcomes
    first = _row(tables[0].totals, outcomes)
    grids = [Grid([first, list(first)])]
    homes: list[tuple[int, int, Grid]] = []  # table, first line of the grid in it, grid
    orders: dict[int, list[int]] = {}
    for number, table in sorted(enumerate(tables), key=lambda each: each[1].id in PARTS_OF):
        wholes = next((grid for home, _, grid in homes if tables[home].id == PARTS_OF.get(table.id)), None)
        if wholes is None:
            grid = Grid([*(_row(line, outcomes) for line in table.lines), _row(table.totals, outcomes)], (grids[0], 0))
            grids.append(grid)
            homes.append((number, 0, grid))
            orders[number] = list(range(len(table.lines)))
            continue
        home = next(home for home, _, grid in homes if grid is wholes)
        orders[number] = []
        for position, whole in enumerate(tables[home].lines):
            members = [i for i, line in enumerate(table.lines) if line.within == whole.key]
            grid = Grid([*(_row(table.lines[i], outcomes) for i in members), _row(whole, outcomes)], (wholes, position))
            grids.append(grid)
            homes.append((number, len(orders[number]), grid))
            orders[number] += members
    suppress(grids, threshold)
    result = []
    for number, table in enumerate(tables):
        lines = list(table.lines)
        for home, start, grid in homes:
            if home == number:
                for row in range(grid.last[0]):
                    position = orders[number][start + row]
                    lines[position] = _hide(lines[position], outcomes, grid.hidden_in_row(row))
        result.append(
            replace(table, lines=tuple(lines), totals=_hide(table.totals, outcomes, grids[0].hidden_in_row(0)))
        )
    return result


def _row(line: Line, outcomes: Sequence[str]) -> list[int]:
    return [line.counts.get(outcome) or 0 for outcome in outcomes] + [line.total or 0]


def _hide(line: Line, outcomes: Sequence[str], hidden: set[int]) -> Line:
    counts = {outcome: None if i in hidden else line.counts.get(outcome, 0) for i, outcome in enumerate(outcomes)}
    return replace(line, counts=counts, total=None if len(outcomes) in hidden else line.total)

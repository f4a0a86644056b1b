"""Suppressed cells cannot be computed from what is published: tried with all totals of all linked tables at once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from lawfulhold.outcomes.report import count_outcomes, write_outcomes
from lawfulhold.outcomes.suppress import Grid, _protect_each, suppress
from lawfulhold.outcomes.tabulate import PARTS_OF, OutcomeTable, suppressed, tabulate
from tests.outcomes.rows import BOOKED, detainer, imported

COUNT = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 7, 9, 10, 11, 25, 80, 400])


def grid(rows: list[list[int]], parent: tuple[Grid, int] | None = None) -> Grid:
    """A grid with its totals."""
    wide = [[*row, sum(row)] for row in rows]
    return Grid([*wide, [sum(column) for column in zip(*wide, strict=True)]], parent)


def computable(grids: list[Grid]) -> set[tuple[int, int, int]]:
    """The hidden cells that the published cells and all totals determine: those that no solution of the equations can move."""
    number: dict[tuple[int, int, int], int] = {}

    def variable(at: int, row: int, column: int) -> int:
        each = grids[at]
        if each.parent is not None and row == each.last[0]:
            above = next(i for i, other in enumerate(grids) if other is each.parent[0])
            return variable(above, each.parent[1], column)
        return number.setdefault((at, row, column), len(number))

    equations: list[list[tuple[int, int]]] = []
    for at, each in enumerate(grids):
        last_row, last_column = each.last
        for row in range(last_row + 1):
            equations.append(
                [
                    (variable(at, row, c), -1 if c == last_column else 1)
                    for c in range(last_column + 1)
                    if (row, c) in each.hidden
                ]
            )
        for column in range(last_column + 1):
            equations.append(
                [
                    (variable(at, r, column), -1 if r == last_row else 1)
                    for r in range(last_row + 1)
                    if (r, column) in each.hidden
                ]
            )
    if not number:
        return set()
    matrix = np.zeros((len(equations), len(number)))
    for i, equation in enumerate(equations):
        for j, sign in equation:
            matrix[i, j] += sign
    _, values, rows = np.linalg.svd(matrix)
    free = rows[int((values > 1e-9).sum()) :]
    moves = np.abs(free).max(axis=0) if len(free) else np.zeros(len(number))
    return {key for key, i in number.items() if moves[i] < 1e-9}


def together(facilities: list[list[list[int]]], first: list[int]) -> list[Grid]:
    """A table of states, the facilities of each, and a table of two forms over the same rows; `first` are the counts of the first form."""
    states = grid([[sum(column) for column in zip(*rows, strict=True)] for rows in facilities])
    all_rows = Grid([states.counts[-1], list(states.counts[-1])])
    states.parent = (all_rows, 0)
    second = [count - part for count, part in zip(states.counts[-1][:-1], first, strict=True)]
    return [all_rows, states, *(grid(rows, (states, i)) for i, rows in enumerate(facilities)), grid([first, second], (all_rows, 0))]


@st.composite
def linked(draw: st.DrawFn) -> list[Grid]:
    """Such tables."""
    width = draw(st.integers(1, 4))
    facilities = draw(
        st.lists(
            st.lists(st.lists(COUNT, min_size=width, max_size=width), min_size=1, max_size=4), min_size=1, max_size=4
        )
    )
    columns = [sum(counts) for counts in zip(*(row for rows in facilities for row in rows), strict=True)]
    return together(facilities, [draw(st.integers(0, count)) for count in columns])


def small_and_computable(grids: list[Grid]) -> set[tuple[int, int, int]]:
    """Hidden cells under ten that can be computed."""
    return {(at, row, column) for at, row, column in computable(grids) if 0 < grids[at].counts[row][column] < 10}


def test_cycles_of_linked_tables_that_contradict_each_other_protect_nobody() -> None:
    facilities = [[[80, 80, 3, 7]], [[3, 0, 11, 3], [7, 3, 0, 10]], [[2, 25, 80, 7], [1, 7, 9, 400]]]
    alone, looked_at_together = together(facilities, [4, 115, 34, 93]), together(facilities, [4, 115, 34, 93])
    for each in alone:
        each.hidden = {(r, c) for r, row in enumerate(each.counts) for c, count in enumerate(row) if 0 < count < 10}
    _protect_each(alone, 10)
    assert small_and_computable(alone)
    suppress(looked_at_together, 10)
    assert not small_and_computable(looked_at_together)


@settings(max_examples=300, deadline=None)
@given(linked())
def test_no_small_cell_is_published_or_computable(grids: list[Grid]) -> None:
    suppress(grids, 10)
    for each in grids:
        assert {(r, c) for r, row in enumerate(each.counts) for c, count in enumerate(row) if 0 < count < 10} <= each.hidden
    assert not small_and_computable(grids)


@settings(max_examples=200, deadline=None)
@given(linked())
def test_two_hidden_cells_never_add_up_to_less_than_the_threshold(grids: list[Grid]) -> None:
    suppress(grids, 10)
    for each in grids:
        for row in range(each.last[0] + 1):
            hidden = each.hidden_in_row(row)
            if hidden and any(each.counts[row][c] for c in range(each.last[1] + 1) if c not in hidden):
                assert sum(each.counts[row][c] for c in hidden) >= 10


def test_a_table_without_small_cells_is_published_whole() -> None:
    table = grid([[10, 20], [30, 0]])
    suppress([table], 10)
    assert table.hidden == set()


def test_one_small_cell_takes_three_others_with_it() -> None:
    table = grid([[3, 20, 50], [40, 30, 60], [70, 80, 90]])
    suppress([table], 10)
    assert table.hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


# ------------------------------------------------------------------------------------------------ published tables

PLACES = [("US-TX", "JAIL A"), ("US-TX", "JAIL B"), ("US-OH", "JAIL C"), ("US-CT", "JAIL D"), ("(blank)", "(blank)")]
FORMS = [("I-247A", "I247A - x"), ("I-247A", "I247A - y"), ("I-247D", "I247D - x")]
DAYS = ["2017-01-05", "2017-02-05", "2018-03-05", "2018-04-05", "2018-05-05"]
OUTCOMES = ["collected", "declined", "gone", "open-or-unknown"]
LAWS = ["required", "prohibited", "undetermined"]
BY = ("state", "facility", "month", "year", "form", "type", "law:hold")


@st.composite
def caseloads(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Rows of detainers in groups of equal ones, small and large."""
    groups = draw(
        st.lists(
            st.tuples(*(st.sampled_from(each) for each in (PLACES, FORMS, DAYS, OUTCOMES, LAWS)), st.integers(1, 12)),
            min_size=1,
            max_size=12,
        )
    )
    return [(*place, *form, day, outcome, law) for place, form, day, outcome, law, size in groups for _ in range(size)]


def counted(rows: list[tuple[str, ...]]) -> list[OutcomeTable]:
    """All tables over these rows, nothing hidden."""
    connection = duckdb.connect()
    names = "place, facility_key, form, detainer_type, day, outcome, law_hold"
    connection.execute(
        f"CREATE TABLE given AS SELECT * FROM (VALUES {', '.join(str(row) for row in rows)}) AS v({names})"
    )
    relation = "(SELECT *, CAST(day AS DATE) AS detainer_prepare_date, NULL AS facility_state FROM given)"
    return [tabulate(connection, relation, dimension) for dimension in BY]


def everything(published: list[OutcomeTable]) -> tuple[z3.Solver, dict[tuple[str, str, str | None, str], z3.ArithRef]]:
    """All that a reader knows: every published number, every sum within a table, and the sums that tables share."""
    solver = z3.Solver()
    cells: dict[tuple[str, str, str | None, str], z3.ArithRef] = {}
    for table in published:
        columns: dict[str, list[z3.ArithRef]] = {}
        for line in (*table.lines, table.totals):
            row = []
            for name, count in (*line.counts.items(), ("all", line.total)):
                cell = z3.Int(f"{table.id} {line.key} {line.within} {name}")
                cells[table.id, line.key, line.within, name] = cell
                solver.add(cell >= 0 if count is None else cell == count)
                row.append(cell)
                columns.setdefault(name, []).append(cell)
            solver.add(z3.Sum(row[:-1]) == row[-1])
        for name, column in columns.items():
            solver.add(z3.Sum(column[:-1]) == column[-1])
            solver.add(column[-1] == cells[published[0].id, "all", None, name])
    for table in published:
        whole = next((each for each in published if each.id == PARTS_OF.get(table.id)), None)
        for line in whole.lines if whole else ():
            for name in (*line.counts, "all"):
                parts = [
                    cells[table.id, each.key, each.within, name] for each in table.lines if each.within == line.key
                ]
                solver.add(z3.Sum(parts) == cells[whole.id, line.key, line.within, name])  # type: ignore[union-attr]
    return solver, cells


@settings(max_examples=25, deadline=None)
@given(caseloads())
def test_no_reader_can_compute_a_small_cell_from_all_published_tables(rows: list[tuple[str, ...]]) -> None:
    whole = counted(rows)
    solver, cells = everything(suppressed(whole, 5))
    for table in whole:
        for line in (*table.lines, table.totals):
            for name, count in (*line.counts.items(), ("all", line.total)):
                if count is not None and 0 < count < 5:
                    # another caseload with another number here looks the same when published
                    assert solver.check(cells[table.id, line.key, line.within, name] != count) == z3.sat


def test_the_months_of_a_year_are_protected_by_the_year(tmp_path: Path) -> None:
    rows = [
        detainer(day, reason=BOOKED)
        for day, size in (("2017-01-05", 2), ("2017-02-05", 20), ("2018-02-05", 3), ("2018-03-05", 30))
        for _ in range(size)
    ]
    outcomes = count_outcomes(imported(tmp_path, rows), ["month", "year"], suppress_below=10)
    solver, cells = everything(list(outcomes.tables.values()))
    assert solver.check(cells["month", "2017-01", "2017", "collected"] != 2) == z3.sat
    assert solver.check(cells["month", "2018-02", "2018", "collected"] != 3) == z3.sat


def test_what_the_tables_hide_is_nowhere_else(tmp_path: Path) -> None:
    rows = [detainer(reason="Early Release", lifted="2018-03-10", arrested="2018-03-12")] * 4 + [detainer()] * 2
    outcomes = count_outcomes(imported(tmp_path, rows), ["state"], suppress_below=10)
    assert (outcomes.rows, outcomes.spreads, outcomes.tables["state"].totals.total) == (None, [], None)
    write_outcomes(outcomes, tmp_path / "out", formats=("csv", "md"), chart_formats=("svg",))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<p>* detainers; * have a recorded outcome.</p>" in page
    assert "| US-TX | * | * | * | * |" in (tmp_path / "out" / "outcomes-by-state.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "outcomes-by-state.csv").read_text(encoding="utf-8").splitlines()[1] == "US-TX,,,,"

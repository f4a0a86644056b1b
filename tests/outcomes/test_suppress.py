"""Suppressed cells cannot be computed from what is published: tried with all totals of all linked tables at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lawfulhold.outcomes.suppress import Grid, suppress

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


@st.composite
def linked(draw: st.DrawFn) -> list[Grid]:
    """A table of states, the facilities of each, and a table of forms over the same rows."""
    width = draw(st.integers(1, 4))
    facilities = draw(
        st.lists(
            st.lists(st.lists(COUNT, min_size=width, max_size=width), min_size=1, max_size=4), min_size=1, max_size=4
        )
    )
    states = grid([[sum(column) for column in zip(*rows, strict=True)] for rows in facilities])
    all_rows = Grid([states.counts[-1], list(states.counts[-1])])
    states.parent = (all_rows, 0)
    grids = [all_rows, states, *(grid(rows, (states, i)) for i, rows in enumerate(facilities))]
    first = [draw(st.integers(0, count)) for count in states.counts[-1][:-1]]
    forms = grid(
        [first, [count - part for count, part in zip(states.counts[-1][:-1], first, strict=True)]], (all_rows, 0)
    )
    return [*grids, forms]


@settings(max_examples=300, deadline=None)
@given(linked())
def test_no_small_cell_is_published_or_computable(grids: list[Grid]) -> None:
    suppress(grids, 10)
    found = computable(grids)
    for at, each in enumerate(grids):
        for row, counts in enumerate(each.counts):
            for column, count in enumerate(counts):
                if 0 < count < 10:
                    assert (row, column) in each.hidden
                    assert (at, row, column) not in found


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

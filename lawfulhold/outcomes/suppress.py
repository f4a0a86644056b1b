"""Suppress small cells so that no published total gives them back.

A table with its totals is a grid: every row adds up to its total, every column to the totals row. Think of rows and columns as the two sides of a
graph and of each hidden cell as an edge between its row and its column. A hidden cell can be computed from what is published exactly when its
edge lies on no cycle, for along a cycle one may add one to every second cell and take one from the others. So cells are hidden until every hidden
cell lies on a cycle. Beside that, the hidden cells of a row (or column) must add up to the threshold, else two hidden ones would be two ones.

Tables that share totals are linked: the totals row of the facilities of a state is that state's row in the table of states. Cycles that look only at
one table can contradict each other there, so at the end all tables are looked at together: which ways of moving the hidden numbers leave everything
published as it is? They form a linear space, worked out row by row from the smallest tables up and down again; a small cell that moves in none of
them could be computed, and more is hidden until there is none.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Cell = tuple[int, int]


@dataclass
class Grid:
    """Counts with totals: the last row holds the column totals, the last column the row totals.

    `parent`: the grid and row that this grid's totals row repeats. `hidden`: cells that are not published.
    """

    counts: list[list[int]]
    parent: tuple[Grid, int] | None = None
    hidden: set[Cell] = field(default_factory=set)

    @property
    def last(self) -> Cell:
        """Row and column of the grand total."""
        return len(self.counts) - 1, len(self.counts[0]) - 1

    def hidden_in_row(self, row: int) -> set[int]:
        """Columns hidden in a row."""
        return {c for r, c in self.hidden if r == row}


def suppress(grids: list[Grid], threshold: int) -> None:
    """Hide cells of 1 to `threshold - 1` in all grids, and what else must be hidden so that they cannot be computed.

    A grid stands after its parent in the list.
    """
    for grid in grids:
        grid.hidden = {
            (r, c) for r, row in enumerate(grid.counts) for c, count in enumerate(row) if 0 < count < threshold
        }
    _protect_each(grids, threshold)
    while fixed := _computable(grids, threshold):
        more = [one for at in fixed if (one := _one_more(grids, *at, threshold)) is not None]
        if not more:
            return  # nothing at all is published any more
        for grid, cell in more:
            grid.hidden.add(cell)
        _protect_each(grids, threshold)


def _protect_each(grids: list[Grid], threshold: int) -> None:
    """Protect every grid by itself, and carry what is hidden in a shared row to the other grid, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for grid in grids:
            changed |= _share(grid)
            before = len(grid.hidden)
            _protect(grid, threshold)
            changed |= len(grid.hidden) != before
            changed |= _share(grid)


# ------------------------------------------------------------------------------------------------ all tables together

Ways = Any
"""Ways in which the cells of a row can move: the rows of an array span them. The column of totals counts the other way, so every way adds up to 0."""


def _computable(grids: list[Grid], threshold: int) -> list[tuple[Grid, Cell]]:
    """The small cells that what is published in all grids determines."""
    children: dict[tuple[int, int], list[Grid]] = {}
    for grid in grids:
        if grid.parent is not None:
            children.setdefault((id(grid.parent[0]), grid.parent[1]), []).append(grid)
    rows: dict[int, list[Ways]] = {}
    totals: dict[int, Ways] = {}
    for grid in reversed(grids):
        rows[id(grid)] = [
            _meet(_ways(grid, row), *(totals[id(child)] for child in children.get((id(grid), row), ())))
            for row in range(grid.last[0])
        ]
        totals[id(grid)] = _meet(_ways(grid, grid.last[0]), _span(*rows[id(grid)], _none(grid)))
    allowed: dict[tuple[int, int], Ways] = {}
    found: list[tuple[Grid, Cell]] = []
    for grid in grids:
        own, last = rows[id(grid)], grid.last[0]
        above = totals[id(grid)]
        if grid.parent is not None:
            above = _meet(above, allowed[id(grid.parent[0]), grid.parent[1]])
        allowed[id(grid), last] = above
        before, after = [_none(grid)], [_none(grid)]
        for ways in own[:-1]:
            before.append(_span(before[-1], ways))
        for ways in own[:0:-1]:
            after.append(_span(after[-1], ways))
        for row, ways in enumerate(own):
            allowed[id(grid), row] = _meet(ways, _span(above, before[row], after[last - 1 - row]))
        for row in range(last + 1):
            moves = np.abs(allowed[id(grid), row]).sum(axis=0)
            found += [
                (grid, (row, column))
                for column in grid.hidden_in_row(row)
                if 0 < grid.counts[row][column] < threshold and moves[column] < _NOTHING
            ]
    return found


def _one_more(grids: list[Grid], grid: Grid, cell: Cell, threshold: int) -> tuple[Grid, Cell] | None:
    """The cheapest published cell to hide for a cell that can be computed: in its row or column, else in its grid, else anywhere."""

    def published(each: Grid) -> list[tuple[Grid, Cell]]:
        return [
            (each, (row, column))
            for row in range(each.last[0] + 1)
            for column in range(each.last[1] + 1)
            if (row, column) not in each.hidden
        ]

    own = published(grid)
    crossing = [(each, at) for each, at in own if at[0] == cell[0] or at[1] == cell[1]]
    for candidates in (crossing, own, [one for each in grids for one in published(each)]):
        if candidates:
            return min(candidates, key=lambda one: _cost(one[0], one[1], threshold))
    return None


_NOTHING = 1e-9


def _none(grid: Grid) -> Ways:
    return np.zeros((0, grid.last[1] + 1))


def _ways(grid: Grid, row: int) -> Ways:
    """How the hidden cells of a row can move by themselves: one goes up by what another goes down."""
    hidden = sorted(grid.hidden_in_row(row))
    ways = np.zeros((max(0, len(hidden) - 1), grid.last[1] + 1))
    for at, column in enumerate(hidden[1:]):
        ways[at, hidden[0]], ways[at, column] = 1, -1
    return ways


def _span(*ways: Ways) -> Ways:
    """All that can be put together from these."""
    return _split(np.vstack(ways))[0]


def _meet(first: Ways, *others: Ways) -> Ways:
    """What all of these allow."""
    for other in others:
        first = _split(np.vstack([_split(first)[1], _split(other)[1]]))[1]
    return first


def _split(ways: Ways) -> tuple[Ways, Ways]:
    """A basis of what the rows span, and one of what is at right angles to it."""
    if not len(ways):
        return ways, np.eye(ways.shape[1])
    _, sizes, basis = np.linalg.svd(ways)
    rank = int((sizes > _NOTHING).sum())
    return basis[:rank], basis[rank:]


# ------------------------------------------------------------------------------------------------ one table


def _share(grid: Grid) -> bool:
    """Make the totals row of a grid and the row of its parent hide the same cells."""
    if grid.parent is None:
        return False
    parent, row = grid.parent
    last = grid.last[0]
    own, above = grid.hidden_in_row(last), parent.hidden_in_row(row)
    grid.hidden |= {(last, c) for c in above}
    parent.hidden |= {(row, c) for c in own}
    return own != above


def _protect(grid: Grid, threshold: int) -> None:
    while True:
        bridges = list(_bridges(grid))
        if bridges:
            for cell in bridges:
                _close_cycle(grid, cell, threshold)
            continue
        line = next(_thin_lines(grid, threshold), None)
        if line is None:
            return
        grid.hidden.add(line)


def _thin_lines(grid: Grid, threshold: int) -> Iterator[Cell]:
    """For a row or column whose hidden cells add up to less than the threshold: the cheapest further cell to hide in it."""
    rows: dict[int, list[Cell]] = {}
    columns: dict[int, list[Cell]] = {}
    for cell in grid.hidden:
        rows.setdefault(cell[0], []).append(cell)
        columns.setdefault(cell[1], []).append(cell)
    height, width = grid.last[0] + 1, grid.last[1] + 1
    for row, cells in rows.items():
        yield from _more(grid, cells, [(row, c) for c in range(width)], threshold)
    for column, cells in columns.items():
        yield from _more(grid, cells, [(r, column) for r in range(height)], threshold)


def _more(grid: Grid, cells: list[Cell], line: list[Cell], threshold: int) -> Iterator[Cell]:
    if sum(grid.counts[r][c] for r, c in cells) >= threshold:
        return
    free = [cell for cell in line if cell not in grid.hidden and grid.counts[cell[0]][cell[1]] > 0]
    if free:
        yield min(free, key=lambda cell: _cost(grid, cell, threshold))


def _cost(grid: Grid, cell: Cell, threshold: int) -> float:
    """What it costs to hide a published cell: the people in it, much more for totals, most for a cell that is nothing to hide behind."""
    count = grid.counts[cell[0]][cell[1]]
    total_row, total_column = grid.last
    return (
        1
        + count
        + (1e15 if count == 0 else 0)
        + (1e9 if cell[0] == total_row else 0)
        + (1e6 if cell[1] == total_column else 0)
    )


def _close_cycle(grid: Grid, cell: Cell, threshold: int) -> None:
    """Hide the cheapest cells that put a hidden cell on a cycle: the shortest way from its row to its column without it."""
    height, width = grid.last[0] + 1, grid.last[1] + 1
    start, goal = cell[0], height + cell[1]
    best = {start: 0.0}
    before: dict[int, int] = {}
    queue = [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            break
        if cost > best[node]:
            continue
        neighbours = range(height, height + width) if node < height else range(height)
        for other in neighbours:
            edge = (node, other - height) if node < height else (other, node - height)
            if edge == cell:
                continue
            further = cost + (0.0 if edge in grid.hidden else _cost(grid, edge, threshold))
            if further < best.get(other, float("inf")):
                best[other], before[other] = further, node
                heapq.heappush(queue, (further, other))
    node = goal
    while node != start:
        previous = before[node]
        grid.hidden.add((previous, node - height) if previous < height else (node, previous - height))
        node = previous


def _bridges(grid: Grid) -> Iterator[Cell]:
    """Hidden cells on no cycle, by a depth-first search without recursion (Tarjan)."""
    height = grid.last[0] + 1
    neighbours: dict[int, list[int]] = {}
    for row, column in sorted(grid.hidden):
        neighbours.setdefault(row, []).append(height + column)
        neighbours.setdefault(height + column, []).append(row)
    entered: dict[int, int] = {}
    low: dict[int, int] = {}
    for root, first in neighbours.items():
        if root in entered:
            continue
        entered[root] = low[root] = len(entered)
        stack = [(root, -1, iter(first))]
        while stack:
            node, parent, rest = stack[-1]
            other = next(rest, None)
            if other is None:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    low[above] = min(low[above], low[node])
                    if low[node] > entered[above]:
                        yield (above, node - height) if above < height else (node, above - height)
            elif other == parent:
                continue
            elif other in entered:
                low[node] = min(low[node], entered[other])
            else:
                entered[other] = low[other] = len(entered)
                stack.append((other, node, iter(neighbours[other])))

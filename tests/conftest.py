"""Which file is begun first when files are handed out to several processes (`make test`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

LONGEST = ("tests/desk/test_postgresql.py",)
"""Files that take minutes with few tests. Handed out last, as their number of tests would have it, they leave every other process idle."""


def pytest_configure(config: pytest.Config) -> None:
    """The order of the files is the one below, not that of xdist, which knows only how many tests a file has."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def in_order(names: Sequence[str]) -> list[int]:
    """The places of tests, given by their names, in the order in which they are begun: the longest files, then those with the most tests."""
    files = [name.partition("::")[0] for name in names]
    size = Counter(files)
    return sorted(range(len(files)), key=lambda place: (files[place] not in LONGEST, -size[files[place]], files[place]))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In each process of several, the same order; a single process keeps its own."""
    if hasattr(config, "workerinput"):
        items[:] = [items[place] for place in in_order([item.nodeid for item in items])]

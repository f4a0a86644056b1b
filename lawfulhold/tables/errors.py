"""What went wrong with a file, in one line that says where and what to do."""

from __future__ import annotations

from pathlib import Path


class TableError(Exception):
    """A file cannot be used. ``str()`` is the line for people: ``path:row: what is wrong; what to do``."""

    def __init__(self, path: str | Path, message: str, *, row: int | None = None) -> None:
        where = str(path) if row is None else f"{path}:{row}"
        super().__init__(f"{where}: {message}")
        self.path = Path(path)
        self.row = row
        self.message = message

"""What went wrong with a table, in one line that says where and what to do."""

from __future__ import annotations

from pathlib import Path

from lawfulhold.errors import InputError


class TableError(InputError):
    """A file cannot be used. ``str()`` is the line for people: ``path:row: what is wrong; what to do``."""

    def __init__(self, path: str | Path, message: str, *, row: int | None = None) -> None:
        super().__init__(message, str(path), row)

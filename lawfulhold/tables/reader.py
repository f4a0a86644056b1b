"""Open a file of any known kind."""

from __future__ import annotations

from pathlib import Path

from lawfulhold.tables.columnar import open_parquet
from lawfulhold.tables.delimited import open_delimited
from lawfulhold.tables.sniff import kind_of
from lawfulhold.tables.source import Progress, Source
from lawfulhold.tables.workbook import open_workbook


def open_table(path: Path, progress: Progress = lambda _: None) -> Source:
    """The sheets of a file, by what the file is and not by its name. Raises `TableError` when it cannot be read."""
    kind = kind_of(path)
    if kind == "xlsx":
        return open_workbook(path, progress)
    if kind == "parquet":
        return open_parquet(path, progress)
    return open_delimited(path, progress, gzipped=kind == "text.gz")

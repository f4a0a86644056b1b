"""Read Parquet in batches, every cell as the text it would have in a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lawfulhold.tables.errors import TableError
from lawfulhold.tables.source import BATCH_ROWS, Progress, Row, Sheet, Source


def open_parquet(path: Path, progress: Progress) -> Source:
    """The one table of a Parquet file; its first row is the header made from the column names. Nested columns are refused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(
            path, f"the Parquet file is damaged or cut short ({type(error).__name__}); get it again"
        ) from None
    names = list(file.schema_arrow.names)
    for field in file.schema_arrow:
        if pa.types.is_nested(field.type):
            raise TableError(
                path,
                f"column {field.name!r} is nested ({field.type}); only plain columns can be imported. "
                "Is this a table that was imported already?",
            )

    def rows() -> Iterator[Row]:
        yield Row(1, list(names))
        number, seen = 1, 0
        try:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                for cells in zip(*(_texts(column) for column in batch.columns), strict=True):
                    number += 1
                    yield Row(number, list(cells))
                seen += batch.num_rows
                progress(seen)
        except (pa.ArrowException, OSError) as error:
            raise TableError(
                path, f"the Parquet file is damaged after this row ({type(error).__name__}); get it again", row=number
            ) from None

    def _texts(column: pa.Array) -> list[str | None]:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return column.to_pylist()  # type: ignore[no-any-return]
        if pa.types.is_dictionary(column.type):
            return _texts(column.dictionary_decode())
        if pa.types.is_timestamp(column.type):
            return [None if value is None else value.isoformat(" ", "seconds") for value in column.to_pylist()]
        return [None if value is None else _text(value) for value in column.to_pylist()]

    return Source(path, "parquet", file.metadata.num_rows, iter((Sheet("", rows()),)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)

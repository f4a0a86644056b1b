"""Read delimited text (.csv, .txt, .tsv, gzipped or not) row by row, whatever its separator and its encodings."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lawfulhold.tables.errors import TableError
from lawfulhold.tables.source import Progress, Row, Sheet, Source

_SEPARATORS = (",", "\t", "|", ";")
_LONGEST_FIELD = 1 << 20
_MOST_LINES_IN_A_ROW = 200
_BLOCK = 1 << 20


def open_delimited(path: Path, progress: Progress, *, gzipped: bool) -> Source:
    """The one table of a text file. The separator is the one that splits the first lines best."""
    sheet = Sheet("", iter(()))
    sheet.rows = _rows(path, gzipped, progress, sheet)
    return Source(path, "text.gz" if gzipped else "text", path.stat().st_size, iter((sheet,)))


def _rows(path: Path, gzipped: bool, progress: Progress, sheet: Sheet) -> Iterator[Row]:
    lines = _Lines(path, gzipped, progress)
    separator = _separator(lines.peek())
    number = 0
    with csv_field_limit(_LONGEST_FIELD):
        # strict: a quotation mark in the wrong place is an error of its row and not a guess
        reader = csv.reader(lines, delimiter=separator, strict=True)
        while True:
            before = reader.line_num
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                if "end of data" in str(error) or "field larger" in str(error):
                    raise TableError(
                        path,
                        "a quotation mark that opens in this row is never closed, or the file is cut short there; "
                        "correct it or get the file again",
                        row=number,
                    ) from None
                yield Row(number, [], f"the row cannot be split into cells ({error})")
                continue
            if reader.line_num - before > _MOST_LINES_IN_A_ROW:
                raise TableError(
                    path,
                    f"a quotation mark that opens in this row runs over {reader.line_num - before} lines; correct it",
                    row=number,
                )
            yield Row(number, [cell or None for cell in cells])
    if lines.other:
        sheet.notes.append(f"{lines.other:,} lines are not UTF-8 and were read as Windows-1252")
    if lines.nulls:
        sheet.notes.append(f"{lines.nulls:,} lines hold NUL bytes, which were left out")


class csv_field_limit:  # noqa: N801 - a context manager named like the function it wraps
    """Raise the longest allowed field while reading."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __enter__(self) -> None:
        self.before = csv.field_size_limit(self.limit)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self.before)


class _Lines:
    """Lines of a file as text: UTF-8 where a line is UTF-8, Windows-1252 where it is not."""

    def __init__(self, path: Path, gzipped: bool, progress: Progress) -> None:
        self.path = path
        self.other = 0
        self.nulls = 0
        self._iterator = self._read(gzipped, progress)
        self._peeked: list[str] = []

    def peek(self, count: int = 80) -> list[str]:
        """The first lines, which will still be read."""
        for line in self._iterator:
            self._peeked.append(line)
            if len(self._peeked) >= count:
                break
        return list(self._peeked)

    def __iter__(self) -> Iterator[str]:
        while self._peeked:
            yield self._peeked.pop(0)
        yield from self._iterator

    def _read(self, gzipped: bool, progress: Progress) -> Iterator[str]:
        try:
            with self.path.open("rb") as raw:
                stream: IO[bytes] = gzip.open(raw, "rb") if gzipped else raw  # type: ignore[assignment]
                start = stream.read(4)
                stream.seek(0)
                if start.startswith((b"\xff\xfe", b"\xfe\xff")):
                    yield from io.TextIOWrapper(stream, encoding="utf-16", newline="")
                    return
                first = True
                while block := stream.readlines(_BLOCK):
                    progress(raw.tell())
                    if first:
                        block[0] = block[0].removeprefix(b"\xef\xbb\xbf")
                        first = False
                    yield from self._decode(block)
        except UnicodeError as error:
            raise TableError(
                self.path, f"the text cannot be decoded ({type(error).__name__}); save it as UTF-8"
            ) from None
        except (EOFError, zlib.error, OSError) as error:
            raise TableError(
                self.path, f"the file is damaged or cut short ({type(error).__name__}); get it again"
            ) from None

    def _decode(self, block: list[bytes]) -> list[str]:
        try:
            lines = [line.decode() for line in block]
        except UnicodeDecodeError:
            lines = [self._decode_line(line) for line in block]
        if any("\0" in line for line in lines):
            self.nulls += sum("\0" in line for line in lines)
            lines = [line.replace("\0", "") for line in lines]
        return lines

    def _decode_line(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.other += 1
            try:
                return line.decode("cp1252")
            except UnicodeDecodeError:
                return line.decode("latin-1")


def _separator(lines: list[str]) -> str:
    """The separator that gives most lines the same, largest number of cells."""
    best, score = ",", 0
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        except csv.Error:
            continue
        if not widths:
            continue
        width = max(set(widths), key=lambda each: (widths.count(each) * (each > 1), each))
        here = widths.count(width) * (width - 1)
        if here > score:
            best, score = separator, here
    return best

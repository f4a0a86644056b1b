"""Import files of any known release into one canonical table.

Rows go from the reader to a staging Parquet file of plain texts, then one DuckDB query makes the canonical table of them. Everything is
written into a folder beside the target and put in its place by one rename at the end, so a killed import leaves nothing that looks finished.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.tables import lookups, normalise
from lawfulhold.tables.engines import connect, explained
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.folders import replaced_folder
from lawfulhold.tables.reader import open_table
from lawfulhold.tables.releases import HeaderMatch, match_header, nearest_release, plain, releases, schema
from lawfulhold.tables.source import Row, Sheet

if TYPE_CHECKING:
    import duckdb

_HEADER_SEARCH = 60
_BATCH_CELLS = 600_000
REPORT = "report.json"
QUARANTINE = "quarantine.csv"


@dataclass
class SheetReport:
    """What became of one sheet: ``kept + quarantined == read``."""

    sheet: str
    release: str | None = None
    header_row: int | None = None
    title_rows: int = 0
    blank_rows: int = 0
    read: int = 0
    kept: int = 0
    quarantined: int = 0
    unknown_columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)
    repeated_headers: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class FileReport:
    """One file: what it was, byte for byte, and its sheets."""

    path: str
    sha256: str
    bytes: int
    kind: str
    sheets: list[SheetReport] = field(default_factory=list)


@dataclass
class ImportReport:
    """What an import did. ``kept + quarantined == read``, always."""

    read: int = 0
    kept: int = 0
    quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown_values: dict[str, dict[str, int]] = field(default_factory=dict)
    unreadable_cells: dict[str, int] = field(default_factory=dict)
    redacted_cells: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, dict[str, Any]] = field(default_factory=dict)
    synthetic_rows: int = 0
    files: list[FileReport] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    imported_at: str = ""

    def as_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class _Staged:
    """One sheet as texts in a Parquet file."""

    path: Path
    file: str
    match: HeaderMatch
    report: SheetReport


def import_files(
    paths: Sequence[Path],
    out: Path,
    *,
    release: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    memory: str = "2GB",
) -> ImportReport:
    """Import files into the folder `out`: ``detainers.parquet`` (or ``bookings.parquet``), ``quarantine.csv`` and ``report.json``.

    `release` forces one schema; otherwise the header decides. `progress` is called with a file name, the amount done and the whole.
    Raises `TableError` when a file cannot be read as a whole; then `out` is as it was before.
    """
    _check_names(paths)
    if release is not None and release not in releases():
        raise TableError(release, f"no such release; known are {', '.join(releases())}")
    report = ImportReport(imported_at=datetime.now(UTC).isoformat(timespec="seconds"))
    with replaced_folder(out, REPORT) as folder:
        staging = folder / "staging"
        staging.mkdir()
        reasons: Counter[str] = Counter()
        with (folder / QUARANTINE).open("w", newline="", encoding="utf-8") as stream:
            quarantine = _Quarantine(csv.writer(stream), reasons)
            staged: list[_Staged] = []
            for path in paths:
                staged += _stage(path, staging, len(staged), release, quarantine, report, progress)
            if not staged:
                raise TableError(paths[0], "none of its sheets has a header of a known release")
            with explained(", ".join(str(path) for path in paths), "cannot be made into one table"):
                _write_tables(staged, folder, quarantine, report, memory)
        report.reasons = dict(reasons.most_common())
        shutil.rmtree(staging)
        for part in (each for file in report.files for each in file.sheets):
            report.read += part.read
            report.kept += part.kept
            report.quarantined += part.quarantined
        if report.kept + report.quarantined != report.read or report.kept != sum(report.tables.values()):
            raise AssertionError(
                f"{report.kept} kept and {report.quarantined} quarantined are not {report.read} read; please report this as a fault"
            )
        (folder / REPORT).write_text(report.as_json(), encoding="utf-8")
    return report


def _check_names(paths: Sequence[Path]) -> None:
    seen: dict[Path, Path] = {}
    for path in paths:
        if path.resolve() in seen:
            raise TableError(path, "the file is named twice; its rows would count twice")
        seen[path.resolve()] = path


class _Quarantine:
    """Writes the rows that were not taken, with the reason."""

    def __init__(self, writer: Any, reasons: Counter[str]) -> None:
        self._writer = writer
        self._reasons = reasons
        writer.writerow(["source_file", "source_sheet", "source_row", "reason", "cells"])

    def add(self, file: str, part: SheetReport, row: int, kind: str, detail: str, cells: str) -> None:
        """`kind` is what is counted, `detail` what the person reads."""
        part.quarantined += 1
        self._reasons[kind] += 1
        self._writer.writerow([file, part.sheet, row, detail, cells])


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sources_of(table: Path) -> list[str]:
    """The files that an imported table was made of: name, releases and SHA-256 of each; none for any other table."""
    if table.name not in {f"{name}.parquet" for name in schema().tables}:
        return []
    report = table.parent / REPORT
    if not report.is_file():
        return []
    found = []
    for file in json.loads(report.read_text(encoding="utf-8")).get("files", []):
        names = ", ".join(sorted({sheet["release"] for sheet in file["sheets"] if sheet["release"]}))
        found.append(f"{Path(file['path']).name}, {names}, sha256 {file['sha256']}")
    return found


def _stage(
    path: Path,
    staging: Path,
    count: int,
    release: str | None,
    quarantine: _Quarantine,
    report: ImportReport,
    progress: Callable[[str, int, int], None] | None,
) -> list[_Staged]:
    size = 0

    def tick(done: int) -> None:
        if progress is not None:
            progress(path.name, done, size)

    source = open_table(path, tick if progress is not None else lambda _: None)
    size = source.size
    entry = FileReport(str(path), sha256(path), path.stat().st_size, source.kind)
    report.files.append(entry)
    staged: list[_Staged] = []
    nearest = (0, "")
    for sheet in source.sheets:
        part = SheetReport(sheet.name)
        entry.sheets.append(part)
        match, found = _find_header(sheet, part, release)
        if match is None:
            nearest = max(nearest, found)
            part.notes.append("no header of a known release in its first rows; the sheet was left out")
            continue
        target = staging / f"{count + len(staged)}.parquet"
        _stage_rows(path, sheet, part, match, target, quarantine)
        part.notes += sheet.notes
        staged.append(_Staged(target, path.name, match, part))
    if not staged:
        known, closest = nearest
        hint = f"the closest is {closest} with {known} known headers" if known else "not one header text is known"
        raise TableError(
            path,
            f"no header row of {'the release ' + release if release else 'a known release'} in the first {_HEADER_SEARCH} rows ({hint}); "
            "see `lawfulhold import --list-releases`, or cut the rows above the header",
        )
    if progress is not None:
        progress(path.name, size, size)
    return staged


def _find_header(sheet: Sheet, part: SheetReport, release: str | None) -> tuple[HeaderMatch | None, tuple[int, str]]:
    nearest = (0, "")
    for _, row in zip(range(_HEADER_SEARCH), sheet.rows, strict=False):
        match = match_header(row.cells, release)
        if match is not None:
            part.release, part.header_row = match.release.id, row.number
            part.unknown_columns, part.missing_columns = list(match.unknown), list(match.missing)
            part.repeated_headers = list(match.repeated)
            sheet.header = row.cells
            return match, nearest
        if any(row.cells):
            part.title_rows += 1
        nearest = max(nearest, nearest_release(row.cells))
    return None, nearest


def _stage_rows(
    path: Path, sheet: Sheet, part: SheetReport, match: HeaderMatch, target: Path, quarantine: _Quarantine
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    width = len(match.names)
    fields = [pa.field(name, pa.string()) for name in match.names] + [pa.field("source_row", pa.int64())]
    layout = pa.schema(fields)
    key = match.names.index(schema().tables[match.release.table].key)
    header = [plain(cell) for cell in sheet.header]
    size = max(2_000, _BATCH_CELLS // (width + 1))
    rows: list[list[str | None]] = []
    numbers: list[int] = []

    def refuse(row: Row, kind: str, detail: str | None = None) -> None:
        quarantine.add(path.name, part, row.number, kind, detail or kind, json.dumps(row.cells, ensure_ascii=False))

    with pq.ParquetWriter(target, layout, compression="zstd", compression_level=1) as writer:

        def flush() -> None:
            if rows:
                columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                writer.write_table(pa.Table.from_arrays([*columns, pa.array(numbers, pa.int64())], schema=layout))
                rows.clear()
                numbers.clear()

        for row in sheet.rows:
            cells = row.cells
            if row.problem is None and not any(cells):
                part.blank_rows += 1
                continue
            part.read += 1
            if row.problem is not None:
                refuse(row, "the row cannot be read", row.problem)
                continue
            if len(cells) != width:
                if (len(cells) > width and any(cells[width:])) or (len(cells) < width and not sheet.ragged):
                    refuse(row, "wrong number of cells", f"{len(cells)} cells, but the header has {width}")
                    continue
                cells = (cells + [None] * (width - len(cells)))[:width]
            if (
                cells[key] is not None
                and plain(cells[key]) == header[key]
                and [plain(cell) for cell in cells] == header
            ):
                refuse(row, "the header again")
                continue
            rows.append(cells)
            numbers.append(row.number)
            if len(rows) >= size:
                flush()
        flush()


def _write_tables(
    staged: Sequence[_Staged], folder: Path, quarantine: _Quarantine, report: ImportReport, memory: str
) -> None:
    connection = connect(memory_limit=memory, temp_directory=str(folder / "spill"))
    by_table: dict[str, dict[str, list[str]]] = {}
    for each in staged:
        relation = f"read_parquet({normalise.quoted(str(each.path))})"
        release = each.match.release
        cursor = connection.execute(normalise.without_key(relation, release))
        while found := cursor.fetchmany(1000):
            for number, text, cells in found:
                said = "is blank" if text is None or not text.strip() else f"cannot be read as a date: {text[:60]!r}"
                quarantine.add(
                    each.file,
                    each.report,
                    number,
                    "no readable key date",
                    f"{schema().tables[release.table].key} {said}",
                    cells,
                )
        each.report.kept = each.report.read - each.report.quarantined
        query = normalise.normalised(relation, each.match.names, release, each.file, each.report.sheet)
        by_table.setdefault(release.table, {}).setdefault(release.id, []).append(query)
    if "detainers" in by_table:
        _look_up(connection, [each for each in staged if each.match.release.table == "detainers"])
    for table, parts in by_table.items():
        queries = []
        for identifier, sheets in parts.items():
            relation = "(" + " UNION ALL BY NAME ".join(f"({query})" for query in sheets) + ")"
            queries.append(_finished(connection, table, identifier, relation))
        target = folder / f"{table}.parquet"
        query = " UNION ALL BY NAME ".join(f"({query})" for query in queries)
        connection.execute(
            f"COPY ({query}) TO {normalise.quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{lawfulhold_table: '{table}'}})"
        )
        _describe(connection, table, target, report)
    connection.close()
    shutil.rmtree(folder / "spill", ignore_errors=True)


def _look_up(connection: duckdb.DuckDBPyConnection, staged: Sequence[_Staged]) -> None:
    """Fill the tables that say what each distinct form name, lift reason and facility is read as."""
    import pyarrow as pa

    for table, columns, read, results in (
        ("lookup_form", ("detainer_type",), lookups.read_form, lookups.Form._fields),
        ("lookup_outcome", ("detainer_lift_reason",), lambda text: (lookups.read_outcome(text),), ("outcome",)),
        ("lookup_facility", normalise.FACILITY, lookups.read_facility, lookups.Facility._fields),
    ):
        parts = [
            normalise.distinct(
                f"read_parquet({normalise.quoted(str(each.path))})", each.match.names, columns, each.match.release
            )
            for each in staged
        ]
        found = connection.execute(" UNION ".join(parts)).fetchall()
        rows = [(*texts, *read(*texts)) for texts in found]
        names = (*columns, *results)
        connection.register(
            table, pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})
        )


def _finished(connection: duckdb.DuckDBPyConnection, table: str, identifier: str, relation: str) -> str:
    release = releases()[identifier]
    if table != "detainers":
        hold = normalise.quoted(release.hold_line or "$^")
        return f"SELECT *, regexp_matches(charge, {hold}) AS immigration_hold FROM {relation}"
    if release.duplicates != "none":
        connection.execute(
            f"CREATE TEMP TABLE repeats_{identifier} AS {normalise.repeats(relation, release.duplicates)}"
        )
    return normalise.with_repeats(
        f"({normalise.derived_detainers(relation)})", release.duplicates, f"repeats_{identifier}"
    )


def _describe(connection: duckdb.DuckDBPyConnection, table: str, target: Path, report: ImportReport) -> None:
    """Fill in what the report says of the table's contents."""
    rows = f"read_parquet({normalise.quoted(str(target))})"

    def pairs(query: str) -> dict[str, int]:
        return {str(key): int(count) for key, count in connection.execute(query).fetchall()}

    report.tables[table] = _count(connection, f"SELECT count(*) FROM {rows}")
    report.synthetic_rows += _count(connection, f"SELECT count(*) FROM {rows} WHERE synthetic IS NOT NULL")
    for column, count in pairs(
        f"SELECT c, count(*) FROM (SELECT unnest(redacted_columns) AS c FROM {rows}) GROUP BY 1 ORDER BY 2 DESC"
    ).items():
        report.redacted_cells[column] = report.redacted_cells.get(column, 0) + count
    for column, count in pairs(
        f"SELECT split_part(c, ':', 1), count(*) FROM (SELECT unnest(cell_notes) AS c FROM {rows}) GROUP BY 1 ORDER BY 2 DESC"
    ).items():
        report.unreadable_cells[column] = report.unreadable_cells.get(column, 0) + count
    if table != "detainers":
        return
    for source, condition in (
        ("facility_state", "place IS NULL"),
        ("detainer_type", "form IS NULL"),
        ("detainer_lift_reason", "outcome = 'unmapped'"),
    ):
        found = pairs(
            f"SELECT {source}, count(*) FROM {rows} WHERE {source} IS NOT NULL AND {condition} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50"
        )
        if found:
            report.unknown_values[source] = found
    for identifier, total, likely, drop, untold in connection.execute(
        f"SELECT release, count(*), count(*) FILTER (duplicate_likely), count(*) FILTER (duplicate_drop), count(*) FILTER (duplicate_likely IS NULL) FROM {rows} GROUP BY 1 ORDER BY 1"
    ).fetchall():
        report.duplicates[identifier] = {
            "rule": releases()[identifier].duplicates,
            "rows": total,
            "likely": likely,
            "to_drop": drop,
            "cannot_tell": untold,
        }


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0

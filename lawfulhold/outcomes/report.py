"""One run of `lawfulhold outcomes`: tables, charts and a page with provenance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.outcomes import charts as draw
from lawfulhold.outcomes import write
from lawfulhold.outcomes.cross import Finding, findings
from lawfulhold.outcomes.durations import GONE, OverDetention, Spread, hidden, over_detention, to_ice_arrest
from lawfulhold.outcomes.tabulate import (
    DIMENSIONS,
    LAW,
    OutcomeTable,
    columns_of,
    files_of,
    relation,
    suppressed,
    table_of,
    tabulate,
)
from lawfulhold.tables.engines import SPARK_MARKER, connect
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.folders import replaced_folder
from lawfulhold.tables.importer import sha256, sources_of
from lawfulhold.tables.releases import vocabulary

if TYPE_CHECKING:
    import duckdb

PAGE = "report.html"
SUMMARY = "outcomes.json"
ASSUMED = ("facts assumed", "agency assumed")  # names in the provenance of a decided table
_PAGE_LINES = 60


@dataclass
class Outcomes:
    """What was counted. `tables` by id. None is a suppressed number, here and in the tables."""

    rows: int | None
    left_out_repeats: int | None
    synthetic: int | None
    tables: dict[str, OutcomeTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    spreads: list[Spread] = field(default_factory=list)
    over_detention: OverDetention | None = None
    suppressed_below: int | None = None
    provenance: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> str:
        """Everything but the facility table, as JSON text."""
        data: dict[str, Any] = {name: value for name, value in asdict(self).items() if name != "tables"}
        data["tables"] = {name: write.records(table) for name, table in self.tables.items() if name != "facility"}
        return json.dumps(data, indent=2, ensure_ascii=False, default=str)


def count_outcomes(
    path: Path, by: Sequence[str], *, suppress_below: int | None = None, keep_repeats: bool = False
) -> Outcomes:
    """Count the outcomes of an imported (or decided) table: a Parquet file or the folder of an import.

    `by`: dimensions of `DIMENSIONS`, or ``law``, which stands for every question that the table has answers to.
    `suppress_below`: hide counts of 1 to this less 1, and what gives them away.
    """

    bookings = path / "bookings.parquet" if path.is_dir() else None
    connection = connect()
    if bookings is not None and bookings.is_file() and not (path / "detainers.parquet").is_file():
        return _bookings(connection, bookings, suppress_below)
    source = table_of(path)
    columns = columns_of(connection, source)
    if "immigration_hold" in columns:
        return _bookings(connection, source, suppress_below)
    if "outcome" not in columns:
        raise TableError(
            source, "has no column `outcome`; it is no imported table of detainers: run `lawfulhold import` first"
        )
    rows = relation(source, keep_repeats=keep_repeats)
    questions = [name.removeprefix(LAW) for name in columns if name.startswith(LAW) and f"{name}_because" in columns]
    wanted: list[str] = []
    for dimension in by:
        if dimension == "law":
            wanted += [f"law:{question}" for question in questions]
        elif dimension in DIMENSIONS:
            wanted.append(dimension)
        else:
            raise TableError(dimension, f"cannot count by that; choose from {', '.join(DIMENSIONS)}, law")
    tables = [tabulate(connection, rows, dimension) for dimension in dict.fromkeys(wanted)]
    if suppress_below is not None:
        tables = suppressed(tables, suppress_below)
    result = Outcomes(
        _one(connection, f"SELECT count(*) FROM {rows}"),
        0
        if keep_repeats
        else _one(connection, f"SELECT count(*) FILTER (duplicate_drop) FROM {relation(source, keep_repeats=True)}"),
        _one(connection, f"SELECT count(synthetic) FROM {rows}"),
        {table.id: table for table in tables},
        suppressed_below=suppress_below,
    )
    for question in questions:
        if f"law:{question}" in result.tables:
            result.findings += findings(result.tables[f"law:{question}"], question)
    result.spreads = [each for each in to_ice_arrest(connection, rows) if each.count]
    if suppress_below is not None:
        _hide(result, suppress_below)
    result.provenance = _provenance(connection, source)
    return result


def _hide(outcomes: Outcomes, threshold: int) -> None:
    """Hide the numbers beside the tables that are small, or that the tables hide."""
    totals = [table.totals for table in outcomes.tables.values()]
    rows = outcomes.rows or 0
    rows_hidden = 0 < rows < threshold or any(each.total is None for each in totals)
    gone_hidden = rows_hidden or any(each.counts.get("gone", 0) is None for each in totals)
    outcomes.spreads = [
        shown
        for each in outcomes.spreads
        if (shown := hidden(each, threshold, of_is_hidden=gone_hidden if each.name == GONE else rows_hidden))
    ]
    repeats, synthetic = outcomes.left_out_repeats or 0, outcomes.synthetic or 0
    outcomes.rows = None if rows_hidden else rows
    outcomes.left_out_repeats = None if 0 < repeats < threshold else repeats
    small = 0 < synthetic < threshold or 0 < rows - synthetic < threshold
    outcomes.synthetic = None if synthetic and (rows_hidden or small) else synthetic


def _bookings(connection: duckdb.DuckDBPyConnection, source: Path, suppress_below: int | None) -> Outcomes:
    rows = relation(source, keep_repeats=True)
    result = Outcomes(
        _one(connection, f"SELECT count(*) FROM {rows}"),
        0,
        _one(connection, f"SELECT count(synthetic) FROM {rows}"),
        suppressed_below=suppress_below,
    )
    found = over_detention(connection, rows)
    if suppress_below is not None:
        _hide(result, suppress_below)
        found = found.hidden(suppress_below)
    result.over_detention = found
    result.spreads = [each for each in (found.stay, found.held_longer) if each is not None]
    result.provenance = _provenance(connection, source)
    return result


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0] or 0) if row else 0


def _provenance(connection: duckdb.DuckDBPyConnection, table: Path) -> list[tuple[str, str]]:
    """Files and their hashes, releases, the law, the time."""
    import lawfulhold

    found = [("table", f"{file.name}, sha256 {sha256(file)}") for file in files_of(table)]
    if table.is_dir():
        written = json.loads((table / SPARK_MARKER).read_text(encoding="utf-8"))
    else:
        query = "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)"
        written = dict(connection.execute(query, [str(table)]).fetchall())
    files = str(written.pop("lawfulhold_source_files", "")).split("; ")
    found += [("source file", file) for file in sources_of(table) or files if file]
    found += [
        (str(key).removeprefix("lawfulhold_").replace("_", " "), str(value))
        for key, value in sorted(written.items())
        if str(key).startswith("lawfulhold_") and key != "lawfulhold_table"
    ]
    found.append(("made by", f"lawfulhold {lawfulhold.__version__}, {datetime.now(UTC).isoformat(timespec='seconds')}"))
    return found


def write_outcomes(
    outcomes: Outcomes, out: Path, *, formats: Sequence[str] = ("csv",), chart_formats: Sequence[str] = ("svg",)
) -> None:
    """Write the tables, the charts, ``outcomes.json`` and ``report.html`` into the folder `out`, which appears whole or not at all."""
    with replaced_folder(out, SUMMARY) as folder:
        drawn = draw.charts(outcomes.tables) if outcomes.tables else {}
        for table in outcomes.tables.values():
            rows = write.records(table)
            for ending in formats:
                write.WRITERS[ending](rows, folder / f"{file_name(table)}.{ending}")
        if outcomes.findings:
            rows = [asdict(each) for each in outcomes.findings]
            for ending in formats:
                write.WRITERS[ending](rows, folder / f"law-against-outcome.{ending}")
        if outcomes.spreads:
            rows = [asdict(each) for each in outcomes.spreads]
            for ending in formats:
                write.WRITERS[ending](rows, folder / f"durations.{ending}")
        if outcomes.over_detention is not None:
            rows = _over_rows(outcomes.over_detention)
            for ending in formats:
                write.WRITERS[ending](rows, folder / f"over-detention.{ending}")
        for name, chart in drawn.items():
            for ending in chart_formats:
                draw.save(chart, folder / f"{name}.{ending}")
        (folder / SUMMARY).write_text(outcomes.as_json(), encoding="utf-8")
        (folder / PAGE).write_text(
            _page(outcomes, {name: draw.svg(chart) for name, chart in drawn.items()}), encoding="utf-8"
        )


def file_name(table: OutcomeTable) -> str:
    """Name of a table's file, without its ending."""
    return f"outcomes-by-{table.id.replace(':', '-')}"


def _page(outcomes: Outcomes, drawn: dict[str, str]) -> str:
    import jinja2
    import markupsafe

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lawfulhold.outcomes", "."),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    tables = []
    for table in outcomes.tables.values():
        rows = write.records(table)
        cut = len(rows) - 1 if len(rows) - 1 > _PAGE_LINES else 0
        kept = [*rows[:_PAGE_LINES], rows[-1]] if cut else rows
        law = table.id.removeprefix("law:") if table.id.startswith("law:") else None
        chart = (
            f"law-{law}-by-outcome" if law else {"month": "outcomes-by-month"}.get(table.id, f"declined-by-{table.id}")
        )
        tables.append(
            {
                "title": table.title,
                "names": list(rows[0]),
                "cut": cut,
                "file": file_name(table),
                "rows": [[write.shown(name, row) for name in row] for row in kept],
                "chart": markupsafe.Markup(drawn[chart]) if chart in drawn else None,
            }
        )
    present = {outcome for table in outcomes.tables.values() for outcome in table.outcomes}
    return environment.get_template("report.html.j2").render(
        title="Detainers and their recorded outcomes" if outcomes.tables else "Time in jail with an immigration hold",
        lead=lead(outcomes),
        notes=_notes(outcomes),
        synthetic=None if outcomes.synthetic == 0 else write.number(outcomes.synthetic),
        tables=tables,
        findings=[
            (each.says, *(write.number(found) for found in (each.count, each.of, each.at_most)))
            for each in outcomes.findings
        ],
        over=[] if outcomes.over_detention is None else _over_rows(outcomes.over_detention),
        spreads=[_spread_row(each, outcomes.suppressed_below is not None) for each in outcomes.spreads],
        words=[line for line in write.vocabulary_lines(vocabulary()["outcomes"]) if line[0] in present],
        provenance=outcomes.provenance,
    )


def _over_rows(found: OverDetention) -> list[dict[str, write.Value]]:
    """What was found of over-detention as records."""
    rows: list[dict[str, write.Value]] = [
        {"bookings": "all", "count": found.bookings},
        {"bookings": "with an immigration hold", "count": found.with_hold},
        {"bookings": "in which the hold ended later than every other charge line", "count": found.longer},
    ]
    return rows + [{"bookings": f"by more than {hours} hours", "count": count} for hours, count in found.over.items()]


def lead(outcomes: Outcomes) -> str:
    """The result in one or two sentences, with its denominators."""
    if outcomes.over_detention is not None:
        found = outcomes.over_detention
        return (
            f"{write.number(found.with_hold)} of {write.number(found.bookings)} bookings have an immigration hold. In {write.number(found.longer)} "
            f"of them the hold ended later than every other charge line; in {write.number(found.over[48])} by more than 48 hours."
        )
    rows = write.number(outcomes.rows)
    any_table = next(iter(outcomes.tables.values()), None)
    if any_table is None:
        return f"{rows} detainers."
    totals = any_table.totals
    declined, closed = totals.counts.get("declined", 0), totals.closed
    share_all, share_closed = totals.share("declined", totals.total), totals.share("declined", closed)
    if declined is None or share_all is None or share_closed is None:
        return f"{rows} detainers; {write.number(closed)} have a recorded outcome."
    return (
        f"{rows} detainers; {closed:,} have a recorded outcome. ICE wrote that {declined:,} were declined: "
        f"{share_closed:.2%} of the {closed:,} closed, {share_all:.2%} of all {rows}."
    )


def _notes(outcomes: Outcomes) -> list[str]:
    notes = []
    if outcomes.left_out_repeats != 0:
        notes.append(
            f"{write.number(outcomes.left_out_repeats)} repeats of a detainer were left out under the rule of the release."
        )
    if outcomes.suppressed_below is not None:
        notes.append(
            f"Counts of 1 to {outcomes.suppressed_below - 1} are suppressed (shown as *), with as many others as keep them from being "
            "computed from these tables. Zeros are shown. Of durations, no single row is shown, and a quantile only where as many rows lie beyond it."
        )
    assumed = [f"{name}: {value}" for name, value in outcomes.provenance if name in ASSUMED and value != "none"]
    if assumed:
        notes.append(
            f"The answers of the law rest on what was assumed where a row does not say it ({'; '.join(assumed)})."
        )
    if outcomes.tables:
        notes.append("ICE goes back to old rows: the same month has other numbers in another release.")
    return notes


def _spread_row(each: Spread, suppressed: bool) -> list[str]:
    def length(value: float | None) -> str:
        if value is None:
            return write.SUPPRESSED if suppressed else ""
        return f"{value:,.1f} {each.unit}"

    return [
        f"{each.name}: {each.means}",
        f"{write.number(each.count)} of {write.number(each.of)}",
        write.number(each.negative),
        length(each.quarter),
        length(each.median),
        length(each.three_quarters),
        length(each.tenth_longest),
    ]

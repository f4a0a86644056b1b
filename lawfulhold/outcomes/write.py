"""Write tables of outcomes as CSV, Parquet and Markdown."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from lawfulhold.outcomes.tabulate import NOT_KNOWN, OPEN, Line, OutcomeTable
from lawfulhold.tables.releases import vocabulary

Value = str | int | float | None
SUPPRESSED = "*"


def records(table: OutcomeTable) -> list[dict[str, Value]]:
    """The table as plain records, totals last. Every share stands beside its numerator and its denominator."""
    return [_record(table, line) for line in (*table.lines, table.totals)]


def _record(table: OutcomeTable, line: Line) -> dict[str, Value]:
    record: dict[str, Value] = {table.heading: line.key}
    if table.id == "facility":
        record["state"] = line.within
    record |= {outcome: line.counts.get(outcome, 0) for outcome in table.outcomes if outcome != OPEN}
    record["closed"] = line.closed
    record[OPEN] = line.counts.get(OPEN, 0)
    record["all"] = line.total
    for outcome in ("declined", "collected"):
        if outcome in table.outcomes:
            record[f"{outcome} / all"] = _rounded(line.share(outcome, line.total))
            record[f"{outcome} / closed"] = _rounded(line.share(outcome, line.closed))
            record[f"{outcome}, at most / all"] = _rounded(_at_most(line, outcome))
    return record


def _at_most(line: Line, outcome: str) -> float | None:
    """The share if every row whose outcome is not known had this one."""
    possible = [line.counts.get(each, 0) for each in (outcome, *NOT_KNOWN)]
    return None if None in possible or not line.total else sum(each or 0 for each in possible) / line.total


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def write_csv(rows: Sequence[Mapping[str, Value]], path: Path) -> None:
    """CSV with a header. Suppressed numbers are empty cells."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(rows: Sequence[Mapping[str, Value]], path: Path) -> None:
    """Parquet with the same columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(rows[0]) if rows else []
    pq.write_table(pa.table({name: [row[name] for row in rows] for name in names}), path)


def markdown(rows: Sequence[Mapping[str, Value]]) -> str:
    """A Markdown table. Shares are percentages; suppressed numbers are a star."""
    if not rows:
        return ""
    names = list(rows[0])
    lines = [
        "| " + " | ".join(map(_escaped, names)) + " |",
        "|" + "|".join("---" if i == 0 else "---:" for i in range(len(names))) + "|",
    ]
    lines += ["| " + " | ".join(_escaped(shown(name, row)) for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def shown(name: str, row: Mapping[str, Value]) -> str:
    """A value for people: a star where it is suppressed, a dash for a share of nothing."""
    value = row[name]
    if value is None:
        denominator = name.rpartition(" / ")[2]
        return "" if name == "state" else "–" if denominator != name and row.get(denominator) == 0 else SUPPRESSED
    if isinstance(value, float):
        return f"{value * 100:.2f}%" if " / " in name else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else value


def number(count: int | None) -> str:
    """A count for people: a star where it is suppressed."""
    return SUPPRESSED if count is None else f"{count:,}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def write_markdown(rows: Sequence[Mapping[str, Value]], path: Path) -> None:
    """Markdown with the same columns."""
    path.write_text(markdown(rows), encoding="utf-8")


WRITERS: Mapping[str, Callable[[Sequence[Mapping[str, Value]], Path], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "md": write_markdown,
}


def vocabulary_lines(outcomes: Iterable[str]) -> list[tuple[str, str, str]]:
    """For each outcome: its name, its label, what it supports."""
    words = vocabulary()["outcomes"]
    return [(outcome, words[outcome]["label"], words[outcome]["means"]) for outcome in outcomes]

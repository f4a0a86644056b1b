"""The downloads: places, provisions and answers, each as JSON, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from lawfulhold.rules.conditions import to_text
from lawfulhold.rules.decide import EARLIEST_ANSWER
from lawfulhold.rules.law import LATEST_DAY, Law, Limit, Provision
from lawfulhold.rules.people import condition_in_words
from lawfulhold.site.answers import Answers
from lawfulhold.site.situations import Situations

Row = Mapping[str, Any]
ZIP_DAY = (2012, 1, 1, 0, 0, 0)  # the same bytes for the same law, whenever it is built
DATES = ("first_day", "last_day")
LARGE = 2_000_000  # bytes; a larger CSV or JSON file is zipped


def tables(law: Law, codes: Sequence[str], situations: Situations, answers: Answers) -> dict[str, list[Row]]:
    """The three tables, by name. Lists within a row are text joined by '; '."""
    return {
        "places": [_place(law, code) for code in codes],
        "provisions": [_provision(item) for code in codes for item in law.jurisdiction(code).provisions],
        "answers": list(_answers(answers)),
        "cases": [
            {"situation": one.key, "says": one.says, "more": one.more, "facts": json.dumps(one.facts, sort_keys=True)}
            for one in situations.situations
        ],
    }


def _place(law: Law, code: str) -> Row:
    place = law.jurisdiction(code)
    return {
        "code": code,
        "name": place.name,
        "layer": place.layer,
        "parent": place.parent,
        "timezone": law.timezone(code),
        "summary": " ".join(place.summary.split()),
        "open_questions": list(place.open_questions),
        "provisions": len(place.provisions),
        "law_version": law.version([code]),
    }


def _provision(item: Provision) -> Row:
    return {
        "id": item.id,
        "place": item.jurisdiction,
        "question": item.question,
        "effect": item.effect,
        "binds": list(item.binds),
        "first_day": item.first,
        "last_day": None if item.last == LATEST_DAY else item.last,
        "condition": to_text(item.when) if item.when else None,
        "exception": to_text(item.unless) if item.unless else None,
        "condition_in_words": condition_in_words(item) or None,
        "says": " ".join(item.says.split()),
        "cite": item.cite,
        "quote": item.quote,
        "source": item.source,
        "second_source": item.second_source,
        "read": item.read,
        "confidence": item.confidence,
        "verified": item.verified,
        "reviewed": item.reviewed,
        "because": item.because,
        "limit": _limit(item.limit),
        "deadline": _limit(item.deadline),
        "paper": item.paper,
        "languages": list(item.languages),
        "overrides": list(item.overrides),
        "voids": list(item.voids),
        "rests_on": list(item.rests_on),
        "notes": " ".join(item.notes.split()) if item.notes else None,
    }


def _limit(limit: Limit | None) -> str | None:
    if limit is None:
        return None
    if limit.text:
        return limit.text
    amount = f"{limit.hours:g} hours" if limit.hours is not None else f"{limit.days or 0:g} days"
    return f"{amount} from {limit.start}" + (f" without {', '.join(limit.excludes)}" if limit.excludes else "")


def _answers(answers: Answers) -> Iterable[Row]:
    for series in answers.series:
        ends: list[date | None] = [first - timedelta(days=1) for first, _ in series.spans[1:]]
        for (first, number), last in zip(series.spans, [*ends, None], strict=True):
            verdict = answers.verdicts[number]
            yield {
                "place": series.place,
                "agency": series.kind,
                "question": series.asked,
                "situation": series.situation,
                "first_day": max(first, EARLIEST_ANSWER),
                "last_day": last,
                "answer": verdict.answer,
                "because": verdict.because,
                "provisions": list(verdict.deciding),
            }


def write_downloads(folder: Path, all_tables: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, tuple[str, int]]]:
    """Write every table in every format into a folder; large CSV and JSON files are zipped.

    Returns for each table its rows, and for each format the name of the file and its size in bytes.
    """
    folder.mkdir()
    written: dict[str, dict[str, tuple[str, int]]] = {}
    for name, rows in all_tables.items():
        files: dict[str, bytes] = {f"{name}.csv": _csv(rows), f"{name}.json": _json(rows)}
        found = {}
        for file_name, content in files.items():
            kept, body = (
                (f"{file_name}.zip", _zipped(file_name, content)) if len(content) > LARGE else (file_name, content)
            )
            (folder / kept).write_bytes(body)
            found[file_name.rsplit(".", 1)[1]] = (kept, len(body))
        _write_parquet(folder / f"{name}.parquet", rows)
        found["parquet"] = (f"{name}.parquet", (folder / f"{name}.parquet").stat().st_size)
        written[name] = found
    return written


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if rows:
        writer.writerow(rows[0].keys())
    for row in rows:
        writer.writerow(["; ".join(value) if isinstance(value, list) else _cell(value) for value in row.values()])
    return text.getvalue().encode("utf-8-sig")  # spreadsheets read the mark


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"  # a spreadsheet must not take text for a formula
    return value


def _json(rows: Sequence[Row]) -> bytes:
    lines = [json.dumps(row, ensure_ascii=False, default=str, separators=(",", ":")) for row in rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, ZIP_DAY), content, zipfile.ZIP_DEFLATED, 6)
    return target.getvalue()


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    arrays = {}
    for name, values in columns.items():
        kind = next((value for value in values if value is not None), None)
        text = pyarrow.string()
        wanted = (
            pyarrow.date32()
            if name in DATES
            else pyarrow.list_(text)
            if isinstance(kind, list)
            else pyarrow.bool_()
            if isinstance(kind, bool)
            else pyarrow.int32()
            if isinstance(kind, int)
            else text
        )
        arrays[name] = pyarrow.array(values, wanted)
    pyarrow.parquet.write_table(pyarrow.table(arrays), path, compression="zstd")

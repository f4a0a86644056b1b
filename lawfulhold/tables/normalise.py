"""The query that turns rows of text into the canonical table. Every expression is made from the data files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lawfulhold.tables.releases import Column, Release, schema


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _redacted(column: str) -> str:
    return f"(starts_with(ltrim({column}, '( '), 'b') OR starts_with(ltrim({column}, '( '), 'B')) AND regexp_matches({column}, {quoted('(?i)' + schema().redacted)})"


def cleaned(column: str, release: Release) -> str:
    """SQL: the text of a cell without outer spaces; NULL when blank or redacted."""
    cell = f"trim({name(column)})"
    blank = " OR ".join(f"{cell} = {quoted(text)}" for text in schema().blank)
    zero = f" OR {cell} = '0'" if column in release.zero_is_blank else ""
    return f"CASE WHEN {blank}{zero} OR ({_redacted(cell)}) THEN NULL ELSE {cell} END"


def moment(text: str) -> str:
    """SQL: a date or moment read from ISO text, Excel's day number or the written orders of schema.yaml; NULL when it is none or out of range."""
    rules = schema()
    iso = (
        f"CASE WHEN regexp_matches({text}, '^\\d{{4}}-\\d\\d?-\\d\\d?([ T]|$)') THEN try_cast({text} AS TIMESTAMP) END"
    )
    serial = (
        f"CASE WHEN regexp_matches({text}, '^\\d{{5}}(\\.\\d+)?$') THEN "
        f"date_trunc('second', TIMESTAMP '1899-12-30' + to_microseconds(CAST(CAST({text} AS DOUBLE) * 86400000000 + 500000 AS BIGINT))) END"
    )
    written = f"try_strptime({text}, {_list(rules.date_orders)})"
    read = f"coalesce({iso}, {serial}, CASE WHEN NOT regexp_matches({text}, '^\\d{{4}}-') THEN {written} END)"
    return (
        f"CASE WHEN {read} BETWEEN TIMESTAMP '{rules.earliest}' AND TIMESTAMP '{rules.latest} 23:59:59' THEN {read} END"
    )


def typed(column: Column, text: str) -> str:
    """SQL: a cleaned text as the type of its column."""
    if column.type == "date":
        return f"CAST({moment(text)} AS DATE)"
    if column.type == "moment":
        return moment(text)
    if column.type == "integer":
        return f"try_cast({text} AS INTEGER)"
    if column.type == "number":
        return f"try_cast({text} AS DOUBLE)"
    if column.type == "yes-no":
        return f"CASE WHEN upper({text}) IN ('YES', 'Y', 'TRUE', '1') THEN true WHEN upper({text}) IN ('NO', 'N', 'FALSE', '0') THEN false END"
    return text


_NOUNS = {
    "date": "date",
    "moment": "date or time",
    "integer": "whole number",
    "number": "number",
    "yes-no": "yes or no",
}
_SQL_TYPE = {
    "date": "DATE",
    "moment": "TIMESTAMP",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "yes-no": "BOOLEAN",
    "text": "VARCHAR",
}


def normalised(staged: str, present: Sequence[str], release: Release, file: str, sheet: str) -> str:
    """SQL: the canonical rows of one staged sheet.

    `staged` is a relation of texts with the columns `present` and `source_row`. The result has every canonical column in order, the extra
    columns of the sheet and the provenance. Rows without a readable key are left out: `without_key` gives them.
    """
    table = schema().tables[release.table]
    known = [column for column in table.columns if column.name in present]
    extra = [column for column in present if column.startswith("extra_")]
    clean = [f"{cleaned(column, release)} AS {name(column)}" for column in (*(each.name for each in known), *extra)]
    redacted = [(_redacted(f"trim({name(column)})"), quoted(column)) for column in present]
    inner = f"SELECT source_row, {', '.join(clean)}, {_listed(redacted)} AS redacted FROM {staged}"
    values, notes = [], []
    for column in known:
        text, value = name(column.name), name(f"v_{column.name}")
        values.append(f"{typed(column, text)} AS {value}")
        if column.type != "text":
            what = quoted(f" is no {_NOUNS[column.type]}")
            notes.append(
                (f"{text} IS NOT NULL AND {value} IS NULL", f"{quoted(column.name + ': ')} || {text} || {what}")
            )
    middle = f"SELECT *, {', '.join(values)} FROM ({inner})"
    outer = []
    for column in table.columns:
        outer.append(
            f"{name('v_' + column.name)} AS {name(column.name)}"
            if column in known
            else f"CAST(NULL AS {_SQL_TYPE[column.type]}) AS {name(column.name)}"
        )
    outer += [f"{name(column)}" for column in extra]
    provenance = [
        f"{quoted(release.id)} AS release",
        f"{quoted(file)} AS source_file",
        f"CAST({quoted(sheet) if sheet else 'NULL'} AS VARCHAR) AS source_sheet",
        "source_row",
        "redacted AS redacted_columns",
        f"{_listed(notes)} AS cell_notes",
    ]
    return f"SELECT {', '.join(outer + provenance)} FROM ({middle}) WHERE {name('v_' + table.key)} IS NOT NULL"


def _listed(cases: Sequence[tuple[str, str]]) -> str:
    """SQL: the values whose condition holds as a list, NULL when none does, which is nearly always and must cost little."""
    if not cases:
        return "CAST(NULL AS VARCHAR[])"
    any_of = " OR ".join(f"({condition})" for condition, _ in cases)
    values = ", ".join(f"CASE WHEN {condition} THEN {value} END" for condition, value in cases)
    return f"CASE WHEN {any_of} THEN list_filter([{values}], lambda x: x IS NOT NULL) END"


def without_key(staged: str, release: Release) -> str:
    """SQL: the staged rows whose key cannot be read, as ``source_row`` and the whole row as JSON ``cells``, with the key's text."""
    table = schema().tables[release.table]
    key = next(column for column in table.columns if column.name == table.key)
    value = typed(key, f"({cleaned(key.name, release)})")
    return f"SELECT source_row, {name(key.name)} AS key_text, to_json(s) AS cells FROM {staged} s WHERE ({value}) IS NULL ORDER BY source_row"


def derived_detainers(relation: str) -> str:
    """SQL: the derived columns of the detainer table, except those about repeats, from the tables that `lookups` filled."""
    facility = " AND ".join(f"n.{column} IS NOT DISTINCT FROM f.{column}" for column in FACILITY)
    return (
        f"SELECT n.*, f.place, t.form, t.form_edition, t.asks, r.outcome, f.facility_key, f.agency_kind FROM {relation} AS n "
        f"LEFT JOIN lookup_form AS t ON n.detainer_type IS NOT DISTINCT FROM t.detainer_type "
        f"LEFT JOIN lookup_outcome AS r ON n.detainer_lift_reason IS NOT DISTINCT FROM r.detainer_lift_reason "
        f"LEFT JOIN lookup_facility AS f ON {facility}"
    )


FACILITY = ("detention_facility", "facility_city", "facility_state")


def distinct(staged: str, present: Sequence[str], columns: Sequence[str], release: Release) -> str:
    """SQL: the distinct cleaned texts of some columns of a staged sheet; a column that it does not have is NULL."""
    found = [
        f"{cleaned(column, release) if column in present else 'CAST(NULL AS VARCHAR)'} AS {column}"
        for column in columns
    ]
    return f"SELECT DISTINCT {', '.join(found)} FROM {staged}"


ROW = ("source_file", "source_sheet", "source_row")


def repeats(relation: str, rule: str) -> str:
    """SQL: the rows that repeat another, or are repeated, under a release's rule, as `ROW` and ``duplicate_drop`` (not the first).

    Rows without a person identifier are never here. The first of a group is the first by file, sheet and row.
    """
    columns = (
        "unique_identifier, detainer_prepare_date, detainer_type, detention_facility, facility_city, facility_state"
    )
    narrow = f"(SELECT {', '.join(ROW)}, {columns} FROM {relation} WHERE unique_identifier IS NOT NULL)"
    order = ", ".join(ROW)
    group = "unique_identifier, detainer_prepare_date"
    if rule == "person-episode":
        by_person = "PARTITION BY unique_identifier ORDER BY detainer_prepare_date"
        narrow = f"""(
            SELECT *, sum(CAST(gap > 1 AS INTEGER)) OVER ({by_person} ROWS UNBOUNDED PRECEDING) AS episode
            FROM (SELECT *, coalesce(detainer_prepare_date - lag(detainer_prepare_date) OVER ({by_person}), 0) AS gap
                  FROM {narrow}))"""
        group = "unique_identifier, episode, detainer_type, detention_facility, facility_city, facility_state"
        order = f"detainer_prepare_date, {order}"
    return f"""
        SELECT {", ".join(ROW)}, number > 1 AS duplicate_drop
        FROM (SELECT {", ".join(ROW)}, count(*) OVER (PARTITION BY {group}) AS size,
                  row_number() OVER (PARTITION BY {group} ORDER BY {order}) AS number FROM {narrow})
        WHERE size > 1"""


def with_repeats(relation: str, rule: str, found: str) -> str:
    """SQL: adds duplicate_likely and duplicate_drop; `found` is the table that `repeats` gave. Empty where the rule cannot tell."""
    if rule == "none":
        return f"SELECT *, CAST(NULL AS BOOLEAN) AS duplicate_likely, CAST(NULL AS BOOLEAN) AS duplicate_drop FROM {relation}"
    same = " AND ".join(f"d.{column} IS NOT DISTINCT FROM f.{column}" for column in ROW)
    return f"""
        SELECT d.*, CASE WHEN d.unique_identifier IS NOT NULL THEN f.source_row IS NOT NULL END AS duplicate_likely,
            CASE WHEN d.unique_identifier IS NOT NULL THEN coalesce(f.duplicate_drop, false) END AS duplicate_drop
        FROM {relation} AS d LEFT JOIN {found} AS f ON {same}"""

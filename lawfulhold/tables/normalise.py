"""The query that turns rows of text into the canonical table. Every expression is made from the data files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lawfulhold.tables.releases import Column, Release, schema, vocabulary


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _map(pairs: Iterable[tuple[str, str]]) -> str:
    keys, values = zip(*pairs, strict=True)
    return f"map({_list(keys)}, {_list(values)})"


def spelled(text: str) -> str:
    """SQL: capitals, single spaces, no space at the ends: how texts are compared with a list."""
    return f"upper(trim(regexp_replace({text}, '\\s+', ' ', 'g')))"


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
    iso = f"CASE WHEN regexp_matches({text}, '^\\d{{4}}-\\d\\d?-\\d\\d?([ T]|$)') THEN try_cast({text} AS TIMESTAMP) END"
    serial = (f"CASE WHEN regexp_matches({text}, '^\\d{{5}}(\\.\\d+)?$') THEN "
              f"date_trunc('second', TIMESTAMP '1899-12-30' + to_microseconds(CAST(CAST({text} AS DOUBLE) * 86400000000 + 500000 AS BIGINT))) END")
    written = f"try_strptime({text}, {_list(rules.date_orders)})"
    read = f"coalesce({iso}, {serial}, CASE WHEN NOT regexp_matches({text}, '^\\d{{4}}-') THEN {written} END)"
    return f"CASE WHEN {read} BETWEEN TIMESTAMP '{rules.earliest}' AND TIMESTAMP '{rules.latest} 23:59:59' THEN {read} END"


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


_NOUNS = {"date": "date", "moment": "date or time", "integer": "whole number", "number": "number", "yes-no": "yes or no"}
_SQL_TYPE = {"date": "DATE", "moment": "TIMESTAMP", "integer": "INTEGER", "number": "DOUBLE", "yes-no": "BOOLEAN", "text": "VARCHAR"}


def normalised(staged: str, present: Sequence[str], release: Release, file: str, sheet: str) -> str:
    """SQL: the canonical rows of one staged sheet.

    `staged` is a relation of texts with the columns `present` and `source_row`. The result has every canonical column in order, the extra
    columns of the sheet and the provenance. Rows without a readable key are left out: `without_key` gives them.
    """
    table = schema().tables[release.table]
    known = [column for column in table.columns if column.name in present]
    extra = [column for column in present if column.startswith("extra_")]
    clean = [f"{cleaned(column, release)} AS {name(column)}" for column in (*(each.name for each in known), *extra)]
    redacted = [f"CASE WHEN {_redacted(f'trim({name(column)})')} THEN {quoted(column)} END" for column in present]
    inner = (f"SELECT source_row, {', '.join(clean)}, "
             f"list_filter([{', '.join(redacted)}], lambda x: x IS NOT NULL) AS redacted FROM {staged}")
    values, notes = [], []
    for column in known:
        text, value = name(column.name), name(f"v_{column.name}")
        values.append(f"{typed(column, text)} AS {value}")
        if column.type != "text":
            what = quoted(f" is no {_NOUNS[column.type]}")
            notes.append(f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN {quoted(column.name + ': ')} || {text} || {what} END")
    middle = f"SELECT *, {', '.join(values)} FROM ({inner})"
    outer = []
    for column in table.columns:
        outer.append(f"{name('v_' + column.name)} AS {name(column.name)}" if column in known
                     else f"CAST(NULL AS {_SQL_TYPE[column.type]}) AS {name(column.name)}")
    outer += [f"{name(column)}" for column in extra]
    note_list = f"list_filter([{', '.join(notes)}], lambda x: x IS NOT NULL)" if notes else "[]"
    provenance = [f"{quoted(release.id)} AS release", f"{quoted(file)} AS source_file", f"CAST({quoted(sheet) if sheet else 'NULL'} AS VARCHAR) AS source_sheet",
                  "source_row", "CASE WHEN len(redacted) > 0 THEN redacted END AS redacted_columns",
                  f"CASE WHEN len({note_list}) > 0 THEN {note_list} END AS cell_notes"]
    return f"SELECT {', '.join(outer + provenance)} FROM ({middle}) WHERE {name('v_' + table.key)} IS NOT NULL"


def without_key(staged: str, release: Release) -> str:
    """SQL: the staged rows whose key cannot be read, as ``source_row`` and the whole row as JSON ``cells``, with the key's text."""
    table = schema().tables[release.table]
    key = next(column for column in table.columns if column.name == table.key)
    value = typed(key, f"({cleaned(key.name, release)})")
    return f"SELECT source_row, {name(key.name)} AS key_text, to_json(s) AS cells FROM {staged} s WHERE ({value}) IS NULL ORDER BY source_row"


def derived_detainers(relation: str) -> str:
    """SQL: the derived columns of the detainer table, except those about repeats."""
    words = vocabulary()
    states = [(state, code) for state, code in words["states"].items()]
    states += [(code.removeprefix("US-"), code) for code in words["states"].values()]
    reasons = [(reason.upper(), entry["outcome"]) for reason, entry in words["lift_reasons"].items()]
    forms = [(key.upper(), entry["form"]) for key, entry in words["forms"].items()]
    asks = [(key.upper(), entry["asks"]) for key, entry in words["forms"].items()]
    family = f"{spelled('split_part(detainer_type, $$ - $$, 1)')}".replace("$$", "'")
    editions = " ".join(f"WHEN contains(detainer_type, {quoted(text)}) THEN {quoted(str(value))}" for text, value in words["editions"].items())
    kinds = " ".join(f"WHEN regexp_matches(facility_name, {quoted(entry['words'])}) THEN {quoted(entry['kind'])}" for entry in words["facilities"])
    facility = "regexp_replace(" + spelled("detention_facility") + ", '[ .]+$', '')"
    return f"""
    SELECT * EXCLUDE (facility_name),
        {_map(states)}[{spelled('facility_state')}] AS place,
        {_map(forms)}[{family}] AS form,
        CASE {editions} END AS form_edition,
        {_map(asks)}[{family}] AS asks,
        CASE WHEN detainer_lift_reason IS NULL THEN 'open-or-unknown'
             ELSE coalesce({_map(reasons)}[{spelled('detainer_lift_reason')}], 'unmapped') END AS outcome,
        CASE WHEN facility_name IS NOT NULL THEN concat_ws(' | ', facility_name, coalesce({spelled('facility_city')}, '?'), coalesce({spelled('facility_state')}, '?')) END AS facility_key,
        CASE {kinds} END AS agency_kind
    FROM (SELECT *, {facility} AS facility_name FROM {relation})"""


def with_repeats(relation: str, rule: str) -> str:
    """SQL: adds duplicate_likely and duplicate_drop under a release's rule. The order within a group is file, sheet, row."""
    order = "ORDER BY source_file, source_sheet, source_row"
    if rule == "none":
        return f"SELECT *, CAST(NULL AS BOOLEAN) AS duplicate_likely, CAST(NULL AS BOOLEAN) AS duplicate_drop FROM {relation}"
    if rule == "person-day":
        group = "PARTITION BY unique_identifier, detainer_prepare_date"
        return f"""
        SELECT *, CASE WHEN unique_identifier IS NOT NULL THEN count(*) OVER ({group}) > 1 END AS duplicate_likely,
            CASE WHEN unique_identifier IS NOT NULL THEN row_number() OVER ({group} {order}) > 1 END AS duplicate_drop
        FROM {relation}"""
    group = "PARTITION BY unique_identifier, episode, detainer_type, facility_key"
    return f"""
    SELECT * EXCLUDE (gap, episode), CASE WHEN unique_identifier IS NOT NULL THEN count(*) OVER ({group}) > 1 END AS duplicate_likely,
        CASE WHEN unique_identifier IS NOT NULL THEN row_number() OVER ({group} ORDER BY detainer_prepare_date, source_file, source_sheet, source_row) > 1 END AS duplicate_drop
    FROM (
        SELECT *, sum(CAST(gap > 1 AS INTEGER)) OVER (PARTITION BY unique_identifier ORDER BY detainer_prepare_date ROWS UNBOUNDED PRECEDING) AS episode
        FROM (SELECT *, coalesce(detainer_prepare_date - lag(detainer_prepare_date) OVER (PARTITION BY unique_identifier ORDER BY detainer_prepare_date), 0) AS gap
              FROM {relation}))"""

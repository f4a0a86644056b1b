"""Answer questions of law for every row of a table.

The conditions of the law are compiled to expressions that give each row a key (`keys`); DuckDB finds the distinct keys, each is decided once
(`answers`), and the answers are joined back. The result is the table with, for each question, ``law_<question>`` and its reasons.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.tables.answers import Cell, Combination, decide_combination
from lawfulhold.tables.columns import Between
from lawfulhold.tables.engines import SOURCE, Engine, duckdb_data, duckdb_file, spark_file, table_path
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.importer import sources_of
from lawfulhold.tables.keys import RowKey
from lawfulhold.tables.table_facts import assumptions, facts_of_table

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from lawfulhold.rules.law import Law

QUESTIONS = ("hold", "notify", "transfer")
MOST_DAYS = 1_000_000
PARTS = ("", "_because", "_possible", "_provisions", "_missing")


@dataclass
class DecideReport:
    """What a run answered. `answers`: question → answer → rows; `missing`: question → fact → rows that lack it."""

    rows: int = 0
    combinations: int = 0
    questions: tuple[str, ...] = ()
    answers: dict[str, dict[str, int]] = field(default_factory=dict)
    because: dict[str, dict[str, int]] = field(default_factory=dict)
    determined: dict[str, float] = field(default_factory=dict)
    missing: dict[str, dict[str, int]] = field(default_factory=dict)
    law_version: str = ""
    law_on: str = ""
    agency_assumed: str | None = None
    assumed: tuple[str, ...] = ()
    engine: str = "duckdb"
    source_files: tuple[str, ...] = ()

    def metadata(self) -> dict[str, str]:
        """What the answers rest on, as it is written into the file."""
        return {
            "lawfulhold_law_version": self.law_version,
            "lawfulhold_law_of_the_day": self.law_on,
            "lawfulhold_agency_assumed": self.agency_assumed or "none",
            "lawfulhold_facts_assumed": ", ".join(self.assumed) or "none",
            "lawfulhold_decided": ", ".join(self.questions),
            "lawfulhold_source_files": "; ".join(self.source_files) or "not known",
        }

    def as_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class Run:
    """One law to decide by. `on`: decide as if every row were of this day."""

    law: Law
    on: date | None = None


Progress = Callable[[str, int, int], None]


def decide_file(
    source: Path,
    out: Path,
    law: Law,
    *,
    questions: Sequence[str] = QUESTIONS,
    agency: str | None = None,
    assume: Sequence[str] = (),
    on: date | None = None,
    memory: str = "2GB",
    spark: str | None = None,
    progress: Progress = lambda _name, _done, _whole: None,
) -> DecideReport:
    """Decide the rows of a Parquet or CSV file and write them with their answers to Parquet.

    `spark`: address or master of a Spark cluster; DuckDB when left out. `assume`: sets of facts.yaml, or ``fact=value``.
    Raises `InputError` for a table without a place, an unknown question, fact or kind of agency, and when `out` is the table itself or is
    not named as Parquet. `out` appears whole or not at all.
    """
    if out.resolve() == table_path(source).resolve():
        raise TableError(out, "is the table that is read; name another file for the answers")
    if spark is None and out.suffix != ".parquet":
        raise TableError(out, "answers are written as Parquet; give the file a name that ends in .parquet")
    with spark_file(source, spark) if spark else duckdb_file(source, memory) as engine:
        table = Table(engine, [Run(law, on)], questions, agency=agency, assume=assume)
        table.decide(progress)
        report = table.report(0)
        report.source_files = tuple(sources_of(table_path(source)))
        progress("writing", 0, 1)
        engine.write(table.answered(0), out, report.metadata())
        progress("writing", 1, 1)
    return report


def decide_data(
    data: Any,
    law: Law,
    *,
    questions: Sequence[str] = QUESTIONS,
    agency: str | None = None,
    assume: Sequence[str] = (),
    on: date | None = None,
) -> pa.Table:
    """Decide the rows of a pandas or Polars frame or an Arrow table; returns an Arrow table with the answers.

    Columns are read as those of a file are (docs/tables.md). Row order is kept.
    """
    engine = duckdb_data(data)
    table = Table(engine, [Run(law, on)], questions, agency=agency, assume=assume)
    table.decide()
    return engine.table(table.answered(0))


class Table:
    """A table with one or several laws to decide it by. All laws share one key, so that their answers can be compared."""

    def __init__(
        self,
        engine: Engine,
        runs: Sequence[Run],
        questions: Sequence[str],
        *,
        agency: str | None = None,
        assume: Sequence[str] = (),
    ) -> None:
        self.engine, self.runs, self.questions = engine, list(runs), tuple(questions)
        _check_questions(self.questions)
        self.agency = None if agency is None else self.runs[0].law.agencies.kind(agency)
        self.assumed = tuple(assume)
        names = engine.columns()
        where = engine.where
        taken = [name for name in names if name.startswith("law_") and name.removeprefix("law_") in self.questions]
        if taken:
            raise TableError(where, f"has the column {taken[0]!r} already; decide the table it was made from")
        self.facts = facts_of_table(names, where, agency=self.agency, assume=assumptions(self.assumed))
        self.constants: dict[str, Any] = {}
        self.spans: list[tuple[str | None, date | None]] = []  # place and a day of each span
        self.combinations: list[tuple[tuple[Any, ...], int, Combination]] = []
        self.cells: list[list[dict[str, Cell]]] = []

    # ------------------------------------------------------------------------------------------ deciding

    def decide(self, progress: Progress = lambda _name, _done, _whole: None) -> None:
        """Find the distinct combinations and decide each under every law."""
        progress("finding what differs", 0, 2)
        self._find_constants()
        self._when_and_where()
        progress("finding what differs", 1, 2)
        self._find_combinations()
        progress("finding what differs", 2, 2)
        for number, run in enumerate(self.runs):
            cells = []
            for done, (_, _, combination) in enumerate(self.combinations):
                asked = (
                    combination
                    if run.on is None
                    else Combination(
                        combination.place,
                        combination.kind,
                        run.on,
                        combination.facts,
                        combination.charges,
                        combination.record_complete,
                    )
                )
                cells.append(decide_combination(asked, run.law, self.questions, self.facts.may_be))
                if done % 100 == 0:
                    progress(
                        "deciding", number * len(self.combinations) + done, len(self.runs) * len(self.combinations)
                    )
            self.cells.append(cells)
            self._register_answers(number, cells)
        progress("deciding", len(self.runs) * len(self.combinations), len(self.runs) * len(self.combinations))

    def _find_constants(self) -> None:
        """Find the facts that are the same in every row: they stand on no column, or on columns that are empty throughout."""
        from sqlglot import exp

        columns = self.facts.columns
        parts = {name: [v.least, v.most] if isinstance(v, Between) else [v] for name, v in columns.facts.items()}
        for number, slot in enumerate(columns.charges):
            parts[f"charge{number}"] = list(slot.fields.values())
        every = {
            self._sql(column) for group in parts.values() for each in group for column in each.find_all(exp.Column)
        }
        listed = sorted(every)
        empty: set[str] = set()
        if listed:
            counts = self.engine.rows(
                f"SELECT {', '.join(f'count({column})' for column in listed)} FROM {SOURCE} AS lh_s"
            )[0]
            empty = {column for column, count in zip(listed, counts, strict=True) if count == 0}
        fixed = {
            name: group
            for name, group in parts.items()
            if all(self._sql(column) in empty for each in group for column in each.find_all(exp.Column))
        }
        charges = [slot for number, slot in enumerate(columns.charges) if f"charge{number}" not in fixed]
        self.facts = replace(self.facts, columns=replace(columns, charges=charges))
        names = [name for name in fixed if name in columns.facts]
        if names:
            wanted = ", ".join(self._sql(each) for name in names for each in fixed[name])
            found = self.engine.rows(f"SELECT {wanted} FROM {SOURCE} AS lh_s LIMIT 1")
            values = iter(found[0] if found else [None] * 99)
            for name in names:
                given = [next(values, None) for _ in fixed[name]]
                self.constants[name] = tuple(given) if len(given) > 1 else given[0]

    def _when_and_where(self) -> None:
        """Register the table `lh_when`: for each place and day, the number of its span and what matters there."""
        import pyarrow as pa

        place, day = self._sql(self.facts.place), self._sql(self._day())
        kind = "''" if self.facts.kind is None else f"coalesce({self._sql(self.facts.kind)}, '')"
        groups = self.engine.rows(
            f"SELECT {place} AS place, {kind} AS kind, min({day}), max({day}), "
            f"count(*) FILTER (WHERE ({day}) IS NULL) FROM {SOURCE} AS lh_s GROUP BY 1, 2"
        )
        codes = {code for run in self.runs for code in run.law.codes}
        kinds = sorted({each for _, each, *_ in groups if each})
        places = sorted({each for each, *_ in groups if each in codes})
        laws = [run.law for run in self.runs]
        self.key = RowKey(laws, self.questions, self.facts, places, kinds, self._days(), self.constants)
        numbers: dict[tuple[Any, int], int] = {}
        rows: dict[str, list[Any]] = {
            name: [] for name in ("lh_place", "lh_day", "lh_span", *(f"lh_mask{i}" for i in range(self.key.masks)))
        }
        masks = {where: self.key.mask(where) for where in {each for each, *_ in groups}}
        for where, when in self._days_of(groups, place, day):
            law = self.key.places.get(where)
            span = -1 if when is None else law.span(when) if law is not None else 0
            number = numbers.setdefault((where, span), len(numbers))
            if number == len(self.spans):
                self.spans.append((where, when))
            rows["lh_place"].append(where)
            rows["lh_day"].append(when)
            rows["lh_span"].append(number)
            for i, mask in enumerate(masks[where]):
                rows[f"lh_mask{i}"].append(mask)
        types = {"lh_place": pa.string(), "lh_day": pa.date32()}
        arrays = {name: pa.array(values, types.get(name, pa.int64())) for name, values in rows.items()}
        self.engine.register("lh_when", pa.table(arrays))

    def _days_of(self, groups: Sequence[Sequence[Any]], place: str, day: str) -> list[tuple[Any, date | None]]:
        """Every place with every day that it may have: all days between its first and its last, or those that occur where that is too many."""
        ranges: dict[Any, tuple[date, date]] = {}
        for where, _, first, last, _ in groups:
            if first is not None:
                before = ranges.get(where, (first, last))
                ranges[where] = (min(first, before[0]), max(last, before[1]))
        if sum((last - first).days + 1 for first, last in ranges.values()) > MOST_DAYS:
            found = self.engine.rows(f"SELECT DISTINCT {place} AS place, {day} AS day FROM {SOURCE} AS lh_s")
            return [(where, when) for where, when in found]
        days: list[tuple[Any, date | None]] = [
            (where, first + timedelta(days=i))
            for where, (first, last) in ranges.items()
            for i in range((last - first).days + 1)
        ]
        return days + [(where, None) for where in {where for where, _, _, _, without in groups if without}]

    def _day(self) -> exp.Expr:
        """The day by which rows differ: none when every law is asked as of a fixed day."""
        from sqlglot import exp

        return self.facts.columns.day if any(run.on is None for run in self.runs) else exp.cast(exp.null(), "DATE")

    def _days(self) -> list[exp.Expr]:
        """The day of the decision under each law."""
        from sqlglot import exp

        fixed = dict.fromkeys(run.on for run in self.runs)
        return [
            self.facts.columns.day if on is None else exp.cast(exp.Literal.string(on.isoformat()), "DATE")
            for on in fixed
        ]

    def _find_combinations(self) -> None:
        keys, facts = self._key_columns(), self._fact_columns()
        names = ", ".join(name for name, _ in keys)
        packed = ", ".join(f"'f{i}': {sql}" for i, (_, sql) in enumerate(facts))
        shared = f", {{{packed}}} AS lh_facts" if facts else ""
        inner = f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in keys)}{shared} FROM {self._joined()}"
        first = ", first(lh_facts)" if facts else ""
        for *key, count in self.engine.rows(
            f"SELECT {names}{first}, count(*) FROM ({inner}) GROUP BY {names} ORDER BY {names}"
        ):
            given = key.pop() if facts else {}
            read = {name: given[f"f{i}"] for i, (name, _) in enumerate(facts)}
            self.combinations.append((tuple(key), int(count), self._combination(key, read)))

    def _joined(self) -> str:
        place, day = self._sql(self.facts.place), self._sql(self._day())
        return f"{SOURCE} AS lh_s JOIN lh_when AS lh_w ON ({place}) IS NOT DISTINCT FROM lh_w.lh_place AND ({day}) IS NOT DISTINCT FROM lh_w.lh_day"

    def _key_columns(self) -> list[tuple[str, str]]:
        """Names and SQL of the columns of the key; none of them is ever NULL."""
        from sqlglot import exp

        masks = [exp.column(f"lh_mask{i}", table="lh_w") for i in range(self.key.masks)]
        codes = self.key.codes(len(self.spans), exp.column("lh_span", table="lh_w"), masks)
        keys = [(f"lh_k_code{i}", self._sql(code)) for i, code in enumerate(codes)]
        for i, (text, places) in enumerate(self.key.texts):
            listed = ", ".join(f"'{place}'" for place in sorted(places))
            keys.append(
                (
                    f"lh_k_text{i}",
                    f"CASE WHEN lh_w.lh_place IN ({listed}) THEN coalesce({self._sql(text)}, '') ELSE '' END",
                )
            )
        return keys

    def _fact_columns(self) -> list[tuple[str, str]]:
        """Names and SQL of the facts that the key does not tell, which are read from one row of each combination."""
        found: list[tuple[str, str]] = []
        told = {digit.name for digit in self.key.digits} | self.constants.keys()
        for name, value in self.facts.columns.facts.items():
            if name in told or not self.key.used[name]:
                continue
            if isinstance(value, Between):
                found += [(f"{name}<", self._sql(value.least)), (f"{name}>", self._sql(value.most))]
            else:
                found.append((name, self._sql(value)))
        for number, slot in enumerate(self.facts.columns.charges):
            found.append((f"charge{number}.", self._sql(slot.present)))
            found += [(f"charge{number}.{name}", self._sql(value)) for name, value in slot.fields.items()]
        if self.key.dated:
            found.append(("day", "lh_w.lh_day"))
        return found

    def _combination(self, key: Sequence[Any], read: Mapping[str, Any]) -> Combination:
        number, told = self.key.told(key, len(self.spans))
        place, day = self.spans[number]
        if place in self.key.dated:
            day = read["day"]

        def matters(name: str) -> bool:
            return place in self.key.used.get(name, ())

        facts: dict[str, Any] = {}
        for name in self.facts.columns.facts:
            if not matters(name):
                continue
            if name in self.constants:
                facts[name] = self.constants[name]
            elif f"{name}<" in read:
                facts[name] = (read[f"{name}<"], read[f"{name}>"])
            else:
                facts[name] = told[name] if name in told else read[name]
        charges = []
        for slot_number, slot in enumerate(self.facts.columns.charges):
            prefix = f"charge{slot_number}."
            if read[prefix] and any(matters(prefix + name) for name in slot.fields):
                given = {name: read[prefix + name] for name in slot.fields}
                charges.append({name: value for name, value in given.items() if value is not None})
        complete = told.get("record_complete") if matters("record_complete") else None
        return Combination(place, told.get("kind"), day, facts, tuple(charges), complete)

    def _register_answers(self, number: int, cells: Sequence[Mapping[str, Cell]]) -> None:
        import pyarrow as pa

        columns: dict[str, Any] = {}
        for position, (name, _) in enumerate(self._key_columns()):
            values = [key[position] for key, _, _ in self.combinations]
            columns[name] = pa.array(values, pa.string() if name.startswith("lh_k_text") else pa.int64())
        for question in self.questions:
            found = [each[question] for each in cells]
            columns[f"law_{question}"] = _words([cell.answer for cell in found])
            columns[f"law_{question}_because"] = _words([cell.because for cell in found])
            columns[f"law_{question}_possible"] = _words(["; ".join(cell.possible) or None for cell in found])
            columns[f"law_{question}_provisions"] = _words(["; ".join(cell.provisions) or None for cell in found])
            columns[f"law_{question}_missing"] = _words(["; ".join(short(cell.missing)) or None for cell in found])
        self.engine.register(f"lh_answers{number}", pa.table(columns))

    # ------------------------------------------------------------------------------------------ results

    def answered(self, number: int) -> str:
        """SQL: the table with the answers under one of the laws."""
        keys = self._key_columns()
        joined = " AND ".join(f"({sql}) = lh_a.{name}" for name, sql in keys)
        added = ", ".join(f"lh_a.law_{question}{part}" for question in self.questions for part in PARTS)
        return f"SELECT lh_s.*, {added} FROM {self._joined()} JOIN lh_answers{number} AS lh_a ON {joined}"

    def report(self, number: int) -> DecideReport:
        """Counts over all rows under one of the laws."""
        run = self.runs[number]
        report = DecideReport(
            sum(count for _, count, _ in self.combinations),
            len(self.combinations),
            self.questions,
            law_version=run.law.version(),
            law_on=run.on.isoformat() if run.on else "the row's own day",
            agency_assumed=self.agency,
            assumed=self.assumed,
            engine=self.engine.name,
        )
        for question in self.questions:
            answers, because, missing = Counter[str](), Counter[str](), Counter[str]()
            for (_, count, _), cells in zip(self.combinations, self.cells[number], strict=True):
                cell = cells[question]
                answers[cell.answer] += count
                if cell.because:
                    because[f"{cell.answer}: {cell.because}"] += count
                for fact in short(cell.missing) if cell.answer == "undetermined" else ():
                    missing[fact] += count
            report.answers[question] = dict(answers.most_common())
            report.because[question] = dict(because.most_common())
            report.missing[question] = dict(missing.most_common())
            report.determined[question] = 1 - answers["undetermined"] / report.rows if report.rows else 0.0
        return report

    def _sql(self, expression: exp.Expr) -> str:
        return expression.sql(dialect="duckdb")


def _words(texts: Sequence[str | None]) -> Any:
    """Texts of which there are few different ones."""
    import pyarrow as pa

    return pa.array(texts, pa.string())


def short(missing: Sequence[str]) -> list[str]:
    """The missing facts; every condition on the record of charges is ``charges``."""
    return list(dict.fromkeys("charges" if name.startswith("any_charge(") else name for name in missing))


def _check_questions(questions: Sequence[str]) -> None:
    from lawfulhold.errors import InputError, nearest
    from lawfulhold.rules.law import QUESTIONS as KNOWN

    for question in questions:
        if question not in KNOWN:
            raise InputError(f"no question {question}{nearest(question, KNOWN)}")
    if not questions:
        raise InputError("name at least one question, such as hold")

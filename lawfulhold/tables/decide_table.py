"""Answer questions of law for every row of a table.

The conditions of the law are compiled to expressions that give each row a key (`keys`); DuckDB finds the distinct keys, each is decided once
(`answers`), and the answers are joined back. The result is the table with, for each question, ``law_<question>`` and its reasons.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.tables.answers import Cell, Combination, decide_combination
from lawfulhold.tables.engines import SOURCE, Engine, duckdb_data, duckdb_file, spark_file
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.keys import RowKey
from lawfulhold.tables.table_facts import assumptions, facts_of_table

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from lawfulhold.rules.law import Law

QUESTIONS = ("hold", "notify", "transfer")
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

    def metadata(self) -> dict[str, str]:
        """What the answers rest on, as it is written into the file."""
        return {
            "lawfulhold_law_version": self.law_version,
            "lawfulhold_law_of_the_day": self.law_on,
            "lawfulhold_agency_assumed": self.agency_assumed or "none",
            "lawfulhold_facts_assumed": ", ".join(self.assumed) or "none",
            "lawfulhold_decided": ", ".join(self.questions),
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
    Raises `InputError` for a table without a place, an unknown question, fact or kind of agency. `out` appears whole or not at all.
    """
    with spark_file(source, spark) if spark else duckdb_file(source, memory) as engine:
        table = Table(engine, [Run(law, on)], questions, agency=agency, assume=assume)
        table.decide(progress)
        report = table.report(0)
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
        self.combinations: list[tuple[tuple[Any, ...], int, Combination]] = []
        self.cells: list[list[dict[str, Cell]]] = []

    # ------------------------------------------------------------------------------------------ deciding

    def decide(self, progress: Progress = lambda _name, _done, _whole: None) -> None:
        """Find the distinct combinations and decide each under every law."""
        progress("finding what differs", 0, 2)
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

    def _when_and_where(self) -> None:
        """Register the table `lh_when`: for each place and day that occurs, the number of its span and what matters there."""
        import pyarrow as pa

        place, day = self._sql(self.facts.place), self._sql(self._day())
        found = self.engine.rows(f"SELECT DISTINCT {place} AS place, {day} AS day FROM {SOURCE} AS lh_s")
        codes = {code for run in self.runs for code in run.law.codes}
        self.key = RowKey(
            [run.law for run in self.runs],
            self.questions,
            self.facts,
            sorted({each for each, _ in found if each in codes}),
            self._days(),
        )
        spans: dict[tuple[Any, ...], int] = {}
        rows: dict[str, list[Any]] = {
            name: [] for name in ("lh_place", "lh_day", "lh_span", *(f"lh_mask{i}" for i in range(self.key.masks)))
        }
        for where, when in found:
            law = self.key.places.get(where)
            span = -1 if when is None else law.span(when) if law is not None else 0
            number = spans.setdefault((where, span), len(spans))
            rows["lh_place"].append(where)
            rows["lh_day"].append(when)
            rows["lh_span"].append(number)
            for i, mask in enumerate(self.key.mask(where)):
                rows[f"lh_mask{i}"].append(mask)
        types = {"lh_place": pa.string(), "lh_day": pa.date32()}
        self.engine.register(
            "lh_when", pa.table({name: pa.array(values, types.get(name, pa.int64())) for name, values in rows.items()})
        )

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
        packed = "".join(f", 'f{i}': {sql}" for i, (_, sql) in enumerate(facts))
        names = ", ".join(name for name, _ in keys)
        inner = (
            f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in keys)}, "
            f"{{'place': lh_w.lh_place, 'day': lh_w.lh_day{packed}}} AS lh_facts FROM {self._joined()}"
        )
        query = f"SELECT {names}, count(*), first(lh_facts) FROM ({inner}) GROUP BY {names} ORDER BY {names}"
        for *key, count, shared in self.engine.rows(query):
            self.combinations.append((tuple(key), int(count), self._combination(shared, [name for name, _ in facts])))

    def _joined(self) -> str:
        place, day = self._sql(self.facts.place), self._sql(self._day())
        return f"{SOURCE} AS lh_s JOIN lh_when AS lh_w ON ({place}) IS NOT DISTINCT FROM lh_w.lh_place AND ({day}) IS NOT DISTINCT FROM lh_w.lh_day"

    def _key_columns(self) -> list[tuple[str, str]]:
        """Names and SQL of the columns of the key; none of them is ever NULL."""
        from sqlglot import exp

        masks = [exp.column(f"lh_mask{i}", table="lh_w") for i in range(self.key.masks)]
        keys = [("lh_k_span", "lh_w.lh_span")]
        if self.facts.kind is not None:
            keys.append(("lh_k_kind", f"coalesce({self._sql(self.facts.kind)}, '')"))
        keys += [(f"lh_k_code{i}", self._sql(code)) for i, code in enumerate(self.key.codes(masks))]
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
        """Names and SQL of the facts of a combination, read from one of its rows."""
        from lawfulhold.tables.columns import Between

        found: list[tuple[str, str]] = []
        if self.facts.kind is not None:
            found.append(("kind", self._sql(self.facts.kind)))
        for name, value in self.facts.columns.facts.items():
            if isinstance(value, Between):
                found += [(f"{name}<", self._sql(value.least)), (f"{name}>", self._sql(value.most))]
            else:
                found.append((name, self._sql(value)))
        for number, slot in enumerate(self.facts.columns.charges):
            found.append((f"charge{number}.", self._sql(slot.present)))
            found += [(f"charge{number}.{name}", self._sql(value)) for name, value in slot.fields.items()]
        if self.facts.columns.complete is not None:
            found.append(("record_complete", self._sql(self.facts.columns.complete)))
        return found

    def _combination(self, shared: Mapping[str, Any], names: Sequence[str]) -> Combination:
        given = {name: shared[f"f{i}"] for i, name in enumerate(names)}
        place = shared["place"]

        def matters(name: str) -> bool:
            return place in self.key.used.get(name, ())

        facts: dict[str, Any] = {}
        for name in self.facts.columns.facts:
            if matters(name):
                facts[name] = (given[f"{name}<"], given[f"{name}>"]) if f"{name}<" in given else given[name]
        charges = []
        for number, slot in enumerate(self.facts.columns.charges):
            if given[f"charge{number}."] and any(matters(f"charge{number}.{name}") for name in slot.fields):
                charges.append(
                    {
                        name: given[f"charge{number}.{name}"]
                        for name in slot.fields
                        if given[f"charge{number}.{name}"] is not None
                    }
                )
        complete = given.get("record_complete") if matters("record_complete") else None
        day = shared["day"]
        if day is not None and place in self.key.places and place not in self.key.dated:
            day = self.key.places[place].first_day(
                day
            )  # any day of the span has the same answer; one day for all is decided faster
        return Combination(place, given.get("kind"), day, facts, tuple(charges), complete)

    def _register_answers(self, number: int, cells: Sequence[Mapping[str, Cell]]) -> None:
        import pyarrow as pa

        columns: dict[str, Any] = {}
        for position, (name, _) in enumerate(self._key_columns()):
            values = [key[position] for key, _, _ in self.combinations]
            columns[name] = pa.array(values, pa.string() if name.startswith(("lh_k_kind", "lh_k_text")) else pa.int64())
        for question in self.questions:
            found = [each[question] for each in cells]
            columns[f"law_{question}"] = pa.array([cell.answer for cell in found], pa.string())
            columns[f"law_{question}_because"] = pa.array([cell.because for cell in found], pa.string())
            columns[f"law_{question}_possible"] = pa.array(
                ["; ".join(cell.possible) or None for cell in found], pa.string()
            )
            columns[f"law_{question}_provisions"] = pa.array(
                ["; ".join(cell.provisions) or None for cell in found], pa.string()
            )
            columns[f"law_{question}_missing"] = pa.array(
                ["; ".join(short(cell.missing)) or None for cell in found], pa.string()
            )
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

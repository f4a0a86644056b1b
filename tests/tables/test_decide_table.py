"""A table is decided as its rows would be, one by one: every answer, every reason, unknown facts included."""

from __future__ import annotations

import random
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lawfulhold.errors import InputError
from lawfulhold.facts.case import Case
from lawfulhold.facts.read import facts_of
from lawfulhold.facts.vocabulary import case_facts, charge_facts
from lawfulhold.rules.decide import decide
from lawfulhold.outcomes.report import count_outcomes
from lawfulhold.rules.law import Law
from lawfulhold.rules.offences import offences_of
from lawfulhold.tables.columns import Between
from lawfulhold.tables.decide_table import decide_data, decide_file, short
from lawfulhold.tables.generator import generate
from lawfulhold.tables.importer import import_files
from lawfulhold.tables.table_facts import assumptions, default_mapping, facts_of_table

LAW = Law()
QUESTIONS = ("hold", "notify", "transfer")
KINDS = ("sheriff", "county-jail", "state-corrections", "municipal-police", "regional-jail", "federal")


# ------------------------------------------------------------------------------------------------ random cases


def _value(kind: str, options: tuple[str, ...], numbers: list[float], day: date, rnd: random.Random) -> Any:
    if kind == "bool":
        return rnd.random() < 0.5
    if kind == "enum":
        return rnd.choice(options)
    if kind == "number":
        return rnd.choice(numbers)
    if kind == "date":
        return day - timedelta(days=rnd.choice([0, 1, 364, 365, 366, 1826, 1827, 3652, 3653, 5479, 9000]))
    return rnd.choice("ABCDE1234")


def _case(code: str, rnd: random.Random) -> dict[str, Any]:
    """A random case as flat columns; most facts are unknown, as they are in life."""
    known = rnd.choice([0.05, 0.3, 0.8])
    day = date(2012, 1, 1) + timedelta(days=rnd.randint(0, 5420))
    row: dict[str, Any] = {"jurisdiction": code, "agency.kind": rnd.choice(KINDS), "date": day}
    hours = [0.0, 1.0, 17.0, 18.0, 20.0, 47.0, 48.0, 49.0, 60.0, 96.0, 120.0]
    for name, fact in case_facts().items():
        if rnd.random() < known:
            row[name] = _value(fact.kind, fact.options, hours, day, rnd)
    state = "-".join(code.split("-")[:2])
    listed = (offences_of(state, LAW) or {}).get("offences") or ()
    statutes = [str(number) for item in listed for number in item.get("statutes") or ()]
    for slot in range(1, rnd.choice([1, 1, 2, 3])):
        for name, fact in charge_facts().items():
            if name not in ("statute", "ncic", "place", "offence") and rnd.random() < 0.4:
                row[f"charge{slot}.{name}"] = _value(fact.kind, fact.options, [1.0, 6.0, 12.0, 60.0], day, rnd)
        if statutes and rnd.random() < 0.6:
            row[f"charge{slot}.statute"] = rnd.choice(statutes)
        if rnd.random() < 0.5:
            row[f"charge{slot}.place"] = rnd.choice([code, state, "US"])
    if rnd.random() < 0.4:
        row["record_complete"] = rnd.random() < 0.7
    return row


def _as_case(row: dict[str, Any]) -> Case:
    content: dict[str, Any] = {
        "jurisdiction": row["jurisdiction"],
        "agency": {"kind": row["agency.kind"]},
        "date": row["date"],
    }
    charges: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        group, _, field = name.partition(".")
        if group.startswith("charge"):
            charges.setdefault(group, {})[field] = value
        elif field and name != "agency.kind":
            content.setdefault(group, {})[field] = value
    if charges:
        content["charges"] = list(charges.values())
    if "record_complete" in row:
        content["record_complete"] = row["record_complete"]
    return Case.model_validate(content)


def _rows(seed: int, each: int = 4) -> list[dict[str, Any]]:
    rnd = random.Random(seed)
    found = []
    for code in LAW.codes:
        made = 0
        while made < each:
            row = _case(code, rnd)
            try:
                facts_of(_as_case(row))
            except (InputError, ValueError):
                continue  # facts that contradict each other
            found.append(row)
            made += 1
    return found


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    kinds = {"bool": pa.bool_(), "number": pa.float64(), "date": pa.date32()}

    def kind(name: str) -> pa.DataType:
        if name in ("date", "record_complete"):
            return pa.date32() if name == "date" else pa.bool_()
        fact = case_facts().get(name) or charge_facts().get(name.partition(".")[2])
        return kinds.get(fact.kind if fact else "", pa.string())

    return pa.table({name: pa.array([row.get(name) for row in rows], kind(name)) for name in names})


@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_is_decided_as_its_rows_are_one_by_one(seed: int) -> None:
    rows = _rows(seed)
    table = decide_data(_arrow(rows), LAW, questions=QUESTIONS).to_pylist()
    assert len(table) == len(rows)
    for row, found in zip(rows, table, strict=True):
        decision = decide(_as_case(row), LAW)
        for question in QUESTIONS:
            answer = decision.answers[question]
            told = (
                found[f"law_{question}"],
                found[f"law_{question}_because"],
                found[f"law_{question}_provisions"] or "",
                found[f"law_{question}_possible"] or "",
            )
            assert told == (
                answer.answer,
                answer.because,
                "; ".join(item.id for item in answer.deciding),
                "; ".join(answer.possible),
            ), row
            missing = set((found[f"law_{question}_missing"] or "").split("; ")) - {""}
            assert missing == set(short([item.fact for item in answer.missing])), row


# ------------------------------------------------------------------------------------------------ what a table may be


SMALL = [
    {
        "jurisdiction": "US-CT",
        "agency": "state-corrections",
        "date": date(2020, 1, 7),
        "papers.judicial_warrant": False,
    },
    {"jurisdiction": "US-CT", "agency": "state-corrections", "date": date(2018, 1, 7), "papers.judicial_warrant": True},
    {"jurisdiction": "US-TX", "agency": "sheriff", "date": date(2024, 1, 7), "papers.judicial_warrant": None},
]


def _small() -> pa.Table:
    return pa.table({name: [row[name] for row in SMALL] for name in SMALL[0]})


def test_arrow_pandas_polars_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    arrow = _small()
    expected = decide_data(arrow, LAW).to_pylist()
    assert decide_data(pl.from_arrow(arrow), LAW).to_pylist() == expected
    frame = pd.DataFrame(SMALL)
    frame["papers.judicial_warrant"] = frame["papers.judicial_warrant"].astype("boolean")
    frame["date"] = pd.to_datetime(frame["date"])
    answers = [name for name in expected[0] if name.startswith("law_")]
    assert [{name: row[name] for name in answers} for row in decide_data(frame, LAW).to_pylist()] == [
        {name: row[name] for name in answers} for row in expected
    ]
    duckdb.sql("SELECT * FROM arrow").write_parquet(str(tmp_path / "a.parquet"))
    duckdb.sql("SELECT * FROM arrow").write_csv(str(tmp_path / "a.csv"))
    for name in ("a.parquet", "a.csv"):
        decide_file(tmp_path / name, tmp_path / "out.parquet", LAW)
        assert duckdb.read_parquet(str(tmp_path / "out.parquet")).to_arrow_table().select(answers).to_pylist() == [
            {n: r[n] for n in answers} for r in expected
        ]


def test_names_with_two_underscores_are_the_same_names() -> None:
    renamed = _small().rename_columns([name.replace(".", "__") for name in _small().column_names])
    assert (
        decide_data(renamed, LAW).column("law_hold").to_pylist()
        == decide_data(_small(), LAW).column("law_hold").to_pylist()
    )


def test_a_row_without_place_date_or_agency_is_honestly_undetermined() -> None:
    table = pa.table(
        {
            "jurisdiction": [None, "US-GU", "US-CT", "US-CT"],
            "agency": ["sheriff", "sheriff", None, "state-corrections"],
            "date": pa.array([date(2020, 1, 1), date(2020, 1, 1), date(2020, 1, 1), None]),
            "papers.judicial_warrant": [False] * 4,
        }
    )
    found = decide_data(table, LAW, questions=["hold"]).to_pylist()
    assert [(row["law_hold"], row["law_hold_because"]) for row in found[:2]] == [
        ("undetermined", "no place"),
        ("undetermined", "no law file for the place"),
    ]
    assert found[2]["law_hold"] == "undetermined"
    assert "agency.kind" in found[2]["law_hold_missing"]
    assert found[3]["law_hold"] == "undetermined"


def test_facts_that_contradict_each_other_are_said_so() -> None:
    table = pa.table(
        {
            "jurisdiction": ["US-CT"],
            "agency": ["state-corrections"],
            "date": [date(2020, 1, 1)],
            "papers.judicial_warrant": [False],
            "papers.criminal_warrant": [True],
        }
    )
    assert (
        decide_data(table, LAW, questions=["hold"]).to_pylist()[0]["law_hold_because"] == "facts contradict each other"
    )


def test_assumptions_fill_only_what_a_row_does_not_say() -> None:
    plain = decide_data(_small(), LAW, questions=["hold"]).to_pylist()
    found = decide_data(_small(), LAW, questions=["hold"], assume=["papers.judicial_warrant=false"]).to_pylist()
    assert found[:2] == plain[:2]  # these rows say themselves whether there is a judge's warrant
    assert "papers.judicial_warrant" in plain[2]["law_hold_missing"]
    assert "papers.judicial_warrant" not in found[2]["law_hold_missing"]


def test_a_named_set_of_assumptions_answers_what_was_open() -> None:
    table = _small().append_column("detainer.form", pa.array(["I-247A"] * 3))
    assert decide_data(table, LAW, questions=["hold"]).to_pylist()[2]["law_hold"] == "undetermined"
    assert (
        decide_data(table, LAW, questions=["hold"], assume=["bare-detainer"]).to_pylist()[2]["law_hold"] == "required"
    )


def test_every_fact_of_a_named_set_is_a_fact_with_a_value_that_it_may_have() -> None:
    known = case_facts()
    for name, chosen in default_mapping()["assumptions"].items():
        assert assumptions([name]) == chosen["facts"]
        for fact, value in chosen["facts"].items():
            assert isinstance(value, bool) if known[fact].kind == "bool" else value in known[fact].options


def test_a_number_is_assumed_where_a_row_gives_no_bounds() -> None:
    given = ["detainer_prepare_date", "birth_year"]
    rows = "(VALUES (DATE '2020-05-05', 1990), (DATE '2020-05-05', NULL))"
    facts = facts_of_table(
        ["place", "agency_kind", *given, "outcome", "source_row"], "x", assume=assumptions(["person.age=40"])
    )
    age = facts.columns.facts["person.age"]
    assert isinstance(age, Between)
    found = duckdb.sql(
        f"SELECT {age.least.sql(dialect='duckdb')}, {age.most.sql(dialect='duckdb')} FROM {rows} AS t({', '.join(given)})"
    )
    assert found.fetchall() == [(29, 30), (40, 40)]


def test_one_day_for_all_rows() -> None:
    table = _small().set_column(3, "papers.judicial_warrant", pa.array([False, False, False]))
    then = decide_data(table, LAW, questions=["hold"], on=date(2020, 1, 7)).to_pylist()
    assert then[0]["law_hold"] == then[1]["law_hold"]
    assert then[0]["law_hold_provisions"] == then[1]["law_hold_provisions"]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["state"], "no column `jurisdiction`"),
        (["jurisdiction", "papers.judicial_warant"], "did you mean papers.judicial_warrant"),
        (["jurisdiction", "charge1.stattus"], "did you mean status"),
        (["jurisdiction", "law_hold"], "has the column 'law_hold' already"),
    ],
)
def test_a_table_with_wrong_columns_ends_in_one_line(names: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        decide_data(pa.table({name: ["x"] for name in names}), LAW)


def test_columns_with_other_contents_than_their_names_say_end_in_one_line() -> None:
    table = pa.table(
        {"jurisdiction": ["US-CT"], "agency": ["sheriff"], "date": ["soon"], "papers.judicial_warrant": ["perhaps"]}
    )
    with pytest.raises(InputError, match="do not hold what their names say"):
        decide_data(table, LAW)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"questions": ["holt"]}, "did you mean hold"),
        ({"agency": "sherif"}, "did you mean sheriff"),
        ({"assume": ["papers.judicial_warrant=perhaps"]}, "cannot be"),
        ({"assume": ["papers.judicial=true"]}, "no fact"),
        ({"assume": ["bare-detaner"]}, "did you mean bare-detainer"),
        ({"assume": ["person.age=nan"]}, "person.age cannot be 'nan'; write one of: a number"),
    ],
)
def test_wrong_wishes_end_in_one_line(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        decide_data(_small(), LAW, **arguments)


# ------------------------------------------------------------------------------------------------ imported tables


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An imported table of synthetic rows of the newest release."""
    folder = tmp_path_factory.mktemp("decide")
    generate("mar_2026", 3000, folder / "rows.parquet", seed=11)
    import_files([folder / "rows.parquet"], folder / "in")
    return folder / "in"


def test_an_imported_table_keeps_its_rows_and_says_what_share_is_determined(imported: Path, tmp_path: Path) -> None:
    report = decide_file(imported, tmp_path / "out.parquet", LAW, assume=["bare-detainer"])
    assert report.rows == 3000
    for question in report.questions:
        assert sum(report.answers[question].values()) == 3000
        assert report.determined[question] == pytest.approx(1 - report.answers[question].get("undetermined", 0) / 3000)
        assert report.missing[question].get("jurisdiction", 0) > 0
    before = duckdb.read_parquet(str(imported / "detainers.parquet"))
    after = duckdb.read_parquet(str(tmp_path / "out.parquet"))
    assert after.project(", ".join(f'"{name}"' for name in before.columns)).fetchall() == before.fetchall()
    metadata = dict(
        duckdb.sql(
            f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{tmp_path / 'out.parquet'}')"
        ).fetchall()
    )
    assert metadata["lawfulhold_law_version"] == LAW.version()
    assert metadata["lawfulhold_facts_assumed"] == "bare-detainer"


def test_nothing_is_written_when_deciding_fails(imported: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        decide_file(imported, tmp_path / "out.parquet", LAW, memory="lots")
    assert list(tmp_path.iterdir()) == []


def test_spark_answers_as_duckdb_does(imported: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="NOT TESTED on Spark: PySpark is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spark = decide_file(imported, tmp_path / "spark", LAW, assume=["bare-detainer"], spark="local[2]")
    duck = decide_file(imported, tmp_path / "duck.parquet", LAW, assume=["bare-detainer"])
    assert (spark.rows, spark.combinations, spark.answers, spark.missing) == (
        duck.rows,
        duck.combinations,
        duck.answers,
        duck.missing,
    )
    columns = "source_row, " + ", ".join(
        f"law_{q}{part}" for q in QUESTIONS for part in ("", "_because", "_possible", "_provisions", "_missing")
    )
    one = duckdb.sql(f"SELECT {columns} FROM '{tmp_path}/spark/*.parquet' ORDER BY source_row").fetchall()
    two = duckdb.sql(f"SELECT {columns} FROM '{tmp_path}/duck.parquet' ORDER BY source_row").fetchall()
    assert len(one) == 3000
    assert one == two
    counted = [count_outcomes(tmp_path / name, ["state", "law"]) for name in ("spark", "duck.parquet")]
    assert counted[0].tables == counted[1].tables
    assert counted[0].spreads == counted[1].spreads

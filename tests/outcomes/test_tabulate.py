"""Outcome tables: every share beside its numerator and its denominator; repeats left out; lines in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawfulhold.errors import InputError
from lawfulhold.outcomes.report import count_outcomes
from lawfulhold.outcomes.write import markdown, records
from tests.outcomes.rows import BOOKED, DECLINED, FORM, detainer, imported

TEXAS = [detainer(reason=BOOKED)] * 5 + [detainer(reason=DECLINED)] * 2 + [detainer()] * 3
OHIO = [
    detainer("2018-04-01", "OHIO", DECLINED),
    detainer("2017-04-01", "OHIO"),
    detainer("2017-05-01", "OHIO", "Lost"),
]


def test_shares_are_of_all_and_of_those_with_an_end_and_at_most(tmp_path: Path) -> None:
    outcomes = count_outcomes(imported(tmp_path, TEXAS), ["state"])
    assert records(outcomes.tables["state"])[0] == {
        "state": "US-TX",
        "collected": 5,
        "declined": 2,
        "closed": 7,
        "open-or-unknown": 3,
        "all": 10,
        "declined / all": 0.2,
        "declined / closed": round(2 / 7, 6),
        "declined, at most / all": 0.5,
        "collected / all": 0.5,
        "collected / closed": round(5 / 7, 6),
        "collected, at most / all": 0.8,
    }


def test_a_text_on_no_list_is_an_end_that_may_be_any(tmp_path: Path) -> None:
    line = records(count_outcomes(imported(tmp_path, OHIO), ["state"]).tables["state"])[0]
    assert (line["unmapped"], line["closed"], line["open-or-unknown"]) == (1, 2, 1)
    assert (line["declined / closed"], line["declined, at most / all"]) == (0.5, 1.0)


def test_a_share_of_nothing_is_a_dash(tmp_path: Path) -> None:
    rows = records(
        count_outcomes(imported(tmp_path, [detainer(), detainer("2018-01-01", "OHIO", DECLINED)]), ["state"]).tables[
            "state"
        ]
    )
    assert rows[1]["declined / closed"] is None
    assert "| US-TX | 0 | 0 | 1 | 1 | 0.00% | – | 100.00% |" in markdown(rows)


@pytest.mark.parametrize("dimension", ["state", "facility", "month", "year", "form", "type", "reason"])
def test_every_table_counts_every_row_once(tmp_path: Path, dimension: str) -> None:
    table = count_outcomes(imported(tmp_path, [*TEXAS, *OHIO]), [dimension]).tables[dimension]
    assert table.totals.total == sum(line.total or 0 for line in table.lines) == 13
    for line in (*table.lines, table.totals):
        assert sum(count or 0 for count in line.counts.values()) == line.total


def test_months_are_in_order_of_time_and_states_in_order_of_size(tmp_path: Path) -> None:
    tables = count_outcomes(imported(tmp_path, [*OHIO, *TEXAS]), ["month", "year", "state"]).tables
    assert [line.key for line in tables["month"].lines] == ["2017-04", "2017-05", "2018-03", "2018-04"]
    assert [(line.key, line.total) for line in tables["year"].lines] == [("2017", 2), ("2018", 11)]
    assert [line.key for line in tables["state"].lines] == ["US-TX", "US-OH"]


def test_facilities_of_one_name_in_two_states_are_two(tmp_path: Path) -> None:
    table = count_outcomes(imported(tmp_path, [*TEXAS, *OHIO]), ["facility"]).tables["facility"]
    assert [(line.within, line.total) for line in table.lines] == [("US-TX", 10), ("US-OH", 3)]


def test_forms_are_families_and_types_are_texts(tmp_path: Path) -> None:
    rows = [detainer(), detainer(form="I247D - Immigration Detainer"), detainer(form="")]
    tables = count_outcomes(imported(tmp_path, rows), ["form", "type"]).tables
    assert {line.key for line in tables["form"].lines} == {"I-247A", "I-247D", "(blank)"}
    assert {line.key for line in tables["type"].lines} == {FORM, "I247D - Immigration Detainer", "(blank)"}


def test_repeats_are_left_out_and_said_unless_they_are_kept(tmp_path: Path) -> None:
    table = imported(
        tmp_path, [detainer(person="p"), detainer(person="p", reason=BOOKED), detainer(person="q"), detainer()]
    )
    outcomes = count_outcomes(table, ["state"])
    assert (outcomes.rows, outcomes.left_out_repeats) == (3, 1)
    outcomes = count_outcomes(table, ["state"], keep_repeats=True)
    assert (outcomes.rows, outcomes.left_out_repeats) == (4, 0)


def test_what_cannot_be_counted_is_said_in_one_line(tmp_path: Path) -> None:
    table = imported(tmp_path, TEXAS)
    with pytest.raises(InputError, match="county: cannot count by that; choose from state"):
        count_outcomes(table, ["county"])
    with pytest.raises(InputError, match="there is no imported table"):
        count_outcomes(tmp_path / "nothing", ["state"])
    with pytest.raises(InputError, match="is no table that was imported"):
        count_outcomes(tmp_path / "rows.csv", ["state"])

"""What the law said against what was recorded: what is certain, and the most there could be."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawfulhold.outcomes.cross import Finding, findings
from lawfulhold.outcomes.report import count_outcomes
from lawfulhold.outcomes.tabulate import Line, OutcomeTable
from lawfulhold.rules.law import Law
from lawfulhold.tables.decide_table import decide_file
from tests.outcomes.rows import BOOKED, DECLINED, detainer, imported

OUTCOMES = ("collected", "declined", "late", "unmapped", "open-or-unknown")


def _table(**answers: list[int | None]) -> OutcomeTable:
    """A table of the law's answers to `hold`: for each the counts of `OUTCOMES`."""
    lines = [
        Line(
            answer,
            None,
            dict(zip(OUTCOMES, counts, strict=True)),
            None if None in counts else sum(c or 0 for c in counts),
        )
        for answer, counts in answers.items()
    ]
    return OutcomeTable("law:hold", "", "law on hold", OUTCOMES, tuple(lines), Line("all", None, {}, None))


def _found(table: OutcomeTable, says: str) -> Finding:
    return next(each for each in findings(table, "hold") if each.says == says)


TABLE = _table(
    required=[50, 3, 1, 2, 10],
    prohibited=[7, 40, 0, 1, 20],
    undetermined=[100, 30, 4, 0, 200],
    unsettled=[5, 6, 0, 0, 8],
)


def test_a_certain_count_stands_beside_its_denominator() -> None:
    found = _found(TABLE, "declined although the law required the hold")
    assert (found.count, found.of) == (3, 66)


def test_the_most_there_could_be_adds_what_is_not_known_of_the_law_or_of_the_outcome() -> None:
    # declined, other text and open where the hold was required; the same where the law's answer is not known
    assert _found(TABLE, "declined although the law required the hold").at_most == 3 + 2 + 10 + (30 + 0 + 200) + (
        6 + 0 + 8
    )
    assert _found(TABLE, "declined where the law forbade the hold").at_most == 40 + 1 + 20 + 230 + 14


def test_an_answer_that_no_row_has_is_a_count_of_none_of_none() -> None:
    found = _found(TABLE, "declined where the law left the choice")
    assert (found.count, found.of, found.at_most) == (0, 0, 230 + 14)


def test_what_is_suppressed_makes_the_bound_unknown_too() -> None:
    table = _table(required=[50, 3, 1, 2, 10], undetermined=[100, None, 4, 0, 200])
    found = _found(table, "declined although the law required the hold")
    assert (found.count, found.at_most) == (3, None)


def test_a_question_without_findings_has_none() -> None:
    assert findings(TABLE, "transfer") == []


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Detainers in Connecticut, in Texas and in a place that nobody knows, decided on `notify`."""
    folder = tmp_path_factory.mktemp("cross")
    rows = [
        *[detainer("2018-03-01", "CONNECTICUT", DECLINED)] * 3,
        detainer("2018-03-01", "CONNECTICUT", BOOKED),
        detainer("2018-03-01", "CONNECTICUT"),
        *[detainer("2018-03-01", "", DECLINED)] * 2,
        detainer("2018-03-01", "TEXAS", DECLINED),
    ]
    table = imported(folder, rows)
    decide_file(
        table, folder / "decided.parquet", Law(), questions=["notify"], agency="sheriff", assume=["bare-detainer"]
    )
    return folder / "decided.parquet"


def test_findings_of_a_decided_table_are_those_of_its_rows(decided: Path) -> None:
    import duckdb

    outcomes = count_outcomes(decided, ["law"])
    for says, answer in (
        ("declined although the law required notice", "required"),
        ("declined where the law forbade notice", "prohibited"),
    ):
        found = next(each for each in outcomes.findings if each.says == says)
        rows = duckdb.read_parquet(str(decided))
        unsure = "('undetermined', 'unsettled')"
        count, of, possible = rows.aggregate(
            f"count(*) FILTER (law_notify = '{answer}' AND outcome = 'declined'), count(*) FILTER (law_notify = '{answer}'), "
            f"count(*) FILTER ((law_notify = '{answer}' OR law_notify IN {unsure}) AND outcome IN ('declined', 'open-or-unknown'))"
        ).fetchall()[0]
        assert (found.count, found.of, found.at_most) == (count, of, possible)
    assert sum(each.of or 0 for each in outcomes.findings) > 0


def test_rows_of_an_unknown_place_are_in_no_certain_count_but_in_every_bound(decided: Path) -> None:
    line = next(
        line for line in count_outcomes(decided, ["law"]).tables["law:notify"].lines if line.key == "undetermined"
    )
    assert (line.counts["declined"] or 0) >= 2
    for found in count_outcomes(decided, ["law"]).findings:
        if "declined" in found.says:
            assert (found.at_most or 0) >= (found.count or 0) + 2

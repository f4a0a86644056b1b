"""Every published figure that the real files must give comes out exactly. The files are never in this repository: without them nothing here runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

from lawfulhold.outcomes.durations import over_detention
from lawfulhold.outcomes.tabulate import BLANK, OutcomeTable, relation, table_of, tabulate
from lawfulhold.tables.importer import import_files
from tests.tables.files import shared

NPR_FORMS = {
    "I247 (prior to March 2013)": "I247 - Immigration Detainer - Notice of Action (prior to March 2013)",
    "I247 (as of March 2013)": "I247 - Immigration Detainer - Notice of Action (as of March 2013)",
    "I247D": "I247D - Immigration Detainer - Request for Action",
    "I247N": "I247N - Immigration Advisal - Request for Notification",
}


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of an import of a real file, made once."""
    done: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in done:
            out = tmp_path_factory.mktemp("imported") / "out"
            report = import_files([shared(name)], out)
            assert report.kept + report.quarantined == report.read
            done[name] = out
        return done[name]

    return folder


@pytest.fixture
def figures() -> dict[str, dict[str, object]]:
    """``reproduce_exactly`` by id."""
    content = yaml.safe_load(shared("published-figures.yaml").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in content["reproduce_exactly"]}


WORKBOOK = "npr-fy2015/FOIA-15-87693_LESA-STU_detainers_FY15YTD.xlsx"
PENNSYLVANIA = "pa-2007-2015/pa-detainers-2007-2015.csv.gz"
CITIZENS = "aggregates/npr/americans.csv"
PIERCE = "pierce/bookings_with_ice_hold.csv"


def counts(folder: Path, dimension: str, where: str = "true") -> dict[str, int]:
    """Totals by a dimension."""
    table = _table(folder, dimension, where)
    return {line.key: line.total or 0 for line in table.lines}


def _table(folder: Path, dimension: str, where: str = "true") -> OutcomeTable:
    rows = relation(table_of(folder))
    return tabulate(duckdb.connect(), f"(SELECT * FROM {rows} WHERE {where})", dimension)


def test_fiscal_2015_total_and_months(imported: Callable[[str], Path], figures: dict[str, dict[str, object]]) -> None:
    months = counts(imported(WORKBOOK), "month")
    assert sum(months.values()) == figures["fy2015ytd_total"]["value"]
    assert months == figures["fy2015ytd_by_month"]["value"]


@pytest.mark.parametrize("year", [2014, 2015])
def test_fiscal_2015_forms(imported: Callable[[str], Path], figures: dict[str, dict[str, object]], year: int) -> None:
    published = figures[f"fy2015ytd_by_type_{year}"]["value"]
    assert isinstance(published, dict)
    found = counts(imported(WORKBOOK), "type", f"year(detainer_prepare_date) = {year}")
    assert found == {NPR_FORMS[form]: count for form, count in published.items()}


def test_lift_reasons_of_2015(imported: Callable[[str], Path], figures: dict[str, dict[str, object]]) -> None:
    found = counts(imported(WORKBOOK), "reason", "year(detainer_prepare_date) = 2015")
    found.pop(BLANK)
    assert found == figures["fy2015ytd_by_reason_2015"]["value"]


def test_declined_rates_of_fiscal_2015_with_both_denominators(imported: Callable[[str], Path]) -> None:
    totals = _table(imported(WORKBOOK), "state").totals
    assert (totals.counts["declined"], totals.total, totals.closed) == (5501, 79053, 26790)
    assert round(100 * (totals.share("declined", totals.total) or 0), 2) == 6.96
    assert round(100 * (totals.share("declined", totals.closed) or 0), 2) == 20.53


def test_the_csv_and_the_workbook_are_the_same_rows(imported: Callable[[str], Path]) -> None:
    both = [
        imported(WORKBOOK) / "detainers.parquet",
        imported("npr-fy2015/ice-detainers-fy2015ytd.csv.gz") / "detainers.parquet",
    ]
    columns = "detainer_prepare_date, detainer_type, detention_facility, facility_state, facility_city, detainer_lift_reason, source_row"
    one, two = (duckdb.sql(f"SELECT {columns} FROM '{path}' ORDER BY source_row").fetchall() for path in both)
    assert one == two


def test_pennsylvania_2007_to_2015(imported: Callable[[str], Path], figures: dict[str, dict[str, object]]) -> None:
    years = counts(imported(PENNSYLVANIA), "year")
    assert sum(years.values()) == figures["pa_total"]["value"]
    assert years == {str(year): count for year, count in figures["pa_total"]["by_year"].items()}  # type: ignore[attr-defined]


def test_pennsylvania_in_both_files_is_the_same_one_for_one(imported: Callable[[str], Path]) -> None:
    columns = "detainer_prepare_date, detainer_type, detention_facility, facility_city, detainer_lift_reason"
    one = duckdb.sql(
        f"SELECT {columns} FROM '{imported(WORKBOOK)}/detainers.parquet' WHERE place = 'US-PA' ORDER BY ALL"
    ).fetchall()
    two = duckdb.sql(
        f"SELECT {columns} FROM '{imported(PENNSYLVANIA)}/detainers.parquet' WHERE detainer_prepare_date >= '2014-10-01' ORDER BY ALL"
    ).fetchall()
    assert len(one) == 1799
    assert one == two


def test_citizens(imported: Callable[[str], Path], figures: dict[str, dict[str, object]]) -> None:
    folder = imported(CITIZENS)
    assert counts(folder, "year") == {str(year): count for year, count in figures["citizens_693"]["by_year"].items()}  # type: ignore[attr-defined]
    totals = _table(folder, "state").totals
    assert (totals.counts["citizen"], totals.total) == (693, figures["citizens_693"]["value"])


def test_the_newest_release_is_recognised(imported: Callable[[str], Path]) -> None:
    rows = duckdb.sql(
        f"SELECT release, outcome, form, form_edition, place FROM '{imported('fixtures/ddp-march2026-release-22rows.csv')}/detainers.parquet'"
    ).fetchall()
    assert len(rows) == 22
    assert {(release, outcome, form, place) for release, outcome, form, _, place in rows} == {
        ("mar_2026", "declined", "I-247A", "US-MN")
    }


# ------------------------------------------------------------------------------------------------ Pierce County


def test_pierce_county_report(imported: Callable[[str], Path]) -> None:
    published = yaml.safe_load(shared("pierce/published.yaml").read_text(encoding="utf-8"))
    figures, again = published["published"], published["reproduced_from_our_files"]
    connection = duckdb.connect()
    rows = relation(imported(PIERCE) / "bookings.parquet", keep_repeats=True)
    everyone = over_detention(connection, rows)
    ranked = over_detention(connection, rows, ranked_only=True)
    assert everyone.with_hold == published["coverage"]["start_holds"] == again["holds_start"]["value"]
    assert ranked.with_hold == figures["holds"] == published["coverage"]["end_holds"]
    assert ranked.stay.mean == pytest.approx(figures["mean_jail_days"]["hold"], abs=1e-9)
    assert ranked.stay.median == pytest.approx(figures["median_jail_days"]["hold"], abs=1e-9)
    assert ranked.longer == figures["held_longer_on_detainer"]
    gap = again["held_longer_gap_hours"]
    assert (ranked.held_longer.count, ranked.over) == (
        gap["n"],
        {4: gap["over_4h"], 24: gap["over_24h"], 48: gap["over_48h"]},
    )
    assert (round(ranked.held_longer.least or 0, 1), ranked.held_longer.median, ranked.held_longer.most) == (
        gap["min"],
        gap["median"],
        gap["max"],
    )


@pytest.mark.parametrize("grade", ["felony", "misdemeanor"])
def test_pierce_county_mean_days_by_top_charge(imported: Callable[[str], Path], grade: str) -> None:
    again = yaml.safe_load(shared("pierce/published.yaml").read_text(encoding="utf-8"))["reproduced_from_our_files"][
        f"{grade}_mean"
    ]
    rows = relation(imported(PIERCE) / "bookings.parquet", keep_repeats=True)
    found = over_detention(duckdb.connect(), f"(SELECT * FROM {rows} WHERE {grade})", ranked_only=True)
    assert found.with_hold == again["n"]
    assert found.stay.mean == pytest.approx(again["value"], abs=1e-9)


def test_pierce_county_dispositions(imported: Callable[[str], Path]) -> None:
    again = yaml.safe_load(shared("pierce/published.yaml").read_text(encoding="utf-8"))["reproduced_from_our_files"]
    table = imported(PIERCE) / "bookings.parquet"
    lines = dict(
        duckdb.sql(f"SELECT charge_disposition, count(*) FROM '{table}' WHERE immigration_hold GROUP BY 1").fetchall()
    )
    published = dict(again["hold_line_disposition_204"])
    others = published.pop("other_single")
    assert {name: lines[name] for name in published} == published
    assert sum(lines.values()) - sum(published.values()) == others
    final = dict(
        duckdb.sql(
            f"SELECT d, count(*) FROM (SELECT booking_id, any_value(final_disposition) AS d FROM '{table}' GROUP BY 1) GROUP BY 1"
        ).fetchall()
    )
    assert {name: final[name] for name in again["final_disposition_204"]} == again["final_disposition_204"]

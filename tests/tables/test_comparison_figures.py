"""Series of other vintages differ from the rows we count by no more than docs/tables.md says."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
import yaml

from tests.tables.files import shared


@pytest.fixture(scope="module")
def fiscal_years() -> Counter[int]:
    """Detainers by fiscal year (October to September), summed from the monthly counts of the file of July 2015."""
    years: Counter[int] = Counter()
    with shared("aggregates/npr/detainers_by_year_and_month.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            year, month = map(int, line["year_month"].split("-"))
            years[year + (month >= 10)] += int(line["count"])
    return years


@pytest.fixture(scope="module")
def series() -> dict[str, dict[object, object]]:
    """The published national series."""
    content: dict[str, dict[object, object]] = yaml.safe_load(
        shared("published-figures.yaml").read_text(encoding="utf-8")
    )["series_national"]
    return content


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("ddp_npr_files_fiscal_year", -0.0002, 0.0001), ("trac_fiscal_year", -0.037, -0.030)],
)
def test_another_vintage_differs_within_its_bounds(
    fiscal_years: Counter[int], series: dict[str, dict[object, object]], name: str, least: float, most: float
) -> None:
    compared = 0
    for year, published in series[name].items():
        if isinstance(year, int) and year < 2015 and isinstance(published, int):
            assert least <= published / fiscal_years[year] - 1 <= most, year
            compared += 1
    assert compared >= 3


def test_the_last_fiscal_year_ends_in_july_and_is_the_workbook(
    fiscal_years: Counter[int], series: dict[str, dict[object, object]]
) -> None:
    assert fiscal_years[2015] == 79053
    whole = series["ddp_npr_files_fiscal_year"][2015]
    assert isinstance(whole, int)
    assert fiscal_years[2015] < whole

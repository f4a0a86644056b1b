"""Dates as papers give them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawfulhold.facts.dates import months_before, parse_date, years_before


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        (2024, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-01T17:30", date(2024, 2, 1), date(2024, 2, 1)),
        ({"from": "2024-01", "to": "2024-03"}, date(2024, 1, 1), date(2024, 3, 31)),
        ({"to": "2024-03-05"}, date(1700, 1, 1), date(2024, 3, 5)),
    ],
)
def test_a_date_is_every_day_it_may_mean(written, first, last):
    assert (parse_date(written).first, parse_date(written).last) == (first, last)


@pytest.mark.parametrize(
    "written",
    [
        "2024-02-30",
        "2023-02-29",
        "2024-13",
        "24-02-01",
        "yesterday",
        "",
        True,
        3.5,
        "2024-1-1",
        "1600",
        "9999",
        [],
        {"from": "2024-02", "to": "2024-01"},
        {"since": "2024"},
    ],
)
def test_what_is_no_date_is_refused_in_words(written):
    with pytest.raises(ValueError, match=r".{10,}"):
        parse_date(written)


@given(st.dates(date(1900, 3, 1), date(2150, 1, 1)), st.integers(0, 100))
def test_spans_back_keep_the_day_or_end_on_the_28th(day, years):
    earlier = years_before(day, years)
    assert (earlier.month, earlier.day) == (day.month, day.day) or (day.month, day.day, earlier.day) == (2, 29, 28)
    assert months_before(day, 12 * years) == earlier
    assert months_before(day, 1) < day
    assert day - months_before(day, 1) <= timedelta(days=31)

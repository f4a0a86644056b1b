"""Date expressions and what they are worth: expression, what is known, ISO date, precision."""

from __future__ import annotations

import pytest

from lawfulhold.sources.dates import Known, compatible, find_dates, not_after_report, resolve
from lawfulhold.sources.reading import When

PUBLISHED = Known("2023-06-15")
TOLD = Known("2023-06-15", last="2023-03-09", anchor="2023-03-09", last_has_year=True, chain=True)

ROWS = [
    # a day with its year
    ("on Nov. 17, 2021, police", PUBLISHED, "2021-11-17"),
    ("17 November 2021", PUBLISHED, "2021-11-17"),
    ("on 11/17/2021", PUBLISHED, "2021-11-17"),
    # a day without its year: the last one before publication
    ("April 4", PUBLISHED, "2023-04-04"),
    ("Jan. 29", PUBLISHED, "2023-01-29"),
    ("Dec. 30", PUBLISHED, "2022-12-30"),
    # the weekday settles the year
    ("Saturday, Sept. 21", Known("2020-03"), "2019-09-21"),
    ("Monday, April 3", Known("2024-05-20"), "2023-04-03"),
    ("Wednesday, April 3", Known("2024-05-20"), "2024-04-03"),
    # no day of publication: the year stays open
    ("July 18", Known(), None),
    # ... unless the story gives it
    ("Feb. 1", Known(None, "2023-10-13", True, True, True, "2023-10-13"), "2024-02-01"),
    # months
    ("in October", PUBLISHED, "2022-10"),
    ("in May", PUBLISHED, "2023-05"),
    ("in December of last year", PUBLISHED, "2022-12"),
    ("September 2009", PUBLISHED, "2009-09"),
    # weekdays
    ("on Monday", PUBLISHED, "2023-06-12"),
    ("Thursday", PUBLISHED, "2023-06-15"),
    ("on Monday", Known("2023-06"), None),
    # relative to what was told
    ("Two days later", TOLD, "2023-03-11"),
    ("the same day", TOLD, "2023-03-09"),
    ("a day earlier", TOLD, "2023-03-08"),
    ("Later that month", TOLD, "2023-03"),
    ("the following month", TOLD, "2023-04"),
    ("two days later", Known(last="2015-10"), "2015-10"),
    # relative to publication
    ("last month", PUBLISHED, "2023-05"),
    ("yesterday", PUBLISHED, "2023-06-14"),
    # no dates of events
    ("since 2018", PUBLISHED, None),
    ("on an unknown date", PUBLISHED, None),
    ("in fiscal year 2023", PUBLISHED, None),
]


@pytest.mark.parametrize(("words", "known", "expected"), ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_a_date_is_resolved(words: str, known: Known, expected: str | None) -> None:
    found = find_dates(words)
    assert found, "no date was found"
    assert resolve(found[0], known).date == expected


@pytest.mark.parametrize("words", ["a 19-year sentence", "10 years' confinement", "up to 48 hours", "a 26-year-old", "he may appear", "Section 2019 of 5,000", "33,179 people"])
def test_lengths_and_numbers_are_no_dates(words: str) -> None:
    assert not [one for one in find_dates(words) if one.usable]


def test_last_week_is_bounded() -> None:
    when = resolve(find_dates("last week")[0], Known("2023-06-15"))
    assert (when.date, when.precision, when.not_before, when.not_after) == ("2023-06", "month", "2023-06-05", "2023-06-11")


def test_a_range_keeps_both_ends() -> None:
    when = resolve(find_dates("from March 11 through March 26")[0], Known("2023-06-15"))
    assert (when.date, when.not_before, when.not_after) == ("2023-03", "2023-03-11", "2023-03-26")


def test_an_impossible_day_is_no_date() -> None:
    assert resolve(find_dates("Feb. 30, 2021")[0], Known()).date is None


def test_partial_dates_fit_the_days_in_them() -> None:
    assert compatible("2024-02", "2024-02-29")
    assert not compatible("2024-02", "2024-03-01")
    assert compatible(None, "2024")


@pytest.mark.parametrize("words", ["Tuesday, April 1, 2024", "Saturday, April 1"])
def test_a_day_that_contradicts_its_weekday_is_unsure_and_says_so(words: str) -> None:
    (found,) = find_dates(words)
    when = resolve(found, Known("2024-05-20"))
    assert (when.date, when.confidence) == (("2024-04-01", 0.5) if "2024" in words else ("2023-04-01", 0.9))
    assert when.remark == ("2024-04-01 is a Monday" if "2024" in words else None)


def test_a_weekday_that_fits_no_near_year_leaves_the_year_of_the_report_unsure() -> None:
    (found,) = find_dates("Thursday, April 1")
    when = resolve(found, Known("2024-05-20"))
    assert (when.date, when.confidence, when.remark) == ("2024-04-01", 0.5, "2024-04-01 is a Monday")


@pytest.mark.parametrize(("told", "kept"), [("2024-05-21", "2024-05-21"), ("2024-05-22", None), ("2024-05", "2024-05"), ("2024-06", None), ("2030-07-04", None)])
def test_what_is_told_as_done_is_not_later_than_the_report(told: str, kept: str | None) -> None:
    when = not_after_report(When(told, as_written="as told"), "2024-05-20")
    assert (when.date, when.as_written) == (kept, "as told")
    assert when.remark == (None if kept else f"{told} is after the day of publication, 2024-05-20")

"""Time from release to ICE's arrest, and hours held past the time of going free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lawfulhold.outcomes.durations import GONE, OverDetention, Spread, hidden
from lawfulhold.outcomes.report import count_outcomes
from tests.outcomes.rows import BOOKED, HOLD, charge, detainer, imported, imported_bookings


def _spreads(folder: Path, rows: list[list[str]]) -> dict[str, Spread]:
    return {each.name: each for each in count_outcomes(imported(folder, rows), ["state"]).spreads}


def test_days_from_lift_to_arrest_are_of_people_recorded_as_released_before(tmp_path: Path) -> None:
    rows = [
        detainer(reason="Early Release", lifted="2018-03-10", arrested="2018-03-12 12:00:00"),
        detainer(reason="Early Release", lifted="2018-03-10", arrested="2018-03-20"),
        detainer(reason="Early Release", lifted="2018-03-10"),
        detainer(reason=BOOKED, lifted="2018-03-10", arrested="2018-03-11"),
    ]
    found = _spreads(tmp_path, rows)[GONE]
    assert (found.count, found.of, found.least, found.median, found.most) == (2, 3, 2.5, 6.25, 10.0)


def test_days_from_the_projected_release_and_from_preparation(tmp_path: Path) -> None:
    found = _spreads(
        tmp_path, [detainer("2018-03-02", projected="2018-03-06", arrested="2018-03-07 06:00:00"), detainer()]
    )
    assert (found["projected release to ICE arrest"].median, found["projected release to ICE arrest"].count) == (
        1.25,
        1,
    )
    assert (found["preparation to ICE arrest"].median, found["preparation to ICE arrest"].of) == (5.25, 2)


def test_an_arrest_before_the_release_is_counted_apart_and_in_no_quantile(tmp_path: Path) -> None:
    rows = [
        detainer(projected="2018-03-06", arrested="2018-03-04"),
        detainer(projected="2018-03-06", arrested="2018-03-08"),
    ]
    found = _spreads(tmp_path, rows)["projected release to ICE arrest"]
    assert (found.count, found.negative, found.least, found.most) == (2, 1, 2.0, 2.0)


def test_without_dates_nothing_is_said_of_time(tmp_path: Path) -> None:
    assert _spreads(tmp_path, [detainer(), detainer(projected="2018-03-06")]) == {}


# ------------------------------------------------------------------------------------------------ over-detention

BOOKINGS = [
    # the hold ends 50 hours after the last other line
    charge("a", "DUI", "2017-03-02 10:00:00"),
    charge("a", "THEFT 3", "2017-03-01 20:00:00"),
    charge("a", HOLD, "2017-03-04 12:00:00"),
    # the hold ends with the other line
    charge("b", "DUI", "2017-03-02 10:00:00"),
    charge("b", HOLD, "2017-03-02 10:00:00"),
    # the hold ends first
    charge("c", "DUI", "2017-03-05 10:00:00"),
    charge("c", HOLD, "2017-03-02 10:00:00"),
    # nothing but a hold: no time of going free is known
    charge("d", HOLD, "2017-03-09 10:00:00"),
    # no hold
    charge("e", "DUI", "2017-03-02 10:00:00"),
    # five hours
    charge("f", "DUI", "2017-03-02 10:00:00"),
    charge("f", HOLD, "2017-03-02 15:00:00"),
]


def _over(folder: Path, suppress: int | None = None) -> OverDetention:
    found = count_outcomes(imported_bookings(folder, BOOKINGS), [], suppress_below=suppress).over_detention
    assert found is not None
    return found


def test_hours_past_the_end_of_every_other_line(tmp_path: Path) -> None:
    found = _over(tmp_path)
    assert (found.bookings, found.with_hold, found.longer, found.over) == (6, 5, 2, {4: 2, 24: 1, 48: 1})
    assert found.held_longer is not None
    assert (found.held_longer.least, found.held_longer.most, found.held_longer.of) == (5.0, 50.0, 5)


def test_small_counts_of_bookings_are_hidden_with_what_gives_them_back(tmp_path: Path) -> None:
    found = _over(tmp_path, suppress=3)
    # five of six have a hold: the sixth would be told by the difference
    assert (found.bookings, found.with_hold, found.longer, found.over) == (6, None, None, {4: None, 24: None, 48: None})
    assert found.held_longer is None


@pytest.mark.parametrize(
    "counts", [(1934, 83, 24, 15, 4, 1), (40, 30, 21, 12, 11, 0), (12, 12, 12, 3, 0, 0), (9, 4, 0, 0, 0, 0)]
)
def test_no_two_published_counts_of_bookings_differ_by_few(counts: tuple[int, ...]) -> None:
    bookings, with_hold, longer, *over = counts
    found = OverDetention(bookings, with_hold, longer, dict(zip((4, 24, 48), over, strict=True)), None, None).hidden(10)
    shown = [each for each in (found.bookings, found.with_hold, found.longer, *found.over.values()) if each is not None]
    for i, one in enumerate(shown):
        assert not 0 < one < 10
        for other in shown[i + 1 :]:
            assert not 0 < one - other < 10


# ------------------------------------------------------------------------------------------------ suppression

SPREAD = Spread("x", "days", "", 500, 200, 60, 0.1, 1.0, 2.0, 3.0, 4.0, 5.0, 99.0)


def test_no_single_row_and_no_thin_end_of_a_spread_is_shown() -> None:
    found = hidden(SPREAD, 10)
    assert found is not None
    assert (found.least, found.most) == (None, None)
    assert (found.quarter, found.median, found.three_quarters, found.tenth_longest) == (1.0, 2.0, 4.0, 5.0)
    found = hidden(SPREAD, 20)
    assert found is not None
    assert (found.quarter, found.tenth_longest) == (1.0, None)


def test_few_rows_are_no_spread() -> None:
    assert hidden(replace(SPREAD, count=69), 10) is None


def test_few_rows_without_a_date_or_running_backwards_are_not_told() -> None:
    found = hidden(replace(SPREAD, of=205, negative=3), 10)
    assert found is not None
    assert (found.of, found.count, found.negative) == (205, None, None)


def test_a_denominator_that_the_tables_hide_is_hidden() -> None:
    found = hidden(SPREAD, 10, of_is_hidden=True)
    assert found is not None
    assert (found.of, found.count) == (None, None)

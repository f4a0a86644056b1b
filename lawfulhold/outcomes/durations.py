"""How long things took: from release to ICE's arrest, and past the time a person would have gone free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

GONE = "lift to ICE arrest, released before"


@dataclass(frozen=True)
class Spread:
    """A distribution. `count` rows have it, of `of`; `negative` of them run backwards and are in no quantile.

    None is not known, or suppressed.
    """

    name: str
    unit: str
    means: str
    of: int | None
    count: int | None
    negative: int | None
    least: float | None = None
    quarter: float | None = None
    median: float | None = None
    mean: float | None = None
    three_quarters: float | None = None
    tenth_longest: float | None = None
    most: float | None = None


def spread(connection: duckdb.DuckDBPyConnection, rows: str, value: str, name: str, unit: str, means: str) -> Spread:
    """The distribution of a SQL value over `rows` (SQL); rows where it is NULL do not have it."""
    found = connection.execute(f"""
        SELECT count(*), count(v), count(*) FILTER (v < 0), min(v) FILTER (v >= 0), quantile_cont(v, 0.25) FILTER (v >= 0), median(v) FILTER (v >= 0),
            round(avg(v) FILTER (v >= 0), 9), quantile_cont(v, 0.75) FILTER (v >= 0), quantile_cont(v, 0.9) FILTER (v >= 0), max(v) FILTER (v >= 0)
        FROM (SELECT CAST({value} AS DOUBLE) AS v FROM {rows})""").fetchone()
    assert found is not None
    return Spread(name, unit, means, int(found[0]), int(found[1]), int(found[2]), *found[3:])


def hidden(found: Spread, threshold: int, *, of_is_hidden: bool = False) -> Spread | None:
    """The spread without what would tell of fewer than `threshold` rows; None when nothing is left of it.

    The longest and the shortest are single rows and never shown. A quantile is shown where at least `threshold` rows lie beyond it.
    `of_is_hidden`: the denominator is hidden elsewhere, and so it is here.
    """
    assert found.of is not None
    assert found.count is not None
    assert found.negative is not None
    inside = found.count - found.negative
    if inside < threshold:
        return None
    hide_count = of_is_hidden or 0 < found.of - found.count < threshold
    hide_negative = 0 < found.negative < threshold
    return replace(
        found,
        of=None if of_is_hidden else found.of,
        count=None if hide_count else found.count,
        negative=None if hide_negative else found.negative,
        least=None,
        most=None,
        quarter=found.quarter if inside / 4 >= threshold else None,
        three_quarters=found.three_quarters if inside / 4 >= threshold else None,
        median=found.median if inside / 2 >= threshold else None,
        tenth_longest=found.tenth_longest if inside / 10 >= threshold else None,
    )


def to_ice_arrest(connection: duckdb.DuckDBPyConnection, rows: str) -> list[Spread]:
    """Time to ICE's arrest: from release where the release has a lift or projected release date, and from preparation.

    The first is of the rows recorded as released before ICE acted, the others of all. An arrest counts only for rows that have its date. Days are
    counted from midnight, for no release gives the hour of the jail's release.
    """
    day = "date_diff('second', CAST({start} AS TIMESTAMP), CAST(apprehension_date AS TIMESTAMP)) / 86400.0"
    return [
        spread(
            connection,
            f"(SELECT * FROM {rows} WHERE outcome = 'gone')",
            day.format(start="detainer_lift_date"),
            GONE,
            "days",
            "from the day the detainer was lifted to ICE's arrest, for people recorded as released before ICE acted",
        ),
        spread(
            connection,
            rows,
            day.format(start="projected_release_date"),
            "projected release to ICE arrest",
            "days",
            "from the projected release day to ICE's arrest",
        ),
        spread(
            connection,
            rows,
            day.format(start="detainer_prepare_date"),
            "preparation to ICE arrest",
            "days",
            "from the day the detainer was prepared, which is not a release, to ICE's arrest",
        ),
    ]


@dataclass(frozen=True)
class OverDetention:
    """Jail bookings with an immigration hold, and how long the hold outlasted everything else.

    `longer`: bookings in which the hold line ended later than every other line; `over`: those in which it did by more than so many hours.
    A count of None is suppressed.
    """

    bookings: int | None
    with_hold: int | None
    longer: int | None
    over: dict[int, int | None]
    stay: Spread | None
    held_longer: Spread | None

    def hidden(self, threshold: int) -> OverDetention:
        """Without what would tell of fewer than `threshold` bookings: each count is a part of the one before, and so is each difference."""
        shown: list[int | None] = []
        last = 0
        for count in (self.bookings, self.with_hold, self.longer, *self.over.values()):
            assert count is not None
            keep = not 0 < count < threshold and not 0 < last - count < threshold
            shown.append(count if keep else None)
            last = count if keep else last
        bookings, with_hold, longer, *over = shown
        held = None if self.held_longer is None else hidden(self.held_longer, threshold, of_is_hidden=with_hold is None)
        if held is not None and longer is None:
            held = replace(held, count=None)
        stay = None if self.stay is None else hidden(self.stay, threshold, of_is_hidden=with_hold is None)
        return OverDetention(bookings, with_hold, longer, dict(zip(self.over, over, strict=True)), stay, held)


def over_detention(connection: duckdb.DuckDBPyConnection, rows: str, *, ranked_only: bool = False) -> OverDetention:
    """Hours held past the otherwise-release time, from charge lines.

    The otherwise-release time of a booking is when the last of its lines other than the hold ended; a booking was held longer when its hold
    line ended later. A booking with no other line has no such time and is not counted as held longer. `ranked_only` leaves out bookings
    whose top charge is of type ``other`` or has no rank, as the report on Pierce County did.
    """
    keep = "WHERE top_charge_type IS DISTINCT FROM 'other' AND coalesce(top_seriousness, 0) > 0" if ranked_only else ""
    bookings = f"""(
        SELECT booking_id, min(booked_at) AS booked_at, max(released_at) AS released_at, bool_or(immigration_hold) AS hold,
            max(charge_released_at) FILTER (immigration_hold) AS hold_end, max(charge_released_at) FILTER (NOT immigration_hold) AS other_end
        FROM {rows} {keep} GROUP BY booking_id)"""
    held = f"(SELECT * FROM {bookings} WHERE hold)"
    hours = "date_diff('second', other_end, hold_end) / 3600.0"
    longer = spread(
        connection,
        held,
        f"CASE WHEN hold_end > other_end THEN {hours} END",
        "held past the otherwise-release time",
        "hours",
        "from the end of the last other charge line to the end of the hold line, where the hold ended later",
    )
    stay = spread(
        connection,
        held,
        "date_diff('second', booked_at, released_at) / 86400.0",
        "stay with a hold",
        "days",
        "from booking to release",
    )
    counts = connection.execute(f"SELECT count(*), count(*) FILTER (hold) FROM {bookings}").fetchone()
    assert counts is not None
    over: dict[int, int | None] = {}
    for limit in (4, 24, 48):
        found = connection.execute(
            f"SELECT count(*) FROM {held} WHERE hold_end > other_end AND {hours} > {limit}"
        ).fetchone()
        over[limit] = int(found[0]) if found else 0
    return OverDetention(int(counts[0]), int(counts[1]), longer.count, over, stay, longer)

"""Clocks: when a limit ends or a duty is due.

Hours are elapsed hours (a day of daylight saving change has 23 or 25), days are taken in the agency's time zone, and
excluded days are left out from midnight to midnight of that zone. 8 CFR 287.7(d) excludes Saturdays, Sundays and
holidays; Form I-247A asks for a flat 48 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKEND_AND_HOLIDAYS = ("saturdays", "sundays", "federal-holidays")


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or waiting clock.

    `starts` is the event (release, receipt, ...), `started_at` its moment when known, `ends_at` the moment it ends.
    Hours and excluded days are those of the provision.
    """

    name: str
    starts: str
    hours: float | None
    excludes: tuple[str, ...]
    started_at: datetime | None
    ends_at: datetime | None
    provision: str
    cite: str
    governs: bool = False
    text: str | None = None


@lru_cache(maxsize=256)
def is_holiday(day: date, state: str | None) -> bool:
    """Is `day` a federal holiday (observed days included), or one of that state (two letters)?"""
    import holidays

    calendar = holidays.country_holidays("US", subdiv=state, years=day.year, observed=True)
    return day in calendar


def excluded(day: date, excludes: Sequence[str], state: str | None = None) -> bool:
    """Is this day left out of the count? `excludes` holds saturdays, sundays, federal-holidays, state-holidays."""
    if "saturdays" in excludes and day.weekday() == 5:
        return True
    if "sundays" in excludes and day.weekday() == 6:
        return True
    if "federal-holidays" in excludes and is_holiday(day, None):
        return True
    return "state-holidays" in excludes and state is not None and is_holiday(day, state)


def end_of(start: datetime, hours: float, excludes: Sequence[str] = (), state: str | None = None) -> datetime:
    """The moment at which so many counted hours have run.

    Takes an aware `start` in the agency's zone, the hours, and the days that are left out. Returns an aware datetime
    in the same zone.
    """
    zone = start.tzinfo
    if zone is None:
        raise ValueError("a clock needs the time zone of its start")
    left = timedelta(hours=hours)
    now = start.astimezone(UTC)
    while True:
        local = now.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        if not excluded(local.date(), excludes, state):
            if now + left <= midnight:
                return (now + left).astimezone(zone)
            left -= midnight - now
        now = midnight


def elapsed_hours(start: datetime, end: datetime) -> float:
    """Flat hours between two moments; one without a zone is taken in the zone of the other."""
    zone = start.tzinfo or end.tzinfo
    begun, ended = _aware(start, zone), _aware(end, zone)
    if zone is not None:  # two times of one zone would be taken from each other as they stand on the wall
        begun, ended = begun.astimezone(UTC), ended.astimezone(UTC)
    return (ended - begun).total_seconds() / 3600


def counted_hours(start: datetime, end: datetime, excludes: Sequence[str] = WEEKEND_AND_HOLIDAYS) -> float:
    """Hours between two moments without the excluded days."""
    zone = start.tzinfo or UTC
    now, stop = _aware(start, zone).astimezone(UTC), _aware(end, zone).astimezone(UTC)
    total = timedelta()
    while now < stop:
        local = now.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        upto = min(midnight, stop)
        if not excluded(local.date(), excludes):
            total += upto - now
        now = upto
    return total.total_seconds() / 3600


def _aware(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment if moment.tzinfo or zone is None else moment.replace(tzinfo=zone)


def in_zone(moment: datetime, zone: str) -> datetime:
    """The moment in the agency's zone; one without a zone is taken as local time there."""
    local = ZoneInfo(zone)
    return moment.astimezone(local) if moment.tzinfo else moment.replace(tzinfo=local)

"""Dates as papers give them: a moment, a day, a month, a year or an interval.

Nothing is guessed: "2024-02" is every day of that February, and an answer for it holds for each of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}")
EARLIEST, LATEST = date(1700, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to lie between two days, both included; with a clock time when one is known.

    `text` is the date as written, `moment` the date and time (without a zone it is the local time of the agency).
    """

    first: date
    last: date
    text: str
    moment: datetime | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def is_day(self) -> bool:
        """True when the day is known."""
        return self.first == self.last


def parse_date(value: Any) -> PartialDate:
    """Read a date from a case file.

    Takes a `PartialDate`, `date`, `datetime`, a year as a number, text as `2024`, `2024-02`, `2024-02-01`,
    `2024-02-01T14:30` (with or without an offset), or a mapping `{from: ..., to: ...}`. Returns a `PartialDate`.
    Raises `ValueError`, in words, for anything else and for days that do not exist.
    """
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime):
        return PartialDate(value.date(), value.date(), value.isoformat(), value)
    if isinstance(value, date):
        return _bounded(PartialDate(value, value, value.isoformat()))
    if isinstance(value, dict):
        return _interval(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("not a date; write YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDTHH:MM or {from: ..., to: ...}")
    text = str(value).strip()
    match = _PARTIAL.fullmatch(text)
    if not match:
        return _moment(text)
    year, month, day = match.groups()
    try:
        if day:
            exact = date(int(year), int(month), int(day))
            return _bounded(PartialDate(exact, exact, text))
        if month:
            first = date(int(year), int(month), 1)
            return _bounded(PartialDate(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), text))
        return _bounded(PartialDate(date(int(year), 1, 1), date(int(year), 12, 31), text))
    except ValueError as error:
        if "1700" in str(error):
            raise
        raise ValueError(f"{text} is not a day of the calendar") from None


def _bounded(value: PartialDate) -> PartialDate:
    if value.first < EARLIEST or value.last > LATEST:
        raise ValueError(f"{value.text} is outside the years 1700 to 2199")
    return value


def _moment(text: str) -> PartialDate:
    try:
        if not _CLOCK.match(text):  # weeks and days of the year are other notations, which Python would read too
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"'{text}' is not a date; write YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDTHH:MM or {{from: ..., to: ...}}"
        ) from None
    return _bounded(PartialDate(moment.date(), moment.date(), text, moment))


def _interval(value: dict[Any, Any]) -> PartialDate:
    unknown = sorted(str(key) for key in value if key not in ("from", "to"))
    if unknown:
        raise ValueError(f"an interval has `from` and `to`, not `{unknown[0]}`")
    first = parse_date(value["from"]).first if value.get("from") is not None else EARLIEST
    last = parse_date(value["to"]).last if value.get("to") is not None else LATEST
    if last < first:
        raise ValueError(f"the interval ends ({last}) before it begins ({first})")
    return PartialDate(first, last, f"{value.get('from', '')}..{value.get('to', '')}")


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or the last day of that month where it has no such day."""
    month_index = day.year * 12 + day.month - 1 - months
    year, month = divmod(month_index, 12)
    first = date(year, month + 1, 1)
    last_of_month = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last_of_month)


def span_start(day: date, count: int, unit: str) -> date:
    """First day of the span of `count` years, months or days that ends on `day`."""
    if unit == "years":
        return years_before(day, count)
    if unit == "months":
        return months_before(day, count)
    return day - timedelta(days=count)


_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "description": "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"},
        {"type": "integer", "description": "a year", "minimum": 1700, "maximum": 2199},
        {
            "type": "object",
            "properties": {"from": {"type": ["string", "integer"]}, "to": {"type": ["string", "integer"]}},
            "additionalProperties": False,
        },
        {"type": "null"},
    ]
}


def _optional(value: Any) -> PartialDate | None:
    return None if value is None else parse_date(value)


def _written(value: PartialDate | None) -> Any:
    if value is None:
        return None
    if ".." in value.text:
        return {"from": value.first.isoformat(), "to": value.last.isoformat()}
    return value.text


DateField = Annotated[
    PartialDate | None,
    BeforeValidator(_optional),
    PlainSerializer(_written),
    WithJsonSchema(_SCHEMA),
]
MomentField = DateField

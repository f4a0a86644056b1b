"""What a file may hold.

Its kind by the start of its name, its columns by the shapes of the API, its rows one by one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from lawfulhold.desk.api import pushed, shapes
from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.services.acting import By
from lawfulhold.errors import nearest

MOST_ROWS = 20_000
MOMENTS = ("booked_at", "at", "sent_at", "received_at")
Act = Callable[[By, str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of file: the shape of a row, the groups that its columns are spread over, what is done with a row."""

    shape: type[BaseModel]
    act: Act
    of_case: bool = True
    groups: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Each column with the group it belongs to ('' for the row itself)."""
        own = {name: "" for name in self.shape.model_fields if name not in self.groups and name not in self.without}
        inner = {name: group for group, shape in self.groups.items() for name in shape.model_fields}
        return {**({"booking_number": ""} if self.of_case else {}), **inner, **own}

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which no row can be read."""
        shapes_ = {"": self.shape, **self.groups}
        found = [
            name
            for name, group in self.columns.items()
            if name in shapes_[group].model_fields and shapes_[group].model_fields[name].is_required()
        ]
        return ("booking_number", *found) if self.of_case else tuple(found)


def _charge(by: By, case: str, given: shapes.ChargeGiven) -> dict[str, Any]:
    return pushed.charges(by, case, shapes.ChargesGiven(source="drop folder", charges=[given]))


KINDS: dict[str, Kind] = {
    "bookings": Kind(
        shapes.BookingGiven,
        lambda by, _, given: pushed.book(by, given, "drop folder"),
        of_case=False,
        groups={"identifiers": shapes.IdentifiersGiven},
        without=("charges",),
    ),
    "charges": Kind(shapes.ChargeGiven, _charge),
    "release-times": Kind(shapes.ReleaseTimeGiven, pushed.release_time),
    "bail": Kind(shapes.BailGiven, pushed.bail),
    "releases": Kind(shapes.ReleaseGiven, pushed.released),
    "detainers": Kind(
        shapes.DetainerGiven,
        lambda by, _, given: pushed.detainer(by, given),
        of_case=False,
        groups={"subject": shapes.SubjectGiven, "on_paper": shapes.OnPaperGiven},
        without=("paper",),
    ),
}


def kind_of(name: str) -> Kind:
    """The kind of a file by its name: `bookings-2026-11-18.csv`. Raises `Invalid`."""
    for start in sorted(KINDS, key=len, reverse=True):
        rest = name.lower().removeprefix(start)
        if rest != name.lower() and rest[:1] in ("-", "_", "."):
            return KINDS[start]
    first = name.lower().split(".")[0]
    raise Invalid(
        f"The name of a file begins with {', '.join(KINDS)}{nearest(first, KINDS)}.",
        advice="Name it like bookings-2026-11-18.csv.",
    )


def rows_of(content: bytes, kind: Kind) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with their numbers (the header is row 1).

    The file is read whole: one fault in its form, and no row is taken. Raises `Invalid`.
    """
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Invalid(
            "This is not a CSV file but a packed file, a workbook or a PDF.", advice="Save it as CSV (UTF-8)."
        )
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            f"The file is not UTF-8 (at byte {error.start}).",
            advice="Save it as CSV (UTF-8), so that names keep their letters.",
        ) from None
    if "\x00" in text:
        raise Invalid("The file has a NUL in it: it is not plain text.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid(f"The file cannot be read as CSV: {error}.") from None
    if not read or not any(cell.strip() for cell in read[0]):
        raise Invalid("The file has no header.", advice=f"Its first row names the columns: {', '.join(kind.columns)}.")
    header = [cell.strip().lower() for cell in read[0]]
    for name in header:
        if name not in kind.columns:
            raise Invalid(
                f"There is no column {name[:60]!r}{nearest(name, kind.columns)}.",
                advice=f"The columns are {', '.join(kind.columns)}.",
                field=name[:60],
            )
        if header.count(name) > 1:
            raise Invalid(f"The column {name} stands there twice.", field=name)
    missing = [name for name in kind.needed if name not in header]
    if missing:
        raise Invalid(f"The column {missing[0]} is missing.", field=missing[0])
    if len(read) - 1 > MOST_ROWS:
        raise Invalid(f"The file has more than {MOST_ROWS} rows.", advice="Split it.")
    found = []
    for number, cells in enumerate(read[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise Invalid(
                f"Row {number} has {len(cells)} cells, the header has {len(header)}: the file is cut short or broken.",
                advice="No row was taken. Write the file under another name first and rename it when it is whole.",
            )
        found.append((number, dict(zip(header, cells, strict=True))))
    return found


def given(kind: Kind, row: Mapping[str, str], zone: ZoneInfo) -> tuple[str, BaseModel]:
    """(the case that a row is about, the row in its shape). Raises `Invalid` with the column."""
    data: dict[str, Any] = {group: {} for group in kind.groups}
    case = ""
    for name, cell in row.items():
        value: Any = cell.strip()
        if kind.of_case and name == "booking_number":
            if not value or len(value) > 60:
                raise Invalid("A booking number is needed.", field=name)
            case = f"booking:{value}"
            continue
        if not value:
            continue
        if name in MOMENTS:
            value = moment(value, zone, name)
        target = data[kind.columns[name]] if kind.columns[name] else data
        target[name] = value
    try:
        return case, kind.shape.model_validate(data)
    except ValidationError as error:
        fault = error.errors()[0]
        column = str(fault["loc"][-1]) if fault["loc"] else ""
        raise Invalid(f"{column}: {fault['msg']}.", field=column) from None


def moment(value: str, zone: ZoneInfo, column: str) -> datetime:
    """A moment such as 2026-11-18 14:05, in the agency's zone unless its offset stands with it. Raises `Invalid`.

    An hour that the change of the clock leaves out, or has twice, is refused: only the offset says which one it was.
    """
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid("A moment is written 2026-11-18 14:05, with or without its offset.", field=column) from None
    if len(value) < 16:
        raise Invalid("A moment has its hour and minute: 2026-11-18 14:05.", field=column)
    if found.tzinfo is not None:
        return found
    local = found.replace(tzinfo=zone)
    try:
        there = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise Invalid("That moment cannot be.", field=column) from None
    if there != found or local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Invalid(
            "The clock changed in that hour.", advice="Write the offset: 2026-11-01 01:30-05:00.", field=column
        )
    return local

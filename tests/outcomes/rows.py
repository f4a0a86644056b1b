"""Small tables of invented detainers and bookings, as an import would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lawfulhold.tables.importer import import_files
from tests.tables.files import text_file

HEADER = [
    "Detainer_Prepare_Date",
    "State",
    "City",
    "Detention_Facility",
    "Detainer_Type",
    "Detainer_Lift_Reason",
    "Detainer_Lift_DATE",
    "Projected_Release_Date",
    "Apprehension_Date",
    "Unique_Identifier",
]
FORM = "I247A - Immigration Detainer - Notice of Action"
BOOKED = "Booked into Detention"
DECLINED = "Detainer Declined by LEA"


def detainer(
    day: str = "2018-03-02",
    state: str = "TEXAS",
    reason: str = "",
    *,
    facility: str = "SYNTHETIC COUNTY JAIL",
    form: str = FORM,
    lifted: str = "",
    projected: str = "",
    arrested: str = "",
    person: str = "",
) -> list[str]:
    """One row under `HEADER`."""
    return [day, state, "SYNTHETIC CITY", facility, form, reason, lifted, projected, arrested, person]


def imported(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """The folder of an import of these rows."""
    source = text_file(folder / "rows.csv", [HEADER, *rows])
    import_files([source], folder / "imported", release="icfo_18038")
    return folder / "imported"


BOOKING_HEADER = [
    "booking_key",
    "booking_dt",
    "release_dt",
    "charge_release_dt",
    "booking_charge_desc",
    "release_disposition_desc",
]
HOLD = "HOLD IMMIGRAT"


def charge(booking: str, charge: str, ended: str, *, booked: str = "2017-03-01 08:00:00") -> list[str]:
    """One charge line under `BOOKING_HEADER`; the booking ends with its line."""
    return [booking, booked, ended, ended, charge, ""]


def imported_bookings(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """The folder of an import of these charge lines."""
    source = text_file(folder / "bookings.csv", [BOOKING_HEADER, *rows])
    import_files([source], folder / "imported", release="jail_pierce")
    return folder / "imported"

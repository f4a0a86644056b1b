"""Moments that somebody gives for what has happened: not in the future, and not before the custody they belong to."""

from __future__ import annotations

from datetime import datetime, timedelta

from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import Custody
from lawfulhold.desk.services.acting import By

CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much another machine's clock may be ahead of the desk's."""


ENTERED_LATE = timedelta(minutes=15)
"""What is written down later than this after it happened is said to have been."""


def entered_late(by: By, moment: datetime) -> str:
    """“Written down 3 h 05 min afterwards.”, with a space before it; '' for what is written down at once."""
    after = by.at - moment
    minutes = int(after.total_seconds() // 60)
    return f" Written down {minutes // 60} h {minutes % 60:02} min afterwards." if after > ENTERED_LATE else ""


def past(by: By, given: datetime | None, field: str = "at", custody: Custody | None = None) -> datetime:
    """The moment that was given, now when none was; one without a zone is in the agency's zone.

    Raises `Invalid`, at the field, for the future and for what lies before the booking of `custody`.
    """
    moment = given or by.at
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=by.zone)
    if moment > by.at + CLOCKS_DIFFER:
        raise Invalid("That moment lies in the future.", advice="Give the moment when it happened.", field=field)
    if custody is not None and moment < custody.began_at:
        raise Invalid("That moment lies before the booking; check both.", field=field)
    return moment

"""Words that come from outside: what may stand in them.

Refused, not repaired: a program that sends markup or a formula has a fault that somebody should see.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema

_MARKUP = re.compile(r"<\s*[a-zA-Z/!?]|&#|javascript\s*:", re.IGNORECASE)
_FORMULA = re.compile(r"^\s*(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d](?=\S)(?!\d+\s*$))")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def checked(value: str) -> str:
    """The words without blanks around them.

    Raises `ValueError` for control characters, markup and what a spreadsheet takes for a formula.
    """
    value = value.strip()
    if any(not letter.isprintable() and letter not in "\n\t" for letter in value):
        raise ValueError("holds a character that cannot be printed")
    if _MARKUP.search(value):
        raise ValueError("holds markup (a tag); write plain words")
    if _FORMULA.search(value):
        raise ValueError("begins like a formula of a spreadsheet; write plain words")
    return value


def in_reach(value: datetime) -> datetime:
    """The moment. Raises `ValueError` for one that no clock of a jail shows."""
    try:
        if EARLIEST <= value <= LATEST:
            return value
    except OverflowError:
        pass
    raise ValueError("lies outside of 1970 to 2100")


Short = Annotated[str, Field(max_length=60), AfterValidator(checked)]
Line = Annotated[str, Field(max_length=200), AfterValidator(checked)]
Note = Annotated[str, Field(max_length=500), AfterValidator(checked)]
Long = Annotated[str, Field(max_length=4_000), AfterValidator(checked)]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(in_reach),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with its offset"}),
]


def neutral(cell: object) -> str:
    """A cell that no spreadsheet runs.

    What begins like a formula gets an apostrophe before it; control characters go.
    """
    text = "".join(letter if letter.isprintable() else " " for letter in str(cell))
    return "'" + text if text.lstrip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20|%") and text.strip() else text

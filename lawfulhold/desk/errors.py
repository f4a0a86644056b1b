"""What the desk refuses, and why: the errors that reach a person at a screen or a program at the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DeskError(Exception):
    """Something cannot be done. `says` is one sentence for the person, `advice` what to do, `field` the form field it is about."""

    status = 400

    def __init__(self, says: str, *, advice: str = "", field: str | None = None) -> None:
        self.says, self.advice, self.field = says, advice, field
        super().__init__(f"{says} {advice}".strip())


class Invalid(DeskError):  # noqa: N818
    """A value that was given cannot be right."""

    status = 422


class NotAllowed(DeskError):  # noqa: N818
    """This person's role does not do this."""

    status = 403


class RuleOfTheDesk(DeskError):  # noqa: N818
    """The law or a rule of the desk stands against it. `rule` names the rule (see `docs/desk.md`)."""

    status = 409

    def __init__(self, rule: str, says: str, *, advice: str = "", field: str | None = None) -> None:
        self.rule = rule
        super().__init__(says, advice=advice, field=field)


class Overtaken(DeskError):  # noqa: N818
    """Somebody else changed the case first. `since` holds the docket entries written after what this person saw."""

    status = 409

    def __init__(self, says: str, since: Sequence[Any], version: int) -> None:
        self.since, self.version = tuple(since), version
        super().__init__(says, advice="Nothing of yours was written. Look at what changed, then send it again.")


class Repeated(DeskError):  # noqa: N818
    """The same idempotency key came with another content."""

    status = 409


class NotFound(DeskError):  # noqa: N818
    """No such record for this agency."""

    status = 404

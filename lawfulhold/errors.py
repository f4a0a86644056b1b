"""What is wrong with an input, where, and what to do: the one kind of error that reaches a user."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """Something in a file or on the command line is wrong.

    `where` is the file (or `-`), `line` its line when known, `what` one sentence that says what is wrong and what to
    do.
    """

    def __init__(self, what: str, where: str | None = None, line: int | None = None) -> None:
        self.what, self.where, self.line = what, where, line
        place = f"{where}:{line}: " if where and line else f"{where}: " if where else ""
        super().__init__(f"{place}{what}")


def nearest(name: object, choices: Iterable[str], cutoff: float = 0.5) -> str:
    """'; did you mean X?' for the choice nearest to `name`, or '' when none is near."""
    close = difflib.get_close_matches(str(name), list(choices), 1, cutoff)
    return f"; did you mean {close[0]}?" if close else ""

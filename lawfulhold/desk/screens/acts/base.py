"""What every act on a case has: a form on the case, the right it takes, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lawfulhold.desk.models import Custody
from lawfulhold.desk.screens.forms import DeskForm
from lawfulhold.desk.services.acting import By

UNKNOWN = ("", "Not known")


class CaseForm(DeskForm):
    """A form on one case."""

    def __init__(self, *args: Any, by: By, custody: Custody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.custody = by, custody
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the case."""

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        field: Any = self.fields[name]
        field.choices = choices


Do = Callable[[By, Custody, Any, int | None], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what it is called, who may, what is asked, what is done, what is said before and after."""

    title: str
    action: str
    form: type[CaseForm]
    do: Do
    intro: str = ""
    done: str = "Written."
    button: str = "Write it down"

"""What every act on a case has: a form on the case, the right it takes, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lawfulhold.desk.models import Custody
from lawfulhold.desk.screens.forms import DeskForm, document_of
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


def gives(service: Callable[..., Any], *first: str, named: str = "", paper: tuple[str, str] | None = None, **renamed: str) -> Do:
    """What an act does that hands its form to a service: the fields `first` in this order, those of `named` (a line of names) and of `renamed` by name,
    and the scan of `paper`, a field and the kind of document it becomes."""

    def do(by: By, custody: Custody, form: Any, seen: int | None) -> Any:
        scan = {paper[0]: document_of(form, *paper, custody=custody)} if paper else {}
        given = form.values(*named.split(), **renamed)
        return service(by, custody.pk, *(form.value(name) for name in first), **given, **scan, seen=seen)

    return do


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

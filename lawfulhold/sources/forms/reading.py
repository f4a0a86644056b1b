"""What a reading of a form holds: every field with its value, how sure it is, and where on the paper it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lawfulhold.errors import InputError

Box = tuple[float, float, float, float]
How = Literal["fillable", "text", "scan"]


class FormError(InputError):
    """A file that cannot be read as a form: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where a value stands: page (from 1) of `file`, and the box `left, top, right, bottom` in points from the top left corner of the page as it is
    shown. `words` is what is written there, as it was read ("" where nothing is written)."""

    file: str
    page: int
    box: Box
    words: str

    def as_json(self) -> dict[str, Any]:
        """The span as plain values."""
        return {"file": self.file, "page": self.page, "box": [round(side, 1) for side in self.box], "words": self.words}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form.

    `value` is text, a day (`2024-03-01`), True or False for a box or a signature, or None. `sure` tells the two kinds of None apart: sure means that
    the field is blank on the paper, not sure that it could not be read. A value that is not sure is a proposal: a person looks at the paper.
    `confidence` is between 0 and 1; `note` says why a value is not sure. `personal` marks what names or points to a person.
    """

    name: str
    value: str | bool | None
    sure: bool
    span: PageSpan | None
    confidence: float = 1.0
    kind: str = "text"
    label: str = ""
    personal: bool = False
    note: str | None = None

    @property
    def blank(self) -> bool:
        """True when the paper surely has nothing here."""
        return self.sure and self.value is None

    def as_json(self) -> dict[str, Any]:
        """The field as plain values."""
        found: dict[str, Any] = {
            "value": self.value, "sure": self.sure, "confidence": round(self.confidence, 2), "kind": self.kind, "label": self.label,
            "span": self.span.as_json() if self.span else None}
        if self.personal:
            found["personal"] = True
        if self.note:
            found["note"] = self.note
        return found


@dataclass(frozen=True, slots=True)
class FormReading:
    """What was read from the pages of one form.

    `form` is its number (`I-247A`), `edition` the date printed beside it (`3/17`) or None where it cannot be read. `how` says what it was read from:
    the fields of a fillable PDF, the text of a PDF, or a scan. `attachments` are the other forms of the same file, such as the warrant behind a
    detainer. `notes` are sentences for the person who reviews.
    """

    file: str
    form: str
    edition: str | None
    fields: Mapping[str, FormField]
    how: How
    pages: tuple[int, ...]
    form_sure: bool = True
    edition_sure: bool = True
    spans: Mapping[str, PageSpan] = field(default_factory=dict)
    attachments: tuple[FormReading, ...] = ()
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> str | bool | None:
        """The value of a field where it is sure, else None."""
        found = self.fields.get(name)
        return found.value if found and found.sure else None

    def unsure(self) -> tuple[str, ...]:
        """Names of the fields that a person has to look at."""
        return tuple(name for name, one in self.fields.items() if not one.sure)

    def as_json(self) -> dict[str, Any]:
        """The reading as plain values, ready for `json.dumps`. It holds personal data: names, birth dates, numbers."""
        return {
            "file": self.file, "form": self.form, "form_sure": self.form_sure, "edition": self.edition, "edition_sure": self.edition_sure,
            "how": self.how, "pages": list(self.pages), "spans": {key: span.as_json() for key, span in self.spans.items()},
            "fields": {name: one.as_json() for name, one in self.fields.items()},
            "attachments": [one.as_json() for one in self.attachments], "notes": list(self.notes)}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> FormReading:
        """The reading that `as_json` wrote."""
        return cls(
            given["file"], given["form"], given["edition"], {name: _field(name, one) for name, one in given["fields"].items()},
            cast(How, given["how"]), tuple(given["pages"]), given["form_sure"], given["edition_sure"],
            {key: _span(one) for key, one in given["spans"].items()}, tuple(cls.from_json(one) for one in given["attachments"]), tuple(given["notes"]))


def _span(given: Mapping[str, Any]) -> PageSpan:
    left, top, right, bottom = given["box"]
    return PageSpan(given["file"], given["page"], (left, top, right, bottom), given["words"])


def _field(name: str, given: Mapping[str, Any]) -> FormField:
    return FormField(
        name, given["value"], given["sure"], _span(given["span"]) if given["span"] else None, given["confidence"], given["kind"], given["label"],
        given.get("personal", False), given.get("note"))

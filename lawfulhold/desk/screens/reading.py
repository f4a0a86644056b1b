"""What a machine read from a paper, field by field, as the screens show it beside the paper. It is a proposal: only what was read surely stands in the
form beforehand, and a person compares every field before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lawfulhold.desk.models import DETAINER_FORMS, PaperReading, Warrant
from lawfulhold.sources.forms.case import to_case
from lawfulhold.sources.forms.layouts import layouts
from lawfulhold.sources.forms.reading import FormField, FormReading, PageSpan

DETAINER_FIELDS = {
    "dhs_number": "event_number",
    "issued_by": "officer_name_title",
    "addressed_to": "to",
    "date_of_birth": "date_of_birth",
    "nationality": "citizenship",
    "sex": "sex",
    "booking_number": "local_booking_number",
    "a_number": "file_number",
}
"""Field of the intake form → field of the paper that fills it."""
ONLY_SHOWN = {"sent_at": ("date", "The paper gives the day; the time is on the fax line.")}
"""Field of the intake form → field of the paper that helps to fill it, and what is missing."""
DETAINER_FACTS = {
    "probable_cause": "box_1_probable_cause",
    "complete": "",
    "notice_requested": "",
}
"""Fact of the intake form → the box it is read from; without one it follows from the whole paper."""
WARRANT_FIELDS = {"signed_by": "officer_name_title", "statute": "provisions", "signed_at": "date"}
TICKED = {True: "ticked", False: "not ticked"}
SIGNED = {True: "signed", False: "not signed"}
NAME_IN_ONE = "The paper does not say which part is the surname."


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the paper has for one field: `value` goes into the form and is None unless it was read surely; `words` is what stands there;
    `mark` names the box on the page (empty: none). `state` is sure, unsure, blank, or part (the paper says only part of what the field asks)."""

    words: str
    value: Any
    state: str
    note: str
    mark: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a page picture, in points, and the address in the page of what it belongs to."""

    name: str
    left: float
    top: float
    width: float
    height: float
    state: str
    goes_to: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the paper as it was read."""

    mark: str
    label: str
    words: str
    state: str
    note: str
    page: int | None


def forms_in(row: PaperReading) -> tuple[FormReading, ...]:
    """The forms of a paper, the detainer first; empty when it is no known form or was not read."""
    if not row.found or not row.found["reading"]:
        return ()
    first = FormReading.from_json(row.found["reading"])
    return (first, *first.attachments)


def is_detainer(reading: FormReading) -> bool:
    """A form of the I-247 family."""
    return reading.form in DETAINER_FORMS


def is_warrant(reading: FormReading) -> bool:
    """An officer's warrant."""
    return reading.form in Warrant.ADMINISTRATIVE


def detainer_proposals(reading: FormReading) -> dict[str, Proposal]:
    """Fields of the intake form → what the paper has for them."""
    found = {
        "form": _span(reading, "form", reading.form, reading.form_sure),
        "edition": _span(reading, "edition", reading.edition, reading.edition_sure),
        **_fields(reading, DETAINER_FIELDS),
    }
    for name, (paper, note) in ONLY_SHOWN.items():
        if paper in reading.fields:
            given = _proposal(reading.fields[paper])
            state = "part" if given.state == "sure" else given.state
            found[name] = Proposal(given.words, None, state, "" if state == "blank" else note, given.mark, given.page)
    found.update(_name(reading))
    said = to_case(reading)
    facts, sources = said.get("detainer", {}), said["sources"]
    for name, box in DETAINER_FACTS.items():
        if name not in facts:
            continue
        one = reading.fields.get(box)
        where = one.span if one else reading.spans.get("form") if name == "notice_requested" else None
        mark = _mark(0, box) if one and one.span else _mark(0, "form") if where else ""
        note = sources[f"detainer.{name}"].removeprefix(f"{reading.file}, ")
        value = "yes" if facts[name] else "no"
        found[name] = Proposal(value, value, "sure", f"From {note}.", mark, where.page if where else None)
    return {name: one for name, one in found.items() if one is not None}


def warrant_proposals(reading: FormReading, index: int) -> dict[str, Proposal]:
    """Fields of the form for a warrant → what an I-200 or I-205 has for them. Such a paper is an immigration officer's, whatever it says of a judge."""
    found = {**_fields(reading, WARRANT_FIELDS, index)}
    kind = _span(reading, "form", reading.form, reading.form_sure, index)
    if kind is not None:
        found["type"] = kind
    signature = reading.fields.get("officer_signature")
    if signature is not None:
        signed = _proposal(signature, index)
        sure = signed.state == "sure" and reading.form_sure
        value = "immigration-officer" if sure and signature.value is True else None
        note = signed.note or ("" if value else "Unsigned it is no warrant. Look at the signature line.")
        found["issuer_office"] = Proposal(signed.words, value, "sure" if value else "unsure", note, signed.mark, signed.page)
    return found


def initial(proposals: Mapping[str, Proposal]) -> dict[str, Any]:
    """What stands in the form beforehand: only what was read surely."""
    return {name: one.value for name, one in proposals.items() if one.value is not None}


def tally(proposals: Mapping[str, Proposal], given: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(fields confirmed as read, fields where a person wrote something else), out of the fields that were proposed."""
    same: list[str] = []
    other: list[str] = []
    for name, one in proposals.items():
        if one.value is not None and name in given:
            said = {True: "yes", False: "no", None: ""}.get(given[name], given[name]) if not isinstance(given[name], str) else given[name]
            (same if str(said).strip() == str(one.value).strip() else other).append(name)
    return same, other


def lines(reading: FormReading, index: int, without: Mapping[str, Proposal]) -> list[Line]:
    """Every field of the paper that has something, or could not be read, and that no field of the form shows already."""
    shown = {one.mark for one in without.values()}
    found = []
    for name, one in sorted(reading.fields.items(), key=_place):
        given = _proposal(one, index)
        if given.state == "blank" or (one.kind in ("check", "signature") and one.value is False and one.sure) or _mark(index, name) in shown:
            continue
        found.append(Line(_mark(index, name), one.label or name, given.words, given.state, given.note, given.page))
    return found


def _place(item: tuple[str, FormField]) -> tuple[int, float, float]:
    """From the top of the paper to its end."""
    span = item[1].span
    return (span.page, round(span.box[1] / 6), span.box[0]) if span else (99, 0, 0)


def marks(row: PaperReading, goes_to: Mapping[str, str]) -> dict[int, list[Mark]]:
    """Page → the boxes that lie on it. `goes_to` says which address in the page a mark belongs to."""
    found: dict[int, list[Mark]] = {}
    for index, reading in enumerate(forms_in(row)):
        for name, span, sure, blank in _spans(reading):
            left, top, right, bottom = span.box
            mark = _mark(index, name)
            state = "blank" if blank else "sure" if sure else "unsure"
            found.setdefault(span.page, []).append(
                Mark(mark, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1), state, goes_to.get(mark, f"r-{mark}"))
            )
    return found


def notes(reading: FormReading) -> list[str]:
    """Sentences of the reader for whoever reviews, without those about single fields."""
    said = to_case(reading)
    every = [text for text in said["review"] if not text.startswith("Form ") or ": look at " not in text]
    if said.get("detainer", {}).get("cancelled"):
        every.insert(0, "This paper only cancels an earlier detainer. Do not register it as a new one: open that detainer and note the cancellation.")
    return list(dict.fromkeys(every))


def _spans(reading: FormReading) -> Iterator[tuple[str, PageSpan, bool, bool]]:
    for name, one in reading.fields.items():
        if one.span is not None:
            off = one.kind in ("check", "signature") and one.value is False
            yield name, one.span, one.sure, one.sure and (one.value is None or off)
    for name, span in reading.spans.items():
        yield name, span, reading.form_sure if name == "form" else reading.edition_sure, False


def _fields(reading: FormReading, names: Mapping[str, str], index: int = 0) -> dict[str, Proposal]:
    return {field: _proposal(reading.fields[paper], index) for field, paper in names.items() if paper in reading.fields}


def _proposal(one: FormField, index: int = 0) -> Proposal:
    if isinstance(one.value, bool):
        words = SIGNED[one.value] if one.kind == "signature" else TICKED[one.value]
    else:
        words = ", ".join(part.strip() for part in one.value.splitlines() if part.strip()) if one.value else ""
    if not one.sure and not words and one.span is not None:
        words = one.span.words
    state = "blank" if one.blank else "sure" if one.sure else "unsure"
    value = words if state == "sure" and words else None
    page = one.span.page if one.span else None
    return Proposal(words, value, state, (one.note or "").strip(), _mark(index, one.name) if one.span else "", page)


def _name(reading: FormReading) -> dict[str, Proposal]:
    """Surname and given names, where the paper divides them by a comma; else the clerk does."""
    if "name_of_alien" not in reading.fields:
        return {}
    whole = _proposal(reading.fields["name_of_alien"])
    if whole.value is None:
        return {"surname": whole, "given_names": whole}
    surname, comma, given = whole.value.partition(",")
    if not comma or not surname.strip():
        either = Proposal(whole.words, None, "unsure", NAME_IN_ONE, whole.mark, whole.page)
        return {"surname": either, "given_names": either}
    return {
        "surname": Proposal(whole.words, surname.strip(), "sure", "", whole.mark, whole.page),
        "given_names": Proposal(whole.words, given.strip() or None, "sure", "", whole.mark, whole.page),
    }


def _span(reading: FormReading, name: str, value: str | None, sure: bool, index: int = 0) -> Proposal | None:
    span = reading.spans.get(name)
    if value is None:
        return None
    title = layouts()[reading.form].title if name == "form" and reading.form in layouts() else ""
    return Proposal(
        f"{value} ({title})" if title else value, value if sure else None, "sure" if sure else "unsure", "",
        _mark(index, name) if span else "", span.page if span else None,
    )


def _mark(index: int, name: str) -> str:
    return f"m{index}-{name}"

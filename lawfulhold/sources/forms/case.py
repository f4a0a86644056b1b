"""From what a form says to a draft case: only facts that the paper states and that were read surely, each with the place where it stands.

A name is never among them, and nothing follows from what is absent: a detainer without a judge's warrant behind it says nothing about one that the
agency may have.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lawfulhold.sources.forms.layouts import Layout, layouts
from lawfulhold.sources.forms.reading import FormField, FormReading

_GROUNDS = ("box_1a_final_order", "box_1b_proceedings", "box_1c_biometric_database", "box_1d_statements_evidence")


def to_case(reading: FormReading) -> dict[str, Any]:
    """The draft case that a form and its attachments support: `detainer`, `papers`, `events` and `sources` (fact → file, page and box).

    The keys are those of a case file; a person adds the jurisdiction and the agency. Facts that were not read surely are left out; the field `review` lists
    what to look at and is to be taken away when the case is saved (`lawfulhold.sources.forms.case_only` does).
    """
    first, *others = by_detainer(reading)
    draft = _Draft(first)
    for one in (first, *first.attachments):
        layout = layouts()[one.form]
        if layout.is_warrant:
            _warrant(draft, one)
        else:
            _detainer(draft, one, layout)
    draft.review += [f"The file has another detainer, a Form {one.form} on page {one.pages[0]}; it is a case of its own." for one in others]
    return draft.as_case()


def by_detainer(reading: FormReading) -> list[FormReading]:
    """The reading divided into one for each detainer of the file, each with its warrants; a file with one detainer, or with warrants alone, stays whole.

    A warrant belongs to the detainer with its file number; where that is not read surely on both, to the detainer before it. One whose number is another stands alone.
    """
    others = [one for one in reading.attachments if not layouts()[one.form].is_warrant]
    if not others or layouts()[reading.form].is_warrant:
        return [reading]
    detainers = sorted((reading, *others), key=lambda one: one.pages[0])
    behind: list[list[FormReading]] = [[] for _ in detainers]
    alone: list[FormReading] = []
    for warrant in (one for one in reading.attachments if layouts()[one.form].is_warrant):
        owner = _owner(warrant, detainers)
        (alone if owner is None else behind[owner]).append(warrant)
    note = f"The file has {len(detainers)} detainers, each a case of its own. See that a warrant names the person of its detainer."
    return [replace(one, attachments=tuple(warrants), notes=(*one.notes, note)) for one, warrants in zip(detainers, behind, strict=True)] + alone


def _owner(warrant: FormReading, detainers: list[FormReading]) -> int | None:
    """Which detainer a warrant belongs to, None when its file number is another than that of the one before it."""
    number, numbers = warrant.value("file_number"), [one.value("file_number") for one in detainers]
    before = max(sum(one.pages[0] < warrant.pages[0] for one in detainers) - 1, 0)
    same = [place for place, other in enumerate(numbers) if number and other == number]
    if same:
        return before if before in same else same[0]
    return None if number and numbers[before] else before


def case_only(draft: dict[str, Any]) -> dict[str, Any]:
    """A draft without `review`: what a case file may hold."""
    return {key: value for key, value in draft.items() if key != "review"}


class _Draft:
    def __init__(self, reading: FormReading) -> None:
        self.groups: dict[str, dict[str, Any]] = {"detainer": {}, "papers": {}}
        self.sources: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []
        self.review: list[str] = []
        for one in (reading, *reading.attachments):
            self.review += one.notes
            self.review += [f"Form {one.form}, page {_page(one, name)}: look at {_told(one.fields[name])}: {one.fields[name].note or 'not sure'}." for name in one.unsure()]

    def say(self, fact: str, value: Any, where: str) -> None:
        group, name = fact.split(".")
        self.groups[group][name] = value
        self.sources[fact] = where

    def as_case(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: group for name, group in self.groups.items() if group}
        if self.events:
            found["events"] = self.events
        return found | {"sources": self.sources, "review": self.review}


def _detainer(draft: _Draft, reading: FormReading, layout: Layout) -> None:
    foot = _foot(reading)
    if not reading.form_sure:
        draft.review.append("Nothing is filled in, because the form itself is not sure.")
        return
    draft.say("detainer.form", reading.form, foot)
    if reading.edition and reading.edition_sure:
        draft.say("detainer.edition", reading.edition, foot)
    cancels, stated = reading.fields.get("cancel_prior_detainer"), _stated(reading, layout)
    if cancels and cancels.sure and cancels.value is True and stated is False:
        # Nothing but the cancellation is filled in: the paper lifts the earlier detainer and lodges none.
        draft.say("detainer.cancelled", True, _where(reading, cancels))
        _event(draft, reading, "detainer-cancelled")
        return
    if _is_blank(reading):
        draft.review.append("The form is blank: it names nobody, and no detainer is lodged by it.")
        return
    if cancels and cancels.sure and cancels.value is True:
        draft.review.append("The form cancels an earlier detainer and states grounds of its own: ask ICE whether a detainer is lodged.")
    draft.say("detainer.notice_requested", True, foot)
    draft.say("detainer.written_request", True, foot)
    if layout.asks_to_hold and cancels and cancels.sure and cancels.value is False:
        draft.say("detainer.lodged", True, _where(reading, cancels))
        _event(draft, reading, "detainer-lodged")
    elif not layout.asks_to_hold:
        draft.review.append(f"Form {reading.form} asks for notice only. It says nothing about whether a detainer is lodged too.")
    _probable_cause(draft, reading, layout)
    served = reading.fields.get("served_on_alien_date")
    if served and served.sure and served.value:
        draft.say("detainer.served", True, _where(reading, served))
    _complete(draft, reading, layout)


def _is_blank(reading: FormReading) -> bool:
    """True when surely nobody is named: no name, no number, no date of birth."""
    found = [reading.fields[name] for name in ("name_of_alien", "file_number", "date_of_birth", "subject_id") if name in reading.fields]
    return bool(found) and all(one.blank for one in found)


def _probable_cause(draft: _Draft, reading: FormReading, layout: Layout) -> None:
    box = reading.fields.get("box_1_probable_cause")
    if layout.states_probable_cause and box and box.sure:
        draft.say("detainer.probable_cause", box.value, _where(reading, box))
    elif layout.states_probable_cause is False:
        draft.say("detainer.probable_cause", False, _foot(reading) + ": this form states a suspicion, not probable cause")
    elif layout.form == "I-247":
        draft.review.append("This edition speaks of reason to believe, not of probable cause; whether that is enough is for counsel.")
    for name in ("box_1a_final_order", "action_removal_order"):
        order = reading.fields.get(name)
        if order and order.sure and order.value is True:
            draft.say("papers.removal_order", True, _where(reading, order))


def _stated(reading: FormReading, layout: Layout) -> bool | None:
    """Does the form state any ground: True, False when surely none, None when it cannot be told."""
    boxes = [reading.fields[name] for name in layout.one_of if name in reading.fields]
    if any(box.value is True and box.sure for box in boxes):
        return True
    return False if boxes and all(box.sure for box in boxes) and not layout.unread_parts else None


def _complete(draft: _Draft, reading: FormReading, layout: Layout) -> None:
    """Complete on its face: every field of DHS filled, signed, a ground ticked, and the warrant behind it."""
    needed = [one for one in layout.fields if one.who == "dhs" and one.needed and one.kind != "check" and one.name in reading.fields]
    fields = [reading.fields[one.name] for one in needed]
    missing = [one for one in fields if one.sure and one.value in (None, False)]
    stated = _stated(reading, layout)
    both = [name for name in layout.never_both if (found := reading.fields.get(name)) and found.sure and found.value is True]
    if missing:
        draft.say("detainer.complete", False, "; ".join(f"{_where(reading, one)}: blank" for one in missing))
    elif stated is False and layout.one_of:
        draft.say("detainer.complete", False, f"{_foot(reading)}: no box of the sections 1 and 2 is ticked")
    elif len(both) > 1:
        draft.say("detainer.complete", False, f"{_where(reading, reading.fields[both[-1]])}: boxes of both sections are ticked, the form asks for one")
    elif all(one.sure for one in fields) and (stated or not layout.one_of) and not layout.unread_parts and _signed_warrant(reading):
        draft.say("detainer.complete", True, f"{reading.file}: every field of the form is filled, and the warrant is in the same file")
    elif not reading.attachments:
        draft.review.append("No warrant is in this file. Whether one came with the detainer decides whether the papers are complete.")


def _signed_warrant(reading: FormReading) -> bool:
    return any(layouts()[one.form].is_warrant and one.form_sure and one.value("officer_signature") is True for one in reading.attachments)


def _warrant(draft: _Draft, reading: FormReading) -> None:
    signature = reading.fields.get("officer_signature")
    if not reading.form_sure:
        draft.review.append("The warrant in the file is not surely a Form I-200 or I-205; look at it.")
        return
    if not (signature and signature.sure and signature.value is True):
        draft.review.append(f"The Form {reading.form} on page {reading.pages[0]} is not surely signed; unsigned it is no warrant.")
        return
    where = _where(reading, signature)
    draft.say("papers.administrative_warrant", True, where)
    if reading.form == "I-205":
        draft.say("papers.removal_warrant", True, where)
        draft.say("papers.removal_order", True, where)
        judge = reading.fields.get("order_district_or_magistrate_judge")
        if judge and judge.value is True:
            draft.review.append("The warrant says that a District or Magistrate Court judge made the removal order. The warrant itself is still an officer's; look at the order.")
    elif "removal_warrant" not in draft.groups["papers"]:
        draft.say("papers.removal_warrant", False, _foot(reading))


def _event(draft: _Draft, reading: FormReading, kind: str) -> None:
    date = reading.fields.get("date")
    if date and date.sure and isinstance(date.value, str):
        draft.events.append({"type": kind, "date": date.value, "note": "date written on the form", "source": _where(reading, date)})


def _foot(reading: FormReading) -> str:
    span = reading.spans.get("form")
    return f"{reading.file}, page {span.page if span else reading.pages[0]}, " + ("form number at the foot" if span else "title")


def _where(reading: FormReading, one: FormField) -> str:
    """File, page and field. Never the words: they may be a name."""
    return f"{reading.file}, page {_page(reading, one.name)}, {_told(one)}"


def _page(reading: FormReading, name: str) -> int:
    span = reading.fields[name].span
    return span.page if span else reading.pages[0]


def _told(one: FormField) -> str:
    kind = {"check": "box", "signature": "line"}.get(one.kind, "field")
    return f"{kind} “{one.label}”"

"""A person goes through what was read on a form, field by field, and keeps, confirms or drops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lawfulhold.sources.forms.reading import FormField, FormReading

DROPPED = "dropped by a person"


def review_form(reading: FormReading, ask: Callable[[str], str] = input, say: Callable[[str], None] = print) -> FormReading:
    """Ask about every field that is written or not sure, those that are not sure first; returns the reading as the person leaves it.

    Enter keeps a field as it is, `y` says that its value is right, `d` drops it (it then counts as not read), `q` stops (what was not looked at stays).
    """
    say(f"\n{reading.file} · Form {reading.form} · Enter keeps, y says that it is right, d drops, q stops")
    changed, going = {}, True
    for one in sorted(reading.fields.values(), key=lambda field: field.sure):
        if not going or one.blank or (one.sure and one.value is False):
            continue
        answer = _asked(one, ask, say)
        if answer in {"q", "quit"}:
            going = False
        elif answer in {"d", "n", "drop", "no"}:
            changed[one.name] = replace(one, value=None, sure=False, confidence=0.0, note=DROPPED)
        elif answer in {"y", "yes"} and one.value is not None:
            changed[one.name] = replace(one, sure=True, confidence=1.0, note=None)
    attachments = tuple(review_form(one, ask, say) for one in reading.attachments) if going else reading.attachments
    return replace(reading, fields=dict(reading.fields) | changed, attachments=attachments)


def _asked(one: FormField, ask: Callable[[str], str], say: Callable[[str], None]) -> str:
    value = {None: "could not be read", True: "ticked or signed", False: "empty"}.get(one.value) if not isinstance(one.value, str) else one.value
    say(f"\n{one.label}: {value}   ({'sure' if one.sure else f'not sure: {one.note}'})")
    if one.span:
        left, top, right, bottom = (round(side / 72, 1) for side in one.span.box)
        say(f"    page {one.span.page}, {left} to {right} inches from the left, {top} to {bottom} from the top" + (f": “{one.span.words}”" if one.span.words else ""))
    try:
        return ask("  keep? ").strip().lower()
    except EOFError:
        return "q"

"""A person goes through what was read on a form, field by field, and keeps, confirms or drops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lawfulhold.sources.forms.reading import FormField, FormReading
from lawfulhold.sources.forms.show import KEPT_BACK
from lawfulhold.sources.review import Reviewed

HELP = "Enter keeps, y says that it is right, d drops, q stops"
DROPPED = "dropped by a person"


def review_form(reading: FormReading, ask: Callable[[str], str] = input, say: Callable[[str], None] = print, *,
                done: Reviewed | None = None, names: bool = True) -> FormReading:
    """Ask about every field that is written or not sure, those that are not sure first; returns the reading as the person leaves it.

    Enter keeps a field as it is, `y` says that its value is right, `d` drops it (it then counts as not read), `q` (or the end of the answers, or Ctrl-C) stops:
    what was not looked at stays. The answers are counted in `done`; where it says that the person stopped before, nothing is asked. Values that point to a
    person are shown only with `names`.
    """
    done = done if done is not None else Reviewed()
    if not done.finished:
        return reading
    say(f"\n{reading.file} · Form {reading.form}, page {reading.pages[0]} · {HELP}")
    changed = {}
    for one in sorted(reading.fields.values(), key=lambda field: field.sure):
        if one.blank or (one.sure and one.value is False):
            continue
        answer = _asked(one, ask, say, names)
        if answer == "quit":
            done.finished = False
            break
        if answer == "drop":
            changed[one.name] = replace(one, value=None, sure=False, confidence=0.0, note=DROPPED)
            done.dropped += 1
        elif answer == "right":
            changed[one.name] = replace(one, sure=True, confidence=1.0, note=None)
            done.confirmed += 1
        else:
            done.kept += 1
    attachments = tuple(review_form(one, ask, say, done=done, names=names) for one in reading.attachments)
    return replace(reading, fields=dict(reading.fields) | changed, attachments=attachments)


ANSWERS = {"": "keep", "k": "keep", "keep": "keep", "y": "right", "yes": "right", "d": "drop", "n": "drop", "drop": "drop", "no": "drop", "q": "quit", "quit": "quit"}


def _asked(one: FormField, ask: Callable[[str], str], say: Callable[[str], None], names: bool) -> str:
    """Ask about one field until the answer can be taken: `keep`, `right`, `drop` or `quit`."""
    hidden = one.personal and not names
    value = {None: "could not be read", True: "ticked or signed", False: "empty"}.get(one.value) if not isinstance(one.value, str) else KEPT_BACK if hidden else one.value
    say(f"\n{one.label}: {value}   ({'sure' if one.sure else f'not sure: {one.note}'})")
    if one.span:
        left, top, right, bottom = (round(side / 72, 1) for side in one.span.box)
        say(f"    page {one.span.page}, {left} to {right} inches from the left, {top} to {bottom} from the top" + (f": “{one.span.words}”" if one.span.words and not hidden else ""))
    while True:
        try:
            answer = ask("  keep? ").strip().lower()
        except (EOFError, KeyboardInterrupt):
            return "quit"
        if answer in {"y", "yes"} and one.value is None:
            say("    nothing was read that could be right: keep it or drop it")
        elif answer in ANSWERS:
            return ANSWERS[answer]
        else:
            say(f"    {answer!r} is no answer: {HELP}")

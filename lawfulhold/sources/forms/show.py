"""A form that was read, for people: what it is, what is ticked, what is written, what a person has to look at, and what follows for the case."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from lawfulhold.sources.forms.layouts import layouts
from lawfulhold.sources.forms.reading import FormField, FormReading

WIDTH = 92
KEPT_BACK = "(kept back; --names shows it)"
_HOW = {"fillable": "the fields of the PDF", "text": "the text of the PDF", "scan": "a scan, by text recognition"}


def form_in_words(reading: FormReading, draft: dict[str, Any], *, names: bool = False) -> str:
    """The form as lines for a terminal. `draft` is what `to_case` made of it; values that point to a person are shown only with `names`."""
    return "\n".join(_lines(reading, draft, names))


def without_names(given: dict[str, Any]) -> dict[str, Any]:
    """`FormReading.as_json()` with the values that name or point to a person kept back: `kept_back` marks them, and whether they are filled stays told."""
    fields = {}
    for name, one in given["fields"].items():
        if one.get("personal") and one["value"] is not None:
            span = one["span"] | {"words": ""} if one["span"] else None
            one = one | {"value": None, "span": span, "kept_back": True}
        fields[name] = one
    return given | {"fields": fields, "attachments": [without_names(one) for one in given["attachments"]]}


def _lines(reading: FormReading, draft: dict[str, Any], names: bool) -> Iterator[str]:
    for one in (reading, *reading.attachments):
        yield "─" * WIDTH
        yield from _wrapped(f"{reading.file}, {_pages(one)} · {_title(one)}", "")
        yield from _wrapped(f"Read from {_HOW[one.how]}: {_counted(one)}.", "")
        yield ""
        yield from _boxes(one)
        yield from _written(one, names)
        yield ""
    yield "  For the case (“not said”: the paper does not tell, which is not a no)"
    for group in ("detainer", "papers"):
        for fact, value in draft.get(group, {}).items():
            yield from _wrapped(f"{group}.{fact}: {_plain(value)}", "    ")
    yield "    papers.judicial_warrant: not said"
    if draft["review"]:
        yield ""
        yield "  Look at the paper"
        for sentence in draft["review"]:
            yield from _wrapped(f"- {sentence}", "    ", "      ")


def _title(one: FormReading) -> str:
    edition = f", edition {one.edition}" + ("" if one.edition_sure else " (not sure)") if one.edition else ", edition not readable" if layouts()[one.form].editions else ""
    return f"Form {one.form}{'' if one.form_sure else ' (not sure)'}{edition} · {layouts()[one.form].title}"


def _pages(one: FormReading) -> str:
    return f"page {one.pages[0]}" if len(one.pages) == 1 else f"pages {one.pages[0]} to {one.pages[-1]}"


def _counted(one: FormReading) -> str:
    unsure = len(one.unsure())
    return f"{len(one.fields)} fields and boxes, " + (f"{unsure} to look at" if unsure else "all sure")


def _boxes(one: FormReading) -> Iterator[str]:
    boxes = [found for found in one.fields.values() if found.kind == "check" and found.name not in layouts()[one.form].any_box]
    ticked = [found for found in boxes if found.value is True]
    yield "  Ticked"
    for found in ticked:
        yield from _wrapped(f"[x] {found.label}{_mark(found)}", "    ", "        ")
    if not ticked:
        yield "    nothing" + ("" if all(found.sure for found in boxes) else " that is sure")


def _written(one: FormReading, names: bool) -> Iterator[str]:
    yield "  Written"
    blank = []
    for found in one.fields.values():
        if found.kind == "check":
            continue
        if found.blank or (found.kind == "signature" and found.value is False and found.sure):
            blank.append(found.label)
            continue
        if found.value is None:
            words = "could not be read"
        elif found.personal and not names:
            words = KEPT_BACK
        else:
            words = "signed" if found.value is True else str(found.value).replace("\n", ", ")
        yield from _wrapped(f"{found.label}: {words}{_mark(found)}", "    ", "        ")
    if blank:
        yield from _wrapped("Blank: " + "; ".join(blank), "    ", "        ")


def _mark(found: FormField) -> str:
    return "" if found.sure else "   ← look"


def _plain(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _wrapped(text: str, indent: str, further: str | None = None) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent if further is None else further) or [""]

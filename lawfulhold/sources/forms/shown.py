"""A paper as a person reviews it: what was read, beside a picture of each page on which the boxes of the reading lie."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.sources.forms.bounded import run_bounded
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.reading import FormError, FormReading

if TYPE_CHECKING:
    from lawfulhold.sources.forms.page import Grey

DOTS_TO_THE_POINT = 110 / 72
MOST_PAGES = 12
MOST_BYTES = 4_500_000


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page: its number, its size in points, its picture (PNG), and its lines of text as they were read."""

    number: int
    width: float
    height: float
    picture: bytes
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper with its pages. `reading` is None when it could not be read as a form; `why` then says so. `more` pages are not shown."""

    reading: FormReading | None
    why: str
    pages: tuple[ShownPage, ...]
    more: int


def show_form(path: Path | str, name: str | None = None) -> ShownPaper:
    """Read a PDF or a picture and draw its pages, in a bounded process. Raises `FormError` for a file that cannot even be drawn."""
    path = Path(path)
    name = name or path.name
    if file_kind(path, name) in {"text", "other"}:
        raise FormError("is no PDF and no picture", name)
    found = run_bounded("show", path, name)
    pages = tuple(
        ShownPage(one["number"], one["width"], one["height"], base64.b64decode(one["picture"]), tuple(one["lines"])) for one in found["pages"]
    )
    return ShownPaper(FormReading.from_json(found["reading"]) if found["reading"] else None, found["why"], pages, found["more"])


def show_here(path: Path, name: str) -> dict[str, Any]:
    """`show_form` in this process, as plain values."""
    from lawfulhold.sources.forms.page import lines_of
    from lawfulhold.sources.forms.read import open_pages, read_pages

    pages, draw, paper = open_pages(path, name)
    try:
        reading, why = None, ""
        try:
            reading = read_pages(pages, draw, name).as_json()
        except FormError as error:
            why = error.what
        shown: list[dict[str, Any]] = []
        size = 0
        for page in pages[:MOST_PAGES]:
            picture = _png(draw(page).grey, page.width)
            size += len(picture)
            if size > MOST_BYTES:
                break
            lines = [line.text for line in lines_of(page.number, page.words)]
            shown.append({"number": page.number, "width": page.width, "height": page.height, "lines": lines,
                          "picture": base64.b64encode(picture).decode()})
        return {"reading": reading, "why": why, "pages": shown, "more": len(pages) - len(shown)}
    finally:
        if paper:
            paper.close()


def _png(grey: Grey, width: float) -> bytes:
    """A page picture of sixteen greys, as small as it can still be read from."""
    from PIL import Image

    image = Image.fromarray(grey)
    wide = round(width * DOTS_TO_THE_POINT)
    image = image.resize((wide, max(1, round(image.height * wide / image.width))), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    image.quantize(16).save(output, "PNG", optimize=True)
    return output.getvalue()

"""What a file is: a form, the text of a report, or neither. So a command can send it to the right reader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from lawfulhold.sources.forms.bounded import run_bounded
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.reading import FormError

Found = Literal["form", "report", "neither"]
_LOOKED_AT = 6


def detect(path: Path | str) -> Found:
    """`form` for a PDF or picture that shows one of the known forms, `report` for text, HTML, or a PDF or picture of text, else `neither` (also for files
    that cannot be opened; reading them says why)."""
    path = Path(path)
    try:
        kind = file_kind(path, path.name)
        if kind == "text":
            return "report" if _has_words(path) else "neither"
        if kind == "other":
            return "neither"
        found: Found = run_bounded("detect", path, path.name)
    except FormError:
        return "neither"
    return found


def looks_like_form(path: Path | str) -> bool:
    """True when a PDF or picture shows one of the known forms."""
    return detect(path) == "form"


def detect_here(path: Path, name: str) -> Found:
    """`detect` for a PDF or picture, in this process."""
    from lawfulhold.sources.forms.locate import which_form
    from lawfulhold.sources.forms.ocr import program
    from lawfulhold.sources.forms.read import open_pages, recognise_pages
    from lawfulhold.sources.forms.running_text import FEWEST_WORDS

    pages, draw, paper = open_pages(path, name)
    try:
        if any(which_form(page) for page in pages[:_LOOKED_AT]):
            return "form"
        scans = [page for page in pages[:2] if page.how == "scan"]
        if scans and program():
            recognise_pages(scans, draw, name)
            if any(which_form(page) for page in scans):
                return "form"
        return "report" if sum(len(page.words) for page in pages) >= FEWEST_WORDS else "neither"
    finally:
        if paper:
            paper.close()


def _has_words(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(20_000)
    return bool(re.search(rb"[A-Za-z]{2,}|[\xc3-\xf4][\x80-\xbf]", head)) or head[:2] in {b"\xff\xfe", b"\xfe\xff"}

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
    """`form` for a PDF or picture that shows one of the known forms, `report` for text, HTML, or a PDF that holds text, else `neither` (also for files
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


def pdf_text(path: Path | str) -> str:
    """The text of a PDF that holds text, for the reader of reports; pages are divided by a form feed. Raises `FormError`."""
    path = Path(path)
    if file_kind(path, str(path)) != "pdf":
        raise FormError("is no PDF", str(path))
    return str(run_bounded("text", path, str(path)))


def detect_here(path: Path, name: str) -> Found:
    """`detect` for a PDF or picture, in this process."""
    from lawfulhold.sources.forms.locate import which_form
    from lawfulhold.sources.forms.ocr import program
    from lawfulhold.sources.forms.read import open_pages, recognise_pages

    pages, draw, paper = open_pages(path, name)
    try:
        if any(which_form(page) for page in pages[:_LOOKED_AT]):
            return "form"
        scans = [page for page in pages[:2] if page.how == "scan"]
        if scans and program():
            recognise_pages(scans, draw, name)
            if any(which_form(page) for page in scans):
                return "form"
        return "report" if sum(len(page.words) for page in pages if page.how != "scan") >= 20 else "neither"
    finally:
        if paper:
            paper.close()


def text_here(path: Path, name: str) -> str:
    """`pdf_text` in this process."""
    from lawfulhold.sources.forms.page import lines_of
    from lawfulhold.sources.forms.pdf import Paper

    paper = Paper(path, name)
    try:
        return "\f".join("\n".join(line.text for line in lines_of(page.number, page.words)) for page in paper.pages)
    finally:
        paper.close()


def _has_words(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(20_000)
    return bool(re.search(rb"[A-Za-z]{2,}|[\xc3-\xf4][\x80-\xbf]", head)) or head[:2] in {b"\xff\xfe", b"\xfe\xff"}

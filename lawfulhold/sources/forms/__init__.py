"""Forms that DHS sends to jails, read field by field: I-247A, I-247D, I-247N, I-247X, I-247G, I-247 of 2011 and 2012, and the warrants I-200 and I-205.

`read_form` gives every field and box with its value, whether that is sure, and where on the page it stands; `to_case` turns it into a draft case, which
never holds a name. Files are opened in a process of their own with bounds on time and memory, since papers come from outside.
"""

from __future__ import annotations

from pathlib import Path

from lawfulhold.sources.forms.bounded import run_bounded
from lawfulhold.sources.forms.case import case_only, to_case
from lawfulhold.sources.forms.detect import detect, looks_like_form
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.reading import FormError, FormField, FormReading, PageSpan
from lawfulhold.sources.forms.running_text import paper_text

__all__ = ["FormError", "FormField", "FormReading", "PageSpan", "case_only", "detect", "looks_like_form", "paper_text", "read_form", "to_case"]


def read_form(path: Path | str, name: str | None = None) -> FormReading:
    """Read the form in a PDF (fillable, printed or scanned) or a picture.

    `name` is what spans call the file (its own name by default). Returns a `FormReading`; forms behind the first, such as a warrant behind a detainer, are
    its `attachments`. Raises `FormError` with what is wrong and what to do: not one of the known forms, damaged, locked, too large, or a scan where text
    recognition is not installed.
    """
    path = Path(path)
    name = name or path.name
    if file_kind(path, name) in {"text", "other"}:
        raise FormError("is no PDF and no picture; a form is read from a PDF or a scan", name)
    return FormReading.from_json(run_bounded("read", path, name))

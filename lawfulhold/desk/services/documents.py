"""Papers and pictures: looked at before they are kept, kept encrypted, found by their hash."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings

from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import Custody, Document, Person

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
ALLOWED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
}


def type_of(content: bytes) -> str | None:
    """The media type by the first bytes, None for a kind that the desk does not take."""
    for start, media_type in SIGNATURES:
        if content.startswith(start):
            return media_type
    return None


def document(
    content: bytes, title: str, kind: str, *, custody: Custody | None = None, person: Person | None = None
) -> Document:
    """A document, not saved yet. Raises `Invalid` for one that is empty, too large, or not what its name says."""
    if not content:
        raise Invalid("The file is empty.", field="file")
    if len(content) > settings.DESK_LARGEST_UPLOAD:
        raise Invalid(f"The file is larger than {settings.DESK_LARGEST_UPLOAD // 1_000_000} MB.", field="file")
    media_type = type_of(content)
    if media_type is None:
        raise Invalid(
            "The file is not a PDF, PNG, JPEG or TIFF.", advice="Scan the paper to one of these.", field="file"
        )
    ending = "." + title.rsplit(".", 1)[-1].lower() if "." in title else ""
    if ending and len(ending) <= 5 and ending not in ALLOWED[media_type]:
        raise Invalid(f"The file is named {ending} and is something else ({media_type}).", field="file")
    clean = (
        "".join(letter for letter in title if letter.isprintable() and letter not in "\\/<>\"'|")[:200].strip() or kind
    )
    return Document(
        custody=custody,
        person=person,
        kind=kind,
        title=clean,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def as_filed(row: Document) -> bytes:
    """The content of a document. Raises `Invalid` when it is not what was filed."""
    content = bytes(row.content or b"")
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Invalid(
            "This paper is not what was filed: its content was changed in the database.",
            advice="Take it from the paper file, and tell the administrator, who runs `lawfulhold desk verify`.",
        )
    return content


def made_here(
    content: bytes, title: str, kind: str, custody: Custody | None, media_type: str = "application/pdf"
) -> Document:
    """A paper that the desk itself made (a notice), not saved yet."""
    return Document(
        custody=custody,
        kind=kind,
        title=title[:200],
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def safe_headers(row: Document) -> dict[str, Any]:
    """Headers with which a document is handed out: never opened inside the desk's own pages as something else."""
    name = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in row.title)
    return {
        "Content-Type": row.media_type,
        "Content-Disposition": f'inline; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }

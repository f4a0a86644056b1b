"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from lawfulhold.sources.forms.limits import MAXIMUM_BYTES
from lawfulhold.sources.forms.reading import FormError

FileKind = Literal["pdf", "picture", "text", "other"]
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF87a", b"GIF89a")
_OTHERS = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"7z\xbc\xaf", b"\xfd7zXZ", b"SQLite format 3\0")
# These are letters, with which a text may begin too: no text has control characters.
_PICTURES_IN_LETTERS = (b"BM",)
_OTHERS_IN_LETTERS = (b"MZ", b"Rar!", b"BZh")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_PDF_LINE = re.compile(rb"(?:^|[\r\n]|\xef\xbb\xbf)[ \t]*%PDF-\d")


def file_kind(path: Path, name: str) -> FileKind:
    """`pdf`, `picture`, `text` or `other`. Raises `FormError` when the file is missing, empty, a folder or too large."""
    try:
        if path.is_dir():
            raise FormError("is a folder; name the files in it", name)
        if not path.is_file():
            raise FormError("is not there or is no ordinary file; check the path", name)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise FormError(f"cannot be opened ({error.strerror or error}); check the path", name) from error
    if size == 0:
        raise FormError("is empty; ask for it again", name)
    if size > MAXIMUM_BYTES:
        raise FormError(f"is {size:,} bytes; a form has at most {MAXIMUM_BYTES:,}; scan it at 300 dots to the inch or less", name)
    letters = not _CONTROL.search(head)
    if _PDF_LINE.search(head[:1024]) or (b"%PDF-" in head[:1024] and not letters):
        return "pdf"
    if head.startswith(_PICTURES) or (head.startswith(_PICTURES_IN_LETTERS) and not letters) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(_OTHERS) or (head.startswith(_OTHERS_IN_LETTERS) and not letters) or (b"\0" in head.replace(b"\xff\xfe", b"", 1)[:1024] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return "other"
    return "text"

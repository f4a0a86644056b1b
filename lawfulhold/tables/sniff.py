"""What a file is by its content. File names are not believed: real releases come as tab-separated .csv and gzipped .csv."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from lawfulhold.tables.errors import TableError

Kind = Literal["xlsx", "parquet", "text", "text.gz"]

_HEAD = 8192
_NOT_TABLES = {
    b"%PDF": "a PDF, not a table; ask the agency for the spreadsheet or extract the table first",
    b"\x89PNG": "a picture, not a table; ask the agency for the spreadsheet",
    b"\xff\xd8\xff": "a picture, not a table; ask the agency for the spreadsheet",
    b"BZh": "a bzip2 archive; unpack it and import what is inside",
    b"7z\xbc\xaf": "a 7z archive; unpack it and import what is inside",
    b"Rar!": "a RAR archive; unpack it and import what is inside",
    b"ARROW1": "an Arrow or Feather file; save it as Parquet",
    b"RDX": "an R data file; write it as .csv or .parquet from R",
}


def kind_of(path: Path) -> Kind:
    """Whether the file is a workbook, Parquet, delimited text or gzipped text; raises `TableError` when it is none of these."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise TableError(path, "there is no such file; check the name") from None
    except IsADirectoryError:
        raise TableError(path, "this is a folder; name the files in it") from None
    except OSError as error:
        raise TableError(path, f"cannot be opened ({error.strerror}); check its permissions") from None
    if head.startswith(b"\x1f\x8b"):
        return _gzipped(path)
    return _plain(path, head)


def _plain(path: Path, head: bytes) -> Kind:
    if not head.strip():
        raise TableError(path, "the file is empty; get it again")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x05\x06"):
        raise TableError(path, "an empty zip archive; get the file again")
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(path, _ole(path))
    for magic, what in _NOT_TABLES.items():
        if head.startswith(magic):
            raise TableError(path, what)
    return _text(path, head)


def _text(path: Path, head: bytes) -> Kind:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"version https://git-lfs"):
        raise TableError(path, "a Git LFS pointer, not the data; fetch the file itself with `git lfs pull`")
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        raise TableError(
            path, "a web page or XML under another name; open it in a spreadsheet program and save it as .xlsx or .csv"
        )
    if start.startswith((b"{", b"[{")):
        raise TableError(path, "JSON, not a table; convert it to .csv or .parquet")
    if (
        not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        and sum(byte < 9 or 14 <= byte < 32 for byte in head) > len(head) // 50
    ):
        raise TableError(
            path, "neither text nor a known table format; it may be damaged, or named wrongly: get it again"
        )
    return "text"


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise TableError(
            path, "the workbook is damaged or cut short (its archive cannot be read); get it again"
        ) from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise TableError(path, "a binary workbook (.xlsb); open it and save it as .xlsx")
    if "content.xml" in names:
        raise TableError(path, "an OpenDocument file; open it and save it as .xlsx")
    raise TableError(path, "a zip archive that is no workbook; unpack it and import what is inside")


def _ole(path: Path) -> str:
    with path.open("rb") as stream:
        content = stream.read(1 << 22)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "the workbook is protected by a password; open it, remove the password and save it as .xlsx"
    return "an old Excel workbook (.xls); open it and save it as .xlsx"


def _gzipped(path: Path) -> Kind:
    try:
        with gzip.open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except (EOFError, OSError, zlib.error):
        raise TableError(path, "the gzip file is damaged or cut short; get it again") from None
    if _plain(path, head) != "text":
        raise TableError(path, "a workbook or Parquet file inside gzip; unpack it first")
    return "text.gz"

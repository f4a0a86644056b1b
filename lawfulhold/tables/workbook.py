"""Read .xlsx row by row in bounded memory.

The sheet is read as a stream of XML by expat. Of the libraries tried, openpyxl is bounded but needs a quarter of an hour for a million
rows of 64 columns and cannot tell a formula without a stored value from an empty cell; calamine is fast but holds the whole sheet (6.5 GB
for the same). What stays in memory here is the list of shared strings and one batch of rows.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from lawfulhold.tables.errors import TableError
from lawfulhold.tables.source import Progress, Row, Sheet, Source

_CHUNK = 1 << 18
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


def open_workbook(path: Path, progress: Progress) -> Source:
    """The sheets of a workbook, in order. Raises `TableError` for a damaged or protected one, at once or while it is read."""
    try:
        archive = zipfile.ZipFile(path)
        if any(entry.flag_bits & 1 for entry in archive.infolist()):
            raise TableError(
                path, "the workbook is protected by a password; open it, remove the password and save it as .xlsx"
            )
        parts = _sheet_parts(archive)
        size = sum(archive.getinfo(part).file_size for _, part in parts)
        book = _Book(path, archive)
    except (*_BROKEN, ElementTree.ParseError, KeyError) as error:
        raise _damaged(path, error) from None

    def sheets() -> Iterator[Sheet]:
        done = 0
        with archive:
            for name, part in parts:
                sheet = Sheet(name, iter(()), ragged=True)
                sheet.rows = book.rows(part, sheet, lambda count, before=done: progress(before + count))  # type: ignore[misc]
                yield sheet
                done += archive.getinfo(part).file_size

    return Source(path, "xlsx", size, sheets())


def _damaged(path: Path, error: Exception) -> TableError:
    return TableError(path, f"the workbook is damaged or cut short ({type(error).__name__}); get it again")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names and archive parts of the worksheets, in the order of the workbook."""
    targets = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.attrib["Target"]
        targets[relation.attrib["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = []
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if _local(element.tag) == "sheet":
            identifier = next(value for key, value in element.attrib.items() if _local(key) == "id")
            part = targets[identifier]
            if "worksheets/" in part:
                parts.append((element.attrib["name"], part))
    return parts


class _Book:
    """Shared strings and date styles of a workbook, read once."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.archive = archive
        names = set(archive.namelist())
        workbook = archive.read("xl/workbook.xml")
        self.base = datetime(1904, 1, 1) if re.search(rb'date1904="(1|true)"', workbook) else datetime(1899, 12, 30)  # noqa: DTZ001
        self.strings = list(self._shared_strings()) if "xl/sharedStrings.xml" in names else []
        self.date_styles = self._date_styles() if "xl/styles.xml" in names else frozenset[int]()

    def _shared_strings(self) -> Iterator[str]:
        with self.archive.open("xl/sharedStrings.xml") as stream:
            root = None
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):
                if root is None:
                    root = element
                if event == "end" and _local(element.tag) == "si":
                    yield "".join(_texts(element))
                    root.clear()

    def _date_styles(self) -> frozenset[int]:
        root = ElementTree.fromstring(self.archive.read("xl/styles.xml"))
        namespace = root.tag[: root.tag.index("}") + 1] if "}" in root.tag else ""
        dates = set(_DATE_FORMATS)
        for custom in root.iter(f"{namespace}numFmt"):
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", custom.attrib["formatCode"]).lower()
            number = int(custom.attrib["numFmtId"])
            if re.search(r"[dyhs]|mm", code) and "general" not in code:
                dates.add(number)
            else:
                dates.discard(number)
        formats = root.find(f"{namespace}cellXfs")
        styles = [] if formats is None else list(formats)
        return frozenset(i for i, style in enumerate(styles) if int(style.attrib.get("numFmtId", 0)) in dates)

    def rows(self, part: str, sheet: Sheet, progress: Progress) -> Iterator[Row]:
        parser = _SheetParser(self)
        read = 0
        try:
            with self.archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    read += len(chunk)
                    parser.feed(chunk)
                    progress(read)
                    yield from parser.take()
                parser.close()
                yield from parser.take()
        except expat.ExpatError as error:
            raise TableError(
                self.path,
                f"the sheet {sheet.name!r} is damaged after this row ({expat.ErrorString(error.code)}); "
                "get the file again",
                row=parser.last,
            ) from None
        except (*_BROKEN, IndexError, ValueError) as error:
            raise TableError(
                self.path,
                f"the sheet {sheet.name!r} is damaged after this row ({type(error).__name__}); get the file again",
                row=parser.last,
            ) from None
        if parser.formulas:
            sheet.notes.append(f"{parser.formulas:,} cells hold formulas; the values stored with them were used")

    def when(self, serial: float) -> str | None:
        """The date that Excel's day number stands for, as ISO text."""
        try:
            moment = self.base + timedelta(days=serial)
        except OverflowError:
            return None
        if moment.microsecond:
            moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
        return (
            moment.date().isoformat()
            if (moment.hour, moment.minute, moment.second) == (0, 0, 0)
            else moment.isoformat(" ")
        )


def _texts(item: ElementTree.Element) -> Iterator[str]:
    """Texts of a shared string, without the phonetic reading."""
    for child in item:
        tag = _local(child.tag)
        if tag == "t":
            yield child.text or ""
        elif tag == "r":
            yield from _texts(child)


def _column(reference: str) -> int:
    """Index of the column of a cell reference: A1 is 0, AA7 is 26."""
    index = 0
    for character in reference:
        if not character.isalpha():
            break
        index = index * 26 + ord(character.upper()) - 64
    if not 0 < index <= 16_384:
        raise ValueError(f"no such column: {reference}")
    return index - 1


class _SheetParser:
    """Collects rows from the XML of one sheet."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.done: list[Row] = []
        self.last = 0
        self.formulas = 0
        self._columns: dict[str, int] = {}
        self._cells: list[str | None] = []
        self._problem: str | None = None
        self._type = "n"
        self._style = 0
        self._index = -1
        self._text: list[str] | None = None
        self._value: str | None = None
        self._formula = False
        self._phonetic = False
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def take(self) -> list[Row]:
        rows, self.done = self.done, []
        return rows

    @staticmethod
    def _doctype(*_: object) -> None:
        raise ValueError("a sheet has no document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", 0))
            self._value, self._formula = None, False
            reference = attributes.get("r")
            if reference is None:
                self._index += 1
            else:
                letters = reference.rstrip("0123456789")
                index = self._columns.get(letters)
                if index is None:
                    index = self._columns[letters] = _column(letters)
                self._index = index
        elif name == "v" or (name == "t" and not self._phonetic):
            self._text = []
        elif name == "f":
            self._formula = True
        elif name == "row":
            self.last = int(attributes.get("r", self.last + 1))
            self._cells, self._problem, self._index = [], None, -1
        elif name == "rPh":
            self._phonetic = True

    def _characters(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in ("v", "t"):
            if self._text is not None:
                self._value = (self._value or "") + "".join(self._text)
                self._text = None
        elif name == "c":
            self._cell()
        elif name == "row":
            self.done.append(Row(self.last, self._cells, self._problem))
        elif name == "rPh":
            self._phonetic = False

    def _cell(self) -> None:
        value = self._value
        if self._formula:
            if value is None:
                self._problem = (
                    f"cell {_letters(self._index)}{self.last} holds a formula without a stored value; "
                    "open the workbook in a spreadsheet program, save it and import it again"
                )
            else:
                self.formulas += 1
        if value is None:
            return
        if self._type == "s":
            index = int(value)
            if index < 0:  # which Python would count from the end
                raise IndexError(index)
            value = self.book.strings[index]
        elif self._type == "b":
            value = "TRUE" if value == "1" else "FALSE"
        elif self._type == "n":
            value = self._number(value)
        if len(self._cells) <= self._index:
            self._cells.extend([None] * (self._index + 1 - len(self._cells)))
        self._cells[self._index] = value

    def _number(self, text: str) -> str:
        if self._style in self.book.date_styles:
            return self.book.when(float(text)) or text
        if "E" in text or "e" in text or "." in text:
            number = float(text)
            return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
        return text


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

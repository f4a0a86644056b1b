"""Small files of every kind, good and bad, for the tests of import. All rows are invented."""

from __future__ import annotations

import csv
import io
import os
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

HEADER = ["Prepare Date", "Detainer Type", "Detainer Detention Facility", "State", "City", "Detainer Lift Reason"]
FORM = "I247 - Immigration Detainer - Notice of Action (as of March 2013)"
ROWS = [
    ["2015-03-02", FORM, "SYNTHETIC 01 COUNTY JAIL", "TEXAS", "SYNTHETIC CITY", "Booked into Detention"],
    ["2015-03-03", FORM, "SYNTHETIC 02 CO. SHERIFF", "CALIFORNIA", "SYNTHETIC CITY", "Detainer Declined by LEA"],
    ["2015-03-04", FORM, "SYNTHETIC STATE PRISON 03", "NEW YORK", "SYNTHETIC CITY", ""],
]

SHARED = Path(os.environ.get("LAWFULHOLD_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data"


def shared(name: str) -> Path:
    """A file of real rows, which are never in this repository. Skips, with a warning, where it is not there."""
    path = SHARED / name
    if not path.exists():
        warnings.warn(f"NOT TESTED against the real files: {path} is not there", stacklevel=2)
        pytest.skip(f"real data are not there: {path}")
    return path


def text_file(path: Path, rows: Sequence[Sequence[str]], *, separator: str = ",", encoding: str = "utf-8") -> Path:
    """A delimited file."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def cell(reference: str, text: str) -> str:
    """A cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def row_xml(number: int, texts: Sequence[str]) -> str:
    """A row of texts; empty ones are left out, as spreadsheets do."""
    cells = "".join(cell(f"{chr(65 + i)}{number}", text) for i, text in enumerate(texts) if text)
    return f'<row r="{number}">{cells}</row>'


def workbook(path: Path, sheets: dict[str, str], styles: str = "") -> Path:
    """A workbook made by hand: for each sheet the XML of its rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>'
        )
        targets = "".join(
            f'<Relationship Id="rId{i}" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1)
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{targets}</Relationships>")
        if styles:
            archive.writestr("xl/styles.xml", styles)
        for i, content in enumerate(sheets.values(), 1):
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{content}</sheetData></worksheet>'
            )
    return path


def npr_workbook(path: Path, rows: Sequence[Sequence[str]] = ROWS, titles: int = 0) -> Path:
    """A workbook in the six-column form, with title rows above the header."""
    above = [row_xml(i + 1, ["SYNTHETIC title row"]) for i in range(titles)]
    below = [row_xml(i + titles + 1, texts) for i, texts in enumerate([HEADER, *rows])]
    return workbook(path, {"Detail": "".join(above + below)})

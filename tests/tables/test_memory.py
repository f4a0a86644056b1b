"""A workbook is read in memory that does not grow with its rows. (What the query takes has a limit of its own: `--memory`.)"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.tables.files import FORM, HEADER, row_xml, workbook

FEW, MANY = 20_000, 200_000
MAY_GROW = 20 * 2**20  # bytes; as Python texts the rows would be more than 100 MB

RUN = """
import resource, sys
from pathlib import Path
from lawfulhold.tables.reader import open_table
rows = sum(1 for sheet in open_table(Path(sys.argv[1]), lambda _: None).sheets for row in sheet.rows if row.cells[5])
print(rows - 1, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def _workbook(path: Path, rows: int) -> Path:
    """A workbook of so many different rows, written as a stream."""
    workbook(path, {"Detail": ""})
    with zipfile.ZipFile(path) as archive:
        before, after = archive.read("xl/worksheets/sheet1.xml").decode().split("</sheetData>")
        others = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    texts = ["2015-03-02", FORM, "SYNTHETIC @ COUNTY JAIL", "TEXAS", "SYNTHETIC CITY @", "Booked into Detention"]
    pattern = row_xml(0, texts).replace('r="0"', 'r="#"')
    for letter in "ABCDEF":
        pattern = pattern.replace(f'"{letter}0"', f'"{letter}#"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in others.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write((before + row_xml(1, HEADER)).encode())
            for number in range(2, rows + 2):
                stream.write(pattern.replace("#", str(number)).replace("@", str(number % 5000)).encode())
            stream.write(("</sheetData>" + after).encode())
    return path


def _peak(folder: Path, rows: int) -> int:
    """The most memory that a process takes which reads so many rows, in bytes."""
    file = _workbook(folder / f"{rows}.xlsx", rows)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(file)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    read, peak = map(int, done.stdout.split())
    assert read == rows
    return peak


def test_ten_times_the_rows_take_hardly_more_memory(tmp_path: Path) -> None:
    assert _peak(tmp_path, MANY) - _peak(tmp_path, FEW) < MAY_GROW

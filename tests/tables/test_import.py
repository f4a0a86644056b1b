"""Import: every release, every kind of file, every trap; kept + quarantined = read."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawfulhold.errors import InputError
from lawfulhold.tables.generator import generate
from lawfulhold.tables.importer import ImportReport, import_files
from lawfulhold.tables.releases import match_header, releases, schema
from tests.tables.files import FORM, HEADER, ROWS, cell, npr_workbook, row_xml, text_file, workbook


def load(
    *files: Path, out: Path | None = None, release: str | None = None
) -> tuple[ImportReport, list[dict[str, object]]]:
    """Import, check the sum that must always hold, and return the report and the rows of the table."""
    folder = out or files[0].parent / "imported"
    report = import_files(list(files), folder, release=release)
    assert report.kept + report.quarantined == report.read
    rows: list[dict[str, object]] = []
    for table, count in report.tables.items():
        relation = duckdb.read_parquet(str(folder / f"{table}.parquet"))
        assert len(relation) == count
        rows += [
            dict(zip(relation.columns, row, strict=True))
            for row in relation.order("source_file, source_row").fetchall()
        ]
    with (folder / "quarantine.csv").open(encoding="utf-8") as stream:
        assert (
            sum(1 for _ in duckdb.read_csv(str(folder / "quarantine.csv"), all_varchar=True).fetchall())
            == report.quarantined
        )
        assert stream.readline().startswith("source_file,")
    return report, rows


@pytest.mark.parametrize("release", sorted(releases()))
@pytest.mark.parametrize("ending", [".parquet", ".csv", ".csv.gz", ".xlsx"])
def test_every_release_is_recognised_in_every_kind_of_file(tmp_path: Path, release: str, ending: str) -> None:
    file = tmp_path / f"rows{ending}"
    generate(release, 120, file, seed=4)
    report, rows = load(file)
    assert report.files[0].sheets[0].release == release
    assert (report.read, report.kept, report.synthetic_rows) == (120, 120, 120)
    names = [column.name for column in schema().tables[releases()[release].table].columns]
    assert list(rows[0])[: len(names)] == names
    assert report.unknown_values == {}


@pytest.mark.parametrize("release", sorted(releases()))
def test_the_same_rows_give_the_same_table_from_every_kind_of_file(tmp_path: Path, release: str) -> None:
    tables = []
    for ending in (".parquet", ".csv", ".xlsx"):
        file = tmp_path / f"rows{ending}"
        generate(release, 60, file, seed=9)
        _, rows = load(file, out=tmp_path / ending[1:])
        for row in rows:
            row.pop("source_file"), row.pop("source_sheet"), row.pop("source_row")
        tables.append(rows)
    assert tables[0] == tables[1] == tables[2]


def test_columns_are_found_by_their_text_and_not_by_position(tmp_path: Path) -> None:
    order = [3, 5, 0, 1, 4, 2]
    _, straight = load(text_file(tmp_path / "a.csv", [HEADER, *ROWS]), out=tmp_path / "one")
    shuffled = [[row[i] for i in order] for row in [HEADER, *ROWS]]
    _, other = load(text_file(tmp_path / "a.csv", shuffled), out=tmp_path / "two")
    assert straight == other


def test_title_rows_are_skipped_and_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    report, rows = load(npr_workbook(tmp_path / "a.xlsx", titles=6))
    assert (report.files[0].sheets[0].title_rows, report.files[0].sheets[0].header_row) == (6, 7)
    assert [row["source_row"] for row in rows] == [8, 9, 10]


def test_states_forms_outcomes_and_facilities_are_read(tmp_path: Path) -> None:
    _, rows = load(text_file(tmp_path / "a.csv", [HEADER, *ROWS]))
    assert [row["place"] for row in rows] == ["US-TX", "US-CA", "US-NY"]
    assert {(row["form"], row["form_edition"], row["asks"]) for row in rows} == {("I-247", "2013-03", "hold")}
    assert [row["outcome"] for row in rows] == ["collected", "declined", "open-or-unknown"]
    assert [row["agency_kind"] for row in rows] == ["county-jail", "sheriff", "state-corrections"]
    assert rows[0]["facility_key"] == "SYNTHETIC 01 COUNTY JAIL | SYNTHETIC CITY | TEXAS"


def test_a_text_that_is_on_no_list_is_kept_and_reported(tmp_path: Path) -> None:
    odd = ["2015-03-05", "I999 - New Form", "SOMEWHERE", "TEXASS", "", "Given Up"]
    report, rows = load(text_file(tmp_path / "a.csv", [HEADER, *ROWS, odd]))
    assert report.unknown_values == {
        "facility_state": {"TEXASS": 1},
        "detainer_type": {"I999 - New Form": 1},
        "detainer_lift_reason": {"Given Up": 1},
    }
    assert (rows[3]["facility_state"], rows[3]["place"], rows[3]["outcome"]) == ("TEXASS", None, "unmapped")


@pytest.mark.parametrize(
    "written",
    ["(b)(6), (b)(7)(c)", "b(6), b(7)c", "b(6), b(7)C", "(b)(6)(b)(7)(c)", "(b)(6), (b)(7)(c) (b)(7)(e)", "b(7)(e)"],
)
def test_redacted_is_kept_apart_from_blank(tmp_path: Path, written: str) -> None:
    rows = [ROWS[0][:4] + [written, ""], ROWS[1][:4] + ["", ""]]
    report, found = load(text_file(tmp_path / "a.csv", [HEADER, *rows]))
    assert [row["facility_city"] for row in found] == [None, None]
    assert [row["redacted_columns"] for row in found] == [["facility_city"], None]
    assert report.redacted_cells == {"facility_city": 1}


def test_text_na_is_blank(tmp_path: Path) -> None:
    _, rows = load(text_file(tmp_path / "a.csv", [HEADER, [*ROWS[0][:5], "NA"]]))
    assert (rows[0]["detainer_lift_reason"], rows[0]["outcome"]) == (None, "open-or-unknown")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2015-03-02", "2015-03-02"),
        ("3/2/2015", "2015-03-02"),
        ("03/02/2015 04:10 PM", "2015-03-02"),
        ("42065", "2015-03-02"),
        ("2015-03-02 00:00:00", "2015-03-02"),
        ("02-Mar-2015", "2015-03-02"),
        (" 2015-03-02 ", "2015-03-02"),
    ],
)
def test_dates_are_read_in_every_way_they_are_written(tmp_path: Path, written: str, read: str) -> None:
    _, rows = load(text_file(tmp_path / "a.csv", [HEADER, [written, *ROWS[0][1:]]]))
    assert str(rows[0]["detainer_prepare_date"]) == read


@pytest.mark.parametrize("written", ["", "Total 79,053", "2015-02-30", "06/14/0002", "31/12/2015", "soon"])
def test_a_row_without_a_readable_date_is_quarantined_with_its_row_and_reason(tmp_path: Path, written: str) -> None:
    report, rows = load(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], [written, *ROWS[1][1:]], ROWS[2]]))
    assert (report.read, report.kept, report.quarantined, len(rows)) == (3, 2, 1, 2)
    line = (tmp_path / "imported" / "quarantine.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.replace('"', "").startswith("a.csv,,3,detainer_prepare_date ")


def test_an_unreadable_cell_is_noted_and_the_row_kept(tmp_path: Path) -> None:
    header = [
        "Detainer Prepared Date",
        "State",
        "City",
        "Apprehension Date",
        "Birth Year",
        "Detainer Type",
        "Final Order Yes No",
    ]
    rows = [
        ["2026-01-05", "TEXAS", "X", "06/14/0002 03:10 PM", "19x4", FORM, "MAYBE"],
        ["2026-01-06", "TEXAS", "X", "2026-01-07 14:05:00", "1980", FORM, "YES"],
    ]
    report, found = load(text_file(tmp_path / "a.csv", [header, *rows]))
    assert report.unreadable_cells == {"apprehension_date": 1, "birth_year": 1, "final_order_yes_no": 1}
    assert found[0]["cell_notes"] == [
        "birth_year: 19x4 is no whole number",
        "apprehension_date: 06/14/0002 03:10 PM is no date or time",
        "final_order_yes_no: MAYBE is no yes or no",
    ]
    assert (str(found[1]["apprehension_date"]), found[1]["final_order_yes_no"], found[1]["cell_notes"]) == (
        "2026-01-07 14:05:00",
        True,
        None,
    )


def test_the_header_again_in_the_middle_is_quarantined(tmp_path: Path) -> None:
    report, _ = load(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], HEADER, ROWS[1]]))
    assert (report.kept, report.reasons) == (2, {"the header again": 1})


def test_a_header_text_that_stands_twice_is_carried_along_under_its_own_name(tmp_path: Path) -> None:
    report, rows = load(text_file(tmp_path / "a.csv", [[*HEADER, "State"], [*ROWS[0], "OHIO"]]))
    assert report.files[0].sheets[0].repeated_headers == ["State"]
    assert (rows[0]["facility_state"], rows[0]["extra_facility_state_2"]) == ("TEXAS", "OHIO")


def test_unknown_columns_are_carried_along_even_two_hundred(tmp_path: Path) -> None:
    extra = [f"Column {i}" for i in range(200)]
    report, rows = load(
        text_file(tmp_path / "a.csv", [[*HEADER, *extra, ""], [*ROWS[0], *(str(i) for i in range(200)), "last"]])
    )
    assert len(report.files[0].sheets[0].unknown_columns) == 201
    assert (rows[0]["extra_column_199"], rows[0]["extra_column_207"]) == ("199", "last")


def test_rows_with_other_numbers_of_cells_are_quarantined(tmp_path: Path) -> None:
    report, _ = load(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], ROWS[1][:5], [*ROWS[2], "more"], []]))
    assert (report.read, report.kept, report.reasons) == (3, 1, {"wrong number of cells": 2})
    assert report.files[0].sheets[0].blank_rows == 1


@pytest.mark.parametrize("separator", [",", "\t", "|", ";"])
def test_the_separator_is_found_whatever_the_name_says(tmp_path: Path, separator: str) -> None:
    report, _ = load(text_file(tmp_path / "detainers.csv", [HEADER, *ROWS], separator=separator))
    assert report.kept == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    row = [*ROWS[0][:4], "CAÑON CITY", ""]
    _, rows = load(text_file(tmp_path / "a.csv", [HEADER, row], encoding=encoding))
    assert rows[0]["facility_city"] == "CAÑON CITY"


def test_lines_in_different_encodings_are_each_read_and_counted(tmp_path: Path) -> None:
    lines = [",".join(HEADER), "2015-03-02,,JAIL,COLORADO,CAÑON CITY,", "2015-03-03,,JAIL,COLORADO,PEÑASCO,"]
    (tmp_path / "a.csv").write_bytes(
        lines[0].encode() + b"\n" + lines[1].encode() + b"\n" + lines[2].encode("cp1252") + b"\n"
    )
    report, rows = load(tmp_path / "a.csv")
    assert [row["facility_city"] for row in rows] == ["CAÑON CITY", "PEÑASCO"]
    assert report.files[0].sheets[0].notes == ["1 lines are not UTF-8 and were read as Windows-1252"]


def test_every_sheet_with_a_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    one = "".join(row_xml(i + 1, row) for i, row in enumerate([HEADER, *ROWS]))
    workbook(tmp_path / "a.xlsx", {"Notes": row_xml(1, ["SYNTHETIC"]), "FY2014": one, "FY2015": one})
    report, rows = load(tmp_path / "a.xlsx")
    assert len(rows) == 6
    assert [(sheet.sheet, sheet.read) for sheet in report.files[0].sheets] == [
        ("Notes", 0),
        ("FY2014", 3),
        ("FY2015", 3),
    ]
    assert "left out" in report.files[0].sheets[0].notes[0]


def test_excel_dates_are_read_by_the_style_of_the_cell(tmp_path: Path) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="170" formatCode="m/d/yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    body = row_xml(1, HEADER) + '<row r="2"><c r="A2" s="1"><v>42065</v></c>' + cell("D2", "TEXAS") + "</row>"
    _, rows = load(workbook(tmp_path / "a.xlsx", {"Detail": body}, styles))
    assert str(rows[0]["detainer_prepare_date"]) == "2015-03-02"


def test_a_formula_with_its_value_is_used_and_one_without_is_quarantined(tmp_path: Path) -> None:
    body = (
        row_xml(1, HEADER) + '<row r="2"><c r="A2" t="str"><f>TEXT(1,"x")</f><v>2015-03-02</v></c></row>'
        '<row r="3"><c r="A3"><f>TODAY()</f></c>' + cell("D3", "TEXAS") + "</row>"
    )
    report, rows = load(workbook(tmp_path / "a.xlsx", {"Detail": body}))
    assert (report.kept, report.quarantined, str(rows[0]["detainer_prepare_date"])) == (1, 1, "2015-03-02")
    assert report.files[0].sheets[0].notes == ["1 cells hold formulas; the values stored with them were used"]
    assert "cell A3 holds a formula without a stored value" in (tmp_path / "imported" / "quarantine.csv").read_text(
        encoding="utf-8"
    )


# ------------------------------------------------------------------------------------------------ files that cannot be used


def _refused(file: Path) -> str:
    out = file.parent / "out"
    with pytest.raises(InputError) as caught:
        import_files([file], out)
    message = str(caught.value)
    assert not out.exists()
    assert not list(file.parent.glob(".out.*"))
    assert message.startswith(str(file))
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><table><tr><td>x", "web page"),
        (b'{"rows": []}', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        (b"PAR1" + b"\0" * 50, "damaged or cut short"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged or cut short"),
        (b"\x1f\x8b\x08\x00\x00\x00", "damaged or cut short"),
        (bytes(range(256)) * 40, "neither text nor"),
        (b"name,age\nA,1\n", "no header row of a known release"),
        (b'Prepare Date,State,City\n2015-03-02,"TEXAS,X\n', "never closed"),
    ],
)
def test_a_file_that_is_no_table_ends_in_one_clear_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "detainers.xlsx").write_bytes(content)
    assert says in _refused(tmp_path / "detainers.xlsx")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95, 0.999])
@pytest.mark.parametrize("ending", [".xlsx", ".csv.gz", ".parquet"])
def test_a_truncated_file_ends_in_one_clear_line(tmp_path: Path, ending: str, kept: float) -> None:
    file = tmp_path / f"rows{ending}"
    generate("npr_fy08_fy17", 3000, file)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    assert "damaged" in _refused(file)


def test_a_workbook_damaged_inside_names_the_row(tmp_path: Path) -> None:
    body = row_xml(1, HEADER) + row_xml(2, ROWS[0]) + "<row><c></row>"
    assert "rows.xlsx:3: the sheet 'Detail' is damaged after this row" in _refused(
        workbook(tmp_path / "rows.xlsx", {"Detail": body})
    )


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A2" t="s"><v>-1</v></c>',
        '<c r="A2" t="s"><v>1</v></c>',
        '<c r="ZZZZZ2"><v>1</v></c>',
        '<c r="A2" s="x"><v>1</v></c>',
    ],
)
def test_a_cell_that_points_nowhere_is_damage_and_no_other_text(tmp_path: Path, cells: str) -> None:
    file = workbook(tmp_path / "rows.xlsx", {"Detail": row_xml(1, HEADER) + f'<row r="2">{cells}</row>'})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>2015-03-02</t></si></sst>")
    assert "rows.xlsx:2: the sheet 'Detail' is damaged after this row" in _refused(file)


def test_entities_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    file = npr_workbook(tmp_path / "rows.xlsx")
    names = "abcdefgh"
    entities = "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in pairwise(names))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<!DOCTYPE x [<!ENTITY a "{"a" * 10}">{entities}]><sst><si><t>{"&h;" * 9}</t></si></sst>',
        )
    assert "damaged or cut short" in _refused(file)


def test_files_under_a_wrong_name_are_read_as_what_they_are(tmp_path: Path) -> None:
    npr_workbook(tmp_path / "a.csv")
    text_file(tmp_path / "plain", [HEADER, *ROWS])
    (tmp_path / "b.xlsx").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    assert [file.kind for file in load(tmp_path / "a.csv", tmp_path / "b.xlsx")[0].files] == ["xlsx", "text.gz"]


def test_a_failed_import_leaves_the_earlier_one_as_it_was(tmp_path: Path) -> None:
    good, bad = text_file(tmp_path / "a.csv", [HEADER, *ROWS]), tmp_path / "b.csv"
    bad.write_bytes(b"%PDF")
    load(good, out=tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(InputError):
        import_files([good, bad], tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_folder_with_other_things_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(InputError, match="holds other things"):
        import_files([text_file(tmp_path / "a.csv", [HEADER, *ROWS])], tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    file = text_file(tmp_path / "a.csv", [HEADER, *ROWS])
    with pytest.raises(InputError, match="named twice"):
        import_files([file, tmp_path / "." / "a.csv"], tmp_path / "out")


def test_a_killed_import_leaves_no_output_and_can_be_run_again(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    generate("mar_2026", 60_000, file)
    code = f"from pathlib import Path; from lawfulhold.tables.importer import import_files; import_files([Path({str(file)!r})], Path({str(tmp_path / 'out')!r}))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    for _ in range(200):
        if list(tmp_path.glob(".out.partial-*/staging/*.parquet")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "out").exists()
    assert list(tmp_path.glob(".out.partial-*"))
    report, _ = load(file, out=tmp_path / "out")
    assert report.kept == 60_000
    assert not list(tmp_path.glob(".out.partial-*"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.one_of(st.text(max_size=12), st.sampled_from(["2015-03-02", "b(6)", "NA", '"', "TEXAS"])), max_size=8
        ),
        max_size=12,
    )
)
def test_whatever_stands_in_a_csv_the_sum_holds_or_one_line_says_why(tmp_path: Path, rows: list[list[str]]) -> None:
    content = "\n".join(",".join(cell.replace(",", " ") for cell in row) for row in [HEADER, *rows])
    (tmp_path / "a.csv").write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        load(tmp_path / "a.csv")
    except InputError as error:
        assert "\n" not in str(error)


# ------------------------------------------------------------------------------------------------ repeats


def _person(day: str, person: str, form: str = "I247A - X", city: str = "A") -> list[str]:
    return [day, "TEXAS", city, "SYNTHETIC JAIL", form, person]


DDP = [
    "Detainer Prepare Date",
    "Facility State",
    "Facility City",
    "Detention Facility",
    "Detainer Type",
    "Unique Identifier",
]
DPR = ["Detainer Prepared Date", "State", "City", "Detention Facility", "Detainer Type", "Anonymized Unique Identifier"]


def test_repeats_are_same_person_same_day_and_unknown_without_a_person(tmp_path: Path) -> None:
    rows = [
        _person("2025-01-01", "p1"),
        _person("2025-01-01", "p1"),
        _person("2025-01-02", "p1"),
        _person("2025-01-01", "p2"),
        _person("2025-01-01", ""),
    ]
    _, found = load(text_file(tmp_path / "a.csv", [DDP, *rows]))
    assert [row["duplicate_likely"] for row in found] == [True, True, False, False, None]
    assert [row["duplicate_drop"] for row in found] == [False, True, False, False, None]


def test_repeats_reach_across_files_of_one_release(tmp_path: Path) -> None:
    report, found = load(
        text_file(tmp_path / "a.csv", [DDP, _person("2025-01-01", "p1")]),
        text_file(tmp_path / "b.csv", [DDP, _person("2025-01-01", "p1")]),
        release="ddp_2025",
    )
    assert [row["duplicate_drop"] for row in found] == [False, True]
    assert report.duplicates["ddp_2025"]["to_drop"] == 1


def test_the_later_release_chains_days_and_asks_for_the_same_form_and_facility(tmp_path: Path) -> None:
    rows = [
        _person("2026-01-01", "p"),
        _person("2026-01-02", "p"),
        _person("2026-01-03", "p"),
        _person("2026-01-05", "p"),
        _person("2026-01-02", "p", city="B"),
        _person("2026-01-02", "p", form="I247N - X"),
    ]
    _, found = load(text_file(tmp_path / "a.csv", [DPR, *rows]), release="dpr_2026")
    assert [row["duplicate_drop"] for row in found] == [False, True, True, False, False, False]


def test_equal_rows_are_no_repeats_where_six_columns_do_not_name_a_person(tmp_path: Path) -> None:
    report, found = load(text_file(tmp_path / "a.csv", [HEADER, ROWS[0], ROWS[0]]))
    assert [row["duplicate_drop"] for row in found] == [None, None]
    assert report.duplicates["npr_fy08_fy17"]["rule"] == "none"


def test_the_report_on_disk_is_the_report(tmp_path: Path) -> None:
    report, _ = load(text_file(tmp_path / "a.csv", [HEADER, *ROWS]))
    on_disk = json.loads((tmp_path / "imported" / "report.json").read_text(encoding="utf-8"))
    assert (on_disk["read"], on_disk["kept"], on_disk["quarantined"]) == (report.read, report.kept, report.quarantined)
    assert len(on_disk["files"][0]["sha256"]) == 64


def test_headers_of_all_releases_are_told_apart() -> None:
    for release in releases().values():
        match = match_header([texts[0] for texts in release.headers.values()])
        assert match is not None
        assert match.release.id == release.id
        assert match.unknown == ()

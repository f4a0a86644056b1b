"""One run of `lawfulhold outcomes`: files, charts, the page and where it all comes from."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import struct
from xml.etree import ElementTree
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from lawfulhold.cli import main
from lawfulhold.outcomes.report import count_outcomes
from lawfulhold.outcomes.write import records
from lawfulhold.rules.law import Law
from lawfulhold.tables.decide_table import decide_file
from tests.outcomes.rows import BOOKED, DECLINED, HOLD, charge, detainer, imported, imported_bookings

LAW = Law()


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Detainers of two states and several months, decided."""
    folder = tmp_path_factory.mktemp("report")
    rows = [
        detainer(
            f"2018-0{month}-02",
            state,
            reason,
            facility=facility,
            arrested=f"2018-0{month}-05 10:00:00" if reason == BOOKED else "",
        )
        for month in (1, 2, 3)
        for state, facility in (("TEXAS", "SYNTHETIC <b>&</b> | JAIL"), ("CALIFORNIA", ""), ("OHIO", ""))
        for reason, size in ((BOOKED, 12), (DECLINED, 14), ("", 5))
        for _ in range(size)
    ]
    imported(folder, rows)
    decide_file(
        folder / "imported",
        folder / "decided.parquet",
        LAW,
        questions=["hold", "notify"],
        agency="sheriff",
        assume=["bare-detainer"],
    )
    return folder / "decided.parquet"


@pytest.fixture(scope="module")
def written(decided: Path) -> Path:
    """The folder of a run with everything."""
    out = decided.parent / "out"
    command = ["outcomes", str(decided), "--out", str(out), "--tables", "csv,parquet,md", "--charts", "svg,png,html"]
    assert main([*command, "--by", "state,facility,month,form,law"]) == 0
    return out


CHARTS = [
    "declined-by-facility",
    "declined-by-state",
    "law-hold-by-outcome",
    "law-notify-by-outcome",
    "outcomes-by-month",
]
TABLES = [
    "outcomes-by-facility",
    "outcomes-by-form",
    "outcomes-by-law-hold",
    "outcomes-by-law-notify",
    "outcomes-by-month",
    "outcomes-by-state",
]


def test_every_table_and_every_chart_is_written_in_every_form(written: Path) -> None:
    names = {path.name for path in written.glob("[!.]*")}
    others = {
        f"{name}.{ending}" for name in ("law-against-outcome", "durations") for ending in ("csv", "parquet", "md")
    }
    assert names == {
        *(f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet", "md")),
        *(f"{name}.{ending}" for name in CHARTS for ending in ("svg", "png", "html")),
        *others,
        "outcomes.json",
        "report.html",
    }


def test_csv_and_parquet_hold_the_same_numbers_as_the_tables(decided: Path, written: Path) -> None:
    for name, table in count_outcomes(decided, ["state", "law"]).tables.items():
        stem = f"outcomes-by-{name.replace(':', '-')}"
        rows = records(table)
        with (written / f"{stem}.csv").open(encoding="utf-8", newline="") as stream:
            assert list(csv.DictReader(stream)) == [
                {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
            ]
        found = duckdb.read_parquet(str(written / f"{stem}.parquet"))
        assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == rows


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_valid_picture_that_asks_nothing_of_the_network(written: Path, name: str) -> None:
    picture = ElementTree.parse(written / f"{name}.svg").getroot()
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}path"))) > 2
    for element in picture.iter():
        assert not any(key.endswith("href") for key in element.attrib)
    content = (written / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 300
    assert height > 100
    assert content.endswith(b"IEND\xaeB`\x82")


class _Outside(HTMLParser):
    """Collects what a page would fetch, and that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.opened: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("src", "href", "xlink:href", "data", "action") and not (value or "").startswith(("#", "data:")):
                self.fetched.append(f"{tag} {name}={value}")
        if tag not in ("meta", "link", "br", "img"):
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if self.opened and self.opened[-1] == tag:
            self.opened.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("name", ["report.html", *(f"{name}.html" for name in CHARTS)])
def test_a_page_is_whole_and_fetches_nothing(written: Path, name: str) -> None:
    text = (written / name).read_text(encoding="utf-8")
    page = _Outside()
    page.feed(text)
    assert (page.fetched, page.wrong, page.opened) == ([], [], [])
    assert "@import" not in text.partition("<body>")[0]


def test_words_of_a_file_are_no_markup_of_the_page(written: Path) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC &lt;B&gt;&amp;&lt;/B&gt;" in page
    assert "<B>" not in page


def test_the_page_says_the_result_its_denominators_and_what_was_assumed(written: Path) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    assert (
        "279 detainers; 234 have a recorded outcome. ICE wrote that 126 were declined: 53.85% of the 234 closed, 45.16% of all 279."
        in page
    )
    assert "agency assumed: sheriff; facts assumed: bare-detainer" in page
    assert "rows whose law or whose outcome is not" in page


def test_the_page_says_where_it_comes_from(decided: Path, written: Path) -> None:
    folder = decided.parent
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "rows.csv", decided)}
    found = json.loads((written / "outcomes.json").read_text(encoding="utf-8"))["provenance"]
    said = {(name, value) for name, value in found}
    assert ("table", f"decided.parquet, sha256 {hashes['decided.parquet']}") in said
    assert ("source file", f"rows.csv, icfo_18038, sha256 {hashes['rows.csv']}") in said
    assert ("law version", LAW.version()) in said
    assert ("law of the day", "the row's own day") in said
    page = (written / "report.html").read_text(encoding="utf-8")
    for name, value in (
        ("table", hashes["decided.parquet"]),
        ("source file", hashes["rows.csv"]),
        ("law", LAW.version()),
    ):
        assert value in page, name


def test_one_bar_a_facility_even_where_names_are_blank(written: Path) -> None:
    picture = ElementTree.parse(written / "declined-by-facility.svg").getroot()
    texts = [element.text or "" for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert len([text for text in texts if re.search(r"US-(CA|OH|TX)", text)]) == 3
    assert len([text for text in texts if text == "42 of 78"]) == 3


def test_a_table_that_spark_wrote_in_parts_is_counted_as_one(decided: Path, tmp_path: Path) -> None:
    folder = tmp_path / "spark"
    folder.mkdir()
    for part in (0, 1):
        duckdb.sql(f"COPY (SELECT * FROM '{decided}' WHERE source_row % 2 = {part}) TO '{folder}/part-{part}.parquet'")
    (folder / "_lawfulhold.json").write_text(
        json.dumps(
            {"lawfulhold_law_version": "abc", "lawfulhold_source_files": "x.csv, r, sha256 1; y.csv, r, sha256 2"}
        )
    )
    one, two = count_outcomes(decided, ["state", "law"]), count_outcomes(folder, ["state", "law"])
    assert (one.tables, one.findings, one.spreads) == (two.tables, two.findings, two.spreads)
    said = [(name, value.partition(", sha256")[0]) for name, value in two.provenance]
    assert said[:4] == [
        ("table", "part-0.parquet"),
        ("table", "part-1.parquet"),
        ("source file", "x.csv, r"),
        ("source file", "y.csv, r"),
    ]
    assert ("law version", "abc") in said


def test_bookings_have_a_report_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = imported_bookings(
        tmp_path, [charge("a", "DUI", "2017-03-02 10:00:00"), charge("a", HOLD, "2017-03-04 12:00:00")]
    )
    assert main(["outcomes", str(table), "--out", str(tmp_path / "out")]) == 0
    rows = (tmp_path / "out" / "over-detention.csv").read_text(encoding="utf-8").splitlines()
    assert rows == [
        "bookings,count",
        "all,1",
        "with an immigration hold,1",
        "in which the hold ended later than every other charge line,1",
        "by more than 4 hours,1",
        "by more than 24 hours,1",
        "by more than 48 hours,1",
    ]
    assert "1 of 1 bookings have an immigration hold" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["outcomes", str(table), "--suppress", "10"]) == 0
    assert "* of * bookings have an immigration hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--suppress", "1"], "--suppress needs a number from 2"),
        (["--tables", "xlsx"], "--tables does not know 'xlsx'; choose from csv, parquet, md"),
        (["--charts", "gif"], "--charts does not know 'gif'; choose from svg, png, html"),
        (["--by", "county"], "county: cannot count by that"),
    ],
)
def test_a_wrong_option_ends_in_one_line(
    decided: Path, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outcomes", str(decided), *options]) == 2
    assert says in capsys.readouterr().err

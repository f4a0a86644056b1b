"""What stands in the folder, and that it is what the engine says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest

from lawfulhold.cli import main
from lawfulhold.errors import InputError
from lawfulhold.rules.decide import decide
from lawfulhold.rules.law import LATEST_DAY
from lawfulhold.site.build import build
from lawfulhold.site.situations import case_in

from .conftest import TODAY

PLACES = ("US-CT", "US-CA", "US-TX", "US-IL-COOK", "US-NC", "US-NY-NYC", "US-FL", "US-VA-FAIRFAX", "US-MA")
DAYS = (
    date(2012, 1, 1),
    date(2013, 12, 31),
    date(2014, 1, 1),
    date(2017, 9, 10),
    date(2019, 10, 1),
    date(2025, 10, 1),
    TODAY,
)


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_of_the_site_is_the_answer_of_the_engine(law, situations, answers, place):
    for kind in situations.kinds:
        for number, inquiry in enumerate(situations.inquiries(kind)):
            day = DAYS[number % len(DAYS)]
            decided = decide(case_in(place, inquiry, law, day), law).answers[inquiry.asked.question]
            shown = answers.verdict(place, inquiry, day)
            assert (shown.answer, shown.because) == (decided.answer, decided.because), f"{place} {inquiry.keys} {day}"
            assert shown.deciding == tuple(item.id for item in decided.deciding if item.effect != "not-required")


def test_the_data_of_the_map_is_what_was_answered(site, law, situations, answers):
    text = (site / "data" / "answers.js").read_text(encoding="utf-8")
    data = json.loads(text.split("LawfulHold.answers = ")[1].rstrip(";\n"))
    assert data["today"] == TODAY.isoformat()
    assert set(data["series"]) == set(law.codes) - {"US"}
    for place in PLACES:
        at = 0
        for kind in situations.kinds:
            for inquiry in situations.inquiries(kind):
                spans = data["spans"][data["series"][place][at]]
                at += 1
                expected = [
                    (day.isoformat(), answers.verdicts[number].answer)
                    for day, number in answers.of(place, inquiry).spans
                ]
                assert [
                    (data["days"][day], data["verdicts"][number][0])
                    for day, number in zip(spans[::2], spans[1::2], strict=True)
                ] == expected


def test_every_situation_is_different_somewhere(law, situations, answers):
    seen = {}
    for one in situations.situations:
        key = tuple(series.spans for series in answers.series if series.situation == one.key)
        assert key not in seen, f"{one.key} is answered like {seen.get(key)}"
        seen[key] = one.key


def test_the_site_stays_under_fifteen_megabytes(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 15_000_000


class Page(HTMLParser):
    """The links, names and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.names: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.names.append(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "source"):
            self.loaded.append(given.get("src") or "")
        if tag == "link":
            self.loaded.append(given["href"])
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style":
            self.inline.append(tag)


@pytest.fixture(scope="module")
def pages(site):
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_place_has_a_page(pages, law):
    for code in law.codes:
        assert f"places/{code}.html" in pages


def test_every_link_leads_to_a_page_and_a_part_of_it(site, pages):
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://")):
                continue
            path, _, part = unquote(link).partition("#")
            target = (site / name).parent.joinpath(path).resolve() if path else site / name
            assert target.is_file(), f"{name}: {link}"
            if part and target.suffix == ".html":
                assert (
                    part in pages[target.relative_to(site.resolve()).as_posix()].names or target == site / "index.html"
                ), f"{name}: {link}"


def test_every_page_loads_only_files_beside_it_and_has_nothing_inline(site, pages):
    for name, page in pages.items():
        assert not page.inline, f"{name}: {page.inline}"
        for loaded in page.loaded:
            assert loaded, f"{name}: an inline script"
            assert (site / name).parent.joinpath(loaded).is_file(), f"{name}: {loaded}"
        assert len(page.names) == len(set(page.names)), f"{name}: an id stands twice"


def test_the_page_of_a_place_has_each_of_its_provisions_and_open_questions(site, law):
    for code in law.codes:
        text = (site / "places" / f"{code}.html").read_text(encoding="utf-8")
        for item in law.jurisdiction(code).provisions:
            assert f'id="{item.id}"' in text, item.id
        assert text.count('<h2 id="open">') == bool(law.jurisdiction(code).open_questions)


def test_what_began_and_ended_in_a_year_stands_on_the_page_of_the_year(site, law):
    text = (site / "changes-2019.html").read_text(encoding="utf-8")
    wanted = [item for place in law for item in place.provisions if item.first.year == 2019]
    assert wanted
    for item in wanted:
        assert f"#{item.id}" in text, item.id
    assert "changes-2018.html" in text
    assert "changes.html" in text


def test_the_change_of_an_answer_stands_on_the_page_of_the_year(site):
    text = (site / "changes-2019.html").read_text(encoding="utf-8")
    day = text.split('id="d2019-10-01"')[1].split("<section")[0]
    line = next(
        part for part in day.split("<li>") if "Tell ICE when the person goes free" in part and "US-CT.html" in part
    )
    assert re.findall(r'class="answer (\w+)"', line) == ["required", "prohibited"]


# ---------------------------------------------------------------------------------------------- downloads


def read_zipped(path):
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])


@pytest.mark.parametrize("table", ["places", "provisions", "answers", "cases"])
def test_csv_json_and_parquet_hold_the_same_rows(site, table):
    folder = site / "downloads"
    as_json = json.loads(read_zipped(next(folder.glob(f"{table}.json*"))))
    text = read_zipped(next(folder.glob(f"{table}.csv*"))).decode("utf-8-sig")
    as_csv = list(csv.DictReader(io.StringIO(text, newline="")))
    relation = duckdb.sql(f"SELECT * FROM read_parquet('{folder / f'{table}.parquet'}')")
    as_parquet = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert len(as_json) == len(as_csv) == len(as_parquet) > 0
    for one, other, third in zip(as_json, as_csv, as_parquet, strict=True):
        assert list(one) == list(other) == list(third)
        for name, value in one.items():
            stored = third[name].isoformat() if isinstance(third[name], date) else third[name]
            assert stored == value, name
            written = (
                "; ".join(value)
                if isinstance(value, list)
                else ""
                if value is None
                else str(value).lower()
                if isinstance(value, bool)
                else str(value)
            )
            assert other[name].lstrip("'") == written.lstrip("'"), name


def test_every_provision_of_the_law_is_in_the_download(site, law):
    rows = {row["id"]: row for row in json.loads((site / "downloads" / "provisions.json").read_text(encoding="utf-8"))}
    every = [item for place in law for item in place.provisions]
    assert set(rows) == {item.id for item in every}
    for item in every:
        assert rows[item.id]["first_day"] == item.first.isoformat()
        assert rows[item.id]["last_day"] == (None if item.last == LATEST_DAY else item.last.isoformat())


# ---------------------------------------------------------------------------------------------- writing the folder

SMALL_LAW = {
    "US.yaml": "code: US\nname: United States\nlayer: federal\ntimezone: America/New_York\nprovisions: []\n",
    "US-OH.yaml": """\
code: US-OH
name: Ohio <b>&amp;
layer: state
parent: US
timezone: America/New_York
open_questions: ["<script>alert(1)</script> https://example.org/a?b=1&c=2."]
provisions:
  - id: oh-hold-1
    question: hold
    effect: prohibited
    binds: [sheriff]
    from: 2020-02-29
    to: 2024-02-29
    says: "=HYPERLINK nobody \\"is\\" held </p><script>alert(2)</script>"
    cite: A & B
    source: https://example.org/x (javascript:alert(3))
    read: full-text
    confidence: high
    reviewed: 2026-01-01
""",
}


@pytest.fixture
def small_law(tmp_path, law):
    from lawfulhold.rules.law import Law

    folder = tmp_path / "law"
    folder.mkdir()
    (folder / "agencies.yaml").write_bytes((law.folder / "agencies.yaml").read_bytes())
    for name, text in SMALL_LAW.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Law(folder)


def test_text_of_a_law_file_never_becomes_markup(small_law, tmp_path):
    build(small_law, tmp_path / "out", TODAY)
    page = (tmp_path / "out" / "places" / "US-OH.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "Ohio &lt;b&gt;&amp;amp;" in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert 'href="javascript' not in page
    assert "'=HYPERLINK" in (tmp_path / "out" / "downloads" / "provisions.csv").read_text(encoding="utf-8-sig")


def test_a_provision_that_ended_on_29_february_is_listed_on_the_next_day(small_law, tmp_path):
    build(small_law, tmp_path / "out", TODAY)
    assert 'id="d2024-03-01"' in (tmp_path / "out" / "changes-2024.html").read_text(encoding="utf-8")
    assert 'id="d2020-02-29"' in (tmp_path / "out" / "changes-2020.html").read_text(encoding="utf-8")


def test_the_same_law_on_the_same_day_makes_the_same_bytes(small_law, tmp_path):
    build(small_law, tmp_path / "one", TODAY)
    build(small_law, tmp_path / "two", TODAY)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "two") for path in (tmp_path / "two").rglob("*") if path.is_file()
    )
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_an_earlier_site_is_replaced_and_nothing_else_is_left(small_law, tmp_path):
    out = tmp_path / "here" / "out"
    build(small_law, out, TODAY)
    (out / "places" / "US-GONE.html").write_text("old", encoding="utf-8")
    build(small_law, out, TODAY)
    assert not (out / "places" / "US-GONE.html").exists()
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_left_alone(small_law, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds other files"):
        build(small_law, out, TODAY)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_refused(small_law, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is not a folder"):
        build(small_law, tmp_path / "out", TODAY)


def test_a_build_that_fails_leaves_the_earlier_site(small_law, tmp_path, monkeypatch):
    out = tmp_path / "here" / "out"
    build(small_law, out, TODAY)
    before = (out / "index.html").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lawfulhold.site.build.write_downloads", full)
    with pytest.raises(InputError, match="No space left"):
        build(small_law, out, TODAY)
    assert (out / "index.html").read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_command_builds_the_site_and_says_so_on_standard_error(small_law, tmp_path, capsys):
    assert main(["law", "site", "--law", str(small_law.folder), str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "open " in printed.err
    assert main(["law", "site", "--law", str(small_law.folder), str(tmp_path / "law")]) == 2
    assert "holds other files" in capsys.readouterr().err


def test_the_shipped_files_of_others_are_the_ones_in_the_document():
    root = Path(__file__).parents[2]
    static = root / "lawfulhold" / "site" / "static"
    rows = re.findall(
        r"^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$",
        (root / "docs" / "dependencies-site.md").read_text(encoding="utf-8"),
        re.M,
    )
    assert len(rows) == 4
    for name, digest in rows:
        assert hashlib.sha256((static / name).read_bytes()).hexdigest() == digest, name
    for path in (static / "vega").glob("*.js"):
        assert (static / "vega" / f"LICENSE-{path.name.removesuffix('.min.js')}.txt").is_file()

"""The same rows under two versions of the law."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lawfulhold.cli import main
from lawfulhold.errors import InputError
from lawfulhold.tables.what_if import markdown, version_of, what_if, write_what_if

EXAMPLE = Path(__file__).parents[2] / "examples" / "tables" / "connecticut.csv"


def test_connecticut_turned_round_in_2019() -> None:
    result = what_if(EXAMPLE, version_of("2019-09-30"), version_of("2019-10-01"), questions=["hold", "notify"])
    assert result.changed("notify") == (400, 400)
    moved = {
        (each.first, each.second) for each in result.shifts if each.question == "hold" and each.first != each.second
    }
    assert ("permitted", "prohibited") in moved
    assert all(second in ("prohibited", "undetermined") for _, second in moved)


def test_connecticut_added_offences_in_2025_and_nothing_else() -> None:
    result = what_if(EXAMPLE, version_of("2025-09-30"), version_of("2025-10-01"), questions=["hold"])
    moved = {(each.first, each.second) for each in result.shifts if each.first != each.second}
    assert moved == {("prohibited", "undetermined")}  # the added list of thirteen was not read: the law file says so


def test_the_documents_show_what_comes_out() -> None:
    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (2019|2025) \| (\w+) \| (\w+) \| (\w+) \| (\d+) \|$", text, re.MULTILINE)
    found = []
    for year in ("2019", "2025"):
        result = what_if(EXAMPLE, version_of(f"{year}-09-30"), version_of(f"{year}-10-01"))
        found += [
            (year, each.question, each.first, each.second, str(each.rows))
            for each in result.shifts
            if each.first != each.second
        ]
    assert sorted(lines) == sorted(found)


def test_every_row_is_counted_once_for_each_question() -> None:
    result = what_if(EXAMPLE, version_of("2019-09-30"), version_of("2019-10-01"))
    for question in result.questions:
        assert sum(each.rows for each in result.shifts if each.question == question) == result.rows == 400


def test_the_same_version_changes_nothing() -> None:
    result = what_if(EXAMPLE, version_of("shipped"), version_of("shipped"))
    assert [result.changed(question)[0] for question in result.questions] == [0, 0, 0]


def _bill(folder: Path) -> Path:
    """A bill that repeals the whole of the Connecticut law and forbids every hold."""
    folder.mkdir()
    (folder / "US-CT.yaml").write_text("""
code: US-CT
name: Connecticut
layer: state
parent: US
summary: An invented bill.
provisions:
  - id: ct-invented-bill
    question: hold
    effect: prohibited
    binds: [all]
    from: 2023-01-01
    says: No hold, ever.
    cite: invented
    source: invented
    read: full-text
    confidence: high
    reviewed: 2026-01-01
    overrides: [ct-192h-hold-allowed-2019]
""")
    return folder


def test_a_bill_is_an_overlay_folder(tmp_path: Path) -> None:
    result = what_if(EXAMPLE, version_of("shipped"), version_of(str(_bill(tmp_path / "bill"))), questions=["hold"])
    changed, of = result.changed("hold")
    assert of == 400
    assert 0 < changed < 400
    assert {each.second for each in result.shifts if each.first != each.second} == {"prohibited"}
    dated = what_if(
        EXAMPLE, version_of("2022-06-01"), version_of(f"{tmp_path / 'bill'}@2022-06-01"), questions=["hold"]
    )
    assert dated.changed("hold") == (0, 400)  # the bill is not in force yet


def test_the_result_is_written_whole(tmp_path: Path) -> None:
    result = what_if(EXAMPLE, version_of("2019-09-30"), version_of("2019-10-01"), questions=["notify"])
    write_what_if(result, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").glob("[!.]*")} == {"changes.csv", "changes.md", "what-if.json"}
    assert json.loads((tmp_path / "out" / "what-if.json").read_text())["rows"] == 400
    assert "400 of 400 rows change (100.00%)" in markdown(result)


@pytest.mark.parametrize("text", ["2019", "soon-ish-folder", "shipped@2019-13-01", "/no/such/folder@2020-01-01"])
def test_a_version_that_is_none_ends_in_one_line(text: str) -> None:
    with pytest.raises(InputError):
        version_of(text)


def test_the_command_wants_two_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["what-if", str(EXAMPLE), "--law", "shipped"]) == 2
    assert "give --law twice" in capsys.readouterr().err

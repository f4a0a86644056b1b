"""Names of people are left out of all that is shown: words, wordings, agencies, places, drafts. Places and agencies keep theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lawfulhold.cli import main
from lawfulhold.sources import read_reports
from lawfulhold.sources.draft import jurisdiction_code
from lawfulhold.sources.names import BLACK, shown_part

REPORT = """Title: Ivo Lanz-Moreau arrested by ICE
Date: 2024-05-20

BOSTON — ICE arrested Ivo Lanz-Moreau, 34, a citizen of Guatemala, in Lynn, Massachusetts, on May 14, 2024.

Lanz-Moreau was arrested by Detective Mary Major of the Lynn Police Department on March 3, 2024, and charged with the murder of Anna Kessler, kidnapping Anna Kessler, 9, and assault on Officer Bob Tate. Judge Hanna Hardy of the Lynn District Court set bail. ICE lodged a detainer with Sheriff Karl Copper's jail in Middleton. On April 11 Sheriff Karl Copper refused to honor the detainer and released Lanz-Moreau to Pia Lanz.

"Sheriff Copper ignored our detainer," said Todd Lyle, a spokesman. Copper said he had followed the law.
"""
NAMES = ("Ivo", "Lanz", "Moreau", "Mary", "Major", "Anna", "Kessler", "Bob", "Tate", "Karl", "Copper", "Hardy", "Todd", "Lyle")


def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str, name: str = "report.txt") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert main(["read", str(path), *options]) == 0
    return capsys.readouterr().out.replace(str(tmp_path), "")


@pytest.mark.parametrize("options", [(), ("--json",), ("--decide",)], ids=["screen", "json", "beside the law"])
def test_no_name_of_a_person_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    shown = printed(tmp_path, capsys, REPORT, *options)
    assert "[name]" in shown
    assert [name for name in NAMES if name in shown] == []
    assert "Lynn Police Department" in shown


def test_no_name_of_a_person_is_in_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(tmp_path, capsys, REPORT, "--out", str(tmp_path / "drafts"))
    (draft,) = (tmp_path / "drafts").iterdir()
    written = draft.read_text(encoding="utf-8")
    assert "murder of [name]" in written
    assert [name for name in NAMES if name in written] == []


def test_names_are_kept_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(tmp_path, capsys, REPORT, "--names")
    assert "[name]" not in shown
    assert "murder of Anna Kessler" in shown


def test_the_places_of_words_still_point_to_the_report() -> None:
    reading = read_reports({"report": REPORT})
    named = read_reports({"report": REPORT}, names=True)
    assert [(event.span.start, event.span.end) for event in reading.cases[0].events] == [(event.span.start, event.span.end) for event in named.cases[0].events]
    for event in named.cases[0].events:
        assert REPORT[event.span.start:event.span.end] == event.span.words


def test_the_text_of_a_web_page_is_given_with_names_black_and_every_place_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in REPORT.split("\n\n")[1:]) + "</body></html>"
    found = json.loads(printed(tmp_path, capsys, page, "--json", name="report.html"))
    (text,) = found["texts"].values()
    assert [name for name in NAMES if name in text] == []
    for event in found["cases"][0]["events"]:
        black = text[event["span"]["start"]:event["span"]["end"]]
        assert len(black.replace(BLACK, "")) > 10
        assert black.split(BLACK)[0].rstrip() == event["span"]["words"].split("[name]")[0].rstrip()


@pytest.mark.parametrize("words", [
    "The Salem police let a Peruvian man go on May 1, 2024. ICE arrested Ivo Lanz on May 14, 2024.", "The Salem police let a Peruvian man go on May 1, 2024. Ivo Lanz was convicted on May 14, 2024.",
    "The Salem police arrested a Peruvian man for killing Ivo Lanz on May 14, 2024.", "The Salem police arrested a man on May 1, 2024. They released Ivo Lanz of Peru on May 14, 2024.",
    "The Salem police arrested a Peruvian man named Ivo Lanz on May 14, 2024.", "On May 14, 2024, Deputy Lanz arrested a Peruvian man in Salem, Massachusetts.",
    "The Salem police arrested Ivo Lanz, 34, a Peruvian national, on May 14, 2024.", "ICE agents met Ivo Lanz, a Peruvian national, at the Essex County jail. ICE arrested him on May 14, 2024.",
    "IVO LANZ, 34, a Peruvian national, was arrested by the Salem police on May 14, 2024. ICE arrested Lanz on May 15, 2024.", "The Salem police arrested a Peruvian man, a.k.a. \"Lanz\", on May 14, 2024.",
])
def test_a_name_is_known_by_what_stands_around_it(words: str) -> None:
    shown = json.dumps(read_reports({"report": f"Date: 2024-05-20\n\n{words}\n"}).as_json())
    assert '"events"' in shown
    assert "Lanz" not in shown


@pytest.mark.parametrize("kept", ["Lew Sterrett Justice Center", "Prince George's County Department of Corrections", "Los Angeles County jail", "San Diego Police Department", "Curran-Fromhold Correctional Facility"])
def test_places_and_agencies_keep_their_names(kept: str) -> None:
    text = f"Date: 2024-05-20\n\nThe {kept} said it would comply. The {kept} released a Peruvian man on May 1, 2024. ICE arrested him on May 14, 2024.\n"
    assert kept in json.dumps(read_reports({"report": text}).as_json(), ensure_ascii=False)


def test_a_charge_in_capital_letters_is_no_name() -> None:
    text = "Date: 2024-05-20\n\nThe Salem police arrested a Peruvian man on May 1, 2024, and charged him with Assault on a Family Member, Battery on Law Enforcement Officer and Grand Theft.\n"
    assert "[name]" not in json.dumps(read_reports({"report": text}).as_json())


def test_a_place_is_a_place_though_somebody_is_called_so() -> None:
    text = "Date: 2024-05-20\n\nICE lodged a detainer with the Jackson County Jail in Jackson County, Missouri, on May 1, 2024. The jail released a Peruvian man on May 2, 2024. Sheriff Mike Jackson said he would not comply.\n"
    (case,) = read_reports({"report": text}).cases
    assert {key: fact.value for key, fact in case.place.items()} == {"facility": "Jackson County Jail", "county": "Jackson", "state": "MO"}
    assert jurisdiction_code(case, {"US-MO", "US-MO-JACKSON"}) == "US-MO-JACKSON"
    assert {event.to for event in case.events} >= {"Jackson County Jail"}
    text = "Date: 2024-05-20\n\nOfficer Dallas Houston saw a Peruvian man in Houston, Texas. The Houston Police Department arrested him in Houston on May 1, 2024. ICE arrested him there on May 3, 2024.\n"
    (case,) = read_reports({"report": text}).cases
    assert case.place["city"].value == "Houston"
    assert any("in Houston" in event.span.words for event in case.events)


def test_the_name_in_the_name_of_an_agency_goes() -> None:
    text = "Date: 2024-05-20\n\nThe Essex County police handed a Peruvian man over to Sheriff Kevin Example's jail in Essex County, Massachusetts, on May 1, 2024. ICE arrested him on May 3, 2024.\n"
    assert "Example" not in json.dumps(read_reports({"report": text}).as_json())


@pytest.mark.parametrize("written", ["Patrick O\u2019Brien", "Patrick O\u02bcBrien", "Patrick Lanz\u2010Moreau", "Patrick Lanz\u2011Moreau", "Patrick\u00a0Lanz"])
def test_a_name_is_found_however_its_signs_are_written(written: str) -> None:
    text = f"Date: 2024-05-20\n\nSalem police arrested {written}, 34, of Peru on May 2, 2024. {written} was released on May 3, 2024.\n"
    shown = json.dumps(read_reports({"report": text}).as_json(), ensure_ascii=False)
    assert "[name]" in shown
    assert [part for part in (*written.replace("\u00a0", " ").split(" "), "Brien", "Moreau") if part in shown] == []


@pytest.mark.parametrize("words", ["ICE arrested Ivo in Denver on May 9, 2024.", "ICE arrested LANZ in Denver on May 9, 2024.", "ICE arrested IVO LANZ in Denver on May 9, 2024.", "Ivo was convicted on May 9, 2024."])
def test_a_known_name_is_known_in_part_and_in_capitals(words: str) -> None:
    shown = json.dumps(read_reports({"report": f"Date: 2024-05-20\n\nDenver police arrested Ivo Lanz, 34, a Peruvian national, on May 2, 2024. {words}\n"}).as_json())
    assert [part for part in ("Ivo", "IVO", "Lanz", "LANZ") if part in shown] == []


def test_a_first_name_that_is_a_word_or_a_place_stays() -> None:
    text = "Date: 2024-05-20\n\nWill Lanz said the jail will comply. Will he? Adams Finch said so. ICE arrested a Peruvian man at the Adams County Detention Facility on May 2, 2024. Will the man stay?\n"
    people = read_reports({"report": text}).people["report"]
    assert {"Will Lanz", "Lanz", "Adams Finch", "Finch"} <= people
    assert not people & {"Will", "Adams"}


def test_who_wrote_a_report_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = "<html><body><p>By Ada Finch</p><p>BY KARL COPPER and Tod Lyle | May 20, 2024</p><p>ICE arrested a Peruvian man in Salem, Massachusetts, on May 14, 2024.</p></body></html>"
    (text,) = json.loads(printed(tmp_path, capsys, page, "--json", name="report.html"))["texts"].values()
    assert [name for name in ("Ada", "Finch", "KARL", "COPPER", "Tod", "Lyle") if name in text] == []
    assert "Salem, Massachusetts" in text


def test_a_name_at_the_border_of_what_is_shown_goes_whole() -> None:
    text = "The jail let Michael Sandoval go."
    for start, end in ((0, 20), (0, 26), (18, len(text)), (24, len(text))):
        shown = shown_part(text, start, end, frozenset({"Michael Sandoval", "Sandoval"}))
        assert "[name]" in shown
        assert [part for part in ("Mich", "ael", "Sand", "oval") if part in shown] == []
    assert shown_part(text, 0, 12, frozenset({"Michael Sandoval"})) == "The jail let"


def test_the_names_of_few_reports_are_remembered() -> None:
    from lawfulhold.sources.names import _pattern

    limit = _pattern.cache_parameters()["maxsize"]
    assert limit is not None
    assert limit <= 16

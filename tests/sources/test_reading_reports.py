"""Reports about invented people, read: every event, charge and place that they tell, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.reader import invented
from lawfulhold.sources import read_reports
from lawfulhold.sources.cases import read_cases
from lawfulhold.sources.clean import read_text
from lawfulhold.sources.reading import ReadCase

HERE = Path(__file__).parent
TOLD = ("tellings", "dates_told", "events_told", "charges_told", "places_told", "denied_told")
EXAMPLES = HERE.parents[1] / "examples" / "reports"
TELLINGS = [row for name in TOLD for row in yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))]
REPORTS = yaml.safe_load((HERE / "whole_reports.yaml").read_text(encoding="utf-8"))


def events_of(case: ReadCase) -> list[str]:
    """Type and date of every event, sorted."""
    return sorted(event.type + (f" {event.when.date}" if event.when.date else "") for event in case.events)


def check(case: ReadCase, expected: dict[str, Any]) -> None:
    """Compare a case with what is expected of it."""
    if "events" in expected:
        assert events_of(case) == sorted(expected["events"])
    if "charges" in expected:
        assert sorted(f"{charge.status} {charge.wording}" for charge in case.charges) == sorted(expected["charges"])
    for name, value in expected.get("place", {}).items():
        found = case.place.get(name)
        assert (found.value if found else None) == value, name


@pytest.mark.parametrize("row", TELLINGS, ids=[row["text"][:60] for row in TELLINGS])
def test_a_telling_gives_its_events_and_no_other(row: dict[str, Any]) -> None:
    lead = f"{row['lead']}\n\n" if "lead" in row else ""
    title = f"title: {row['title']}\n" if "title" in row else ""
    cases = read_cases(read_text(f"{title}date: {row.get('published', '2023-06-15')}\n\n{lead}{row['text']}\n", "telling"))
    assert len(cases) == 1
    check(cases[0], row)


@pytest.mark.parametrize("row", REPORTS, ids=[row["text"][:60] for row in REPORTS])
def test_a_report_gives_its_cases(row: dict[str, Any]) -> None:
    cases = read_cases(read_text(f"date: {row['published']}\n\n{row['text']}", "report"))
    assert len(cases) == len(row["cases"])
    for case, expected in zip(cases, row["cases"], strict=True):
        check(case, expected)


@pytest.mark.parametrize("row", REPORTS, ids=[row["text"][:60] for row in REPORTS])
def test_every_fact_stands_in_its_words(row: dict[str, Any]) -> None:
    document = read_text(f"date: {row['published']}\n\n{row['text']}", "report")
    for case in read_cases(document):
        assert invented(case, document.text) == []


def test_a_fact_that_does_not_stand_in_its_words_is_found() -> None:
    """The comparison of the test before can fail: every value, put wrong, is named."""
    document = read_text("date: 2023-06-15\n\nOn March 3, 2023, Aurora police arrested a 41-year-old Peruvian man in Aurora, Colorado. ICE lodged a detainer with the Adams County Jail on March 4.", "told")
    (case,) = read_cases(document)
    assert invented(case, document.text) == []
    for kind, key, wrong in (("criminal-arrest", "by", "Adams County Sheriff"), ("criminal-arrest", "place", "Aurora, TX"), ("criminal-arrest", "place", "Denver, CO"), ("detainer-lodged", "to", "Aurora police")):
        event = next(event for event in case.events if event.type == kind)
        right = getattr(event, key)
        assert right
        setattr(event, key, wrong)
        assert invented(case, document.text) == [f"{kind}: {key} {wrong!r}"]
        setattr(event, key, right)
    for facts, key, wrong in ((case.person, "age", 42), (case.person, "nationality", "Chile"), (case.person, "sex", "female"), (case.place, "state", "TX"), (case.place, "facility", "Arapahoe County Jail")):
        right = facts[key]
        facts[key] = replace(right, value=wrong)
        assert len(invented(case, document.text)) == 1
        facts[key] = right


def test_who_acted_is_named_in_words_of_their_own() -> None:
    (case,) = read_reports([
        "date: 2023-06-15\n\nA Peruvian national was released by local authorities. The Montgomery County Detention Center (MCDC) booked him on March 3. On March 9 MCDC released the Peruvian national.\n"]).cases
    release = next(event for event in case.events if event.type == "released-from-custody")
    assert (release.by, release.named["by"].words) == ("Montgomery County Detention Center", "The Montgomery County Detention Center")
    assert release.as_json()["spans"]["by"]["words"] == "The Montgomery County Detention Center"


def test_the_state_of_an_office_does_not_act() -> None:
    (case,) = read_reports(["date: 2023-06-15\n\nThe office of Pat Example in Harris County, Texas released the Peruvian national on June 2 despite a detainer.\n"]).cases
    assert {event.by for event in case.events} == {None}


def test_the_two_bridgeport_reports_are_one_case_and_the_others_are_not() -> None:
    reading = read_reports(sorted(EXAMPLES.iterdir()))
    assert not reading.problems
    assert sorted(len(case.files) for case in reading.cases) == [1, 1, 1, 2]
    bridgeport = next(case for case in reading.cases if len(case.files) == 2)
    assert {"ice-arrest 2023-06-02", "released-from-custody 2023-03-20", "detainer-lodged 2023-03-06"} <= set(events_of(bridgeport))
    assert bridgeport.same_case_as


def test_a_page_keeps_the_place_of_its_words_in_the_file() -> None:
    path = EXAMPLES / "bridgeport-paper.html"
    source = path.read_text(encoding="utf-8")
    reading = read_reports([path])
    assert reading.single[0].published == "2023-06-17"
    arrest = next(event for event in reading.single[0].events if event.type == "ice-arrest")
    assert arrest.span.source_start is not None
    assert source[arrest.span.source_start:arrest.span.source_end] == arrest.span.words
    assert "Subscribe" not in reading.texts[str(path)]


def test_names_are_left_out_unless_asked_for() -> None:
    text = "date: 2023-06-15\n\nICE arrested Pat Example, 36, a Peruvian national, in Aurora, Colorado, on June 2.\n"
    assert "name" not in read_reports([text]).cases[0].person
    assert read_reports([text], names=True).cases[0].person["name"].value == "Pat Example"


def test_laws_and_citations_are_named() -> None:
    text = "ICE arrested a Peruvian national on June 2, 2023. The Trust Act bars holds, as in Lunn v. Commonwealth, 477 Mass. 517 (2017), and 8 U.S.C. § 1357.\n"
    names = {instrument.name for instrument in read_reports([text]).instruments}
    assert {"Trust Act", "477 Mass. 517"} <= names


def test_the_json_has_the_keys_of_the_case_vocabulary() -> None:
    found = json.loads(json.dumps(read_reports([EXAMPLES / "bridgeport-release.txt"]).as_json()))
    case = found["cases"][0]
    assert {"person", "place", "charges", "events", "claims", "same_case_as", "differences", "confidence"} <= set(case)
    assert {"age", "nationality", "nationality_as_given", "sex"} <= set(case["person"])
    assert {"agency", "facility", "city", "county", "state"} <= set(case["place"])
    assert {"type", "date", "precision", "as_written", "span", "confidence"} <= set(case["events"][0])


def test_claims_carry_the_question_that_they_touch() -> None:
    claims = read_reports([EXAMPLES / "bridgeport-paper.html"]).cases[0].claims
    assert {("ignored", "hold"), ("barred", "hold")} <= {(claim.kind, claim.question) for claim in claims}


@pytest.mark.parametrize(
    "words",
    ["A Peruvian national (25)", "A man, 25, from Peru,", "A Peruvian aged 25", "The individual, a Peruvian of 25,", "A Peru national, 25,", "A 25-year-old citizen of the Republic of Peru",
     "The 25-year-old, a native of Peru,", "An alleged gang member from Peru, 25,", "The man, who is 25 and from Peru,", "A 25-year-old twice-deported Peruvian", "The inmate, 25, of Peru,",
     "The Peruvian noncitizen, 25,", "A 25-year-old, from Peru,"],
)
def test_a_person_is_told_of_in_many_forms(words: str) -> None:
    (case,) = read_reports([f"date: 2023-06-15\n\n{words} was arrested by ICE on June 2.\n"]).cases
    assert {name: case.person[name].value for name in ("age", "nationality")} == {"age": 25, "nationality": "Peru"}
    assert [event.when.date for event in case.events if event.type == "ice-arrest"] == ["2023-06-02"]


@pytest.mark.parametrize(
    "words",
    ["suspected of killing Ana Example, 19, in Aurora", "accused of stabbing Ana Example, 19, in Aurora", "and said he had shot Ana Example, 19", "after the crash. Ana Example, 19, was killed in it", "in the death of Ana Example, 19"],
)
def test_the_age_of_somebody_harmed_is_not_the_persons(words: str) -> None:
    (case,) = read_reports([f"date: 2023-06-15\n\nICE arrested a Peruvian national {words} on June 2.\n"]).cases
    assert "age" not in case.person


@pytest.mark.parametrize(
    ("told", "events", "nationality"),
    [("ICE arrested Pat Example of Peru on June 2 in Aurora, Colorado.", ["ice-arrest 2023-06-02"], "Peru"),
     ("ICE agents arrested Example on June 2.", ["ice-arrest 2023-06-02"], None),
     ("Aurora police arrested a 41-year-old Peruvian national, Pat Example, on May 30. ICE officers detained Example on June 2.", ["criminal-arrest 2023-05-30", "ice-arrest 2023-06-02"], "Peru"),
     ("Aurora police arrested Pat de la Example on May 30. Example was released on June 1. He is from Peru.", ["criminal-arrest 2023-05-30", "released-from-custody 2023-06-01"], "Peru")],
)
def test_what_is_told_of_somebody_by_name_is_read(told: str, events: list[str], nationality: str | None) -> None:
    (case,) = read_reports([f"date: 2023-06-15\n\n{told}\n"]).cases
    assert events_of(case) == events
    assert (case.person["nationality"].value if "nationality" in case.person else None) == nationality
    assert "name" not in case.person


def test_two_people_told_of_by_name_are_two_cases() -> None:
    text = "date: 2023-06-15\n\nICE arrested Pat Example on June 2. ICE arrested Kim Sample on June 5. Example was deported on June 9. Sample was released on June 10.\n"
    assert [events_of(case) for case in read_reports([text]).single] == [["ice-arrest 2023-06-02", "removal 2023-06-09"], ["ice-arrest 2023-06-05", "released-from-custody 2023-06-10"]]


@pytest.mark.parametrize("told", ["Fifteen had been released on June 2.", "ICE officers deported Peruvians on June 2.", "The county removed Example Street on June 2 from its list."])
def test_a_place_or_a_people_is_nobody_by_name(told: str) -> None:
    assert read_reports([f"date: 2023-06-15\n\n{told}\n"]).cases == []

"""Draft case files: they can be decided, and hold nothing that the report does not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lawfulhold.facts.case import Case
from lawfulhold.sources import draft_cases, read_reports
from lawfulhold.sources.draft import agency_kind, draft_case, names_place
from lawfulhold.sources.show import case_in_words

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports"
RELEASED = "ICE lodged a detainer with the Bridgeport Correctional Center in Bridgeport, Connecticut, for a 41-year-old Peruvian national on March 6, 2023. The jail released him on March 20, 2023. "


def draft_of(text: str) -> dict[str, Any]:
    """The one draft of a short report."""
    (draft,) = draft_cases(read_reports({"told": f"date: 2023-06-15\n\n{text}\n"}))
    return draft


def test_drafts_are_case_files() -> None:
    drafts = draft_cases(read_reports(sorted(EXAMPLES.iterdir())))
    cases = [Case.model_validate(draft) for draft in drafts]
    assert {case.jurisdiction for case in cases} == {"US-CT", "US-VA-FAIRFAX", "US-VA-ARLINGTON", "US-CO"}
    assert len({case.case for case in cases}) == len(cases)


def test_a_draft_holds_only_what_was_told() -> None:
    draft = draft_cases(read_reports([EXAMPLES / "bridgeport-release.txt"]))[0]
    assert draft["agency"] == {"kind": "state-corrections", "name": "Bridgeport Correctional Center"}
    assert draft["date"] == "2023-03-20"
    assert draft["detainer"] == {"lodged": True}
    assert draft["arrested_on"] == "2023-03-03"
    assert [(charge["offence"], charge["status"]) for charge in draft["charges"]] == [("third-degree assault", "charged"), ("second-degree threatening", "charged")]
    assert "papers" not in draft
    assert "record_complete" not in draft
    assert "2023-03-20" not in draft["sources"]["date"]
    assert "March 20" in draft["sources"]["date"]


def test_every_fact_of_a_draft_has_a_source() -> None:
    for draft in draft_cases(read_reports(sorted(EXAMPLES.iterdir()))):
        sources = draft["sources"]
        for group in ("detainer", "papers", "custody", "person"):
            for name in draft.get(group, {}):
                assert f"{group}.{name}" in sources
        for number, _ in enumerate(draft.get("charges", [])):
            assert f"charges[{number}]" in sources


def test_no_state_no_draft() -> None:
    reading = read_reports({"short": "ICE arrested a Peruvian national on June 2, 2023."})
    assert len(reading.cases) == 1
    assert draft_case(reading.cases[0]) is None


def test_a_release_without_a_date_lies_between_what_is_dated() -> None:
    text = "date: 2023-06-15\n\nSalem police arrested a Peruvian national in Salem, Massachusetts, on March 3. The jail ignored a detainer and released him. ICE arrested him June 2.\n"
    draft = draft_cases(read_reports({"bounds": text}))[0]
    assert draft["date"] == {"from": "2023-03-03", "to": "2023-06-02"}


def test_kinds_of_agency_come_from_names() -> None:
    assert agency_kind("Hartford Correctional Center", "CT") == "state-corrections"
    assert agency_kind("Connecticut Department of Correction", "CT") == "state-corrections"
    assert agency_kind("New York City Department of Correction", "NY") == "city-corrections"
    assert agency_kind("Westchester County Department of Correction", "NY") == "county-corrections"
    assert agency_kind("Essex County Sheriff’s Office", "MA") == "sheriff"
    assert agency_kind("Plymouth County House of Corrections", "MA") == "sheriff"
    assert agency_kind("Montgomery County Detention Center", "MD") == "county-jail"
    assert agency_kind("Salem Police Department", "MA") == "municipal-police"
    assert agency_kind("Lynn District Court", "MA") == "courts"


@pytest.mark.parametrize(
    "told",
    ["The Superior Court issued a warrant for his arrest on Jan. 9, 2023.", "A federal judge signed a criminal warrant for his arrest.", "An arrest warrant for him was issued by the Bridgeport Superior Court.",
     "ICE obtained an arrest warrant for him from a federal judge.", "Bridgeport police arrested him on Jan. 3, 2023. The Superior Court issued a warrant for his arrest on Feb. 9, 2023."],
)
def test_a_warrant_of_a_court_is_a_judges(told: str) -> None:
    assert draft_of(RELEASED + told)["papers"] == {"criminal_warrant": True, "judicial_warrant": True}


@pytest.mark.parametrize(
    "told",
    ["ICE issued an arrest warrant for him on March 6, 2023.", "An ICE officer signed an arrest warrant for him.", "ICE issued an immigration arrest warrant.", "An immigration judge issued a warrant for his arrest.",
     "Police obtained an arrest warrant for him.", "No arrest warrant was issued for him.", "The Superior Court did not issue an arrest warrant for him.", "No court issued a warrant for him.",
     "The arrest warrant, issued in 2015 by the Superior Court, was recalled in 2016.", "The Superior Court issued an arrest warrant for him in 2015. The court recalled the warrant in 2016.",
     "The Superior Court issued a warrant for his arrest on Jan. 9, 2023. Bridgeport police arrested him on the warrant on Jan. 11, 2023.",
     "The Superior Court issued a warrant for his arrest. Bridgeport police arrested him on Jan. 11, 2023.", "The Superior Court issued a warrant for his arrest on May 2, 2023."],
)
def test_no_other_warrant_is_a_judges(told: str) -> None:
    assert "papers" not in draft_of(RELEASED + told)


def test_an_order_of_removal_stays_until_it_is_vacated() -> None:
    ordered = "An immigration judge ordered him removed in 2010."
    assert draft_of(f"{RELEASED}{ordered}")["papers"] == {"removal_order": True}
    assert draft_of(f"{RELEASED}{ordered} The order was never vacated.")["papers"] == {"removal_order": True}
    assert draft_of(f"{RELEASED}{ordered} The order was vacated in 2012. An immigration judge ordered him removed again in 2016.")["papers"] == {"removal_order": True}
    for undone in ("The order was vacated in 2012.", "The Board of Immigration Appeals reversed the removal order in 2012.", "His order of removal was rescinded."):
        draft = draft_of(f"{RELEASED}{ordered} {undone}")
        assert "papers" not in draft
        assert [(event["date"], event["note"]) for event in draft["events"] if event["type"] == "removal-order"] == [("2010", "by immigration judge; set aside since")]
    assert "papers" not in draft_of(f"{RELEASED}He has a removal order that was vacated in 2012.")


@pytest.mark.parametrize("told", ["A Denver court vacated the protective order.", "A judge issued a protective order in 2019. The order was lifted.", "He asked the court to set aside the removal order."])
def test_another_order_or_a_mere_request_leaves_the_order_of_removal(told: str) -> None:
    draft = draft_of(f"{RELEASED}An immigration judge ordered him removed in 2010. {told}")
    assert draft["papers"] == {"removal_order": True}
    assert [event.get("note") for event in draft["events"] if event["type"] == "removal-order"] == ["by immigration judge"]


def test_only_the_conviction_that_was_overturned_is_marked() -> None:
    told = "He was convicted of burglary in 2015 and of stalking in 2017. "
    for after, marked in (("His conviction for burglary was vacated in 2019.", ["2015"]), ("His arson conviction was vacated in 2019.", []), ("A judge denied his request to have his conviction overturned.", [])):
        events = draft_of(f"{RELEASED}{told}{after}")["events"]
        assert [event["date"] for event in events if event["type"] == "conviction" and "set aside" in event.get("note", "")] == marked


@pytest.mark.parametrize("told", ["ICE removed him to Peru on May 1, 2023.", "ICE removed him to Peru in 2023.", "ICE removed him to Peru on May 1, 2023. He later re-entered the country illegally.", "He was deported."])
def test_a_removal_that_is_not_told_to_be_before_the_release_is_no_prior_one(told: str) -> None:
    assert "prior_removal" not in draft_of(RELEASED + told)["person"]


@pytest.mark.parametrize("told", ["ICE removed him to Peru on July 1, 2019.", "He was deported in 2011 and again on May 1, 2023.", "He was deported, and re-entered the country illegally.", "He illegally re-entered the country in 2015 after having been deported."])
def test_a_removal_before_the_release_or_before_a_return_is_a_prior_one(told: str) -> None:
    assert draft_of(RELEASED + told)["person"]["prior_removal"] is True


@pytest.mark.parametrize(
    ("place", "kind", "told", "named"),
    [("Lee", "county", "Leesburg District Court", False), ("Lee", "county", "Fort Lee Municipal Court", False), ("Lee", "county", "Lee Springs District Court", False), ("Salem", "city", "Salem County Superior Court", False),
     ("Baltimore", "county", "Baltimore City Circuit Court", False), ("Hartford", "city", "West Hartford police", False),
     ("Lee", "county", "the Lee County Circuit Court", True), ("Lee", "county", "Circuit Court of Lee County", True), ("Salem", "city", "Salem police", True), ("Salem", "city", "Salem District Court", True), ("Salem", "city", "the City of Salem", True)],
)
def test_a_place_is_named_by_whole_words(place: str, kind: str, told: str, named: bool) -> None:
    assert names_place(place, told, kind=kind) is named


@pytest.mark.parametrize("told", ["An immigration judge did not order him deported.", "He denied that he had been deported in 2011.", "His brother was deported in 2011."])
def test_nobody_is_said_to_have_been_deported_who_was_not(told: str) -> None:
    assert "prior_removal" not in draft_of(RELEASED + told)["person"]


@pytest.mark.parametrize(
    ("told", "place"),
    [("He was convicted of aggravated assault in Tampa, Florida.", "US-FL"), ("In Texas, he was convicted of burglary in 2015.", "US-TX"), ("A Florida court convicted him of theft.", "US-FL"),
     ("He was convicted of wire fraud in U.S. District Court in Boston.", "US"), ("He was convicted in federal court of bank fraud.", "US"), ("He faces federal charges of bank fraud.", "US"),
     ("He was charged with illegal reentry.", "US"), ("He was convicted of burglary in Connecticut in 2015.", "US-CT"), ("He was convicted of assault in Bridgeport Superior Court.", "US-CT"),
     ("Bridgeport police arrested him on March 3, 2023, and charged him with robbery.", "US-CT"), ("He was charged with robbery.", "US-CT"),
     ("Bridgeport police arrested him on Feb. 3, 2023. He was convicted of robbery on March 17, 2023.", "US-CT")],
)
def test_a_charge_is_of_the_place_that_brought_it(told: str, place: str) -> None:
    assert [charge["place"] for charge in draft_of(RELEASED + told)["charges"]] == [place]


@pytest.mark.parametrize(
    "told",
    ["He was convicted of assault in 2010.", "He was convicted of assault.", "The Ocala Police Department arrested him for theft in 2015.",
     "Bridgeport police arrested him on March 3, 2023. He had been convicted of arson in 2009.", "Bridgeport police arrested him on March 3, 2023. In 2012 police arrested him for theft."],
)
def test_a_charge_told_without_its_place_is_of_no_known_place(told: str) -> None:
    assert [charge.get("place") for charge in draft_of(RELEASED + told)["charges"]] == [None]


def test_a_charge_of_somebody_whom_no_jail_held_is_of_no_known_place() -> None:
    assert [charge.get("place") for charge in draft_of("ICE arrested a Peruvian national in Salem, Oregon, on June 1. He faces charges of stalking.")["charges"]] == [None]


@pytest.mark.parametrize(
    "told",
    ["ICE arrested a 30-year-old Peruvian American man, a U.S. citizen, in Salem, Oregon, on June 1.", "ICE arrested a naturalized citizen from Peru in Salem, Oregon, on June 1.",
     "ICE arrested a 30-year-old Peruvian-born U.S. citizen in Salem, Oregon, on June 1.", "ICE arrested a Peruvian man in Salem, Oregon, on June 1. His lawyer said he is a U.S. citizen.",
     "ICE arrested a Peruvian man in Salem, Oregon, on June 1. He became an American citizen in 2015.", "ICE arrested a Peruvian man in Salem, Oregon, on June 1. He claims to be a citizen of the United States.",
     "ICE arrested a Peruvian man in Salem, Oregon, on June 1. He is a proud U.S. citizen.", "ICE arrested a Peruvian man in Salem, Oregon, on June 1. The jail held a U.S. citizen.", "ICE arrested a Peruvian man in Salem, Oregon, on June 1. ICE said it had been holding a U.S. citizen.",
     "ICE arrested a Peruvian man in Salem, Oregon, on June 1. ICE wrongly detained a 30-year-old U.S. citizen.", "ICE arrested a Peruvian man, a 41-year-old naturalized U.S. citizen, in Salem, Oregon, on June 1."],
)
def test_somebody_said_to_be_a_citizen_is_no_noncitizen(told: str) -> None:
    draft = draft_of(told)
    assert draft["person"]["citizen_claim"] is True
    assert "noncitizen" not in draft["person"]
    assert "citizen" in draft["sources"]["person.citizen_claim"]
    assert Case.model_validate(draft).person.citizen_claim is True


@pytest.mark.parametrize(
    "told",
    ["He is not a U.S. citizen.", "He falsely claimed to be a U.S. citizen.", "He is accused of assaulting a U.S. citizen.", "His wife is a U.S. citizen.", "He robbed a man, a U.S. citizen, in 2021.",
     "He is engaged to a U.S. citizen.", "He was living with a U.S. citizen.", "He was arrested with a U.S. citizen.", "He held two U.S. citizens hostage.", "He held a U.S. citizen hostage.",
     "He was arrested by police for holding a U.S. citizen.", "He is a friend of a U.S. citizen.", "He is a U.S. citizen's husband.", "He is a former U.S. citizen.", "ICE arrested 12 U.S. citizens.", "He picked up a U.S. citizen at the border.",
     "He is a danger to U.S. citizens.", "He was seen near a U.S. citizen."],
)
def test_nobody_is_a_citizen_who_is_not_said_to_be(told: str) -> None:
    person = draft_of(f"ICE arrested a Peruvian man in Salem, Oregon, on June 1. {told}")["person"]
    assert person["noncitizen"] is True
    assert "citizen_claim" not in person


def test_an_american_or_a_consulate_makes_nobody_a_noncitizen() -> None:
    assert "person" not in draft_of("The Peruvian consulate said ICE arrested a man in Salem, Oregon, on June 1.")
    assert draft_of("ICE arrested a 30-year-old Peruvian American man in Salem, Oregon, on June 1.")["person"] == {"age": 30}


def test_what_is_said_of_citizenship_is_shown() -> None:
    (case,) = read_reports({"told": "ICE arrested a Peruvian man in Salem, Oregon, on June 1. He is a U.S. citizen.\n"}).cases
    assert "said to be a U.S. citizen" in case_in_words(case)

"""Draft case files: they can be decided, and hold nothing that the report does not say."""

from __future__ import annotations

from pathlib import Path

from lawfulhold.facts.case import Case
from lawfulhold.sources import draft_cases, read_reports
from lawfulhold.sources.draft import agency_kind, draft_case

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports"


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

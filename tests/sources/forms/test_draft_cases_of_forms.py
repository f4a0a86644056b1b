"""What follows from a form for a case, and what does not."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from lawfulhold.facts.read import read_cases
from lawfulhold.sources.forms import case_only, to_case
from tests.sources.forms.drawing import draw_form
from tests.sources.forms.papers import PERSON, blank_reading, filled, filled_reading, joined, packet_reading, read_bytes


def draft_of(form: str, values: Mapping[str, str] | None = None, *marked: str) -> dict[str, object]:
    return to_case(read_bytes(draw_form(form, 7, values=PERSON | dict(values or {}), marked=frozenset(marked)).pdf))


def test_a_detainer_is_lodged_and_states_probable_cause() -> None:
    draft = to_case(filled_reading("I-247A"))
    assert draft["detainer"] | {"served": None, "edition": None} == {
        "form": "I-247A", "edition": None, "notice_requested": True, "written_request": True, "lodged": True, "probable_cause": True, "served": None}
    assert draft["papers"] == {"removal_order": True}


@pytest.mark.parametrize("form", ["I-247A", "I-247D", "I-247N", "I-247X", "I-247G", "I-247", "I-200", "I-205"])
def test_no_form_alone_says_anything_about_a_judges_warrant(form: str) -> None:
    draft = to_case(filled_reading(form))
    assert "judicial_warrant" not in draft.get("papers", {})
    assert "criminal_warrant" not in draft.get("papers", {})


@pytest.mark.parametrize(("form", "removal"), [("I-200", False), ("I-205", True)])
def test_an_officers_warrant_is_never_a_judges(form: str, removal: bool) -> None:
    draft = to_case(packet_reading("I-247A", form))
    assert draft["papers"]["administrative_warrant"] is True
    assert draft["papers"]["removal_warrant"] is removal
    assert "judicial_warrant" not in draft["papers"]
    assert ", page 2, " in draft["sources"]["papers.administrative_warrant"]


def test_a_judges_order_behind_an_i205_does_not_make_the_warrant_a_judges() -> None:
    draft = draft_of("I-205", None, "order_district_or_magistrate_judge")
    assert draft["papers"] == {"administrative_warrant": True, "removal_warrant": True, "removal_order": True}
    assert any("still an officer's" in sentence for sentence in draft["review"])  # type: ignore[attr-defined]


def test_an_unsigned_warrant_is_none() -> None:
    draft = draft_of("I-200", {"officer_signature": ""}, "basis_proceedings")
    assert "papers" not in draft
    assert any("unsigned it is no warrant" in sentence for sentence in draft["review"])  # type: ignore[attr-defined]


def test_a_form_that_asks_only_for_notice_lodges_no_detainer() -> None:
    for form in ("I-247N", "I-247G"):
        detainer = to_case(filled_reading(form))["detainer"]
        assert detainer["notice_requested"] is True
        assert "lodged" not in detainer


def test_a_suspicion_is_not_probable_cause() -> None:
    assert to_case(filled_reading("I-247N"))["detainer"]["probable_cause"] is False


def test_reason_to_believe_is_left_to_counsel() -> None:
    draft = draft_of("I-247", None, "action_reason_to_believe", "request_hold")
    assert "probable_cause" not in draft["detainer"]  # type: ignore[operator]
    assert any("reason to believe" in sentence for sentence in draft["review"])  # type: ignore[attr-defined]


def test_a_paper_that_only_cancels_lifts_the_detainer() -> None:
    draft = draft_of("I-247A", {"cancel_prior_detainer_date": "02/01/2024"}, "cancel_prior_detainer")
    assert draft["detainer"]["cancelled"] is True  # type: ignore[index]
    assert "lodged" not in draft["detainer"]  # type: ignore[operator]


def test_a_paper_that_cancels_and_states_grounds_is_not_decided_by_the_machine() -> None:
    draft = draft_of("I-247A", {"cancel_prior_detainer_date": "02/01/2024"}, "cancel_prior_detainer", "box_1b_proceedings")
    assert not {"cancelled", "lodged"} & set(draft["detainer"])  # type: ignore[call-overload]
    assert any("ask ICE" in sentence for sentence in draft["review"])  # type: ignore[attr-defined]


def test_a_form_without_a_tick_is_not_complete() -> None:
    assert draft_of("I-247A")["detainer"]["complete"] is False  # type: ignore[index]


def test_boxes_of_both_sections_make_it_incomplete() -> None:
    assert draft_of("I-247A", None, "box_1a_final_order", "box_2_transferred_for_proceeding")["detainer"]["complete"] is False  # type: ignore[index]


def test_a_filled_detainer_is_complete_only_with_its_warrant() -> None:
    assert "complete" not in to_case(filled_reading("I-247A"))["detainer"]
    packet = read_bytes(joined([draw_form("I-247A", 7, values=PERSON | {"to": "Ashby County Jail", "from": "ERO Granby"}, marked=frozenset({"box_1a_final_order"})).pdf,
                                filled("I-205").pdf]))
    assert to_case(packet)["detainer"]["complete"] is True


def test_a_blank_form_lodges_nothing() -> None:
    draft = to_case(blank_reading())
    assert set(draft["detainer"]) <= {"form", "edition"}
    assert "events" not in draft


@pytest.mark.parametrize("form", ["I-247A", "I-247D", "I-247", "I-200", "I-205"])
def test_no_draft_holds_a_name_or_a_number_of_the_person(form: str) -> None:
    draft = to_case(filled_reading(form))
    written = json.dumps(draft).lower()
    for words in ("koroma", "345678901", "201 345 678", "a201345678", "1990-05-06", "05/06/1990", "lozano", "ines"):
        assert words not in written


def test_every_fact_of_a_draft_has_its_place() -> None:
    draft = to_case(packet_reading("I-247A", "I-205"))
    facts = {f"{group}.{name}" for group in ("detainer", "papers") for name in draft[group]}
    assert facts == set(draft["sources"])
    assert all(source.startswith("packet.pdf") for source in draft["sources"].values())


@pytest.mark.parametrize("form", ["I-247A", "I-247N", "I-247", "I-205"])
def test_a_draft_is_a_case_once_place_and_agency_are_added(form: str) -> None:
    (case,) = read_cases(json.dumps(case_only(to_case(filled_reading(form))) | {"jurisdiction": "US-CT", "agency": "sheriff"}), "draft")
    assert case.papers.judicial_warrant is None

"""The prover: the shipped law holds together, and a law that does not is found out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("z3", reason="z3-solver ABSENT: nothing was proved")

from lawfulhold.rules.decide import book_of
from lawfulhold.rules.law import Law
from lawfulhold.rules.people import difference_lines
from lawfulhold.rules.prove import differences, prove

LAW = Law()


def test_the_shipped_law_is_proved():
    findings = [str(finding) for finding in prove(LAW)]
    assert not findings, "\n".join(findings[:20])


def place(tmp_path: Path, provisions: str, properties: str = "") -> list[str]:
    (tmp_path / "US-ZZ.yaml").write_text(
        "code: US-ZZ\nname: Nowhere\nlayer: state\nparent: US\n" + properties + "provisions:\n" + provisions,
        encoding="utf-8",
    )
    return [str(finding) for finding in prove(Law(overlays=[tmp_path]), ["US-ZZ"])]


def entry(name, effect, **more):
    fields = {
        "question": "hold",
        "effect": effect,
        "binds": "[all]",
        "from": "2012-01-01",
        "says": "An invented rule for a test.",
        "cite": "Invented § 1",
        "read": "full-text",
        "confidence": "high",
        **more,
    }
    return f"  - id: {name}\n" + "".join(f"    {key}: {value}\n" for key, value in fields.items())


def test_an_unmarked_contradiction_is_found_with_its_case(tmp_path):
    found = place(
        tmp_path,
        entry("duty", "required", when="detainer.complete")
        + entry("bar", "prohibited", unless="papers.judicial_warrant"),
    )
    assert any("contradiction" in text and "duty" in text and "bar" in text for text in found), found


def test_a_contradiction_that_is_marked_or_cannot_meet_is_none(tmp_path):
    assert not place(
        tmp_path, entry("duty", "required", when="detainer.complete", overrides="[bar]") + entry("bar", "prohibited")
    )
    assert not place(
        tmp_path,
        entry("duty", "required", when="papers.judicial_warrant")
        + entry("bar", "prohibited", unless="papers.judicial_warrant"),
    )


def test_a_provision_that_can_never_apply_is_found(tmp_path):
    found = place(tmp_path, entry("never", "prohibited", when="person.age > 30 and person.age < 20"))
    assert any("can never apply" in text for text in found), found


def test_a_property_that_fails_is_shown_with_the_case(tmp_path):
    properties = (
        "properties:\n  - says: nobody is held without a judge's warrant\n    agency: sheriff\n"
        "    never: {hold: [permitted, required]}\n    unless: papers.judicial_warrant\n"
    )
    found = place(tmp_path, entry("authority", "permitted", when="person.watchlist_match"), properties)
    assert any("property fails" in text and "watchlist match: yes" in text for text in found), found
    assert not place(
        tmp_path,
        entry("authority", "permitted", when="person.watchlist_match and papers.judicial_warrant")
        + entry("bar", "prohibited", unless="papers.judicial_warrant"),
        properties.replace("unless: papers.judicial_warrant", "unless: papers.judicial_warrant"),
    )


def test_a_hold_when_nothing_is_known_is_found(tmp_path):
    found = place(
        tmp_path, entry("anyone", "required", overrides="[us-citizen-proof, us-nothing-lodged, us-detainer-cancelled]")
    )
    assert any("nothing is known" in text or "silence" in text for text in found) or found == [], found


def test_the_change_of_october_2019_is_told_by_the_smallest_cases():
    lines = "\n".join(
        difference_lines(LAW, LAW, ("US-CT", date(2019, 9, 30)), ("US-CT", date(2019, 10, 1)), "state-corrections")
    )
    assert "required → prohibited" in lines  # telling ICE
    assert "permitted → prohibited" in lines  # holding on any felony conviction


def test_equal_laws_do_not_differ():
    book = book_of(LAW, "US-CT", "state-corrections")
    plan = next(plan for plan in book.plans(date(2024, 1, 1)) if plan.question == "hold")
    assert differences(plan, plan, date(2024, 1, 1), date(2024, 1, 1)) == []


def test_a_told_difference_is_true_of_the_engine():
    """The example case of a difference, decided by the engine, has those two answers."""
    from lawfulhold import Case, decide

    facts = {
        "jurisdiction": "US-CT",
        "agency": {"kind": "state-corrections", "delegated_officer": False},
        "detainer": {"form": "I-247A"},
        "papers": {"judicial_warrant": False},
        "person": {"watchlist_match": False, "citizen_proof": False},
        "record_complete": True,
        "charges": [
            {
                "status": "convicted",
                "level": "felony",
                "grade": "C",
                "place": "US-CT",
                "on_lists": {"ct-2025-additions": True},
            }
        ],
    }
    before = decide(Case.model_validate({**facts, "date": "2025-09-30"}), LAW).answers["notify"].answer
    after = decide(Case.model_validate({**facts, "date": "2025-10-01"}), LAW).answers["notify"].answer
    assert (before, after) == ("prohibited", "permitted")

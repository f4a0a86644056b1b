"""Every field that the shared description of the forms names is read: runs where that description is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from lawfulhold.sources.forms.layouts import layouts

LAW = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[4] / "shared")) / "law" / "US.yaml"
if not LAW.exists():
    pytest.skip(f"THE FORMS ARE NOT COMPARED: no description of them at {LAW}", allow_module_level=True)

# One line of the description is several fields here.
PARTS = {
    "officer_name_title_signature": ["officer_name_title", "officer_signature"],
    "local_officer_name_title_signature": ["local_officer_name_title", "local_officer_signature"],
    "estimated_release_date_time": ["estimated_release"],
    "latest_charge_or_conviction_date": ["latest_charge_date"],
    "served_manner": ["served_in_person", "served_by_inmate_mail", "served_otherwise", "served_otherwise_how"],
    "1A_priority": ["priority_national_security", "priority_gang", "priority_felony", "priority_aggravated_felony", "priority_significant_misdemeanor",
                    "priority_three_misdemeanors"],
    "1_suspected_priority": ["priority_national_security", "priority_gang", "priority_felony", "priority_aggravated_felony", "priority_significant_misdemeanor",
                             "priority_three_misdemeanors"],
    "1B_probable_cause": ["box_1_probable_cause", "box_1a_final_order", "box_1b_proceedings", "box_1c_biometric_database", "box_1d_statements_evidence"],
    "2_transferred": ["box_2_transferred_for_proceeding"],
}
# Printed words that nobody fills in.
PRINTED = {"victim_or_witness_line", "notice_to_detainee"}


def forms() -> list[tuple[str, dict[str, object]]]:
    return [(one["form"].split(" ")[0], one) for one in yaml.safe_load(LAW.read_text(encoding="utf-8"))["forms"]]


@pytest.mark.parametrize(("form", "described"), forms(), ids=[one["form"] for _, one in forms()])
def test_every_field_described_is_read(form: str, described: dict[str, list[dict[str, str]]]) -> None:
    if form == "I-203":
        pytest.skip("I-203 books people whom ICE itself holds: it is no request to a jail, and is not read")
    layout = layouts()[form]
    known = {one.name for one in layout.fields} | set(layout.any_box)
    wanted = [name for one in described.get("fields", []) for name in PARTS.get(one["name"], [one["name"]]) if one["name"] not in PRINTED]
    assert [name for name in wanted if name not in known] == []


@pytest.mark.parametrize(("form", "described"), forms(), ids=[one["form"] for _, one in forms()])
def test_the_titles_agree(form: str, described: dict[str, str]) -> None:
    if form == "I-203":
        pytest.skip("I-203 is not read")
    assert described["title"].upper() in [title.upper() for title in layouts()[form].titles] + [layouts()[form].title.upper()]

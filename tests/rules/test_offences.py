"""A charge by its number resolves to the offence of that code, or stays unknown."""

from __future__ import annotations

import pytest

from lawfulhold import Law
from lawfulhold.rules.offences import resolve

LAW = Law()


@pytest.mark.parametrize(
    ("statute", "found"),
    [
        ("187", True),
        ("PC 187", True),
        ("Cal. Penal Code § 187(a)", True),
        ("Vehicle Code 187", False),
        ("Cal. Vehicle Code § 187", False),
        ("VC 187", False),
        ("HS 11352", True),
        ("Health & Safety Code 11352", True),
        ("Penal Code 11352", False),
    ],
)
def test_a_number_of_another_code_is_no_listed_offence(statute, found):
    assert ("level" in resolve({"statute": statute}, "US-CA", LAW)) is found


def test_numbers_of_other_states_stand_without_the_name_of_a_code():
    assert resolve({"statute": "Conn. Gen. Stat. § 53a-56"}, "US-CT", LAW)["grade"] == "C"
    assert resolve({"statute": "CGS 53a-56"}, "US-CT", LAW)["grade"] == "C"
    assert resolve({"statute": "PL 125.25"}, "US-NY", LAW)["level"] == "felony"
    assert "level" not in resolve({"statute": "53a-5"}, "US-CT", LAW)

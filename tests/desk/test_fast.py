"""The way in which thousands of cases are decided gives the answers of the engine itself."""

from __future__ import annotations

from datetime import date

import pytest

from lawfulhold import Case, Law, decide
from lawfulhold.desk.services import fast
from lawfulhold.rules.scenarios import read_scenarios

LAW = Law()


@pytest.mark.parametrize("code", ["US-CT", "US-TX", "US-WY", "US-CA", "US-NY", "US-IL", "US-NC", "US-MA"])
def test_every_scenario_of_the_law_is_answered_alike(code: str) -> None:
    scenarios, problems = read_scenarios(LAW, code)
    assert not problems
    assert scenarios
    for scenario in scenarios:
        whole = decide(scenario.case, LAW, today=date(2026, 11, 18))
        quick = fast.decide_for_a_day(scenario.case, LAW, date(2026, 11, 18))
        assert quick.as_json() == whole.as_json(), scenario.id


def test_a_case_without_a_day_goes_the_engines_own_way() -> None:
    case = Case(jurisdiction="US-CT", agency="state-corrections", date="2025")
    assert fast.decide_for_a_day(case, LAW, date(2026, 11, 18)).as_json() == decide(case, LAW, today=date(2026, 11, 18)).as_json()

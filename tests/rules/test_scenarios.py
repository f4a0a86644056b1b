"""The scenarios beside the law, and the shared ones that other readers of the law wrote."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import yaml

from lawfulhold.rules.law import Law
from lawfulhold.rules.scenarios import read_scenarios, run_scenarios

LAW = Law()
SHARED = Path(os.environ.get("LAWFULHOLD_SHARED", Path(__file__).parents[3] / "shared")) / "law"
SAME = {
    "not-required": {"unsettled", "permitted", "prohibited", "undetermined"},
    "conflict": {"unsettled", "prohibited"},
}


@pytest.mark.parametrize("code", LAW.codes)
def test_every_scenario_of_the_place_comes_out_as_written(code):
    for outcome in run_scenarios(LAW, code):
        assert not outcome.differing, (
            f"{outcome.scenario.path}:{outcome.scenario.line} {outcome.scenario.id}: {outcome.differing}"
        )


@pytest.mark.parametrize("code", LAW.codes)
def test_a_scenario_that_departs_from_the_shared_one_says_why(code):
    for scenario in read_scenarios(LAW, code)[0]:
        for question, expected in scenario.disputed.items():
            assert scenario.because
            assert scenario.expect.get(question) != expected, f"{scenario.id}: {question} is not disputed at all"


@cache
def all_scenarios():
    """Ours, of every place: a shared scenario of a state about one county stands in the county's file."""
    return tuple(scenario for code in LAW.codes for scenario in read_scenarios(LAW, code)[0])


def shared_scenarios():
    if not SHARED.is_dir():
        return []
    found = []
    for path in sorted(SHARED.glob("US*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [(content["code"], entry) for entry in content.get("scenarios") or ()]
    return found


@pytest.mark.skipif(not SHARED.is_dir(), reason="SHARED DOSSIERS ABSENT: the shared scenarios were not compared")
@pytest.mark.parametrize(
    ("code", "shared"), shared_scenarios(), ids=lambda value: value if isinstance(value, str) else value["id"]
)
def test_no_liberty_error_and_no_silent_departure_from_the_shared_scenarios(code, shared):
    scenarios = {scenario.id: scenario for scenario in all_scenarios()}
    assert shared["id"] in scenarios, f"{code}: the shared scenario {shared['id']} is not among ours"
    mine = scenarios[shared["id"]]
    for question, expected in shared["expect"].items():
        answer = mine.expect.get(question)
        assert answer is not None or question in mine.disputed, f"{mine.id}: {question} is not asked"
        if expected == "prohibited":
            assert answer not in ("permitted", "required"), f"LIBERTY ERROR {mine.id} {question}: {answer}"
        if expected == "required":
            assert answer != "prohibited", f"LIBERTY ERROR {mine.id} {question}"
        allowed = SAME.get(expected, {expected})
        if answer not in allowed:
            assert mine.disputed.get(question) == expected, (
                f"{mine.id}: {question} is {answer}, the shared scenario says {expected}, and no dispute is written"
            )

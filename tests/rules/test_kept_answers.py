"""Answers are kept for the next case that shares what matters: a kept answer is the one that the law gives when nothing was kept."""

from __future__ import annotations

from datetime import date

import pytest

from lawfulhold import Law, decide
from lawfulhold.facts.read import facts_of
from lawfulhold.rules.conditions import AS_OF, CHARGES
from lawfulhold.rules.decide import answer_one, at_day, book_of
from lawfulhold.rules.offences import resolve, resolved
from lawfulhold.rules.scenarios import read_scenarios

LAW = Law()


@pytest.mark.parametrize("code", [code for code in LAW.codes if code.count("-") == 1 and code != "US"])
def test_every_scenario_has_the_answer_that_nothing_kept_would_give(code: str) -> None:
    scenarios, problems = read_scenarios(LAW, code)
    assert not problems
    for scenario in [*scenarios, *scenarios]:  # twice: the second time every answer is a kept one
        decision = decide(scenario.case, LAW, today=date(2026, 11, 18))
        if decision.first != decision.last:
            continue
        facts = at_day(decision.facts, decision.first)
        for plan in book_of(LAW, scenario.case.jurisdiction, decision.kind).plans(decision.first):
            fresh = answer_one(plan.question, plan.provisions, facts)
            assert decision.answers[plan.question] == fresh, (scenario.id, plan.question)


@pytest.mark.parametrize("code", ["US-CT", "US-CA", "US-UT", "US-TX"])
def test_a_charge_is_looked_up_alike_the_second_time(code: str) -> None:
    scenarios, _ = read_scenarios(LAW, code)
    charges = [charge for scenario in scenarios for charge in facts_of(scenario.case).get(CHARGES) or ()]
    charges = [{name: value for name, value in charge.items() if name != AS_OF} for charge in charges]
    assert charges
    for charge in [*charges, *charges]:
        assert resolved(charge, code, LAW) == resolve(charge, code, LAW)

"""The facts of a day: somebody turns eighteen, or the agency says something else of itself, and the case is decided again without anybody asking."""

from __future__ import annotations

from datetime import timedelta

from lawfulhold.desk.models import Agency, Work
from lawfulhold.desk.services import daily, docket, facts, redecision, work
from tests.desk.people import Jail


def night(jail: Jail, days: int) -> None:
    """The work of that day."""
    daily.plan_day(jail.now + timedelta(days=days))
    work.run_due(jail.now + timedelta(days=days))


def test_a_birthday_decides_the_case_again_and_no_other(texas: Jail) -> None:
    young, _ = texas.decided(date_of_birth="2008-11-19")
    other, _ = texas.decided(surname="Marsh", date_of_birth="1988-01-02")
    texas.matched(surname="Nowhere", given_names="Ned", date_of_birth="1971-05-05")
    numbers = [young.decision.number, other.decision.number]
    assert young.decision.sheet.facts["person"]["age"] == 17
    for days in (1, 2, 3):
        night(texas, days)
    young, other = texas.fresh(young), texas.fresh(other)
    assert young.decision.sheet.facts["person"]["age"] == 18
    assert [young.decision.number, other.decision.number] == [numbers[0] + 1, numbers[1]]
    assert young.decision.because == "facts"
    assert docket.verify(texas.agency)[2] == []


def test_a_change_of_what_the_agency_says_of_itself_decides_open_cases_again(texas: Jail) -> None:
    custody, _ = texas.matched()
    number = texas.fresh(custody).decision.number
    Agency.objects.filter(pk=texas.agency.pk).update(facts={"delegated_officer": True})
    for days in (1, 2, 3):
        night(texas, days)
    custody = texas.fresh(custody)
    assert custody.decision.number == number + 1
    assert custody.decision.sheet.facts["agency"]["delegated_officer"] is True
    Agency.objects.filter(pk=texas.agency.pk).update(facts={})
    night(texas, 4)
    assert "delegated_officer" not in texas.fresh(custody).decision.sheet.facts["agency"]
    assert not Work.objects.filter(outcome="failed").exists()


def test_what_was_stated_in_the_case_itself_is_no_change(texas: Jail) -> None:
    custody, _ = texas.decided()
    facts.state_facts(texas.by("ana"), custody.pk, {"agency.delegated_officer": True}, "agreement on file")
    number = texas.fresh(custody).decision.number
    assert redecision.redecide_facts(texas.desk(), {}) == "0 cases decided again"
    assert texas.fresh(custody).decision.number == number

"""Many cases are decided again by a second process while the first writes: the answers are the same, and no death or change in between spoils them."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from lawfulhold.desk.models import Custody, Decision
from lawfulhold.desk.services import deciding, decisions, docket, facts, law, redecision
from tests.desk.people import Jail
from tests.desk.test_law_of_the_agency import policy

CASES = 9


class Patient(deciding.Beside):
    """The other process, waited for until it has started: what it gave back is counted."""

    gave: list[int]

    def __init__(self) -> None:
        super().__init__()
        assert self._here.poll(60)

    def take(self) -> tuple[list[Any], Any]:
        asked, answers = super().take()
        self.gave.append(len(answers or ()))
        return asked, answers


@pytest.fixture
def gave(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many answers each batch of the other process had."""
    counted: list[int] = []
    monkeypatch.setattr(Patient, "gave", counted, raising=False)
    monkeypatch.setattr(deciding, "Beside", Patient)
    monkeypatch.setattr(redecision, "BATCH", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return counted


@pytest.fixture
def cases(wyoming: Jail) -> list[Custody]:
    """Decided cases, and a new version of the law that forbids the hold but on a warrant of a judge."""
    found = [wyoming.decided(surname=f"Quintana{index}", date_of_birth=f"1980-01-{index + 1:02}")[0] for index in range(CASES)]
    law.adopt(wyoming.by("carol"), "The board's order.", policy("US-WY", hold="prohibited") + "    unless: papers.judicial_warrant\n")
    return found


def decided(jail: Jail, cases: list[Custody]) -> set[tuple[str, str]]:
    return {(str(row.hold), str(row.law_version)) for row in Decision.objects.filter(custody__in=cases, law=jail.agency.law)}


def test_the_other_process_gives_the_answers_that_this_one_gives(wyoming: Jail, cases: list[Custody], gave: list[int]) -> None:
    here = redecision._read(wyoming.desk(), [case.pk for case in cases])
    wyoming.agency.refresh_from_db()
    assert wyoming.agency.law is not None
    expected = redecision.answers(wyoming.agency, wyoming.agency.law, here)
    result = redecision.run(wyoming.desk())
    assert sum(gave) > 0
    assert (result.decided, result.failed) == (CASES, [])
    for case in cases:
        row, answer = wyoming.fresh(case).decision, expected[case.pk]
        assert row is not None
        assert not isinstance(answer, str)
        same = {name: value for name, value in docket.values_of(answer.row).items() if name not in ("asked_for", "id")}
        assert {name: value for name, value in docket.values_of(row).items() if name in same} == same
    assert {wyoming.fresh(case).hold_answer for case in cases} == {"prohibited"}
    assert docket.verify(wyoming.agency)[2] == []


def test_deciding_goes_on_when_the_other_process_is_killed(wyoming: Jail, cases: list[Custody], gave: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    give = Patient.give

    def give_and_kill(self: Patient, *batch: Any) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        give(self, *batch)

    monkeypatch.setattr(Patient, "give", give_and_kill)
    result = redecision.run(wyoming.desk())
    assert sum(gave) == 0
    assert (result.decided, result.failed) == (CASES, [])
    assert {wyoming.fresh(case).hold_answer for case in cases} == {"prohibited"}


def test_a_case_whose_facts_changed_after_it_was_read_is_decided_on_the_new_facts(
    wyoming: Jail, cases: list[Custody], gave: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, write = cases[-1], redecision._write

    def change_then_write(by: Any, version: Any, asked: Any, *rest: Any) -> bool:
        if changed.pk in [one.case for one in asked]:
            facts.state_facts(wyoming.by("ana"), changed.pk, {"papers.judicial_warrant": True}, "seen")
            Custody.objects.filter(pk=changed.pk).update(law=changed.law_id)  # as if the change had been made under the version before
        return write(by, version, asked, *rest)

    monkeypatch.setattr(redecision, "_write", change_then_write)
    redecision.run(wyoming.desk())
    case = wyoming.fresh(changed)
    assert case.decision is not None
    assert case.decision.because == "law"
    assert case.decision.sheet.facts["papers"]["judicial_warrant"] is True
    assert decisions.matches(case.decision)
    assert case.decision.finding_id != wyoming.fresh(cases[0]).decision.finding_id


def test_a_case_that_cannot_be_decided_is_named_and_the_others_are_decided(
    wyoming: Jail, cases: list[Custody], gave: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Patient.take

    def take_with_a_failure(self: Patient) -> tuple[list[Any], Any]:
        asked, answers = take(self)
        return asked, {**answers, asked[0].case: "These facts cannot all be so: invented."}

    monkeypatch.setattr(Patient, "take", take_with_a_failure)
    result = redecision.run(wyoming.desk())
    assert result.failed
    assert all("invented" in told for told in result.failed)
    assert result.decided + len(result.failed) == CASES
    assert len(decided(wyoming, cases)) == 1

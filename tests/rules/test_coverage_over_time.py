"""On the first of every month since 2012, and around every boundary, each place answers each question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lawfulhold.facts.case import Case
from lawfulhold.facts.read import facts_of
from lawfulhold.rules.decide import at_day, book_of
from lawfulhold.rules.law import CORE_QUESTIONS, LATEST_DAY, Law
from lawfulhold.rules.layers import CONTRADICTION

LAW = Law()
FIRST, LAST = date(2012, 1, 1), date(2026, 11, 22)
ANSWERS = {"required", "permitted", "prohibited", "undetermined", "unsettled"}
STANDARD_CASES = {
    "bail posted, administrative warrant, clean record": {
        "detainer": {"form": "I-247A", "probable_cause": True, "complete": True},
        "record_complete": True,
        "charges": [{"status": "charged", "level": "misdemeanor"}],
        "papers": {"judicial_warrant": False, "administrative_warrant": True},
        "custody": {"bail_posted": True},
        "person": {"citizen_proof": False, "lawful_status_proof": False},
    },
    "felony conviction, sentence ends": {
        "detainer": {"form": "I-247A", "complete": True},
        "record_complete": True,
        "charges": [{"status": "convicted", "level": "felony", "grade": "A", "convicted_on": "2011-05-05"}],
        "papers": {"judicial_warrant": False, "administrative_warrant": True, "removal_order": True},
        "custody": {"sentence_complete": True},
        "person": {"citizen_proof": False},
    },
    "judge's warrant": {"papers": {"judicial_warrant": True, "criminal_warrant": True}},
    "proof of citizenship": {
        "detainer": {"form": "I-247A"},
        "person": {"citizen_proof": True},
        "papers": {"judicial_warrant": False},
    },
    "nothing known": {},
}
KINDS = ("sheriff", "municipal-police", "state-corrections")


def days_of(code: str) -> list[date]:
    """The first of every month, each boundary day of the place's law, and the day before it."""
    days = {date(year, month, 1) for year in range(2012, 2027) for month in range(1, 13)}
    for link in LAW.chain(code):
        for item in link.provisions:
            days |= {item.first, item.first - timedelta(days=1)}
            if item.last != LATEST_DAY:
                days |= {item.last, item.last + timedelta(days=1)}
    return sorted(day for day in days if FIRST <= day <= LAST)


@pytest.mark.parametrize("code", LAW.codes)
def test_every_place_answers_every_question_on_every_day(code):
    known = {
        name: facts_of(Case(jurisdiction=code, agency="sheriff", **facts)) for name, facts in STANDARD_CASES.items()
    }
    for kind in KINDS:
        book = book_of(LAW, code, kind)
        previous = None
        for day in days_of(code):
            in_force = tuple(item.id for item in book.bound if item.in_force(day))
            if in_force == previous:
                continue
            previous = in_force
            for name, facts in known.items():
                answers = {plan.question: plan.answer(at_day(facts, day)) for plan in book.plans(day)}
                for question in CORE_QUESTIONS:
                    found = answers[question]
                    assert found.answer in ANSWERS
                    assert found.because != CONTRADICTION, (
                        f"{code} {kind} {day} ({name}): {question} contradicts itself: "
                        f"{[item.id for item in found.deciding]}"
                    )
                    if found.answer == "unsettled":
                        assert found.because, f"{code} {day} {question}: unsettled without a reason"
                    if found.answer in ("required", "permitted", "prohibited"):
                        assert found.deciding, f"{code} {day} {question}: no provision behind the answer"


@pytest.mark.parametrize("code", LAW.codes)
def test_nobody_with_proof_of_citizenship_and_no_judges_warrant_may_or_must_be_held(code):
    facts = facts_of(Case(jurisdiction=code, agency="sheriff", **STANDARD_CASES["proof of citizenship"]))
    book = book_of(LAW, code, "sheriff")
    for day in days_of(code):
        answer = next(plan for plan in book.plans(day) if plan.question == "hold").answer(at_day(facts, day))
        assert answer.answer not in ("required", "permitted"), f"{code} {day}"


@pytest.mark.parametrize("code", LAW.codes)
@pytest.mark.parametrize("fact", [{"identity_matches": False}, {"cancelled": True}])
def test_nobody_is_held_on_a_detainer_that_is_lifted_or_names_somebody_else(code, fact):
    case = Case(
        jurisdiction=code,
        agency={"kind": "sheriff", "delegated_officer": False},
        detainer={"form": "I-247A", "complete": True, **fact},
        papers={"judicial_warrant": False, "administrative_warrant": True},
    )
    book = book_of(LAW, code, "sheriff")
    for day in (date(2013, 6, 1), date(2018, 6, 1), date(2026, 6, 1)):
        answer = next(plan for plan in book.plans(day) if plan.question == "hold").answer(at_day(facts_of(case), day))
        assert answer.answer not in ("required", "permitted"), f"{code} {day}"

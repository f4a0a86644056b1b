"""Deciding thousands of cases for one day each: the engine's own plans, with what many cases share worked out once.

Two things are shared beyond what the engine shares itself: the offence of a charge is looked up once, and records that meet the same conditions in the same
ways (whatever their statutes and dates) have the same answer. `lawfulhold.decide` does the same for any date; `test_fast.py` shows that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from lawfulhold import Case, Law, decide
from lawfulhold.facts.read import facts_of
from lawfulhold.rules.conditions import AS_OF, CHARGES, CLOSED, Tree, inner_leaves, leaves
from lawfulhold.rules.decide import Answer, Decision, Plan, at_day, book_of
from lawfulhold.rules.missing import TooManyUnknownsError, possible_records
from lawfulhold.rules.offences import resolve

MOST_KEPT = 50_000
_resolved: WeakKeyDictionary[Law, dict[Any, dict[str, Any]]] = WeakKeyDictionary()
_records: WeakKeyDictionary[Plan, Records] = WeakKeyDictionary()


def decide_for_a_day(case: Case, law: Law, today: date) -> Decision:
    """Decide a case whose day is known; any other goes the engine's own way. Raises `InputError` as `decide` does."""
    if case.date is None or not case.date.is_day or case.date.first.year < 1701:
        return decide(case, law, today=today)
    day = case.date.first
    kind = law.agencies.kind(case.agency.kind)
    facts = facts_of(case)
    if facts.get(CHARGES):
        state = "-".join(case.jurisdiction.split("-")[:2])
        facts = {**facts, CHARGES: tuple(_with_offence(charge, state, law) for charge in facts[CHARGES])}
    book = book_of(law, case.jurisdiction, kind)
    dated = at_day(facts, day)
    answers = {plan.question: _answer(plan, dated) for plan in book.plans(day)}
    elsewhere = tuple(item for item in book.elsewhere if item.first <= day <= item.last)
    return Decision(case, kind, day, day, law, answers, facts, elsewhere)


LOOKED_UP_BY = ("statute", "ncic", "place", "convicted_on")


def _with_offence(charge: dict[str, Any], state: str, law: Law) -> dict[str, Any]:
    """The charge with what its statute number settles, where the charge does not say it itself."""
    if "statute" not in charge and "ncic" not in charge:
        return charge
    known = _resolved.setdefault(law, {})
    key = (state, *[charge.get(name) for name in LOOKED_UP_BY])
    if key not in known:
        if len(known) > MOST_KEPT:
            known.clear()
        known[key] = resolve({name: charge[name] for name in LOOKED_UP_BY if name in charge}, state, law)
    return {**known[key], **charge}


class Records:
    """What the conditions of one question on the record can tell apart, and the answers found so far."""

    def __init__(self, plan: Plan) -> None:
        trees = [tree for item in plan.provisions for tree in (item.when, item.unless) if tree]
        found: dict[Tree, None] = dict.fromkeys(leaf for tree in trees for leaf in leaves(tree))
        self.leaves = tuple(leaf for leaf in found if leaf[0] == "any_charge")
        inner = [part for leaf in self.leaves for part in inner_leaves(leaf)]
        self.fields = tuple(
            dict.fromkeys(f"on_list:{part[1]}" if part[0] == "on_list" else str(part[1]) for part in inner)
        )
        self.dated = any(part[0] == "within" for part in inner)
        self.ways: dict[Any, tuple[int, ...]] = {}
        self.answers: dict[Any, Answer] = {}

    def of(self, charge: Mapping[str, Any], day: date) -> tuple[int, ...]:
        """The sets of conditions that this charge may meet (bit masks)."""
        key = (tuple([charge.get(name) for name in self.fields]), day if self.dated else None)
        if key not in self.ways:
            self.ways[key] = possible_records(self.leaves, {CHARGES: (charge,), CLOSED: True, AS_OF: day})
        return self.ways[key]


def _answer(plan: Plan, facts: Mapping[str, Any]) -> Answer:
    if not plan.on_charges:
        return plan.answer(facts)
    truths = tuple([test(facts) for test in plan.on_charges])
    if None not in truths:
        return plan.answer(facts)
    records = _records.get(plan)
    if records is None:
        records = _records[plan] = Records(plan)
    try:
        ways = frozenset(records.of(charge, facts[AS_OF]) for charge in facts.get(CHARGES) or ())
    except TooManyUnknownsError:
        return plan.answer(facts)
    key = (tuple([facts.get(name) for name in plan.names]), truths, ways, facts.get(CLOSED))
    answer = records.answers.get(key)
    if answer is None:
        if len(records.answers) > MOST_KEPT:
            records.answers.clear()
        answer = records.answers[key] = plan.answer(facts)
    return answer

"""What is decided stays decided: property tests over random cases and every law file."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lawfulhold.errors import InputError
from lawfulhold.facts.case import Case
from lawfulhold.facts.read import facts_of, settle
from lawfulhold.facts.vocabulary import case_facts
from lawfulhold.rules.conditions import AS_OF, CHARGES, CLOSED, Options, inner_leaves, leaves
from lawfulhold.rules.decide import answer_one, at_day, binding
from lawfulhold.rules.law import CORE_QUESTIONS, Law, Provision
from lawfulhold.rules.missing import domain

LAW = Law()
EXAMPLES = int(os.environ.get("LAWFULHOLD_EXAMPLES", "400"))
KINDS = (
    "sheriff",
    "municipal-police",
    "state-corrections",
    "county-corrections",
    "city-corrections",
    "regional-jail",
    "courts",
)


def provisions_on(code: str, kind: str, question: str, day: date) -> list[Provision]:
    bound, _ = binding(LAW, code, kind)
    return [item for item in bound if item.in_force(day) and (item.question == question or question in item.voids)]


def relevant(provisions: list[Provision]) -> tuple[dict[str, tuple], dict[str, tuple]]:
    """The facts that the provisions name, with values that stand for all values: of the case, and of one charge."""
    trees = [tree for item in provisions for tree in (item.when, item.unless) if tree]
    outer = [leaf for tree in trees for leaf in leaves(tree) if leaf[0] != "any_charge"]
    inner = [leaf for tree in trees for leaf in inner_leaves(tree)]
    facts = {leaf[1]: domain(case_facts()[leaf[1]], outer) for leaf in outer}
    charge: dict[str, tuple] = {}
    for leaf in inner:
        if leaf[0] == "on_list":
            charge[f"on_list:{leaf[1]}"] = (True, False)
        elif leaf[0] == "within":
            charge[leaf[1]] = tuple(
                Case(jurisdiction="US", agency="sheriff", date=text).date
                for text in ("1999", "2011-06", "2018-03-01", "2023")
            )
        else:
            from lawfulhold.facts.vocabulary import charge_facts

            fact = charge_facts()[leaf[1]]
            if fact.kind == "date":
                charge[leaf[1]] = tuple(
                    Case(jurisdiction="US", agency="sheriff", date=text).date for text in ("1999", "2018-03-01")
                )
            else:
                charge[leaf[1]] = domain(fact, inner)
    return facts, charge


@st.composite
def situations(draw):
    code = draw(st.sampled_from(LAW.codes))
    kind = draw(st.sampled_from(KINDS))
    day = date(2012, 1, 1) + timedelta(days=draw(st.integers(0, 5430)))
    question = draw(st.sampled_from(CORE_QUESTIONS))
    provisions = provisions_on(code, kind, question, day)
    facts, charge = relevant(provisions)
    known = {name: draw(st.sampled_from(values)) for name, values in facts.items() if draw(st.booleans())}
    known["custody.hours_past_release"] = float(draw(st.sampled_from((0, 5, 50, 200))))
    if charge and draw(st.booleans()):
        known[CHARGES] = tuple(
            {name: draw(st.sampled_from(values)) for name, values in charge.items() if draw(st.booleans())}
            for _ in range(draw(st.integers(0, 2)))
        )
        if draw(st.booleans()):
            known[CLOSED] = True
    return code, kind, day, question, provisions, facts, charge, known


def completed(draw, facts, charge, known):
    """The same facts with some more of them known; None when the values drawn contradict each other."""
    further = dict(known)
    for name, values in facts.items():
        if name not in further and draw(st.booleans()):
            further[name] = draw(st.sampled_from(values))
    if CHARGES in further or (charge and draw(st.booleans())):
        charges = [
            {
                **{
                    name: draw(st.sampled_from(values))
                    for name, values in charge.items()
                    if name not in one and draw(st.booleans())
                },
                **one,
            }
            for one in further.get(CHARGES, ())
        ]
        if not further.get(CLOSED) and charge and draw(st.booleans()):
            charges.append(
                {name: draw(st.sampled_from(values)) for name, values in charge.items() if draw(st.booleans())}
            )
        further[CHARGES] = tuple(charges)
        if draw(st.booleans()):
            further[CLOSED] = True
    try:
        settle(further)
    except InputError:
        return None
    return further


SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@SETTINGS
@given(st.data())
def test_a_determined_answer_never_changes_when_an_unknown_fact_becomes_known(data):
    code, kind, day, question, provisions, facts, charge, known = data.draw(situations())
    try:
        settle(known)
    except InputError:
        assume(False)
    before = answer_one(question, provisions, at_day(known, day))
    assume(before.answer != "undetermined")
    further = completed(data.draw, facts, charge, known)
    assume(further is not None)
    after = answer_one(question, provisions, at_day(further, day))
    assert after.answer == before.answer, f"{code} {kind} {day} {question}: {before.answer} became {after.answer}"


@SETTINGS
@given(situations())
def test_an_undetermined_answer_has_two_completions_of_its_missing_facts_with_different_answers(situation):
    code, kind, day, question, provisions, _, _, known = situation
    try:
        settle(known)
    except InputError:
        assume(False)
    answer = answer_one(question, provisions, at_day(known, day))
    assume(answer.answer == "undetermined")
    assert len(answer.possible) >= 2
    listed = {item.fact for item in answer.missing}
    reached = set()
    for example in answer.examples:
        assert set(example.facts) <= listed | {name for name in example.facts if name.startswith("any_charge(")}
        facts = at_day(known, day)
        facts.update(in_their_types(example.facts))
        settled = answer_one(question, provisions, facts)
        assert settled.answer == example.answer, f"{code} {kind} {day} {question}: {example} gives {settled.answer}"
        reached.add(settled.answer)
    assert len(reached) >= 2


def in_their_types(written):
    """Example facts as values again ('true' → True, 'under 18' → 17)."""
    facts = {}
    for name, text in written.items():
        kind = "bool" if name.startswith("any_charge(") else case_facts()[name].kind
        if kind == "bool":
            facts[name] = text == "true"
        elif kind == "number":
            words = text.split()
            number = float(words[-1])
            facts[name] = number - 1 if words[0] == "under" else number + 1 if words[0] == "over" else number
            if words[0] == "between":
                facts[name] = (float(words[1]) + float(words[3])) / 2
        else:
            facts[name] = text
    return facts


@pytest.mark.parametrize("code", LAW.codes)
def test_with_nothing_known_nobody_may_or_must_be_held(code):
    for kind in KINDS:
        case = Case(jurisdiction=code, agency=kind)
        for day in (date(2013, 6, 1), date(2018, 6, 1), date(2026, 11, 1)):
            facts = at_day(facts_of(case), day)
            answer = answer_one("hold", provisions_on(code, kind, "hold", day), facts)
            assert answer.answer in ("prohibited", "undetermined", "unsettled"), f"{code} {kind} {day}"


def test_options_are_a_fact_known_only_in_part():
    assert facts_of(Case(jurisdiction="US", agency="sheriff", detainer={"lodged": True}))["detainer.form"] == Options(
        ("I-247", "I-247A", "I-247D", "I-247X")
    )
    assert AS_OF == "as_of"

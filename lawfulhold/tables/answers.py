"""Decide the distinct combinations of facts, each once, by the same engine that decides a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lawfulhold.rules.decide import Answer
    from lawfulhold.rules.law import Law

NO_PLACE, NO_LAW, CONTRADICTION = "no place", "no law file for the place", "facts contradict each other"


@dataclass(frozen=True)
class Cell:
    """The answer to one question for a combination, as it is written into the table."""

    answer: str
    because: str | None = None
    provisions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


@dataclass(frozen=True)
class Combination:
    """The facts that a group of rows shares. `kind` None: not known. `facts`: by name, a pair for a number between two."""

    place: str | None
    kind: str | None
    day: date | None
    facts: Mapping[str, Any]
    charges: tuple[Mapping[str, Any], ...]
    record_complete: bool | None


def decide_combination(
    combination: Combination, law: Law, questions: Sequence[str], may_be: Sequence[str]
) -> dict[str, Cell]:
    """The answer to each question. A combination without a place, or of a place without a law file, is undetermined and says why."""
    from lawfulhold.errors import InputError

    if combination.place is None:
        return dict.fromkeys(questions, Cell("undetermined", NO_PLACE, missing=("jurisdiction",)))
    if combination.place not in law.codes:
        return dict.fromkeys(questions, Cell("undetermined", NO_LAW))
    kinds = (
        [law.agencies.kind(combination.kind)]
        if combination.kind is not None
        else _different(law, combination.place, may_be)
    )
    try:
        by_kind = [_answers(combination, law, kind, questions) for kind in kinds]
    except InputError:
        return dict.fromkeys(questions, Cell("undetermined", CONTRADICTION))
    return {question: _merged([answers.get(question) for answers in by_kind]) for question in questions}


def _different(law: Law, place: str, kinds: Sequence[str]) -> list[str]:
    """One kind for each different set of provisions that binds it."""
    from lawfulhold.rules.decide import book_of

    return list({frozenset(item.id for item in book_of(law, place, kind).bound): kind for kind in kinds}.values())


def _answers(combination: Combination, law: Law, kind: str, questions: Sequence[str]) -> dict[str, Answer]:
    from lawfulhold.facts.case import Case
    from lawfulhold.facts.read import facts_of
    from lawfulhold.rules.conditions import CHARGES, Options
    from lawfulhold.rules.decide import at_day, book_of, decide
    from lawfulhold.rules.offences import resolved

    content: dict[str, Any] = {"jurisdiction": combination.place, "agency": {"kind": kind}, "date": combination.day}
    half_known = {}
    for name, value in combination.facts.items():
        if isinstance(value, tuple):
            least, most = value
            if least is not None and most is not None and least != most:
                half_known[name] = Options((least, most))
                continue
            value = least
        if value is not None:
            group, _, field = name.partition(".")
            content.setdefault(group, {})[field] = value
    charges = [dict(charge) for charge in combination.charges]
    for charge in charges:
        lists = {
            name.removeprefix("on_list:"): charge.pop(name) for name in list(charge) if name.startswith("on_list:")
        }
        if lists:
            charge["on_lists"] = lists
    if charges:
        content["charges"] = charges
    if combination.record_complete is not None:
        content["record_complete"] = combination.record_complete
    case = Case.model_validate(content)
    if combination.day is None:
        return dict(decide(case, law).answers)
    facts = {**facts_of(case), **half_known}
    if charges:
        state = "-".join(str(combination.place).split("-")[:2])
        facts[CHARGES] = tuple(resolved(charge, state, law) for charge in facts[CHARGES])
    dated = at_day(facts, combination.day)
    return {
        plan.question: plan.answer(dated)
        for plan in book_of(law, str(combination.place), kind).plans(combination.day)
        if plan.question in questions
    }


def _merged(found: Sequence[Answer | None]) -> Cell:
    """One cell from the answers for each kind the agency may be: the common answer, or undetermined for want of the kind."""
    answers = [answer for answer in found if answer is not None]
    if not answers:
        return Cell("unsettled", "silent")
    kinds = {answer.answer for answer in answers}
    provisions = tuple(dict.fromkeys(item.id for answer in answers for item in answer.deciding))
    if len(kinds) == 1 and len(answers) == len(found):
        reasons = Counter(answer.because for answer in answers)
        missing = tuple(dict.fromkeys(item.fact for answer in answers for item in answer.missing))
        possible = tuple(sorted({each for answer in answers for each in answer.possible}))
        if len({(answer.possible, tuple(item.fact for item in answer.missing)) for answer in answers}) > 1:
            missing = ("agency.kind", *missing)
        return Cell(answers[0].answer, reasons.most_common(1)[0][0], provisions, missing, possible)
    possible = tuple(sorted({each for answer in answers for each in (answer.possible or (answer.answer,))}))
    missing = ("agency.kind", *dict.fromkeys(item.fact for answer in answers for item in answer.missing))
    return Cell("undetermined", "agency", provisions, missing, possible)

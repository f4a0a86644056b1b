"""Scenarios: the tests of the law, kept beside it in `law/scenarios`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lawfulhold import files
from lawfulhold.errors import InputError, nearest
from lawfulhold.facts.case import Case
from lawfulhold.facts.read import describe, facts_of
from lawfulhold.rules.decide import Decision, decide
from lawfulhold.rules.law import INFORMATION, QUESTIONS, Law

OWN_KEYS = ("id", "expect", "disputed", "because", "from_dossier", "why", "note")
ANSWERS = ("required", "permitted", "prohibited", "undetermined", "unsettled")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: a case and the answers it must have. `disputed` holds what another reader expected instead."""

    id: str
    case: Case
    expect: dict[str, str]
    disputed: dict[str, str]
    because: str | None
    from_dossier: bool
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario run: the decision, and each question whose answer differs as (question, expected, answered)."""

    scenario: Scenario
    decision: Decision
    differing: tuple[tuple[str, str, str], ...]


def scenario_path(law: Law, code: str) -> Path:
    """Where the scenarios of a jurisdiction stand."""
    return law.folder / "scenarios" / f"{code}.yaml"


def read_scenarios(law: Law, code: str) -> tuple[list[Scenario], list[InputError]]:
    """The scenarios of a jurisdiction, and what is wrong with its file."""
    path = scenario_path(law, code)
    if not path.is_file():
        return [], []
    where = str(path)
    try:
        text = files.to_text(files.read_bytes(path), where)
        data = files.parse(text, where)
    except InputError as error:
        return [], [error]
    if not isinstance(data, list):
        return [], [InputError("is not a list of scenarios; see law/README.md", where, 1)]
    found: list[Scenario] = []
    problems: list[InputError] = []
    seen: set[str] = set()
    for index, entry in enumerate(data):
        try:
            scenario = _scenario(entry, index, code, text, where)
            if scenario.id in seen:
                raise InputError(f"scenario {scenario.id} stands twice", where, scenario.line)
            seen.add(scenario.id)
            found.append(scenario)
        except InputError as error:
            problems.append(error)
    return found, problems


def _scenario(entry: Any, index: int, code: str, text: str, where: str) -> Scenario:
    line = files.line_of(text, [index]) or 1
    if not isinstance(entry, dict) or "id" not in entry or "expect" not in entry:
        raise InputError("a scenario has `id`, `date`, `agency`, facts and `expect`", where, line)
    name = str(entry["id"])
    facts = {key: value for key, value in entry.items() if key not in OWN_KEYS}
    try:
        case = Case.model_validate({"jurisdiction": code, "case": name, **facts})
        facts_of(case)
    except ValidationError as error:
        detail: Any = error.errors()[0]
        steps = [step for step in detail["loc"] if isinstance(step, int) or not step.startswith("function")]
        raise InputError(
            f"{name}: {describe(detail, list(steps))}", where, files.line_of(text, [index, *steps])
        ) from None
    except InputError as error:
        raise InputError(f"{name}: {error.what}", where, line) from None
    for question, answer in {**entry["expect"], **(entry.get("disputed") or {})}.items():
        if question not in QUESTIONS or question in INFORMATION:
            raise InputError(
                f"{name}: no question {question}{nearest(question, QUESTIONS)}",
                where,
                files.line_of(text, [index, "expect"]),
            )
        if answer not in (*ANSWERS, "not-required", "conflict"):
            raise InputError(
                f"{name}: {answer} is not an answer{nearest(answer, ANSWERS)}",
                where,
                files.line_of(text, [index, "expect", question]),
            )
    if entry.get("disputed") and not entry.get("because"):
        raise InputError(f"{name}: a disputed scenario says in `because` why, with the source", where, line)
    return Scenario(
        name,
        case,
        dict(entry["expect"]),
        dict(entry.get("disputed") or {}),
        entry.get("because"),
        bool(entry.get("from_dossier")),
        where,
        line,
    )


def run_scenarios(law: Law, code: str) -> Iterator[Outcome]:
    """Run the scenarios of a jurisdiction. Raises `InputError` for the first that cannot be run."""
    scenarios, problems = read_scenarios(law, code)
    if problems:
        raise problems[0]
    for scenario in scenarios:
        try:
            decision = decide(scenario.case, law)
        except InputError as error:
            raise InputError(f"{scenario.id}: {error.what}", scenario.path, scenario.line) from None
        differing = []
        for question, expected in scenario.expect.items():
            answer = decision.answers.get(question)
            answered = answer.answer if answer else "unsettled"
            if answered != expected:
                differing.append((question, expected, answered))
        yield Outcome(scenario, decision, tuple(differing))

"""One decision with reasons: Lawful Hold beside GoRules ZEN and OpenFisca-Core, the same rules, the same cases, one
run.

    python -m bench.decide [--cases 2000]

The rules are Connecticut's (with the federal layer above) as they bind the Department of Correction on 1 February
2024, translated from the same parsed conditions into a ZEN decision model and into OpenFisca variables. All facts of
the cases are known, because the peers have no unknown; the answers of all three are compared before anything is timed.
Ours also gives the reasons; the peers give the answer of each provision and of each question.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import product
from typing import Any

from lawfulhold import Case, Law, decide
from lawfulhold.facts.read import facts_of
from lawfulhold.facts.vocabulary import case_facts
from lawfulhold.rules.conditions import Tree, inner_leaves, leaves
from lawfulhold.rules.decide import Plan, book_of
from lawfulhold.rules.law import CORE_QUESTIONS, Provision
from lawfulhold.rules.missing import domain

PLACE, KIND, DAY = "US-CT", "state-corrections", date(2024, 2, 1)
CONSTRAINED = (
    "papers.criminal_warrant",
    "papers.removal_warrant",
    "detainer.form",
    "detainer.lodged",
    "detainer.cancelled",
    "detainer.notice_requested",
    "custody.hours_past_release",
    "custody.counted_hours_past_release",
)


def plans(law: Law) -> list[Plan]:
    """The eight core questions with their provisions."""
    return [plan for plan in book_of(law, PLACE, KIND).plans(DAY) if plan.question in CORE_QUESTIONS]


def random_cases(law: Law, count: int) -> list[Case]:
    """Cases with every fact known that the rules name (seeded)."""
    generator = random.Random(20240201)
    found = plans(law)
    trees = [tree for plan in found for item in plan.provisions for tree in (item.when, item.unless) if tree]
    outer = [leaf for tree in trees for leaf in leaves(tree) if leaf[0] != "any_charge"]
    names = sorted({leaf[1] for leaf in outer} - set(CONSTRAINED))
    grades = sorted(
        {
            value
            for tree in trees
            for leaf in inner_leaves(tree)
            if leaf[1] == "grade"
            for value in (leaf[2] if leaf[0] == "in" else [leaf[3]])
        }
    )
    lists = sorted({leaf[1] for tree in trees for leaf in inner_leaves(tree) if leaf[0] == "on_list"})
    cases = []
    for index in range(count):
        groups: dict[str, dict[str, Any]] = {
            "detainer": {"form": "I-247A"},
            "papers": {"criminal_warrant": False, "removal_warrant": False},
        }
        for name in names:
            group, field = name.split(".")
            groups.setdefault(group, {})[field] = generator.choice(domain(case_facts()[name], outer))
        charge = {
            "status": generator.choice(["charged", "convicted"]),
            "level": generator.choice(["felony", "misdemeanor"]),
            "grade": generator.choice([*grades, "other"]),
            "place": generator.choice(["US-CT", "US-CT", "US-NY"]),
            "on_lists": {name: generator.random() < 0.3 for name in lists},
        }
        agency = {"kind": KIND, **groups.pop("agency", {})}
        cases.append(
            Case.model_validate(
                {
                    "case": f"b{index}",
                    "jurisdiction": PLACE,
                    "agency": agency,
                    "date": DAY.isoformat(),
                    "charges": [charge],
                    "record_complete": True,
                    **groups,
                }
            )
        )
    return cases


# --------------------------------------------------------------------------------- the same rules as expressions


def settled(question: str, provisions: list[Provision], world: set[str]) -> Any:
    """The layering as nested choices: ('if', condition, then, else) over ('stands', id); the leaves are answers."""
    layers = sorted({item.depth for item in provisions})
    permitting = [
        item.id for item in provisions if item.effect == "permitted" and item.question == question and item.id in world
    ]
    result: Any = ("if", ("any", permitting), "permitted", "unsettled") if permitting else "unsettled"
    for depth in reversed(layers):
        layer = [item for item in provisions if item.depth == depth and item.question == question and item.id in world]
        bars = [item.id for item in layer if item.effect == "prohibited"]
        duties = [item.id for item in layer if item.effect == "required"]
        disputes = [item.id for item in layer if item.effect == "unsettled"]
        if duties:
            result = ("if", ("any", duties), "required", result)
        if bars:
            both = ("if", ("any", duties), "unsettled", "prohibited") if duties else "prohibited"
            result = ("if", ("any", bars), both, result)
        if disputes:
            result = ("if", ("any", disputes), "unsettled", result)
    return result


def worlds(provisions: list[Provision]) -> list[set[str]]:
    """Every way to count or not to count the provisions nobody could verify."""
    sure = {item.id for item in provisions if item.verified}
    unsure = [item.id for item in provisions if not item.verified and (item.effect != "not-required" or item.overrides)]
    return [
        sure | {name for name, counts in zip(unsure, chosen, strict=True) if counts}
        for chosen in product((True, False), repeat=len(unsure))
    ]


def as_zen(law: Law) -> str:
    """The rules as a ZEN decision model: one expression node, with a line for each provision and for each question."""
    lines: list[tuple[str, str]] = []
    for plan in plans(law):
        items = [item for item in plan.provisions if item.effect != "not-required" or item.overrides]
        for item in items:
            text = _zen(item.when) if item.when else "true"
            if item.unless:
                text = f"({text}) and not ({_zen(item.unless)})"
            lines.append((_key("applies", item.id), text))
        for item in items:
            over = [other for other in items if item.id in other.overrides]
            text = " and ".join(
                [f"$.{_key('applies', item.id)}", *(f"not $.{_key('applies', other.id)}" for other in over)]
            )
            lines.append((_key("stands", item.id), text))
        texts = [_zen_choice(settled(plan.question, items, world)) for world in worlds(items)]
        for index, text in enumerate(texts):
            lines.append((f"{plan.question}_{index}", text))
        same = (
            " and ".join(f"$.{plan.question}_0 == $.{plan.question}_{index}" for index in range(1, len(texts)))
            or "true"
        )
        lines.append((plan.question, f"{same} ? $.{plan.question}_0 : 'unsettled'"))
    expressions = [
        {"id": str(index), "key": key, "value": value} for index, (key, value) in enumerate(dict(lines).items())
    ]
    where = {"position": {"x": 0, "y": 0}}
    return json.dumps(
        {
            "contentType": "application/vnd.gorules.decision",
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "case", "content": {}, **where},
                {
                    "id": "rules",
                    "type": "expressionNode",
                    "name": "rules",
                    "content": {"expressions": expressions, "passThrough": False},
                    **where,
                },
                {"id": "out", "type": "outputNode", "name": "answers", "content": {}, **where},
            ],
            "edges": [
                {"id": "a", "sourceId": "in", "targetId": "rules", "type": "edge"},
                {"id": "b", "sourceId": "rules", "targetId": "out", "type": "edge"},
            ],
        }
    )


def _key(prefix: str, name: str) -> str:
    return f"{prefix}_{name}".replace("-", "_").replace(".", "_").replace(":", "_")


def _zen_choice(choice: Any) -> str:
    if isinstance(choice, str):
        return f"'{choice}'"
    _, (_, names), then, otherwise = choice
    condition = " or ".join(f"$.{_key('stands', name)}" for name in names)
    return f"(({condition}) ? {_zen_choice(then)} : {_zen_choice(otherwise)})"


def _zen(tree: Tree, inside: bool = False) -> str:
    name = (lambda text: f"#.{_key('', text)[1:]}") if inside else (lambda text: _key("", text)[1:])
    kind = tree[0]
    if kind in ("and", "or"):
        return f" {kind} ".join(f"({_zen(part, inside)})" for part in tree[1:])
    if kind == "not":
        return f"not ({_zen(tree[1], inside)})"
    if kind == "fact":
        return f"{name(tree[1])} == true"
    if kind == "compare":
        symbol = {"=": "==", "<>": "!="}.get(tree[2], tree[2])
        return f"{name(tree[1])} {symbol} {json.dumps(tree[3]) if not isinstance(tree[3], str) else repr(tree[3])}"
    if kind == "in":
        return f"{name(tree[1])} in [{', '.join(repr(value) for value in tree[2])}]"
    if kind == "any_charge":
        return f"some(charges, {_zen(tree[1], True)})"
    if kind == "on_list":
        return f"{name('on_list:' + tree[1])} == true"
    raise ValueError(kind)


def as_input(case: Case) -> dict[str, Any]:
    """The same facts as a flat mapping for the peers."""
    facts = facts_of(case)
    plain = {_key("", name)[1:]: value for name, value in facts.items() if isinstance(value, (bool, int, float, str))}
    plain["charges"] = [{_key("", name)[1:]: value for name, value in charge.items()} for charge in facts["charges"]]
    return plain


PERIOD = "2024-02"


def openfisca_system(found: Iterable[Plan], case_facts: Mapping[str, type], charge_facts: Mapping[str, type]) -> Any:
    """The rules as an OpenFisca system: one variable for each provision, whether it stands, and each question.

    Takes the questions with their provisions, and the type of facts of the case and of a charge where the conditions do not tell it.
    """
    import numpy
    from openfisca_core import entities, taxbenefitsystems, variables
    from openfisca_core.periods import DateUnit

    charge_entity = entities.Entity("charge", "charges", "", "")
    case_entity = entities.GroupEntity("case", "cases", "", "", roles=[{"key": "listed", "plural": "listed"}])
    system = taxbenefitsystems.TaxBenefitSystem([charge_entity, case_entity])

    def add(name: str, entity: Any, value_type: type, formula: Any = None) -> None:
        body: dict[str, Any] = {
            "value_type": value_type,
            "entity": entity,
            "definition_period": DateUnit.MONTH,
            "label": name,
        }
        if formula:
            body["formula"] = formula
        if name not in system.variables:
            system.add_variable(type(name, (variables.Variable,), body))

    def vector(tree: Tree, people: Any, when: Any, inside: bool = False) -> Any:
        kind = tree[0]
        if kind in ("and", "or"):
            gather = numpy.logical_and if kind == "and" else numpy.logical_or
            return gather.reduce([vector(part, people, when, inside) for part in tree[1:]])
        if kind == "not":
            return numpy.logical_not(vector(tree[1], people, when, inside))
        if kind == "any_charge":
            return people.any(vector(tree[1], people.members, when, True))
        name = "on_list:" + tree[1] if kind == "on_list" else tree[1]
        value = people(("charge_" if inside else "") + _key("", name)[1:], when)
        if kind == "compare":
            return {
                "=": numpy.equal,
                "<>": numpy.not_equal,
                "<": numpy.less,
                "<=": numpy.less_equal,
                ">": numpy.greater,
                ">=": numpy.greater_equal,
            }[tree[2]](value, tree[3])
        if kind == "in":
            return numpy.isin(value, tree[2])
        return value

    def declare(tree: Tree | None) -> None:
        for leaf in leaves(tree) if tree else ():
            for inner in leaves(leaf[1]) if leaf[0] == "any_charge" else (leaf,):
                inside = leaf[0] == "any_charge"
                name = "on_list:" + inner[1] if inner[0] == "on_list" else inner[1]
                value = inner[3] if inner[0] == "compare" else inner[2][0] if inner[0] == "in" else True
                kind = (
                    str
                    if isinstance(value, str)
                    else float
                    if isinstance(value, (int, float)) and not isinstance(value, bool)
                    else bool
                )
                add(("charge_" if inside else "") + _key("", name)[1:], charge_entity if inside else case_entity, kind)

    def provision_formula(item: Provision) -> Any:
        def formula(case: Any, when: Any) -> Any:
            result = vector(item.when, case, when) if item.when else numpy.ones(case.count, bool)
            return (
                numpy.logical_and(result, numpy.logical_not(vector(item.unless, case, when))) if item.unless else result
            )

        return formula

    def stands_formula(item: Provision, over: list[Provision]) -> Any:
        def formula(case: Any, when: Any) -> Any:
            result = case(_key("applies", item.id), when)
            for other in over:
                result = numpy.logical_and(result, numpy.logical_not(case(_key("applies", other.id), when)))
            return result

        return formula

    def choose(choice: Any, case: Any, when: Any) -> Any:
        if isinstance(choice, str):
            return choice
        _, (_, names), then, otherwise = choice
        condition = numpy.logical_or.reduce([case(_key("stands", name), when) for name in names])
        return numpy.where(condition, choose(then, case, when), choose(otherwise, case, when))

    def question_formula(choices: list[Any]) -> Any:
        def formula(case: Any, when: Any) -> Any:
            found = [numpy.broadcast_to(choose(choice, case, when), (case.count,)) for choice in choices]
            same = numpy.logical_and.reduce([found[0] == other for other in found])
            return numpy.where(same, found[0], "unsettled")

        return formula

    for name, kind in case_facts.items():
        add(_key("", name)[1:], case_entity, kind)
    for name, kind in charge_facts.items():
        add("charge_" + _key("", name)[1:], charge_entity, kind)
    for plan in found:
        items = [item for item in plan.provisions if item.effect != "not-required" or item.overrides]
        for item in items:
            declare(item.when)
            declare(item.unless)
            add(_key("applies", item.id), case_entity, bool, provision_formula(item))
        for item in items:
            add(
                _key("stands", item.id),
                case_entity,
                bool,
                stands_formula(item, [other for other in items if item.id in other.overrides]),
            )
        add(
            f"answer_{plan.question}",
            case_entity,
            str,
            question_formula([settled(plan.question, items, world) for world in worlds(items)]),
        )
    return system


def openfisca_answers(law: Law) -> Callable[[dict[str, Any]], dict[str, str]]:
    """The rules in OpenFisca. Returns a function that decides one input."""
    from openfisca_core import simulation_builder

    system, period = openfisca_system(plans(law), {}, {}), PERIOD

    def answers(facts: dict[str, Any]) -> dict[str, str]:
        case_values = {name: {period: value} for name, value in facts.items() if name in system.variables}
        charges = {
            f"c{index}": {
                f"charge_{name}": {period: value}
                for name, value in charge.items()
                if f"charge_{name}" in system.variables
            }
            for index, charge in enumerate(facts["charges"])
        }
        builder = simulation_builder.SimulationBuilder()
        simulation = builder.build_from_entities(
            system, {"charges": charges, "cases": {"one": {"listed": list(charges), **case_values}}}
        )
        return {question: str(simulation.calculate(f"answer_{question}", period)[0]) for question in CORE_QUESTIONS}

    return answers


# --------------------------------------------------------------------------------- measuring


def timed(function: Callable[[Any], Any], items: list[Any]) -> float:
    """Median CPU microseconds of one call, over batches of the items."""
    batches = [items[start::5] for start in range(5)]
    found = []
    for batch in batches:
        start = time.process_time()
        for item in batch:
            function(item)
        found.append((time.process_time() - start) / len(batch) * 1e6)
    return statistics.median(found)


def cpu_of(command: list[str], times: int = 7) -> float:
    """Median CPU seconds (user and system) of a whole process."""
    found = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found)


def main() -> None:
    """Compare the answers, then print the times and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=2000)
    options = parser.parse_args()
    import zen

    law = Law()
    cases = random_cases(law, options.cases)
    inputs = [as_input(case) for case in cases]
    engine = zen.ZenEngine().create_decision(as_zen(law))
    fisca = openfisca_answers(law)
    few = min(len(cases), 200)
    for case, facts in zip(cases[:few], inputs[:few], strict=True):
        ours = {question: decide(case, law).answers[question].answer for question in CORE_QUESTIONS}
        theirs = engine.evaluate(facts)["result"]
        assert {question: theirs[question] for question in CORE_QUESTIONS} == ours, (case.case, ours, theirs)
        assert fisca(facts) == ours, (case.case, ours)
    print(
        f"{len(cases)} random cases, 8 questions, {sum(len(plan.provisions) for plan in plans(law))} provisions; "
        f"answers of all three equal on {few} of them\n"
    )

    def fresh(case: Case) -> Any:
        """Without the answers kept from earlier cases: every condition is evaluated anew."""
        for plan in book_of(law, PLACE, KIND).plans(DAY):
            plan.known.clear()
        return decide(case, law)

    raw = [case.model_dump(mode="json", exclude_unset=True) for case in cases]
    ours = timed(lambda case: decide(case, law), cases)
    cold = timed(fresh, cases)
    checked = timed(lambda data: decide(Case.model_validate(data), law), raw)
    peer = timed(engine.evaluate, inputs)
    slow = timed(fisca, inputs[:few])
    print("| one decision in one process | CPU microseconds | ours is faster by |")
    print("|---|---:|---:|")
    print(f"| Lawful Hold, with reasons | {ours:,.0f} | |")
    print(f"| Lawful Hold, no answer kept from earlier cases | {cold:,.0f} | |")
    print(f"| Lawful Hold, input checked from plain data too | {checked:,.0f} | |")
    print(
        f"| ZEN engine | {peer:,.0f} | {peer / ours:.1f} × (no answer kept: {peer / cold:.1f} ×; input checked too: "
        f"{peer / checked:.1f} ×) |"
    )
    print(f"| OpenFisca-Core | {slow:,.0f} | {slow / ours:,.0f} × (no answer kept: {slow / cold:,.0f} ×) |")
    path = "examples/cases/connecticut-2020-burglary.yaml"
    whole = cpu_of([sys.executable, "-m", "lawfulhold", "decide", path])
    floor = cpu_of([sys.executable, "-c", "import sqlglot, pydantic"])
    print("\n| whole process | CPU seconds | ratio |")
    print("|---|---:|---:|")
    print(f"| python -c 'import sqlglot, pydantic' | {floor:.3f} | 1.0 |")
    print(f"| lawfulhold decide, one case | {whole:.3f} | {whole / floor:.2f} (goal: at most 2) |")


if __name__ == "__main__":
    main()

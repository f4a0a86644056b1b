"""Proof: the same conditions as formulas of an SMT solver (z3), the third reading of the law.

Nothing is sampled: every statement holds for every set of facts, or the solver gives a set of facts for which it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Any

import z3

from lawfulhold.facts.dates import EARLIEST, LATEST, span_start
from lawfulhold.facts.vocabulary import IMPLICATIONS, Fact, case_facts, charge_facts
from lawfulhold.rules.conditions import Tree, compile_tree, inner_leaves, leaves, to_text
from lawfulhold.rules.decide import Plan, book_of, fact_in_words, in_words
from lawfulhold.rules.law import LATEST_DAY, Law, Provision
from lawfulhold.rules.layers import CONTRADICTION

ANSWERS = ("required", "permitted", "prohibited", "unsettled")
FIRST_DAY = date(2012, 1, 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: where, which statement, and the facts for which it fails (in words)."""

    place: str
    agency: str
    first: date
    last: date
    question: str
    statement: str
    example: str
    provisions: tuple[str, ...]

    def __str__(self) -> str:
        until = "today" if self.last == LATEST_DAY else self.last
        return (
            f"{self.place} ({self.agency}, {self.first} to {until}), {self.question}: {self.statement}"
            f"{': ' + ', '.join(self.provisions) if self.provisions else ''}"
            f"{' — when ' + self.example if self.example else ''}"
        )


class World:
    """The facts as solver variables: one world is one complete set of facts on one day."""

    def __init__(self, day: date, trees: Sequence[Tree]) -> None:
        self.day = day
        self.texts: dict[str, list[str]] = {}
        outer = [leaf for tree in trees for leaf in leaves(tree)]
        inner = [leaf for tree in trees for leaf in inner_leaves(tree)]
        for leaf in [*outer, *inner]:
            for value in leaf[2] if leaf[0] == "in" else [leaf[3]] if leaf[0] == "compare" else []:
                if isinstance(value, str):
                    options = self.texts.setdefault(str(leaf[1]), [])
                    if value not in options:
                        options.append(value)
        self.constraints: list[Any] = []
        self.variables: dict[str, Any] = {}
        self.charge_leaves = list(dict.fromkeys(leaf for leaf in outer if leaf[0] == "any_charge"))
        self.charges = len(self.charge_leaves)
        for leaf in outer:
            if leaf[0] != "any_charge":
                self._declare(str(leaf[1]), case_facts()[str(leaf[1])], "")
        for index in range(self.charges):
            self._bool(f"charge{index}")
            for leaf in inner:
                name = f"on_list:{leaf[1]}" if leaf[0] == "on_list" else str(leaf[1])
                self._declare(name, charge_facts().get(name), f"charge{index}.")
        for fact, value, other, implied in IMPLICATIONS:
            if fact in self.variables and other in self.variables:
                self.constraints.append(z3.Implies(self._is(fact, value), self._is(other, implied)))

    def _bool(self, name: str) -> Any:
        return self.variables.setdefault(name, z3.Bool(name))

    def _declare(self, name: str, fact: Fact | None, prefix: str) -> None:
        full = prefix + name
        if full in self.variables:
            return
        if fact is None or fact.kind == "bool":
            self.variables[full] = z3.Bool(full)
        elif fact.kind == "number":
            self.variables[full] = z3.Real(full)
            self.constraints.append(self.variables[full] >= 0)
        elif fact.kind == "date":
            self.variables[full] = z3.Int(full)
            self.constraints += [
                self.variables[full] >= EARLIEST.toordinal(),
                self.variables[full] <= LATEST.toordinal(),
            ]
        else:
            options = self.options(name, fact)
            self.variables[full] = z3.Int(full)
            self.constraints += [self.variables[full] >= 0, self.variables[full] < len(options)]

    def options(self, name: str, fact: Fact) -> list[str]:
        """The values of an enumerated or text fact, by their number; a text fact has one more for every other text."""
        if fact.kind == "enum":
            return list(fact.options)
        return [*self.texts.get(name, []), "another"]

    def _is(self, name: str, value: Any) -> Any:
        variable = self.variables[name]
        if isinstance(value, bool):
            return variable if value else z3.Not(variable)
        fact = case_facts()[name]
        return variable == self.options(name, fact).index(value)

    def formula(self, tree: Tree, prefix: str = "") -> Any:
        """The condition as a formula over the variables."""
        kind = tree[0]
        if kind == "and":
            return z3.And([self.formula(part, prefix) for part in tree[1:]])
        if kind == "or":
            return z3.Or([self.formula(part, prefix) for part in tree[1:]])
        if kind == "not":
            return z3.Not(self.formula(tree[1], prefix))
        if kind == "constant":
            return z3.BoolVal(tree[1])
        if kind == "any_charge":
            return z3.Or(
                [
                    z3.And(self.variables[f"charge{index}"], self.formula(tree[1], f"charge{index}."))
                    for index in range(self.charges)
                ]
            )
        if kind == "on_list":
            return self.variables[f"{prefix}on_list:{tree[1]}"]
        variable = self.variables[prefix + str(tree[1])]
        if kind == "fact":
            return variable
        if kind == "within":
            start = span_start(self.day, tree[2], tree[3])
            return z3.And(variable >= start.toordinal(), variable <= self.day.toordinal())
        fact = (charge_facts() if prefix else case_facts())[str(tree[1])]
        if kind == "in":
            return z3.Or([self._compare(variable, fact, "=", value) for value in tree[2]])
        return self._compare(variable, fact, tree[2], tree[3])

    def _compare(self, variable: Any, fact: Fact, symbol: str, value: Any) -> Any:
        if fact.kind in ("enum", "text"):
            value = self.options(fact.name, fact).index(value)
        elif fact.kind == "date":
            value = date.fromisoformat(value).toordinal()
        compared: dict[str, Callable[[], Any]] = {
            "=": lambda: variable == value,
            "<>": lambda: variable != value,
            "<": lambda: variable < value,
            "<=": lambda: variable <= value,
            ">": lambda: variable > value,
            ">=": lambda: variable >= value,
        }
        return compared[symbol]()

    def applies(self, item: Provision) -> Any:
        """Does the provision apply?"""
        parts = []
        if item.when:
            parts.append(self.formula(item.when))
        if item.unless:
            parts.append(z3.Not(self.formula(item.unless)))
        return z3.And(parts) if parts else z3.BoolVal(True)

    # ------------------------------------------------------------------------------------------ answers

    def answers(self, plan: Plan) -> dict[str, Any]:
        """For each answer, the formula that says the question has it (docs/semantics.md, sections 3 and 4)."""
        items = [item for item in plan.provisions if item.effect != "not-required" or item.voids or item.overrides]
        unsure = [item for item in items if not item.verified]
        applying = {item.id: self.applies(item) for item in items}
        found: list[dict[str, Any]] = []
        for chosen in product((True, False), repeat=min(len(unsure), 6)):
            left_out = {item.id for item, counts in zip(unsure, chosen, strict=False) if not counts}
            found.append(self._settled(plan.question, [item for item in items if item.id not in left_out], applying))
        result = {answer: z3.And([one[answer] for one in found]) for answer in ANSWERS[:3]}
        result["unsettled"] = z3.Not(z3.Or(list(result.values())))
        return result

    def _settled(self, question: str, items: Sequence[Provision], applying: Mapping[str, Any]) -> dict[str, Any]:
        standing = self.standing(question, items, applying)
        open_above: Any = z3.BoolVal(True)
        required, prohibited, permitted = [], [], []
        for depth in sorted({item.depth for item in items}):

            def any_of(effect: str, depth: int = depth) -> Any:
                return z3.Or(
                    [
                        standing[item.id]
                        for item in items
                        if item.depth == depth and item.effect == effect and item.question == question
                    ]
                )

            bars, duties, disputes = any_of("prohibited"), any_of("required"), any_of("unsettled")
            prohibited.append(z3.And(open_above, bars, z3.Not(duties), z3.Not(disputes)))
            required.append(z3.And(open_above, duties, z3.Not(bars), z3.Not(disputes)))
            permitted.append(any_of("permitted"))
            open_above = z3.And(open_above, z3.Not(bars), z3.Not(duties), z3.Not(disputes))
        return {
            "required": z3.Or(required),
            "prohibited": z3.Or(prohibited),
            "permitted": z3.And(open_above, z3.Or(permitted)),
        }

    def standing(self, question: str, items: Sequence[Provision], applying: Mapping[str, Any]) -> dict[str, Any]:
        """For each provision, the formula that it applies and is neither displaced nor set aside."""
        found: dict[str, Any] = {}
        busy: set[str] = set()

        def stands(item: Provision) -> Any:
            if item.id in found:
                return found[item.id]
            if item.id in busy:
                return applying[item.id]
            busy.add(item.id)
            over = [other for other in items if item.id in other.overrides]
            found[item.id] = z3.And(applying[item.id], *[z3.Not(stands(other)) for other in over])
            return found[item.id]

        for item in items:
            stands(item)
        voiding = [item for item in items if question in item.voids]
        if voiding:
            plain = dict(found)
            for item in items:
                above = [plain[other.id] for other in voiding if other.depth < item.depth]
                if above and item.effect in ("prohibited", "unsettled"):
                    found[item.id] = z3.And(plain[item.id], z3.Not(z3.Or(above)))
        return found

    # ------------------------------------------------------------------------------------------ examples

    def solver(self, *claims: Any) -> Any:
        """A solver with the constraints of the world and these claims."""
        solver = z3.Solver()
        solver.set("timeout", 20_000)
        solver.add(*self.constraints, *claims)
        return solver

    def example(self, *claims: Any) -> dict[str, Any] | None:
        """The fewest settled conditions under which the claims hold, by the text of the condition.

        None when there are none.
        """
        solver = self.solver(*claims)
        if solver.check() != z3.sat:
            return None
        model = solver.model()
        literals: list[tuple[str, Tree, bool, Any]] = []
        for leaf in self._leaves:
            formula = self.formula(leaf)
            truth = z3.is_true(model.eval(formula, model_completion=True))
            literals.append((to_text(leaf), leaf, truth, formula if truth else z3.Not(formula)))
        wrong = z3.Not(z3.And(*claims))
        needed = list(literals)
        for literal in literals:
            fewer = [item for item in needed if item is not literal]
            if self.solver(wrong, *[item[3] for item in fewer]).check() == z3.unsat:
                needed = fewer
        return {text: (leaf, truth) for text, leaf, truth, _ in needed}

    @property
    def _leaves(self) -> list[Tree]:
        return self.__dict__.setdefault("_leaf_list", [])  # type: ignore[no-any-return]

    def remember(self, trees: Sequence[Tree]) -> None:
        """The conditions in whose terms examples are told."""
        found = dict.fromkeys(leaf for tree in trees for leaf in leaves(tree))
        self.__dict__["_leaf_list"] = sorted(found, key=lambda leaf: leaf[0] == "any_charge")


def world_of(day: date, *plans: Plan, more: Sequence[Tree] = ()) -> World:
    """A world with the facts that the plans name."""
    trees = [tree for plan in plans for item in plan.provisions for tree in (item.when, item.unless) if tree] + list(
        more
    )
    world = World(day, trees)
    world.remember(trees)
    return world


# The ordinary case: a live detainer on Form I-247A, asked at the release time. Examples tell only what departs from it.
ORDINARY: dict[str, Any] = {
    "detainer.lodged": True,
    "detainer.cancelled": False,
    "detainer.form": "I-247A",
    "detainer.notice_requested": True,
    "custody.hours_past_release": 0.0,
    "custody.counted_hours_past_release": 0.0,
    "person.citizen_proof": False,
    "agency.delegated_officer": False,
}


def example_in_words(example: Mapping[str, Any]) -> str:
    """'judicial warrant: no; a felony conviction (class C)': what departs from the ordinary case."""
    words = []
    for leaf, truth in example.values():
        if compile_tree(leaf)(ORDINARY) is truth:
            continue
        if leaf[0] == "fact":
            words.append(fact_in_words(leaf[1], truth, ""))
        elif leaf[0] == "any_charge":
            words.append(f"{'' if truth else 'not '}{in_words(leaf)}")
        else:
            words.append(in_words(leaf) if truth else f"not {in_words(leaf)}")
    return "; ".join(words) or "an ordinary detainer"


# ---------------------------------------------------------------------------------------------- statements


def prove(
    law: Law, codes: Sequence[str] | None = None, progress: Callable[[str], None] | None = None
) -> Iterator[Finding]:
    """Prove the statements of `statements` for every place, every kind of agency and every day since 2012.

    Takes the law and the codes (all when left out). Yields a `Finding` for each statement that fails. Plans that are
    equal are proved once.
    """
    done: set[tuple[str, tuple[str, ...]]] = set()
    for code in codes or law.codes:
        if progress:
            progress(code)
        reachable: dict[str, tuple[Provision, date]] = {}
        for kind in kinds_of(law, code):
            for first, last, plans in spans(law, code, kind):
                for plan in plans:
                    for item in plan.provisions:
                        reachable.setdefault(item.id, (item, first))
                    key = (plan.question, tuple(item.id for item in plan.provisions))
                    if key in done:
                        continue
                    done.add(key)
                    yield from _statements(code, kind, first, last, plan)
        for item, day in reachable.values():
            if item.jurisdiction == code and not _can_apply(item, day):
                yield Finding(
                    code, ", ".join(item.binds), item.first, item.last, item.question, "can never apply", "", (item.id,)
                )
        yield from _properties(law, code)


def kinds_of(law: Law, code: str) -> list[str]:
    """Kinds of agency that differ in what binds them there: one for each different set of provisions."""
    seen: dict[tuple[str, ...], str] = {}
    for kind in law.agencies.kinds:
        seen.setdefault(tuple(item.id for item in book_of(law, code, kind).bound), kind)
    return list(seen.values())


def spans(law: Law, code: str, kind: str) -> Iterator[tuple[date, date, tuple[Plan, ...]]]:
    """The spans since 2012 in which the law of the place stays the same for that kind of agency, with its plans."""
    from datetime import timedelta

    book = book_of(law, code, kind)
    starts = sorted({FIRST_DAY, *(day for day in book.starts if FIRST_DAY < day < LATEST_DAY)})
    for index, first in enumerate(starts):
        last = starts[index + 1] - timedelta(days=1) if index + 1 < len(starts) else LATEST_DAY
        yield first, last, book.plans(first)


def _can_apply(item: Provision, day: date) -> bool:
    trees = [tree for tree in (item.when, item.unless) if tree]
    if not trees:
        return True
    world = World(day, trees)
    return bool(world.solver(world.applies(item)).check() == z3.sat)


def _statements(code: str, kind: str, first: date, last: date, plan: Plan) -> Iterator[Finding]:
    if not any(item.effect in ("required", "permitted") for item in plan.provisions):
        return
    world = world_of(first, plan)
    items = [item for item in plan.provisions if item.effect != "not-required" or item.voids or item.overrides]
    standing = world.standing(plan.question, items, {item.id: world.applies(item) for item in items})

    def found(statement: str, example: Mapping[str, Any], names: Sequence[str]) -> Finding:
        return Finding(code, kind, first, last, plan.question, statement, example_in_words(example), tuple(names))

    for one, other in combinations([item for item in items if item.question == plan.question], 2):
        if one.depth != other.depth or {one.effect, other.effect} != {"required", "prohibited"}:
            continue
        marked = [standing[item.id] for item in items if item.depth == one.depth and item.effect == "unsettled"]
        example = world.example(standing[one.id], standing[other.id], *[z3.Not(mark) for mark in marked])
        if example is not None:
            yield found(
                f"an unmarked {CONTRADICTION} within the {('federal', 'state', 'local')[min(one.depth, 2)]} layer",
                example,
                (one.id, other.id),
            )
    if plan.question != "hold":
        return
    answers = world.answers(plan)
    authority = z3.Or(
        [
            standing[item.id]
            for item in items
            if item.verified and item.effect in ("required", "permitted") and item.question == "hold"
        ]
    )
    for answer in ("required", "permitted"):
        example = world.example(answers[answer], z3.Not(authority))
        if example is not None:
            yield found(f"silence leads to a hold ({answer})", example, ())
    for item in items:
        if item.effect in ("required", "permitted") and item.question == "hold":
            known = _kleene_true_but_false(world, item)
            if known is not None:
                yield found("an unknown fact leads to a hold", known, (item.id,))
    if plan.answer(
        {"custody.hours_past_release": 0.0, "custody.counted_hours_past_release": 0.0, "as_of": first}
    ).answer in ("required", "permitted"):
        yield found("a hold although nothing is known", {}, ())


def _kleene_true_but_false(world: World, item: Provision) -> Mapping[str, Any] | None:
    """Facts, some of them unknown, on which the condition is already met, but fails once the unknown ones turn out.

    None when there are none.
    """
    known = {name: z3.Bool(f"known({name})") for name in world.variables}

    def both(tree: Tree, prefix: str = "") -> tuple[Any, Any]:
        kind = tree[0]
        if kind in ("and", "or"):
            parts = [both(part, prefix) for part in tree[1:]]
            trues, falses = [part[0] for part in parts], [part[1] for part in parts]
            return (z3.And(trues), z3.Or(falses)) if kind == "and" else (z3.Or(trues), z3.And(falses))
        if kind == "not":
            true, false = both(tree[1], prefix)
            return false, true
        if kind == "constant":
            return z3.BoolVal(tree[1]), z3.BoolVal(not tree[1])
        if kind == "any_charge":
            inner = [
                (world.variables[f"charge{index}"], both(tree[1], f"charge{index}.")) for index in range(world.charges)
            ]
            closed = z3.Bool("record_complete")
            listed = [known[f"charge{index}"] for index in range(world.charges)]
            true = z3.Or([z3.And(there, on, one[0]) for (there, one), on in zip(inner, listed, strict=True)])
            false = z3.And(closed, *[z3.Or(z3.Not(there), one[1]) for there, one in inner])
            return true, false
        name = prefix + (f"on_list:{tree[1]}" if kind == "on_list" else str(tree[1]))
        value = world.formula(tree, prefix)
        return z3.And(known[name], value), z3.And(known[name], z3.Not(value))

    true_when, _ = both(item.when) if item.when else (z3.BoolVal(True), None)
    _, false_unless = both(item.unless) if item.unless else (None, z3.BoolVal(True))
    return world.example(true_when, false_unless, z3.Not(world.applies(item)))


def _properties(law: Law, code: str) -> Iterator[Finding]:
    """The statements that a law file makes of itself."""
    for wanted in law.jurisdiction(code).properties:
        unless = _as_tree(wanted["unless"])
        start, end = date.fromisoformat(wanted["first"]), date.fromisoformat(wanted["last"])
        for first, last, plans in spans(law, code, law.agencies.kind(wanted["agency"])):
            if last < start or first > end:
                continue
            for plan in plans:
                forbidden = wanted["never"].get(plan.question)
                if not forbidden:
                    continue
                world = world_of(max(first, start), plan, more=[unless] if unless else ())
                answers = world.answers(plan)
                claim = [z3.Or([answers[answer] for answer in forbidden])]
                if unless:
                    claim.append(z3.Not(world.formula(unless)))
                example = world.example(*claim)
                if example is not None:
                    yield Finding(
                        code,
                        wanted["agency"],
                        max(first, start),
                        min(last, end),
                        plan.question,
                        f"the file's own property fails ({wanted['says']})",
                        example_in_words(example),
                        (),
                    )


def _as_tree(value: Any) -> Any:
    return tuple(_as_tree(part) for part in value) if isinstance(value, (list, tuple)) else value


# ---------------------------------------------------------------------------------------------- differences


@dataclass(frozen=True, slots=True)
class Difference:
    """A smallest example case whose answer differs between two laws."""

    question: str
    before: str
    after: str
    facts: str


def differences(before: Plan | None, after: Plan | None, day_before: date, day_after: date) -> list[Difference]:
    """The smallest example cases on which two plans of one question answer differently: one for each pair of answers.

    A question that one of them does not have is unsettled there. Spans counted back are counted from the later day in
    both.
    """
    question = (before or after).question  # type: ignore[union-attr]
    empty = Plan(question, ())
    one, other = before or empty, after or empty
    if [item.id for item in one.provisions] == [item.id for item in other.provisions] and day_before == day_after:
        return []
    world = world_of(max(day_before, day_after), one, other)
    left, right = world.answers(one), world.answers(other)
    found = []
    for first, second in product(ANSWERS, ANSWERS):
        if first != second:
            example = world.example(left[first], right[second])
            if example is not None:
                found.append(Difference(question, first, second, example_in_words(example)))
    return found

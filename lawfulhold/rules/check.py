"""Checking law files: everything wrong with them, with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations

from lawfulhold import files
from lawfulhold.errors import InputError, nearest
from lawfulhold.rules.conditions import inner_leaves, leaves
from lawfulhold.rules.law import INFORMATION, LATEST_DAY, Jurisdiction, Law, Provision
from lawfulhold.rules.law_file import read_law_file
from lawfulhold.rules.offences import offences_of
from lawfulhold.rules.scenarios import read_scenarios, run_scenarios


def check(law: Law, codes: Iterable[str] | None = None) -> Iterator[InputError]:
    """Find everything wrong with law files.

    Takes the law and the codes to look at (all when left out). Yields an `InputError` for each finding: unreadable
    files, conditions that name unknown facts or compare wrong types, provisions without citation, contradictions in
    time, gaps, provisions that no scenario exercises, scenarios that fail.
    """
    usable = []
    for code in codes or law.codes:
        problems = list(_file_problems(law, code))
        yield from problems
        if not problems:
            usable.append(code)
    ids: dict[str, str] = {}
    for code in usable:
        try:
            place = law.jurisdiction(code)
            law.chain(code)
        except InputError as error:
            yield error
            continue
        yield from _place_problems(law, place, ids)
        yield from scenario_problems(law, place)


def _file_problems(law: Law, code: str) -> Iterator[InputError]:
    for folder in (law.folder, *law.overlays):
        path = folder / f"{code}.yaml"
        if path.is_file():
            problems, _ = read_law_file(path, files.read_bytes(path))
            yield from problems


def _line(place: Jurisdiction, provision: Provision, name: str = "id") -> int | None:
    text = files.to_text(files.read_bytes(place.path), place.path)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() in (f"- id: {provision.id}", f"id: {provision.id}"):
            return number
    return None


def _place_problems(law: Law, place: Jurisdiction, ids: dict[str, str]) -> Iterator[InputError]:
    text = files.to_text(files.read_bytes(place.path), place.path)
    where: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().removeprefix("- ")
        if stripped.startswith("id: "):
            where.setdefault(stripped[4:].strip(), number)

    def wrong(provision: Provision, what: str) -> InputError:
        return InputError(f"{provision.id}: {what}", place.path, where.get(provision.id))

    if (place.layer == "local" and place.parent is None) or (place.layer == "state" and place.parent != "US"):
        yield InputError("`parent` must name the place above", place.path, files.line_of(text, ["code"]))
    known = {provision.id for link in law.chain(place.code) for provision in link.provisions}
    for provision in place.provisions:
        if provision.id in ids and ids[provision.id] != place.code:
            yield wrong(provision, f"the id is used in {ids[provision.id]} too; ids are unique over all files")
        ids[provision.id] = place.code
        for kind in provision.binds:
            if kind not in law.agencies.kinds:
                right = law.agencies.spelling.get(kind)
                yield wrong(
                    provision,
                    f"binds unknown kind {kind}" + (f"; write {right}" if right else nearest(kind, law.agencies.kinds)),
                )
        for name in (*provision.overrides, *provision.rests_on):
            if name not in known:
                yield wrong(
                    provision,
                    f"names {name}, which is no provision of this place or of those above{nearest(name, known)}",
                )
        for tree in (provision.when, provision.unless):
            for leaf in inner_leaves(tree) if tree else ():
                if leaf[0] == "on_list" and leaf[1] not in lists_of(law, place):
                    yield wrong(
                        provision,
                        f"names the list {leaf[1]}, which law/offences does not "
                        f"have{nearest(leaf[1], lists_of(law, place))}",
                    )
            if provision.voids and tree and any(str(leaf[1]).startswith("request.") for leaf in leaves(tree)):
                yield wrong(provision, "a provision with `voids` may not depend on request facts; split it in two")
        if provision.voids and provision.question != "policy-bar":
            yield wrong(provision, "`voids` belongs to a policy-bar")
    for first, second in combinations(place.provisions, 2):
        if _contradict(first, second):
            yield wrong(
                second,
                f"contradicts {first.id} (a duty and a bar, both without condition, on the same days for the same "
                f"agency): "
                "name the other in `overrides`, or mark the dispute with effect unsettled",
            )
    yield from _gaps(place, wrong)


def lists_of(law: Law, place: Jurisdiction) -> set[str]:
    """Names of the lists of offences that provisions of a place may use: those of its state and of the federal file."""
    codes = {"US", "-".join(place.code.split("-")[:2])}
    contents = [offences_of(code, law) for code in codes]
    return {str(entry["id"]) for content in contents if content for entry in content.get("lists") or ()}


def _contradict(first: Provision, second: Provision) -> bool:
    """A duty and a bar on the same question that always meet.

    Neither has a condition, and neither overrides the other.
    """
    if first.question != second.question or {first.effect, second.effect} != {"required", "prohibited"}:
        return False
    if first.when or first.unless or second.when or second.unless or not set(first.binds) & set(second.binds):
        return False
    if second.id in first.overrides or first.id in second.overrides:
        return False
    return first.first <= second.last and second.first <= first.last


def _gaps(place: Jurisdiction, wrong: object) -> Iterator[InputError]:
    """A one-day hole between two versions of one rule: almost always a slip of a date."""
    for first, second in combinations(sorted(place.provisions, key=lambda item: item.first), 2):
        same = (
            first.question == second.question and first.effect == second.effect and set(first.binds) & set(second.binds)
        )
        if same and first.last != LATEST_DAY and second.first == first.last + timedelta(days=2):
            yield wrong(
                second,
                f"leaves a gap of one day after {first.id} (which ends {first.last}); begin it on "
                f"{first.last + timedelta(days=1)}",
            )  # type: ignore[operator]


def scenario_problems(law: Law, place: Jurisdiction) -> Iterator[InputError]:
    """Scenarios that fail or cannot be read, and provisions that none of them exercises."""
    _, problems = read_scenarios(law, place.code)
    if problems:
        yield from problems
        return
    exercised: set[str] = set()
    try:
        for outcome in run_scenarios(law, place.code):
            for question, expected, answered in outcome.differing:
                yield InputError(
                    f"scenario {outcome.scenario.id}: {question} is {answered}, expected {expected}",
                    outcome.scenario.path,
                    outcome.scenario.line,
                )
            for answer in outcome.decision.answers.values():
                exercised.update(item.id for item in answer.deciding)
                exercised.update(item.id for item, truth in answer.considered if truth)
    except InputError as error:
        yield error
        return
    text = files.to_text(files.read_bytes(place.path), place.path)
    for provision in place.provisions:
        if provision.id not in exercised and provision.question not in INFORMATION:
            number = next(
                (
                    n
                    for n, line in enumerate(text.splitlines(), 1)
                    if line.strip().removeprefix("- ") == f"id: {provision.id}"
                ),
                None,
            )
            yield InputError(f"{provision.id}: no scenario exercises it (none in which it applies)", place.path, number)


def digest_of(law: Law) -> str:
    """One hash of the whole law folder, for reports."""
    return hashlib.sha256("".join(place.digest for place in law).encode()).hexdigest()[:16]

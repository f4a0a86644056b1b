"""How the provisions that apply make one answer: layers, overrides, bars on local policies, unverified provisions.

The rule, from the top layer (federal) down:

1. A provision that names another under `overrides` displaces it, while it applies itself and is not displaced.
2. A provision with `voids` sets aside bars (and disputes) of lower layers on the questions it names.
3. Inside one layer: a marked dispute, or a duty beside a bar, is unsettled; else a bar beats a duty's absence and a
   permission; else a duty; else a permission.
4. The first layer with a bar, a duty or a dispute decides. Else a permission of any layer permits. Else the law is
silent, which is unsettled and never permission.
5. A provision nobody could verify counts only as a possibility: when it would change the answer, the answer is
unsettled.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from lawfulhold.rules.law import Provision

SILENT, DISPUTED, CONTRADICTION, UNVERIFIED = "silent", "disputed", "contradiction", "unverified"


class Verdict(NamedTuple):
    """An answer, why it is unsettled when it is, and the provisions that decide it."""

    answer: str
    because: str | None
    deciding: tuple[Provision, ...]


def combine(question: str, applying: Sequence[Provision]) -> Verdict:
    """The answer to a question from the provisions that apply.

    Takes the question and the applying provisions of all layers (those that void lower limits on the question
    included), in the order of their layers. Returns the verdict.
    """
    counting = [item for item in applying if item.effect != "not-required" or item.voids or item.overrides]
    unsure = [item for item in counting if not item.verified]
    if not unsure:
        return _settle(question, counting)
    if len(unsure) > 8:
        return Verdict("unsettled", UNVERIFIED, tuple(unsure))
    whole = _settle(question, counting)
    certain = [item for item in counting if item.verified]
    for chosen in product((True, False), repeat=len(unsure)):
        world = set(certain).union(item for item, counts in zip(unsure, chosen, strict=True) if counts)
        if _settle(question, [item for item in counting if item in world]).answer != whole.answer:
            return Verdict(
                "unsettled", UNVERIFIED, tuple(dict.fromkeys((*unsure, *_settle(question, certain).deciding)))
            )
    return _settle(question, certain) if _settle(question, certain).answer != "unsettled" else whole


def _settle(question: str, applying: Sequence[Provision]) -> Verdict:
    standing = without_displaced(question, applying)
    permitting: list[Provision] = []
    at = 0
    while at < len(standing):
        depth, end = standing[at].depth, at
        while end < len(standing) and standing[end].depth == depth:
            end += 1
        layer, at = standing[at:end], end
        disputes = [item for item in layer if item.effect == "unsettled"]
        bars = [item for item in layer if item.effect == "prohibited"]
        duties = [item for item in layer if item.effect == "required"]
        if disputes:
            return Verdict("unsettled", disputes[0].because or DISPUTED, tuple(disputes + bars + duties))
        if bars and duties:
            return Verdict("unsettled", CONTRADICTION, tuple(bars + duties))
        if bars:
            return Verdict("prohibited", None, tuple(bars))
        if duties:
            return Verdict("required", None, tuple(duties))
        permitting += [item for item in layer if item.effect == "permitted"]
    if permitting:
        return Verdict("permitted", None, tuple(permitting))
    return Verdict("unsettled", SILENT, ())


def without_displaced(question: str, applying: Sequence[Provision]) -> list[Provision]:
    """The applying provisions on the question that are neither overridden nor set aside by a bar on local policies."""
    overriding = [item for item in applying if item.overrides]
    kept = list(applying)
    if overriding:
        by_id = {item.id: item for item in applying}
        gone: dict[str, bool] = {}

        def displaced(identifier: str) -> bool:
            if identifier not in gone:
                gone[identifier] = False  # a circle displaces nothing; `law check` reports it
                gone[identifier] = any(
                    identifier in item.overrides and item.id in by_id and not displaced(item.id) for item in overriding
                )
            return gone[identifier]

        kept = [item for item in applying if not displaced(item.id)]
    voiding = [item.depth for item in kept if question in item.voids]
    if voiding:
        top = min(voiding)
        kept = [item for item in kept if not (item.depth > top and item.effect in ("prohibited", "unsettled"))]
    return [item for item in kept if item.question == question]

"""What the law said against what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lawfulhold.outcomes.tabulate import NOT_KNOWN, OutcomeTable

# (answer of the law, outcome, sentence)
FINDINGS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "hold": (
        ("required", "declined", "declined although the law required the hold"),
        ("prohibited", "declined", "declined where the law forbade the hold"),
        ("permitted", "declined", "declined where the law left the choice"),
        (
            "prohibited",
            "collected",
            "booked by ICE although the law forbade the hold (ICE may have come in time, or later and elsewhere)",
        ),
        ("required", "late", "ICE told too late although the law required the hold"),
    ),
    "notify": (
        ("required", "declined", "declined although the law required notice"),
        ("prohibited", "declined", "declined where the law forbade notice"),
        ("required", "late", "ICE told too late although the law required notice"),
    ),
}
UNSURE = ("undetermined", "unsettled", "not decided")


@dataclass(frozen=True)
class Finding:
    """How often an outcome was recorded under an answer of the law.

    `count` rows are certain, of `of` rows with that answer. `at_most` adds every row that could belong here for all the table says: the same outcome
    where the law's answer is not known, and an unknown outcome under this answer or under an unknown one. None is suppressed.
    """

    question: str
    says: str
    count: int | None
    of: int | None
    at_most: int | None


def findings(table: OutcomeTable, question: str) -> list[Finding]:
    """The findings on a question from the table of its answers by outcome."""
    lines = {line.key: line for line in table.lines}

    def cell(answer: str, outcome: str) -> int | None:
        return lines[answer].counts.get(outcome, 0) if answer in lines else 0

    result = []
    for answer, outcome, says in FINDINGS.get(question, ()):
        possible = [cell(each, ended) for each in (answer, *UNSURE) for ended in (outcome, *NOT_KNOWN)]
        at_most = None if None in possible else sum(count or 0 for count in possible)
        of = lines[answer].total if answer in lines else 0
        result.append(Finding(question, says, cell(answer, outcome), of, at_most))
    return result

"""Compare our answers with another body's rating of the states: `python -m bench.tiers > docs/tiers.md`.

The ratings stand outside this repository (`LAWFULHOLD_SHARED`, or the folder `shared` beside it); the document that is
made of them is committed. Each disagreement is explained in `bench/tiers.yaml`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lawfulhold.rules.law import Law
from lawfulhold.site.answers import Answers, answer_everything
from lawfulhold.site.situations import Situations

SHARED = Path(os.environ.get("LAWFULHOLD_SHARED", Path(__file__).parents[2] / "shared")) / "law" / "ilrc-tiers.yaml"
RATED = date(2024, 11, 8)
# Without the judge's warrant and the delegated officer, which open doors everywhere: what a law makes of the detainer.
SITUATIONS = ("clean-record", "felony-charge", "felony-conviction", "murder-conviction", "removal-order")
LIMITED = {
    "hold": "holds", "notify": "notice of the release", "transfer": "hand-over", "interview": "interviews",
    "access": "access to closed areas", "share-address": "giving addresses", "inquire": "questions about status",
    "agreement-287g": "287(g) agreements", "agreement-detention": "detention contracts",
}  # fmt: skip
DUTIES = {**LIMITED, "share-status": "giving the status"}
NAMES = {
    1: "most protective", 2: "broad sanctuary statutes", 3: "some protections", 4: "limited steps",
    5: "neutral, no statewide law", 6: "law mandating participation", 7: "broad anti-sanctuary law",
    8: "aggressive anti-sanctuary law",
}  # fmt: skip
MEANT = {
    1: "forbid holds and notice, command nothing and bar no local limits",
    2: "the same",
    3: "forbid holds, notice, hand-over or agreements, command nothing and bar no local limits",
    4: "the same",
    5: "neither forbid nor command, and bar no local limits",
    6: "command something, and forbid neither holds, notice, hand-over nor agreements",
    7: "bar local limits, and forbid none of these",
    8: "bar local limits, command something, and forbid none of these",
}


@dataclass(frozen=True)
class Reading:
    """What our law file of a state forbids and commands on a day, whomever, and its bars on local policies."""

    forbids: tuple[str, ...]
    commands: tuple[str, ...]
    bars: tuple[str, ...]

    @property
    def words(self) -> str:
        """'forbids holds; commands notice of the release; bars local limits'."""
        parts = []
        if self.forbids:
            parts.append(f"forbids {', '.join(LIMITED[key] for key in self.forbids)}")
        if self.commands:
            parts.append(f"commands {', '.join(DUTIES[key] for key in self.commands)}")
        if self.bars:
            parts.append("bars local limits")
        return "; ".join(parts) or "neither forbids nor commands"


def reading(law: Law, answers: Answers, situations: Situations, code: str, day: date) -> Reading:
    """What the state's own law forbids and commands on a day, any kind of agency, in any ordinary situation."""
    own = {item.id for item in law.jurisdiction(code).provisions}
    forbids: set[str] = set()
    commands: set[str] = set()
    for kind in situations.kinds:
        for inquiry in situations.inquiries(kind):
            if inquiry.situation.key not in SITUATIONS:
                continue
            verdict = answers.verdict(code, inquiry, day)
            if own.intersection(verdict.deciding) and verdict.answer in ("prohibited", "required"):
                (forbids if verdict.answer == "prohibited" else commands).add(inquiry.asked.key)
    bars = tuple(
        item.id
        for item in law.jurisdiction(code).provisions
        if item.question == "policy-bar" and item.effect == "prohibited" and item.verified and item.in_force(day)
    )
    return Reading(
        tuple(key for key in LIMITED if key in forbids), tuple(key for key in DUTIES if key in commands), bars
    )


def agrees(rank: int, found: Reading) -> bool:
    """Do our answers show what the tier's name says? (`MEANT` in code.)"""
    limits = {"hold", "notify", "transfer", "agreement-287g", "agreement-detention"}
    if rank <= 2:
        return {"hold", "notify"} <= set(found.forbids) and not found.commands and not found.bars
    if rank <= 4:
        return bool(limits.intersection(found.forbids)) and not found.commands and not found.bars
    if rank == 5:
        return not found.forbids and not found.commands and not found.bars
    wanted = {6: bool(found.commands), 7: bool(found.bars), 8: bool(found.bars and found.commands)}
    return wanted[rank] and not limits.intersection(found.forbids)


@dataclass(frozen=True)
class Row:
    """One state: its tier (None when the sources do not agree on one), what they say, our readings then and now."""

    code: str
    name: str
    rank: int | None
    disputed: str | None
    then: Reading
    now: Reading

    @property
    def differs(self) -> bool:
        """Do our answers of the day of the rating disagree with the tier?"""
        return self.rank is not None and not agrees(self.rank, self.then)


def compare(law: Law, tiers: Mapping[str, Any], today: date) -> list[Row]:
    """A row for each state that has a law file."""
    situations = Situations()
    states = [code for code in law.codes if code != "US" and law.jurisdiction(code).layer == "state"]
    answers = answer_everything(law, states, situations)
    ranks = {state: tier["rank"] for tier in tiers["tiers_2024"] for state in tier["states"]}
    disputed = {state: text for tier in tiers["tiers_2024"] for state, text in (tier.get("disputed") or {}).items()}
    return [
        Row(
            code,
            law.jurisdiction(code).name,
            ranks.get(code[3:]),
            disputed.get(code[3:]),
            reading(law, answers, situations, code, RATED),
            reading(law, answers, situations, code, today),
        )
        for code in states
    ]


def document(rows: Sequence[Row], explanations: Mapping[str, str], intro: str, today: date) -> str:
    """`docs/tiers.md`."""
    rated = [row for row in rows if row.rank is not None]
    differing = sorted((row for row in rated if row.differs), key=lambda row: (row.rank or 0, row.name))
    lines = ["# Our answers beside another body's tiers", "", intro.strip(), ""]
    lines += [
        "| tier | its name (ours, after secondary sources) | taken to agree when our answers of 2024-11-08 |",
        "|---|---|---|",
    ]
    lines += [f"| {rank} | {name} | {MEANT[rank]} |" for rank, name in NAMES.items()]
    lines += ["", f"## Where they disagree ({len(differing)} of {len(rated)} rated states)", ""]
    lines += ["| state | tier | our answers on 2024-11-08 | why |", "|---|---|---|---|"]
    for row in differing:
        why = " ".join(explanations.get(row.code[3:], "**not explained yet**").split())
        lines.append(f"| {row.name} | {row.rank} {NAMES[row.rank or 1]} | {row.then.words} | {why} |")
    lines += ["", "## States that the sources rate differently or not at all", ""]
    lines += ["| state | the sources | our answers on 2024-11-08 | note |", "|---|---|---|---|"]
    for row in rows:
        if row.rank is None:
            why = " ".join(explanations.get(row.code[3:], "").split())
            sources = (row.disputed or "not listed").replace("dashboard", "source")
            lines.append(f"| {row.name} | {sources} | {row.then.words} | {why} |")
    lines += ["", f"## Every rated state, then and on {today}", ""]
    lines += ["| state | tier | agrees | our answers on 2024-11-08 | changed since |", "|---|---|---|---|---|"]
    for row in sorted(rated, key=lambda row: (row.rank or 0, row.name)):
        changed = "" if row.now.words == row.then.words else row.now.words
        lines.append(f"| {row.name} | {row.rank} | {'no' if row.differs else 'yes'} | {row.then.words} | {changed} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the document."""
    if not SHARED.is_file():
        print(f"bench.tiers: there is no {SHARED}; set LAWFULHOLD_SHARED", file=sys.stderr)
        return 2
    tiers = yaml.safe_load(SHARED.read_text(encoding="utf-8"))
    notes = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    today = date.fromisoformat(str(notes["today"]))
    print(document(compare(Law(), tiers, today), notes["explanations"], notes["intro"], today), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

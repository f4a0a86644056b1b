"""The law of the place and day of a case that was read, in short, and each claim of the reports beside what that law said.

Twice: as the reports tell it, where what they do not tell stays unknown; and, where that leaves the answer open, as it would be if the reports left
nothing out (`silence` in patterns/claims.yaml), with that said in words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lawfulhold.facts.case import Case
from lawfulhold.rules.decide import Decision, decide
from lawfulhold.rules.law import Law
from lawfulhold.rules.write import QUESTION_WORDS, WORDS, claims
from lawfulhold.sources.vocabulary import pattern_file

WIDTH = 92
SHOWN = ("hold", "notify")
OPEN = frozenset({"undetermined"})
MOST_PROVISIONS = 2


def decide_both(draft: dict[str, Any], law: Law) -> tuple[Decision, Decision | None, list[str]]:
    """The decision on a draft as told; the one with silence filled in, when the first leaves something open; and what silence was taken for, in words.

    Raises `InputError` or pydantic's `ValidationError` for a draft that is no case.
    """
    told = decide(Case.model_validate(draft), law)
    chosen, filled, words = told, deepcopy(draft), list[str]()
    while taken := _take_silence(filled, _asked(chosen)):
        words += taken
        chosen = decide(Case.model_validate(filled), law)
    return (told, chosen, words) if words else (told, None, [])


def _asked(decision: Decision) -> set[str]:
    """The facts that are still asked for by the questions shown and those of the claims."""
    questions = {*SHOWN, *(claim.question for claim in decision.case.claims)}
    missing = [item for question in questions if question in decision.answers for item in decision.answers[question].missing]
    return {"record_complete" if item.fact.startswith("any_charge") else item.fact for item in missing}


def _take_silence(draft: dict[str, Any], asked: set[str]) -> list[str]:
    """Write into a draft what silence is taken for on the facts asked; returns those takings in words."""
    words = []
    for entry in pattern_file("claims")["silence"]:
        *groups, name = entry["fact"].split(".")
        place = draft
        for group in groups:
            place = place.setdefault(group, {})
        if entry["fact"] in asked and place.get(name) is None:
            place[name] = entry["value"]
            draft.setdefault("sources", {})[entry["fact"]] = "assumed: the reports do not speak of it"
            words.append(str(entry["words"]))
    return words


def law_in_words(told: Decision, filled: Decision | None, silence: list[str]) -> str:
    """The law of the place and day, in short, and the claims beside it, as lines for a terminal."""
    return "\n".join(_lines(told, filled, silence))


def _lines(told: Decision, filled: Decision | None, silence: list[str]) -> Iterator[str]:
    place = told.law.jurisdiction(told.case.jurisdiction).name
    day = str(told.first) if told.first == told.last else f"{told.first} to {told.last}"
    agency = told.case.agency.name or told.law.agencies.name(told.kind)
    yield from _wrapped(f"The law of {place} for {agency} ({told.law.agencies.name(told.kind)}), {day}", "  ")
    if filled is not None:
        yield from _wrapped(f"As told: {'; '.join(_short(told, question) for question in SHOWN)}.", "    ")
        yield from _wrapped(f"If the reports leave nothing out ({', '.join(silence)}):", "    ")
    chosen = filled or told
    for question in SHOWN:
        yield from _answer(chosen, question)
    beside = list(claims(chosen))
    if beside:
        yield ""
        yield "  The claims beside the law" + (" (if the reports leave nothing out)" if filled is not None else "")
        for sentence in dict.fromkeys(claim["the_law"] for claim in beside):
            said = "; ".join(dict.fromkeys(f"“{claim['says']}”" for claim in beside if claim["the_law"] == sentence))
            yield from _wrapped(said, "    ")
            yield from _wrapped(f"→ {sentence}", "      ")


def _short(decision: Decision, question: str) -> str:
    answer = decision.answers[question]
    words = "depends on the day" if answer.because == "date" else WORDS[answer.answer].lower()
    asks = f" ({answer.missing[0].ask})" if answer.missing and answer.because != "date" else ""
    asked = QUESTION_WORDS[question]
    return f"{asked[:1].lower()}{asked[1:]}? {words}{asks}"


def _answer(decision: Decision, question: str) -> Iterator[str]:
    answer = decision.answers[question]
    word = "DEPENDS ON THE DAY" if answer.because == "date" else WORDS[answer.answer]
    yield from _wrapped(f"{QUESTION_WORDS[question]}? {word}", "    ")
    if answer.changes:
        for change in answer.changes:
            yield from _wrapped(f"{change.first} to {change.last}: {WORDS[change.answer].lower()}", "      ")
        return
    if answer.answer in OPEN:
        for example in answer.examples:
            yield from _wrapped(f"→ {WORDS[example.answer]} when {example.words}", "      ")
        for item in answer.missing[:MOST_PROVISIONS]:
            yield from _wrapped(f"? {item.ask}", "      ")
        return
    for provision in answer.deciding[:MOST_PROVISIONS]:
        yield from _wrapped(f"{provision.says} [{provision.cite}]", "      ")
    if len(answer.deciding) > MOST_PROVISIONS:
        yield f"      and {len(answer.deciding) - MOST_PROVISIONS} more (lawfulhold decide shows all)"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)

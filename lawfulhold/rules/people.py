"""The law for people: lists, memos, histories, comparisons, search, citations, coverage."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lawfulhold.rules.conditions import Tree
from lawfulhold.rules.decide import Plan, book_of, in_words
from lawfulhold.rules.law import INFORMATION, LATEST_DAY, QUESTIONS, Jurisdiction, Law, Provision
from lawfulhold.rules.scenarios import read_scenarios
from lawfulhold.rules.write import QUESTION_WORDS

HEADINGS = (
    ("required", "You must"),
    ("prohibited", "You must not"),
    ("permitted", "You may"),
    ("unsettled", "Not settled"),
    ("not-required", "Good to know"),
)
WIDTH = 92


def fill(text: str, first: str = "", rest: str = "") -> str:
    """Text wrapped for a terminal."""
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )


def span_in_words(item: Provision) -> str:
    """'from 2019-10-01 to 2025-09-30'."""
    return f"from {item.first}" + ("" if item.last == LATEST_DAY else f" to {item.last}")


def condition_in_words(item: Provision) -> str:
    """The condition and the exceptions of a provision in words; '' when it has none."""
    parts = [f"when {in_words(item.when)}"] if item.when else []
    if item.unless:
        lifts: Iterable[Tree] = item.unless[1:] if item.unless[0] == "or" else (item.unless,)
        parts.append("unless " + ", or ".join(in_words(part) for part in lifts))
    return "; ".join(parts)


def how_read(item: Provision) -> str:
    """How sure the reading is, in words; '' when the text itself was read and is sure."""
    if not item.verified:
        return f"not verified: {item.read}, confidence {item.confidence}"
    return (
        ""
        if item.read in ("full-text", "excerpt") and item.confidence == "high"
        else f"read: {item.read}, confidence {item.confidence}"
    )


def listing(law: Law) -> str:
    """Every jurisdiction on a line: code, name, layer, provisions, first and latest change."""
    lines = []
    for place in law:
        days = sorted(item.first for item in place.provisions)
        span = f"{days[0].year} to {days[-1].year}" if days else "no provisions"
        lines.append(f"{place.code:<24}{place.name[:44]:<46}{place.layer:<9}{len(place.provisions):>4}  {span}")
    return "\n".join(lines)


def memo(law: Law, code: str, day: date, kind: str | None = None) -> str:
    """A one-page memo of the law of a place on a day.

    Takes the law, the code, the day and a kind of agency (every kind when left out). Returns text: must, must not,
    may, not settled, each provision with its condition in words, its citation and how it was read.
    """
    place = law.jurisdiction(code)
    lines = [f"{place.name} ({code}): immigration detainers on {day}", ""]
    if place.summary:
        lines += [fill(place.summary), ""]
    above = law.agencies.above(law.agencies.kind(kind)) if kind else None
    links = law.chain(code)
    for effect, heading in HEADINGS:
        part: list[str] = []
        for link in reversed(links):
            for item in link.provisions:
                if item.effect != effect or not item.in_force(day) or item.question in INFORMATION:
                    continue
                if (above is not None and not above.intersection(item.binds)) or (
                    effect == "not-required" and link is not place
                ):
                    continue
                part += provision_lines(item, law, link is not place)
        if part:
            lines += [heading.upper(), *part, ""]
    if place.open_questions:
        lines.append("OPEN QUESTIONS")
        lines += [fill(question, "  - ", "    ") for question in place.open_questions] + [""]
    lines.append(f"Law version {law.version([code])}. Not legal advice.")
    return "\n".join(lines)


def provision_lines(item: Provision, law: Law, from_above: bool = False) -> list[str]:
    """A provision as the lines of a memo."""
    who = ", ".join(law.agencies.name(kind) for kind in item.binds if kind in law.agencies.kinds)
    lines = [fill(f"{QUESTION_WORDS.get(item.question, item.question)}: {item.says}", "  - ", "    ")]
    condition = condition_in_words(item)
    if condition:
        lines.append(fill(condition[0].upper() + condition[1:] + ".", "    ", "    "))
    read = how_read(item)
    lines.append(
        fill(
            f"[{item.cite}] {'(' + item.jurisdiction + ') ' if from_above else ''}Binds {who}; {span_in_words(item)}"
            f"{'; ' + read if read else ''}.",
            "    ",
            "    ",
        )
    )
    return lines


def history(law: Law, code: str) -> str:
    """A timeline of the place's own provisions: what began and what ended on each day."""
    place = law.jurisdiction(code)
    events: dict[date, list[str]] = {}
    for item in place.provisions:
        what = f"{QUESTION_WORDS.get(item.question, item.question)} {item.effect}: {item.says} [{item.cite}]"
        events.setdefault(item.first, []).append(f"+ {what}")
        if item.last != LATEST_DAY:
            events.setdefault(item.last + timedelta(days=1), []).append(
                f"− ended: {item.cite} ({item.question} {item.effect})"
            )
    lines = [f"{place.name} ({code})", ""]
    for day in sorted(events):
        lines.append(str(day))
        lines += [fill(text, "  ", "    ") for text in events[day]]
    return "\n".join(lines)


def difference_lines(
    law_before: Law, law_after: Law, first: tuple[str, date], second: tuple[str, date], kind: str
) -> Iterator[str]:
    """What differs between two days or two places, told by the smallest example cases whose answer differs.

    Takes the two laws (or the same twice), (code, day) of each side and the kind of agency. Yields lines.
    """
    from lawfulhold.rules.prove import differences

    sides = []
    for law, (code, day) in ((law_before, first), (law_after, second)):
        book = book_of(law, code, law.agencies.kind(kind))
        sides.append({plan.question: plan for plan in book.plans(day)})
    anything = False
    for question in QUESTIONS:
        if question in INFORMATION:
            continue
        before: Plan | None = sides[0].get(question)
        after: Plan | None = sides[1].get(question)
        if before is None and after is None:
            continue
        found = differences(before, after, first[1], second[1])
        if found:
            anything = True
            yield QUESTION_WORDS.get(question, question)
            for item in found:
                yield fill(f"{item.facts}: {item.before} → {item.after}", "  - ", "    ")
    if not anything:
        yield "No case is answered differently."


def search(law: Law, text: str) -> Iterator[Provision]:
    """Provisions whose id, sentence, citation, notes or condition hold every word of the text."""
    words = text.lower().split()
    for place in law:
        for item in place.provisions:
            body = " ".join(
                str(part)
                for part in (
                    item.id,
                    place.name,
                    item.says,
                    item.cite,
                    item.notes or "",
                    item.quote or "",
                    item.question,
                    item.effect,
                    condition_in_words(item),
                )
            ).lower()
            if all(word in body for word in words):
                yield item


def citation(item: Provision) -> str:
    """Everything about the source of a provision, for a brief."""
    lines = [
        f"{item.id} ({item.jurisdiction})",
        f"  {item.question}: {item.effect}, {span_in_words(item)}",
        fill(item.says, "  ", "  "),
        "",
        fill(f"Cite: {item.cite}", "  ", "    "),
    ]
    if item.quote:
        lines.append(fill(f"Quote: “{item.quote}”", "  ", "    "))
    lines.append(fill(f"Source: {item.source or 'none recorded'}", "  ", "    "))
    if item.second_source:
        lines.append(fill(f"Second source: {item.second_source}", "  ", "    "))
    reviewed = f", reviewed {item.reviewed}" if item.reviewed else ""
    lines.append(
        f"  Read: {item.read}, confidence {item.confidence}{reviewed}{'' if item.verified else '; NOT VERIFIED'}"
    )
    if item.notes:
        lines.append(fill(f"Notes: {item.notes}", "  ", "    "))
    return "\n".join(lines)


def coverage(law: Law) -> str:
    """`law/COVERAGE.md`: each jurisdiction with its provisions, years, how it was read, disputes and open questions."""
    lines = [
        "# What is covered, and how well",
        "",
        "Made by `lawfulhold law coverage`; do not edit. A provision that is not verified never decides an answer "
        "alone: where it would, the answer is `unsettled`.",
        "",
    ]
    places = list(law)
    total = [item for place in places for item in place.provisions]
    lines += [
        f"{len(places)} jurisdictions, {len(total)} provisions: {sum(item.read == 'full-text' for item in total)} read "
        f"in full text, "
        f"{sum(item.read == 'excerpt' for item in total)} in excerpt, {sum(item.read == 'summary' for item in total)} "
        f"in summary, "
        f"{sum(item.read == 'recalled' for item in total)} recalled; {sum(not item.verified for item in total)} not "
        f"verified, "
        f"{sum(bool(item.second_source) for item in total)} with a second source.",
        "",
        "| code | name | provisions | from | latest change | full text | excerpt | summary | recalled | not verified | "
        "scenarios | open questions |",
        "|---|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for place in places:
        lines.append(_coverage_row(law, place))
    lines += ["", "## Open questions", ""]
    for place in places:
        if place.open_questions:
            lines += [
                f"### {place.name} ({place.code})",
                "",
                *(f"- {question}" for question in place.open_questions),
                "",
            ]
    lines += ["## Not verified", ""]
    for place in places:
        unsure = [item for item in place.provisions if not item.verified]
        if unsure:
            lines += [
                f"### {place.name} ({place.code})",
                "",
                *(
                    f"- `{item.id}` ({item.question} {item.effect}, {span_in_words(item)}): {item.cite}"
                    for item in unsure
                ),
                "",
            ]
    lines += ["## Scenarios that depart from another reader's answer", ""]
    for place in places:
        disputed = [scenario for scenario in read_scenarios(law, place.code)[0] if scenario.disputed]
        if disputed:
            lines += [f"### {place.name} ({place.code})", ""]
            for scenario in disputed:
                pairs = ", ".join(
                    f"{question}: {scenario.expect.get(question, 'not asked')} instead of {other}"
                    for question, other in scenario.disputed.items()
                )
                lines.append(f"- `{scenario.id}` — {pairs}. {' '.join((scenario.because or '').split())}")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _coverage_row(law: Law, place: Jurisdiction) -> str:
    items = place.provisions
    days = sorted([item.first for item in items] + [item.last for item in items if item.last != LATEST_DAY])
    scenarios = len(read_scenarios(law, place.code)[0])
    ways = [sum(item.read == way for item in items) for way in ("full-text", "excerpt", "summary", "recalled")]
    cells = [
        place.code,
        place.name,
        len(items),
        days[0] if days else "",
        days[-1] if days else "",
        *ways,
        sum(not item.verified for item in items),
        scenarios,
        len(place.open_questions),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


SKELETON = """\
code: {code}
name: {name}
layer: {layer}
parent: {parent}
summary: >
  What the law of detainers is here, in a few sentences of your own.
open_questions:
  - What you could not confirm.
provisions:
  - id: {prefix}-hold-1
    question: hold
    effect: prohibited           # required | permitted | prohibited | unsettled | not-required
    binds: [sheriff]             # law/agencies.yaml
    from: {day}             # the true first day; add `to:` when it ended
    unless: papers.judicial_warrant
    says: One plain sentence for the clerk.
    cite: The citation
    source: where you read it
    read: excerpt                # full-text | excerpt | summary | recalled
    confidence: low              # high | medium | low
    reviewed: {day}
"""

SKELETON_SCENARIOS = """\
- id: {prefix}-no-judges-warrant
  title: bail posted, administrative warrant only
  date: {day}
  agency: sheriff
  detainer: {{form: I-247A}}
  papers: {{judicial_warrant: false, administrative_warrant: true}}
  custody: {{bail_posted: true}}
  expect: {{hold: unsettled}}      # unsettled while the provision is not verified; then prohibited
"""

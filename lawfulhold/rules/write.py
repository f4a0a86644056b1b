"""Writing a decision: as plain data for machines, as a card for people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from lawfulhold.facts.case import Case
from lawfulhold.facts.dates import PartialDate
from lawfulhold.rules.clocks import Clock, end_of, in_zone
from lawfulhold.rules.conditions import Options, Range, Tree, compile_tree, leaves, to_text
from lawfulhold.rules.decide import Answer, Decision, at_day, in_words
from lawfulhold.rules.law import CORE_QUESTIONS, DUTY_QUESTIONS, INFORMATION, LATEST_DAY, Limit, Provision

WORDS = {
    "required": "MUST",
    "permitted": "MAY",
    "prohibited": "MUST NOT",
    "undetermined": "DEPENDS ON A FACT",
    "unsettled": "NOT SETTLED",
}
QUESTION_WORDS = {
    "hold": "Hold past release for ICE",
    "notify": "Tell ICE of the release",
    "transfer": "Hand over to ICE",
    "interview": "Let ICE interview",
    "access": "Give ICE access",
    "share": "Give ICE information",
    "inquire": "Ask or check status",
    "agreement": "Enter or keep an agreement",
    "notice": "Notice to the person",
    "record": "Record or report",
    "procedure": "Step before answering",
    "court-notice": "Tell the court",
    "policy-bar": "Have a policy that limits cooperation",
    "court-review": "Review by a state court",
    "arrest": "Arrest",
    "courthouse-arrest": "Arrest in a courthouse",
    "bond": "Bond",
    "assist": "Assist",
    "cooperate": "Cooperate",
    "custody-conditions": "Conditions of custody",
}
DOING = {
    "hold": "hold the person past the release time",
    "notify": "tell ICE of the release",
    "transfer": "hand the person over",
    "interview": "let ICE interview the person",
    "access": "give ICE access",
    "share": "give ICE information",
    "inquire": "ask about status",
    "agreement": "enter or keep an agreement",
}
BECAUSE_WORDS = {
    "silent": "the law says nothing; silence is not permission",
    "disputed": "the law is disputed here",
    "contradiction": "the law contradicts itself here",
    "unverified": "a provision that would decide it could not be verified",
    "facts": "facts are missing",
    "date": "it changes within the dates this case may have",
}


# ---------------------------------------------------------------------------------------------- plain data


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """The decision as plain data; docs/decision.md describes every key."""
    case = decision.case
    data: dict[str, Any] = {
        "case": case.case,
        "title": case.title,
        "jurisdiction": case.jurisdiction,
        "agency": decision.kind,
        "date": _date_as_json(decision),
        "law_version": decision.law_version,
        "answers": {
            question: answer_as_json(answer, decision)
            for question, answer in decision.answers.items()
            if question not in INFORMATION
        },
        "duties": list(duties(decision)),
        "clocks": [clock_as_json(clock) for clock in clocks(decision)],
        "at_release": at_release(decision),
        "claims": list(claims(decision)),
        "binding": binding_as_json(decision),
        "information": [
            provision_as_json(item)
            for question in INFORMATION
            if question in decision.answers
            for item, truth in decision.answers[question].considered
            if truth is not False
        ],
        "differences": [item.model_dump(mode="json", exclude_none=True) for item in case.differences],
        "events": [item.model_dump(mode="json", exclude_none=True) for item in case.events],
    }
    return data


def _date_as_json(decision: Decision) -> Any:
    if decision.first == decision.last:
        given = decision.case.date
        return given.text if given and given.moment else decision.first.isoformat()
    return {"from": decision.first.isoformat(), "to": decision.last.isoformat()}


def answer_as_json(answer: Answer, decision: Decision) -> dict[str, Any]:
    """One answer as plain data."""
    data: dict[str, Any] = {
        "answer": answer.answer,
        "because": answer.because,
        "provisions": [provision_as_json(item) for item in answer.deciding],
        "facts": facts_used(answer, decision),
        "missing": [{"fact": item.fact, "ask": item.ask, "answers": dict(item.answers)} for item in answer.missing],
        "possible": list(answer.possible),
        "examples": [
            {"answer": item.answer, "facts": dict(item.facts), "words": item.words} for item in answer.examples
        ],
        "changes": [
            {
                "from": change.first.isoformat(),
                "to": change.last.isoformat(),
                "answer": change.answer,
                "because": change.because,
                "provisions": [item.id for item in change.provisions],
            }
            for change in answer.changes
        ],
    }
    return data


def provision_as_json(item: Provision) -> dict[str, Any]:
    """A provision as plain data."""
    return {
        "id": item.id,
        "jurisdiction": item.jurisdiction,
        "question": item.question,
        "effect": item.effect,
        "says": item.says,
        "cite": item.cite,
        "from": item.first.isoformat(),
        "to": None if item.last == LATEST_DAY else item.last.isoformat(),
        "when": to_text(item.when) if item.when else None,
        "unless": to_text(item.unless) if item.unless else None,
        "read": item.read,
        "confidence": item.confidence,
        "verified": item.verified,
        "source": item.source,
        "quote": item.quote,
    }


def facts_used(answer: Answer, decision: Decision) -> dict[str, Any]:
    """The known facts that the conditions of the question name, each with where it came from."""
    return {
        name: {"value": value, "source": source} for name, (_, value, source) in _named_facts(answer, decision).items()
    }


def _named_facts(answer: Answer, decision: Decision) -> dict[str, tuple[Tree, Any, str | None]]:
    used: dict[str, tuple[Tree, Any, str | None]] = {}
    facts = at_day(decision.facts, decision.first)
    for item, _ in answer.considered:
        for tree in (item.when, item.unless):
            for leaf in leaves(tree) if tree else ():
                if leaf[0] == "any_charge":
                    truth = compile_tree(leaf)(facts)
                    if truth is not None:
                        used[to_text(leaf)] = (leaf, truth, _source(decision.case, "charges"))
                elif leaf[1] in facts:
                    used[leaf[1]] = (leaf, _plain(facts[leaf[1]]), _source(decision.case, leaf[1]))
    return used


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, Range):
        return f"{min(value):g} to {max(value):g}" if max(value) < float("inf") else f"at least {min(value):g}"
    if isinstance(value, Options):
        return sorted(str(option) for option in value)
    return value


def _source(case: Case, name: str) -> str | None:
    if name in case.sources:
        return case.sources[name]
    for key, source in case.sources.items():
        if key.split("[")[0] == name or name.startswith(key + "."):
            return source
    if name == "custody.hours_past_release" and case.custody.hours_past_release is None:
        return "asked for the release time" if case.custody.releasable_at is None else "computed from the release time"
    return None


def duties(decision: Decision) -> Iterator[dict[str, Any]]:
    """What the agency must do around the answer.

    Notices, records, steps, court notices; required or possibly required.
    """
    for question in (
        *DUTY_QUESTIONS,
        *(name for name in decision.answers if name not in (*CORE_QUESTIONS, *DUTY_QUESTIONS, *INFORMATION)),
    ):
        answer = decision.answers.get(question)
        if answer is None or question == "policy-bar":
            continue
        for item, truth in answer.considered:
            if item.effect != "required" or truth is False:
                continue
            yield {
                "question": question,
                "provision": item.id,
                "says": item.says,
                "cite": item.cite,
                "answer": "required" if truth and item.verified else "unsettled" if truth else "undetermined",
                "deadline": _limit_as_json(item.deadline),
                "languages": list(item.languages),
                "paper": item.paper,
            }


def _limit_as_json(limit: Limit | None) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {
        "hours": limit.hours,
        "days": limit.days,
        "from": limit.start,
        "excludes": list(limit.excludes),
        "text": limit.text,
    }


def clocks(decision: Decision) -> list[Clock]:
    """The clocks of a hold (every reading in force, the shortest one governs) and of the duties."""
    case, zone = decision.case, decision.law.timezone(decision.case.jurisdiction)
    state = case.jurisdiction.split("-")[1] if "-" in case.jurisdiction else None
    moments = _moments(case, zone)
    found: list[Clock] = []
    hold = decision.answers["hold"]
    deciding = {item.id for item in hold.deciding}
    for item, truth in hold.considered:
        wanted = (
            item.limit is not None
            and truth is not False
            and ((item.id in deciding and truth) or item.effect == "not-required")
        )
        if wanted and item.limit:
            found.append(_clock("longest hold", item, item.limit, moments, state))
    ends = [clock.ends_at for clock in found if clock.ends_at]
    shortest = min(ends) if ends else None
    least = min((clock.hours or 0 for clock in found), default=None)
    governed = False
    for index, clock in enumerate(found):
        governs = clock.ends_at == shortest if shortest else clock.hours == least and not clock.excludes
        if governs and not governed:
            governed = True
            found[index] = _governing(clock)
    if found and not governed:
        found[0] = _governing(found[0])
    for question in DUTY_QUESTIONS:
        answer = decision.answers.get(question)
        for item, truth in answer.considered if answer else ():
            if item.deadline and item.effect == "required" and truth is not False:
                found.append(_clock(QUESTION_WORDS[question].lower(), item, item.deadline, moments, state))
    return found


def _governing(clock: Clock) -> Clock:
    from dataclasses import replace

    return replace(clock, governs=True)


def _moments(case: Case, zone: str) -> dict[str, datetime]:
    moments: dict[str, datetime] = {}
    for event, value in (("release", case.custody.releasable_at or case.date), ("receipt", case.detainer.received_at)):
        if value is not None and value.moment is not None:
            moments[event] = in_zone(value.moment, zone)
    return moments


def _clock(name: str, item: Provision, limit: Limit, moments: Mapping[str, datetime], state: str | None) -> Clock:
    hours = limit.hours if limit.hours is not None else limit.days * 24 if limit.days is not None else None
    start = moments.get(limit.start)
    end = end_of(start, hours, limit.excludes, state) if start is not None and hours is not None else None
    return Clock(name, limit.start, hours, limit.excludes, start, end, item.id, item.cite, text=limit.text)


def clock_as_json(clock: Clock) -> dict[str, Any]:
    """A clock as plain data; moments in the agency's zone with offset."""
    return {
        "name": clock.name,
        "starts": clock.starts,
        "hours": clock.hours,
        "excludes": list(clock.excludes),
        "text": clock.text,
        "started_at": clock.started_at.isoformat() if clock.started_at else None,
        "ends_at": clock.ends_at.isoformat() if clock.ends_at else None,
        "governs": clock.governs,
        "provision": clock.provision,
        "cite": clock.cite,
    }


AT_RELEASE = {
    "required": "Hold as the law requires, with its papers on record and no longer than the limit; release at once "
    "when the limit is reached, the detainer is cancelled or citizenship is shown.",
    "permitted": "Release on time, unless the agency decides to hold and its authority is on record before the "
    "release time.",
    "prohibited": "Release on time. Nothing may keep the person past the release time for ICE.",
    "undetermined": "Find the missing facts now and ask counsel. If they are still missing at the release time, "
    "release on time.",
    "unsettled": "Ask counsel before the release time. Without an authority on record, release on time.",
    "date": "It depends on the day of release (below). Without an authority on record on that day, release on time.",
}


def at_release(decision: Decision) -> dict[str, str]:
    """What to do when the release is due and nothing more is known.

    Returns `action`, `release` or `hold`, and `says`, the sentence for the desk.
    """
    hold = decision.answers["hold"]
    action = "hold" if hold.answer == "required" else "release"
    return {"action": action, "says": AT_RELEASE["date" if hold.because == "date" else hold.answer]}


def claims(decision: Decision) -> Iterator[dict[str, Any]]:
    """Each claim of a report beside what the law said: did the law leave a choice?"""
    for claim in decision.case.claims:
        answer = decision.answers.get(claim.question)
        if answer is None:
            continue
        asked = DOING.get(claim.question, claim.question)
        cites = "; ".join(dict.fromkeys(item.cite for item in answer.deciding))
        choice, says = _choice(answer, asked, cites)
        yield {
            "says": claim.says,
            "question": claim.question,
            "source": claim.source,
            "answer": answer.answer,
            "law_left_a_choice": choice,
            "the_law": says,
        }


def _choice(answer: Answer, asked: str, cites: str) -> tuple[bool | None, str]:
    if answer.answer == "prohibited":
        return False, f"The law left no choice: the agency was forbidden to {asked} ({cites})."
    if answer.answer == "required":
        return False, f"The law left no choice: the agency was required to {asked} ({cites})."
    if answer.answer == "permitted":
        return True, f"The law left a choice: the agency was free to {asked}, or not to ({cites})."
    if answer.answer == "unsettled":
        words = BECAUSE_WORDS.get(answer.because or "", answer.because or "")
        return None, f"Whether the agency could {asked} was not settled: {words}{f' ({cites})' if cites else ''}."
    if answer.changes:
        spans = "; ".join(
            f"{WORDS[change.answer].lower()} {_span(change.first, change.last)}" for change in answer.changes
        )
        return None, f"It depends on the day. To {asked}, the agency: {spans}."
    asks = " ".join(item.ask for item in answer.missing[:2])
    return None, f"It cannot be said without more facts: {asks}"


def binding_as_json(decision: Decision) -> dict[str, Any]:
    """Which places' law decides, and which provisions on the same questions only seem to bind this agency."""
    names = {place.code: place.name for place in decision.law.chain(decision.case.jurisdiction)}
    layers = {
        question: [
            {"jurisdiction": code, "name": names[code]}
            for code in dict.fromkeys(item.jurisdiction for item in answer.deciding)
        ]
        for question, answer in decision.answers.items()
        if question in CORE_QUESTIONS and answer.deciding
    }
    not_bound = [
        {
            "provision": item.id,
            "jurisdiction": item.jurisdiction,
            "question": item.question,
            "effect": item.effect,
            "cite": item.cite,
            "binds": list(item.binds),
            "why": f"binds {_kinds(item, decision)}, not this agency",
        }
        for item in decision.bound_elsewhere
        if item.question in CORE_QUESTIONS and item.effect != "not-required"
    ]
    return {"agency": decision.law.agencies.name(decision.kind), "deciding": layers, "not_bound": not_bound}


def _kinds(item: Provision, decision: Decision) -> str:
    return ", ".join(
        decision.law.agencies.name(kind) if kind in decision.law.agencies.kinds else kind for kind in item.binds
    )


# ---------------------------------------------------------------------------------------------- the card


def _wrap(text: str, indent: str = "    ", first: str | None = None, width: int = 92) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=first if first is not None else indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _span(first: date, last: date) -> str:
    return f"on {first}" if first == last else f"from {first} to {last}"


def decision_as_card(decision: Decision) -> str:
    """The decision as text for people: what to do first, then why, then what is missing."""
    case = decision.case
    place = decision.law.jurisdiction(case.jurisdiction).name
    lines = ["─" * 92]
    lines.append(_wrap(case.title or case.case or "Case", ""))
    agency = case.agency.name or decision.law.agencies.name(decision.kind)
    lines.append(_wrap(f"{place} · {agency} · {_when(decision)}", ""))
    lines.append("")
    lines.append(_wrap(f"AT RELEASE: {at_release(decision)['says']}", "            ", ""))
    lines.append("")
    shown = ("hold", "notify")
    for question in shown:
        lines += _answer_lines(decision.answers[question], decision)
    lines += _other_lines(decision)
    lines += _duty_lines(decision)
    lines += _clock_lines(decision)
    for item in binding_as_json(decision)["not_bound"][:3]:
        if item["question"] == "hold":
            lines.append(_wrap(f"Does not bind this agency: {item['cite']} ({item['why']}).", "    ", "  "))
    for claim in claims(decision):
        lines.append(_wrap(f"THE CLAIM: “{claim['says']}”. {claim['the_law']}", "    ", "  "))
    assumed = [name for name, source in case.sources.items() if source.startswith("assumed")]
    if assumed:
        lines.append(_wrap(f"Assumed, not reported: {', '.join(assumed)}.", "    ", "  "))
    for difference in case.differences:
        versions = "; ".join(f"{version.value} ({version.source})" for version in difference.versions)
        lines.append(_wrap(f"Sources differ on {difference.fact}: {versions}.", "    ", "  "))
    lines.append("")
    lines.append(f"  Law version {decision.law_version} · not legal advice · --explain shows every provision")
    return "\n".join(lines)


def _other_lines(decision: Decision) -> list[str]:
    rest = [decision.answers[question] for question in CORE_QUESTIONS if question not in ("hold", "notify")]
    settled = [answer for answer in rest if answer.answer in ("required", "permitted", "prohibited")]
    lines = ["  Also:"] if settled else []
    for answer in settled:
        cite = "; ".join(dict.fromkeys(item.cite for item in answer.deciding))
        lines.append(
            _wrap(f"{QUESTION_WORDS[answer.question]}: {WORDS[answer.answer].lower()} ({cite})", "      ", "    - ")
        )
    open_ones = [QUESTION_WORDS[answer.question].lower() for answer in rest if answer.answer == "undetermined"]
    if open_ones:
        lines.append(_wrap(f"Depends on what is asked: {'; '.join(open_ones)}.".replace(" ice", " ICE"), "    ", "  "))
    return lines


def _when(decision: Decision) -> str:
    if decision.first == decision.last:
        given = decision.case.date
        return f"release {given.text.replace('T', ' ') if given and given.moment else decision.first}"
    return f"release between {decision.first} and {decision.last}"


def _answer_lines(answer: Answer, decision: Decision) -> list[str]:
    word = "DEPENDS ON THE DAY" if answer.because == "date" else WORDS[answer.answer]
    lines = [f"  {QUESTION_WORDS[answer.question].upper()}?  {word}"]
    if answer.because and answer.answer in ("unsettled", "undetermined"):
        lines.append(_wrap(f"Because {BECAUSE_WORDS.get(answer.because, answer.because)}."))
    if answer.changes:
        for change in answer.changes:
            cite = "; ".join(dict.fromkeys(item.cite for item in change.provisions)) or BECAUSE_WORDS.get(
                change.because or "", ""
            )
            lines.append(
                _wrap(f"{change.first} to {change.last}: {WORDS[change.answer].lower()} ({cite})", "      ", "    - ")
            )
    elif answer.answer == "undetermined":
        for example in answer.examples:
            lines.append(_wrap(f"{WORDS[example.answer]} when {example.words}", "        ", "    → "))
        for item in answer.deciding:
            if item.effect != "not-required" and item.depth and item.question == answer.question:
                lines.append(_wrap(f"{item.says} [{item.cite}]", "      ", "    - "))
    else:
        for item in answer.deciding:
            lines.append(_wrap(f"{item.says} [{item.cite}]", "      ", "    - "))
    known = [
        f"{in_words(leaf) if leaf[0] == 'any_charge' else name.split('.', 1)[-1].replace('_', ' ')}: {_value(value)}"
        for name, (leaf, value, _) in _named_facts(answer, decision).items()
        if "hours_past_release" not in name
    ]
    if known:
        lines.append(_wrap("Facts used: " + "; ".join(known) + "."))
    for missing in answer.missing:
        if missing.fact != "date":
            ends = "; ".join(
                f"{_value(value)} → {WORDS[result].lower()}"
                for value, result in missing.answers.items()
                if result != "undetermined"
            )
            lines.append(_wrap(f"{missing.ask}{f'  ({ends})' if ends else ''}", "        ", "    ? "))
    lines.append("")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(str(option) for option in value)
    if value is True or value == "true":
        return "yes"
    if value is False or value == "false":
        return "no"
    return str(value)


def _duty_lines(decision: Decision) -> list[str]:
    found = [duty for duty in duties(decision) if duty["answer"] != "undetermined"]
    lines = ["  To do:"] if found else []
    for duty in found:
        deadline = _deadline_in_words(duty["deadline"])
        doubt = "" if duty["answer"] == "required" else " (not verified)"
        lines.append(_wrap(f"{duty['says']}{deadline}{doubt} [{duty['cite']}]", "        ", "    [ ] "))
    return lines


def _deadline_in_words(deadline: Mapping[str, Any] | None) -> str:
    if not deadline:
        return ""
    if deadline["text"]:
        return f" — {deadline['text']}"
    amount = f"{deadline['hours']:g} hours" if deadline["hours"] else f"{deadline['days']:g} days"
    return f" — within {amount} of {deadline['from']}"


def _clock_lines(decision: Decision) -> list[str]:
    found = clocks(decision)
    if decision.answers["hold"].answer == "prohibited":
        found = [clock for clock in found if clock.name != "longest hold"]
    lines = ["  Clocks:"] if any(clock.hours is not None for clock in found) else []
    for clock in found:
        if clock.hours is None:
            continue
        hours = f"{clock.hours:g} hours" if clock.hours is not None else clock.text or "as the law says"
        without = f" without {', '.join(clock.excludes)}" if clock.excludes else ""
        end = f": until {clock.ends_at:%A %Y-%m-%d %H:%M %Z}" if clock.ends_at else ""
        mark = " (governs)" if clock.governs else ""
        lines.append(
            _wrap(f"{clock.name}, {hours} from {clock.starts}{without}{end}{mark} [{clock.cite}]", "      ", "    - ")
        )
    return lines


def explanation(decision: Decision) -> str:
    """Every provision considered, its condition, whether it applies, the facts used and where they came from."""
    lines: list[str] = []
    for question, answer in decision.answers.items():
        if not answer.considered:
            continue
        lines.append(f"  {question}: {answer.answer}" + (f" ({answer.because})" if answer.because else ""))
        deciding = {item.id for item in answer.deciding}
        for item, truth in answer.considered:
            role = {True: "applies", False: "does not apply", None: "unknown"}[truth]
            if item.id in deciding:
                role += ", decides" if truth else ", may decide"
            elif truth and item.effect not in ("not-required",):
                role += ", set aside by another layer or provision" if answer.answer != item.effect else ""
            until = "" if item.last == LATEST_DAY else f" to {item.last}"
            lines.append(
                f"    {item.id} [{item.jurisdiction}] {item.effect}, in force from {item.first}{until}: {role}"
            )
            lines.append(
                _wrap(
                    f"{item.says} — {item.cite} (read: {item.read}, confidence {item.confidence}"
                    f"{'' if item.verified else ', not verified'})",
                    "        ",
                )
            )
            for label, tree in (("when", item.when), ("unless", item.unless)):
                if tree:
                    lines.append(_wrap(f"{label} {to_text(tree)}", "          ", "        "))
            if item.source:
                lines.append(_wrap(f"source: {item.source}", "          ", "        "))
        for name, entry in facts_used(answer, decision).items():
            source = f" (from {entry['source']})" if entry["source"] else ""
            lines.append(f"    fact {name} = {entry['value']}{source}")
        for missing in answer.missing:
            lines.append(
                f"    missing {missing.fact}: "
                + ", ".join(f"{value} → {result}" for value, result in missing.answers.items())
            )
    return "\n".join(lines)

"""Deciding a case under the adopted law, and what the decision allows."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import lawfulhold
from lawfulhold.desk.errors import Invalid, RuleOfTheDesk
from lawfulhold.desk.models import Agency, Custody, Decision, FactSheet, Finding, LawVersion, Opinion
from lawfulhold.desk.services import docket, facts, law
from lawfulhold.desk.services.acting import By
from lawfulhold.errors import InputError
from lawfulhold.rules import decide as engine
from lawfulhold.rules.law import INFORMATION
from lawfulhold.rules.write import answer_as_json, at_release, clock_as_json, duties
from lawfulhold.rules.write import clocks as clocks_of

ALLOWING = ("required", "permitted")
QUESTIONS_SHOWN = ("hold", "notify", "transfer", "interview", "access", "share")


# ---------------------------------------------------------------------------------------------- findings

_findings: WeakKeyDictionary[Any, dict[tuple[int, ...], tuple[str, tuple[Any, ...]]]] = WeakKeyDictionary()
_new_findings: dict[str, dict[str, Any]] = {}


def finding_of(decision: engine.Decision) -> tuple[str, dict[str, Any] | None]:
    """(hash, content) of what the law answers apart from the case; the content is None when the hash was worked out before in this process.

    The engine gives cases that share every fact that matters the very same answers, so each distinct set is written out once.
    """
    answers = tuple(decision.answers.values())
    known = _findings.setdefault(decision.law, {})
    key = tuple(id(answer) for answer in answers)
    if key in known:
        return known[key][0], None
    content = {
        "jurisdiction": decision.case.jurisdiction,
        "agency": decision.kind,
        "law_version": decision.law_version,
        "answers": {
            name: {key: value for key, value in answer_as_json(answer, decision).items() if key != "facts"}
            for name, answer in decision.answers.items()
            if name not in INFORMATION
        },
        "duties": list(duties(decision)),
        "at_release": at_release(decision),
    }
    digest = hashlib.sha256(docket.canonical(content)).hexdigest()
    if len(known) > 50_000:
        known.clear()
    known[key] = (digest, answers)  # the answers are held so that their ids are not given away again
    return digest, content


def keep_findings(found: Mapping[str, dict[str, Any]]) -> None:
    """Keep findings that are not kept yet."""
    if found:
        rows = [Finding(digest=digest, answers=content) for digest, content in found.items()]
        # One by one: many at once go to PostgreSQL as an array, and writing long JSON into arrays costs more than the statements.
        Finding.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1)


# ---------------------------------------------------------------------------------------------- deciding


def ask(
    agency: Agency, version: LawVersion, known: dict[str, Any], asked_for: datetime, number: str = ""
) -> engine.Decision:
    """Put facts to the adopted law. Raises `Invalid` for facts that contradict each other."""
    case = facts.case_of(agency, version, known, asked_for, number)
    try:
        return engine.decide(case, law.law_of(version), today=asked_for.date())
    except InputError as error:
        raise Invalid(f"These facts cannot all be so: {error.what}") from None


def decide_if_changed(by: By, custody: Custody, because: str = "") -> Decision | None:
    """Decide a case again when its facts, its law or the answer of the day changed. Inside a transaction that changes the case.

    A case that never had a detainer is not decided until somebody asks. Returns the decision in force, None when there is none.
    """
    version = by.agency.law
    latest = Decision.objects.filter(custody=custody).select_related("finding").order_by("-number").first()
    if version is None or (
        latest is None and not custody.detainers.filter(state="matched").exists() and because != "asked"
    ):
        return latest
    known = facts.facts_of(by.agency, custody, by.at)
    digest = facts.digest_of(known)
    asked_for = facts.asked_moment(custody.release_due_at, by.at)
    answered = ask(by.agency, version, known, asked_for, custody.number)
    found, content = finding_of(answered)
    same_facts = (
        latest is not None
        and custody.sheet_id is not None
        and FactSheet.objects.filter(pk=latest.sheet_id, digest=digest).exists()
    )
    if (
        latest is not None
        and same_facts
        and latest.law_id == version.pk
        and latest.finding_id == found
        and because != "asked"
    ):
        set_answers(custody, latest)
        return latest
    if content is None and not Finding.objects.filter(digest=found).exists():
        content = rewritten(answered)
    if content is not None:
        keep_findings({found: content})
    if same_facts and latest is not None:
        sheet = latest.sheet
    else:
        sheet = FactSheet(id=uuid.uuid4(), custody=custody, digest=digest, facts=known, made_at=by.at)
        sheet.save(force_insert=True)
    reason = because or (
        "first" if latest is None else "facts" if not same_facts else "law" if latest.law_id != version.pk else "day"
    )
    decision = made(custody.pk, latest, version, sheet.pk, answered, found, asked_for, reason)
    docket.enter(by, "decision", sentence(decision), decision, custody=custody, facts=digest, finding=found)
    set_answers(custody, decision)
    from lawfulhold.desk.services import consequences

    consequences.of_decision(by, custody, decision, latest)
    return decision


def rewritten(answered: engine.Decision) -> dict[str, Any]:
    """The content of a finding whose hash is known but which the database does not hold (a restored or emptied database)."""
    _findings.get(answered.law, {}).clear()
    content = finding_of(answered)[1]
    assert content is not None
    return content


class Before(NamedTuple):
    """What a new decision must know of the one it supersedes."""

    pk: uuid.UUID
    number: int
    hold: str
    notify: str
    transfer: str


def made(
    custody: uuid.UUID,
    latest: Decision | Before | None,
    version: LawVersion,
    sheet: uuid.UUID,
    answered: engine.Decision,
    finding: str,
    asked_for: datetime,
    because: str,
) -> Decision:
    """The row of a decision on a case and the facts of that sheet, not saved yet."""
    now = {
        name: answered.answers[name].answer if name in answered.answers else ""
        for name in ("hold", "notify", "transfer")
    }
    changes = []
    if latest is not None:
        changes = [
            {"question": name, "from": getattr(latest, name), "to": answer}
            for name, answer in now.items()
            if getattr(latest, name) != answer
        ]
    return Decision(
        custody_id=custody,
        number=(latest.number if latest else 0) + 1,
        sheet_id=sheet,
        law_id=version.pk,
        law_version=answered.law_version,
        missing=len(answered.answers["hold"].missing),
        engine=lawfulhold.__version__,
        asked_for=asked_for,
        finding_id=finding,
        clocks=clock_rows(answered, version.reading),
        supersedes_id=latest.pk if latest else None,
        because=because,
        changes=changes,
        **now,
    )


def clock_rows(answered: engine.Decision, reading: str) -> list[dict[str, Any]]:
    """The clocks of a decision; among the readings of the 48 hours the one that counsel chose governs, else the shortest."""
    rows = [clock_as_json(clock) for clock in clocks_of(answered)]
    if reading != "shortest":
        readings = [row for row in rows if row["name"] == "longest hold" and row["hours"] == 48]
        wanted = [row for row in readings if bool(row["excludes"]) == (reading == "counted")]
        governing = [row for row in rows if row["governs"]]
        if wanted and governing and governing[0] in readings:
            for row in readings:
                row["governs"] = row is wanted[0]
    return rows


def set_answers(custody: Custody, decision: Decision) -> None:
    """The columns of the case that show its decision."""
    custody.decision, custody.sheet_id, custody.law_id = decision, decision.sheet_id, decision.law_id
    custody.hold_answer, custody.notify_answer, custody.transfer_answer = (
        decision.hold,
        decision.notify,
        decision.transfer,
    )
    custody.missing = decision.missing


_ANSWER_WORDS = {
    "required": "required",
    "permitted": "permitted",
    "prohibited": "prohibited",
    "undetermined": "depends on missing facts",
    "unsettled": "not settled by the law",
    "": "not answered",
}


def sentence(decision: Decision) -> str:
    """A decision in a sentence, for the timeline."""
    said = f"hold {_ANSWER_WORDS[decision.hold]}, notice to ICE {_ANSWER_WORDS[decision.notify]}, hand-over {_ANSWER_WORDS[decision.transfer]}"
    changed = "; ".join(f"{item['question']} was {_ANSWER_WORDS[item['from']]}" for item in decision.changes)
    return f"Decision {decision.number} ({Decision.REASONS[decision.because].lower()}): {said}{f' ({changed})' if changed else ''}."


# ---------------------------------------------------------------------------------------------- using a decision


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer that counts for one question: the law's own, or counsel's opinion on this very decision."""

    question: str
    answer: str
    of_law: str
    opinion: Opinion | None
    decision: Decision

    @property
    def allows(self) -> bool:
        """May it be done?"""
        return self.answer in ALLOWING


def opinions_on(decision: Decision) -> dict[str, Opinion]:
    """Counsel's opinion in force on each question of a decision: one read, for who asks several questions.

    A yes holds for the decision it was given on. A no outlives it: no change of facts lifts it, only counsel's next word on the question does.
    """
    rows = Opinion.objects.filter(custody_id=decision.custody_id).in_force().order_by("entry_id")
    last = {row.question: row for row in rows}
    return {
        question: row
        for question, row in last.items()
        if row.decision_id == decision.pk or row.answer == "prohibited"
    }


def answer_to(custody: Custody, question: str, opinions: dict[str, Opinion] | None = None) -> Standing:
    """The answer that counts for a question now; `opinions` are those on its decision, where they were read already. Raises `RuleOfTheDesk` when the
    case has no decision under the law in force."""
    decision = custody.decision
    if decision is None:
        raise RuleOfTheDesk(
            "decision-first", "This case has no decision yet.", advice="Match the detainer, or ask for a decision."
        )
    if custody.agency.law_id != decision.law_id:
        raise RuleOfTheDesk(
            "decision-current",
            "The agency has adopted another version of the law since this case was decided.",
            advice="It is being decided again; look again in a moment.",
        )
    of_law = str((decision.finding.answers["answers"].get(question) or {"answer": "unsettled"})["answer"])
    opinion = (opinions_on(decision) if opinions is None else opinions).get(question)
    answer = opinion.answer if opinion is not None else of_law
    if of_law == "prohibited":
        answer = "prohibited"  # whatever stands in the table of opinions
    return Standing(question, answer, of_law, opinion, decision)


def answer_that_counts(custody: Custody, question: str) -> str:
    """The answer alone, counsel's no included; '' where there is none under the law in force."""
    try:
        return answer_to(custody, question).answer
    except RuleOfTheDesk:
        return ""


def ensure(by: By, custody: Custody) -> Decision:
    """A decision for a case, made now when there is none (a case without a detainer)."""
    decision = decide_if_changed(by, custody, "" if custody.decision_id else "asked")
    if decision is None:
        raise RuleOfTheDesk(
            "law-first", "The agency has adopted no version of the law.", advice="Counsel adopts one first."
        )
    return decision


def ask_again(by: By, custody_id: Any, *, seen: int | None = None) -> Decision:
    """Decide a case now, because somebody asks."""
    by.must("decide")
    with docket.changing(by, custody_id, seen) as custody:
        ensure(by, custody)
        decision = decide_if_changed(by, custody, "asked")
    assert decision is not None
    return decision


def replay(decision: Decision) -> engine.Decision:
    """The decision worked out anew from the kept facts and the kept law, for its card and its reasons. Equal by construction; `matches` says whether it is."""
    if decision.sheet.facts is None:
        raise RuleOfTheDesk("purged", "The facts of this case were purged after the retention time.")
    return ask(decision.agency, decision.law, decision.sheet.facts, decision.asked_for, decision.custody.number)


def matches(decision: Decision) -> bool:
    """Does the kept decision follow from its kept facts and law?"""
    answered = replay(decision)
    digest, _ = finding_of(answered)
    return digest == decision.finding_id


def shown(decision: Decision) -> dict[str, Any]:
    """A decision as plain data (docs/decision.md), with the clocks that govern in this agency."""
    data = replay(decision).as_json()
    data["clocks"] = decision.clocks
    return data


def missing_facts(decision: Decision, questions: Sequence[str] = QUESTIONS_SHOWN) -> list[dict[str, Any]]:
    """The facts that could change an answer: fact, question to ask, answer for each value; each once, those of the hold first."""
    seen: dict[str, dict[str, Any]] = {}
    for question in questions:
        for item in (decision.finding.answers["answers"].get(question) or {}).get("missing", ()):
            seen.setdefault(item["fact"], {**item, "question": question})
    return list(seen.values())

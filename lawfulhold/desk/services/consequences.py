"""What follows at once from a new decision: holds without a basis end, people are told what changed, counsel is asked."""

from __future__ import annotations

from typing import Any

from lawfulhold.desk.models import Custody, Decision
from lawfulhold.desk.services import alerts, clocks, counsel, decisions, holds
from lawfulhold.desk.services.acting import By

UNSETTLED = "The law does not settle whether this person may be held. What is the agency to do?"


QUESTIONS = {"hold": "hold past the release time", "notify": "tell ICE of the release", "transfer": "hand over to ICE"}
ANSWERS = {
    "required": "must",
    "permitted": "may",
    "prohibited": "must not",
    "undetermined": "depends on missing facts",
    "unsettled": "not settled, ask counsel",
}


def of_decision(by: By, custody: Custody, decision: Decision, before: Decision | None) -> None:
    """Inside the transaction that wrote the decision."""
    hold = custody.hold
    if hold is not None and hold.authority != "warrant" and decision.hold not in ("required", "permitted"):
        clocks.end_hold(
            by,
            custody,
            f"By decision {decision.number} the law does not require or permit the hold any more ({decision.hold}).",
        )
        alerts.alert(
            by,
            custody,
            "changed",
            f"hold-ended:{decision.pk}",
            f"{custody.number}: the hold has lost its basis (decision {decision.number}). Release now.",
            "now",
            "clerk",
            custody.release_due_at,
        )
    elif hold is not None and hold.authority != "warrant":
        until = holds.limit(decision)
        if until is not None and custody.hold_limit_at is not None and until[0] < custody.hold_limit_at:
            alerts.alert(
                by,
                custody,
                "hold-limit",
                f"limit-earlier:{decision.pk}",
                f"{custody.number}: the hold now ends at {by.local(until[0]):%H:%M on %Y-%m-%d} ({until[1]}), earlier than it was recorded "
                f"(decision {decision.number}).",
                "now",
                "clerk",
                until[0],
            )
            custody.hold_limit_at = until[0]
            clocks.plan(by, custody)
    elif hold is not None and decision.hold == "prohibited":
        alerts.alert(
            by,
            custody,
            "changed",
            f"hold-warrant:{decision.pk}",
            f"{custody.number}: held on a judge's warrant; decision {decision.number} forbids any other hold.",
            "warn",
            "supervisor",
            custody.hold_limit_at,
        )
    if before is not None and decision.finding_id != before.finding_id:
        no = decisions.opinions_on(decision).get("hold")
        if no is not None and no.decision_id != decision.pk and decision.hold != "prohibited":
            counsel.ask_automatically(
                by,
                custody,
                "no-stands",
                f"Counsel said no to a hold ({by.local(no.recorded_at):%Y-%m-%d %H:%M}). What the law finds has changed since "
                f"(decision {decision.number}: {ANSWERS[decision.hold]}). The no stands until counsel speaks again.",
                custody.release_due_at,
                decision,
            )
    if before is not None and decision.changes:
        alerts.alert(by, custody, **changed(custody, decision))
    if decision.hold == "unsettled" and custody.live_detainers:
        counsel.ask_automatically(
            by,
            custody,
            "unsettled",
            UNSETTLED,
            custody.release_due_at,
            decision,
        )


def changed(custody: Custody, decision: Decision) -> dict[str, Any]:
    """The alert that an answer changed: its kind, key, words, level, whose it is, and the moment it is about."""
    words = "; ".join(
        f"{QUESTIONS.get(item['question'], item['question'])}: {ANSWERS.get(item['to'], 'no answer')} (was: {ANSWERS.get(item['from'], 'no answer')})"
        for item in decision.changes
    )
    return {
        "kind": "changed",
        "key": f"changed:{decision.pk}",
        "says": f"{custody.number}: the answer changed. {words[:1].upper()}{words[1:]}.",
        "level": "warn",
        "for_role": "clerk",
        "about_at": custody.release_due_at,
    }

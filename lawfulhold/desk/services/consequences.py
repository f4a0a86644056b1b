"""What follows at once from a new decision: holds without a basis end, people are told what changed, counsel is asked."""

from __future__ import annotations

from typing import Any

from lawfulhold.desk.models import Custody, Decision, Opinion
from lawfulhold.desk.services import alerts, clocks, counsel, decisions, docket, holds, work
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
        _ask_after_a_no(by, custody, decision)
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


def _ask_after_a_no(by: By, custody: Custody, decision: Decision) -> bool:
    """Ask counsel again whose no to a hold was said on another finding of a law that does not forbid the hold. Returns whether a question was put."""
    no = decisions.opinions_on(decision).get("hold")
    if no is None or no.decision.finding_id == decision.finding_id or decision.hold == "prohibited":
        return False
    asked = counsel.ask_automatically(
        by,
        custody,
        "no-stands",
        f"Counsel said no to a hold ({by.local(no.recorded_at):%Y-%m-%d %H:%M}). What the law finds has changed since "
        f"(decision {decision.number}: {ANSWERS[decision.hold]}). The no stands until counsel speaks again.",
        custody.release_due_at,
        decision,
    )
    return asked is not None


@work.handles("standing-no", "batches", lane="law")
def ask_of_standing_noes(by: By, payload: dict[str, Any]) -> str | None:
    """After counsel adopted a version of the law: every open case on which a no to a hold stands is put to counsel again. A no is as visible as a yes
    that has lapsed. Raises `RuntimeError`, and so comes again, while cases wait to be decided under the version."""
    version = by.agency.law
    if version is None or str(version.pk) != payload["law"]:
        return "another version of the law is in force now"
    noes = Opinion.objects.filter(agency=by.agency, question="hold", answer="prohibited", custody__open=True).in_force()
    asked = waiting = 0
    for key in list(noes.values_list("custody_id", flat=True).distinct()):
        with docket.changing(by, key) as custody:
            if custody.decision is None or custody.law_id != version.pk:
                waiting += 1
            elif _ask_after_a_no(by, custody, custody.decision):
                asked += 1
    if waiting:
        raise RuntimeError(f"{waiting} cases on which counsel's no stands are not decided under this version yet")
    return f"counsel was asked again about {asked} cases"


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

"""Counsel: questions put, opinions given. An opinion settles what the law leaves open, narrows what it permits, and never lifts a bar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from lawfulhold.desk.errors import Invalid, NotFound, Overtaken, RuleOfTheDesk
from lawfulhold.desk.models import CounselRequest, Custody, Decision, Opinion
from lawfulhold.desk.services import alerts, docket, subpoenas
from lawfulhold.desk.services.acting import By

MAY_BECOME = {
    "prohibited": ("prohibited",),
    "required": ("required", "prohibited"),
    "permitted": ("permitted", "prohibited"),
    "unsettled": ("permitted", "prohibited"),
    "undetermined": ("prohibited",),
}
"""Law's answer → what counsel may make of it. Undetermined means that facts are missing: they can be found, not opined; until then only a no is possible."""


ABOUT_THE_HOLD = ("unsettled", "no-stands", "release-near", "release-moved")
"""Why the desk asks counsel by itself about a hold: an opinion on the hold answers it, an opinion on anything else does not. A citizenship claim and a
subpoena are answered where they stand."""


def ask(
    by: By, custody_id: Any, asks: str, *, due_at: datetime | None = None, seen: int | None = None
) -> CounselRequest:
    """Put a question on a case to counsel."""
    by.must("ask counsel")
    if not asks.strip():
        raise Invalid("Write the question.", field="asks")
    with docket.changing(by, custody_id, seen) as custody:
        return _ask(by, custody, "asked", asks.strip(), due_at, custody.decision)


def ask_automatically(
    by: By, custody: Custody, why: str, asks: str, due_at: datetime | None, decision: Decision | None = None
) -> CounselRequest | None:
    """Put a question by itself, unless one for this reason is open. Inside a transaction that changes the case."""
    if CounselRequest.objects.filter(custody=custody, why=why, answered_at__isnull=True).exists():
        return None
    return _ask(by, custody, why, asks, due_at, decision or custody.decision)


def _ask(
    by: By, custody: Custody, why: str, asks: str, due_at: datetime | None, decision: Decision | None
) -> CounselRequest:
    row = CounselRequest(custody=custody, why=why, asks=asks[:1000], due_at=due_at, decision=decision)
    docket.enter(by, "counsel-asked", f"Counsel was asked: {row.asks}", row, custody=custody)
    level = "now" if why == "claim" else "warn"
    alerts.alert(by, custody, "counsel", f"counsel:{row.pk}", f"{custody.number}: {row.asks}", level, "counsel", due_at)
    return row


def opine(
    by: By,
    custody_id: Any,
    decision_id: Any,
    question: str,
    answer: str,
    reason: str,
    *,
    request_id: Any = None,
    seen: int | None = None,
) -> Opinion:
    """Counsel gives an opinion on one question of the decision in force: signs it off, settles it, or narrows it; always with the reason.

    Raises `RuleOfTheDesk` when the law leaves no room for it, `Overtaken` when the decision was superseded meanwhile.
    """
    by.must("give opinion")
    if not reason.strip():
        raise Invalid("Write the reason; an opinion is never silent.", field="reason")
    with docket.changing(by, custody_id, seen) as custody:
        decision = Decision.objects.select_related("finding").filter(custody=custody, pk=decision_id).first()
        if decision is None:
            raise NotFound("There is no such decision of this case.")
        if custody.decision_id != decision.pk:
            raise Overtaken("The case was decided again meanwhile.", [], custody.version)
        found = decision.finding.answers["answers"].get(question)
        if found is None:
            raise Invalid(f"The decision does not answer the question {question}.", field="question")
        before = found["answer"]
        if answer not in MAY_BECOME[before]:
            raise RuleOfTheDesk(
                "opinion-within-law",
                _refusal(question, before, answer),
                field="answer",
                advice="State the missing facts first."
                if before == "undetermined"
                else "Only a change of the facts or of the law can change this.",
            )
        kind = "sign-off" if answer == before else "settles" if before in ("unsettled", "undetermined") else "override"
        earlier = Opinion.objects.filter(decision=decision, question=question).in_force().order_by("entry_id").last()
        row = Opinion(
            custody=custody,
            decision=decision,
            request_id=request_id,
            question=question,
            before=before,
            answer=answer,
            kind=kind,
            reason=reason.strip(),
            corrects=earlier,
        )
        words = Opinion.KINDS[kind]
        docket.enter(
            by,
            "opinion",
            f"Counsel on {question}: {answer} (law: {before}; {words.lower()}). {row.reason}"[:1000],
            row,
            custody=custody,
        )
        about = ("asked", *ABOUT_THE_HOLD) if question == "hold" else ("asked",)
        answered(by, custody, *about, request_id=request_id)
        alerts.alert(
            by,
            custody,
            "opinion",
            f"opinion:{row.pk}",
            f"{custody.number}: counsel on {question}: {answer}.",
            "warn",
            "clerk",
            custody.release_due_at,
        )
        hold = custody.hold
        if question == "hold" and answer == "prohibited" and hold is not None and hold.authority != "warrant":
            from lawfulhold.desk.services import clocks

            clocks.end_hold(by, custody, "Counsel: no hold.")
    return row


def answered(by: By, custody: Custody, *why: str, request_id: Any = None) -> None:
    """The open questions of a case that were put for one of these reasons (or the one that is named) have their answer. Inside a transaction that
    changes the case."""
    for request in CounselRequest.objects.filter(custody=custody, subpoena=None, answered_at__isnull=True):
        if str(request.pk) == str(request_id) if request_id is not None else request.why in why:
            request.answered_at = by.at
            request.save(update_fields=["answered_at"])


def waiting(by: By) -> QuerySet[CounselRequest]:
    """The questions that wait for counsel, those needed first before the others: of cases and subpoenas that go on."""
    rows = CounselRequest.objects.filter(agency=by.agency, answered_at__isnull=True)
    rows = rows.filter(Q(custody__open=True) | Q(subpoena__isnull=False)).exclude(subpoena__state__in=subpoenas.DONE)
    return rows.order_by(F("due_at").asc(nulls_last=True), "recorded_at", "pk")


def _refusal(question: str, before: str, answer: str) -> str:
    if before == "prohibited":
        return f"The law forbids this ({question}); no opinion can allow it."
    if before == "undetermined":
        return f"Whether the law allows this ({question}) depends on facts that are missing."
    return f"The law says {before} ({question}); counsel cannot make it {answer}."

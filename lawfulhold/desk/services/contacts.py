"""Contacts with ICE. What goes out is allowed by the decision in force, or does not go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lawfulhold.desk.errors import Invalid, RuleOfTheDesk
from lawfulhold.desk.models import CHANNELS, Contact, Custody, Detainer, Document, Opinion
from lawfulhold.desk.services import decisions, docket, moments
from lawfulhold.desk.services.acting import By

OUT = (
    "will-hold",
    "decline",
    "notice-of-release",
    "information",
    "interview",
    "access",
    "hand-over",
    "acknowledged",
    "question",
)
IN = ("inquiry", "other-in")
FIXED = {
    "decline": "This agency received the request named above. It does not act on it: {cite}. This reply says nothing on whether any person is, was or will be "
    "in custody.",
    "returned": "This agency returns the request named above: it is on the record of no person here. This reply says nothing on whether any person is, was "
    "or will be in custody.",
    "acknowledged": "This agency received the request named above. This reply says nothing on whether any person is, was or will be in custody.",
}
"""Replies that the law leaves free because they tell ICE nothing of a person: their words are fixed, so that nothing else goes out with them."""


@dataclass(frozen=True, slots=True)
class May:
    """Whether something may go out to ICE, and why (not)."""

    kind: str
    question: str
    allowed: bool
    says: str


def may_send(custody: Custody, kind: str, opinions: dict[str, Opinion] | None = None) -> May:
    """May this go to ICE now? The screen shows only what may. `opinions` as in `decisions.answer_to`."""
    question = Contact.QUESTION_OF.get(kind, "")
    try:
        hold = decisions.answer_to(custody, "hold", opinions)
        if kind == "decline":
            if hold.answer == "required":
                return May(kind, "", False, "The law requires what the detainer asks; it cannot be declined.")
            return May(kind, "", True, "Tells ICE nothing of any person.")
        if not question:
            return May(kind, "", True, "Tells ICE nothing of any person.")
        answer = decisions.answer_to(custody, question, opinions)
    except RuleOfTheDesk as error:
        return May(kind, question, kind == "acknowledged", error.says)
    if custody.claim_open and kind in ("will-hold", "hand-over"):
        return May(kind, question, False, "A citizenship claim is open.")
    cites = "; ".join(
        dict.fromkeys(
            item["cite"] for item in answer.decision.finding.answers["answers"].get(question, {}).get("provisions", ())
        )
    )
    words = {
        "required": "The law requires it",
        "permitted": "The law permits it",
        "prohibited": "The law forbids it",
        "undetermined": "Whether the law allows it depends on missing facts",
        "unsettled": "The law does not settle it; counsel decides",
    }[answer.answer]
    if answer.opinion is not None and answer.answer != answer.of_law:
        words = f"Counsel: {answer.answer}"
    return May(kind, question, answer.allows, f"{words}{f' ({cites})' if cites else ''}.")


def all_that_may_go(custody: Custody) -> list[May]:
    """Each kind of contact with whether it may go out now."""
    opinions = decisions.opinions_on(custody.decision) if custody.decision else None
    return [may_send(custody, kind, opinions) for kind in OUT]


def send(
    by: By,
    custody_id: Any,
    kind: str,
    *,
    channel: str,
    content: str = "",
    number: str = "",
    official: str = "",
    answer: str = "",
    at: datetime | None = None,
    document: Document | None = None,
    proof: Document | None = None,
    seen: int | None = None,
) -> Contact:
    """Record (and so allow) something that goes out to ICE. Raises `RuleOfTheDesk` for what the decision in force does not allow; nothing is kept then
    but the refusal, which goes into the docket. Raises `Invalid` for a moment (`at`) in the future or before the booking."""
    by.must("contact")
    if kind not in OUT:
        raise Invalid(f"What goes to ICE is one of {', '.join(OUT)}.", field="kind")
    if channel not in CHANNELS:
        raise Invalid(f"The channel is one of {', '.join(CHANNELS)}.", field="channel")
    refused: May | None = None
    with docket.changing(by, custody_id, seen) as custody:
        moment = moments.past(by, at, custody=custody)
        allowed = may_send(custody, kind)
        if not allowed.allowed:
            refused = allowed
            docket.enter(
                by,
                "contact-refused",
                f"Not sent to ICE: {Contact.KINDS[kind].lower()}. {allowed.says}",
                custody=custody,
                what=kind,
            )
        else:
            newest = custody.detainers.exclude(state="duplicate").order_by("received_at").last()
            decision = custody.decision
            text = FIXED[kind].format(cite=cite(custody)) if kind in FIXED else content.strip()
            if not text:
                raise Invalid("Write what is sent.", field="content")
            row = Contact(
                custody=custody,
                detainer=newest,
                direction="out",
                kind=kind,
                question=allowed.question,
                channel=channel,
                number=number.strip()[:200],
                official=official.strip()[:200],
                content=text,
                answer=answer.strip(),
                at=moment,
                decision=decision,
                document=document,
                proof=proof,
            )
            rows = [item for item in (document, proof, row) if item is not None and item._state.adding]
            docket.enter(
                by,
                "contact",
                f"{Contact.KINDS[kind]}, by {CHANNELS[channel].lower()} to {row.official or row.number or 'ICE'}. {allowed.says}",
                *rows,
                custody=custody,
            )
    if refused is not None:
        raise RuleOfTheDesk(
            "ice-allowed",
            f"This cannot be sent to ICE. {refused.says}",
            field="kind",
            advice="" if refused.question == "" else "Counsel can be asked, unless the law forbids it.",
        )
    return row


def cite(custody: Custody) -> str:
    assert custody.decision is not None
    hold = custody.decision.finding.answers["answers"]["hold"]
    cites = [item["cite"] for item in hold["provisions"] if item["effect"] in ("prohibited", "unsettled")]
    return "; ".join(dict.fromkeys(cites)) or "no authority to do so is on record"


def received(
    by: By,
    custody_id: Any,
    kind: str,
    content: str,
    *,
    channel: str,
    official: str = "",
    number: str = "",
    at: datetime | None = None,
    document: Document | None = None,
    seen: int | None = None,
) -> Contact:
    """Record something that came from ICE about a case: it may have come before the booking, never in the future (`Invalid`)."""
    by.must("contact")
    if kind not in IN:
        raise Invalid(
            f"What comes from ICE is one of {', '.join(IN)}; a detainer or a cancellation has its own form.",
            field="kind",
        )
    if not content.strip():
        raise Invalid("Write what ICE said.", field="content")
    with docket.changing(by, custody_id, seen) as custody:
        row = Contact(
            custody=custody,
            direction="in",
            kind=kind,
            channel=channel,
            number=number[:200],
            official=official[:200],
            content=content.strip(),
            at=moments.past(by, at),
            document=document,
        )
        docket.enter(
            by,
            "contact",
            f"From ICE, by {CHANNELS.get(channel, channel).lower()}: {Contact.KINDS[kind].lower()}.",
            *[item for item in (document, row) if item is not None],
            custody=custody,
        )
    return row


def confirm(
    by: By, contact_id: Any, answer: str, proof: Document | None = None, *, seen: int | None = None
) -> Contact:
    """ICE's answer to something sent, or the proof that it went: a new row that corrects the first. Raises `Invalid` for a contact that was corrected
    meanwhile, and when there is neither answer nor proof."""
    by.must("contact")
    if not answer.strip() and proof is None:
        raise Invalid("Write what ICE answered, or attach the proof.", field="answer")
    rows = Contact.objects.filter(agency=by.agency, pk=contact_id, direction="out")
    named = rows.first()
    if named is None or named.custody_id is None:
        raise Invalid("There is no such contact.", field="contact")
    with docket.changing(by, named.custody_id, seen) as custody:
        old = rows.in_force().first()
        if old is None:
            raise Invalid("This contact has its answer or proof already; look at it again.", field="contact")
        copied = {
            column.attname: getattr(old, column.attname)
            for column in Contact._meta.concrete_fields
            if column.name not in ("id", "agency", "entry", "recorded_at", "recorded_by", "recorded_name", "corrects")
        }
        row = Contact(**{**copied, "corrects": old, "answer": answer.strip() or old.answer})
        if proof is not None:
            row.proof = proof
        docket.enter(
            by,
            "contact",
            f"ICE answered: {answer.strip()[:200]}" if answer.strip() else "Proof of sending kept.",
            *[item for item in (proof, row) if item is not None],
            custody=custody,
        )
    return row


def detainers_without_answer(by: By) -> QuerySet[Detainer]:
    """Detainers to which ICE has had no reply, the oldest first."""
    answered = Contact.objects.filter(
        agency=by.agency, direction="out", kind__in=("will-hold", "decline", "returned"), detainer__isnull=False
    ).values("detainer_id")
    rows: QuerySet[Detainer] = Detainer.objects.filter(agency=by.agency, live=True).exclude(pk__in=answered)
    return rows.select_related("custody").order_by("received_at")

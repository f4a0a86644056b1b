"""Which papers there are for a case, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lawfulhold.desk.models import Contact, Custody, Detainer, Release
from lawfulhold.desk.services import contacts, decisions

BOTH = (("en", "English"), ("es", "Español"))
ENGLISH = (("en", "English"),)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that can be printed for a case."""

    name: str
    title: str
    why: str
    codes: tuple[tuple[str, str], ...] = BOTH

    @property
    def languages(self) -> list[dict[str, str]]:
        """The languages it is printed in."""
        return [{"code": code, "words": words} for code, words in self.codes]


def offered(custody: Custody) -> list[Paper]:
    """The papers that this case has a use for now. A reply to ICE is offered only when the decision in force allows
    it.
    """
    found: list[Paper] = []
    detainers = list(Detainer.objects.filter(custody=custody).exclude(state="duplicate"))
    duties: list[dict[str, Any]] = custody.decision.finding.answers["duties"] if custody.decision else []
    live = [row for row in detainers if row.live]
    if live:
        asked = [item["cite"] for item in duties if item["question"] == "notice" and "copy" in item["says"].lower()]
        found.append(
            Paper(
                "statement-of-intent",
                "Notice to the person: copy of the detainer and statement of intent",
                f"Asked for by {asked[-1]}." if asked else "",
            )
        )
    if (
        Contact.objects.filter(
            custody=custody, direction="out", kind__in=("notice-of-release", "will-hold", "hand-over", "information")
        )
        .in_force()
        .exists()
    ):
        found.append(Paper("notice-of-notification", "Notice to the person: what ICE was told", "ICE was told."))
    consent = [
        item["cite"]
        for item in duties
        if "consent" in item["says"].lower() or "interview" in str(item.get("paper") or "").lower()
    ]
    if consent or (live and _interview_possible(custody)):
        found.append(
            Paper(
                "interview-consent",
                "Interview consent form",
                f"Asked for by {consent[0]}." if consent else "Before any interview by ICE.",
            )
        )
    if custody.hold is not None:
        found.append(Paper("notice-of-hold", "Notice to the person: held on a detainer", "A hold is on record."))
    if any(row.cancelled_at for row in detainers):
        found.append(Paper("lift", "Notice to the person: the detainer was cancelled", "ICE cancelled a detainer."))
    if detainers and custody.decision is not None and custody.open:
        if contacts.may_send(custody, "will-hold").allowed and custody.hold is not None:
            found.append(
                Paper(
                    "reply-will-hold",
                    "Reply to ICE: the person will be held",
                    contacts.may_send(custody, "will-hold").says,
                    ENGLISH,
                )
            )
        elif contacts.may_send(custody, "decline").allowed:
            found.append(Paper("reply-decline", "Reply to ICE: not acted on", "Says nothing of any person.", ENGLISH))
        if contacts.may_send(custody, "notice-of-release").allowed and custody.release_due_at is not None:
            found.append(
                Paper(
                    "reply-notice-of-release",
                    "Reply to ICE: notice of the release",
                    contacts.may_send(custody, "notice-of-release").says,
                    ENGLISH,
                )
            )
    released = Release.objects.filter(custody=custody).in_force().exists()
    found.append(Paper("release-record", "Release record", "" if released else "A draft until the release."))
    return found


def _interview_possible(custody: Custody) -> bool:
    """Does the law leave room for an interview here?"""
    if custody.decision is None or custody.agency.law_id != custody.decision.law_id:
        return False
    return decisions.answer_to(custody, "interview").answer != "prohibited"

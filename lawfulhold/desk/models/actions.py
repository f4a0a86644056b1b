"""What the desk does: holds, contacts with ICE, service on the person, duties, transfers, alerts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from lawfulhold.desk.encryption import EncryptedText
from lawfulhold.desk.models.custody import Custody, Document
from lawfulhold.desk.models.decisions import Decision
from lawfulhold.desk.models.papers import CHANNELS, CitizenshipClaim, Detainer, Warrant
from lawfulhold.desk.models.record import Record, Standing


class Hold(Record):
    """A hold past the release time: it has its authority, or it cannot be written."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="holds")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="holds")
    authority = models.CharField(max_length=30)
    provision = models.CharField(max_length=120, default="", blank=True)
    cite = models.CharField(max_length=400)
    warrant = models.ForeignKey(Warrant, models.PROTECT, null=True, related_name="+")
    detainer = models.ForeignKey(Detainer, models.PROTECT, null=True, related_name="+")
    opinion = models.ForeignKey("desk.Opinion", models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    limit_cite = models.CharField(max_length=400)
    readings = models.JSONField(default=list)
    approved_by = models.CharField(max_length=200)
    note = models.CharField(max_length=1000, default="", blank=True)

    AUTHORITIES: ClassVar[dict[str, str]] = {
        "statute": "The law requires the hold",
        "permission": "The law permits the hold, and the agency decided to hold",
        "warrant": "Warrant or order signed by a judge",
        "opinion": "Counsel settled what the law leaves open",
    }

    class Meta:
        """No authority, no hold; a limit comes after the start."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(authority="") & ~Q(cite=""), name="hold_authority"),
            models.CheckConstraint(condition=~Q(authority="warrant") | Q(warrant__isnull=False), name="hold_warrant"),
            models.CheckConstraint(condition=~Q(authority="opinion") | Q(opinion__isnull=False), name="hold_opinion"),
            models.CheckConstraint(
                condition=~Q(authority__in=("statute", "permission")) | ~Q(provision=""), name="hold_provision"
            ),
            models.CheckConstraint(condition=Q(limit_at__gt=models.F("starts_at")), name="hold_limit"),
        ]


class HoldEvent(Record):
    """What happens to a hold: suspended by a claim, resumed, ended (and why)."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    claim = models.ForeignKey(CitizenshipClaim, models.PROTECT, null=True, related_name="+")

    KINDS: ClassVar[dict[str, str]] = {"suspended": "Suspended", "resumed": "Resumed", "ended": "Ended", "runs-on": "Runs on"}


class Contact(Record):
    """A contact with ICE: which way, how, what was said, and which decision allowed it."""

    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="contacts")
    detainer = models.ForeignKey(Detainer, models.PROTECT, null=True, related_name="contacts")
    direction = models.CharField(max_length=10, choices=[("out", "To ICE"), ("in", "From ICE")])
    kind = models.CharField(max_length=30)
    question = models.CharField(max_length=30, default="", blank=True)
    channel = models.CharField(max_length=20, choices=list(CHANNELS.items()))
    number = models.CharField(max_length=200, default="", blank=True)
    official = models.CharField(max_length=200, default="", blank=True)
    content = EncryptedText()
    answer = EncryptedText(default="", blank=True)
    at = models.DateTimeField()
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="contacts")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    KINDS: ClassVar[dict[str, str]] = {
        "will-hold": "Reply: the person will be held",
        "decline": "Reply: the person will not be held",
        "returned": "Reply: not in this custody",
        "notice-of-release": "Notice of the release",
        "information": "Information on the person",
        "interview": "Interview agreed",
        "access": "Access given",
        "hand-over": "Hand-over arranged",
        "acknowledged": "Receipt acknowledged",
        "question": "Question put to ICE",
        "inquiry": "ICE asked",
        "cancellation": "ICE cancelled",
        "other-in": "Something else from ICE",
    }
    QUESTION_OF: ClassVar[dict[str, str]] = {
        "will-hold": "hold",
        "notice-of-release": "notify",
        "information": "share",
        "interview": "interview",
        "access": "access",
        "hand-over": "transfer",
        "question": "inquire",
    }

    class Meta:
        """What goes out about a case names the decision that allowed it, unless it tells ICE nothing about the person."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["agency", "direction", "at"], name="contact_direction")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(direction="in") | Q(question="") | Q(decision__isnull=False), name="contact_allowed"
            ),
        ]


class Service(Record):
    """A paper was given to the person: which, in which language, when, by whom, with what proof; refusal to sign is noted, not a failure."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="services")
    detainer = models.ForeignKey(Detainer, models.PROTECT, null=True, related_name="services")
    paper = models.CharField(max_length=40)
    language = models.CharField(max_length=40)
    at = models.DateTimeField()
    given_by = models.CharField(max_length=200)
    given_to = models.CharField(max_length=40)
    refused_to_sign = models.BooleanField(default=False)
    interpreter = models.CharField(max_length=200, default="", blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="services")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    PAPERS: ClassVar[dict[str, str]] = {
        "detainer-copy": "Copy of the detainer",
        "statement-of-intent": "Statement whether the agency will comply",
        "notice-of-notification": "Copy of the notice that went to ICE",
        "interview-consent": "Interview consent form",
        "notice-of-hold": "Notice that the person is held on a detainer",
        "lift": "Notice that the detainer was cancelled",
        "subpoena-notice": "Notice of a subpoena",
    }
    TO: ClassVar[dict[str, str]] = {
        "person": "The person",
        "lawyer": "The lawyer",
        "designated": "The designated person",
    }

    @property
    def note(self) -> str:
        """What happened, in a few words, for the list of duties."""
        return f"{self.PAPERS[self.paper]} given to {self.TO[self.given_to].lower()} in {self.language}"


class DutyDone(Record):
    """A duty that the decision lists was done, with its proof."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="duties_done")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    provision = models.CharField(max_length=120)
    at = models.DateTimeField()
    note = models.CharField(max_length=1000)
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")


class Check(Record):
    """One look of the release checklist: what was looked at, what was found."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="checks")
    step = models.CharField(max_length=30)
    at = models.DateTimeField()
    found = models.CharField(max_length=30)
    note = models.CharField(max_length=500, default="", blank=True)


class Transfers(Standing):
    """Transfers; those in force are the ones that happened."""

    def in_force(self) -> Any:
        """Without the ones that were recorded by mistake, and without the corrections that say so."""
        return super().in_force().exclude(to=Transfer.STILL_HERE)


class Transfer(Record):
    """The person went to another facility or was handed over. Somebody who acts for ICE is ICE, whoever pays them. A row whose `to` is `STILL_HERE`
    corrects one that was recorded by mistake: the person never left.
    """

    objects = Transfers.as_manager()

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="transfers")
    to = models.CharField(max_length=20)
    for_ice = models.BooleanField()
    facility = models.ForeignKey("desk.Facility", models.PROTECT, null=True, related_name="+")
    recipient = models.CharField(max_length=200)
    identification = models.CharField(max_length=200, default="", blank=True)
    warrant = models.ForeignKey(Warrant, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    receipt = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, default="", blank=True)

    TO: ClassVar[dict[str, str]] = {
        "ice": "ICE",
        "for-ice": "Somebody acting for ICE (contractor, other agency)",
        "facility": "Another jail or prison",
        "court": "Court (returns)",
        "other-agency": "Another agency on its own criminal case",
    }
    STILL_HERE: ClassVar[str] = "still-here"

    @property
    def ends_holds(self) -> str:
        """The reason with which a hold ends when the person goes there; a court sends the person back, and ends none."""
        return "Handed over to ICE." if self.for_ice else "Moved on."

    class Meta:
        """What goes to ICE names the decision that allowed it."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(for_ice=False) | Q(decision__isnull=False), name="transfer_allowed"),
        ]


class HandOver(Record):
    """The papers of a moved person offered to the next facility: passed on by the sender, acknowledged by the receiver."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="hand_overs")
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="hand_overs")
    detainer = models.ForeignKey(Detainer, models.PROTECT, related_name="hand_overs")
    to_agency = models.ForeignKey("desk.Agency", models.PROTECT, null=True, related_name="+")

    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=200, default="")
    standing = ("acknowledged_at", "acknowledged_by")


class Alert(Record):
    """Something that somebody has to see, once."""

    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="alerts")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    says = models.CharField(max_length=500)
    level = models.CharField(max_length=10, choices=[("note", "Note"), ("warn", "Soon"), ("now", "Now")])
    for_role = models.CharField(max_length=20)
    about_at = models.DateTimeField(null=True)

    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=200, default="")
    standing = ("seen_at", "seen_by")

    KINDS: ClassVar[dict[str, str]] = {
        "release-24h": "Release in 24 hours",
        "release-4h": "Release in 4 hours",
        "release-1h": "Release in 1 hour",
        "release-due": "Release is due",
        "hold-limit": "Limit of the hold",
        "claim": "Citizenship claim",
        "cancelled": "Detainer cancelled",
        "changed": "The answer changed",
        "counsel": "Question to counsel",
        "opinion": "Counsel has answered",
        "unserved": "Not served on the person",
        "policy": "Own policy to be reviewed",
        "return-date": "Return date of a subpoena",
        "pass-on": "Detainer came with a transfer",
        "warrant": "Warrant to be looked at",
        "namesake": "Namesake",
        "work": "Background work",
        "reconcile": "List of ICE differs from the register",
    }

    class Meta:
        """The same alert is never written twice."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["agency", "key"], name="alert_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["agency", "seen_at", "level"], name="alert_unseen")]

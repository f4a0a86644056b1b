"""Papers that come in: detainers, warrants, claims of citizenship, subpoenas."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from lawfulhold.desk.encryption import EncryptedJSON, EncryptedText
from lawfulhold.desk.models.custody import Custody, Document
from lawfulhold.desk.models.record import Record

CHANNELS = {
    "fax": "Fax",
    "mail": "Mail",
    "e-mail": "E-mail",
    "teletype": "Teletype",
    "by-hand": "By hand",
    "phone": "Phone",
    "portal": "Portal",
    "api": "Jail management system",
    "import": "List sent by ICE",
    "with-transfer": "With the person, from another facility",
}
DETAINER_FORMS = {
    "I-247A": "I-247A",
    "I-247": "I-247",
    "I-247D": "I-247D",
    "I-247N": "I-247N",
    "I-247X": "I-247X",
    "I-247G": "I-247G",
}
DETAINER_STATES = {
    "received": "Received, not matched",
    "second-look": "Matched by one person; waits for a second",
    "doubt": "In doubt",
    "matched": "Matched",
    "cancelled": "Cancelled by ICE",
    "returned": "Returned: not our person",
    "after-release": "Received after the release",
    "replaced": "Replaced by a newer one",
    "ended": "Custody has ended",
    "duplicate": "The same paper again",
}


class Detainer(Record):
    """A request of DHS on a Form I-247 of some edition, as received. Sent, received, matched, served and cancelled are separate moments."""

    form = models.CharField(max_length=10, choices=list(DETAINER_FORMS.items()))
    edition = models.CharField(max_length=20, default="", blank=True)
    dhs_number = models.CharField(max_length=60, default="", blank=True)
    issued_by = models.CharField(max_length=200, default="", blank=True)
    addressed_to = models.CharField(max_length=300, default="", blank=True)
    addressed_facility = models.ForeignKey("desk.Facility", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=list(CHANNELS.items()))
    received_number = models.CharField(max_length=100, default="", blank=True)
    subject = EncryptedJSON()
    surname_index = models.CharField(max_length=40, db_index=True, editable=False, default="")
    facts = EncryptedJSON()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    state = models.CharField(max_length=20, default="received", choices=list(DETAINER_STATES.items()))
    live = models.BooleanField(default=True)
    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="detainers")
    served_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    standing = ("state", "live", "custody", "served_at", "cancelled_at")

    class Meta:
        """What has to be matched comes first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["agency", "state", "received_at"], name="detainer_state")]

    def __str__(self) -> str:
        return f"{self.form} received {self.received_at:%Y-%m-%d %H:%M}"


class DetainerEvent(Record):
    """One moment in the life of a detainer after its receipt."""

    detainer = models.ForeignKey(Detainer, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="+")
    details = EncryptedJSON(default=dict)
    note = models.CharField(max_length=500, default="", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    KINDS: ClassVar[dict[str, str]] = {
        "first-match": "Matched by one person",
        "matched": "Match confirmed by a second person",
        "doubt": "Match in doubt",
        "refused": "Second person refused the match",
        "returned": "Returned to ICE",
        "after-release": "Came after the release",
        "cancelled": "Cancelled by ICE",
        "replaced": "Replaced by a newer one",
        "duplicate": "The same paper again",
        "passed-on": "Passed on with the person",
        "acknowledged": "Receipt acknowledged by the next facility",
        "ended": "Custody has ended",
        "live-again": "Live again: nobody had left, that was recorded by mistake",
        "moved": "Moved to the right case: it was on the wrong one",
    }


class Warrant(Record):
    """A warrant or order. Who issued and signed it are required, since they make it a judge's paper or an officer's paper."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="warrants")
    type = models.CharField(max_length=30)
    issuer = models.CharField(max_length=200)
    issuer_office = models.CharField(max_length=30)
    signed_by = models.CharField(max_length=200)
    signed_at = models.DateField(null=True)
    statute = models.CharField(max_length=200)
    number = models.CharField(max_length=100, default="", blank=True)
    judicial = models.BooleanField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    ended = models.CharField(max_length=100, default="", blank=True)

    TYPES: ClassVar[dict[str, str]] = {
        "federal-criminal": "Federal criminal warrant",
        "state-criminal": "State criminal warrant",
        "bench": "Bench warrant",
        "judicial-civil": "Judge's warrant or order for the removal",
        "detention-order": "Detention order of a state judicial official",
        "I-200": "Form I-200, warrant for arrest (administrative)",
        "I-205": "Form I-205, warrant of removal (administrative)",
    }
    OFFICES: ClassVar[dict[str, str]] = {
        "federal-judge": "Federal district or circuit judge",
        "federal-magistrate": "Federal magistrate judge",
        "state-judge": "State judge",
        "state-magistrate": "State magistrate or judicial official",
        "immigration-officer": "Immigration officer",
        "immigration-judge": "Immigration judge",
    }
    JUDGES: ClassVar[tuple[str, ...]] = ("federal-judge", "federal-magistrate", "state-judge", "state-magistrate")
    ADMINISTRATIVE: ClassVar[tuple[str, ...]] = ("I-200", "I-205")

    class Meta:
        """Issuer and signature cannot be empty; an officer's paper is never a judge's."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(signed_by="") & ~Q(statute=""), name="warrant_signed"),
            models.CheckConstraint(
                condition=Q(judicial=False)
                | Q(issuer_office__in=("federal-judge", "federal-magistrate", "state-judge", "state-magistrate")),
                name="warrant_judicial",
            ),
            models.CheckConstraint(condition=Q(judicial=False) | ~Q(type__in=("I-200", "I-205")), name="warrant_form"),
        ]

    def __str__(self) -> str:
        return f"{self.TYPES.get(self.type, self.type)}, {self.issuer}"


class CitizenshipClaim(Record):
    """Somebody says that the person is a citizen, or the jail's own file does. It suspends the hold until it is answered."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="claims")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    says = EncryptedText()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    SOURCES: ClassVar[dict[str, str]] = {
        "person": "The person",
        "family": "Family",
        "lawyer": "Lawyer",
        "own-file": "The agency's own file",
        "another-agency": "Another agency",
    }


class ClaimAnswer(Record):
    """How a claim was answered: shown (with what), or not, by whom asked and what they said."""

    claim = models.ForeignKey(CitizenshipClaim, models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    result = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    RESULTS: ClassVar[dict[str, str]] = {
        "citizen": "Citizenship is shown",
        "status": "Lawful status is shown",
        "not-shown": "Looked into; not shown",
        "withdrawn": "Withdrawn by the person who made it",
    }


class Subpoena(Record):
    """A demand for records. A letter, an administrative subpoena, a grand jury's, a court's subpoena and a court order are different things."""

    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="subpoenas")
    number = models.CharField(max_length=60, default="", blank=True)
    type = models.CharField(max_length=30)
    issuer = models.CharField(max_length=200)
    signed_by = models.CharField(max_length=200)
    addressed_to = models.CharField(max_length=300)
    served_at = models.DateTimeField()
    served_how = models.CharField(max_length=100)
    served_on = models.CharField(max_length=200)
    return_at = models.DateTimeField(null=True)
    asks = EncryptedText()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    state = models.CharField(max_length=30, default="received")
    standing = ("state",)

    TYPES: ClassVar[dict[str, str]] = {
        "letter": "Letter (no compulsion)",
        "administrative": "Administrative subpoena, I-138 (no penalty before a court orders)",
        "grand-jury": "Grand jury subpoena",
        "court": "Subpoena of a court",
        "court-order": "Order of a court",
    }
    COMPULSION: ClassVar[dict[str, str]] = {
        "letter": "none",
        "administrative": "only after a court's order",
        "grand-jury": "by the court",
        "court": "by the court",
        "court-order": "by the court",
    }


class SubpoenaEvent(Record):
    """A step of a subpoena: sent to counsel, preserved, counsel's answer, notice to the person, production, petition, order, closed."""

    subpoena = models.ForeignKey(Subpoena, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    says = models.CharField(max_length=1000, default="", blank=True)
    inventory = models.JSONField(default=list)
    court = models.CharField(max_length=200, default="", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    KINDS: ClassVar[dict[str, str]] = {
        "to-counsel": "Sent to counsel",
        "preserved": "Records preserved",
        "wrong-custodian": "Returned: served on the wrong custodian",
        "comply": "Counsel: comply",
        "comply-in-part": "Counsel: comply in part",
        "object": "Counsel: object in writing",
        "negotiate": "Counsel: negotiate",
        "refuse": "Counsel: refuse until a court orders",
        "extended": "Return date extended",
        "person-told": "Person told",
        "petition": "Petition in court",
        "ordered": "Court ordered",
        "stayed": "Stayed",
        "appeal": "Appeal",
        "produced": "Produced",
        "closed": "Closed",
    }
    ANSWERS: ClassVar[tuple[str, ...]] = ("comply", "comply-in-part", "object", "negotiate", "refuse")
    COUNSELS: ClassVar[tuple[str, ...]] = (*ANSWERS, "ordered")
    """Steps that let something be given, or not: counsel reads a court's order too before anything goes out under it."""

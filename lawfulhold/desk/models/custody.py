"""The person, the custody with its chain of facilities, bookings, charges, facts, release."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lawfulhold.desk.encryption import EncryptedBytes, EncryptedJSON, EncryptedText
from lawfulhold.desk.models.record import Record, Standing

STATES = {
    "booked": "Booked, no detainer",
    "screening": "Detainer matched, to be decided",
    "waiting": "Decided; other custody runs",
    "release-pending": "Release time known",
    "release-due": "Release is due now",
    "hold-running": "Held under an authority",
    "suspended": "Hold suspended: citizenship claim",
    "released": "Released",
    "transferred": "Transferred",
    "closed": "Closed",
}
OPEN_STATES = ("booked", "screening", "waiting", "release-pending", "release-due", "hold-running", "suspended")
OUTCOMES = {
    "declined": "Declined: the law forbids the hold, or the agency may not or did not hold",
    "notified-not-collected": "ICE was told; nobody came",
    "collected": "Handed over to ICE",
    "late": "ICE came after the release",
    "cancelled": "ICE cancelled the detainer",
    "received-after-release": "The detainer came after the release: neither honored nor declined",
    "not-ours": "Returned: the person is not, or not any more, in this custody",
    "moved-on": "Moved to another facility; the detainer went with the person",
    "released-by-court": "A court ordered the release",
    "citizen": "Released: citizenship shown",
    "no-detainer": "No detainer",
    "unknown": "Not known",
}


class Person(Record):
    """A person who is or was in custody. Who it is stands in the details, which can be corrected."""


class PersonDetails(Record):
    """Name, date of birth and the like of a person, as recorded once; the newest that is not corrected is in force."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="details")
    surname = EncryptedText()
    given_names = EncryptedText(default="", blank=True)
    surname_index = models.CharField(max_length=40, db_index=True, editable=False, default="")
    date_of_birth = EncryptedText(default="", blank=True)
    birthplace = EncryptedText(default="", blank=True)
    language = models.CharField(max_length=40, default="", blank=True)
    designated = EncryptedText(default="", blank=True)
    lawyer = EncryptedText(default="", blank=True)
    source = models.CharField(max_length=200, default="", blank=True)


class Identifier(Record):
    """A number that is a hard identifier of a person: SID, FBI, A-number, passport, ... Found again by its blind index."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=20)
    value = EncryptedText()
    index = models.CharField(max_length=40, db_index=True, editable=False)
    source = models.CharField(max_length=200, default="", blank=True)


class Document(Record):
    """A paper or a picture: kept encrypted, with its hash."""

    custody = models.ForeignKey("desk.Custody", models.PROTECT, null=True, related_name="documents")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="documents")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    content = EncryptedBytes(null=True)
    purged_at = models.DateTimeField(null=True)

    standing = ("content", "purged_at")


class Custody(Record):
    """One custody of one person in one agency: the case of the desk, with every detainer below it.

    The columns under `standing` follow from the other records (`services/standing.py`) and are there to be queried; `version` is the number
    that two clerks on one case are told apart by.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="custodies")
    number = models.CharField(max_length=30)
    began_at = models.DateTimeField()
    came_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="went_to")

    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, default="booked", choices=list(STATES.items()))
    open = models.BooleanField(default=True)
    facility = models.ForeignKey("desk.Facility", models.PROTECT, null=True, related_name="+")
    surname_index = models.CharField(max_length=40, default="", db_index=True)
    release_due_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    hold_limit_at = models.DateTimeField(null=True)
    # No index on what a new decision changes, so that PostgreSQL need not touch the indexes of the case then.
    sheet = models.ForeignKey(
        "desk.FactSheet", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    decision = models.ForeignKey(
        "desk.Decision", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    law = models.ForeignKey("desk.LawVersion", models.PROTECT, null=True, related_name="+", db_index=False)
    hold_answer = models.CharField(max_length=20, default="")
    notify_answer = models.CharField(max_length=20, default="")
    transfer_answer = models.CharField(max_length=20, default="")
    missing = models.PositiveSmallIntegerField(default=0)
    live_detainers = models.PositiveSmallIntegerField(default=0)
    unserved = models.PositiveSmallIntegerField(default=0)
    claim_open = models.BooleanField(default=False)
    hold = models.ForeignKey("desk.Hold", models.PROTECT, null=True, related_name="+", db_constraint=False)
    counsel_asked = models.BooleanField(default=False)
    other_warrants = models.BooleanField(default=False)
    outcome = models.CharField(max_length=30, default="", choices=list(OUTCOMES.items()))
    purged_at = models.DateTimeField(null=True)

    standing = (
        "version",
        "state",
        "open",
        "facility",
        "surname_index",
        "release_due_at",
        "released_at",
        "hold_limit_at",
        "sheet",
        "decision",
        "law",
        "hold_answer",
        "notify_answer",
        "transfer_answer",
        "missing",
        "live_detainers",
        "unserved",
        "claim_open",
        "hold",
        "counsel_asked",
        "other_warrants",
        "outcome",
        "purged_at",
    )

    class Meta:
        """A number once in an agency; the queue is an index."""

        verbose_name_plural = "custodies"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["agency", "number"], name="custody_number")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["agency", "open", "release_due_at"], name="custody_queue"),
            models.Index(fields=["agency", "open", "live_detainers", "release_due_at"], name="custody_detained"),
            models.Index(fields=["agency", "-released_at"], name="custody_released"),
        ]

    def __str__(self) -> str:
        return self.number


class Stay(Record):
    """A stretch of the custody in one facility; the next stay ends it. `passed_on` and `acknowledged` say what became of the papers."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="stays")
    facility = models.ForeignKey("desk.Facility", models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()


class Booking(Record):
    """A booking: its number (encrypted, found by the blind index), and why the person was booked, which a detainer never is."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="bookings")
    number = EncryptedText()
    index = models.CharField(max_length=40, db_index=True, editable=False)
    booked_at = models.DateTimeField()
    arresting_agency = models.CharField(max_length=200, default="", blank=True)
    basis = models.CharField(max_length=40)

    BASES: ClassVar[dict[str, str]] = {
        "arrest": "Arrest on a charge",
        "warrant": "Criminal warrant",
        "sentence": "Sentence",
        "court-order": "Order of a court",
        "transfer": "Transfer from another facility",
        "other-agency": "Held for another agency on its criminal case",
    }


class Charge(Record):
    """A charge or conviction. A change of its status is a new row that corrects this one."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="charges")
    external_id = models.CharField(max_length=100, default="", blank=True)
    facts = EncryptedJSON()
    source = models.CharField(max_length=200, default="", blank=True)
    withdrawn = models.BooleanField(default=False)


class Fact(Record):
    """One stated fact of a case, under the name that the law uses (`person.watchlist_match`), with where it came from."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="facts")
    name = models.CharField(max_length=80)
    value = EncryptedJSON(null=True)
    source = models.CharField(max_length=300)


class FactSheet(models.Model):
    """All facts of a case as they were put to the law: written once, named by decisions."""

    id = models.UUIDField(primary_key=True, editable=False)
    custody = models.ForeignKey(Custody, models.PROTECT, related_name="sheets")
    digest = models.CharField(max_length=64)
    facts = EncryptedJSON(null=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class ReleaseDue(Record):
    """T0: when nothing but the immigration papers keeps the person, read from the paper that frees. `at` empty: not known any more."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="releases_due")
    at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=40)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, default="", blank=True)

    BASES: ClassVar[dict[str, str]] = {
        "court-order": "Order of release",
        "bail-posted": "Bail or bond posted",
        "sentence-complete": "Sentence complete",
        "charges-dismissed": "Charges dismissed",
        "acquitted": "Acquitted",
        "no-charge": "No charge filed in time",
        "detention-expired": "Another authority to hold has ended",
        "withdrawn": "No longer known",
    }


class Bail(Record):
    """Bail as set and as posted. Whether somebody may post bail never depends on a detainer: there is no column for it."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="bails")
    what = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    at = models.DateTimeField()
    court = models.CharField(max_length=200, default="", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    EVENTS: ClassVar[dict[str, str]] = {
        "set": "Bail set",
        "own-recognizance": "Release on own recognizance ordered",
        "posted": "Bail posted",
        "denied-by-court": "Bail denied by the court",
        "revoked": "Revoked by the court",
    }


class Releases(Standing):
    """Releases; those in force are the ones that happened."""

    def in_force(self) -> Any:
        """Without the ones that were recorded by mistake, and without the corrections that say so."""
        return super().in_force().exclude(reason=Release.STILL_HERE)


class Release(Record):
    """T1: the person left, under which decision, with the checklist that was gone through. A row whose reason is `STILL_HERE` corrects one that was
    recorded by mistake: the person never left.
    """

    objects = Releases.as_manager()

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="releases")
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    decision = models.ForeignKey("desk.Decision", models.PROTECT, null=True, related_name="+")
    checklist = models.JSONField(default=dict)
    note = models.CharField(max_length=500, default="", blank=True)

    REASONS: ClassVar[dict[str, str]] = {
        "release-time": "The release time came and no authority to hold was on record",
        "limit": "The limit of the hold was reached",
        "cancelled": "ICE cancelled the detainer",
        "citizenship": "Citizenship was shown",
        "court": "A court ordered it",
        "authority-ended": "The authority to hold ended",
        "early": "Released before the time recorded as due",
    }
    STILL_HERE: ClassVar[str] = "still-here"

    @property
    def ends_holds(self) -> str:
        """The reason with which a hold ends when the person is released so."""
        return f"{self.REASONS[self.reason]}."


class Outcome(Record):
    """What became of the custody, where it is learned later than the release (ICE came late, ICE corrected itself)."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="outcomes")
    value = models.CharField(max_length=30, choices=list(OUTCOMES.items()))
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=500, default="", blank=True)

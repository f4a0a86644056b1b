"""The law an agency has adopted, decisions under it, and counsel's opinions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from lawfulhold.desk.models.agencies import READINGS
from lawfulhold.desk.models.custody import Custody, FactSheet
from lawfulhold.desk.models.record import Record


class LawText(models.Model):
    """One file of the law, kept under the hash of its content, so that every decision can be replayed."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()

    def __str__(self) -> str:
        return self.digest[:12]


class LawVersion(Record):
    """A version of the law that counsel adopted for the agency, with the agency's own policy laid over it."""

    number = models.PositiveIntegerField()
    base_version = models.CharField(max_length=32)
    version = models.CharField(max_length=32)
    files = models.JSONField(default=dict)
    policy_code = models.CharField(max_length=60, default="", blank=True)
    policy_files = models.JSONField(default=dict)
    reading = models.CharField(max_length=10, default="shortest", choices=list(READINGS.items()))
    comment = models.CharField(max_length=2000)
    says = models.JSONField(default=list)

    class Meta:
        """Numbered within an agency."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["agency", "number"], name="law_number")]

    def __str__(self) -> str:
        return f"version {self.number} ({self.version})"


class Finding(models.Model):
    """What the law answers, apart from the particulars of one case: kept once, under its hash, and named by every decision that has it."""

    digest = models.CharField(max_length=64, primary_key=True)
    answers = models.JSONField()

    def __str__(self) -> str:
        return self.digest[:12]


class Decision(Record):
    """An answer of the law to the facts of a case on a day, under an adopted version of the law. A later one supersedes it.

    Decisions are looked up by their case alone (the unique number within it is that index): after a change of law very many are written at once.
    """

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="decisions", db_index=False)
    number = models.PositiveIntegerField()
    sheet = models.ForeignKey(FactSheet, models.PROTECT, related_name="decisions", db_index=False)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="decisions", db_index=False)
    law_version = models.CharField(max_length=32)
    engine = models.CharField(max_length=20)
    asked_for = models.DateTimeField()
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="decisions", db_index=False)
    hold = models.CharField(max_length=20)
    notify = models.CharField(max_length=20)
    transfer = models.CharField(max_length=20)
    missing = models.PositiveSmallIntegerField(default=0)
    clocks = models.JSONField(default=list)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    because = models.CharField(max_length=40)
    changes = models.JSONField(default=list)

    REASONS: ClassVar[dict[str, str]] = {
        "first": "First decision",
        "facts": "The facts changed",
        "law": "The law the agency has adopted changed",
        "day": "A day on which the law changes",
        "asked": "Asked for again",
    }

    class Meta:
        """Numbered within a case."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["custody", "number"], name="decision_number")
        ]

    def __str__(self) -> str:
        return f"decision {self.number}"


class CounselRequest(Record):
    """A question put to counsel: why, by when."""

    custody = models.ForeignKey(Custody, models.PROTECT, null=True, related_name="counsel_requests")
    subpoena = models.ForeignKey("desk.Subpoena", models.PROTECT, null=True, related_name="counsel_requests")
    why = models.CharField(max_length=40)
    asks = models.CharField(max_length=1000)
    due_at = models.DateTimeField(null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    answered_at = models.DateTimeField(null=True)
    standing = ("answered_at",)


class Opinion(Record):
    """Counsel on one question of one decision: signed off, settled where the law leaves it open, or narrowed; with the reason. Never silent."""

    custody = models.ForeignKey(Custody, models.PROTECT, related_name="opinions")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="opinions")
    request = models.ForeignKey(CounselRequest, models.PROTECT, null=True, related_name="opinions")
    question = models.CharField(max_length=30)
    before = models.CharField(max_length=20)
    answer = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=4000)

    KINDS: ClassVar[dict[str, str]] = {
        "sign-off": "Signed off",
        "settles": "Settles what the law leaves open",
        "override": "Overrides",
    }

    class Meta:
        """A reason is always written, and what the law forbids stays forbidden."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="opinion_reason"),
            models.CheckConstraint(
                condition=~Q(before="prohibited") | Q(answer="prohibited"), name="opinion_within_law"
            ),
        ]


class PolicyReview(Record):
    """A provision of the agency's own policy that rests on something above it which has changed or ended: to be looked at."""

    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="reviews")
    provision = models.CharField(max_length=120)
    rests_on = models.CharField(max_length=120)
    says = models.CharField(max_length=1000)
    closed_by = models.ForeignKey("desk.PolicyReview", models.PROTECT, null=True, related_name="+")

    standing = ("closed_by",)

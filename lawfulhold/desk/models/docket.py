"""The docket: one entry for every change, each holding the hash of the one before it.

An entry's hash covers a *commitment* to its content (a salted hash), not the content itself. When retention purges an entry, content and salt
are taken away and the commitment stays: the chain still verifies, and what was purged cannot be guessed back from it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lawfulhold.desk.encryption import EncryptedJSON


class Entry(models.Model):
    """One entry of an agency's docket. Never changed; only `content` and `salt` can be purged, together."""

    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="entries", db_index=False)
    sequence = models.PositiveBigIntegerField()
    moment = models.DateTimeField()
    actor = models.ForeignKey("desk.User", models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    custody = models.ForeignKey(
        "desk.Custody", models.PROTECT, null=True, related_name="entries", db_constraint=False, db_index=False
    )
    content = EncryptedJSON(null=True)
    salt = models.CharField(max_length=64, null=True)
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        """One number once in an agency."""

        ordering: ClassVar[list[str]] = ["agency_id", "sequence"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["agency", "sequence"], name="entry_once")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["custody", "sequence"], name="entry_custody"),
            models.Index(fields=["agency", "kind", "sequence"], name="entry_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class ChainHead(models.Model):
    """Where an agency's docket stands: the row that every write locks."""

    agency = models.OneToOneField("desk.Agency", models.PROTECT, primary_key=True, related_name="head")
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
    case_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.sequence}"

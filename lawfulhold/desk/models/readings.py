"""What a machine read from a paper: a proposal to be looked at beside the paper, never a record. It can be made anew from the document at any time."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from lawfulhold.desk.encryption import EncryptedBytes, EncryptedJSON
from lawfulhold.desk.models.custody import Document


class PaperReading(models.Model):
    """The reading of one document. `found` holds names and numbers as read, and is encrypted; `form` is empty for what is no known form.

    `state`: `waiting` to be read, `read`, `unreadable` (`says` tells why), then `used` or `set-aside` when a paper that came at intake is done with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, models.PROTECT, related_name="reading")
    at_intake = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="waiting")
    form = models.CharField(max_length=10, default="", blank=True)
    found = EncryptedJSON(null=True)
    says = models.CharField(max_length=500, default="", blank=True)
    asked_at = models.DateTimeField()
    asked_name = models.CharField(max_length=200)
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    OPEN: ClassVar[tuple[str, ...]] = ("waiting", "read", "unreadable")

    class Meta:
        """What waits at intake is asked for often."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["agency", "at_intake", "state"], name="reading_state")]

    def __str__(self) -> str:
        return f"{self.form or 'paper'} ({self.state})"


class PaperPage(models.Model):
    """The picture of one page, as the boxes of the reading lie on it; width and height in points."""

    reading = models.ForeignKey(PaperReading, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    width = models.FloatField()
    height = models.FloatField()
    picture = EncryptedBytes()

    class Meta:
        """Each page once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["reading", "number"], name="paper_page_once")
        ]

    def __str__(self) -> str:
        return f"page {self.number}"

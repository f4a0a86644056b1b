"""Background work on the database, idempotency keys, webhooks, API tokens, statistics that outlive a purge."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from lawfulhold.desk.encryption import EncryptedJSON, EncryptedText


class Work(models.Model):
    """One piece of background work. `due_at` is the next moment to look; a worker claims it by a conditional update.

    `outcome` is empty while it waits, `done`, `failed`, or `interrupted`: the process died between the start of a sending and its end, so
    whether it was sent is not known; it is never sent again by itself.
    """

    agency = models.ForeignKey("desk.Agency", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=250, unique=True)
    payload = EncryptedJSON(default=dict)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=100, default="")
    sending = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, default="")
    says = models.CharField(max_length=500, default="")

    class Meta:
        """What is due first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["finished_at", "due_at"], name="work_due")]

    def __str__(self) -> str:
        return self.key


class IdempotencyKey(models.Model):
    """A key under which something was already done, with what came of it."""

    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    result = EncryptedJSON()
    at = models.DateTimeField()

    class Meta:
        """Once in an agency."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["agency", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key


class Token(models.Model):
    """A token of a program at the API: only its hash is kept."""

    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Webhook(models.Model):
    """Where an agency's own system wants to be told of events; every delivery is signed with its secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = EncryptedText()
    events = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One webhook delivery: every attempt is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=60)
    body = EncryptedText()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    says = models.CharField(max_length=500, default="")

    def __str__(self) -> str:
        return f"{self.event} {self.id}"


class Statistic(models.Model):
    """What is kept of a custody after its purge: counts need it, nobody can be recognised by it."""

    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="statistics")
    custody = models.OneToOneField("desk.Custody", models.PROTECT, related_name="statistic")
    month = models.CharField(max_length=7)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.month} {self.custody_id}"

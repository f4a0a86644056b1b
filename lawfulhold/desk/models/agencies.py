"""Agencies, their facilities and the people who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from lawfulhold.desk.roles import ROLES, may

READINGS = {
    "shortest": "The reading that ends first",
    "counted": "48 hours without Saturdays, Sundays and holidays (8 CFR 287.7(d))",
    "flat": "48 hours flat (Form I-247A)",
}


class Agency(models.Model):
    """An agency that uses the desk: its place and kind, as the law files name them, and its settings."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    timezone = models.CharField(max_length=60)
    facts = models.JSONField(default=dict, blank=True)
    ice_number = models.CharField(max_length=200, blank=True)
    detainers_to = models.CharField(max_length=300, blank=True)
    retention_days = models.PositiveIntegerField(default=0)
    law = models.ForeignKey("desk.LawVersion", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar[list[str]] = ["name"]
        verbose_name_plural = "agencies"

    @property
    def reading(self) -> str:
        """Which reading of the 48 hours governs: part of the version of the law that counsel adopted."""
        return self.law.reading if self.law is not None else "shortest"

    def __str__(self) -> str:
        return self.name


class Facility(models.Model):
    """A place with an identifier of its own (such as the ORI): places are told apart by it, never by name. `agency` is empty for others' places."""

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="facilities")
    identifier = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    county = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    operator = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar[list[str]] = ["name"]
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return f"{self.name} ({self.identifier})"


class User(AbstractUser):
    """A person who signs in, with one role in one agency. `outside` names the organisation of an outside account."""

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="people")
    role = models.CharField(max_length=20, choices=list(ROLES.items()), default="clerk")
    outside = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)

    @property
    def words(self) -> str:
        """Name and role, as a record shows who wrote it."""
        return f"{self.get_full_name() or self.username}, {self.role}"

    def may(self, action: str) -> bool:
        """May this person do this?"""
        return bool(self.is_active) and may(self.role, action)


class Sign(models.Model):
    """A sign-in, sign-out, wrong password or lock-out."""

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    username = models.CharField(max_length=200)
    what = models.CharField(max_length=30)
    at = models.DateTimeField()
    address = models.CharField(max_length=60, blank=True)

    class Meta:
        """Newest first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["agency", "-at"], name="sign_agency")]

    def __str__(self) -> str:
        return f"{self.username} {self.what}"


class Look(models.Model):
    """Somebody looked at a person's record: who, when, at what and why. For an outside account, under which decision."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=200)
    outside = models.CharField(max_length=200, blank=True)
    custody = models.ForeignKey("desk.Custody", models.PROTECT, null=True, related_name="looks")
    what = models.CharField(max_length=200)
    decision = models.ForeignKey("desk.Decision", models.PROTECT, null=True, related_name="+")
    refused = models.BooleanField(default=False)
    at = models.DateTimeField()
    seal = models.ForeignKey("desk.Entry", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        """By case and by agency."""

        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["custody", "at"], name="look_custody"),
            models.Index(fields=["agency", "-at"], name="look_agency"),
            models.Index(fields=["agency", "seal"], name="look_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"

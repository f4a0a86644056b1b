"""What every record has: its agency, who wrote it and when, the docket entry it was written with, and what it corrects."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models


class RecordsAreNeverChanged(Exception):  # noqa: N818
    """A record was to be changed or deleted. Write a new record that corrects it."""


class Standing(models.QuerySet["Record"]):
    """Records, with the corrected ones left out on request."""

    def in_force(self) -> Any:
        """Without the records that a later one corrects."""
        return self.filter(corrected_by__isnull=True)


class Record(models.Model):
    """A row that is written once, in the transaction of its docket entry.

    `standing` names the columns that say where the thing stands now; they follow from other records and are the only ones that change. Nothing is
    looked up by its entry or by who wrote it, so these have no index: a record is written far more often than an account is taken away.
    """

    standing: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey("desk.Agency", models.PROTECT, related_name="+")
    entry = models.ForeignKey("desk.Entry", models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("desk.User", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_name = models.CharField(max_length=200)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")

    objects = Standing.as_manager()

    class Meta:
        """Not a table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; change only the standing columns."""
        if not self._state.adding:
            fields = kwargs.get("update_fields")
            if not fields or not set(fields) <= set(self.standing):
                raise RecordsAreNeverChanged(f"{type(self).__name__} {self.pk}: write a new record that corrects it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Never."""
        raise RecordsAreNeverChanged(f"{type(self).__name__} {self.pk} is not deleted; retention purges")

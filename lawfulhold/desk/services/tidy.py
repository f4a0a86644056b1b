"""What is kept for a time only because programs or screens need it: never records, never the docket.

An idempotency key is good for 30 days: afterwards the same key is a new request. A webhook delivery is kept 90 days with its attempts, then the receiver's
own records and the docket tell what happened. The machine's reading of a paper, with its page pictures, is kept 30 days after it was made or done with; it can
be made anew from the document at any time. Counts in the cache and sessions go when they have run out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, models, transaction
from django.db.models import Q

from lawfulhold.desk.models import Delivery, IdempotencyKey, PaperReading, Work
from lawfulhold.desk.services import work
from lawfulhold.desk.services.acting import By

KEYS_KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=90)
READINGS_KEPT = timedelta(days=30)
BATCH = 1_000


@work.handles("tidy", "batches")
def every_day(by: By, payload: dict[str, Any]) -> str | None:
    """Once a day."""
    run_out(by.at)
    keys = _delete(IdempotencyKey.objects.filter(agency=by.agency, at__lt=by.at - KEYS_KEPT))
    return f"{keys} keys, {deliveries(by)} deliveries, {readings(by)} readings of papers were past their time"


def run_out(now: datetime) -> None:
    """Delete the entries of the cache, and the sessions, that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    if isinstance(caches["default"], DatabaseCache):
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [connection.ops.adapt_datetimefield_value(now)])  # nosec B608: our own setting


def deliveries(by: By) -> int:
    """Delete webhook deliveries past their time with the attempts to send them; one that still waits to be sent stays."""
    rows = Delivery.objects.filter(webhook__agency=by.agency, created_at__lt=by.at - DELIVERIES_KEPT)
    count = 0
    last = None
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not batch:
            return count
        last = batch[-1]
        with transaction.atomic():
            for number in batch:
                attempts = Work.objects.filter(agency=by.agency, kind="webhook", key__startswith=f"webhook:{number}")
                if not attempts.filter(finished_at__isnull=True).exists():
                    attempts.delete()
                    count += Delivery.objects.filter(pk=number).delete()[0]


def readings(by: By) -> int:
    """Delete readings of papers past their time. A paper that still waits to be registered keeps its reading."""
    limit = by.at - READINGS_KEPT
    rows = PaperReading.objects.filter(agency=by.agency).filter(
        Q(done_at__lt=limit) | Q(at_intake=False, asked_at__lt=limit)
    )
    count = rows.count()
    rows.delete()
    return count


def _delete(rows: models.QuerySet[Any]) -> int:
    count = 0
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return count

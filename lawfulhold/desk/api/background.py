"""The background work of the API: sending webhooks.

One attempt is one piece of work; an event that was acknowledged is never sent again. An attempt that got no
acknowledgement is followed by another one, later. An attempt whose process died is marked `interrupted` by the worker:
whether it arrived is not known, so it is not repeated by itself, and the receiver catches up with `GET /api/v1/events`.
"""

from __future__ import annotations

import http.client
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from lawfulhold.desk.api import webhooks
from lawfulhold.desk.errors import DeskError
from lawfulhold.desk.models import Delivery
from lawfulhold.desk.services import alerts, work
from lawfulhold.desk.services.acting import By

WAITS = (10, 60, 300, 1_800, 7_200, 21_600, 43_200)
"""Seconds before each next attempt: seven more within a day."""


@work.handles("webhook", "sending", lane="outside")
def send(by: By, payload: dict[str, Any]) -> str | None:
    """One attempt to send one delivery."""
    attempt = int(payload.get("attempt", 1))
    delivery = Delivery.objects.select_related("webhook").filter(pk=payload["delivery"]).first()
    if delivery is None:
        return "the delivery is gone"
    if delivery.sent_at is not None:
        return "acknowledged before"
    if not delivery.webhook.active:
        return "the webhook is closed"
    status, says = _attempt(delivery, attempt)
    acknowledged = status is not None and 200 <= status < 300
    now = timezone.now()
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk, sent_at__isnull=True).update(
            status=status, says=says[:500], sent_at=now if acknowledged else None
        )
        if not acknowledged:
            _again(by, delivery, attempt, says)
    return says


def _attempt(delivery: Delivery, attempt: int) -> tuple[int | None, str]:
    body = json.dumps({**json.loads(delivery.body), "attempt": attempt}, sort_keys=True).encode()
    try:
        status = webhooks.post(
            delivery.webhook, delivery.event, str(delivery.pk), body, int(timezone.now().timestamp())
        )
    except (OSError, http.client.HTTPException, DeskError) as error:
        return None, f"attempt {attempt}: {type(error).__name__}: {error}"
    return status, f"attempt {attempt}: answered {status}"


def _again(by: By, delivery: Delivery, attempt: int, says: str) -> None:
    if attempt > len(WAITS):
        alerts.alert(
            by,
            None,
            "work",
            f"webhook:{delivery.pk}",
            f"A webhook to {delivery.webhook.url[:100]} was not acknowledged in {attempt} attempts ({says}). "
            "It is not sent again.",
            "warn",
            "administrator",
        )
        return
    work.plan(
        by.agency,
        "webhook",
        f"webhook:{delivery.pk}:{attempt + 1}",
        by.at + timedelta(seconds=WAITS[attempt - 1]),
        {"delivery": str(delivery.pk), "attempt": attempt + 1},
        at=by.at,
    )

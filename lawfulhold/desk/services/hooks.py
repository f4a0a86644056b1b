"""Telling an agency's own systems: every entry of the docket is an event. Nothing of a person goes out, only what happened to which case."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from lawfulhold.desk.models import Delivery, Entry, Webhook, Work
from lawfulhold.desk.services.acting import By

SILENT = ("looks-sealed", "alert-seen")


def announce(by: By, entries: Sequence[Entry]) -> None:
    """Plan the deliveries of these entries to the webhooks that want them. In the transaction of the entries: no entry without its delivery, and none without it."""
    hooks = list(Webhook.objects.filter(agency=by.agency, active=True))
    if not hooks:
        return
    deliveries, work = [], []
    for entry in entries:
        if entry.kind in SILENT:
            continue
        for hook in hooks:
            if hook.events and entry.kind not in hook.events and "*" not in hook.events:
                continue
            identifier = uuid.uuid4()
            body = {
                "id": str(identifier),
                "event": entry.kind,
                "agency": by.agency.slug,
                "sequence": entry.sequence,
                "moment": entry.moment.isoformat(),
                "case": entry.custody.number if entry.custody else None,
                "case_id": str(entry.custody_id) if entry.custody_id else None,
                "hash": entry.hash,
            }
            deliveries.append(
                Delivery(
                    id=identifier,
                    webhook=hook,
                    event=entry.kind,
                    body=json.dumps(body, sort_keys=True),
                    created_at=by.at,
                )
            )
            work.append(
                Work(
                    agency=by.agency,
                    kind="webhook",
                    key=f"webhook:{identifier}",
                    payload={"delivery": str(identifier)},
                    due_at=by.at,
                    created_at=by.at,
                )
            )
    Delivery.objects.bulk_create(deliveries, batch_size=500)
    Work.objects.bulk_create(work, batch_size=500)

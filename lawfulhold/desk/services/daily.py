"""What is planned anew every day: decisions when the law or the facts of a new day differ, the seal over the looks, retention, tidying, open service."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lawfulhold.desk.models import Agency, Work
from lawfulhold.desk.services import work

JOBS = ("redecide-day", "redecide-facts", "seal-looks", "retention", "tidy", "unserved")


def plan_day(now: datetime) -> None:
    """Plan the day's work of every agency, once for a day of its zone."""
    rows = []
    for agency in Agency.objects.all():
        day = now.astimezone(ZoneInfo(agency.timezone)).date().isoformat()
        rows += [
            Work(
                agency=agency,
                kind=kind,
                key=f"{kind}:{agency.slug}:{day}",
                payload={"day": day},
                due_at=now,
                created_at=now,
            )
            for kind in JOBS
        ]
    known = set(Work.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    work.plan_many([row for row in rows if row.key not in known])

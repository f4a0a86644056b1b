"""Alerts: what somebody has to see. Each is written once, under its key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When

from lawfulhold.desk.errors import NotAllowed, NotFound
from lawfulhold.desk.models import Alert, Custody, User
from lawfulhold.desk.services import docket
from lawfulhold.desk.services.acting import By


def alert(
    by: By,
    custody: Custody | None,
    kind: str,
    key: str,
    says: str,
    level: str,
    for_role: str,
    about_at: datetime | None = None,
) -> Alert | None:
    """Write an alert. Returns None when one with this key is there already."""
    with transaction.atomic():
        if Alert.objects.filter(agency=by.agency, key=key).exists():
            return None
        row = Alert(
            custody=custody, kind=kind, key=key, says=says[:500], level=level, for_role=for_role, about_at=about_at
        )
        docket.enter(by, "alert", row.says, row, custody=custody)
    return row


_SEES = {
    "clerk": ("clerk",),
    "supervisor": ("clerk", "supervisor"),
    "counsel": ("counsel",),
    "administrator": ("administrator",),
    "auditor": ("clerk", "supervisor", "counsel", "administrator"),
}


def unseen(user: User) -> QuerySet[Alert]:
    """The alerts that wait for somebody of this person's role, the urgent ones first."""
    rows = Alert.objects.filter(agency=user.agency, seen_at__isnull=True, for_role__in=_SEES.get(user.role, ()))
    rows = rows.filter(Q(custody__isnull=True) | Q(custody__purged_at__isnull=True))
    urgent = Case(When(level="now", then=0), default=1)
    return rows.select_related("custody").order_by(urgent, "about_at", "recorded_at")


def is_for(role: str, row: Alert) -> bool:
    """Does this alert wait for somebody of this role?"""
    return row.for_role in _SEES.get(role, ())


def see(by: By, alert_id: object) -> Alert:
    """Somebody for whom an alert waits has seen it; who and when is kept. Seen once is seen.

    Raises `NotFound`, or `NotAllowed` for an alert that waits for another role: it would be gone before those had seen it whom it is for.
    """
    by.must("decide")
    with transaction.atomic():
        row = Alert.objects.select_for_update(of=("self",)).filter(agency=by.agency, pk=alert_id).first()
        if row is None:
            raise NotFound("There is no such alert.")
        if not is_for(by.role, row):
            raise NotAllowed(f"This alert waits for the {row.for_role}'s eyes.", advice="It stays until somebody of that role has seen it.")
        if row.seen_at is None:
            row.seen_at, row.seen_by = by.at, by.name
            row.save(update_fields=["seen_at", "seen_by"])
            docket.enter(by, "alert-seen", f"Seen: {row.says}", custody=row.custody, alert=str(row.pk))
    return row

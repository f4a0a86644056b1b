"""Agencies and accounts: made, changed and closed by an administrator, each with an entry. An account is closed, never deleted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Agency, Facility, Look, User
from lawfulhold.desk.roles import OUTSIDE, ROLES
from lawfulhold.desk.services import docket, work
from lawfulhold.desk.services.acting import By
from lawfulhold.errors import InputError


def make_agency(
    slug: str,
    name: str,
    jurisdiction: str,
    kind: str,
    zone: str = "",
    *,
    facilities: Sequence[tuple[str, str]] = (),
    **more: Any,
) -> Agency:
    """An agency with its facilities, as (identifier, name). Raises `Invalid` for a place, kind or zone that the law files do not know."""
    from lawfulhold.desk.services import law

    shipped = law.shipped()
    try:
        shipped.chain(jurisdiction)
        kind = shipped.agencies.kind(kind)
    except InputError as error:
        raise Invalid(error.what) from None
    zone = zone or shipped.timezone(jurisdiction)
    _check_zone(zone)
    if not slug.replace("-", "").isalnum() or len(slug) > 50:
        raise Invalid("The short name has letters, digits and hyphens.")
    if Agency.objects.filter(slug=slug).exists():
        raise Invalid(f"There is an agency {slug} already.")
    with transaction.atomic():
        agency = Agency.objects.create(
            slug=slug, name=name, jurisdiction=jurisdiction, kind=kind, timezone=zone, **more
        )
        for identifier, title in facilities:
            Facility.objects.create(
                agency=agency, identifier=identifier.strip().upper(), name=title, state=jurisdiction[3:5]
            )
    return agency


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Invalid(f"{zone} is not a time zone such as America/Chicago.", field="timezone") from None


SETTINGS = {
    "timezone": "time zone",
    "retention_days": "days after which closed cases are purged",
    "detainers_to": "the number or address given to ICE for detainers",
}


def set_agency(by: By, facts: Mapping[str, Any] | None = None, **settings: Any) -> list[str]:
    """Change settings of an agency (`SETTINGS`), and the facts that it says of itself in every case; a fact of None is taken back. The change is an entry,
    and the open cases that it touches are decided again at once. Returns what changed, in words; nothing is written when nothing did.

    Raises `Invalid` for a setting, zone or fact that there is not.
    """
    from lawfulhold.desk.services import facts as of_cases

    by.must("settings")
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise Invalid(f"There is no setting {sorted(unknown)[0]!r}; there are {', '.join(SETTINGS)}.")
    if "timezone" in settings:
        _check_zone(settings["timezone"])
    if not 0 <= settings.get("retention_days", 0) <= 36_500:
        raise Invalid("The days are 0 (never) to 36500.", field="retention_days")
    given = {name.removeprefix("agency."): value for name, value in (facts or {}).items()}
    checked = {name: of_cases.check_fact(f"agency.{name}", value) for name, value in given.items()}
    with transaction.atomic():
        docket.chain_head(by.agency)
        agency = Agency.objects.select_for_update().get(pk=by.agency.pk)
        before = {"facts": dict(agency.facts), **{name: getattr(agency, name) for name in SETTINGS}}
        now = {name: value for name, value in {**agency.facts, **checked}.items() if value is not None}
        after = {**before, **settings, "facts": now}
        changed = [f"{words}: {before[name]} → {after[name]}" for name, words in SETTINGS.items() if before[name] != after[name]]
        for name in sorted({*before["facts"], *now}):
            was, new = before["facts"].get(name), now.get(name)
            if was != new:
                changed.append(f"{name.replace('_', ' ')}: {_known(was)} → {_known(new)}")
        if not changed:
            return []
        for name, value in after.items():
            setattr(agency, name, value)
        agency.save(update_fields=list(after))
        entry = docket.enter(by, "agency", f"Settings of the agency: {'; '.join(changed)}.", before=before, after=after)
        if before["facts"] != now or before["timezone"] != after["timezone"]:
            payload = {"every": before["timezone"] != after["timezone"]}
            work.plan(by.agency, "redecide-facts", f"redecide-facts:{by.agency.slug}:entry-{entry.sequence}", by.at, payload, at=by.at)
    return changed


def _known(value: Any) -> str:
    return "not known" if value is None else str(value) if not isinstance(value, bool) else "yes" if value else "no"


def add(
    by: By, username: str, role: str, *, first_name: str, last_name: str, outside: str = "", hashed: str = ""
) -> tuple[User, str]:
    """A new account. Returns it with its first password, made here, shown once and nowhere kept; or '' when the hash of one is given (the example)."""
    by.must("accounts")
    if role not in ROLES:
        raise Invalid(f"The role is one of {', '.join(ROLES)}.", field="role")
    if (role == OUTSIDE) != bool(outside.strip()):
        raise Invalid("An outside account, and only that, names its organisation.", field="outside")
    if not first_name.strip() or not last_name.strip():
        raise Invalid("An account is a person's: first and last name are needed.", field="last_name")
    if not username.strip() or User.objects.filter(username=username.strip()).exists():
        raise Invalid("That name to sign in with is taken or empty.", field="username")
    password = "" if hashed else "-".join(secrets.token_hex(2) for _ in range(4))
    with transaction.atomic():
        user = User.objects.create(
            username=username.strip(),
            password=hashed or make_password(password),
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            agency=by.agency,
            role=role,
            outside=outside.strip(),
        )
        docket.enter(
            by,
            "account",
            f"Account {user.username} made: {user.words}.",
            account=user.pk,
            role=role,
            outside=user.outside,
        )
    return user, password


def close(by: By, username: str, reason: str) -> User:
    """Close an account: every session of it ends with the next click."""
    by.must("accounts")
    user = User.objects.filter(agency=by.agency, username=username).first()
    if user is None:
        raise NotFound("There is no such account in this agency.")
    if by.user is not None and user.pk == by.user.pk:
        raise Invalid("Somebody else closes your account.")
    with transaction.atomic():
        user.is_active, user.closed_at = False, by.at
        user.save(update_fields=["is_active", "closed_at"])
        docket.enter(by, "account", f"Account {user.username} closed: {reason}.", account=user.pk)
    return user


def change_role(by: By, username: str, role: str, reason: str) -> User:
    """Give an account another role."""
    by.must("accounts")
    user = User.objects.filter(agency=by.agency, username=username, is_active=True).first()
    if user is None:
        raise NotFound("There is no such account in this agency.")
    if role not in ROLES or OUTSIDE in (role, user.role):
        raise Invalid(
            "An account of the agency keeps to the agency's roles; an outside account is made anew.", field="role"
        )
    if by.user is not None and user.pk == by.user.pk:
        raise Invalid("Somebody else changes your role.")
    with transaction.atomic():
        before, user.role = user.role, role
        user.save(update_fields=["role"])
        docket.enter(
            by, "account", f"Account {user.username}: {before} is now {role}. {reason}", account=user.pk, role=role
        )
    return user


def new_password(by: By, username: str) -> str:
    """A new first password for somebody who lost theirs (and their second factor, which is set up anew). Shown once."""
    by.must("accounts")
    from allauth.mfa.models import Authenticator

    user = User.objects.filter(agency=by.agency, username=username, is_active=True).first()
    if user is None:
        raise NotFound("There is no such account in this agency.")
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user=user).delete()
        docket.enter(
            by, "account", f"Account {user.username}: new password; the second factor is set up anew.", account=user.pk
        )
    return password


def review(agency: Agency, now: datetime | None = None) -> list[dict[str, Any]]:
    """Every account with its role, when it last looked at a case, and how often in thirty days; outside accounts first."""
    since = (now or timezone.now()) - timedelta(days=30)
    looked = {
        row["user"]: row
        for row in Look.objects.filter(agency=agency, user__isnull=False).values("user").annotate(last=Max("at"))
    }
    recent = {
        row["user"]: row["count"]
        for row in Look.objects.filter(agency=agency, at__gte=since).values("user").annotate(count=Count("pk"))
    }
    refused = {
        row["user"]: row["count"]
        for row in Look.objects.filter(agency=agency, at__gte=since, refused=True)
        .values("user")
        .annotate(count=Count("pk"))
    }
    rows = [
        {
            "user": user,
            "last_look": looked.get(user.pk, {}).get("last"),
            "looks": recent.get(user.pk, 0),
            "refused": refused.get(user.pk, 0),
        }
        for user in User.objects.filter(agency=agency).order_by("username")
    ]
    return sorted(rows, key=lambda row: (not row["user"].outside, not row["user"].is_active, row["user"].username))

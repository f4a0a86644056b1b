"""Tokens of programs.

Made by an administrator, shown once, kept as a hash, limited to scopes and to a time, revocable at once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Token
from lawfulhold.desk.services import docket
from lawfulhold.desk.services.acting import By
from lawfulhold.errors import nearest

SCOPES = {
    "bookings:write": "push bookings, corrections of a person's details, moves between the agency's own facilities",
    "charges:write": "push charges and convictions",
    "releases:write": "push release times, bail and releases",
    "detainers:write": "push detainers and cancellations",
    "contacts:write": "record contacts with ICE; what the decision does not allow is refused",
    "answers:read": "pull the answer, the clocks and the standing of a case",
    "queue:read": "pull the queue",
    "register:read": "set a list of ICE against the register",
    "events:read": "pull what happened, in order",
}
LONGEST_DAYS = 400


def make(by: By, name: str, scopes: Sequence[str], days: int = 365) -> tuple[Token, str]:
    """A new token of the agency's own program. Returns it with its words, which are shown once and nowhere kept."""
    by.must("accounts")
    if not name.strip() or len(name) > 100:
        raise Invalid("A token has the name of the program that uses it, at most 100 letters.", field="name")
    for scope in scopes:
        if scope not in SCOPES:
            raise Invalid(f"There is no scope {scope}{nearest(scope, SCOPES)}.", field="scopes")
    if not scopes:
        raise Invalid("A token has at least one scope.", field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token lives 1 to {LONGEST_DAYS} days.", field="days")
    prefix = f"lh_{secrets.token_hex(4)}"
    words = f"{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = Token.objects.create(
            agency=by.agency,
            name=name.strip(),
            prefix=prefix,
            digest=digest_of(words),
            scopes=sorted(set(scopes)),
            created_at=by.at,
            created_by=by.name,
            expires_at=by.at + timedelta(days=days),
        )
        docket.enter(
            by,
            "token",
            f"Token {prefix} made for {token.name}: {', '.join(token.scopes)}; it ends after {days} days.",
            token=prefix,
            scopes=token.scopes,
        )
    return token, words


def revoke(by: By, prefix: str, reason: str) -> Token:
    """Revoke a token: the next request with it is refused."""
    by.must("accounts")
    with transaction.atomic():
        token = Token.objects.filter(agency=by.agency, prefix=prefix).first()
        if token is None:
            raise NotFound("There is no such token in this agency.")
        if token.revoked_at is None:
            token.revoked_at = by.at
            token.save(update_fields=["revoked_at"])
            docket.enter(by, "token", f"Token {prefix} of {token.name} revoked: {reason}.", token=prefix)
    return token


def digest_of(words: str) -> str:
    """The hash under which a token is kept.

    The words have 256 bits of chance in them: a plain hash cannot be guessed back.
    """
    return hashlib.sha256(words.encode()).hexdigest()


def known(words: str, now: datetime) -> Token | None:
    """The token with these words if it is good now, else None."""
    if not words.startswith("lh_") or len(words) > 200:
        return None
    token = Token.objects.select_related("agency").filter(digest=digest_of(words)).first()
    if token is None or token.revoked_at is not None or token.expires_at is None or token.expires_at <= now:
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token

"""Webhooks: where an agency's own system is told of events, by whom that is set, and the sending itself."""

from __future__ import annotations

import http.client
import ipaddress
import secrets
import socket
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lawfulhold.desk.api import signing
from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Webhook
from lawfulhold.desk.services import docket
from lawfulhold.desk.services.acting import By

MOST = 10


def make(by: By, url: str, events: Sequence[str] = ()) -> tuple[Webhook, str]:
    """A new webhook for these kinds of event (all, when none is named).

    Returns it with its secret, which is shown once.
    """
    by.must("accounts")
    parts = _parts(url)
    if Webhook.objects.filter(agency=by.agency, active=True).count() >= MOST:
        raise Invalid(f"An agency has at most {MOST} webhooks.")
    wrong = [name for name in events if name != "*" and not name.replace("-", "").isalpha()]
    if wrong:
        raise Invalid(f"{wrong[0]!r} is not a kind of event; GET /api/v1/events shows them.", field="events")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        hook = Webhook.objects.create(
            agency=by.agency, url=url, secret=secret, events=sorted(set(events)), created_at=by.at
        )
        docket.enter(by, "webhook", f"Webhook to {parts.hostname} made.", webhook=str(hook.pk), host=parts.hostname)
    return hook, secret


def close(by: By, webhook_id: UUID | str, reason: str) -> Webhook:
    """Close a webhook: nothing more is planned for it, and what is planned is not sent."""
    by.must("accounts")
    with transaction.atomic():
        try:
            hook = Webhook.objects.filter(agency=by.agency, pk=UUID(str(webhook_id))).first()
        except ValueError:
            hook = None
        if hook is None:
            raise NotFound("There is no such webhook in this agency.")
        if hook.active:
            hook.active = False
            hook.save(update_fields=["active"])
            docket.enter(
                by, "webhook", f"Webhook to {urlsplit(hook.url).hostname} closed: {reason}.", webhook=str(hook.pk)
            )
    return hook


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("That is not an address.", field="url") from None
    if len(url) > 500 or not parts.hostname or parts.username or parts.password or parts.fragment or not url.isascii():
        raise Invalid("The address has a host, and no name, password or fragment in it.", field="url")
    if any(letter <= " " for letter in url):
        raise Invalid("The address has blanks in it.", field="url")
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise Invalid("The address is https; http only to this machine itself.", field="url")
    if port is not None and port < 1:
        raise Invalid("That port cannot be.", field="url")
    return parts


def _connect(address: tuple[str, int], timeout: float = 10, source: Any = None, **more: Any) -> socket.socket:
    """A connection to a host whose address may be called.

    None that is link-local (a cloud's own metadata), multicast or no address at all.
    """
    for family, kind, protocol, _, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
        number = ipaddress.ip_address(str(place[0]).split("%")[0])
        if number.is_link_local or number.is_multicast or number.is_unspecified:
            raise OSError(f"{address[0]} lies at {number}, which is not called")
        line = socket.socket(family, kind, protocol)
        line.settimeout(timeout)
        try:
            line.connect(place)
        except OSError:
            line.close()
            continue
        return line
    raise OSError(f"no connection to {address[0]}")


def post(hook: Webhook, event: str, identifier: str, body: bytes, now: int) -> int:
    """Send one delivery and return the status of the answer.

    No redirect is followed, no proxy asked. Raises `OSError` or `http.client.HTTPException`.
    """
    parts = _parts(hook.url)
    timeout = settings.DESK_WEBHOOK_TIMEOUT
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        line = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    line._create_connection = _connect  # type: ignore[attr-defined]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.request(
            "POST",
            path,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "lawful-hold-desk",
                "Lawful-Hold-Event": event,
                "Lawful-Hold-Event-Id": identifier,
                signing.HEADER: signing.sign(hook.secret, body, now),
            },
        )
        answer = line.getresponse()
        answer.read(1_000)
        return answer.status
    finally:
        line.close()

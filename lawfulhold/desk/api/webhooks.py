"""Webhooks: where an agency's own system is told of events, by whom that is set, and the sending itself."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
import time
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


def _connect(address: tuple[str, int], timeout: float = 10) -> socket.socket:
    """A connection to a host whose address may be called, within so many seconds for all of its addresses together.

    None that is link-local (a cloud's own metadata), multicast or no address at all.
    """
    end = time.monotonic() + timeout
    for family, kind, protocol, _, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
        number = ipaddress.ip_address(str(place[0]).split("%")[0])
        if number.is_link_local or number.is_multicast or number.is_unspecified:
            raise OSError(f"{address[0]} lies at {number}, which is not called")
        line = socket.socket(family, kind, protocol)
        line.settimeout(max(0.1, end - time.monotonic()))
        try:
            line.connect(place)
        except OSError:
            line.close()
            continue
        return line
    raise OSError(f"no connection to {address[0]}")


def post(hook: Webhook, event: str, identifier: str, body: bytes, now: int) -> int:
    """Send one delivery and return the status of the answer.

    No redirect is followed, no proxy asked. The whole of it takes no longer than the setting says, however slowly the
    receiver answers. Raises `OSError` or `http.client.HTTPException`.
    """
    parts = _parts(hook.url)
    timeout = float(settings.DESK_WEBHOOK_TIMEOUT)
    secure = parts.scheme == "https"
    line = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(parts.hostname, parts.port)
    end = time.monotonic() + timeout
    line.sock = _connect((line.host, line.port), timeout)
    cut = threading.Timer(max(0.1, end - time.monotonic()), lambda: _cut(line.sock))
    cut.daemon = True
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        if secure:
            line.sock = ssl.create_default_context().wrap_socket(
                line.sock, server_hostname=line.host, do_handshake_on_connect=False
            )
        cut.start()
        if secure:
            line.sock.do_handshake()
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
        return line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() < end:
            raise
        raise TimeoutError(f"no whole answer within {timeout:.0f} seconds") from error
    finally:
        cut.cancel()
        line.close()


def _cut(connection: socket.socket | None) -> None:
    """End a connection under whoever waits on it."""
    if connection is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

"""The verbs of `lawfulhold desk` for programs: tokens, webhooks, the drop folder."""

from __future__ import annotations

import argparse
from typing import Any


def add_verbs(verbs: Any) -> None:
    """Add the verbs."""
    from lawfulhold.desk.cli import _verb

    token = _verb(verbs, "add-token", "make a token for a jail management system and print it, once", _add_token)
    token.add_argument("agency")
    token.add_argument("--name", required=True, help="the program that uses it")
    token.add_argument("--scope", action="append", default=[], required=True, help="such as bookings:write (repeat)")
    token.add_argument("--days", type=int, default=365, help="how long it lives (default 365)")
    shown = _verb(verbs, "tokens", "list tokens: scopes, end, last use", _tokens)
    shown.add_argument("agency")
    revoke = _verb(verbs, "revoke-token", "revoke a token at once", _revoke)
    revoke.add_argument("agency")
    revoke.add_argument("prefix", help="the start of the token, such as lh_1a2b3c4d")
    revoke.add_argument("--reason", required=True)
    hook = _verb(verbs, "add-webhook", "tell a system of events; print the secret of the signature, once", _add_webhook)
    hook.add_argument("agency")
    hook.add_argument("url")
    hook.add_argument("--event", action="append", default=[], help="a kind of event (repeat; default: all)")
    hooks = _verb(verbs, "webhooks", "list webhooks", _webhooks)
    hooks.add_argument("agency")
    close = _verb(verbs, "close-webhook", "close a webhook", _close_webhook)
    close.add_argument("agency")
    close.add_argument("webhook", help="its number, as `webhooks` prints it")
    close.add_argument("--reason", required=True)
    drop = _verb(verbs, "drop", "do the CSV files of the drop folder now (the worker does them by itself)", _drop)
    drop.add_argument("--agency", metavar="NAME", help="only this agency; its folders are made when they are not there")


def _console(name: str) -> Any:
    from lawfulhold.desk.cli import _agencies, setup

    setup()
    from lawfulhold.desk.services import acting

    return acting.console(_agencies(name)[0])


def _add_token(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.api import tokens

    token, words = tokens.make(by, arguments.name, arguments.scope, arguments.days)
    print(f"{words}\nIt is shown once. It ends on {token.expires_at:%Y-%m-%d}. Scopes: {', '.join(token.scopes)}")
    return 0


def _tokens(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.models import Token

    for token in Token.objects.filter(agency=by.agency).order_by("created_at"):
        used = f"last used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
        ended = token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= by.at)
        state = "ended" if ended else f"until {token.expires_at:%Y-%m-%d}"
        print(f"{token.prefix}  {token.name}  {state}  {used}  {', '.join(token.scopes)}")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.api import tokens

    tokens.revoke(by, arguments.prefix, arguments.reason)
    print(f"{arguments.prefix} is revoked")
    return 0


def _add_webhook(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.api import webhooks

    hook, secret = webhooks.make(by, arguments.url, arguments.event)
    print(f"webhook {hook.pk}\nsecret {secret}\nThe secret is shown once.")
    return 0


def _webhooks(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.models import Webhook

    for hook in Webhook.objects.filter(agency=by.agency).order_by("created_at"):
        waiting = hook.deliveries.filter(sent_at__isnull=True).count()
        state = "open" if hook.active else "closed"
        print(f"{hook.pk}  {state}  {hook.url}  {', '.join(hook.events) or 'all events'}  {waiting} not acknowledged")
    return 0


def _close_webhook(arguments: argparse.Namespace) -> int:
    by = _console(arguments.agency)
    from lawfulhold.desk.api import webhooks

    webhooks.close(by, arguments.webhook, arguments.reason)
    print("closed")
    return 0


def _drop(arguments: argparse.Namespace) -> int:
    from lawfulhold.desk.cli import _agencies, setup

    setup()
    from django.utils import timezone

    from lawfulhold.desk.drop import folder

    agency = _agencies(arguments.agency)[0] if arguments.agency else None
    if agency is not None:
        print(folder.place_of(agency) / "in")
    refused = False
    for done in folder.sweep(timezone.now(), agency):
        counts = ", ".join(f"{count} {name}" for name, count in sorted(done.counts.items())) or "no rows"
        refused = refused or not done.taken or bool(done.counts.get("refused"))
        print(f"{done.name}: {counts}; report {done.report}")
    return 1 if refused else 0

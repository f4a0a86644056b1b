"""Signing in and out, wrong passwords: each is kept."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone


def _keep(what: str, username: str, user: Any, request: HttpRequest | None) -> None:
    from lawfulhold.desk.models import Sign

    Sign.objects.create(
        agency=getattr(user, "agency", None),
        user=user,
        username=username[:200],
        what=what,
        at=timezone.now(),
        address=(request.META.get("REMOTE_ADDR") or "")[:60] if request else "",
    )


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    """Somebody signed in."""
    _keep("signed in", user.username, user, request)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
    """Somebody signed out, or the session was over."""
    if user is not None:
        _keep("signed out", user.username, user, request)


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """A wrong password."""
    from lawfulhold.desk.models import User

    name = str(credentials.get("username") or "")
    _keep("wrong password", name, User.objects.filter(username=name).first(), request)

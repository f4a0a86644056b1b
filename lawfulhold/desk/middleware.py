"""The address behind a proxy, session limits, the second factor, and pages that no cache keeps."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

Next = Callable[[HttpRequest], HttpResponseBase]
STARTED, SEEN = "desk_started", "desk_seen"
OWN_REFRESH = "X-Desk-Refresh"
"""Header of requests that a page makes by itself: they do not keep a session alive."""


class AddressBehindProxy:
    """Where a request comes from, when the desk stands behind proxies of its own: the address that the outermost of them saw. Everything that asks for
    an address (limits, sign-ins, the API) reads it from here; what a sender writes further to the left in the header counts for nothing.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put the address that the proxy gives in the place of the proxy's own."""
        proxies = settings.DESK_PROXIES
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
        if len(seen) >= proxies > 0:
            with suppress(ValueError):  # no address: the proxy's own stays
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(seen[-proxies].strip()))
        return self.get_response(request)


class SessionLimits:
    """A session ends after so many minutes without a person at it, and after so many hours whatever happens."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End the session when it is over; else note that a person was there."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.setdefault(SEEN, now)
            closed = not user.is_active or getattr(user, "closed_at", None) is not None
            if closed or now - started > settings.SESSION_COOKIE_AGE or now - seen > settings.DESK_IDLE_SECONDS:
                logout(request)
            elif not request.headers.get(OWN_REFRESH) and now - seen > 30:
                request.session[SEEN] = now
        return self.get_response(request)


class SecondFactor:
    """Without a second factor a person reaches only the page that sets one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Send a person without a second factor to set one up."""
        user = getattr(request, "user", None)
        if settings.DESK_SECOND_FACTOR and user is not None and user.is_authenticated:
            from allauth.mfa.utils import is_mfa_enabled

            free = ("/accounts/", "/" + settings.STATIC_URL.lstrip("/"), "/api/")
            if not request.path.startswith(free) and not is_mfa_enabled(user):
                return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


class NotCached:
    """Pages on persons are kept by no browser and no proxy."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark every page that is not a static file."""
        response = self.get_response(request)
        if not request.path.startswith("/" + settings.STATIC_URL.lstrip("/")):
            response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

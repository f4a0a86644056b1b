"""What every page knows: who is signed in, for which agency."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """The agency and the role of the person signed in."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "agency": getattr(user, "agency", None) if signed_in else None,
        "role": getattr(user, "role", "") if signed_in else "",
        "demo": settings.DESK_DEMO,
    }

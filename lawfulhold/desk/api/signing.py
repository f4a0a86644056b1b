"""The signature of a webhook.

HMAC-SHA-256 over the moment and the body, so that neither can be changed and nothing old can be played again.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "Lawful-Hold-Signature"
TOLERANCE = 300


def sign(secret: str, body: bytes, at: int) -> str:
    """The header's value for this body at this moment (seconds since 1970)."""
    return f"t={at},v1={_digest(secret, body, at)}"


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


def genuine(secret: str, body: bytes, header: str, now: float, tolerance: int = TOLERANCE) -> bool:
    """Is this body signed with the secret, within the last five minutes? Receivers also keep the ids they saw."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    try:
        at = int(parts.get("t", ""))
    except ValueError:
        return False
    if abs(now - at) > tolerance:
        return False
    return hmac.compare_digest(parts.get("v1", ""), _digest(secret, body, at))

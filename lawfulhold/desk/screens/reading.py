"""A scan of a detainer, read for the intake screen. What is read is a proposal: a person checks every field before it is registered."""

from __future__ import annotations

import base64
import json
from datetime import tzinfo
from typing import Any

from lawfulhold.desk.encryption import decrypt, encrypt
from lawfulhold.desk.errors import Invalid


def carry(content: bytes, name: str) -> str:
    """The scan as text that travels with the form, encrypted under the desk's key (nothing is kept before the clerk registers it)."""
    return encrypt(json.dumps({"name": name, "content": base64.b64encode(content).decode()}).encode()).decode()


def carried(text: str) -> tuple[bytes, str]:
    """(content, name) of a scan that travelled with the form. Raises `Invalid` for one that this desk did not make."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        data = json.loads(decrypt(text.encode()))
    except (ImproperlyConfigured, ValueError):
        raise Invalid("The scan was lost on the way; choose the file again.", field="document") from None
    return base64.b64decode(data["content"]), data["name"]


def read(content: bytes, zone: tzinfo) -> dict[str, Any]:
    """Fields of the intake form as read from the scan; empty when nothing could be read (no reader installed, not such a form)."""
    return {}

"""A scan of a detainer, read for the intake screen. What is read is a proposal: a person checks every field before it
is registered.
"""

from __future__ import annotations

import base64
import json
import tempfile
from datetime import tzinfo
from pathlib import Path
from typing import Any

from lawfulhold.desk.encryption import decrypt, encrypt
from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import DETAINER_FORMS
from lawfulhold.desk.services.documents import type_of

FIELDS = {
    "date_of_birth": "date_of_birth",
    "event_number": "dhs_number",
    "file_number": "a_number",
    "to": "addressed_to",
    "officer_name_title": "issued_by",
    "local_booking_number": "booking_number",
}
"""Field of the form reader → field of the intake form."""


def carry(content: bytes, name: str) -> str:
    """The scan as text that travels with the form, encrypted under the desk's key (nothing is kept before the clerk
    registers it).
    """
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
    """Fields of the intake form as read from the scan; empty when nothing could be read (no reader installed, not
    such a form).

    The reader works in a process of its own with limits, and only what it is sure of is proposed.
    """
    try:
        from lawfulhold.sources.forms import FormError, read_form
    except ImportError:
        return {}
    ending = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif"}[
        type_of(content) or "application/pdf"
    ]
    with tempfile.TemporaryDirectory(prefix="desk-scan-") as folder:
        path = Path(folder) / f"scan{ending}"
        path.touch(mode=0o600)
        path.write_bytes(content)
        try:
            reading = read_form(path)
        except (FormError, OSError, ValueError):
            return {}
    if reading.form not in DETAINER_FORMS:
        return {}
    found: dict[str, Any] = {"form": reading.form, "edition": reading.edition or ""}
    for name, given in reading.fields.items():
        field = FIELDS.get(name)
        if field and given.sure and given.value is not None:
            found[field] = given.value
    named = reading.fields.get("name_of_alien")
    if named is not None and named.sure and isinstance(named.value, str):
        surname, comma, given_names = named.value.partition(",")
        found.update(
            {"surname": surname.strip(), "given_names": given_names.strip()}
            if comma
            else {"surname": named.value.strip()}
        )
    if any(name.startswith("box_1") and one.sure and one.value for name, one in reading.fields.items()):
        found["probable_cause"] = "yes"
    return found

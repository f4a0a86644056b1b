"""Doing a thing once, however often it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction

from lawfulhold.desk.errors import Invalid, Repeated
from lawfulhold.desk.models import IdempotencyKey
from lawfulhold.desk.services import docket
from lawfulhold.desk.services.acting import By


def once(by: By, key: str, content: Any, do: Callable[[], Any]) -> tuple[Any, bool]:
    """Do something once under a key.

    Takes the key, the content of the request (the same key with another content is an error) and what to do, which returns plain data. Returns
    (result, True when it was done now). The key commits together with what was done. Raises `Repeated`.
    """
    if not 8 <= len(key) <= 200:
        raise Invalid("An idempotency key has 8 to 200 characters.", field="Idempotency-Key")
    digest = hashlib.sha256(docket.canonical(content)).hexdigest()
    with transaction.atomic():
        docket.chain_head(by.agency)
        row = IdempotencyKey.objects.filter(agency=by.agency, key=key).first()
        if row is not None:
            if row.digest != digest:
                raise Repeated(
                    "This idempotency key came before with another content.", advice="Use a new key for a new request."
                )
            return row.result, False
        result = docket.plain(do())
        IdempotencyKey.objects.create(agency=by.agency, key=key, digest=digest, result=result, at=by.at)
    return result, True

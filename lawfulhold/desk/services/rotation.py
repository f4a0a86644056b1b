"""Key rotation: every encrypted value is written anew under the newest key; afterwards the older ones can be taken out of the keys file."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction

from lawfulhold.desk.encryption import EncryptedBytes, EncryptedText

BATCH = 500


def encrypted_columns() -> dict[type[Any], list[str]]:
    """Every model with encrypted columns, and their names."""
    found: dict[type[Any], list[str]] = {}
    for model in apps.get_app_config("desk").get_models():
        names = [
            column.name for column in model._meta.concrete_fields if isinstance(column, (EncryptedText, EncryptedBytes))
        ]
        if names:
            found[model] = names
    return found


def rotate() -> int:
    """Write every encrypted value anew. Returns how many rows. It can be stopped and begun again at any time: every configured key still decrypts."""
    count = 0
    for model, names in encrypted_columns().items():
        last: Any = None
        while True:
            with transaction.atomic():
                rows = model._default_manager.order_by("pk")
                if last is not None:
                    rows = rows.filter(pk__gt=last)
                batch = list(rows.select_for_update(of=("self",)).only("pk", *names)[:BATCH])
                for row in batch:
                    model._default_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
            if not batch:
                break
            last = batch[-1].pk
            count += len(batch)
    return count

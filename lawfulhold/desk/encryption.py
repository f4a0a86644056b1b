"""Personal data encrypted in the columns that hold it, and the blind index by which it is found again.

Keys come from `LAWFULHOLD_DESK_KEYS` (newest first, separated by commas), from the file named by `LAWFULHOLD_DESK_KEYS_FILE`, or from
`keys.txt` in the data folder. The newest key encrypts, every key decrypts: a new first line rotates (`lawfulhold desk rotate-keys`
then writes every value anew). The line `index: ...` is the key of the blind index, which is never rotated by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("no encryption key: set LAWFULHOLD_DESK_KEYS or run `lawfulhold desk start` once")
    return MultiFernet([Fernet(key.encode()) for key in keys])


def box() -> MultiFernet:
    """The keys in use, newest first."""
    return _box(tuple(settings.DESK_KEYS))


def encrypt(data: bytes) -> bytes:
    """The bytes under the newest key."""
    return box().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """The bytes behind a token. Raises `ImproperlyConfigured` when none of the keys opens it."""
    try:
        return box().decrypt(token)
    except InvalidToken:
        raise ImproperlyConfigured(
            "a value in the database was encrypted under a key that is not configured; add the old key as a further line of the keys file"
        ) from None


class Encrypted(str):
    """Text that is encrypted already: an encrypted column writes it as it is."""

    __slots__ = ()


def normal_number(value: str) -> str:
    """A booking, SID, FBI or A-number as it is compared: letters and digits only, capitals."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", value).upper())


def normal_name(value: str) -> str:
    """A surname as it is compared: no accents, capitals, letters only."""
    plain = unicodedata.normalize("NFKD", value)
    return re.sub(r"[^0-9A-Z]", "", "".join(letter for letter in plain if not unicodedata.combining(letter)).upper())


def blind(kind: str, value: str) -> str:
    """Blind index: a keyed hash by which an encrypted value can be found without being readable; '' for an empty value."""
    normal = normal_name(value) if kind == "surname" else normal_number(value)
    if not normal:
        return ""
    digest = hmac.new(settings.DESK_INDEX_KEY.encode(), f"{kind}:{normal}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode().rstrip("=").lower()


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class EncryptedText(_TextField):
    """Text that is encrypted in the database and plain in Python."""

    description = "encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        """The token that is stored."""
        value = super().get_prep_value(value)
        if isinstance(value, Encrypted):
            return str(value)
        return None if value is None else encrypt(str(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The plain text."""
        return None if value is None else decrypt(value.encode()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: encrypted text cannot be compared; use the blind index."""
        if lookup_name != "isnull":
            raise TypeError(f"an encrypted column cannot be searched by {lookup_name}; use its blind index")
        return super().get_lookup(lookup_name)


class EncryptedJSON(EncryptedText):
    """Plain data (JSON) that is encrypted in the database."""

    description = "encrypted JSON"

    def get_prep_value(self, value: Any) -> Any:
        """The token that is stored."""
        if value is None or isinstance(value, Encrypted):
            return super().get_prep_value(value)
        return super().get_prep_value(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The plain data."""
        text = super().from_db_value(value, expression, connection)
        return None if text is None else json.loads(text)

    def to_python(self, value: Any) -> Any:
        """As it is."""
        return value


class EncryptedBytes(models.BinaryField):
    """The bytes of a document, encrypted in the database."""

    description = "encrypted bytes"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The token that is stored."""
        return super().get_db_prep_value(None if value is None else encrypt(bytes(value)), connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The plain bytes."""
        return None if value is None else decrypt(bytes(value))

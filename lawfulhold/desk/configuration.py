"""Configuration from the environment or from files, checked when it is read. `docs/desk.md` lists every name."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PREFIX = "LAWFULHOLD_DESK_"


def setting(name: str, default: str = "") -> str:
    """The value of `LAWFULHOLD_DESK_<name>`, or the content of the file that `LAWFULHOLD_DESK_<name>_FILE` names."""
    value = os.environ.get(PREFIX + name)
    if value is not None:
        return value.strip()
    path = os.environ.get(f"{PREFIX}{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{PREFIX}{name}_FILE: cannot read {path}: {error.strerror}") from None
    return default


def flag(name: str, default: bool) -> bool:
    """A yes or no. Raises `ImproperlyConfigured` for anything else."""
    value = setting(name).lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{PREFIX}{name} is {value!r}; write yes or no")
    return default


def number(name: str, default: int, least: int = 0, most: int | None = None) -> int:
    """A whole number within its bounds. Raises `ImproperlyConfigured` for anything else."""
    value = setting(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least or (most is not None and int(value) > most):
        bounds = f"{least} or more" if most is None else f"{least} to {most}"
        raise ImproperlyConfigured(f"{PREFIX}{name} is {value!r}; write a whole number, {bounds}")
    return int(value)


def data_folder() -> Path:
    """Where the desk keeps its database, keys and drop folder when nothing else is said."""
    return Path(setting("DATA") or "var/desk").absolute()


def keys() -> tuple[tuple[str, ...], str, str]:
    """(encryption keys, newest first; key of the blind index; Django's secret key). Made in the data folder when there are none."""
    text = setting("KEYS")
    path = Path(os.environ.get(f"{PREFIX}KEYS_FILE") or data_folder() / "keys.txt")
    if not text:
        if not path.exists():
            make_keys(path)
        text = path.read_text(encoding="utf-8")
    encryption, index, secret = [], setting("INDEX_KEY"), setting("SECRET_KEY")
    for line in text.replace(",", "\n").splitlines():
        name, _, value = line.strip().partition(":")
        if not value and name and not name.startswith("#"):
            encryption.append(name)
        elif name == "index":
            index = index or value.strip()
        elif name == "secret":
            secret = secret or value.strip()
    if not encryption or not index or not secret:
        raise ImproperlyConfigured(f"{path}: needs an encryption key, a line `index: ...` and a line `secret: ...`")
    return tuple(encryption), index, secret


def new_key() -> str:
    """A new encryption key (32 random bytes, as Fernet wants them)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def make_keys(path: Path) -> None:
    """Write a keys file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        "# Keys of the detainer desk. Keep a copy apart from the backups: without it they cannot be read.\n"
        f"{new_key()}\nindex: {secrets.token_urlsafe(32)}\nsecret: {secrets.token_urlsafe(50)}\n"
    )
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first; its keys are the keys
    finally:
        temporary.unlink()

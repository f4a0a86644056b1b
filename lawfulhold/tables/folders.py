"""Write a folder or a file so that it appears whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lawfulhold.tables.errors import TableError

MADE = ".lawfulhold-files"  # in every folder that a command wrote: the names of what it wrote there


@contextmanager
def replaced_folder(out: Path, marker: str) -> Iterator[Path]:
    """A new folder that takes the place of `out` when the block ends well, and is removed when it does not.

    `marker` is the file that every finished folder of this kind holds. Only a folder of the same kind is replaced, and only when nothing was
    put into it since. Raises `TableError` when `out` is something else, or when the disk refuses.
    """
    out = Path(os.path.abspath(out))
    _may_be_replaced(out, marker)
    folder = out.parent / f".{out.name}.partial-{os.getpid()}"
    old = out.parent / f".{out.name}.old-{os.getpid()}"
    try:
        with disk(out):
            _prepare(out)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            yield folder
            (folder / MADE).write_text("".join(f"{name}\n" for name in sorted(os.listdir(folder))), encoding="utf-8")
            if out.exists():
                out.rename(old)
            folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _may_be_replaced(out: Path, marker: str) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise TableError(out, "is a file; name a folder")
    found = set(os.listdir(out))
    if found and marker not in found:
        raise TableError(out, f"the folder holds other things (no {marker}); name a new or empty folder")
    made = out / MADE
    listed = made.read_text(encoding="utf-8").splitlines() if made.is_file() else []
    others = sorted(found - {*listed, MADE})
    if others:
        raise TableError(out, f"the folder holds other things ({', '.join(others[:3])}); name a new or empty folder")


@contextmanager
def replaced_file(out: Path) -> Iterator[Path]:
    """A path to write to, which takes the name `out` when the block ends well, and is removed when it does not.

    Raises `TableError` when `out` is a folder, or when the disk refuses.
    """
    out = Path(os.path.abspath(out))
    if out.is_dir():
        raise TableError(out, "is a folder; name a file")
    partial = out.parent / f".{out.name}.partial-{os.getpid()}{out.suffix}"
    try:
        with disk(out):
            _prepare(out)
            yield partial
            partial.replace(out)
    finally:
        with suppress(OSError):
            partial.unlink()


@contextmanager
def disk(out: Path) -> Iterator[None]:
    """Turn what the disk says (it is full, it may not be written) into a `TableError` about `out`."""
    import duckdb

    try:
        yield
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
    except duckdb.IOException as error:
        number = re.search(r'"errno":"(\d+)"', str(error))
        said = os.strerror(int(number[1])) if number else str(error).splitlines()[0]
    else:
        return
    raise TableError(out, f"cannot be written ({said}); nothing was kept: make room there, or choose another place")


def _prepare(out: Path) -> None:
    """Make the parent folder, put back what a killed run had moved away, and remove what it left beside `out`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for old in _left(out, "old"):
        old.rename(out) if not out.exists() else shutil.rmtree(old, ignore_errors=True)
    for stale in _left(out, "partial"):
        shutil.rmtree(stale, ignore_errors=True) if stale.is_dir() else stale.unlink(missing_ok=True)


def _left(out: Path, kind: str) -> Iterator[Path]:
    """What runs that are no longer alive left beside `out`."""
    prefix = f".{out.name}.{kind}-"
    for path in list(out.parent.iterdir()):
        process = path.name.removeprefix(prefix).partition(".")[0]
        if path.name.startswith(prefix) and process.isdigit() and not _alive(int(process)):
            yield path


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

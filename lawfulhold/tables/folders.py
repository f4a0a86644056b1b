"""Write a folder or a file so that it appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lawfulhold.tables.errors import TableError


@contextmanager
def replaced_folder(out: Path, marker: str) -> Iterator[Path]:
    """A new folder that takes the place of `out` when the block ends well, and is removed when it does not.

    `marker` is the file that every finished folder of this kind holds. A folder with other things in it is never replaced.
    """
    out = Path(os.path.abspath(out))
    if out.exists() and not out.is_dir():
        raise TableError(out, "is a file; name a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / marker).is_file():
        raise TableError(out, f"the folder holds other things (no {marker}); name a new or empty folder")
    _prepare(out)
    folder = out.parent / f".{out.name}.partial-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        old = out.parent / f".{out.name}.old-{os.getpid()}"
        if out.exists():
            out.rename(old)
        folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def replaced_file(out: Path) -> Iterator[Path]:
    """A path to write to, which takes the name `out` when the block ends well, and is removed when it does not."""
    out = Path(os.path.abspath(out))
    if out.is_dir():
        raise TableError(out, "is a folder; name a file")
    _prepare(out)
    partial = out.parent / f".{out.name}.partial-{os.getpid()}{out.suffix}"
    try:
        yield partial
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _prepare(out: Path) -> None:
    """Make the parent folder, and remove what a killed run has left beside `out`."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TableError(out, f"cannot be written there ({error.strerror}); choose another place") from None
    for stale in out.parent.glob(f".{out.name}.partial-*"):
        process = stale.name.rpartition("-")[2].partition(".")[0]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(stale, ignore_errors=True) if stale.is_dir() else stale.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

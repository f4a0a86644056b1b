"""Starting the desk from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path


def start(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`lawfulhold desk start`, with its data in a folder of its own."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "lawfulhold", "desk", "start", *words],
        env={**surroundings, "LAWFULHOLD_DESK_DATA": str(folder)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_the_example_jail_starts_says_where_and_how_to_sign_in_and_answers(tmp_path: Path) -> None:
    done = start(tmp_path, "--demo", "--try", "--port", "0", "--processes", "1")
    assert done.returncode == 0, done.stderr
    assert "http://127.0.0.1:" in done.stdout
    assert "connecticut-clerk" in done.stdout
    assert "The desk answered" in done.stdout


def test_a_taken_port_is_said_in_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = start(tmp_path / "data", "--demo", "--port", str(port))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr
    assert "--port 0" in done.stderr
    assert not (tmp_path / "data").exists()

"""Starting the desk from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lawfulhold.desk import cli
from lawfulhold.errors import InputError
from tests.desk.people import make_jail


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


def test_the_example_has_a_folder_and_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    real = {"LAWFULHOLD_DESK_DATA": "/srv/desk", "DATABASE_URL": "postgresql://desk@localhost/desk", "LAWFULHOLD_DESK_KEYS_FILE": "/etc/desk/keys"}
    for name, value in {**real, "LAWFULHOLD_DESK_DEMO": "no", "LAWFULHOLD_DESK_SECOND_FACTOR": "no"}.items():
        monkeypatch.setenv(name, value)
    cli._apart()
    assert "DATABASE_URL" not in os.environ
    assert "LAWFULHOLD_DESK_KEYS_FILE" not in os.environ
    assert os.environ["LAWFULHOLD_DESK_DATA"] == "/srv/desk/demo"
    assert os.environ["LAWFULHOLD_DESK_DEMO"] == "yes"
    monkeypatch.delenv("LAWFULHOLD_DESK_DATA")
    cli._apart()
    assert os.environ["LAWFULHOLD_DESK_DATA"] == "var/desk-demo"


def test_the_example_never_serves_a_real_agency(db: None) -> None:
    cli._refuse_a_real_desk()
    make_jail("texas", "Larkspur County Sheriff, Texas (invented)", "US-TX", "sheriff", "America/Chicago", adopt=False)
    cli._refuse_a_real_desk()
    make_jail("larkspur", "Larkspur County Sheriff", "US-TX", "sheriff", "America/Chicago", adopt=False)
    with pytest.raises(InputError, match="Larkspur County Sheriff, which is not of the example"):
        cli._refuse_a_real_desk()

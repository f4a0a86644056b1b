"""What a command writes appears whole or not at all, and takes the place of nothing but its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from lawfulhold.errors import InputError
from lawfulhold.rules.law import Law
from lawfulhold.tables.decide_table import decide_file
from lawfulhold.tables.folders import replaced_file, replaced_folder
from lawfulhold.tables.generator import generate
from lawfulhold.tables.importer import import_files
from tests.tables.files import HEADER, ROWS, text_file


def _write(out: Path, text: str = "one") -> None:
    with replaced_folder(out, "marker") as folder:
        (folder / "marker").write_text(text)


def test_a_folder_of_the_same_kind_is_replaced(tmp_path: Path) -> None:
    _write(tmp_path / "out")
    _write(tmp_path / "out", "two")
    assert (tmp_path / "out" / "marker").read_text() == "two"
    assert os.listdir(tmp_path) == ["out"]


def test_a_folder_into_which_something_was_put_is_not_replaced(tmp_path: Path) -> None:
    _write(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("keep me")
    with pytest.raises(InputError, match=r"holds other things \(notes.txt\)"):
        _write(tmp_path / "out")
    assert (tmp_path / "out" / "notes.txt").read_text() == "keep me"


def test_an_import_never_replaces_the_folder_that_holds_its_own_source(tmp_path: Path) -> None:
    first = text_file(tmp_path / "a.csv", [HEADER, *ROWS])
    import_files([first], tmp_path / "out")
    inside = text_file(tmp_path / "out" / "b.csv", [HEADER, *ROWS])
    with pytest.raises(InputError, match=r"holds other things \(b.csv\)"):
        import_files([inside], tmp_path / "out")
    assert inside.exists()


def test_a_folder_moved_away_by_a_run_that_was_killed_is_put_back(tmp_path: Path) -> None:
    _write(tmp_path / "out", "earlier")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "out").rename(tmp_path / f".out.old-{dead.pid}")
    with pytest.raises(KeyError), replaced_folder(tmp_path / "out", "marker"):
        raise KeyError("the new run fails as well")
    assert (tmp_path / "out" / "marker").read_text() == "earlier"


def test_what_a_living_run_writes_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / f".out.partial-{os.getppid()}"
    theirs.mkdir()
    _write(tmp_path / "out")
    assert theirs.is_dir()


def test_a_file_that_fails_half_way_is_as_it_was_before(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("earlier")
    with pytest.raises(KeyError), replaced_file(out) as partial:
        partial.write_text("half")
        raise KeyError
    assert out.read_text() == "earlier"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    source = text_file(tmp_path / "a.csv", [HEADER, *ROWS])
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="cannot be written"):
        import_files([source], tmp_path / "file" / "out")
    with pytest.raises(InputError, match="cannot be written"):
        generate("npr_fy08_fy17", 10, tmp_path / "file" / "out.csv")


def test_answers_are_never_written_over_the_table_they_are_for(tmp_path: Path) -> None:
    import_files([text_file(tmp_path / "a.csv", [HEADER, *ROWS])], tmp_path / "in")
    before = (tmp_path / "in" / "detainers.parquet").read_bytes()
    with pytest.raises(InputError, match="is the table that is read"):
        decide_file(tmp_path / "in", tmp_path / "." / "in" / "detainers.parquet", Law())
    assert (tmp_path / "in" / "detainers.parquet").read_bytes() == before


def test_answers_are_never_written_over_a_file_of_another_kind(tmp_path: Path) -> None:
    table = text_file(tmp_path / "a.csv", [HEADER, *ROWS])
    with pytest.raises(InputError, match=r"ends in \.parquet"):
        decide_file(table, tmp_path / "b.csv", Law())


FULL = 40_000  # bytes that one file may have


@pytest.mark.parametrize(
    "command",
    [
        ["import", "rows.csv", "--out", "out"],
        ["generate", "out.csv", "--rows", "20000"],
        ["generate", "out.parquet", "--rows", "20000"],
        ["decide-table", "in", "out.parquet", "--question", "notify", "--on", "2015-01-01"],
        ["outcomes", "in", "--out", "out"],
    ],
    ids=lambda command: f"{command[0]} {command[-2]}",
)
def test_a_full_disk_is_said_in_one_line_and_leaves_nothing(tmp_path: Path, command: list[str]) -> None:
    generate("npr_fy08_fy17", 20_000, tmp_path / "rows.csv")
    import_files([tmp_path / "rows.csv"], tmp_path / "in")
    before = sorted(os.listdir(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "lawfulhold", *command],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("lawfulhold: ")
    assert "cannot be written (File too large)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == before

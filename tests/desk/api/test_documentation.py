"""What `docs/desk-api.md` leaves out is a failure."""

from __future__ import annotations

from pathlib import Path

from lawfulhold.desk.api import tokens
from lawfulhold.desk.api.paths import api
from lawfulhold.desk.drop import tables

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "desk-api.md").read_text(encoding="utf-8")


def test_every_path_is_documented() -> None:
    for path in api.get_openapi_schema(path_prefix="/")["paths"]:
        assert path.replace("{detainer_id}", "{id}") in PAGE, path


def test_every_scope_is_documented_in_its_own_words() -> None:
    for name, says in tokens.SCOPES.items():
        assert f"| `{name}` | {says} |" in PAGE, name


def test_every_kind_of_file_is_documented_with_the_columns_it_needs() -> None:
    for name, kind in tables.KINDS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(column in row for column in kind.needed), (name, kind.needed)

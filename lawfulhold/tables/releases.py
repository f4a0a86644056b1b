"""The schemas of the known releases, read from the data files beside this module."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

TableKind = Literal["detainers", "bookings"]
DuplicateRule = Literal["none", "person-day", "person-episode"]


@dataclass(frozen=True)
class Column:
    """A column of the canonical schema."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class TableSchema:
    """A canonical table: `key` is the column a row cannot do without."""

    kind: TableKind
    key: str
    columns: tuple[Column, ...]
    derived: tuple[Column, ...]


@dataclass(frozen=True)
class Schema:
    """All canonical tables, and how blank, redacted and dated cells look."""

    blank: tuple[str, ...]
    redacted: str
    date_orders: tuple[str, ...]
    earliest: str
    latest: str
    tables: Mapping[str, TableSchema]
    provenance: tuple[Column, ...]


@dataclass(frozen=True)
class Release:
    """One release: its header texts, its rule for repeats."""

    id: str
    title: str
    foia: str
    table: TableKind
    window: str
    note: str
    duplicates: DuplicateRule
    headers: Mapping[str, tuple[str, ...]]
    zero_is_blank: tuple[str, ...] = ()
    hold_line: str | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeaderMatch:
    """A header row that was recognised: for each position of the row the column it becomes."""

    release: Release
    names: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]


def _load(name: str) -> Any:
    return yaml.safe_load(files("lawfulhold.tables").joinpath(name).read_text(encoding="utf-8"))


@cache
def schema() -> Schema:
    """The canonical schema (schema.yaml)."""
    data = _load("schema.yaml")
    tables = {
        kind: TableSchema(kind, table["key"], _columns(table["columns"]), _columns(table["derived"]))
        for kind, table in data["tables"].items()
    }
    return Schema(
        tuple(data["blank"]),
        data["redacted"],
        tuple(data["date_orders"]),
        str(data["earliest"]),
        str(data["latest"]),
        tables,
        _columns(data["provenance"]),
    )


def _columns(entries: Sequence[Mapping[str, str]]) -> tuple[Column, ...]:
    return tuple(Column(entry["name"], entry["type"], entry["meaning"]) for entry in entries)


@cache
def vocabulary() -> Mapping[str, Any]:
    """Forms, states, lift reasons, outcomes and facility words (vocabulary.yaml)."""
    data: Mapping[str, Any] = _load("vocabulary.yaml")
    return data


@cache
def releases() -> Mapping[str, Release]:
    """Every known release by its id."""
    found = {}
    for entry in sorted(files("lawfulhold.tables").joinpath("releases").iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".yaml"):
            release = _release(yaml.safe_load(entry.read_text(encoding="utf-8")))
            found[release.id] = release
    return found


def _release(data: Mapping[str, Any]) -> Release:
    headers = {name: (texts,) if isinstance(texts, str) else tuple(texts) for name, texts in data["headers"].items()}
    return Release(
        data["id"],
        data["title"],
        data.get("foia", ""),
        data["table"],
        data["window"],
        data.get("note", ""),
        data["duplicates"],
        headers,
        tuple(data.get("zero_is_blank", ())),
        data.get("hold_line"),
        tuple(data.get("covers", ())),
    )


def plain(header: str | None) -> str:
    """A header text without case, punctuation and repeated spaces: ``Most Serious Conviction (MSC) Charge`` → ``most serious conviction msc charge``."""
    return " ".join(re.findall(r"[a-z0-9]+", (header or "").lower()))


@cache
def _lookup(release_id: str) -> Mapping[str, str]:
    """Plain header text → canonical column; a release's own texts come before the canonical names."""
    release = releases()[release_id]
    table = schema().tables[release.table]
    names = {plain(column.name): column.name for column in table.columns}
    names["duplicate likely"] = "duplicate_likely_published" if release.table == "detainers" else "duplicate_likely"
    for name, texts in release.headers.items():
        names.update({plain(text): name for text in texts})
    return names


def match_header(cells: Sequence[str | None], only: str | None = None) -> HeaderMatch | None:
    """The release whose headers this row holds, or None when it is no header row.

    A header row names the key column and at least two more columns. Among several releases the one that knows most of the columns wins,
    then the one whose own words they are, then the one with fewest missing. `only` restricts the choice to one release.
    """
    texts = [plain(cell) for cell in cells]
    best: tuple[tuple[int, int, int], HeaderMatch] | None = None
    for release in releases().values():
        if only is not None and release.id != only:
            continue
        match = _match(release, cells, texts)
        if match is None:
            continue
        own = {plain(text) for header in release.headers.values() for text in header}
        score = (len(set(match.names) & release.headers.keys()), len(own & set(texts)), -len(match.missing))
        if best is None or score > best[0]:
            best = (score, match)
    return None if best is None else best[1]


def _match(release: Release, cells: Sequence[str | None], texts: Sequence[str]) -> HeaderMatch | None:
    lookup = _lookup(release.id)
    known = {lookup[text] for text in texts if text in lookup}
    if schema().tables[release.table].key not in known or len(known) < 3:
        return None
    names: list[str] = []
    unknown, repeated = [], []
    for position, text in enumerate(texts):
        name = lookup.get(text)
        if name is None:
            name = f"extra_{text.replace(' ', '_')}" if text else f"extra_column_{position + 1}"
            unknown.append(cells[position] or f"(column {position + 1}, no header)")
        if name in names:
            repeated.append(cells[position] or "")
            count = 2
            while f"{_extra(name)}_{count}" in names:
                count += 1
            name = f"{_extra(name)}_{count}"
        names.append(name)
    missing = tuple(name for name in release.headers if name not in known)
    return HeaderMatch(release, tuple(names), tuple(unknown), missing, tuple(repeated))


def _extra(name: str) -> str:
    return name if name.startswith("extra_") else f"extra_{name}"


def nearest_release(cells: Sequence[str | None]) -> tuple[int, str]:
    """How many known headers a row holds, and of which release: for the message when no header was found."""
    texts = [plain(cell) for cell in cells]
    return max((sum(text in _lookup(release.id) for text in texts), release.id) for release in releases().values())

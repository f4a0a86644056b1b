"""The law as data: reading law files, and finding what is in force for a place, an agency and a day.

A `Law` is a folder of files (and overlays upon it). A jurisdiction is read only when it is asked for, with the places
above it; what was read is kept, ready to use, in a cache keyed by the content of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from lawfulhold import files
from lawfulhold.errors import InputError, nearest
from lawfulhold.rules.conditions import Test, Tree, compile_tree

CORE_QUESTIONS = ("hold", "notify", "transfer", "interview", "access", "share", "inquire", "agreement")
DUTY_QUESTIONS = ("notice", "record", "procedure", "court-notice")
OTHER_QUESTIONS = (
    "policy-bar",
    "court-review",
    "arrest",
    "courthouse-arrest",
    "bond",
    "assist",
    "cooperate",
    "custody-conditions",
)
INFORMATION = ("liability", "enforcement", "sanction", "indemnity", "federal-duty")
QUESTIONS = CORE_QUESTIONS + DUTY_QUESTIONS + OTHER_QUESTIONS + INFORMATION
EFFECTS = ("required", "permitted", "prohibited", "unsettled", "not-required")
EARLIEST_DAY, LATEST_DAY = date(1700, 1, 1), date(2200, 1, 1)
CACHE_FORMAT = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """Longest time, or a deadline: so many hours from an event, some days not counted."""

    hours: float | None = None
    days: float | None = None
    start: str = "release"
    excludes: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Provision:
    """One dated rule of one layer. `tests` are its compiled conditions: (when, unless); None when it has none."""

    id: str
    question: str
    effect: str
    binds: tuple[str, ...]
    first: date
    last: date
    when: Tree | None
    unless: Tree | None
    says: str
    cite: str
    jurisdiction: str
    depth: int
    read: str
    confidence: str
    verified: bool
    source: str | None = None
    quote: str | None = None
    because: str | None = None
    second_source: str | None = None
    reviewed: str | None = None
    notes: str | None = None
    paper: str | None = None
    overrides: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    limit: Limit | None = None
    deadline: Limit | None = None
    tests: tuple[Test | None, Test | None] = (None, None)

    def in_force(self, day: date) -> bool:
        """Is the provision in force on `day`?"""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, eq=False)
class Jurisdiction:
    """One law file: a place and its provisions."""

    code: str
    name: str
    layer: str
    parent: str | None
    timezone: str | None
    summary: str
    provisions: tuple[Provision, ...]
    digest: str
    path: str
    open_questions: tuple[str, ...] = ()
    properties: tuple[dict[str, Any], ...] = field(default_factory=tuple)


def shipped_law() -> Path:
    """Folder of the law files that come with the package (or with the repository)."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_law"
    return inside if inside.is_dir() else package.parent / "law"


class Law:
    """A folder of law files, with overlays whose files replace or add provisions by id.

    `Law()` is the law shipped with the package; `Law(folder)` another one; `Law(overlays=[folder])` the shipped law
    with, say, a bill or an agency's own policy laid over it.
    """

    def __init__(self, folder: str | Path | None = None, overlays: Sequence[str | Path] = ()) -> None:
        self.folder = Path(folder) if folder else shipped_law()
        self.overlays = tuple(Path(overlay) for overlay in overlays)
        self._known: dict[str, Jurisdiction] = {}
        self._chains: dict[str, tuple[Jurisdiction, ...]] = {}
        self._versions: dict[tuple[str, ...], str] = {}
        for place in (self.folder, *self.overlays):
            if not place.is_dir():
                raise InputError("is not a folder of law files", str(place))

    @classmethod
    def at(cls, folder: str | Path | None) -> Law:
        """The law at `folder`: a whole one when it holds `agencies.yaml`, else an overlay upon the shipped law."""
        if folder is None:
            return cls()
        if not Path(folder).is_dir():
            raise InputError("is not a folder of law files", str(folder))
        return cls(folder) if (Path(folder) / "agencies.yaml").is_file() else cls(overlays=[folder])

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of all jurisdictions that have a file."""
        found = {path.stem for place in (self.folder, *self.overlays) for path in place.glob("US*.yaml")}
        return tuple(sorted(found))

    @cached_property
    def agencies(self) -> Agencies:
        """The kinds of agency."""
        return Agencies.read(self.folder / "agencies.yaml")

    def jurisdiction(self, code: str) -> Jurisdiction:
        """The law file of `code`. Raises `InputError` for an unknown code or a file that cannot be used."""
        if code not in self._known:
            paths = [place / f"{code}.yaml" for place in (self.folder, *self.overlays)]
            paths = [path for path in paths if path.is_file()] if "/" not in code and "\\" not in code else []
            if not paths:
                raise InputError(f"unknown jurisdiction {code}{nearest(code.upper(), self.codes)}")
            self._known[code] = _read_jurisdiction(paths)
        return self._known[code]

    def chain(self, code: str) -> tuple[Jurisdiction, ...]:
        """The places whose law reaches `code`, from the federal layer down."""
        if code not in self._chains:
            links = [self.jurisdiction(code)]
            while links[-1].parent:
                if len(links) > 6 or links[-1].parent in [link.code for link in links]:
                    raise InputError("the chain of parents does not end at US", links[0].path)
                if links[-1].parent not in self.codes:
                    near = nearest(links[-1].parent.upper(), self.codes)
                    line = files.line_of(files.to_text(files.read_bytes(links[-1].path), links[-1].path), ["parent"])
                    raise InputError(f"parent: unknown jurisdiction {links[-1].parent}{near}", links[-1].path, line)
                links.append(self.jurisdiction(links[-1].parent))
            self._chains[code] = tuple(reversed(links))
        return self._chains[code]

    def timezone(self, code: str) -> str:
        """Time zone of the clocks in that place."""
        for link in reversed(self.chain(code)):
            if link.timezone:
                return link.timezone
        return "America/New_York"

    def version(self, codes: Iterable[str] | None = None) -> str:
        """Content hash of the files of these jurisdictions and of the places above them (all when none is named)."""
        wanted = tuple(sorted({link.code for code in (codes or self.codes) for link in self.chain(code)}))
        if wanted not in self._versions:
            digest = hashlib.sha256(self.agencies.digest.encode())
            for code in wanted:
                digest.update(f"{code}={self._known[code].digest};".encode())
            self._versions[wanted] = digest.hexdigest()[:16]
        return self._versions[wanted]

    def provision(self, identifier: str) -> Provision:
        """The provision with this id, wherever it stands. Raises `InputError` when there is none."""
        every: list[str] = []
        for code in self.codes:
            for provision in self.jurisdiction(code).provisions:
                if provision.id == identifier:
                    return provision
                every.append(provision.id)
        raise InputError(f"no provision {identifier}{nearest(identifier, every)}")

    def __iter__(self) -> Iterator[Jurisdiction]:
        return (self.jurisdiction(code) for code in self.codes)


class Agencies:
    """The tree of agency kinds: which kinds' law binds a given kind."""

    def __init__(self, kinds: dict[str, dict[str, Any]], digest: str) -> None:
        self.kinds = kinds
        self.digest = digest
        self.spelling = {kind: kind for kind in kinds}
        for kind, entry in kinds.items():
            for other in entry.get("also", ()):
                self.spelling[other] = kind
        self._above: dict[str, frozenset[str]] = {}

    @classmethod
    def read(cls, path: Path) -> Agencies:
        """Read `agencies.yaml`."""
        data = files.read_bytes(path)
        digest = hashlib.sha256(data).hexdigest()
        cached = _cached(f"agencies-{digest}")
        if cached is None:
            cached = files.parse(files.to_text(data, str(path)), str(path))
            _keep(f"agencies-{digest}", cached)
        return cls(cached, digest)

    def kind(self, name: str) -> str:
        """The kind that a spelling means. Raises `InputError` for an unknown one."""
        found = self.spelling.get(name) or self.spelling.get(name.strip().lower().replace(" ", "-").replace("_", "-"))
        if found is None:
            raise InputError(f"unknown kind of agency {name}{nearest(name, self.spelling)}")
        return found

    def above(self, kind: str) -> frozenset[str]:
        """The kind itself and every kind above it: what binds any of these binds it."""
        if kind not in self._above:
            reached, waiting = {kind}, [kind]
            while waiting:
                for parent in self.kinds[waiting.pop()].get("under", ()):
                    if parent not in reached:
                        reached.add(parent)
                        waiting.append(parent)
            # A county's jail is the sheriff's unless a case names a county department.
            self._above[kind] = frozenset(reached | (self.above("sheriff") if kind == "county-jail" else set()))
        return self._above[kind]

    def name(self, kind: str) -> str:
        """The kind in words."""
        return str(self.kinds[kind]["name"])


# ---------------------------------------------------------------------------------------------- reading a file


def _read_jurisdiction(paths: Sequence[Path]) -> Jurisdiction:
    """Read a law file and the overlays upon it, from the cache when the content is known."""
    contents = [files.read_bytes(path) for path in paths]
    digest = hashlib.sha256(b"\x00".join(contents)).hexdigest()
    ready = _cached(f"{digest}-{_reader_digest()}")
    if ready is None:
        from lawfulhold.rules.law_file import read_law_files

        ready = read_law_files(paths, contents)
        _keep(f"{digest}-{_reader_digest()}", ready)
    return _jurisdiction(ready, digest, str(paths[-1]))


def _jurisdiction(ready: dict[str, Any], digest: str, path: str) -> Jurisdiction:
    return Jurisdiction(
        code=ready["code"],
        name=ready["name"],
        layer=ready["layer"],
        parent=ready.get("parent"),
        timezone=ready.get("timezone"),
        summary=ready.get("summary", ""),
        provisions=tuple(_provision(entry) for entry in ready["provisions"]),
        digest=digest,
        path=path,
        open_questions=tuple(ready.get("open_questions", ())),
        properties=tuple(ready.get("properties", ())),
    )


def _provision(entry: dict[str, Any]) -> Provision:
    when, unless = _tree(entry.get("when")), _tree(entry.get("unless"))
    fields = dict(entry)
    fields.update(
        first=date.fromisoformat(entry["first"]),
        last=date.fromisoformat(entry["last"]),
        when=when,
        unless=unless,
        tests=(compile_tree(when) if when else None, compile_tree(unless) if unless else None),
    )
    for name in ("binds", "overrides", "voids", "rests_on", "languages"):
        fields[name] = tuple(entry.get(name, ()))
    for name in ("limit", "deadline"):
        given = entry.get(name)
        fields[name] = Limit(**{**given, "excludes": tuple(given.get("excludes", ()))}) if given else None
    return Provision(**fields)


def _tree(value: Any) -> Any:
    return tuple(_tree(part) for part in value) if isinstance(value, list) else value


# ---------------------------------------------------------------------------------------------- cache


def _cache_folder() -> Path | None:
    chosen = os.environ.get("LAWFULHOLD_CACHE")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "lawfulhold"


_reader_digests: list[str] = []


def _reader_digest() -> str:
    """Hash of the code that reads conditions: a new vocabulary reads every file anew."""
    if not _reader_digests:
        package = Path(__file__).resolve().parent.parent
        digest = hashlib.sha256(str(CACHE_FORMAT).encode())
        for name in ("facts/case.py", "facts/vocabulary.py", "rules/conditions.py", "rules/law_file.py"):
            digest.update((package / name).read_bytes())
        _reader_digests.append(digest.hexdigest()[:16])
    return _reader_digests[0]


def _cached(key: str) -> Any:
    folder = _cache_folder()
    if folder is None:
        return None
    try:
        return json.loads((folder / f"{key}.json").read_bytes())
    except (OSError, ValueError):
        return None


def _keep(key: str, value: Any) -> None:
    """Keep a value for the next run; a cache that cannot be written is no error."""
    folder = _cache_folder()
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{key}.{os.getpid()}"
        temporary.write_text(json.dumps(value), encoding="utf-8")
        temporary.replace(folder / f"{key}.json")
    except OSError:
        return

"""The form of a law file, and its reading into checked provisions.

The models below are the published JSON Schema (`lawfulhold schema law`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lawfulhold import files
from lawfulhold.errors import InputError, nearest
from lawfulhold.rules.conditions import ConditionError, Tree, parse
from lawfulhold.rules.law import CORE_QUESTIONS, EARLIEST_DAY, LATEST_DAY, QUESTIONS

MODEL = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)
Question = Literal[QUESTIONS]  # type: ignore[valid-type]
Excluded = Literal["saturdays", "sundays", "federal-holidays", "state-holidays"]


class LimitEntry(BaseModel):
    """A longest time or a deadline."""

    model_config = MODEL

    hours: float | None = Field(default=None, gt=0, description="Hours.")
    days: float | None = Field(default=None, gt=0, description="Days.")
    start: Literal["release", "receipt", "booking", "decision", "request", "commitment", "report"] = Field(
        default="release", alias="from", description="The event that starts it."
    )
    excludes: tuple[Excluded, ...] = Field(default=(), description="Days that are not counted.")
    text: str | None = Field(default=None, description="In words, where the law gives no number.")


class ProvisionEntry(BaseModel):
    """One dated provision."""

    model_config = MODEL

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Identifier, unique over all law files.")
    question: Question = Field(description="What it answers.")
    effect: Literal["required", "permitted", "prohibited", "unsettled", "not-required"] = Field(
        description="What the law says."
    )
    binds: tuple[str, ...] = Field(min_length=1, description="Kinds of agency (law/agencies.yaml).")
    first: date = Field(alias="from", description="First day in force.")
    last: date | None = Field(default=None, alias="to", description="Last day in force; left out = still in force.")
    when: str | None = Field(default=None, description="Condition; left out = always.")
    unless: str | tuple[str, ...] | None = Field(
        default=None, description="Exception, or several: any of them lifts the provision."
    )
    says: str = Field(min_length=10, description="One plain sentence for the clerk.")
    cite: str = Field(min_length=4, description="Citation.")
    quote: str | None = Field(default=None, description="At most 35 words of the official text.")
    source: str | None = Field(default=None, description="Where it was read.")
    read: Literal["full-text", "excerpt", "summary", "recalled"] = Field(description="How it was read.")
    confidence: Literal["high", "medium", "low"] = Field(description="How sure the reader is.")
    second_source: str | None = Field(default=None, description="A second source that confirms it.")
    reviewed: str | None = Field(default=None, description="When it was last read.")
    notes: str | None = Field(default=None, description="What the reader of the law should know.")
    because: str | None = Field(default=None, description="Why it is unsettled.")
    paper: str | None = Field(default=None, description="What is to be handed over or filed.")
    overrides: tuple[str, ...] = Field(default=(), description="Provisions that this one displaces.")
    voids: tuple[Question, ...] = Field(
        default=(), description="Questions on which lower-layer provisions are set aside."
    )
    rests_on: tuple[str, ...] = Field(default=(), description="Higher provisions this one is built on.")
    languages: tuple[str, ...] = Field(default=(), description="Languages of a notice.")
    limit: LimitEntry | None = Field(default=None, description="Longest hold.")
    deadline: LimitEntry | None = Field(default=None, description="When a duty is due.")

    @field_validator("quote")
    @classmethod
    def _short_quote(cls, value: str | None) -> str | None:
        if value and len(value.split()) > 35:
            raise ValueError(f"the quotation has {len(value.split())} words; 35 is the most")
        return value


class PropertyEntry(BaseModel):
    """Something that must hold for every set of facts; proved by `lawfulhold law prove`."""

    model_config = MODEL

    says: str = Field(min_length=10, description="The property in words.")
    first: date = Field(default=EARLIEST_DAY, alias="from", description="First day.")
    last: date | None = Field(default=None, alias="to", description="Last day.")
    agency: str = Field(description="Kind of agency.")
    never: dict[Question, tuple[Literal["required", "permitted", "prohibited", "unsettled"], ...]] = Field(
        description="Answers that must not occur."
    )
    unless: str | None = Field(default=None, description="Condition under which they may.")


class LawFile(BaseModel):
    """A law file: one jurisdiction and its provisions."""

    model_config = MODEL

    code: str = Field(pattern=r"^US(-[A-Z]{2}(-[A-Z-]+)?)?$", description="Code of the jurisdiction.")
    name: str = Field(min_length=2, description="Its name.")
    layer: Literal["federal", "state", "local"] = Field(description="Its layer.")
    parent: str | None = Field(default=None, description="The place above it.")
    timezone: str | None = Field(default=None, description="Time zone of the clocks.")
    summary: str = Field(default="", description="A paragraph for people.")
    open_questions: tuple[str, ...] = Field(default=(), description="What could not be confirmed.")
    properties: tuple[PropertyEntry, ...] = Field(default=(), description="What is to be proved of the file.")
    provisions: tuple[ProvisionEntry, ...] = Field(default=(), description="The provisions.")

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"{value} is not a time zone such as America/Chicago") from None
        return value


def read_law_files(paths: Sequence[Path], contents: Sequence[bytes]) -> dict[str, Any]:
    """Read a law file and its overlays into plain data ready for `Jurisdiction`.

    Takes the paths and their contents, the base first. Returns a mapping of plain values (conditions as trees).
    Raises `InputError` with file and line for the first thing that is wrong; `lawfulhold law check` lists them all.
    """
    merged: dict[str, Any] = {}
    for path, content in zip(paths, contents, strict=True):
        problems, entry = read_law_file(path, content)
        if problems or entry is None:
            raise problems[0] if problems else InputError("is empty", str(path))
        if not merged:
            merged = entry
            continue
        replaced = {provision["id"] for provision in entry["provisions"]}
        kept = [provision for provision in merged["provisions"] if provision["id"] not in replaced]
        merged["provisions"] = kept + entry["provisions"]
        merged["properties"] = [*merged.get("properties", ()), *entry.get("properties", ())]
    return merged


def read_law_file(path: Path, content: bytes) -> tuple[list[InputError], dict[str, Any] | None]:
    """Read one law file.

    Returns everything that is wrong with it, and its content as plain data (None when it cannot be read at all).
    """
    where = str(path)
    try:
        text = files.to_text(content, where)
        data = files.parse(text, where)
    except InputError as error:
        return [error], None
    if not isinstance(data, dict):
        return [InputError("is empty or not a mapping; see law/README.md", where, 1)], None
    try:
        entry = LawFile.model_validate(data)
    except ValidationError as error:
        return [_problem(text, where, detail) for detail in error.errors()], None
    problems: list[InputError] = []

    def report(what: str, *steps: str | int) -> None:
        problems.append(InputError(what, where, files.line_of(text, steps)))

    if entry.code != path.stem:
        report(f"code {entry.code} does not match the name of the file", "code")
    provisions = [_ready(item, index, entry, report) for index, item in enumerate(entry.provisions)]
    seen: dict[str, int] = {}
    for index, item in enumerate(entry.provisions):
        if item.id in seen:
            report(f"provision {item.id} stands twice; ids are unique", "provisions", index, "id")
        seen[item.id] = index
    properties = []
    for index, wanted in enumerate(entry.properties):
        tree = _condition(wanted.unless, report, "properties", index, "unless") if wanted.unless else None
        properties.append(
            {
                "says": wanted.says,
                "first": wanted.first.isoformat(),
                "last": (wanted.last or LATEST_DAY).isoformat(),
                "agency": wanted.agency,
                "never": {key: list(value) for key, value in wanted.never.items()},
                "unless": tree,
            }
        )
    ready = {
        "code": entry.code,
        "name": entry.name,
        "layer": entry.layer,
        "parent": entry.parent,
        "timezone": entry.timezone,
        "summary": " ".join(entry.summary.split()),
        "open_questions": list(entry.open_questions),
        "properties": properties,
        "provisions": provisions,
    }
    return problems, ready


def _ready(item: ProvisionEntry, index: int, entry: LawFile, report: Any) -> dict[str, Any]:
    def wrong(what: str, *steps: str | int) -> None:
        report(f"{item.id}: {what}", "provisions", index, *steps)

    if item.last is not None and item.last < item.first:
        wrong(f"ends ({item.last}) before it begins ({item.first})", "to")
    if item.effect == "unsettled" and not item.because:
        wrong("an unsettled provision says in `because` why", "effect")
    if item.limit and item.question not in CORE_QUESTIONS:
        wrong("`limit` belongs to a hold; a duty has a `deadline`", "limit")
    when = _condition(item.when, wrong, "when") if item.when else None
    exceptions = (item.unless,) if isinstance(item.unless, str) else item.unless or ()
    lifts = [tree for tree in (_condition(text, wrong, "unless") for text in exceptions) if tree]
    unless = None if not lifts else lifts[0] if len(lifts) == 1 else ("or", *lifts)
    verified = not (item.confidence == "low" or (item.read == "recalled" and item.confidence != "high"))
    ready: dict[str, Any] = {
        "id": item.id,
        "question": item.question,
        "effect": item.effect,
        "binds": list(item.binds),
        "first": item.first.isoformat(),
        "last": (item.last or LATEST_DAY).isoformat(),
        "when": when,
        "unless": unless,
        "says": " ".join(item.says.split()),
        "cite": item.cite,
        "jurisdiction": entry.code,
        "depth": entry.code.count("-"),
        "read": item.read,
        "confidence": item.confidence,
        "verified": verified or bool(item.second_source),
    }
    for name in ("source", "quote", "because", "second_source", "reviewed", "notes", "paper"):
        if getattr(item, name):
            ready[name] = " ".join(str(getattr(item, name)).split())
    for name in ("overrides", "voids", "rests_on", "languages"):
        if getattr(item, name):
            ready[name] = list(getattr(item, name))
    for name in ("limit", "deadline"):
        given: LimitEntry | None = getattr(item, name)
        if given:
            ready[name] = {**given.model_dump(exclude_none=True), "excludes": list(given.excludes)}
    return ready


def _condition(text: str, wrong: Any, *steps: str | int) -> Tree | None:
    try:
        return parse(text)
    except ConditionError as error:
        wrong(f"in `{' '.join(text.split())[:80]}`: {error}", *steps)
        return None


def _problem(text: str, where: str, detail: Any) -> InputError:
    steps = [step for step in detail["loc"] if not (isinstance(step, str) and step in ("str", "tuple[str, ...]"))]
    name = ".".join(str(step) for step in steps)
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        model: Any = LawFile
        if steps[:1] == ["provisions"]:
            model = LimitEntry if steps[2:3] and steps[2] in ("limit", "deadline") else ProvisionEntry
        elif steps[:1] == ["properties"]:
            model = PropertyEntry
        choices = [field.alias or key for key, field in model.model_fields.items()]
        message = f"there is no field `{steps[-1]}`{nearest(steps[-1], choices)}"
    elif detail["type"] == "literal_error":
        message = f"{detail['input']!r} is not one of {detail['ctx']['expected']}"
    elif detail["type"] == "missing":
        message = "is missing"
    return InputError(f"{name}: {message}", where, files.line_of(text, steps))

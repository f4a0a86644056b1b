"""The layouts of the forms, as data: which parts, fields and boxes each has, and the words printed beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

KINDS = frozenset({"text", "name", "number", "a-number", "date", "datetime", "phone", "sex", "country", "address", "check", "signature"})
_FIELD_KEYS = frozenset({"name", "label", "kind", "where", "who", "personal", "needed", "optional", "until", "continues", "called"})


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One field: its label as printed, and where the answer stands beside it (see `parts.yaml`)."""

    name: str
    labels: tuple[str, ...]
    kind: str = "text"
    where: str = "right"
    who: str = "dhs"
    personal: bool = False
    needed: bool = True
    optional: bool = False
    until: tuple[str, ...] = ()
    continues: tuple[str, ...] = ()
    called: str = ""
    near: tuple[str, ...] = ()  # words that its part has printed, and that are never its answer


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: it starts at the first of `starts`; `printed` are words that are never an answer; `flows` says that answers may stand under
    their label."""

    name: str
    starts: tuple[str, ...]
    fields: tuple[FieldLayout, ...]
    printed: tuple[str, ...] = ()
    flows: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One form. `asks_to_hold` is None for a warrant; `signs` are words that only this form has."""

    form: str
    title: str
    titles: tuple[str, ...]
    editions: tuple[str, ...]
    parts: tuple[Part, ...]
    asks_to_hold: bool | None = None
    states_probable_cause: bool | None = None
    signs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    any_box: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never_both: tuple[str, ...] = ()
    unread_parts: bool = False
    note: str | None = None

    @property
    def fields(self) -> tuple[FieldLayout, ...]:
        """All fields, in the order of the form."""
        return tuple(one for part in self.parts for one in part.fields)

    @property
    def is_warrant(self) -> bool:
        """True for the administrative warrants."""
        return self.asks_to_hold is None


@cache
def layouts() -> Mapping[str, Layout]:
    """Every known form by its number. Raises `ValueError` when a layout file has an unknown key or kind."""
    parts = _data("parts.yaml")
    found: dict[str, Layout] = {}
    for file in ("detainers.yaml", "warrants.yaml"):
        for form, given in _data(file).items():
            found[form] = _layout(form, given, parts)
    return found


@cache
def frequent_words() -> frozenset[str]:
    """Words that stand in the answers again and again."""
    return frozenset(word for line in _data("words.yaml") for word in line.split())


@cache
def frequent_titles() -> tuple[str, ...]:
    """The titles of officers who sign these forms."""
    return tuple(_data("titles.yaml"))


def _data(name: str) -> Any:
    return yaml.load(files(__package__).joinpath(name).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _layout(form: str, given: Mapping[str, Any], parts: Mapping[str, Any]) -> Layout:
    built = []
    for one in given["parts"]:
        named = {"part": one} if isinstance(one, str) else one
        built.append(_part(named["part"], parts[named["part"]] | {key: value for key, value in named.items() if key != "part"}))
    return Layout(
        form, given["title"], tuple(given["titles"]), tuple(given["editions"]), tuple(built), given.get("asks_to_hold"),
        given.get("states_probable_cause"), tuple(given.get("signs", ())), tuple(given.get("one_of", ())),
        {name: tuple(boxes) for name, boxes in given.get("any_box", {}).items()}, tuple(given.get("never_both", ())),
        bool(given.get("unread_parts")), given.get("note"))


def _part(name: str, given: Mapping[str, Any]) -> Part:
    return Part(
        name, tuple(given.get("starts", ())), tuple(_field(one, given) for one in given.get("fields", ())),
        tuple(given.get("printed", ())), bool(given.get("flows")))


def _field(given: Mapping[str, Any], part: Mapping[str, Any]) -> FieldLayout:
    unknown = set(given) - _FIELD_KEYS
    kind = given.get("kind", "text")
    if unknown or kind not in KINDS:
        raise ValueError(f"layout of field {given.get('name')}: unknown {', '.join(sorted(unknown)) or f'kind {kind}'}")
    return FieldLayout(
        given["name"], tuple(given["label"]), kind, given.get("where", "left" if kind == "check" else "right"), given.get("who", part.get("who", "dhs")),
        bool(given.get("personal")), bool(given.get("needed", True)), bool(given.get("optional")), tuple(given.get("until", ())),
        tuple(given.get("continues", ())), given.get("called") or _called(given["label"][0]), tuple(part.get("printed", ())))


def _called(label: str) -> str:
    """What people call a field: its label without the brackets and the colon."""
    inner = label.rstrip(":")
    return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner

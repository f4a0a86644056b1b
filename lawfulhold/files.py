"""Reading YAML and JSON files so that bad ones end in one clear line.

Both are read into plain values; dates stay text, a key given twice is an error, YAML aliases are refused (they can
explode), and size is bounded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lawfulhold.errors import InputError

LARGEST = 4_000_000  # bytes; a case file has a few thousand, the largest law file under 200,000
DEEPEST = 60

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Safe loader that refuses repeated keys and leaves dates as text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = key_node.value
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise InputError("a key must be plain text", None, line)
            if key in seen:
                raise InputError(f"`{key}` stands twice (also in line {seen[key]}); keep one", None, line)
            seen[key] = line
        return dict(super().construct_mapping(node, deep=deep))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _Base.yaml_implicit_resolvers.items()
}


def read_bytes(path: str | Path, largest: int = LARGEST) -> bytes:
    """The content of a file.

    Raises `InputError` when it is missing, unreadable, no file or larger than `largest` bytes.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError("is a folder; name a file", str(path))
        if size > largest:
            raise InputError(f"has {size:,} bytes; {largest:,} is the most that is read", str(path))
        with path.open("rb") as file:  # a pipe or a device tells no size: never read more than the limit
            data = file.read(largest + 1)
        if len(data) > largest:
            raise InputError(f"has more than {largest:,} bytes, the most that is read", str(path))
        return data
    except FileNotFoundError:
        raise InputError("there is no such file", str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from None


def to_text(data: bytes, where: str) -> str:
    """The bytes as text. Raises `InputError` when they are not UTF-8 or hold control characters."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError("is not UTF-8 text; save it as UTF-8", where, line) from None
    if "\x00" in text:
        raise InputError("is not text (it holds NUL characters)", where, text[: text.index("\x00")].count("\n") + 1)
    return text


def parse(text: str, where: str) -> Any:
    """Read YAML or JSON text into plain values.

    Returns None for an empty text. Raises `InputError` with the line for anything that cannot be read.
    """
    try:
        if where.lower().endswith(".json") or text.lstrip()[:1] in ("{", "["):
            return _parse_json(text, where)
        return _parse_yaml(text)
    except InputError as error:
        raise InputError(error.what, where, error.line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            f"is not valid YAML: {error.problem or error.context}", where, mark.line + 1 if mark else None
        ) from None
    except yaml.YAMLError as error:
        raise InputError(f"is not valid YAML: {str(error).splitlines()[0]}", where) from None
    except RecursionError:
        raise InputError("is nested too deeply", where) from None
    except ValueError as error:
        if "integer string conversion" in str(error):
            raise InputError("holds a number of thousands of digits", where) from None
        raise InputError(f"cannot be read: {error}", where) from None


def _parse_yaml(text: str) -> Any:
    """Look at the parser's events first: an alias or endless nesting is refused before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise InputError("aliases (*name) are not allowed; write the value out", None, line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise InputError(f"nested more than {DEEPEST} levels deep", None, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return yaml.load(text, Loader=_Loader)


def _parse_json(text: str, where: str) -> Any:
    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"`{key}` stands twice; keep one", where)
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        if not where.lower().endswith(".json"):
            return _parse_yaml(text)
        raise InputError(f"is not valid JSON: {error.msg}", where, error.lineno) from None


@lru_cache(maxsize=4)
def _composed(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=_Base)
    except (yaml.YAMLError, RecursionError):
        return None


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line on which the value at `path` (keys and indexes) begins.

    The nearest enclosing one when it is not there.
    """
    node = _composed(text)
    if node is None:
        return None
    line = int(node.start_mark.line) + 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                if key_node.value == str(step):
                    line, node = int(key_node.start_mark.line) + 1, value_node
                    break
            else:
                return line
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = int(node.start_mark.line) + 1
        else:
            return line
    return line

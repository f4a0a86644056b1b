"""The vocabulary of reports, read from the YAML files of `lawfulhold/sources/patterns`.

Patterns are data, so that a reader of reports can add a word without touching the code. In a pattern `{word}` stands for
another named pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lawfulhold.errors import InputError, nearest

FOLDER = Path(__file__).parent / "patterns"
_NAMED = re.compile(r"\{([a-z_]+)\}")


class Entry(dict[Any, Any]):
    """A mapping of a pattern file. A key that it lacks is an error of the file, with the line at which the mapping begins."""

    path, line = "", 0

    def __missing__(self, key: object) -> Any:
        raise InputError(f"has no {key!r} here{nearest(key, map(str, self))}; compare the entries beside it", self.path, self.line)


def _loader(path: Path) -> type[yaml.SafeLoader]:
    """A loader whose mappings know the file and the line at which they stand. libyaml reads faster; without it the loader in Python reads the same."""

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def mapping(loader: Any, node: yaml.MappingNode) -> Entry:
        loader.flatten_mapping(node)
        entry = Entry(loader.construct_mapping(node, deep=True))
        entry.path, entry.line = str(path), node.start_mark.line + 1
        return entry

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return Loader


@cache
def pattern_file(name: str) -> dict[str, Any]:
    """The contents of `patterns/NAME.yaml`.

    Raises `InputError` with the file and the line when it is no YAML, no mapping or cannot be read; and later, when an entry lacks what is asked of it.
    """
    path = FOLDER / f"{name}.yaml"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(f"is no YAML ({getattr(error, 'problem', None) or error}); patterns with signs such as : [ {{ ? stand in single quotes", str(path),
                         mark.line + 1 if mark else None) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error}); put the file of the package back", str(path)) from None
    if not isinstance(content, Entry):
        raise InputError("is no mapping of names to patterns; compare the other files beside it", str(path))
    return content


def misspelt(error: re.error) -> InputError:
    """What to tell of a pattern that is no regular expression: its file and line (the one of all pattern files in which it cannot be read), and why."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for node in _texts(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)):
            try:
                re.compile(_NAMED.sub("x", node.value))
            except re.error as wrong:
                return InputError(f"has a pattern that is no regular expression ({wrong}): {node.value[:80]}; mend it", str(path), node.start_mark.line + 1)
    return InputError(f"a pattern is no regular expression ({error}); mend it", str(FOLDER))


def _texts(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _texts(one)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from _texts(pair[1])


def filled(pattern: str, words: Mapping[str, str]) -> str:
    """`pattern` with every `{word}` replaced by the pattern of that name, again and again until none is left.

    Raises `InputError` for a name that is not in `words`.
    """

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in words:
            raise InputError(f"pattern {pattern!r} names {{{name}}}, which is not among: {', '.join(sorted(words))}{nearest(name, words)}", str(FOLDER))
        return f"(?:{words[name]})"

    for _ in range(8):
        if not _NAMED.search(pattern):
            return pattern
        pattern = _NAMED.sub(replacement, pattern)
    raise InputError(f"pattern {pattern!r} names itself", str(FOLDER))


def one_of(patterns: Sequence[str], words: Mapping[str, str] | None = None, flags: int = 0) -> re.Pattern[str]:
    """One compiled pattern that finds any of `patterns` (earlier ones first); one that finds nothing when there are none."""
    if not patterns:
        return re.compile(r"(?!)")
    return re.compile("|".join(f"(?:{filled(pattern, words or {})})" for pattern in patterns), flags)


def names(words: Sequence[str]) -> str:
    """A pattern for any of these words as they stand, longest first, so that `El Salvadoran` wins over `Salvadoran`."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

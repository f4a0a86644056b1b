"""The vocabulary of reports, read from the YAML files of `lawfulhold/sources/patterns`.

Patterns are data, so that a reader of reports can add a word without touching the code. In a pattern `{word}` stands for
another named pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "patterns"
_NAMED = re.compile(r"\{([a-z_]+)\}")


@cache
def pattern_file(name: str) -> dict[str, Any]:
    """The contents of `patterns/NAME.yaml`.

    Raises `ValueError` with the file's name when it is not a mapping, `OSError` when it cannot be read.
    """
    path = FOLDER / f"{name}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    if not isinstance(content, dict):
        raise ValueError(f"{path}: a pattern file is a mapping of names to patterns; compare the other files beside it")
    return content


def filled(pattern: str, words: Mapping[str, str]) -> str:
    """`pattern` with every `{word}` replaced by the pattern of that name, again and again until none is left.

    Raises `ValueError` for a name that is not in `words`.
    """

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in words:
            raise ValueError(f"pattern {pattern!r} names {{{name}}}, which is not among: {', '.join(sorted(words))}")
        return f"(?:{words[name]})"

    for _ in range(8):
        if not _NAMED.search(pattern):
            return pattern
        pattern = _NAMED.sub(replacement, pattern)
    raise ValueError(f"pattern {pattern!r} names itself")


def one_of(patterns: Sequence[str], words: Mapping[str, str] | None = None, flags: int = 0) -> re.Pattern[str]:
    """One compiled pattern that finds any of `patterns` (earlier ones first); one that finds nothing when there are none."""
    if not patterns:
        return re.compile(r"(?!)")
    return re.compile("|".join(f"(?:{filled(pattern, words or {})})" for pattern in patterns), flags)


def names(words: Sequence[str]) -> str:
    """A pattern for any of these words as they stand, longest first, so that `El Salvadoran` wins over `Salvadoran`."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

"""Draft case files in a folder. What already lies there is never lost: a person may have worked on it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lawfulhold.errors import InputError


@dataclass(frozen=True, slots=True)
class Written:
    """A draft file; `kept` are the files of that name that were there before with another content."""

    path: Path
    new: bool
    kept: tuple[Path, ...] = ()

    def __str__(self) -> str:
        if not self.new:
            return f"unchanged: {self.path}"
        beside = f" ({', '.join(str(path) for path in self.kept)} says something else and was left as it is: compare them)" if self.kept else ""
        return f"written: {self.path}{beside}"


def ready_folder(folder: Path) -> None:
    """Make the folder and see that files can be written into it. Raises `InputError` when they cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _cannot(folder, error) from None


def write_drafts(folder: Path, texts: Mapping[str, str]) -> list[Written]:
    """Write drafts, by name, as `NAME.yaml`. Raises `InputError` when one cannot be written.

    A file of that name that says something else stays; the draft is then written beside it as `NAME-2.yaml`, and so on. One that says the same is left alone.
    """
    names = {f"{name}.yaml" for name in texts}
    return [_write(folder, name, text.encode(), names - {f"{name}.yaml"}) for name, text in texts.items()]


def _write(folder: Path, name: str, content: bytes, others: set[str]) -> Written:
    kept: list[Path] = []
    path, number = folder / f"{name}.yaml", 1
    try:
        while True:
            try:
                with path.open("xb") as file:
                    file.write(content)
                return Written(path, True, tuple(kept))
            except FileExistsError:
                if path.is_file() and path.read_bytes() == content:
                    return Written(path, False)
                kept.append(path)
            number += 1
            while f"{name}-{number}.yaml" in others:
                number += 1
            path = folder / f"{name}-{number}.yaml"
    except OSError as error:
        raise _cannot(folder, error) from None


def report_file(draft: Mapping[str, Any]) -> str:
    """The draft of a case that reports tell, as the text of a file."""
    return "# Draft, read from reports: a person checks every fact against its source before it is used.\n" + _as_yaml(draft)


def form_file(draft: Mapping[str, Any]) -> str:
    """The draft of a form, as the text of a file: what a person adds and looks at stands above it."""
    from lawfulhold.sources.forms import case_only

    missing = [name for name in ("jurisdiction", "agency", "date") if name not in draft]
    lines = ["Draft, read from a form: a person checks every fact against the paper before it is used."]
    lines += [f"Add what the form does not say: {', '.join(missing)}."] if missing else []
    lines += [f"Look: {sentence}" for sentence in draft["review"]]
    return "".join(f"# {line}\n" for line in lines) + _as_yaml(case_only(dict(draft)))


def _as_yaml(draft: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(draft), sort_keys=False, allow_unicode=True, width=120))


def _cannot(folder: Path, error: OSError) -> InputError:
    return InputError(f"cannot be written ({error.strerror or error}); name another folder with --out", str(folder))

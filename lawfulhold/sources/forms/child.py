"""The bounded process that reads one file: `python -m lawfulhold.sources.forms.child TASK PATH NAME`. It writes one line of JSON to its output."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> int:
    """Do the task and say how it went: `{"done": ...}` or `{"error": ...}`."""
    _bound()
    task, path, name = sys.argv[1:4]
    answer: dict[str, Any]
    try:
        answer = {"done": _tasks()[task](Path(path), name)}
    except MemoryError:
        answer = {"error": "needs more memory than a form may take; scan it at 300 dots to the inch or less"}
    except RecursionError:
        answer = {"error": "is nested too deeply to be a form; ask for it again"}
    except ImportError as error:
        answer = {"error": f"cannot be read by machine on this system ({error.name} is missing); install the package with its extra “read”"}
    except Exception as error:
        from lawfulhold.errors import InputError

        answer = {"error": error.what if isinstance(error, InputError) else f"could not be read ({type(error).__name__}: {str(error)[:120]}); ask for it again"}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer))
    return 0


def _bound() -> None:
    """Bound what this process, and the programs it starts, may take. Before anything of the file is read."""
    try:
        import resource
    except ImportError:  # no such bounds on this system; the clock still ends the process
        return
    from lawfulhold.sources.forms.limits import MEMORY_BYTES, PROCESSOR_SECONDS

    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, PROCESSOR_SECONDS), (resource.RLIMIT_FSIZE, 400_000_000), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _tasks() -> dict[str, Callable[[Path, str], Any]]:
    def read(path: Path, name: str) -> Any:
        from lawfulhold.sources.forms.read import read_here

        return read_here(path, name).as_json()

    def detect(path: Path, name: str) -> Any:
        from lawfulhold.sources.forms.detect import detect_here

        return detect_here(path, name)

    def text(path: Path, name: str) -> Any:
        from lawfulhold.sources.forms.running_text import text_here

        return text_here(path, name)

    def show(path: Path, name: str) -> Any:
        from lawfulhold.sources.forms.shown import show_here

        return show_here(path, name)

    return {"read": read, "detect": detect, "text": text, "show": show}


if __name__ == "__main__":
    sys.exit(main())

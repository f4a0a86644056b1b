"""Run the reading of a file in a process of its own, with bounds on memory, processor time, files written and clock time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from lawfulhold.sources.forms.limits import MAXIMUM_ANSWER_BYTES, SECONDS
from lawfulhold.sources.forms.reading import FormError


def run_bounded(task: str, path: Path, name: str, seconds: float = SECONDS) -> Any:
    """The result of a task of `child.py` on a file. Raises `FormError` when the file cannot be read, or not within the bounds."""
    command = [sys.executable, "-m", "lawfulhold.sources.forms.child", task, str(path.absolute()), name]
    # Numerical libraries reserve memory for each thread; one is enough, and its need is known.
    environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT", "MKL_NUM_THREADS"), "1")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _end(process)
        raise FormError(f"took more than {seconds:.0f} seconds to read; give only the form, at 300 dots to the inch or less", name) from error
    except BaseException:
        _end(process)
        raise
    if len(output) > MAXIMUM_ANSWER_BYTES:
        raise FormError("holds more text than a form may have; give only the form", name)
    try:
        answer = json.loads(output)
    except ValueError as error:
        raise FormError("could not be read within the bounds of memory and time for a form (damaged, or made to do harm); ask for it again", name) from error
    if "error" in answer:
        raise FormError(str(answer["error"]), name)
    return answer["done"]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started (text recognition), which share a session of their own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=10)

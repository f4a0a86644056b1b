"""A second process that decides cases while the first writes: it gets facts and gives answers, and touches no case in the database."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import signal
from collections import deque
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any

log = logging.getLogger(__name__)


class Beside:
    """The other process. `give` it batches while it `wants` some, `take` them back in turn while it is `busy`. It ends with this one, however that ends.

    Should it die, what it had is handed back undecided, it wants no more, and the caller decides by itself.
    """

    AHEAD = 2

    def __init__(self) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._here, there = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(there,), name="deciding", daemon=True)
        self._process.start()
        there.close()
        self._given: deque[list[Any]] = deque()
        self._started = False
        self._alive = True

    @property
    def busy(self) -> bool:
        """Has it got a batch?"""
        return bool(self._given)

    def wants(self) -> bool:
        """Has it started, and room for one more batch, so that it need not wait for the next?"""
        if not self._started and self._alive and self._here.poll():
            self._started = self._heard() is not None
        return self._alive and self._started and len(self._given) < self.AHEAD

    def give(self, agency: Any, version: Any, asked: list[Any]) -> None:
        """Give it a batch: the agency, the version of the law, the cases (`redecision.Asked`)."""
        self._given.append(asked)
        try:
            self._here.send((agency, version, asked))
        except OSError:
            self._died()

    def ready(self) -> bool:
        """Would `take` return at once?"""
        return not self._alive or self._here.poll()

    def take(self) -> tuple[list[Any], Any]:
        """The oldest batch and its answers (`redecision.Answers`); None for the answers when the process died. Waits for them."""
        asked = self._given.popleft()
        return asked, self._heard() if self._alive else None

    def _heard(self) -> Any:
        try:
            return self._here.recv()
        except (EOFError, OSError):
            self._died()
            return None

    def _died(self) -> None:
        self._alive = False
        log.warning("the process that decides beside this one has ended; deciding goes on without it")

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


def _serve(there: Connection) -> None:
    """Answer batch after batch until the other end is closed. The cases can be read only after Django was set up, so nothing of the desk is imported above."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from lawfulhold.desk.cli import setup

    setup()
    from lawfulhold.desk.services import redecision

    batches: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_receive, args=(there, batches), daemon=True).start()
    with contextlib.suppress(OSError):
        there.send("started")
        while (batch := batches.get()) is not None:
            there.send(redecision.answers(*batch))


def _receive(there: Connection, batches: SimpleQueue[Any]) -> None:
    """Take in what comes while the last batch is being decided or its answers wait to be fetched: so neither end waits for the other for ever."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            batches.put(there.recv())
    batches.put(None)

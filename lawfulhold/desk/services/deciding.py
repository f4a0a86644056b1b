"""A second process that decides cases while the first writes: it gets facts and gives answers, and touches no case in the database."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

log = logging.getLogger(__name__)


class Beside:
    """The other process. One batch at a time: `give` when it is `ready` and not `busy`, `take` when it is busy and ready. It ends with this one,
    however that ends.

    Should it die, what it had is handed back undecided, it is never ready for more, and the caller decides by itself.
    """

    def __init__(self) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._here, there = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(there,), name="deciding", daemon=True)
        self._process.start()
        there.close()
        self._given: list[Any] | None = None
        self._started = False
        self._alive = True

    @property
    def busy(self) -> bool:
        """Has it got a batch?"""
        return self._given is not None

    def ready(self) -> bool:
        """Busy: would `take` return at once? Else: has it started, and waits for a batch?"""
        if not self._alive:
            return self.busy
        if self.busy:
            return self._here.poll()
        if not self._started and self._here.poll():
            self._started = self._heard() is not None
        return self._alive and self._started

    def give(self, agency: Any, version: Any, asked: list[Any]) -> None:
        """Give it a batch: the agency, the version of the law, the cases (`redecision.Asked`)."""
        self._given = asked
        try:
            self._here.send((agency, version, asked))
        except OSError:
            self._died()

    def take(self) -> tuple[list[Any], Any]:
        """The batch and its answers (`redecision.Answers`); None for the answers when the process died. Waits for them."""
        asked = self._given
        assert asked is not None
        self._given = None
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

    with there:
        try:
            there.send("started")
            while True:
                agency, version, asked = there.recv()
                there.send(redecision.answers(agency, version, asked))
        except (EOFError, OSError):
            return

"""Background work on the database: planned under a key (so never twice), claimed by a conditional update, finished in the transaction of its effect.

Three kinds of handler: `within` changes only the database, and its effect commits together with the mark that it is done; `batches` commits as it goes
and goes on where it stopped; `sending` reaches outside, so it is marked before it starts: a process that dies in between leaves the work
`interrupted`, which a person looks at, and never a second sending.

Work waits in four lanes, each with a thread of its own in the worker, so that no alert waits behind a change of law that decides every case again, a
paper that is read for a minute or a receiver that does not answer: `desk` (alerts, clocks, all that is not said to be in another), `law`, `papers`
and `outside`.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import close_old_connections, transaction
from django.db.models import Q
from django.utils import timezone

from lawfulhold.desk.models import Agency, Work
from lawfulhold.desk.services import acting
from lawfulhold.desk.services.acting import By

Handler = Callable[[By, dict[str, Any]], str | None]
STALE = timedelta(minutes=5)
LONGEST_WAIT_AT_THE_END = 15.0
MOST_ATTEMPTS = 5
log = logging.getLogger(__name__)
LANES = ("desk", "law", "papers", "outside")
_handlers: dict[str, tuple[str, Handler]] = {}
_beside: dict[str, set[str]] = {"law": set(), "papers": set(), "outside": set()}


def handles(kind: str, manner: str = "within", *, lane: str = "desk") -> Callable[[Handler], Handler]:
    """Decorator: this function does work of that kind, in that lane. It returns a sentence for the log, or None."""

    def keep(function: Handler) -> Handler:
        _handlers[kind] = (manner, function)
        if lane != "desk":
            _beside[lane].add(kind)
        return function

    return keep


def _load() -> None:
    from lawfulhold.desk.services import (  # noqa: F401
        clocks,
        looks,
        notices,
        readings,
        redecision,
        retention,
        still_here,
        subpoenas,
        tidy,
        transfers,
    )

    for module in ("lawfulhold.desk.api.background", "lawfulhold.desk.papers.background"):
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)


def plan(
    agency: Agency | None, kind: str, key: str, due_at: datetime, payload: dict[str, Any], *, at: datetime
) -> None:
    """Plan a piece of work; the same key again plans nothing."""
    plan_many([Work(agency=agency, kind=kind, key=key, payload=payload, due_at=due_at, created_at=at)])


def plan_many(rows: list[Work]) -> None:
    """Plan several pieces of work."""
    if rows:
        Work.objects.bulk_create(rows, ignore_conflicts=True)


def name_of_this_worker() -> str:
    """Machine, process and thread, so that a claim can be told from another's."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_ident()}"


def claim(now: datetime, me: str, lane: str | None = None) -> Work | None:
    """Claim the next piece of work that is due in a lane, or in any, or None. The update says whether it is ours."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - STALE, sending=False)
    due = Work.objects.filter(free, finished_at__isnull=True, due_at__lte=now).order_by("due_at", "pk")
    if lane == "desk":
        due = due.exclude(kind__in=set().union(*_beside.values()))
    elif lane is not None:
        due = due.filter(kind__in=_beside[lane])
    for pk, kind in due.values_list("pk", "kind")[:20]:
        sending = _handlers.get(kind, ("within", None))[0] == "sending"
        ours = Work.objects.filter(free, pk=pk, finished_at__isnull=True).update(
            claimed_at=now, claimed_by=me, sending=sending
        )
        if ours == 1:
            return Work.objects.get(pk=pk)
    return None


def run(work: Work, now: datetime) -> None:
    """Do one claimed piece of work and mark it."""
    manner, handler = _handlers.get(work.kind, ("", None))
    if handler is None:
        _finish(work, now, "failed", f"nothing handles work of kind {work.kind}")
        return
    by = acting.worker(work.agency, now) if work.agency else None
    try:
        if manner == "within":
            with transaction.atomic():
                says = handler(by, work.payload)  # type: ignore[arg-type]
                _finish(work, now, "done", says or "")
        else:
            says = handler(by, work.payload)  # type: ignore[arg-type]
            _finish(work, timezone.now(), "done", says or "")
    except Exception as error:  # the worker goes on; the work is tried again, or marked
        log.exception("work %s", work.key)
        if manner == "sending" or work.attempts + 1 >= MOST_ATTEMPTS:
            _finish(work, now, "failed", f"{type(error).__name__}: {error}"[:500])
        else:
            later = now + timedelta(seconds=15 * 4**work.attempts)
            Work.objects.filter(pk=work.pk).update(
                claimed_at=None,
                claimed_by="",
                attempts=work.attempts + 1,
                due_at=later,
                says=f"{type(error).__name__}: {error}"[:500],
            )


class NotOurs(Exception):  # noqa: N818
    """The claim was lost: somebody else took the work over. What was done is rolled back."""


def _finish(work: Work, now: datetime, outcome: str, says: str) -> None:
    rows = Work.objects.filter(pk=work.pk, claimed_by=work.claimed_by, finished_at__isnull=True)
    if rows.update(finished_at=now, outcome=outcome, says=says[:500], sending=False, attempts=work.attempts + 1) != 1:
        raise NotOurs(work.key)


def interrupted(now: datetime) -> int:
    """Mark sendings whose process died: whether they went out is not known, so they are not sent again. Returns how many."""
    rows = Work.objects.filter(sending=True, finished_at__isnull=True, claimed_at__lt=now - STALE)
    count = 0
    for work in rows:
        says = "The process stopped while this was being sent. It may or may not have gone out; it is not sent again by itself."
        if rows.filter(pk=work.pk).update(finished_at=now, outcome="interrupted", says=says, sending=False) == 1:
            count += 1
            if work.agency is not None:
                from lawfulhold.desk.services import alerts

                alerts.alert(
                    acting.worker(work.agency, now),
                    None,
                    "work",
                    f"interrupted:{work.pk}",
                    f"{work.kind}: {says}",
                    "warn",
                    "administrator",
                )
    return count


def run_due(
    now: datetime | None = None, *, most: int = 1_000, lane: str | None = None, stop: threading.Event | None = None
) -> int:
    """Do what is due, up to `most` pieces, in one lane or (None) in all, and begin no other piece once told to stop. Returns how many were done."""
    _load()
    interrupted(now or timezone.now())
    me = name_of_this_worker()
    done = 0
    while done < most and not (stop is not None and stop.is_set()):
        moment = now or timezone.now()  # of each piece: a claim that seems old is taken for one of a dead process
        work = claim(moment, me, lane)
        if work is None:
            return done
        try:
            run(work, moment)
        except NotOurs:
            log.warning("work %s was taken over", work.key)
        done += 1
    return done


def serve(stop: threading.Event, every: float = 2.0) -> None:
    """Do what is due until told to stop: the work of the desk here, each other lane in a thread. A sending that has begun is waited for; a paper that is
    being read is read again after the next start."""
    from lawfulhold.desk.drop import folder
    from lawfulhold.desk.services import daily

    def of_the_desk() -> None:
        daily.plan_day(timezone.now())
        run_due(lane="desk", stop=stop)
        folder.sweep(timezone.now())

    _load()
    threads = {
        lane: threading.Thread(
            target=_again, args=(stop, every, partial(run_due, lane=lane, stop=stop)), name=lane, daemon=True
        )
        for lane in _beside
    }
    for thread in threads.values():
        thread.start()
    _again(stop, every, of_the_desk)
    threads["outside"].join(LONGEST_WAIT_AT_THE_END)


def _again(stop: threading.Event, every: float, do: Callable[[], Any]) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            do()
        except Exception:
            log.exception("the worker goes on")
            time.sleep(1)
        stop.wait(every)

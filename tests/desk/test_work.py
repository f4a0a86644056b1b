"""Background work: claimed once, done once, going on after a restart, and never sent twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lawfulhold.desk.models import Alert, Work
from lawfulhold.desk.services import daily, holds, release, work
from lawfulhold.desk.services.acting import By
from tests.desk.people import Jail

SENT: list[str] = []


@work.handles("test-note")
def note(by: By, payload: dict[str, Any]) -> str | None:
    if payload.get("fails"):
        raise ValueError("the first attempt fails")
    from lawfulhold.desk.services import alerts

    alerts.alert(by, None, "work", f"test:{payload['n']}", "done", "note", "clerk")
    return "noted"


@work.handles("test-send", "sending")
def send(by: By, payload: dict[str, Any]) -> str | None:
    SENT.append(payload["n"])
    if payload.get("breaks"):
        raise OSError("the line was cut")
    return "sent"


@work.handles("test-slow", "batches", lane="papers")
def slow(by: By, payload: dict[str, Any]) -> str | None:
    return "read"


@work.handles("test-law", "batches", lane="law")
def decide(by: By, payload: dict[str, Any]) -> str | None:
    return "decided"


def planned(jail: Jail, kind: str, key: str, **payload: Any) -> Work:
    work.plan(jail.agency, kind, key, jail.now, payload, at=jail.now)
    return Work.objects.get(key=key)


def test_the_same_key_plans_once(texas: Jail) -> None:
    planned(texas, "test-note", "k-1", n=1)
    planned(texas, "test-note", "k-1", n=2)
    work.run_due(texas.now)
    assert Alert.objects.filter(key__startswith="test:").count() == 1


def test_what_is_not_due_waits(texas: Jail) -> None:
    work.plan(texas.agency, "test-note", "k-later", texas.now + timedelta(hours=1), {"n": 1}, at=texas.now)
    work.run_due(texas.now)
    assert Work.objects.get(key="k-later").finished_at is None


def test_two_workers_claim_different_work(texas: Jail) -> None:
    work.run_due(texas.now)
    planned(texas, "test-note", "k-1", n=1)
    first = work.claim(texas.now, "one")
    assert first is not None
    assert work.claim(texas.now, "two") is None


def test_a_worker_that_lost_its_claim_writes_nothing(texas: Jail) -> None:
    work.run_due(texas.now)
    planned(texas, "test-note", "k-1", n=1)
    slow = work.claim(texas.now, "slow")
    later = texas.now + work.STALE + timedelta(seconds=1)
    quick = work.claim(later, "quick")
    assert slow is not None
    assert quick is not None
    work.run(quick, later)
    assert Alert.objects.filter(key="test:1").count() == 1
    Alert.objects.filter(key="test:1").exists()
    with pytest.raises(work.NotOurs):
        work._finish(slow, later, "done", "")


def test_work_that_fails_is_tried_again_and_in_the_end_marked(texas: Jail) -> None:
    row = planned(texas, "test-note", "k-1", n=1, fails=True)
    moment = texas.now
    for _ in range(work.MOST_ATTEMPTS):
        work.run_due(moment)
        moment += timedelta(hours=3)
    row.refresh_from_db()
    assert (row.outcome, row.attempts) == ("failed", work.MOST_ATTEMPTS)
    assert "the first attempt fails" in row.says


def test_a_sending_that_broke_off_is_never_sent_again_by_itself(texas: Jail) -> None:
    SENT.clear()
    work.run_due(texas.now)
    planned(texas, "test-send", "k-1", n="letter")
    claimed = work.claim(texas.now, "a process that dies here")
    assert claimed is not None
    assert claimed.sending
    work.run_due(texas.now + timedelta(minutes=1))
    assert SENT == []
    work.run_due(texas.now + work.STALE + timedelta(minutes=1))
    row = Work.objects.get(key="k-1")
    assert (row.outcome, SENT) == ("interrupted", [])
    assert Alert.objects.filter(kind="work", for_role="administrator").exists()


def test_a_sending_that_failed_is_not_repeated(texas: Jail) -> None:
    SENT.clear()
    planned(texas, "test-send", "k-1", n="letter", breaks=True)
    for hours in (0, 1, 2):
        work.run_due(texas.now + timedelta(hours=hours))
    assert SENT == ["letter"]
    assert Work.objects.get(key="k-1").outcome == "failed"


def test_work_of_an_unknown_kind_is_marked(texas: Jail) -> None:
    row = planned(texas, "no-such-kind", "k-1")
    work.run_due(texas.now)
    row.refresh_from_db()
    assert row.outcome == "failed"


def test_each_day_plans_its_work_once(texas: Jail) -> None:
    for _ in range(3):
        daily.plan_day(texas.now)
    assert Work.objects.filter(agency=texas.agency, kind__in=daily.JOBS).count() == len(daily.JOBS)
    daily.plan_day(texas.now + timedelta(days=1))
    assert Work.objects.filter(agency=texas.agency, kind__in=daily.JOBS).count() == 2 * len(daily.JOBS)


def test_alerts_come_24_4_and_1_hours_before_the_release_and_at_it(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    connecticut.due(custody, hours=30)
    seen = []
    for hours in (5, 6.1, 20, 26.1, 29.1, 30.1):
        work.run_due(connecticut.now + timedelta(hours=hours))
        seen.append(Alert.objects.filter(custody=custody, kind__startswith="release-").count())
    assert seen == [0, 1, 1, 2, 3, 4]
    words = list(Alert.objects.filter(custody=custody, kind__startswith="release-").order_by("entry_id").values_list("says", flat=True))
    assert all("Release on time" in text for text in words)
    assert "24 h" in words[0]


def test_a_release_time_that_was_put_off_is_alerted_at_its_new_time_only(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    connecticut.due(custody, hours=3)
    work.run_due(connecticut.now)
    release.set_due(connecticut.by("ana"), custody.pk, connecticut.now + timedelta(hours=60), "court-order", note="corrected order")
    work.run_due(connecticut.now + timedelta(hours=5))
    kinds = list(Alert.objects.filter(custody=custody, kind__startswith="release-").values_list("kind", flat=True))
    assert kinds == ["release-4h"]


def test_an_alert_is_not_repeated_when_the_worker_runs_again(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    hold = holds.hold(texas.by("sam"), custody.pk, "statute")
    for _ in range(3):
        work.run_due(hold.limit_at - timedelta(minutes=30))
    assert Alert.objects.filter(custody=custody, kind="hold-limit").count() == 2


@work.handles("test-outside", "sending", lane="outside")
def outside(by: By, payload: dict[str, Any]) -> str | None:
    SENT.append(payload["n"])
    return "sent"


@pytest.mark.parametrize(("lane", "kind", "real"), [("papers", "test-slow", "read-paper"), ("outside", "test-outside", "webhook"), ("law", "test-law", "redecide")])
def test_an_alert_does_not_wait_behind_a_paper_that_is_read_or_a_receiver_that_is_slow(texas: Jail, lane: str, kind: str, real: str) -> None:
    waiting, alert = planned(texas, kind, f"{kind}:1", n="lane"), planned(texas, "test-note", "test-note:lane", n="lane")
    work.run_due(texas.now, lane="desk")
    waiting.refresh_from_db()
    alert.refresh_from_db()
    assert (waiting.finished_at, alert.outcome) == (None, "done")
    assert work.run_due(texas.now, lane=next(other for other in ("papers", "outside") if other != lane)) == 0
    assert work.run_due(texas.now, lane=lane) >= 1
    waiting.refresh_from_db()
    assert waiting.outcome == "done"
    assert real in work._beside[lane]


def test_every_piece_of_work_is_in_one_lane() -> None:
    work._load()
    assert set(work._beside) | {"desk"} == set(work.LANES)
    assert not any(work._beside[one] & work._beside[other] for one in work._beside for other in work._beside if one != other)


@pytest.mark.parametrize("lane", ["law", "papers", "outside"])
def test_the_worker_goes_on_with_everything_else_while_another_lane_takes_its_time(monkeypatch: pytest.MonkeyPatch, lane: str) -> None:
    stop, busy, rounds = threading.Event(), threading.Event(), []

    def run_due(*, lane: str, stop: threading.Event) -> int:
        if lane == slow_lane:
            busy.wait(20)
        elif lane == "desk":
            rounds.append(busy.is_set())
            if len(rounds) == 3:
                stop.set()
                busy.set()
        return 0

    slow_lane = lane
    monkeypatch.setattr(work, "run_due", run_due)
    monkeypatch.setattr(daily, "plan_day", lambda now: None)
    monkeypatch.setattr("lawfulhold.desk.drop.folder.sweep", lambda now: None)
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    work.serve(stop, every=0.01)
    assert rounds == [False, False, False]


def test_a_worker_that_is_told_to_stop_begins_no_other_sending(texas: Jail) -> None:
    SENT.clear()
    stop = threading.Event()
    for n in (1, 2, 3):
        planned(texas, "test-outside", f"test-outside:{n}", n=n)
    assert work.run_due(texas.now, lane="outside", most=1) == 1
    stop.set()
    assert work.run_due(texas.now, lane="outside", stop=stop) == 0
    assert work.run_due(texas.now, lane="outside") == 2
    assert SENT == [1, 2, 3]


def test_a_long_row_of_sendings_is_not_taken_for_one_of_a_dead_process(texas: Jail, clock: Any) -> None:
    """Each claim bears the moment of its own beginning, not that of the first in the row."""
    claimed = []

    @work.handles("test-long", "sending", lane="outside")
    def long(by: By, payload: dict[str, Any]) -> str | None:
        clock.move_to(timezone.now() + timedelta(minutes=4))
        claimed.append(Work.objects.get(kind="test-long", sending=True, finished_at=None).claimed_at)
        return str(work.interrupted(timezone.now()))

    for n in (1, 2, 3):
        planned(texas, "test-long", f"test-long:{n}", n=n)
    work.run_due(lane="outside")
    assert [row.outcome for row in Work.objects.filter(kind="test-long")] == ["done", "done", "done"]
    assert [row.says for row in Work.objects.filter(kind="test-long")] == ["0", "0", "0"]
    assert len(set(claimed)) == 3

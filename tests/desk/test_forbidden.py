"""What somebody in a hurry might try, and a record might be made to say: each is refused, or seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lawfulhold.desk.errors import Invalid, NotAllowed, RuleOfTheDesk
from lawfulhold.desk.models import (
    Alert,
    Bail,
    Charge,
    CitizenshipClaim,
    Contact,
    CounselRequest,
    Custody,
    Entry,
    Hold,
    Opinion,
    Release,
    Transfer,
    Warrant,
    Work,
)
from lawfulhold.desk.services import (
    alerts,
    booking,
    claims,
    clocks,
    contacts,
    counsel,
    decisions,
    docket,
    documents,
    facts,
    holds,
    intake,
    law,
    matching,
    notices,
    queue,
    register,
    release,
    subpoenas,
    transfers,
    work,
)
from tests.desk.people import Jail


def own_policy(place: str) -> str:
    return (
        f"code: {place}-POLICY\nname: The agency's own order\nlayer: local\nparent: {place}\nprovisions:\n  - id: own-interview\n    question: interview\n"
        "    effect: prohibited\n    binds: [all]\n    from: 2020-01-01\n    says: The agency's own order, invented.\n    cite: General Order 14\n"
        "    read: full-text\n    confidence: high\n"
    )


def held(jail: Jail, hours: float = 5) -> Custody:
    """Texas: a hold that the law requires, on record before the release time."""
    custody, _ = jail.decided()
    custody = jail.due(jail.served(custody), hours)
    holds.hold(jail.by("sam"), custody.pk, "statute")
    return jail.fresh(custody)


# ---------------------------------------------------------------------------------------------- counsel's no


def test_counsels_no_is_not_lifted_by_a_new_fact(texas: Jail) -> None:
    custody, _ = texas.decided()
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    custody = texas.due(texas.served(custody))
    assert custody.decision.number > Opinion.objects.get(custody=custody).decision.number
    with pytest.raises(RuleOfTheDesk, match="Counsel has said no"):
        holds.hold(texas.by("sam"), custody.pk, "statute")
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "required", "The order was stayed.")
    assert holds.hold(texas.by("sam"), custody.pk, "statute").authority == "statute"


def test_counsel_hears_that_the_finding_under_a_no_has_changed(texas: Jail) -> None:
    custody, _ = texas.decided()
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "The papers are not complete.")
    facts.state_facts(texas.by("ana"), custody.pk, {"person.lawful_status_proof": None}, "taken back")
    custody = texas.fresh(custody)
    assert decisions.answer_to(custody, "hold").answer == "prohibited"
    assert CounselRequest.objects.filter(custody=custody, why="no-stands", answered_at__isnull=True).count() == 1


def test_counsel_is_asked_again_about_a_no_when_the_law_changes(texas: Jail) -> None:
    custody, _ = texas.decided()
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    texas.decided(surname="Ibarra", date_of_birth="1985-02-03")
    gone, _ = texas.decided(surname="Olmos", date_of_birth="1981-02-03")
    counsel.opine(texas.by("carol"), gone.pk, gone.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    texas.checked(texas.due(gone, hours=-1))
    release.release(texas.by("sam"), gone.pk, "court", note="order 26-1")
    work.run_due(texas.now)
    assert not CounselRequest.objects.filter(answered_at=None).exists()
    law.adopt(texas.by("carol"), "The sheriff's order.", own_policy("US-TX"))
    assert work.run_due(texas.now)
    custody = texas.fresh(custody)
    request = CounselRequest.objects.get(why="no-stands", answered_at=None)
    assert (request.custody_id, request.decision_id, custody.counsel_asked) == (custody.pk, custody.decision.pk, True)
    assert Alert.objects.filter(custody=custody, kind="counsel", key=f"counsel:{request.pk}", for_role="counsel").exists()
    assert decisions.answer_to(custody, "hold").answer == "prohibited"
    assert Work.objects.filter(kind="standing-no").latest("pk").says == "counsel was asked again about 1 cases"
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "The order stands.")
    work.run_due(texas.now + timedelta(hours=1))
    assert not CounselRequest.objects.filter(custody=custody, answered_at=None).exists()


def test_counsel_is_asked_again_only_after_the_case_was_decided_under_the_new_law(texas: Jail) -> None:
    custody, _ = texas.decided()
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    work.run_due(texas.now)
    law.adopt(texas.by("carol"), "The sheriff's order.", own_policy("US-TX"))
    Work.objects.filter(kind="redecide", finished_at=None).update(due_at=texas.now + timedelta(minutes=5))
    work.run_due(texas.now)
    assert not CounselRequest.objects.filter(why="no-stands").exists()
    for minutes in (6, 8):
        work.run_due(texas.now + timedelta(minutes=minutes))
    assert CounselRequest.objects.filter(why="no-stands").count() == 1


def test_an_opinion_answers_what_it_is_about_and_nothing_else(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    claims.make(wyoming.by("ana"), custody.pk, "person", "born in Laredo")
    subpoenas.log(
        wyoming.by("ana"), type="administrative", issuer="ICE", signed_by="Officer Moss", addressed_to="custodian of records", served_how="by hand",
        served_on="Ana Reyes", served_at=wyoming.now, asks="bond addresses", custody_id=custody.pk,
    )
    custody = wyoming.fresh(custody)
    counsel.ask(wyoming.by("ana"), custody.pk, "What about the interview?")

    def waiting() -> set[str]:
        return {row.why for row in counsel.waiting(wyoming.by("carol"))}

    assert waiting() == {"unsettled", "claim", "subpoena", "asked"}
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "interview", "prohibited", "No interviews here.")
    assert waiting() == {"unsettled", "claim", "subpoena"}
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "No holds here.")
    assert waiting() == {"claim", "subpoena"}
    assert wyoming.fresh(custody).counsel_asked
    claims.answer(wyoming.by("carol"), CitizenshipClaim.objects.get().pk, "not-shown", "asked Webb County")
    assert waiting() >= {"subpoena"}
    assert "claim" not in waiting()


def test_what_counsel_was_asked_about_a_case_that_has_ended_waits_no_more(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    assert counsel.waiting(wyoming.by("carol")).count() == 1
    wyoming.checked(wyoming.due(custody, hours=-1))
    release.release(wyoming.by("ana"), custody.pk, "release-time")
    assert counsel.waiting(wyoming.by("carol")).count() == 0


def test_after_counsels_no_a_clerk_releases_on_time(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    custody = texas.fresh(custody)
    assert clocks.at_release_words(texas.by("ana"), custody, 1).endswith("Counsel: no hold. Release on time.")
    moment = custody.release_due_at
    for now, says in ((texas.now, "Release on time: counsel said no to a hold"), (moment, "Release now")):
        rows, _ = queue.page(texas.agency, "detainers", now)
        assert [(row.says, row.said_no) for row in rows] == [(says, True)]
    texas.checked(custody, moment)
    assert release.release(texas.by("ana", moment), custody.pk, "release-time").due_at == moment


# ---------------------------------------------------------------------------------------------- the release time


def test_an_earlier_release_time_shortens_the_hold(texas: Jail) -> None:
    custody = held(texas, hours=10)
    before = custody.hold_limit_at
    release.set_due(texas.by("ana"), custody.pk, texas.now + timedelta(hours=1), "court-order", note="corrected order")
    custody = texas.fresh(custody)
    limit = custody.hold_limit_at
    assert limit < before
    assert limit == texas.now + timedelta(hours=49)
    assert Alert.objects.filter(custody=custody, kind="hold-limit", says__contains="earlier than it was recorded").exists()
    with pytest.raises(RuleOfTheDesk, match="no hold with its authority runs"):
        transfers.transfer(texas.by("sam", limit + timedelta(minutes=1)), custody.pk, "ice", recipient="Officer", identification="badge 4411")
    work.run_due(limit + timedelta(seconds=1))
    custody = texas.fresh(custody)
    assert (custody.hold, custody.state) == (None, "release-due")
    assert not docket.verify(texas.agency)[2]


def test_a_later_release_time_does_not_lengthen_the_hold(texas: Jail) -> None:
    custody = held(texas, hours=5)
    before = custody.hold_limit_at
    release.set_due(texas.by("ana"), custody.pk, texas.now + timedelta(hours=20), "court-order", note="corrected order")
    assert texas.fresh(custody).hold_limit_at == before


def test_an_earlier_release_time_shortens_a_hold_on_a_judges_warrant_too(wyoming: Jail) -> None:
    custody = wyoming.due(wyoming.served(wyoming.decided()[0]), hours=20)
    warrant(wyoming, custody, "federal-criminal", "federal-judge")
    assert holds.hold(wyoming.by("sam"), custody.pk, "warrant").limit_at == wyoming.now + timedelta(hours=68)
    for hours, until in ((1, 49), (30, 68)):
        release.set_due(wyoming.by("ana"), custody.pk, wyoming.now + timedelta(hours=hours), "court-order", note="corrected order")
        assert wyoming.fresh(custody).hold_limit_at == wyoming.now + timedelta(hours=until)
    release.set_due(wyoming.by("ana"), custody.pk, wyoming.now + timedelta(hours=1), "court-order", note="corrected order")
    work.run_due(wyoming.now + timedelta(hours=49, seconds=1))
    assert wyoming.fresh(custody).hold is None
    assert holds.hold(wyoming.by("sam", wyoming.now + timedelta(hours=50)), custody.pk, "warrant")


def test_when_other_custody_keeps_the_person_the_hold_ends(texas: Jail) -> None:
    custody = held(texas)
    release.set_due(texas.by("ana"), custody.pk, None, "withdrawn", note="new charge, booking sheet 2")
    assert texas.fresh(custody).hold is None


def test_a_passed_release_time_is_moved_by_a_supervisor_and_it_is_seen(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody), hours=1)
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "Board resolution 2026-4")
    late = wyoming.now + timedelta(hours=2)
    for at, basis in ((late + timedelta(hours=3), "court-order"), (None, "withdrawn")):
        with pytest.raises(RuleOfTheDesk, match="only a supervisor"):
            release.set_due(wyoming.by("ana", late), custody.pk, at, basis, note="order 26-0414")
    release.set_due(wyoming.by("sam", late), custody.pk, late + timedelta(hours=3), "court-order", note="order 26-0414")
    custody = wyoming.fresh(custody)
    assert Alert.objects.filter(custody=custody, says__contains="moved later by", level="now").exists()
    assert CounselRequest.objects.filter(custody=custody, why="release-moved").exists()
    assert release.moved_after_it_passed(custody) is not None


def test_moving_a_passed_release_time_makes_no_permission(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody), hours=1)
    late = wyoming.now + timedelta(hours=2)
    release.set_due(wyoming.by("sam", late), custody.pk, late + timedelta(hours=3), "court-order", note="order 26-0414")
    release.set_due(wyoming.by("ana", late), custody.pk, late + timedelta(hours=4), "court-order", note="order 26-0415")
    custody = wyoming.fresh(custody)
    with pytest.raises(RuleOfTheDesk):
        holds.hold(wyoming.by("sam", late), custody.pk, "opinion")
    counsel.opine(wyoming.by("carol", late + timedelta(minutes=5)), custody.pk, custody.decision.pk, "hold", "permitted", "I have seen order 26-0414.")
    assert holds.hold(wyoming.by("sam", late + timedelta(minutes=6)), custody.pk, "opinion").authority == "opinion"


def test_a_hold_that_reached_its_limit_is_not_begun_anew_by_a_new_release_time(texas: Jail) -> None:
    custody = held(texas)
    after = custody.hold_limit_at + timedelta(minutes=1)
    work.run_due(after)
    release.set_due(texas.by("sam", after), custody.pk, after + timedelta(hours=1), "court-order", note="order 26-0414")
    with pytest.raises(RuleOfTheDesk, match="Counsel looks at it first"):
        holds.hold(texas.by("sam", after), custody.pk, "statute")
    heard = after + timedelta(minutes=5)
    counsel.opine(texas.by("carol", heard), custody.pk, texas.fresh(custody).decision.pk, "hold", "required", "I have seen order 26-0414.")
    assert holds.hold(texas.by("sam", heard), custody.pk, "statute").limit_at == after + timedelta(hours=49)


def test_a_hold_that_was_ended_goes_on_within_its_first_limit_only(texas: Jail) -> None:
    custody = held(texas)
    limit, during = custody.hold_limit_at, custody.release_due_at + timedelta(hours=20)
    release.set_due(texas.by("ana"), custody.pk, custody.release_due_at + timedelta(hours=3), "court-order", note="corrected order")
    holds.end(texas.by("sam", during), custody.pk, "ICE says that it will not come")
    again = holds.hold(texas.by("sam", during + timedelta(hours=1)), custody.pk, "statute")
    assert again.limit_at == limit
    work.run_due(limit + timedelta(seconds=1))
    with pytest.raises(RuleOfTheDesk, match="limit of the first hold"):
        holds.hold(texas.by("sam", limit + timedelta(minutes=1)), custody.pk, "statute")


def test_f03_a_hold_recorded_late_hides_no_minute_without_authority(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody), hours=1)
    due, late = custody.release_due_at, custody.release_due_at + timedelta(hours=29)
    row = holds.hold(texas.by("sam", late), custody.pk, "statute")
    assert (row.starts_at, row.limit_at) == (late, due + timedelta(hours=48))
    assert holds.late_minutes(texas.fresh(custody), late + timedelta(minutes=5)) == 29 * 60
    assert Alert.objects.get(custody=custody, for_role="supervisor").says.endswith("kept 1740 minutes past the release time without an authority on record.")
    assert "1740 minutes" in Entry.objects.get(custody=custody, kind="hold").content["says"]
    holds.end(texas.by("sam", late + timedelta(hours=1)), custody.pk, "ICE did not come")
    holds.hold(texas.by("sam", late + timedelta(hours=2)), custody.pk, "statute")
    holds.end(texas.by("sam", late + timedelta(hours=3)), custody.pk, "ICE did not come")
    texas.checked(custody, late + timedelta(hours=3))
    release.release(texas.by("sam", late + timedelta(hours=3, minutes=10)), custody.pk, "authority-ended", note="ICE did not come")
    counted = register.counts(texas.agency, texas.now.date(), texas.now.date() + timedelta(days=3))
    assert counted.minutes_with_detainer["longest"] == 29 * 60 + 60 + 10


def test_a_suspended_hold_covers_no_minute(texas: Jail) -> None:
    custody = held(texas)
    due = custody.release_due_at
    claims.make(texas.by("ana", due + timedelta(hours=1)), custody.pk, "person", "born in Laredo")
    assert holds.late_minutes(texas.fresh(custody), due + timedelta(hours=3)) == 120
    claims.answer(texas.by("carol", due + timedelta(hours=4)), CitizenshipClaim.objects.get().pk, "not-shown", "no such birth at Webb County")
    assert holds.late_minutes(texas.fresh(custody), due + timedelta(hours=9)) == 180
    assert holds.late_minutes(texas.fresh(custody), due + timedelta(hours=50)) == 180 + 120


def test_an_earlier_release_time_makes_no_minute_late_of_a_hold_on_record(texas: Jail) -> None:
    custody = held(texas, hours=20)
    release.set_due(texas.by("ana"), custody.pk, texas.now + timedelta(hours=1), "court-order", note="corrected order")
    assert holds.late_minutes(texas.fresh(custody), texas.now + timedelta(hours=3)) == 0


def test_a_hold_that_never_began_does_not_count_as_the_first(texas: Jail) -> None:
    custody = held(texas)
    release.set_due(texas.by("ana"), custody.pk, None, "withdrawn", note="new charge, booking sheet 2")
    later = texas.now + timedelta(days=3)
    release.set_due(texas.by("ana", later), custody.pk, later + timedelta(hours=5), "sentence-complete", note="commitment 26-9")
    assert holds.hold(texas.by("sam", later), custody.pk, "statute").limit_at == later + timedelta(hours=53)


def test_bail_posted_after_the_release_time_moves_it_nowhere(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=1)
    late = connecticut.now + timedelta(hours=3)
    release.bail(connecticut.by("ana", late), custody.pk, "posted")
    assert connecticut.fresh(custody).release_due_at == custody.release_due_at
    assert Bail.objects.filter(custody=custody, what="posted").exists()


# ---------------------------------------------------------------------------------------------- the release


def test_looks_of_an_earlier_shift_are_made_again(texas: Jail) -> None:
    custody = texas.due(texas.book(), hours=24 * 9)
    texas.checked(custody)
    moment = custody.release_due_at
    with pytest.raises(RuleOfTheDesk, match="12 hours ago: warrants, detainers, identity"):
        release.release(texas.by("ana", moment), custody.pk, "release-time")
    texas.checked(custody, moment - timedelta(hours=12))
    assert release.release(texas.by("ana", moment), custody.pk, "release-time")


@pytest.mark.parametrize(("late", "said"), [(timedelta(minutes=15), ""), (timedelta(minutes=16), "0 h 16 min"), (timedelta(hours=19), "19 h 00 min")])
def test_f15_a_release_written_down_long_afterwards_says_so(connecticut: Jail, late: timedelta, said: str) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=1)
    moment = custody.release_due_at
    connecticut.checked(custody, moment + late)
    release.release(connecticut.by("ana", moment + late), custody.pk, "release-time", at=moment)
    says = Entry.objects.get(custody=custody, kind="released").content["says"]
    alerted = Alert.objects.filter(custody=custody, for_role="supervisor", says__contains="the release is given as of 2026-11-18 11:00 by Ana Reyes")
    assert ("afterwards" in says, alerted.exists()) == (bool(said), bool(said))
    assert said in says


def test_f15_a_transfer_written_down_long_afterwards_says_so(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    transfers.transfer(connecticut.by("sam"), custody.pk, "other-agency", recipient="Sgt. Lowe", at=connecticut.now - timedelta(hours=2))
    assert Entry.objects.get(custody=custody, kind="transferred").content["says"] == "Transferred to Sgt. Lowe. Written down 2 h 00 min afterwards."
    assert Alert.objects.filter(custody=custody, for_role="supervisor", says__contains="2 h 00 min afterwards").exists()


@pytest.mark.parametrize("reason", ["limit", "cancelled", "citizenship", "court", "authority-ended"])
def test_the_reason_of_a_release_follows_from_the_record(texas: Jail, reason: str) -> None:
    custody, _ = texas.decided()
    custody = texas.due(custody)
    moment = custody.release_due_at
    texas.checked(custody, moment)
    with pytest.raises(RuleOfTheDesk) as refused:
        release.release(texas.by("ana", moment), custody.pk, reason)
    assert refused.value.rule == "release-reason"
    assert not Release.objects.filter(custody=custody).exists()


def test_a_release_that_a_court_ordered_has_the_order_on_file_or_a_supervisor(texas: Jail) -> None:
    def due(bench: bool = False) -> Custody:
        custody = texas.checked(held(texas) if bench else texas.due(texas.decided()[0]))
        if bench:
            warrant(texas, custody, "bench", "state-judge")
        return custody

    for bench in (False, True):
        custody = due(bench)
        with pytest.raises(RuleOfTheDesk, match="Attach the order") as refused:
            release.release(texas.by("ana"), custody.pk, "court", note="x")
        assert refused.value.rule == "release-order"
        order = documents.document(b"%PDF-1.4 habeas order 26-881", "order.pdf", "court-order", custody=custody)
        assert release.release(texas.by("ana"), custody.pk, "court", note="habeas order 26-881", document=order).reason == "court"
        assert order.pk in custody.documents.values_list("pk", flat=True)
        assert release.release(texas.by("sam"), due(bench).pk, "court", note="habeas order 26-882").reason == "court"
    custody = due()
    paper = documents.document(b"%PDF-1.4 order 26-883", "order.pdf", "release-paper", custody=custody)
    release.set_due(texas.by("ana"), custody.pk, texas.now, "court-order", document=paper)
    assert release.release(texas.by("ana"), custody.pk, "court", note="order 26-883")


def test_a_court_order_against_which_nothing_stands_needs_its_name_only(connecticut: Jail) -> None:
    custody = connecticut.checked(connecticut.due(connecticut.decided()[0]))
    assert release.release(connecticut.by("ana"), custody.pk, "court", note="habeas order 26-881")


def test_a_clerk_does_not_end_a_hold_that_the_law_requires(texas: Jail) -> None:
    custody = held(texas)
    moment = custody.release_due_at + timedelta(hours=1)
    texas.checked(custody, moment)
    with pytest.raises(RuleOfTheDesk, match="The law requires this hold"):
        holds.end(texas.by("ana", moment), custody.pk, "x")
    for reason, says in (("release-time", "A hold with its authority is on record"), ("authority-ended", "still runs"), ("limit", "limit of the hold is not reached")):
        with pytest.raises(RuleOfTheDesk, match=says):
            release.release(texas.by("ana", moment), custody.pk, reason)
    holds.end(texas.by("sam", moment), custody.pk, "ICE has said that it will not come")
    assert release.release(texas.by("ana", moment), custody.pk, "authority-ended")


def test_a_hold_that_a_clerk_ended_another_way_is_not_let_go_by_a_clerk(texas: Jail) -> None:
    custody = texas.checked(held(texas))
    release.set_due(texas.by("ana"), custody.pk, None, "withdrawn", note="new charge")
    with pytest.raises(RuleOfTheDesk, match="The law requires a hold here"):
        release.release(texas.by("ana"), custody.pk, "authority-ended")
    assert release.release(texas.by("sam"), custody.pk, "authority-ended", note="the charge was a mistake")


def test_a_cancelled_detainer_does_not_let_go_of_another_that_is_live(texas: Jail) -> None:
    custody, first = texas.decided()
    second = texas.detainer(custody, dhs_number="A-2")
    matching.match(texas.by("ana"), second.pk, custody.pk)
    matching.second_look(texas.by("ben"), second.pk, True, looked_at="picture and booking file")
    custody = texas.checked(texas.due(texas.served(custody)), texas.now)
    intake.cancel(texas.by("ana"), first.pk, texas.now)
    with pytest.raises(RuleOfTheDesk, match="The law requires a hold here"):
        release.release(texas.by("ana"), custody.pk, "cancelled")
    intake.cancel(texas.by("ana"), second.pk, texas.now)
    assert release.release(texas.by("ana"), custody.pk, "cancelled")


def test_where_no_hold_can_be_recorded_any_more_nobody_waits_for_a_supervisor(texas: Jail) -> None:
    custody = held(texas)
    after = custody.hold_limit_at + timedelta(minutes=1)
    texas.checked(custody, after)
    assert release.release(texas.by("ana", after), custody.pk, "limit")
    custody = texas.due(texas.served(texas.decided()[0]), hours=1)
    late = custody.release_due_at + timedelta(hours=49)
    texas.checked(custody, late)
    assert release.release(texas.by("ana", late), custody.pk, "release-time")


def test_a_suspended_hold_is_no_authority_at_the_release_time(texas: Jail) -> None:
    custody = held(texas)
    claims.make(texas.by("ana"), custody.pk, "person", "born in Laredo")
    moment = custody.release_due_at + timedelta(minutes=1)

    def now() -> list[tuple[str, str]]:
        return [(row.custody.number, row.says) for row in queue.page(texas.agency, "now", moment)[0]]

    assert now() == [(custody.number, "Release now: citizenship claim open, no hold")]
    assert queue.totals(texas.agency, moment)["now"] == 1
    texas.checked(custody, moment)
    assert release.release(texas.by("ana", moment), custody.pk, "release-time").due_at == custody.release_due_at


def test_after_lawful_status_was_shown_a_suspended_hold_keeps_nobody(wyoming: Jail) -> None:
    permits = own_policy("US-WY").replace("question: interview", "question: hold").replace("effect: prohibited", "effect: permitted")
    law.adopt(wyoming.by("carol"), "The sheriff's order.", permits)
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody))
    hold = holds.hold(wyoming.by("sam"), custody.pk, "permission")
    claims.make(wyoming.by("ana"), custody.pk, "person", "born in Laredo")
    claims.answer(wyoming.by("carol"), CitizenshipClaim.objects.get().pk, "status", "permanent resident card seen")
    custody, moment = wyoming.fresh(custody), custody.release_due_at
    assert (custody.hold, custody.state) == (hold, "suspended")
    assert queue.action(custody, moment) == ("Release now: the hold is suspended", "now")
    assert clocks.at_release_words(wyoming.by("ana"), custody, 1).endswith("The hold is suspended and no authority. Release on time.")
    with pytest.raises(RuleOfTheDesk, match="no hold with its authority runs"):
        transfers.transfer(wyoming.by("sam", moment), custody.pk, "ice", recipient="Officer", identification="badge 4411")
    wyoming.checked(custody, moment)
    assert release.release(wyoming.by("ana", moment), custody.pk, "release-time")


def test_nobody_leaves_before_the_booking_or_in_the_future(texas: Jail) -> None:
    custody = held(texas)
    after = custody.release_due_at + timedelta(hours=1)
    texas.checked(custody, after)
    with pytest.raises(Invalid, match="before the booking"):
        release.release(texas.by("sam", after), custody.pk, "court", at=texas.now - timedelta(days=30), note="order 1")
    for at, says in ((after + timedelta(days=3), "future"), (texas.now - timedelta(days=30), "before the booking")):
        with pytest.raises(Invalid, match=says):
            transfers.transfer(texas.by("sam", after), custody.pk, "ice", recipient="Officer", identification="badge 4411", at=at)
    assert texas.fresh(custody).open


# ---------------------------------------------------------------------------------------------- papers, claims, replies


def test_f02_a_birthplace_found_later_makes_the_claim_too(texas: Jail) -> None:
    custody = held(texas)
    booking.correct_details(texas.by("ana"), custody.pk, "birth certificate", birthplace="Laredo, Texas")
    custody = texas.fresh(custody)
    assert (custody.claim_open, custody.state) == (True, "suspended")
    assert CitizenshipClaim.objects.get(custody=custody).made_by == "own-file"


def test_f18_nothing_is_served_before_it_was_received(texas: Jail) -> None:
    custody, detainer = texas.decided()
    with pytest.raises(Invalid, match="before it was received"):
        notices.serve(texas.by("ana"), custody.pk, "detainer-copy", language="Spanish", at=detainer.received_at - timedelta(hours=1))
    assert texas.fresh(custody).unserved == 1


def test_the_duty_to_serve_the_copy_is_done_by_the_service(texas: Jail) -> None:
    custody, _ = texas.decided()

    def done() -> dict[str, bool]:
        return {duty["paper"]: bool(duty["done"]) for duty in notices.duties(texas.fresh(custody)) if duty["question"] == "notice"}

    copy = "a copy of the Form I-247A, with the notice to the detainee"
    assert not any(done().values())
    notices.serve(texas.by("ana"), custody.pk, "detainer-copy", language="Spanish", given_to="lawyer")
    assert not done()[copy]
    notices.serve(texas.by("ana"), custody.pk, "detainer-copy", language="Spanish")
    assert [paper for paper, is_done in done().items() if is_done] == [copy]


def test_f14_a_returned_detainer_tells_ice_nothing_of_anybody(connecticut: Jail) -> None:
    detainer = connecticut.detainer()
    intake.return_to_ice(connecticut.by("ana"), detainer.pk, "he leaves tomorrow at six by the north door")
    sent = Contact.objects.get(detainer=detainer).content
    assert "says nothing on whether any person is" in sent
    assert "six" not in sent
    assert "north door" in detainer.events.get(kind="returned").note


def test_a_hold_is_not_resumed_when_citizenship_was_shown_after_another_claim_was_not(texas: Jail) -> None:
    custody = held(texas)
    for who in ("person", "family"):
        claims.make(texas.by("ana"), custody.pk, who, "born in Laredo")
    first, second = CitizenshipClaim.objects.filter(custody=custody).order_by("entry_id")
    claims.answer(texas.by("carol"), first.pk, "not-shown", "no such birth at Webb County")
    assert texas.fresh(custody).state == "suspended"
    claims.answer(texas.by("carol"), second.pk, "citizen", "born at Cameron County, certificate seen")
    custody = texas.fresh(custody)
    assert (custody.hold, custody.hold_answer) == (None, "prohibited")
    assert Hold.objects.get(custody=custody).events.filter(kind="ended").exists()


def test_a_clerk_makes_no_court_order_that_lets_records_go(texas: Jail) -> None:
    row = subpoenas.log(
        texas.by("ana"), type="administrative", issuer="ICE", signed_by="Officer Moss", addressed_to="custodian of records", served_how="by hand",
        served_on="Ana Reyes", served_at=texas.now, asks="bond addresses of three persons",
    )
    with pytest.raises(NotAllowed):
        subpoenas.step(texas.by("ana"), row.pk, "ordered", "the officer said so", inventory=["bond addresses"], court="a federal court")
    with pytest.raises(RuleOfTheDesk, match="before counsel has answered"):
        subpoenas.step(texas.by("ana"), row.pk, "produced", "given", inventory=["bond addresses"])
    subpoenas.step(texas.by("carol"), row.pk, "ordered", "order of today, read", inventory=["bond addresses"], court="D. Colo.")
    assert subpoenas.step(texas.by("ana"), row.pk, "produced", "given", inventory=["bond addresses"]).inventory == ["bond addresses"]


# ---------------------------------------------------------------------------------------------- bail, warrants, moments


def test_f04_only_a_charge_of_the_booking_keeps_a_person_whose_bail_is_posted(connecticut: Jail) -> None:
    custody, detainer = connecticut.decided()
    other = Charge.objects.get(custody=connecticut.book())
    hold = facts.state_charge(connecticut.by("ana"), custody.pk, {"offence": "ICE hold (I-247A)", "status": "charged"}, "booking sheet")
    gone = facts.state_charge(connecticut.by("ana"), custody.pk, {"offence": "trespass", "status": "dismissed"}, "order")
    for key, says in ((detainer.pk, "no charge of this booking"), (other.pk, "no charge of this booking"), ("detainer", "no charge of this booking"),
                      (gone.pk, "no charge of this booking"), (hold.pk, "an immigration paper and no charge")):
        with pytest.raises((Invalid, RuleOfTheDesk), match=says):
            release.bail(connecticut.by("ana"), custody.pk, "posted", kept_by=key)
    assert not Bail.objects.filter(custody=custody).exists()
    own = Charge.objects.get(custody=custody, facts__isnull=False, corrects=None, source="booking")
    release.bail(connecticut.by("ana"), custody.pk, "posted", kept_by=own.pk)
    entry = Entry.objects.get(custody=custody, kind="bail")
    assert entry.content["kept_by"] == str(own.pk)
    assert "Another charge keeps the person: driving under the influence." in entry.content["says"]
    assert connecticut.fresh(custody).release_due_at is None
    release.bail(connecticut.by("ana"), custody.pk, "posted")
    assert connecticut.fresh(custody).release_due_at == connecticut.now


@pytest.mark.parametrize(("offence", "statute"), [
    ("DHS hold", ""), ("ERO hold", ""), ("US Border Patrol hold", ""), ("Held for Homeland Security", ""), ("Immigration warrant of removal", ""),
    ("Form I-247A", ""), ("Immigration violation hold for federal agency", ""), ("Detained for deportation officers", ""), ("ICE", ""), ("NO BOND - ICE/ERO", ""),
    ("Request", "8 U.S.C. 1357"), ("Administrative hold", "8 CFR 287.7"), ("Final order of removal", ""), ("Alien hold", ""), ("Possession of ice; ICE hold", ""),
])
def test_f04_an_immigration_paper_under_another_name_keeps_nobody_and_books_nobody(texas: Jail, offence: str, statute: str) -> None:
    custody = texas.book()
    ana = texas.by("ana")
    row = facts.state_charge(ana, custody.pk, {"offence": offence, "statute": statute, "status": "charged"}, "booking sheet")
    with pytest.raises(RuleOfTheDesk, match="an immigration paper and no charge"):
        release.bail(ana, custody.pk, "posted", kept_by=row.pk)
    for basis in ("arrest", "warrant", "other-agency"):
        with pytest.raises(RuleOfTheDesk, match="no reason to book anybody"):
            texas.book(basis=basis, charges=[{"offence": offence, "statute": statute}])
    assert texas.book(basis="other-agency", charges=[{"offence": offence, "statute": statute}, {"offence": "robbery"}])


@pytest.mark.parametrize(("offence", "statute"), [
    ("Illegal reentry after deportation", "8 U.S.C. 1326"), ("Improper entry", "8 USC 1325(a)"), ("Possession of ice (methamphetamine)", ""), ("POSSESSION OF ICE", ""),
    ("Assault on a Border Patrol agent", "18 U.S.C. 111"), ("Immigration document fraud", "18 U.S.C. 1546"), ("Failure to appear, bench warrant", ""),
    ("Illegal entry from foreign nation", "Tex. Penal Code 51.02"),
])
def test_a_crime_that_names_immigration_is_a_charge(texas: Jail, offence: str, statute: str) -> None:
    custody = texas.book(basis="other-agency", arresting_agency="Homeland Security Investigations", charges=[{"offence": offence, "statute": statute}])
    release.bail(texas.by("ana"), custody.pk, "posted", kept_by=Charge.objects.get(custody=custody).pk)
    assert texas.fresh(custody).release_due_at is None


def test_f05_nobody_is_booked_for_another_agency_without_its_charge(texas: Jail) -> None:
    for basis, agency, says in (("other-agency", "Webb County Sheriff", "needs a charge"), ("other-agency", "ICE ERO, detainer only", "no reason to book"),
                                ("arrest", "U.S. Border Patrol", "no reason to book"), ("for ERO", "", "A detainer is not a reason")):
        with pytest.raises(RuleOfTheDesk, match=says) as refused:
            texas.book(basis=basis, arresting_agency=agency, charges=[])
        assert refused.value.rule == "booking-basis"
    assert not Custody.objects.exists()
    assert texas.book(basis="arrest", arresting_agency="Larkspur Police", charges=[])
    sent = booking.book(texas.desk(), surname="Olmos", booking_number="B-77", booked_at=texas.now, facility_identifier=texas.facility.identifier, basis="other-agency")
    assert Alert.objects.get(custody=sent).says.endswith("no charge of its criminal case is named. Name it, or release the person.")


def warrant(jail: Jail, custody: Custody, type_: str, office: str) -> Warrant:
    return intake.record_warrant(jail.by("ana"), custody.pk, type=type_, issuer="Invented court", issuer_office=office, signed_by="R. Alder", statute="as written")


def test_f07_a_transfer_rests_on_a_warrant_of_its_own_case_and_kind(connecticut: Jail) -> None:
    custody = connecticut.book()
    sam = connecticut.by("sam")
    officers = warrant(connecticut, custody, "I-200", "immigration-officer")
    judges = warrant(connecticut, custody, "state-criminal", "state-judge")
    foreign = warrant(connecticut, connecticut.book(), "state-criminal", "state-judge")
    ended = warrant(connecticut, custody, "bench", "state-judge")
    intake.end_warrant(connecticut.by("ana"), ended.pk, "recalled")
    for row in (foreign.pk, ended.pk, "no key at all"):
        with pytest.raises(Invalid, match="no warrant of this case"):
            transfers.transfer(sam, custody.pk, "other-agency", recipient="Sgt. Lowe", warrant_id=row)
    for to in ("other-agency", "court"):
        with pytest.raises(RuleOfTheDesk, match="not signed by a judge"):
            transfers.transfer(sam, custody.pk, to, recipient="Sgt. Lowe", warrant_id=officers.pk)
    with pytest.raises(RuleOfTheDesk, match="does not hand the person over to ICE"):
        transfers.transfer(sam, custody.pk, "ice", recipient="Officer", identification="badge 4411", warrant_id=judges.pk)
    assert not Transfer.objects.exists()
    assert transfers.transfer(sam, custody.pk, "other-agency", recipient="Sgt. Lowe", warrant_id=judges.pk).warrant == judges


@pytest.mark.parametrize("to", ["court", "other-agency"])
@pytest.mark.parametrize(("recipient", "identification"), [
    ("ICE ERO Hartford", "badge 44"), ("Deportation Officer Smith", "badge 44"), ("Officer Smith", "I.C.E. badge 44"), ("Homeland Security Investigations", ""),
    ("U.S. Border Patrol", ""), ("Customs and Border Protection", ""), ("agent of DHS", ""), ("Immigration Court", "marshal"),
])
def test_f16_ice_under_another_destination_is_ice(connecticut: Jail, to: str, recipient: str, identification: str) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(connecticut.served(custody), hours=0)
    with pytest.raises(RuleOfTheDesk, match="names an immigration authority") as refused:
        transfers.transfer(connecticut.by("sam"), custody.pk, to, recipient=recipient, identification=identification)
    assert refused.value.rule == "ice-allowed"
    assert connecticut.fresh(custody).open
    assert transfers.transfer(connecticut.by("sam"), custody.pk, to, recipient="Sgt. Lowe, Hartford Police Service", identification="badge 44").to == to


def test_f16_a_lawful_hand_over_under_another_destination_is_counted_as_one_to_ice(texas: Jail) -> None:
    custody = held(texas)
    moment = custody.release_due_at + timedelta(hours=1)
    row = transfers.transfer(texas.by("sam", moment), custody.pk, "court", recipient="ICE ERO San Antonio", identification="badge 4411")
    custody = texas.fresh(custody)
    assert (row.to, row.for_ice, custody.open, custody.outcome) == ("ice", True, False, "collected")


def test_a_judges_order_for_the_removal_does_not_bar_the_hand_over_that_executes_it(texas: Jail) -> None:
    custody = held(texas)
    moment = custody.release_due_at + timedelta(hours=1)
    removal = warrant(texas, custody, "judicial-civil", "federal-judge")
    officer = {"recipient": "Deportation officer", "identification": "badge 4411"}
    with pytest.raises(RuleOfTheDesk, match="it comes first"):
        transfers.transfer(texas.by("sam", moment), custody.pk, "ice", **officer)
    bench = warrant(texas, custody, "bench", "state-judge")
    with pytest.raises(RuleOfTheDesk, match="it comes first"):
        transfers.transfer(texas.by("sam", moment), custody.pk, "ice", warrant_id=removal.pk, **officer)
    intake.end_warrant(texas.by("ana"), bench.pk, "recalled")
    assert transfers.transfer(texas.by("sam", moment), custody.pk, "ice", warrant_id=removal.pk, **officer).warrant == removal


@pytest.mark.parametrize("suspended", [False, True])
def test_f06_an_open_claim_leaves_nobody_between_a_judges_warrant_and_the_door(texas: Jail, suspended: bool) -> None:
    custody = held(texas) if suspended else texas.due(texas.served(texas.decided()[0]))
    claims.make(texas.by("ana"), custody.pk, "person", "born in Laredo")
    judges = warrant(texas, custody, "federal-criminal", "federal-judge")
    custody = texas.fresh(custody)
    assert "A judge's warrant is on record" in clocks.at_release_words(texas.by("ana"), custody, 1)
    assert "A judge's warrant is on record" in queue.action(custody, texas.now)[0]
    with pytest.raises(RuleOfTheDesk, match="citizenship claim is open"):
        holds.hold(texas.by("sam"), custody.pk, "statute")
    hold = holds.hold(texas.by("sam"), custody.pk, "warrant", warrant_id=judges.pk)
    custody = texas.fresh(custody)
    assert (custody.hold, custody.state, custody.claim_open) == (hold, "hold-running", True)
    assert "A hold with its authority is on record" in clocks.at_release_words(texas.by("ana"), custody, 1)
    with pytest.raises(RuleOfTheDesk, match="citizenship claim is open"):
        transfers.transfer(texas.by("sam", custody.release_due_at), custody.pk, "ice", recipient="Officer", identification="badge 4411")
    assert not docket.verify(texas.agency)[2]


def test_an_order_of_detention_that_has_run_out_keeps_nobody_at_the_door(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody))
    order = warrant(wyoming, custody, "detention-order", "state-magistrate")
    hold = holds.hold(wyoming.by("sam"), custody.pk, "warrant", warrant_id=order.pk)
    wyoming.checked(custody, hold.limit_at)
    with pytest.raises(RuleOfTheDesk, match="judge's warrant is on record"):
        release.release(wyoming.by("ana", hold.limit_at - timedelta(hours=1)), custody.pk, "release-time")
    work.run_due(hold.limit_at + timedelta(seconds=1))
    bench = warrant(wyoming, custody, "bench", "state-judge")
    with pytest.raises(RuleOfTheDesk, match="Bench warrant"):
        release.release(wyoming.by("ana", hold.limit_at + timedelta(minutes=1)), custody.pk, "limit")
    intake.end_warrant(wyoming.by("ana"), bench.pk, "recalled")
    assert release.release(wyoming.by("ana", hold.limit_at + timedelta(minutes=1)), custody.pk, "limit").reason == "limit"


def test_an_order_of_detention_makes_one_hold(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody))
    order = warrant(wyoming, custody, "detention-order", "state-magistrate")
    hold = holds.hold(wyoming.by("sam"), custody.pk, "warrant", warrant_id=order.pk)
    work.run_due(hold.limit_at + timedelta(seconds=1))
    with pytest.raises(RuleOfTheDesk, match="No warrant or order signed by a judge"):
        holds.hold(wyoming.by("sam", hold.limit_at + timedelta(minutes=1)), custody.pk, "warrant", warrant_id=order.pk)
    bench = warrant(wyoming, custody, "bench", "state-judge")
    assert holds.hold(wyoming.by("sam", hold.limit_at + timedelta(minutes=2)), custody.pk, "warrant").warrant == bench


@pytest.mark.parametrize(("off", "says"), [(timedelta(minutes=6), "future"), (timedelta(days=-4), "before the booking")])
def test_what_happened_happened_in_this_custody_and_not_in_the_future(connecticut: Jail, off: timedelta, says: str) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody)
    ana, wrong = connecticut.by("ana"), connecticut.now + off
    duty = notices.duties(custody)[0]["provision"]
    before = docket.verify(connecticut.agency)[0]
    for act in (
        lambda at: contacts.send(ana, custody.pk, "acknowledged", channel="fax", at=at),
        lambda at: claims.make(ana, custody.pk, "person", "born in Hartford", made_at=at),
        lambda at: notices.duty_done(ana, custody.pk, duty, "by hand", at=at),
        lambda at: notices.serve(ana, custody.pk, "statement-of-intent", language="Spanish", at=at),
        lambda at: release.bail(ana, custody.pk, "set", at=at),
        lambda at: transfers.move(ana, custody.pk, connecticut.facility.identifier, at=at),
    ):
        with pytest.raises(Invalid, match=says):
            act(wrong)
        with pytest.raises(Invalid, match=says):
            act(wrong.astimezone(ana.zone).replace(tzinfo=None))
    assert docket.verify(connecticut.agency)[::2] == (before, [])
    contacts.send(ana, custody.pk, "acknowledged", channel="fax", at=connecticut.now - timedelta(hours=2))
    assert Contact.objects.get(custody=custody, direction="out").at == connecticut.now - timedelta(hours=2)


def test_what_ice_said_may_lie_before_the_booking_and_never_in_the_future(connecticut: Jail) -> None:
    custody = connecticut.book()
    ana = connecticut.by("ana")
    contacts.received(ana, custody.pk, "inquiry", "asks when he arrives", channel="phone", at=connecticut.now - timedelta(days=4))
    with pytest.raises(Invalid, match="future"):
        contacts.received(ana, custody.pk, "inquiry", "asks when he arrives", channel="phone", at=connecticut.now + timedelta(hours=1))
    assert Contact.objects.filter(custody=custody).count() == 1


def test_an_alert_waits_for_those_it_is_for(texas: Jail) -> None:
    custody, _ = texas.decided()
    texas.due(custody)
    raised = {
        role: alerts.alert(texas.desk(), custody, "release-due", f"test:{role}", "Look.", "now", role)
        for role in ("clerk", "supervisor", "counsel")
    }
    for name, role in (("ana", "supervisor"), ("ana", "counsel"), ("sam", "counsel"), ("carol", "clerk"), ("otto", "clerk"), ("ida", "clerk")):
        with pytest.raises(NotAllowed):
            alerts.see(texas.by(name), raised[role].pk)
        assert Alert.objects.get(pk=raised[role].pk).seen_at is None
    for name, role in (("sam", "supervisor"), ("carol", "counsel"), ("sam", "clerk")):
        alerts.see(texas.by(name), raised[role].pk)
        assert Alert.objects.get(pk=raised[role].pk).seen_by == texas.by(name).name


def test_nobody_is_born_in_the_future(texas: Jail) -> None:
    tomorrow = (texas.by("ana").local() + timedelta(days=1)).date().isoformat()
    custody = texas.book(date_of_birth=texas.by("ana").local().date().isoformat())
    for act in (
        lambda: texas.book(date_of_birth=tomorrow),
        lambda: texas.detainer(subject={"surname": "Marsh", "date_of_birth": tomorrow}),
        lambda: booking.correct_details(texas.by("ana"), custody.pk, "passport", date_of_birth="2090-01-01"),
    ):
        with pytest.raises(Invalid, match="not one that a living person has"):
            act()

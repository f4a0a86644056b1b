"""From intake to release with papers, in a real browser: where the law forbids the hold, where it requires it, and
where it is silent.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lawfulhold.desk.models import Custody, Detainer
from lawfulhold.desk.services import docket

pytestmark = pytest.mark.django_db(transaction=True)


def intake(sit, jail, **detainer):
    """Ana books Marisol Vega and registers the detainer; Ana matches, Ben looks. Returns (Ana's screen, the case)."""
    ana = sit(jail, "ana")
    local = jail.by("ana").local()
    ana.open("book")
    ana.fill(
        surname="Vega",
        given_names="Marisol",
        date_of_birth="1988-07-09",
        birthplace="Honduras",
        language="Spanish",
        booking_number="26-04417",
        booked_at=(local - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        basis="arrest",
        fbi="447120KB9",
        offence="driving under the influence",
        status="charged",
        level="misdemeanor",
    )
    ana.send("Book")
    case = re.search(r"/case/([0-9a-f-]{36})/", ana.page.url).group(1)
    ana.open("receive")
    ana.fill(
        form="I-247A",
        edition="3/17",
        channel="fax",
        received_at=(local - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
        surname="Vega",
        given_names="Marisol",
        date_of_birth="1988-07-09",
        fbi="447120KB9",
        probable_cause="yes",
        complete="yes",
        dhs_number="EVT-2291",
        **detainer,
    )
    ana.shot(f"{jail.agency.slug}-receive")
    ana.send("Register")
    paper = re.search(r"/intake/([0-9a-f-]{36})/", ana.page.url).group(1)
    assert "It is on nobody's record" in ana.says()
    ana.send("First look")
    assert "You made the first match" in ana.says()
    ana.shot(f"{jail.agency.slug}-second-look")
    ben = sit(jail, "ben")
    ben.open("detainer", paper)
    ben.fill(agrees="yes", looked_at="picture and booking file")
    ben.send("Note the second look")
    assert f"/case/{case}/" in ben.page.url
    assert Detainer.objects.get(pk=paper).state == "matched"
    return ana, case


def checklist(screen, case, **found):
    """Go through the release checklist as far as it is needed."""
    screen.open("door", case)
    for step, value in {
        "warrants": "none",
        "detainers": "live",
        "identity": "same",
        "served": "given",
        **found,
    }.items():
        form = screen.page.locator(f"#step-{step} form")
        form.locator("select").select_option(value)
        form.get_by_role("button").click()
        screen.page.wait_for_load_state()


def whole(jail):
    _, _, faults = docket.verify(jail.agency)
    assert not faults


def test_connecticut_forbids_the_hold_and_the_person_leaves_on_time(sit, connecticut):
    ana, case = intake(sit, connecticut)
    ana.open("case", case)
    assert "What is missing" in ana.says()
    ana.shot("ct-missing")
    ana.fill(
        papers__judicial_warrant="no",
        person__watchlist_match="no",
        record_complete="yes",
        source="NCIC query and criminal history, 26-04417",
    )
    ana.send("State these facts")
    assert "Must not" in ana.says()
    assert "54-192h" in ana.says()
    ana.act(case, "serve", paper="detainer-copy", language="Spanish", given_to="person")
    ana.act(case, "send", kind="decline", channel="fax", number="860-555-0100")
    ana.act(
        case,
        "due",
        basis="court-order",
        at=connecticut.by("ana").local().strftime("%Y-%m-%dT%H:%M"),
        note="order 26-0413",
    )
    assert "Record a hold" not in ana.says()
    ana.open("act", case, "send")
    assert ana.page.locator("[name=kind][value=notice-of-release]").count() == 0  # the screen does not even offer it
    for paper in ("statement-of-intent", "reply-decline", "release-record"):
        assert ana.paper(case, paper, "en").startswith(b"%PDF")
    checklist(ana, case)
    ana.shot("ct-door")
    ana.fill(reason="release-time")
    ana.send("The person has left")
    custody = Custody.objects.get(pk=case)
    assert (custody.state, custody.outcome) == ("released", "declined")
    assert ana.paper(case, "release-record", "es").startswith(b"%PDF")
    ana.shot("ct-released")
    whole(connecticut)


def test_texas_requires_the_hold_until_its_limit(sit, texas, clock):
    ana, case = intake(sit, texas)
    ana.open("case", case)
    ana.fill(
        papers__judicial_warrant="no",
        papers__administrative_warrant="yes",
        person__citizen_proof="no",
        person__lawful_status_proof="no",
        person__identification_shown="no",
        agency__delegated_officer="no",
        source="papers with the detainer, NCIC query",
    )
    ana.send("State these facts")
    assert "Must" in ana.says()
    due = texas.by("ana").local() + timedelta(hours=1)
    ana.act(case, "due", basis="sentence-complete", at=due.strftime("%Y-%m-%dT%H:%M"), note="time computation 26-77")
    sam = sit(texas, "sam")
    sam.open("act", case, "hold")
    assert "has not been served" in sam.says()  # F18: no service, no hold
    sam.shot("tx-hold-refused")
    ana.act(case, "serve", paper="detainer-copy", language="Spanish", given_to="person")
    sam.act(case, "hold", "Record the hold", authority="statute", note="reviewed with the booking file")
    assert "Held under its authority" in sam.says()
    sam.act(
        case,
        "send",
        kind="will-hold",
        channel="fax",
        official="Officer Moss",
        content="The person will be held until the limit.",
    )
    sam.shot("tx-held")
    for paper in ("statement-of-intent", "notice-of-hold", "notice-of-notification", "reply-will-hold"):
        assert sam.paper(case, paper, "en").startswith(b"%PDF")
    limit = Custody.objects.get(pk=case).hold_limit_at
    clock.move_to(limit + timedelta(minutes=2))
    ana.page.goto("/")
    assert "/accounts/login/" in ana.page.url  # the session ended meanwhile
    ana.sign_in()
    ana.page.goto("/?view=now")
    assert "Release now: the limit of the hold is reached" in ana.says()
    checklist(ana, case)
    ana.fill(reason="limit")
    ana.send("The person has left")
    custody = Custody.objects.get(pk=case)
    assert (custody.state, custody.outcome) == ("released", "notified-not-collected")
    whole(texas)


def test_wyoming_is_silent_so_counsel_is_asked_and_says_no(sit, wyoming):
    ana, case = intake(sit, wyoming)
    ana.open("case", case)
    ana.fill(
        papers__judicial_warrant="no", person__citizen_proof="no", agency__delegated_officer="no", source="NCIC query"
    )
    ana.send("State these facts")
    assert "Not settled: counsel" in ana.says()
    ana.act(
        case,
        "due",
        basis="bail-posted",
        at=(wyoming.by("ana").local() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
        note="receipt 881",
    )
    carol = sit(wyoming, "carol")
    carol.open("counsel")
    assert "does not settle" in carol.says()
    carol.shot("wy-counsel")
    carol.act(
        case,
        "opinion",
        "Give the opinion",
        question="hold",
        answer="prohibited",
        reason="No statute of Wyoming gives a jail power to arrest for a civil matter.",
    )
    assert "Counsel: no hold" in carol.says()
    ana.open("case", case)
    assert "No statute of Wyoming" in ana.says()
    ana.shot("wy-opinion")
    ana.act(case, "serve", paper="statement-of-intent", language="English", given_to="person", refused_to_sign=True)
    assert ana.paper(case, "statement-of-intent", "es").startswith(b"%PDF")
    checklist(ana, case)
    ana.fill(reason="early")
    ana.send("The person has left")
    assert Custody.objects.get(pk=case).state == "released"
    whole(wyoming)

"""What the screens refuse to somebody who sends the forms all the same: another agency's rows, a role that may not, a stale page."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Contact, Custody, Detainer, Entry, Hold, Opinion, Release, Service
from lawfulhold.desk.services import claims, contacts, counsel, docket, intake, matching, release
from tests.desk.screens.conftest import text_of


def test_no_screen_changes_a_case_or_a_detainer_of_another_agency(texas, connecticut, at):
    custody, detainer = connecticut.decided()
    before = docket.verify(connecticut.agency)[0]
    for name, pages in {
        "sam": (("act", "hold"), ("act", "transfer"), ("act", "send"), ("act", "due"), ("act", "serve"), ("act", "bail"), ("act", "duty")),
        "carol": (("act", "opinion"), ("act", "claim")),
    }.items():
        for page, act in pages:
            assert at(texas, name).act(custody, act, authority="statute", kind="decline", basis="court-order", note="x").status_code == 404, (page, act)
    for page in ("case", "door"):
        assert at(texas, "sam").get(page, custody.pk).status_code == 404
        assert at(texas, "sam").post(page, custody.pk, step="release", reason="release-time").status_code in (404, 405)
    assert at(texas, "sam").get("detainer", detainer.pk).status_code == 404
    assert at(texas, "sam").post("detainer", detainer.pk, step="cancel", at="2026-11-18T08:00", channel="fax").status_code == 404
    assert Detainer.objects.get(pk=detainer.pk).live
    assert docket.verify(connecticut.agency)[0] == before


def test_a_detainer_of_another_agency_is_not_matched_to_an_own_case(texas, connecticut, at):
    own = texas.book()
    other = connecticut.detainer(connecticut.book())
    assert at(texas, "ana").post("detainer", other.pk, step="match", custody=str(own.pk)).status_code == 404
    assert Detainer.objects.get(pk=other.pk).state == "received"


def test_a_role_that_may_not_is_refused_whatever_it_sends(texas, at):
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    refused = [("ana", "hold", {"authority": "statute"}), ("otto", "hold", {"authority": "statute"}), ("carol", "hold", {"authority": "statute"}),
               ("ana", "transfer", {"to": "ice", "recipient": "x"}), ("otto", "send", {"kind": "will-hold", "channel": "fax", "content": "x"}),
               ("sam", "opinion", {"question": "hold", "answer": "prohibited", "reason": "x"}), ("otto", "serve", {"paper": "lift", "language": "English"}),
               ("ada", "due", {"basis": "court-order", "note": "x"}), ("ida", "send", {"kind": "acknowledged", "channel": "fax"})]
    for name, act, data in refused:
        assert at(texas, name).act(custody, act, **data).status_code == 403, (name, act)
    assert not Hold.objects.exists()
    assert not Opinion.objects.exists()
    assert not Contact.objects.filter(direction="out").exists()
    assert Service.objects.count() == 1


def test_the_second_look_is_not_skipped_and_not_ones_own(texas, at):
    custody = texas.book()
    detainer = texas.detainer(custody)
    ana = at(texas, "ana")
    second = {"step": "second", "agrees": "yes", "looked_at": "picture"}
    ana.post("detainer", detainer.pk, **second)
    assert Detainer.objects.get(pk=detainer.pk).state == "received"
    matching.match(texas.by("ana"), detainer.pk, custody.pk)
    ana.post("detainer", detainer.pk, **second)
    assert (Detainer.objects.get(pk=detainer.pk).state, texas.fresh(custody).live_detainers) == ("second-look", 0)
    at(texas, "otto").post("detainer", detainer.pk, **second)
    assert Detainer.objects.get(pk=detainer.pk).state == "second-look"


def test_a_stale_page_records_no_hold_and_opens_no_door(texas, at):
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    stale = str(custody.version)
    counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "A federal judge ordered the release.")
    page = at(texas, "sam").act(custody, "hold", authority="statute", seen=stale)
    assert "was changed by" in text_of(page)
    texas.checked(custody)
    page = at(texas, "sam").post("door", custody.pk, step="release", reason="release-time", note="x", seen=stale)
    assert "was changed by" in text_of(page)
    assert not Hold.objects.exists()
    assert not Release.objects.exists()


def test_a_hold_sent_with_the_words_of_another_authority_is_refused(connecticut, at):
    custody, _ = connecticut.decided()
    custody = connecticut.due(connecticut.served(custody))
    for authority in ("statute", "permission", "opinion", "warrant", "", "because"):
        assert at(connecticut, "sam").act(custody, "hold", authority=authority).status_code in (409, 422)
    for kind in ("will-hold", "notice-of-release", "hand-over", "information", "returned"):
        assert at(connecticut, "sam").act(custody, "send", kind=kind, channel="fax", content="He leaves at six.").status_code in (409, 422)
    assert not Hold.objects.exists()
    assert not Contact.objects.filter(direction="out").exists()


def test_the_screen_moves_a_passed_release_time_for_a_supervisor_only(connecticut, at):
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=-1)
    later = (connecticut.by("ana").local() + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    page = at(connecticut, "ana").act(custody, "due", basis="court-order", at=later, note="order 26-0414")
    assert "only a supervisor" in text_of(page)
    assert Custody.objects.get(pk=custody.pk).release_due_at == custody.release_due_at
    at(connecticut, "sam").act(custody, "due", basis="court-order", at=later, note="order 26-0414")
    assert Custody.objects.get(pk=custody.pk).release_due_at > custody.release_due_at


def test_the_second_of_two_clerks_is_told_at_every_act_that_corrects_something(connecticut, at):
    custody, _ = connecticut.decided()
    ana = connecticut.by("ana")
    warrant = intake.record_warrant(ana, custody.pk, type="bench", issuer="Superior Court", issuer_office="state-judge", signed_by="R. Alder", statute="as written")
    sent = contacts.send(ana, custody.pk, "acknowledged", channel="fax")
    stale = str(connecticut.fresh(custody).version)
    claims.make(connecticut.by("ben"), custody.pk, "family", "born in Hartford")
    before = docket.verify(connecticut.agency)[0]
    for act, data in {
        "warrant-ended": {"warrant": str(warrant.pk), "reason": "recalled"},
        "confirm": {"contact": str(sent.pk), "answer": "received"},
        "outcome": {"value": "unknown", "source": "ICE's list"},
        "bail": {"what": "set", "at": "2026-11-18T09:30"},
    }.items():
        refused = at(connecticut, "ana").act(custody, act, seen=stale, **data)
        assert refused.status_code == 409, act
        assert "changed by Ben Okafor" in text_of(refused), act
    # the only new entries are that Ana looked; nothing of the acts was written
    assert not Entry.objects.filter(agency=connecticut.agency, sequence__gt=before).exclude(kind="looks-sealed").exists()


def test_what_was_corrected_once_is_not_corrected_beside_it(connecticut):
    custody, _ = connecticut.decided()
    ana = connecticut.by("ana")
    sent = contacts.send(ana, custody.pk, "acknowledged", channel="fax")
    contacts.confirm(ana, sent.pk, "received by the duty officer")
    with pytest.raises(Invalid, match="already"):
        contacts.confirm(connecticut.by("ben"), sent.pk, "no answer")
    with pytest.raises(Invalid, match="attach the proof"):
        contacts.confirm(connecticut.by("ben"), sent.pk, " ")
    assert Contact.objects.filter(custody=custody).in_force().count() == 1
    warrant = intake.record_warrant(ana, custody.pk, type="bench", issuer="Superior Court", issuer_office="state-judge", signed_by="R. Alder", statute="as written")
    ended = intake.end_warrant(ana, warrant.pk, "recalled")
    for row in (warrant, ended):
        with pytest.raises(NotFound):
            intake.end_warrant(connecticut.by("ben"), row.pk, "executed")


def test_a_court_order_that_sets_a_hold_aside_is_attached_at_the_door(texas, at):
    custody, _ = texas.decided()
    custody = texas.checked(texas.due(custody))
    ana = at(texas, "ana")
    page = ana.post("door", custody.pk, step="release", reason="court", note="habeas order 26-881", seen=str(custody.version))
    assert "Attach the order, or call the supervisor." in text_of(page)
    assert not Release.objects.exists()
    order = SimpleUploadedFile("order.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    page = ana.post("door", custody.pk, step="release", reason="court", note="habeas order 26-881", document=order, seen=str(custody.version))
    assert Release.objects.get().reason == "court"
    assert custody.documents.filter(kind="court-order").count() == 1


def test_the_case_says_that_citizenship_is_asked_about_before_a_hold(texas, at):
    custody, _ = texas.decided(birthplace="Springfield")
    says = "gives the birthplace “Springfield”, which names no other country known here. Before any hold: ask, and note it."
    assert says in text_of(at(texas, "ana").get("case", custody.pk))
    release.check(texas.by("ana"), custody.pk, "citizenship", "nothing", "born in Tegucigalpa")
    assert says not in text_of(at(texas, "ana").get("case", custody.pk))

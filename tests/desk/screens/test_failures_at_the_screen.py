"""The failure modes of real desks (PRACTICE, section 5), where a person would meet them: at the screen."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from lawfulhold.desk.models import Alert, Bail, Charge, Contact, Custody, Detainer, Entry, Hold, Look, Opinion, Warrant
from lawfulhold.desk.services import alerts, release
from tests.desk.screens.conftest import text_of


def test_f01_a_namesake_cannot_be_matched_and_the_screen_says_why(texas, at):
    custody = texas.book()
    detainer = texas.detainer(subject={"surname": "Quintana", "given_names": "Rafael", "date_of_birth": "1979-12-01"})
    shown = text_of(at(texas, "ana").get("detainer", detainer.pk))
    assert "Cannot be matched: a hard identifier differs" in shown
    assert "First look: match" not in shown
    refused = at(texas, "ana").post("detainer", detainer.pk, step="match", custody=str(custody.pk))
    assert "is not that of the person in custody" in text_of(refused)
    assert Detainer.objects.get(pk=detainer.pk).custody is None


def test_f01_the_first_person_gets_no_form_for_the_second_look(texas, at):
    custody = texas.book()
    detainer = texas.detainer(custody)
    at(texas, "ana").post("detainer", detainer.pk, step="match", custody=str(custody.pk))
    assert "The second look is another person's" in text_of(at(texas, "ana").get("detainer", detainer.pk))
    assert "Note the second look" in text_of(at(texas, "ben").get("detainer", detainer.pk))


def test_f02_a_claim_changes_the_sentence_above_the_case_at_once(texas, at):
    custody, _ = texas.decided()
    page = at(texas, "ana").act(custody, "claim", made_by="family", says="His mother says that he was born in Laredo.")
    assert "nobody is held on the detainer until it is answered" in text_of(page)
    assert "Citizenship claim open" in text_of(at(texas, "ben").get("case", custody.pk))


def test_f03_the_screen_says_beforehand_why_no_hold_can_be_recorded(connecticut, at):
    custody, _ = connecticut.decided()
    connecticut.due(custody)
    assert "Release on time. Nothing may keep the person past the release time for ICE." in text_of(
        at(connecticut, "sam").get("case", custody.pk)
    )
    assert "The law forbids the hold" in text_of(at(connecticut, "sam").get("act", custody.pk, "hold"))
    refused = at(connecticut, "sam").act(custody, "hold", authority="statute")
    assert refused.status_code == 409
    assert not Hold.objects.exists()


def test_f04_the_case_says_that_bail_may_be_posted(texas, at):
    custody, _ = texas.decided()
    assert "May post bail: a detainer is no obstacle" in text_of(at(texas, "ana").get("case", custody.pk))


def test_f04_what_else_keeps_the_person_is_chosen_among_the_charges_and_no_detainer_is_there(texas, at):
    custody, detainer = texas.decided()
    ana = at(texas, "ana")
    bail = {"what": "posted", "at": "2026-11-18T08:30"}
    assert re.findall(r"<option value[^>]*>([^<]*)", ana.get("act", custody.pk, "bail").content.decode()) == ["Nothing: bail frees the person", "driving under the influence"]
    assert ana.act(custody, "bail", **bail, kept_by=str(detainer.pk)).status_code == 422
    assert not Bail.objects.exists()
    ana.act(custody, "bail", **bail, kept_by=str(Charge.objects.get().pk))
    assert "Another charge keeps the person: driving under the influence" in text_of(ana.get("case", custody.pk))
    assert texas.fresh(custody).release_due_at is None
    ana.act(custody, "bail", **bail)
    assert texas.fresh(custody).release_due_at.isoformat() == "2026-11-18T14:30:00+00:00"


def test_f06_the_judges_warrant_stands_on_the_checklist_and_stops_the_release(connecticut, at):
    custody, _ = connecticut.decided()
    custody = connecticut.checked(connecticut.due(custody, hours=-0.1))
    ana = at(connecticut, "ana")
    ana.act(
        custody,
        "warrant",
        type="federal-criminal",
        issuer_office="federal-magistrate",
        signed_by="Hon. P. Lund",
        issuer="D. Conn.",
        statute="18 U.S.C. 922(g)",
    )
    shown = text_of(ana.get("door", custody.pk))
    assert "signed by a judge" in shown
    assert "A judge's warrant is on record" in shown
    refused = ana.post(
        "door", custody.pk, step="release", reason="release-time", seen=str(Custody.objects.get(pk=custody.pk).version)
    )
    assert "Execute it, or record that it was recalled" in text_of(refused)
    assert Custody.objects.get(pk=custody.pk).open


def test_f07_an_i200_is_not_taken_for_a_judges_warrant_and_none_can_be_ticked(connecticut, at):
    custody, _ = connecticut.matched()
    ana = at(connecticut, "ana")
    refused = ana.act(
        custody,
        "warrant",
        type="I-200",
        issuer_office="federal-judge",
        signed_by="Officer Moss",
        issuer="ICE ERO",
        statute="8 U.S.C. 1226",
    )
    assert refused.status_code == 409
    assert "not by a judge of a court" in text_of(refused)
    assert not Warrant.objects.exists()
    page = ana.get("case", custody.pk).content.decode()
    assert 'name="papers__judicial_warrant" value="no"' in page
    assert 'name="papers__judicial_warrant" value="yes"' not in page


def test_f10_what_came_after_the_release_counts_as_neither(texas, at):
    custody = texas.checked(texas.due(texas.book(), hours=-2))
    release.release(texas.by("ana"), custody.pk, "release-time", at=texas.now - timedelta(hours=1))
    detainer = texas.detainer(custody, received_at=texas.now - timedelta(minutes=5), sent_at=None)
    at(texas, "ana").post("detainer", detainer.pk, step="match", custody=str(custody.pk))
    page = at(texas, "ben").post("detainer", detainer.pk, step="second", agrees="yes", looked_at="picture")
    assert "neither honored nor declined" in text_of(page)
    shown = text_of(at(texas, "sam").get("reports"))
    assert "1 came after release" in shown
    assert "0 held past release" in shown


def test_f14_the_screen_offers_only_what_may_go_to_ice(connecticut, at):
    custody, _ = connecticut.decided()
    page = at(connecticut, "ana").get("act", custody.pk, "send").content.decode()
    assert 'value="decline"' in page
    assert 'value="notice-of-release"' not in page
    forged = at(connecticut, "ana").act(
        custody, "send", kind="notice-of-release", channel="phone", content="He leaves at noon."
    )
    assert forged.status_code == 422
    assert not Contact.objects.filter(direction="out").exists()


def test_f17_a_cancelled_detainer_is_said_on_the_case_and_its_notice_is_offered(texas, at):
    custody, detainer = texas.decided()
    at(texas, "ana").post("detainer", detainer.pk, step="cancel", at="2026-11-18T08:55", channel="fax", note="lifted")
    shown = text_of(at(texas, "ben").get("case", custody.pk))
    assert "Release on time. No live detainer is on this case." in shown
    assert "Notice to the person: the detainer was cancelled" in shown


def test_f18_unserved_is_marked_and_bars_the_hold(texas, at):
    custody, _ = texas.decided()
    texas.due(custody)
    assert "Not served" in text_of(at(texas, "ana").get("queue"))
    assert "Not served on the person (1)" in text_of(at(texas, "ana").get("contacts"))
    assert "Serve a copy first" in text_of(at(texas, "sam").act(custody, "hold", authority="statute"))
    at(texas, "ana").act(
        custody, "serve", paper="detainer-copy", language="Spanish", given_to="person", refused_to_sign="on"
    )
    assert "refused to sign" in text_of(at(texas, "ana").get("case", custody.pk))
    assert at(texas, "sam").act(custody, "hold", authority="statute").status_code == 200
    assert Hold.objects.get().provision


def test_f20_both_readings_stand_on_the_case_and_one_governs(texas, at):
    custody, _ = texas.decided()
    texas.due(custody, hours=60)  # Friday evening
    shown = text_of(at(texas, "ana").get("case", custody.pk))
    assert shown.count("Longest hold") == 2
    assert shown.count("governs") == 1
    assert "8 C.F.R. § 287.7" in shown


def test_f22_the_checklist_asks_for_the_person_and_stops_at_the_wrong_one(connecticut, at):
    custody, _ = connecticut.decided()
    custody = connecticut.checked(connecticut.due(custody, hours=-0.1))
    ana = at(connecticut, "ana")
    assert "No picture on file" in text_of(ana.get("door", custody.pk))
    page = ana.post("door", custody.pk, step="door", found="not-the-same", seen=str(custody.version))
    assert "not surely the one of this case" in text_of(page)
    empty = ana.post("door", custody.pk, step="door", found="", seen=str(Custody.objects.get(pk=custody.pk).version))
    assert empty.status_code == 422  # nothing is chosen beforehand
    ana.post(
        "door", custody.pk, step="release", reason="release-time", seen=str(Custody.objects.get(pk=custody.pk).version)
    )
    assert Custody.objects.get(pk=custody.pk).open


def test_f23_the_timeline_can_be_handed_out_with_parts_left_out(texas, at):
    custody, _ = texas.decided()
    made = at(texas, "sam").post("timeline", custody.pk, why="personal", language="en", shape="json", out="2")
    assert made["Content-Type"] == "application/json"
    assert Entry.objects.filter(kind="exported", custody=custody).exists()
    assert at(texas, "ana").get("timeline", custody.pk).status_code == 403


def test_f25_the_report_and_its_file_count_the_register(texas, at):
    texas.decided()
    texas.detainer(subject={"surname": "Ferro", "date_of_birth": "1970-01-01"})
    sam = at(texas, "sam")
    assert "2 detainers received" in text_of(sam.get("reports"))
    rows = list(
        csv.reader(
            io.StringIO(sam.get("reports", first="2026-01-01", last="2026-12-31", **{"as": "csv"}).content.decode())
        )
    )
    assert sum(int(row[2]) for row in rows if row[0] == "Detainers received, by state") == 2


def test_f25_the_list_of_ice_is_set_against_the_register(texas, at):
    texas.decided()
    line = (
        f"facility,dhs_number,surname,sent,outcome\n{texas.facility.identifier},X-1,Nobody,2026-11-01,declined\n"
        "OTHER01,X-2,Quintana,2026-11-01,declined\n"
    )
    page = at(texas, "sam").post("reports", file=SimpleUploadedFile("list.csv", line.encode()))
    assert "the register has no receipt of it" in text_of(page)
    assert "not one of this agency's" in text_of(page)


def test_counsel_is_never_silent_and_never_lifts_a_bar(connecticut, at):
    custody, _ = connecticut.decided()
    carol = at(connecticut, "carol")
    assert carol.act(custody, "opinion", question="hold", answer="prohibited", reason="").status_code == 422
    lifted = carol.act(custody, "opinion", question="hold", answer="permitted", reason="I would rather.")
    assert "no opinion can allow it" in text_of(lifted)
    assert not Opinion.objects.exists()


def test_two_clerks_on_one_case_the_second_is_told_and_loses_nothing(texas, at):
    custody, _ = texas.decided()
    seen = str(custody.version)
    at(texas, "ana").act(custody, "ask", asks="May he be held?", seen=seen)
    late = at(texas, "ben").act(custody, "claim", made_by="person", says="I was born in Laredo.", seen=seen)
    shown = text_of(late)
    assert late.status_code == 409
    assert "This case was changed by Ana Reyes, clerk while you were looking at it" in shown
    assert "Written meanwhile" in shown
    assert "May he be held?" in shown
    assert "I was born in Laredo." in shown
    again = at(texas, "ben").act(custody, "claim", made_by="person", says="I was born in Laredo.")
    assert "Citizenship claim open" in text_of(again)


def test_every_look_at_a_case_and_every_search_is_kept(texas, at):
    custody, _ = texas.decided()
    at(texas, "otto").get("case", custody.pk)
    at(texas, "otto").post("search", kind="surname", value="quintana")
    assert Look.objects.filter(who__startswith="Otto", custody=custody, what="case").exists()
    assert Look.objects.filter(who__startswith="Otto", what="search by surname: 1 found").exists()


def test_an_outside_account_sees_nothing_at_the_screens(texas, at):
    custody, _ = texas.decided()
    ida = at(texas, "ida")
    assert ida.get("case", custody.pk).status_code == 403
    assert "reads no cases" in text_of(ida.client.get("/", follow=True))


def test_an_auditor_reads_alerts_and_marks_none_as_seen(texas, at):
    texas.decided()
    alert = Alert.objects.first()
    assert at(texas, "otto").post("alert-seen", alert.pk).status_code == 403
    assert at(texas, "ana").post("alert-seen", alert.pk).status_code == 200
    assert Alert.objects.get(pk=alert.pk).seen_by.startswith("Ana")


def test_only_those_for_whom_an_alert_waits_have_the_button(texas, at):
    custody, _ = texas.decided()
    alert = alerts.alert(texas.desk(), custody, "claim", "test", "Counsel, look.", "now", "counsel")
    button = f"/alerts/{alert.pk}/seen/"
    assert "Counsel, look." in text_of(at(texas, "ana").get("case", custody.pk))
    assert button not in at(texas, "ana").get("case", custody.pk).content.decode()
    assert button in at(texas, "carol").get("case", custody.pk).content.decode()


def test_what_is_typed_is_shown_as_text(texas, at):
    custody, _ = texas.decided(surname="<script>alert(1)</script>")
    page = at(texas, "ana").get("case", custody.pk).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_upload_that_is_not_what_it_says_is_refused_and_nothing_is_kept(texas, at):
    before = Detainer.objects.count()
    page = at(texas, "ana").post(
        "receive",
        form="I-247A",
        channel="fax",
        received_at="2026-11-18T08:00",
        surname="Vega",
        document=SimpleUploadedFile("form.pdf", b"MZ\x90\x00 not a paper"),
    )
    assert page.status_code == 422
    assert "not a PDF, PNG, JPEG or TIFF" in text_of(page)
    assert Detainer.objects.count() == before


def test_a_look_at_a_person_through_their_detainer_is_kept(texas, at):
    custody, detainer = texas.decided()
    assert "Quintana" in text_of(at(texas, "sam").get("detainer", detainer.pk))
    assert list(Look.objects.filter(who=texas.by("sam").name).values_list("custody", "what")) == [(custody.pk, "detainer (I-247A)")]


def test_a_report_of_days_that_no_register_has_is_refused_with_a_word(texas, at):
    for first, last in (("9999-01-01", "9999-12-31"), ("0001-01-01", "0005-01-01"), ("2026-01-01", "9999-12-31"), ("2026-12-31", "2026-01-01")):
        page = at(texas, "sam").get("reports", first=first, last=last)
        assert page.status_code == 422, (first, last)
        assert "A report covers days between" in text_of(page) or "lies before the first" in text_of(page)
    assert at(texas, "sam").get("reports", first="2026-01-01", last="2026-12-31").status_code == 200


def test_a_supervisor_opens_a_case_again_that_was_closed_by_mistake(texas, at):
    custody, _ = texas.decided()
    custody = texas.checked(texas.due(custody))
    release.release(texas.by("sam"), custody.pk, "early", note="at the door")
    assert "Recorded on the wrong case" not in text_of(at(texas, "ana").get("case", custody.pk))
    assert "Recorded on the wrong case" in text_of(at(texas, "sam").get("case", custody.pk))
    assert at(texas, "ana").act(custody, "still-here", reason="the line below").status_code == 403
    page = at(texas, "sam").act(custody, "still-here", reason="the line below")
    assert "The case is open again." in text_of(page)
    assert texas.fresh(custody).open

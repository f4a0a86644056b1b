"""A paper is read by machine and shown beside the form: only sure values stand there, nothing is stored before a person confirmed it, names stay encrypted."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from lawfulhold.desk.models import Detainer, Document, Entry, Look, PaperPage, PaperReading, Warrant
from lawfulhold.desk.services import readings, work
from tests.desk.screens.conftest import text_of
from tests.sources.forms import degrade
from tests.sources.forms.drawing import draw_form

VALUES = {
    "name_of_alien": "QUINTANA, Rafael", "date_of_birth": "03/04/1990", "file_number": "A123 456 789", "event_number": "HOU2611000123", "citizenship": "GUATEMALA", "sex": "M",
    "to": "Larkspur County Jail\n1 Main Street\nLarkspur, TX 75001", "date": "11/17/2026",
}  # fmt: skip


def detainer_paper(**more: str) -> bytes:
    """An I-247A of the project's own drawing, filled for an invented person."""
    drawn = draw_form("I-247A", 5, "printed", edition="3/17", values={**VALUES, **more}, marked=frozenset({"box_1c_biometric_database", "notify_ice"}))
    return drawn.pdf


def with_warrant() -> bytes:
    """The same with an I-200 behind it, in one file."""
    import pypdf

    writer = pypdf.PdfWriter()
    for content in (detainer_paper(), draw_form("I-200", 3, values={"name_of_alien": VALUES["name_of_alien"], "officer_name_title": "Uriel Wanjiru, Immigration Officer"}).pdf):
        writer.append(io.BytesIO(content))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def roster() -> bytes:
    """A list of bookings: text, and no form."""
    output = io.BytesIO()
    canvas = Canvas(output)
    canvas.drawString(72, 700, "Bookings of the night: 1001 OKAFOR, Ben; 1002 REYES, Ana; 1003 FERRO, Dario")
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def give(desk: Any, content: bytes, name: str = "fax.pdf", read: bool = True) -> PaperReading:
    """Give a paper at intake, and let the background work read it."""
    answer = desk.client.post("/intake/new/", {"read": "yes", "document": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, text_of(answer)[:600]
    row = PaperReading.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[1])
    if read:
        work.run_due(timezone.now())
        row.refresh_from_db()
    return row


def filled(response: Any) -> dict[str, str]:
    """What stands in the form of a page beforehand."""
    form = response.context["register_form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def register(desk: Any, row: PaperReading, response: Any, **more: str) -> Any:
    """Send the form as it stands, with some fields written anew."""
    values = {**filled(response), "received_at": "2026-11-18T08:30", "checked": "on", "step": "register", **more}
    return desk.client.post(reverse("received", args=[row.pk]), values, follow=True)


def test_the_paper_is_kept_and_read_before_anything_is_on_record(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper(), read=False)
    assert row.state == "waiting"
    assert "being read by machine" in text_of(ana.get("received", row.pk))
    assert "fax.pdf" in text_of(ana.get("intake"))
    work.run_due(timezone.now())
    row.refresh_from_db()
    assert (row.state, row.form) == ("read", "I-247A")
    assert not Detainer.objects.exists()
    assert bytes(Document.objects.get(pk=row.document_id).content).startswith(b"%PDF-")


def test_sure_fields_stand_in_the_form_and_each_is_lit_in_the_paper(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper())
    page = ana.get("received", row.pk)
    found = filled(page)
    assert found["surname"] == "QUINTANA"
    assert found["given_names"] == "Rafael"
    assert found["date_of_birth"] == "1990-03-04"
    assert found["form"] == "I-247A"
    assert found["nationality"] == "GUATEMALA"
    assert found["dhs_number"] == "HOU2611000123"
    assert found["addressed_to"] == "Larkspur County Jail, 1 Main Street, Larkspur, TX 75001"
    assert found["probable_cause"] == "yes"
    assert found["sent_at"] == "", "the paper gives no time"
    html = page.content.decode()
    for name in ("name_of_alien", "date_of_birth", "file_number", "to"):
        assert f'href="#m0-{name}"' in html, name
        assert re.search(rf'<rect id="m0-{name}" class="sure" x="[\d.]+" y="[\d.]+"', html), name
    assert 'aria-describedby="id_surname_paper"' in html
    assert "style=" not in html
    assert len(page.content) < 100_000, "a page stays under 100 KB"


def test_nothing_is_stored_that_the_clerk_did_not_confirm(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper())
    page = ana.get("received", row.pk)
    refused = register(ana, row, page, checked="")
    assert refused.status_code == 422
    assert not Detainer.objects.exists()
    done = register(ana, row, page, nationality="Honduras", addressed_to="")
    assert "Registered" in text_of(done)
    detainer = Detainer.objects.get()
    assert detainer.subject["surname"] == "QUINTANA"
    assert detainer.subject["nationality"] == "Honduras", "what the clerk wrote, not what was read"
    assert detainer.addressed_to == ""
    assert detainer.document_id == row.document_id, "the paper is its document"
    entry = Entry.objects.get(kind="paper-used")
    assert "nationality" in entry.content["corrected"]
    assert "surname" in entry.content["confirmed"]
    assert "QUINTANA" not in str(entry.content)


def test_a_clerk_who_registers_a_paper_second_is_told(texas, at):
    ana, ben = at(texas, "ana"), at(texas, "ben")
    row = give(ana, detainer_paper())
    mine, theirs = ana.get("received", row.pk), ben.get("received", row.pk)
    register(ana, row, mine)
    told = register(ben, row, theirs)
    assert Detainer.objects.count() == 1
    assert "This paper is registered" in text_of(told)
    with pytest.raises(Exception, match="Somebody else"):
        readings.set_aside(texas.by("ben"), row, "not needed")


def test_what_is_not_sure_is_shown_and_not_filled_in(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper())
    found = row.found
    for name, words in (("date_of_birth", "03/0?/1990"), ("file_number", "A12345678?")):
        found["reading"]["fields"][name].update(value=words, sure=False, note="smudged")
    PaperReading.objects.filter(pk=row.pk).update(found=found)
    page = ana.get("received", row.pk)
    assert filled(page)["date_of_birth"] == ""
    assert filled(page)["a_number"] == ""
    assert filled(page)["surname"] == "QUINTANA"
    said = text_of(page)
    assert "not sure, look at the paper 03/0?/1990 smudged" in said
    assert '<rect id="m0-date_of_birth" class="unsure"' in page.content.decode()


def test_a_name_without_a_comma_is_left_to_the_clerk(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper(name_of_alien="RAFAEL QUINTANA MORALES"))
    page = ana.get("received", row.pk)
    assert filled(page)["surname"] == ""
    assert "does not say which part is the surname" in text_of(page)


def test_a_fax_is_read_or_marked_never_wrong_without_a_word(texas, at):
    ana = at(texas, "ana")
    fax = degrade.as_pdf([degrade.faxed(detainer_paper(), 1)])
    row = give(ana, fax)
    assert row.state == "read", row.says
    assert row.found["reading"]["how"] == "scan"
    found = filled(ana.get("received", row.pk))
    assert found["surname"] in ("QUINTANA", "")
    assert found["date_of_birth"] in ("1990-03-04", "")


def test_a_paper_that_is_no_form_is_typed_beside_its_picture(texas, at):
    ana = at(texas, "ana")
    row = give(ana, roster())
    assert row.state == "unreadable"
    page = ana.get("received", row.pk)
    assert "not one of the forms" in text_of(page)
    assert "1002 REYES, Ana" in text_of(page), "the words of a text stand beside"
    done = register(ana, row, page, form="I-247A", surname="Quintana")
    assert "Registered" in text_of(done)


def test_without_text_recognition_a_scan_is_typed_as_before(texas, at, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    ana = at(texas, "ana")
    row = give(ana, degrade.as_png(degrade.picture(detainer_paper(), 150)), "fax.png")
    assert row.state == "unreadable"
    assert "tesseract" in row.says.lower()
    page = ana.get("received", row.pk)
    assert "Type what it says from its picture" in text_of(page)
    assert PaperPage.objects.filter(reading=row).count() == 1
    assert "Registered" in text_of(register(ana, row, page, form="I-247A", surname="Quintana"))


def test_a_broken_paper_ends_in_a_word_and_can_be_set_aside(texas, at):
    ana = at(texas, "ana")
    row = give(ana, b"%PDF-1.7 not really")
    assert row.state == "unreadable"
    page = ana.get("received", row.pk)
    assert page.status_code == 200
    assert "There is no picture of this paper" in text_of(page)
    assert "open the paper itself, or ask for it again, and type what it says" in text_of(page)
    assert "from its picture" not in text_of(page)
    refused = ana.post("received", row.pk, step="set-aside", reason="")
    assert refused.status_code == 422
    assert "Set aside" in text_of(ana.post("received", row.pk, step="set-aside", reason="an empty sheet"))
    row.refresh_from_db()
    assert row.state == "set-aside"


def test_what_is_no_paper_is_refused_and_not_kept(texas, at):
    ana = at(texas, "ana")
    answer = ana.client.post("/intake/new/", {"read": "yes", "document": SimpleUploadedFile("fax.pdf", b"PK\x03\x04" + b"\0" * 99)})
    assert answer.status_code == 422
    assert not Document.objects.exists()
    assert not PaperReading.objects.exists()


def test_a_warrant_behind_the_detainer_is_recorded_as_an_officers_paper(texas, at):
    custody = texas.book(surname="Quintana", given_names="Rafael", date_of_birth="1990-03-04", identifiers={"fbi": "12345AB6"})
    ana, ben = at(texas, "ana"), at(texas, "ben")
    row = give(ana, with_warrant())
    done = register(ana, row, ana.get("received", row.pk), fbi="12345AB6")
    assert "It can be recorded once the detainer is matched" in text_of(done)
    detainer = Detainer.objects.get()
    assert "First look" in text_of(ana.post("detainer", detainer.pk, step="match", custody=str(custody.pk), note=""))
    ben.post("detainer", detainer.pk, step="second", agrees="yes", looked_at="papers")
    page = ana.get("detainer", detainer.pk)
    link = re.search(r'href="(/case/[^"]+/do/warrant/\?paper=[^"]+)"', page.content.decode())
    assert link, text_of(page)
    address = link.group(1).replace("&amp;", "&")
    shown = ana.client.get(address)
    form = shown.context["form"]
    assert form["type"].value() == "I-200"
    assert form["signed_by"].value() == "Uriel Wanjiru, Immigration Officer"
    assert form["issuer_office"].value() in ("immigration-officer", None)
    assert "never a judge" in text_of(shown)
    custody.refresh_from_db()
    good = {"seen": str(custody.version), "type": "I-200", "issuer_office": "immigration-officer", "signed_by": "Uriel Wanjiru", "issuer": "ICE, invented field office", "statute": "8 U.S.C. § 1226"}
    judge = ana.client.post(address, {**good, "issuer_office": "federal-judge"})
    assert judge.status_code >= 400
    assert not Warrant.objects.exists(), "an I-200 is never a judge's"
    assert ana.client.post(address, good).status_code == 302
    warrant = Warrant.objects.get()
    assert warrant.judicial is False
    assert warrant.document_id == row.document_id
    assert "on record" in text_of(ana.get("detainer", detainer.pk))


def test_a_warrant_alone_goes_to_a_case(texas, at):
    custody = texas.book()
    ana = at(texas, "ana")
    row = give(ana, draw_form("I-205", 2).pdf)
    assert row.form == "I-205"
    assert "A warrant has come" in text_of(ana.get("received", row.pk))
    assert "no open case" in text_of(ana.post("received", row.pk, step="to-case", number="nothing"))
    page = ana.post("received", row.pk, step="to-case", number=custody.number)
    assert "signature line first" in text_of(page)


def test_any_paper_on_file_is_shown_beside_its_reading(texas, at):
    custody, _ = texas.matched()
    ana, otto = at(texas, "ana"), at(texas, "otto")
    ana.act(custody, "claim", made_by="person", says="I was born in Laredo", document=SimpleUploadedFile("roster.pdf", roster()))
    document = Document.objects.get(custody=custody)
    assert reverse("review", args=[document.pk]) in ana.get("case", custody.pk).content.decode()
    assert "Nobody has had this paper read yet" in text_of(otto.get("review", document.pk))
    assert "being read by machine" in text_of(otto.post("review", document.pk))
    work.run_due(timezone.now())
    said = text_of(otto.get("review", document.pk))
    assert "1002 REYES, Ana" in said
    assert "changes nothing" in said or "not one of the forms" in said
    assert Look.objects.filter(custody=custody, user=texas.users["otto"], what__contains="beside its reading").exists()


def test_a_registered_detainer_is_compared_with_its_paper(texas, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper())
    register(ana, row, ana.get("received", row.pk), nationality="Honduras")
    page = ana.get("review", row.document_id)
    assert "On record beside the paper" in text_of(page)
    rows = {item["words"]: item["same"] for item in page.context["compared"]}
    assert rows["Surname on the detainer"] is True
    assert rows["Citizenship, as the paper has it"] is False


def test_the_picture_of_a_page_is_for_this_agency_and_each_look_is_kept(texas, connecticut, at):
    ana = at(texas, "ana")
    row = give(ana, detainer_paper())
    before = Look.objects.count()
    answer = ana.get("page-picture", row.document_id, 1)
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "no-store" in answer["Cache-Control"]
    assert Look.objects.count() == before + 1
    assert ana.get("page-picture", row.document_id, 2).status_code == 404
    stranger = at(connecticut, "ana")
    assert stranger.get("page-picture", row.document_id, 1).status_code == 404
    assert stranger.get("review", row.document_id).status_code == 404
    assert stranger.get("received", row.pk).status_code == 404
    assert at(texas, "ida").get("page-picture", row.document_id, 1).status_code == 403
    assert at(texas, "ada").get("received", row.pk).status_code == 403


def test_names_as_read_are_encrypted_in_the_database(texas, at):
    row = give(at(texas, "ana"), detainer_paper())
    assert "QUINTANA" in str(row.found)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for found in cursor.fetchall():
                kept = b" ".join(bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for value in found)
                assert b"QUINTANA" not in kept.upper(), table
                assert b"123456789" not in kept, table

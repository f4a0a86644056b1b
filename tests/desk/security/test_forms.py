"""Hypothesis types into every form of the screens: no page fails, what is refused stores nothing, what is stored comes back as words and not as markup."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lawfulhold.desk.models import Detainer, Document, Entry
from lawfulhold.desk.screens.acts import ACTS
from lawfulhold.desk.screens.intake import DetainerForm
from lawfulhold.desk.services import docket
from tests.desk.people import Jail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BAD = [
    "", " ", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "{{ 7*7 }}", "{% debug %}", "'; DROP TABLE desk_entry; --", "\x00",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "\u202eevil", "A" * 5_000, "-1", "0", "9" * 400, "1e400", "NaN", "Infinity", "on", "yes",
    "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30", "2026-11-01T01:30", "2026-03-08T02:30", "../../etc/passwd", "\r\nSet-Cookie: a=b", "None", "[]",
    "00000000-0000-0000-0000-000000000000",
]
SENT = settings(max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def signed_in(jail: Jail, name: str) -> Client:
    client = Client()
    client.force_login(jail.users[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def values_for(field: forms.Field) -> st.SearchStrategy[Any]:
    """What may be typed into a field: good and bad."""
    choices = [str(key) for key, _ in getattr(field, "choices", ()) if str(key)]
    good = [st.sampled_from(choices)] * 3 if choices else [st.just("Quintana")]
    if isinstance(field, forms.DateTimeField):
        good = [st.just("2026-11-18T08:30"), st.just("2026-11-19T08:30")]
    if isinstance(field, forms.FileField):
        files = [b"%PDF-1.7 scan", b"PK\x03\x04" + b"\0" * 40, b"<svg onload=alert(1)>", b"", b"MZ\x90"]
        return st.none() | st.builds(lambda content, name: SimpleUploadedFile(name, content), st.sampled_from(files), st.sampled_from(["a.pdf", "a.exe", "..\\a.pdf", "a.pdf.html"]))
    return st.one_of(*good, st.sampled_from(BAD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def strategy_of(form: type[forms.Form]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values_for(field) for name, field in form.base_fields.items()})


def sent(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(path, {name: value for name, value in data.items() if value is not None})


@pytest.mark.parametrize("name", sorted(ACTS))
def test_whatever_is_typed_into_the_form_of_an_act_it_is_done_or_refused_with_a_word(texas: Jail, name: str) -> None:
    custody, _ = texas.decided()
    texas.due(texas.served(custody))
    who = {"hold": "sam", "transfer": "sam", "claim-answer": "sam", "still-here": "sam", "opinion": "carol"}.get(name, "ana")
    client = signed_in(texas, who)
    # choices that depend on the case are those of the page itself
    shown = client.get(f"/case/{custody.pk}/do/{name}/")
    form = type("Shown", (forms.Form,), {key: field for key, field in shown.context["form"].fields.items()})

    @SENT
    @given(strategy_of(form))
    def body(data: dict[str, Any]) -> None:
        before = Entry.objects.exclude(kind__in=("contact-refused", "looks-sealed")).count()
        answer = sent(client, f"/case/{custody.pk}/do/{name}/", data)
        assert answer.status_code in (200, 302, 403, 404, 409, 422), answer.status_code
        if answer.status_code != 302:
            assert Entry.objects.exclude(kind__in=("contact-refused", "looks-sealed")).count() == before
            page = answer.content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page

    body()
    page = client.get(f"/case/{custody.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert docket.verify(texas.agency)[2] == []


def test_whatever_is_typed_into_the_intake_it_is_registered_or_refused(texas: Jail) -> None:
    client = signed_in(texas, "ana")

    @settings(SENT, max_examples=40)
    @given(strategy_of(DetainerForm))
    def body(data: dict[str, Any]) -> None:
        before = Entry.objects.count()
        answer = sent(client, "/intake/new/", data)
        assert answer.status_code in (200, 302, 409, 422), answer.status_code
        if answer.status_code != 302:
            assert Entry.objects.count() == before
        assert "<script>alert" not in answer.content.decode()

    body()
    assert "<script>alert" not in client.get("/intake/").content.decode()
    assert docket.verify(texas.agency)[2] == []


def _zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 20_000_000)
    return file.getvalue()


def _pdf_bomb() -> bytes:
    """A PDF of a few kilobytes whose one page unpacks to hundreds of megabytes."""
    packed = zlib.compress(zlib.compress(b"\0" * 200_000_000, 9), 9)
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n"
    stream = b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(packed) + packed + b"\nendstream endobj\n"
    return head + page + stream + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


@pytest.mark.parametrize(("name", "content"), [
    ("scan.pdf", b"PK\x03\x04" + b"\0" * 99), ("scan.pdf", b"<html><script>alert(1)</script>"), ("scan.pdf", b"MZ\x90\0"), ("scan.png", b"%PDF-1.7"),
    ("scan.html", b"%PDF-1.7"), ("scan.svg", b"<svg onload=alert(1)>"), ("scan.pdf", b"\x1f\x8b\x08" + b"\0" * 99), ("bomb.zip", None), ("scan.pdf", b"%PDF-" + b"0" * 15_000_001),
])
def test_an_upload_that_is_not_what_it_says_is_refused_and_nothing_is_kept(texas: Jail, name: str, content: bytes | None) -> None:
    client = signed_in(texas, "ana")
    good = {"form": "I-247A", "channel": "fax", "received_at": "2026-11-18T08:30", "surname": "Quintana"}
    answer = client.post("/intake/new/", {**good, "document": SimpleUploadedFile(name, content if content is not None else _zip_bomb())})
    assert answer.status_code in (200, 413, 422), answer.status_code
    assert not Detainer.objects.exists()
    assert not Document.objects.exists()


def test_a_pdf_that_unpacks_to_hundreds_of_megabytes_is_kept_as_it_is_or_refused_and_does_not_fill_the_memory(texas: Jail) -> None:
    import resource
    import time

    client = signed_in(texas, "ana")
    good = {"form": "I-247A", "channel": "fax", "received_at": "2026-11-18T08:30", "surname": "Quintana"}
    content = _pdf_bomb()
    assert len(content) < 10_000
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    answer = client.post("/intake/new/", {**good, "document": SimpleUploadedFile("scan.pdf", content)})
    assert answer.status_code in (200, 302, 422)
    assert time.perf_counter() - start < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000

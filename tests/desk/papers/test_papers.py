"""The papers: tagged, in two languages, true to the case, and none that the decision does not allow."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from lawfulhold.desk.errors import RuleOfTheDesk
from lawfulhold.desk.papers import catalogue, make, timeline
from lawfulhold.desk.services import contacts, holds, intake, release


def said(content: bytes) -> str:
    """The text of a PDF on one line."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def names(custody) -> set[str]:
    return {paper.name for paper in catalogue.offered(custody)}


def test_english_and_spanish_have_the_same_papers_and_blanks():
    english, spanish = make.words_in("en"), make.words_in("es")
    for name, words in english.items():
        if name.startswith("reply-"):
            continue  # goes to ICE, in English
        if not isinstance(words, dict):
            assert isinstance(spanish[name], str), name
            continue
        assert set(words) == set(spanish[name]), name
        for key, text in words.items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", spanish[name][key])), (name, key)


def test_every_paper_is_tagged_and_carries_its_own_fonts(texas):
    custody, _ = texas.decided()
    custody = texas.served(texas.due(custody))
    holds.hold(texas.by("sam"), custody.pk, "statute")
    custody = texas.fresh(custody)
    contacts.send(
        texas.by("ana"),
        custody.pk,
        "notice-of-release",
        channel="fax",
        official="Officer Moss",
        content="Release expected at 14:00.",
    )
    intake.cancel(texas.by("ana"), texas.detainer(custody).pk, texas.now)  # one that never was matched: nothing changes
    offered = catalogue.offered(texas.fresh(custody))
    assert {"statement-of-intent", "notice-of-notification", "notice-of-hold", "reply-will-hold", "release-record"} <= {
        paper.name for paper in offered
    }
    for paper in offered:
        for code, _ in paper.codes:
            content, title = make.paper(texas.by("ana"), texas.fresh(custody), paper.name, code)
            reader = PdfReader(io.BytesIO(content))
            root = reader.trailer["/Root"]
            assert root["/MarkInfo"]["/Marked"]
            assert root["/Lang"].startswith(code)
            assert "/StructTreeRoot" in root
            assert reader.metadata.title == title
            for page in reader.pages:
                for font in page["/Resources"]["/Font"].values():
                    assert "SourceSansPro" in font.get_object()["/BaseFont"]


def test_the_person_in_connecticut_reads_that_nobody_keeps_him_longer(connecticut):
    custody, _ = connecticut.decided()
    content, _ = make.paper(connecticut.by("ana"), custody, "statement-of-intent", "en")
    text = said(content)
    assert "will not keep you past your release time on this request" in text
    assert "will not tell ICE when you will be released" in text
    assert "54-192h" in text
    assert "If this paper is not about you, say so at once" in text  # F1: the served copy shows the error at once
    assert "Proof of service" in text


def test_the_spanish_paper_is_marked_for_review(connecticut):
    custody, _ = connecticut.decided()
    text = said(make.paper(connecticut.by("ana"), custody, "statement-of-intent", "es")[0])
    assert "pendiente de revisión por un traductor" in text
    assert "no lo detendrá después de su hora de salida" in text


def test_f14_no_reply_that_the_decision_forbids_is_printed(connecticut):
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody)
    assert "reply-notice-of-release" not in names(custody)
    with pytest.raises(RuleOfTheDesk):
        make.paper(connecticut.by("ana"), custody, "reply-notice-of-release", "en")
    declined = said(make.paper(connecticut.by("ana"), custody, "reply-decline", "en")[0])
    assert "says nothing on whether any person is, was or will be in custody" in declined
    assert "Quintana" not in declined


def test_what_a_person_typed_is_never_markup(texas):
    custody, _ = texas.decided(surname='#panic("x") *Quintana* $1$ \\ <b>', given_names="=Rafael")
    text = said(make.paper(texas.by("ana"), custody, "statement-of-intent", "en")[0])
    assert '#panic("x") *Quintana* $1$' in text


def test_a_cancelled_detainer_has_its_notice(texas):
    custody, detainer = texas.decided()
    intake.cancel(texas.by("ana"), detainer.pk, texas.now, note="lifted")
    text = said(make.paper(texas.by("ana"), texas.fresh(custody), "lift", "en")[0])
    assert "Nothing of that request keeps you any more" in text


def test_the_release_record_holds_the_minutes_and_the_checklist(connecticut):
    custody, _ = connecticut.decided()
    custody = connecticut.checked(connecticut.due(custody, hours=-0.2))
    release.release(connecticut.by("ana"), custody.pk, "release-time")
    text = said(make.paper(connecticut.by("ana"), connecticut.fresh(custody), "release-record", "en")[0])
    assert "without an authority 12" in text
    assert "Query warrants again" in text


def test_f23_the_timeline_of_one_custody_is_sealed_and_can_be_redacted(texas):
    custody, _ = texas.decided()
    every = timeline.entries_of(custody)
    sealed = timeline.timeline(texas.by("sam"), custody, {every[0].sequence}, "personal", names=False)
    assert timeline.check(sealed, timeline.public_key())
    assert sealed["timeline"]["lines"][0]["says"] is None
    assert sealed["timeline"]["lines"][0]["commitment"] == every[0].commitment
    assert "Ana" not in str(sealed["timeline"]["lines"])
    text = said(timeline.as_pdf(texas.by("sam"), sealed, "en"))
    assert "1 of" in text
    assert "left out" in text
    sealed["timeline"]["lines"][1]["says"] = "Nothing happened."
    assert not timeline.check(sealed)


def test_an_open_claim_means_that_no_paper_says_held(texas):
    custody, _ = texas.decided()
    from lawfulhold.desk.services import claims

    claims.make(texas.by("ana"), custody.pk, "person", "I was born in Laredo.")
    text = said(make.paper(texas.by("ana"), texas.fresh(custody), "statement-of-intent", "en")[0])
    assert "has not decided" in text

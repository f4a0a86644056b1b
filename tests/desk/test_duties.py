"""Duties are ticked off by the act that fulfils them, where the desk records that act, with its proof; what asks for more is ticked off by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from lawfulhold.desk.models import Custody
from lawfulhold.desk.services import contacts, documents, facts, fulfilled, holds, notices, release
from tests.desk.people import Jail, make_jail

LAW = Path(__file__).resolve().parents[2] / "law"
TOLD = "the same notification in writing, to the person and to the attorney or one designated person"
COPY_AND_INTENT = {
    "US-CT": "a copy of the detainer, and whether the agency intends to comply with it",
    "US-CA": "copy of the hold, notification or transfer request, with word of whether the agency intends to comply",
}


@pytest.fixture
def california(db: None) -> Jail:
    """A county jail in California, where the law asks for copies of what ICE is told."""
    return make_jail("alder", "Alder County Sheriff", "US-CA", "sheriff", "America/Los_Angeles")


def duty(jail: Jail, custody: Custody, paper: str) -> dict[str, Any]:
    return next(item for item in notices.duties(jail.fresh(custody)) if item["paper"] == paper)


def proof(jail: Jail, custody: Custody, name: str) -> Any:
    return documents.document(b"%PDF-1.4\n% invented proof " + name.encode(), f"{name}.pdf", "proof-of-service", custody=custody)


@pytest.mark.parametrize("place", ["US-CT", "US-CA"])
def test_copy_and_word_of_intent_are_both_given_to_the_person(connecticut: Jail, california: Jail, place: str) -> None:
    jail = {"US-CT": connecticut, "US-CA": california}[place]
    custody, _ = jail.matched()
    paper, ana = COPY_AND_INTENT[place], jail.by("ana")
    assert (duty(jail, custody, paper)["done"], duty(jail, custody, paper)["lacks"]) == (None, [])
    first = notices.serve(ana, custody.pk, "detainer-copy", language="Spanish", proof=proof(jail, custody, "copy"))
    assert duty(jail, custody, paper)["done"] is None
    assert duty(jail, custody, paper)["lacks"] == ["Statement whether the agency will comply"]
    notices.serve(ana, custody.pk, "statement-of-intent", language="Spanish", given_to="lawyer")
    assert duty(jail, custody, paper)["done"] is None
    second = notices.serve(ana, custody.pk, "statement-of-intent", language="Spanish", proof=proof(jail, custody, "word"))
    done = duty(jail, custody, paper)["done"]
    assert done.proofs == (first.proof_id, second.proof_id)
    assert "Copy of the detainer given to the person in Spanish" in done.note
    assert done.recorded_name == ana.name


def test_a_newer_detainer_asks_for_its_own_copy_and_word(california: Jail) -> None:
    custody, _ = california.matched()
    for paper in ("detainer-copy", "statement-of-intent"):
        notices.serve(california.by("ana"), custody.pk, paper, language="Spanish", at=california.now - timedelta(hours=2))
    assert duty(california, custody, COPY_AND_INTENT["US-CA"])["done"]
    from lawfulhold.desk.services import matching

    newer = california.detainer(custody, received_at=california.now - timedelta(hours=1), sent_at=None, dhs_number="EVT-2")
    matching.match(california.by("ana"), newer.pk, custody.pk)
    matching.second_look(california.by("ben"), newer.pk, True, looked_at="picture")
    assert duty(california, custody, COPY_AND_INTENT["US-CA"])["done"] is None
    for paper in ("detainer-copy", "statement-of-intent"):
        notices.serve(california.by("ana"), custody.pk, paper, language="Spanish")
    assert duty(california, custody, COPY_AND_INTENT["US-CA"])["done"].at == california.now


def test_each_notice_to_ice_is_copied_to_the_person_and_to_the_lawyer(california: Jail) -> None:
    custody, _ = california.matched()
    ana = california.by("ana")
    facts.state_facts(ana, custody.pk, {"papers.judicial_warrant": False, "custody.release_date_public": True}, "the jail's website")
    custody = california.due(custody)
    notices.serve(ana, custody.pk, "notice-of-notification", language="Spanish", at=california.now - timedelta(hours=5))
    assert duty(california, custody, TOLD)["done"] is None  # nothing was told yet that it could be a copy of

    def told(hours: float) -> None:
        contacts.send(ana, custody.pk, "notice-of-release", channel="fax", content="release 14:00", at=california.now - timedelta(hours=hours))

    def copied(to: str, hours: float) -> None:
        notices.serve(ana, custody.pk, "notice-of-notification", language="Spanish", given_to=to, at=california.now - timedelta(hours=hours))

    told(4)
    assert duty(california, custody, TOLD)["done"] is None
    copied("person", 3.5)
    assert duty(california, custody, TOLD)["lacks"] == ["Copy of the notice that went to ICE, to the lawyer or the designated person"]
    copied("designated", 3)
    assert duty(california, custody, TOLD)["done"].at == california.now - timedelta(hours=3)
    told(2)
    assert duty(california, custody, TOLD)["done"] is None
    copied("person", 1)
    copied("lawyer", 1)
    assert duty(california, custody, TOLD)["done"].at == california.now - timedelta(hours=1)


def test_telling_the_person_of_the_hold_is_the_notice_of_the_hold(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    holds.hold(texas.by("sam"), custody.pk, "statute")
    paper = "telling the person that he or she is held on an ICE detainer"
    assert duty(texas, custody, paper)["done"] is None
    notices.serve(texas.by("ana"), custody.pk, "notice-of-hold", language="Spanish", refused_to_sign=True)
    assert duty(texas, custody, paper)["done"].note == "Notice that the person is held on a detainer given to the person in Spanish"


def test_what_was_given_stays_done_after_the_release(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    for paper in ("detainer-copy", "statement-of-intent"):
        notices.serve(connecticut.by("ana"), custody.pk, paper, language="Spanish")
    connecticut.checked(connecticut.due(custody, hours=-1))
    release.release(connecticut.by("ana"), custody.pk, "release-time")
    assert duty(connecticut, custody, COPY_AND_INTENT["US-CT"])["done"]


def test_a_duty_that_no_act_fulfils_is_ticked_off_by_hand(texas: Jail) -> None:
    custody, _ = texas.decided()
    texas.served(custody)
    row = next(item for item in notices.duties(texas.fresh(custody)) if item["question"] == "record")
    assert row["done"] is None
    notices.duty_done(texas.by("ana"), custody.pk, row["provision"], "in the monthly report", proof=proof(texas, custody, "report"))
    done = next(item for item in notices.duties(texas.fresh(custody)) if item["provision"] == row["provision"])["done"]
    assert (done.note, len(done.proofs)) == ("in the monthly report", 1)


def test_the_words_that_the_desk_knows_are_words_of_the_law_files() -> None:
    """A law file that calls a paper otherwise turns its duty into one by hand: this says so."""
    papers = {
        item.get("paper")
        for file in LAW.glob("*.yaml")
        for item in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("provisions", ())
        if item.get("question") == "notice"
    }
    assert set(fulfilled.BY_SERVICE) <= papers

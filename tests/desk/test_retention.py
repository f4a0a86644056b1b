"""Retention: persons go, the counts and the chain stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from lawfulhold.desk.errors import NotAllowed, RuleOfTheDesk
from lawfulhold.desk.models import Agency, Custody, Delivery, Document, Entry, IdempotencyKey, PaperReading, Statistic, Webhook, Work
from lawfulhold.desk.services import (
    acting,
    booking,
    contacts,
    decisions,
    docket,
    documents,
    holds,
    idempotency,
    intake,
    matching,
    notices,
    queue,
    readings,
    register,
    release,
    retention,
    subpoenas,
    tidy,
    timeline,
)
from tests.desk.people import Jail

PDF = b"%PDF-1.7 example"
FAR = timedelta(days=400)


def ended(jail: Jail, **more: object) -> Custody:
    custody, _ = jail.decided(**more)
    paper = documents.document(PDF + str(more).encode(), "order.pdf", "order", custody=custody)
    custody = jail.served(custody)
    contacts.send(jail.by("ana"), custody.pk, "decline", channel="fax")
    release.set_due(jail.by("ana"), custody.pk, jail.now, "court-order", document=paper)
    jail.checked(custody)
    release.release(jail.by("sam"), custody.pk, "release-time", note="Rafael Quintana left by the front door")
    Agency.objects.filter(pk=jail.agency.pk).update(retention_days=365)
    return jail.fresh(custody)


def everything(jail: Jail) -> str:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith("desk_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found.append(str(cursor.fetchall()))
    return "".join(found)


def test_a_purged_case_loses_its_person_and_the_chain_still_verifies(connecticut: Jail) -> None:
    custody = ended(connecticut)
    count, last, _ = docket.verify(connecticut.agency)
    assert retention.purge_due(connecticut.desk(connecticut.now + FAR)) == 1
    after, _, faults = docket.verify(connecticut.agency, noted=(count, last))
    assert not faults
    assert after == count + 1
    purged = Entry.objects.filter(agency=connecticut.agency, purged_at__isnull=False)
    assert purged.count() > 8
    assert set(purged.values_list("content", "salt")) == {(None, None)}
    assert Document.objects.get(title="purged").content is None
    custody = connecticut.fresh(custody)
    with pytest.raises(RuleOfTheDesk, match="purged"):
        decisions.replay(custody.decision)
    rows, _ = queue.page(connecticut.agency, "closed", connecticut.now + FAR)
    assert rows[0].name == "purged"
    assert timeline.says(custody.entries.first()) == "Purged after the retention time."


def test_nothing_of_the_person_is_left_even_decrypted(connecticut: Jail) -> None:
    ended(connecticut)
    retention.purge_due(connecticut.desk(connecticut.now + FAR))
    for entry in Entry.objects.filter(agency=connecticut.agency):
        assert "Quintana" not in str(entry.content)
    assert "front door" not in everything(connecticut)
    for model in docket.record_models():
        for record in model.objects.filter(agency=connecticut.agency):
            told = str(docket.values_of(record))
            assert "Quintana" not in told, model
            assert "1990-03-04" not in told, model
            assert "B-1000" not in told, model


def test_what_people_wrote_on_a_warrant_and_a_hold_goes_too(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(connecticut.served(custody), hours=1)
    ana, word = connecticut.by("ana"), "Zzyzxmark"
    intake.record_warrant(
        ana, custody.pk, type="detention-order", issuer="Superior Court", issuer_office="state-judge", signed_by=f"R. {word}", statute=f"54-1f, {word}"
    )
    holds.hold(connecticut.by("sam"), custody.pk, "warrant")
    release.release(ana, custody.pk, "court", at=connecticut.now, note="order", happened=True)
    Agency.objects.filter(pk=connecticut.agency.pk).update(retention_days=365)
    assert word in everything(connecticut)
    assert retention.purge_due(connecticut.desk(connecticut.now + FAR)) == 1
    assert word not in everything(connecticut)


def test_the_counts_are_the_same_after_the_purge(connecticut: Jail) -> None:
    ended(connecticut)
    span = (date(2026, 1, 1), date(2026, 12, 31))
    before = register.counts(connecticut.agency, *span)
    retention.purge_due(connecticut.desk(connecticut.now + FAR))
    assert register.counts(connecticut.agency, *span) == before
    assert Statistic.objects.get().facts["outcome"] == "declined"


def test_what_is_not_due_open_or_under_subpoena_stays(connecticut: Jail) -> None:
    kept = ended(connecticut)
    connecticut.decided(surname="Ibarra", date_of_birth="1971-01-01")
    subpoenas.log(connecticut.by("ana"), type="administrative", issuer="ICE", signed_by="Officer", addressed_to="Records", served_at=connecticut.now, served_how="by hand",
                  served_on="desk", asks="the file", custody_id=kept.pk)
    assert retention.purge_due(connecticut.desk(connecticut.now + timedelta(days=364))) == 0
    assert retention.purge_due(connecticut.desk(connecticut.now + FAR)) == 0
    with pytest.raises(NotAllowed):
        retention.purge_due(connecticut.by("ana", connecticut.now + FAR))


def test_an_agency_without_a_time_keeps_everything(connecticut: Jail) -> None:
    ended(connecticut)
    Agency.objects.update(retention_days=0)
    assert retention.purge_due(connecticut.desk(connecticut.now + timedelta(days=9999))) == 0


def test_a_person_with_another_case_keeps_the_name_for_that_case(connecticut: Jail) -> None:
    first = ended(connecticut, identifiers={"fbi": "777KA1", "sid": "CT1"})
    second = connecticut.book(identifiers={"fbi": "777KA1", "sid": "CT1"})
    assert second.person_id == first.person_id
    retention.purge_due(acting.worker(connecticut.by("ada").agency, connecticut.now + FAR))
    assert booking.details_of(second.person).surname == "Quintana"
    assert not docket.verify(connecticut.agency)[2]
    list(notices.unserved(connecticut.by("ana")))


def test_what_was_never_on_anybodys_record_is_purged_too(connecticut: Jail) -> None:
    by = connecticut.by("ana")
    Agency.objects.filter(pk=connecticut.agency.pk).update(retention_days=365)
    returned = connecticut.detainer(document=documents.document(PDF + b"returned", "returned.pdf", "detainer"))
    intake.return_to_ice(by, returned.pk, "no Rafael Quintana is here", official="Officer Wanjiru")
    doubtful = connecticut.detainer(document=documents.document(PDF + b"doubtful", "doubtful.pdf", "detainer"), sent_at=connecticut.now - timedelta(days=2))
    aside = readings.receive(by, PDF + b"aside", "Quintana.pdf")
    readings.set_aside(by, aside, "a menu")
    waiting = readings.receive(by, PDF + b"waiting", "waiting.pdf")
    assert retention.purge_never_matched(connecticut.desk(connecticut.now + timedelta(days=360))) == 0
    assert retention.purge_never_matched(connecticut.desk(connecticut.now + FAR)) == 3
    assert retention.purge_never_matched(connecticut.desk(connecticut.now + FAR)) == 0
    returned.refresh_from_db()
    assert (returned.subject, returned.document.content) == ({}, None)
    assert Document.objects.get(pk=aside.document_id).content is None
    assert not PaperReading.objects.filter(pk=aside.pk).exists()
    assert PaperReading.objects.filter(pk=waiting.pk, document__purged_at__isnull=True).exists()
    doubtful.refresh_from_db()
    assert doubtful.subject["surname"] == "Quintana"
    assert docket.verify(connecticut.agency)[2] == []


def test_the_paper_that_came_before_the_match_goes_with_its_case(connecticut: Jail) -> None:
    custody = connecticut.book()
    paper = documents.document(PDF + b"fax", "fax.pdf", "detainer")
    detainer = connecticut.detainer(custody, document=paper)
    matching.match(connecticut.by("ana"), detainer.pk, custody.pk)
    matching.second_look(connecticut.by("ben"), detainer.pk, True, looked_at="papers")
    readings.ask(connecticut.by("ana"), Document.objects.get(pk=paper.pk))
    retention.purge(connecticut.desk(connecticut.now + FAR), connecticut.fresh(custody))
    kept = Document.objects.get(pk=paper.pk)
    assert (kept.content, kept.title) == (None, "purged")
    assert kept.purged_at is not None
    assert not PaperReading.objects.exists()
    assert docket.verify(connecticut.agency)[2] == []


def test_keys_deliveries_and_readings_are_kept_for_their_time_and_no_longer(texas: Jail) -> None:
    by = texas.by("ana")
    idempotency.once(by, "booking-key-1", {"a": 1}, lambda: 1)
    hook = Webhook.objects.create(agency=texas.agency, url="https://jail.example/hook", secret="s" * 32, events=["*"], created_at=by.at)
    aside = readings.receive(by, PDF + b"aside", "aside.pdf")
    waiting = readings.receive(by, PDF + b"waiting", "waiting.pdf")
    readings.set_aside(by, aside, "a menu")
    sent, unsent = Delivery.objects.filter(webhook=hook).order_by("created_at", "pk")[:2]
    Work.objects.filter(kind="webhook", payload__isnull=False).exclude(key=f"webhook:{unsent.pk}").update(finished_at=by.at, outcome="done")

    def after(days: int) -> list[int]:
        tidy.every_day(texas.desk(texas.now + timedelta(days=days)), {})
        return [IdempotencyKey.objects.count(), Delivery.objects.filter(pk=sent.pk).count(), PaperReading.objects.filter(pk=aside.pk).count()]

    assert after(29) == [1, 1, 1]
    assert after(31) == [0, 1, 0]
    assert after(91) == [0, 0, 0]
    assert Delivery.objects.get().pk == unsent.pk, "what waits to be sent stays"
    assert not Work.objects.filter(key__startswith=f"webhook:{sent.pk}").exists()
    assert PaperReading.objects.get().pk == waiting.pk, "what waits to be registered stays"
    assert Document.objects.filter(content__isnull=False).count() == 2, "papers themselves are not touched"

"""Whoever changes by hand what the rules of the desk read is found by `verify`: not the records alone, but also what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from lawfulhold.desk.models import Custody, Detainer, Document, FactSheet, Finding, LawText, Look
from lawfulhold.desk.services import docket, documents, looks
from tests.desk.people import Jail


def faults(jail: Jail) -> list[str]:
    return [fault.says for fault in docket.verify(jail.agency)[2]]


@pytest.fixture
def case(connecticut: Jail) -> Custody:
    """A decided case with its release ahead, a paper on file, and a look at it that was sealed."""
    paper = documents.document(b"%PDF-1.4 the first paper", "first.pdf", "detainer")
    custody, _ = connecticut.decided()
    connecticut.detainer(document=paper)
    connecticut.due(custody, hours=5)
    looks.look(connecticut.by("ana"), custody.pk)
    looks.look(connecticut.by("ben"), custody.pk)
    looks.seal(connecticut.desk(connecticut.now + timedelta(hours=1)), {})
    assert faults(connecticut) == []
    return connecticut.fresh(custody)


def answers_changed(case: Custody) -> None:
    finding = Finding.objects.get(pk=case.decision.finding_id)
    finding.answers["answers"]["hold"]["answer"] = "permitted"
    finding.save()


def facts_changed(case: Custody) -> None:
    sheet = FactSheet.objects.get(pk=case.sheet_id)
    sheet.facts = {**sheet.facts, "papers": {"judicial_warrant": True}}
    sheet.save()


def facts_changed_with_their_hash(case: Custody) -> None:
    facts_changed(case)
    sheet = FactSheet.objects.get(pk=case.sheet_id)
    from lawfulhold.desk.services import facts

    FactSheet.objects.filter(pk=sheet.pk).update(digest=facts.digest_of(sheet.facts))


def law_changed(case: Custody) -> None:
    LawText.objects.filter(pk=case.decision.law.files["US-CT.yaml"]).update(content="code: US-CT")


def law_gone(case: Custody) -> None:
    LawText.objects.filter(pk=case.decision.law.files["US-CT.yaml"]).delete()


def paper_swapped(case: Custody) -> None:
    filed = Document.objects.filter(agency=case.agency).first()
    assert filed is not None
    Document.objects.filter(pk=filed.pk).update(content=b"%PDF-1.4 another paper")


def paper_gone(case: Custody) -> None:
    Document.objects.filter(agency=case.agency).update(content=None)


def served_by_hand(case: Custody) -> None:
    case.detainers.update(served_at=case.began_at)


def cancelled_by_hand(case: Custody) -> None:
    case.detainers.update(cancelled_at=case.began_at, live=False, state="cancelled")


def not_live(case: Custody) -> None:
    case.detainers.update(live=False)


def on_another_case(case: Custody) -> None:
    jail_mate = Custody.objects.filter(agency=case.agency).exclude(pk=case.pk).first()
    assert jail_mate is not None
    case.detainers.update(custody=jail_mate)


def out_of_the_queue(case: Custody) -> None:
    Custody.objects.filter(pk=case.pk).update(open=False, release_due_at=None, live_detainers=0)


def release_moved(case: Custody) -> None:
    Custody.objects.filter(pk=case.pk).update(release_due_at=case.release_due_at + timedelta(days=1))


def answer_on_the_case(case: Custody) -> None:
    Custody.objects.filter(pk=case.pk).update(hold_answer="permitted")


def look_rewritten(case: Custody) -> None:
    Look.objects.filter(custody=case).update(who="Somebody else, clerk")


def look_taken_away(case: Custody) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_look WHERE id = (SELECT min(id) FROM desk_look)")


CHANGES: list[tuple[Callable[[Custody], None], str]] = [
    (answers_changed, "the finding"),
    (facts_changed, "were changed after they were put to the law"),
    (facts_changed_with_their_hash, "is not the one that was put to the law"),
    (law_changed, "of an adopted law was changed"),
    (law_gone, "of an adopted law is gone"),
    (paper_swapped, "is not what was filed"),
    (paper_gone, "though it was never purged"),
    (served_by_hand, "served"),
    (cancelled_by_hand, "cancelled"),
    (not_live, "live"),
    (on_another_case, "the case it is on"),
    (out_of_the_queue, "is closed though no release or transfer is on record"),
    (release_moved, "release_due_at"),
    (answer_on_the_case, "hold_answer"),
    (look_rewritten, "the looks at records"),
    (look_taken_away, "the looks at records"),
]


def test_a_change_by_hand_is_found(connecticut: Jail, case: Custody) -> None:
    connecticut.book(surname="Ibarra", date_of_birth="1979-02-03")
    for change, says in CHANGES:
        with transaction.atomic():
            change(case)
            found = faults(connecticut)
            transaction.set_rollback(True)
        assert any(says in told for told in found), (change.__name__, found)
    assert faults(connecticut) == []


def test_a_paper_that_is_not_what_was_filed_is_not_shown(connecticut: Jail, case: Custody, client: Any) -> None:
    paper_swapped(case)
    client.force_login(connecticut.users["ana"])
    answer = client.get(f"/document/{Document.objects.get().pk}/")
    assert answer.status_code != 200
    assert b"another paper" not in answer.content


def test_the_example_jail_stands_where_its_records_say(db: None) -> None:
    from lawfulhold.desk import example
    from lawfulhold.desk.models import Agency

    example.fill_if_empty()
    for agency in Agency.objects.all():
        assert [fault.says for fault in docket.verify(agency)[2]] == []
    assert Detainer.objects.exists()

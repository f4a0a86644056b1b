"""Pages of a jail in which much has happened: each list has a bound, and the page stays under 100 KB."""

from __future__ import annotations

from datetime import timedelta

from lawfulhold.desk.models import Contact, Detainer, Service, Subpoena
from lawfulhold.desk.services import contacts, decisions, docket
from tests.desk.screens.conftest import text_of


def test_lists_of_a_busy_year_stay_under_100_kb(texas, at):
    custody, _ = texas.decided()
    by, decision = texas.by("ana"), texas.fresh(custody).decision
    line = "Deportation officer of the field office, by name and telephone"
    told = [
        Contact(custody=custody, direction="out", kind="notice-of-release", question="notify", channel="fax", number="512-555-0100", official=line, content=line * 3,
                answer=line, at=texas.now - timedelta(minutes=number), decision=decision)
        for number in range(400)
    ]
    detainers = [
        Detainer(custody=custody if number % 2 else None, form="I-247A", edition="3/17", subject={"surname": "Quintana-Villanueva", "given_names": "Rafael Antonio"},
                 channel="fax", received_at=texas.now - timedelta(hours=number), state="matched" if number % 2 else "received", live=bool(number % 2), issued_by=line)
        for number in range(400)
    ]
    demands = [
        Subpoena(type="administrative", issuer=line, signed_by=line, addressed_to=line, served_at=texas.now, served_how="by hand", served_on="Ana Reyes", asks=line * 3,
                 number=f"S-{number}", state="to-counsel", return_at=texas.now + timedelta(days=number))
        for number in range(400)
    ]
    for rows in (told, detainers, demands):
        docket.enter(by, "contact", f"Recorded: {line}.", *rows, custody=custody)
    sizes = {}
    for name in ("intake", "contacts", "subpoenas", "audit", "counsel", "queue"):
        response = at(texas, "sam").get(name)
        assert response.status_code == 200, name
        sizes[name] = len(response.content)
    assert {name: size for name, size in sizes.items() if size >= 100_000} == {}
    said = text_of(at(texas, "sam").get("contacts"))
    assert "Detainers without a reply (201)" in said
    assert "Not served on the person (201) The oldest 50 are shown." in said
    assert "75 of 400 are shown" in text_of(at(texas, "sam").get("subpoenas"))


def test_a_demand_that_goes_on_is_seen_however_many_have_ended_since(texas, at):
    def demand(number, state):
        return Subpoena(type="administrative", issuer=f"Office {number}", signed_by="x", addressed_to="x", served_at=texas.now - timedelta(days=100 - number),
                        served_how="by hand", served_on="x", asks="x", number=f"S-{number}", state=state)

    rows = [demand(0, "to-counsel"), *(demand(number, "closed") for number in range(1, 91))]
    docket.enter(texas.by("ana"), "subpoena", "Recorded.", *rows)
    assert "Office 0, S-0" in text_of(at(texas, "sam").get("subpoenas"))


def test_a_long_custody_stays_under_100_kb(texas, at):
    custody, _ = texas.decided()
    by, decision = texas.by("ana"), texas.fresh(custody).decision
    line = "Deportation officer of the field office, by name and telephone"
    rows = [
        Contact(custody=custody, direction="out", kind="notice-of-release", question="notify", channel="fax", number="512-555-0100", official=line,
                content=f"Notice {number}: {line}", answer=line, at=texas.now - timedelta(minutes=number), decision=decision)
        for number in range(80)
    ]
    papers = [Service(custody=custody, paper="statement-of-intent", language="Spanish", at=texas.now, given_by=line, given_to="person") for _ in range(80)]
    docket.enter(by, "contact", "Recorded.", *rows, *papers, custody=custody)
    for number in range(300):
        docket.enter(by, "contact", f"Recorded {number}: {line}.", custody=custody)
    response = at(texas, "sam").get("case", custody.pk)
    assert len(response.content) < 100_000
    assert "The newest 100 entries. All of them stand on the timeline to print." in text_of(response)


def test_a_reply_on_a_case_without_a_detainer_hides_no_other_detainer(connecticut):
    """A detainer waits for its reply whatever else was told to ICE."""
    _, detainer = connecticut.decided()
    other = connecticut.book()
    decisions.ask_again(connecticut.by("ana"), other.pk)
    contacts.send(connecticut.by("ana"), other.pk, "decline", channel="fax")
    assert Contact.objects.get(custody=other).detainer is None
    assert list(contacts.detainers_without_answer(connecticut.by("ana"))) == [detainer]

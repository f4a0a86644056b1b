"""Counsel adopts a version of the law and may add the agency's own policy, which settles what the law leaves open and never what it forbids."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawfulhold import Case, decide
from lawfulhold.desk.errors import Invalid, NotAllowed, RuleOfTheDesk
from lawfulhold.desk.models import CounselRequest, Decision, Hold, LawText, LawVersion, Opinion
from lawfulhold.desk.services import counsel, decisions, facts, holds, law, redecision, work
from lawfulhold.rules.law import Law
from tests.desk.people import ENOUGH, Jail, make_jail

HEAD = "code: {place}-POLICY\nname: The agency's own order\nlayer: local\nparent: {place}\nprovisions:\n"
ITEM = (
    "  - id: own-{question}\n    question: {question}\n    effect: {effect}\n    binds: [all]\n    from: 2020-01-01\n    says: The agency's own order, invented.\n"
    "    cite: General Order 14\n    read: full-text\n    confidence: high\n"
)


def policy(place: str, **effects: str) -> str:
    return HEAD.format(place=place) + "".join(ITEM.format(question=question, effect=effect) for question, effect in effects.items())


def test_a_policy_settles_what_the_law_leaves_open(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    assert custody.hold_answer == "unsettled"
    law.adopt(wyoming.by("carol"), "The board's order.", policy("US-WY", hold="permitted"))
    work.run_due(wyoming.now)
    custody = wyoming.fresh(custody)
    assert custody.hold_answer == "permitted"
    custody = wyoming.due(wyoming.served(custody))
    hold = holds.hold(wyoming.by("sam"), custody.pk, "permission")
    assert (hold.provision, hold.cite) == ("own-hold", "General Order 14")


def test_a_policy_does_not_settle_what_the_law_forbids(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    assert custody.hold_answer == "prohibited"
    law.adopt(connecticut.by("carol"), "The warden's order.", policy("US-CT", hold="required", notify="required", transfer="required"))
    work.run_due(connecticut.now)
    custody = connecticut.fresh(custody)
    assert (custody.hold_answer, custody.notify_answer) == ("prohibited", "prohibited")


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    effects=st.dictionaries(st.sampled_from(["hold", "notify", "transfer", "share", "interview"]), st.sampled_from(["permitted", "required"]), min_size=1),
    known=st.dictionaries(st.sampled_from(["judicial_warrant", "administrative_warrant", "removal_order"]), st.booleans()),
    person=st.dictionaries(st.sampled_from(["citizen_proof", "watchlist_match", "lawful_status_proof"]), st.booleans()),
    place=st.sampled_from([("US-CT", "state-corrections"), ("US-TX", "sheriff"), ("US-WY", "sheriff"), ("US-IL", "sheriff"), ("US-CA", "sheriff")]),
)
def test_no_policy_lifts_a_bar_whatever_the_facts(tmp_path_factory: pytest.TempPathFactory, effects: dict, known: dict, person: dict, place: tuple) -> None:
    code, kind = place
    folder = tmp_path_factory.mktemp("policy")
    (folder / f"{code}-POLICY.yaml").write_text(policy(code, **effects))
    shared = {"agency": kind, "date": "2026-11-18", "detainer": {"form": "I-247A"}, "papers": known, "person": person}
    plain = decide(Case(jurisdiction=code, **shared), Law()).answers
    own = decide(Case(jurisdiction=f"{code}-POLICY", **shared), Law(overlays=[folder])).answers
    for question, answer in plain.items():
        if answer.answer in ("prohibited", "required"):
            assert own[question].answer == answer.answer, question


@pytest.mark.parametrize(("change", "says"), [
    ("    voids: [hold]\n", "`voids` is for legislatures"),
    ("    overrides: [ct-192h-hold-2025]\n", "never displaces the law"),
    ("    rests_on: [ct-no-such-act]\n", "rests on"),
    ("    effekt: prohibited\n", "effect"),
    ("    when: papers.judical_warrant\n", "judicial_warrant"),
])
def test_a_policy_that_reaches_beyond_itself_is_refused(connecticut: Jail, change: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        law.adopt(connecticut.by("carol"), "Order", policy("US-CT", hold="permitted") + change)
    assert LawVersion.objects.filter(agency=connecticut.agency).count() == 1


def test_a_policy_has_no_provision_of_the_laws_own_name(connecticut: Jail) -> None:
    with pytest.raises(Invalid, match="ids of its own"):
        law.adopt(connecticut.by("carol"), "Order", policy("US-CT", hold="permitted").replace("own-hold", "ct-192h-hold-2025"))


def test_only_counsel_adopts_and_says_why(connecticut: Jail) -> None:
    for name in ("ana", "sam", "otto", "ada"):
        with pytest.raises(NotAllowed):
            law.adopt(connecticut.by(name), "Order", policy("US-CT", hold="prohibited"))
    with pytest.raises(Invalid, match="what was reviewed"):
        law.adopt(connecticut.by("carol"), " ", policy("US-CT", hold="prohibited"))
    with pytest.raises(Invalid, match="adopted already"):
        law.adopt(connecticut.by("carol"), "Again")


def test_the_template_of_a_policy_can_be_adopted_as_it_is(texas: Jail) -> None:
    agency = texas.by("carol").agency
    offered = law.offer(agency, law.policy_template(agency))
    assert offered.is_new
    assert offered.version != offered.base_version
    assert any("New: us-tx-policy-hold" in line for line in offered.says)


def test_the_law_of_a_decision_is_kept_word_for_word_and_the_decision_can_be_replayed(texas: Jail) -> None:
    custody, _ = texas.decided()
    decision = custody.decision
    version = decision.law
    assert decision.law_version == version.version
    assert LawText.objects.filter(digest__in=version.files.values()).count() == len(set(version.files.values()))
    law._laws.clear()
    assert decisions.matches(decision)
    shown = decisions.shown(decision)
    assert shown["answers"]["hold"]["answer"] == custody.hold_answer == "required"
    assert shown["law_version"] == decision.law_version


def test_what_an_adoption_would_change_is_shown_before_it_is_signed(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    result, rows = redecision.preview(wyoming.by("carol"), policy("US-WY", hold="prohibited"))
    assert result.by_change["hold unsettled → prohibited"] == 1
    assert [(row[0].pk, *row[1:]) for row in rows] == [(custody.pk, "hold", "unsettled", "prohibited")]
    assert wyoming.fresh(custody).hold_answer == "unsettled"
    assert LawVersion.objects.filter(agency=wyoming.agency).count() == 1


def test_deciding_again_stops_anywhere_and_goes_on(wyoming: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [wyoming.decided(surname=f"Quintana{index}", date_of_birth=f"1980-01-{index + 1:02}")[0] for index in range(5)]
    law.adopt(wyoming.by("carol"), "The board's order.", policy("US-WY", hold="prohibited"))
    monkeypatch.setattr(redecision, "BATCH", 2)
    redecision.run(wyoming.desk(), most_batches=1)
    done = [case for case in cases if wyoming.fresh(case).hold_answer == "prohibited"]
    assert len(done) == 2
    result = redecision.run(wyoming.desk())
    assert result.decided == 3
    assert {wyoming.fresh(case).hold_answer for case in cases} == {"prohibited"}
    assert Decision.objects.filter(law__number=2).count() == 5
    assert redecision.run(wyoming.desk()).decided == 0


def test_a_hold_that_the_new_law_does_not_bear_ends(wyoming: Jail) -> None:
    law.adopt(wyoming.by("carol"), "The board's order.", policy("US-WY", hold="permitted"))
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody))
    holds.hold(wyoming.by("sam"), custody.pk, "permission")
    law.adopt(wyoming.by("carol"), "The board has taken it back.", policy("US-WY", hold="prohibited"))
    work.run_due(wyoming.now)
    custody = wyoming.fresh(custody)
    assert (custody.hold, custody.hold_answer) == (None, "prohibited")
    assert Hold.objects.get(custody=custody).events.get(kind="ended")


# ---------------------------------------------------------------------------------------------- opinions


def test_an_unsettled_question_goes_to_counsel_by_itself_and_counsel_settles_it(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    assert CounselRequest.objects.get(custody=custody).why == "unsettled"
    assert custody.counsel_asked
    with pytest.raises(NotAllowed):
        counsel.opine(wyoming.by("sam"), custody.pk, custody.decision.pk, "hold", "permitted", "I say so")
    with pytest.raises(Invalid, match="never silent"):
        counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "  ")
    row = counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "Contract of 3 May; sheriff's powers, W.S. 18-3-609.")
    assert (row.kind, row.before) == ("settles", "unsettled")
    custody = wyoming.fresh(custody)
    assert not custody.counsel_asked
    custody = wyoming.due(wyoming.served(custody))
    with pytest.raises(RuleOfTheDesk):
        # The release time is a new fact: the case was decided again, and counsel's opinion was on the decision before.
        holds.hold(wyoming.by("sam"), custody.pk, "opinion")
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "As before.")
    assert holds.hold(wyoming.by("sam"), custody.pk, "opinion").opinion is not None


def test_an_opinion_does_not_outlive_the_decision_it_was_on(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "Contract of 3 May.")
    facts.state_facts(wyoming.by("ana"), custody.pk, {"person.prior_removal": True}, "interview")
    custody = wyoming.fresh(custody)
    assert decisions.answer_to(custody, "hold").answer == "unsettled"


def test_missing_facts_are_found_and_not_opined(texas: Jail) -> None:
    custody, _ = texas.matched()
    assert custody.hold_answer == "undetermined"
    with pytest.raises(RuleOfTheDesk, match="facts that are missing"):
        counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "surely")
    row = counsel.opine(texas.by("carol"), custody.pk, custody.decision.pk, "hold", "prohibited", "The papers are not complete.")
    assert row.kind == "settles"


def test_counsel_may_override_toward_release_with_a_reason(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    holds.hold(texas.by("sam"), custody.pk, "statute")
    row = counsel.opine(texas.by("carol"), custody.pk, texas.fresh(custody).decision.pk, "hold", "prohibited", "A federal judge ordered the release; order of today.")
    assert row.kind == "override"
    assert texas.fresh(custody).hold is None
    assert Opinion.objects.get(pk=row.pk).reason.startswith("A federal judge")


def test_the_facts_of_a_place_are_enough_for_an_answer(texas: Jail, connecticut: Jail, wyoming: Jail) -> None:
    answers = {jail.agency.jurisdiction: jail.decided()[0].hold_answer for jail in (texas, connecticut, wyoming)}
    assert answers == {"US-TX": "required", "US-CT": "prohibited", "US-WY": "unsettled"}
    assert set(ENOUGH) == set(answers)


def test_when_the_release_is_near_and_the_question_open_counsel_is_asked_before_it(texas: Jail) -> None:
    custody, _ = texas.matched()
    texas.due(custody, hours=30)
    work.run_due(texas.now + timedelta(hours=6, minutes=1))
    assert CounselRequest.objects.filter(custody=custody, why="release-near").exists()


def test_a_run_under_an_older_version_stops_when_counsel_adopts_another(wyoming: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redecision, "BATCH", 1)
    cases = [wyoming.decided(surname=f"Quintana{index}", date_of_birth=f"1980-01-{index + 1:02}")[0] for index in range(3)]
    law.adopt(wyoming.by("carol"), "The board's order.", policy("US-WY", hold="prohibited"))
    worker = wyoming.desk()
    write, later = redecision._write, []

    def adopt_after_the_first_batch(*given: object) -> bool:
        written = write(*given)  # type: ignore[arg-type]
        if not later:
            later.append(law.adopt(wyoming.by("carol"), "The board changed its mind.", policy("US-WY", hold="permitted")))
        return written

    monkeypatch.setattr(redecision, "_write", adopt_after_the_first_batch)
    assert redecision.run(worker).decided == 1
    assert [wyoming.fresh(case).hold_answer for case in cases].count("prohibited") == 1
    assert redecision.run(wyoming.desk()).decided == 3
    assert {(wyoming.fresh(case).hold_answer, wyoming.fresh(case).law_id) for case in cases} == {("permitted", later[0].pk)}


def test_a_case_matched_before_the_first_adoption_is_decided_by_it(db: None) -> None:
    jail = make_jail("late", "Late County Sheriff", "US-TX", "sheriff", "America/Chicago", adopt=False)
    custody = jail.matched()[0]
    assert custody.decision is None
    law.adopt(jail.by("carol"), "Read and adopted.")
    work.run_due(jail.now + timedelta(seconds=5))
    found = jail.fresh(custody)
    assert found.decision is not None
    assert found.hold_answer != ""


def test_the_law_is_taken_from_the_database_whatever_lies_in_the_folder(connecticut: Jail) -> None:
    custody = connecticut.decided()[0]
    version = custody.decision.law
    path = Path(django_settings.DATA) / "law" / str(version.pk) / "US-CT.yaml"
    path.write_text(path.read_text().replace("effect: prohibited", "effect: permitted"))
    (path.parent / "US-CT-OWN.yaml").write_text("code: US-CT-OWN")
    law._laws.clear()
    decision = decisions.ask_again(connecticut.by("ana"), custody.pk)
    assert (decision.hold, decision.law_version) == ("prohibited", custody.decision.law_version)
    assert not (path.parent / "US-CT-OWN.yaml").exists()

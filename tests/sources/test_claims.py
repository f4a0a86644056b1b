"""What reports claim of an agency: in whole words, told apart when they say the opposite, and never made of what did not happen."""

from __future__ import annotations

import pytest

from lawfulhold.facts.case import Case
from lawfulhold.sources import draft_cases, read_reports
from lawfulhold.sources.reading import Claim

LEAD = ("Date: 2024-05-20\n\nICE lodged a detainer with the Cook County Jail in Chicago, Illinois, against a 30-year-old Honduran national on March 1, 2024. "
        "The jail released him on March 3, 2024. ")


def claims(words: str) -> list[Claim]:
    (case,) = read_reports({"report": LEAD + words}).cases
    return case.claims


@pytest.mark.parametrize(("words", "kind", "question"), [
    ("The jail was required by the law to release him, the sheriff said.", "bound-to-release", "hold"),
    ("A court order compelled the jail to release him.", "bound-to-release", "hold"),
    ("State law required the jail to honor the detainer.", "bound", "hold"),
    ("The jail was legally obligated to honor the detainer.", "bound", "hold"),
    ("The jail was required to notify ICE of the release.", "bound-to-tell", "notify"),
    ("The release was in violation of federal law, ICE said.", "violated", "hold"),
    ("The jail violated the Trust Act, ICE said.", "violated", "hold"),
    ("The sheriff violated 8 U.S.C. 1373, ICE said.", "violated-information", "share"),
    ("The jail snubbed ICE.", "ignored", "hold"),
    ("The jail turned a blind eye to the detainer.", "ignored", "hold"),
    ("The jail did not respond to the detainer.", "ignored", "hold"),
    ("The jail refused to honor the detainer.", "refused", "hold"),
    ("ICE then subpoenaed the jail for what it knew.", "subpoena", "share"),
])
def test_a_claim_is_found_with_the_question_it_touches(words: str, kind: str, question: str) -> None:
    assert [(claim.kind, claim.question) for claim in claims(words)] == [(kind, question)]


def test_opposite_claims_are_told_apart() -> None:
    one, other = (claims(words)[0].says for words in ("The jail was required by the law to release him.", "The release was in violation of federal law."))
    assert one != other


@pytest.mark.parametrize("words", [
    "If the jail refuses to honor the detainer, ICE will act.", "The jail would have refused to honor the detainer had it been asked.", "The jail may refuse to honor it.",
    "ICE asked whether the jail ignored the detainer.", "The jail never ignored the detainer.", "The detainer was never ignored.", "The sheriff denied that the jail ignored the detainer.",
    "The man ignored a court order and ICE arrested him.", "The man set aside the knife before ICE arrested him.", "He snubbed officers and ICE arrested him.", "He ignored ICE's orders.",
    "A detainer was filed and a court order was ignored.",
])
def test_what_did_not_happen_is_no_claim(words: str) -> None:
    assert claims(words) == []


@pytest.mark.parametrize("words", [
    "The jail ignored ICE's repeated requests.", "ICE lodged a detainer, but the jail ignored it.", "ICE lodged a detainer that the jail ignored.", "The detainer had been ignored.", "The jail not only ignored the detainer.",
    "The jail set aside ICE's detainer.", "The detainer filed with the jail was ignored.", "\u201cThe jail ignored ICE,\u201d the director said.",
])
def test_a_detainer_or_ice_was_ignored(words: str) -> None:
    assert [claim.kind for claim in claims(words)] == ["ignored"]


def test_a_detainer_that_was_never_honored_was_not() -> None:
    assert [claim.kind for claim in claims("The detainer was never honored.")] == ["not-honored"]


def test_what_happened_all_the_same_is_one() -> None:
    assert [claim.kind for claim in claims("Even if it was asked in time, the jail refused to honor the detainer.")] == ["refused"]


@pytest.mark.parametrize(("words", "claimed"), [
    ("“The jail refused to honor our detainer on this dangerous noncitizen,” said the director.", "refused to honor our detainer on this dangerous noncitizen"),
    ("The jail refused to honor the detainer that deportation officers of the field office had lodged in March.", "refused to honor the detainer that deportation officers of the field office had lodged in March"),
])
def test_a_claim_ends_with_a_whole_word_and_with_the_quotation(words: str, claimed: str) -> None:
    (claim,) = claims(words)
    assert claimed.startswith(claim.span.words)
    assert f"{claim.span.words} " in f"{claimed} "


def test_a_draft_quotes_the_report_and_asks_the_law_of_a_subpoena_too() -> None:
    (draft,) = draft_cases(read_reports({"report": LEAD + "The jail turned a blind eye to the detainer. ICE then subpoenaed the jail for what it knew."}))
    assert {(claim["says"], claim["question"]) for claim in draft["claims"]} == {("turned a blind eye to the detainer", "hold"), ("subpoenaed the jail for what it knew", "share")}
    assert {claim.question for claim in Case.model_validate(draft).claims} == {"hold", "share"}

"""The six example cases, decided, and the JSON that a program gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from lawfulhold import Case, Law, decide, read_cases
from lawfulhold.facts.vocabulary import fact_names
from lawfulhold.rules.schema import schema

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.yaml"))
LAW = Law()


def example(name: str) -> Case:
    path = ROOT / "examples" / "cases" / f"{name}.yaml"
    return read_cases(path.read_text(encoding="utf-8"), str(path))[0]


def answers(name: str, **change):
    case = example(name)
    return decide(case.model_copy(update=change), LAW, today=date(2026, 11, 22)).answers


def test_hartford_neither_hold_nor_notice_by_the_states_act_and_not_by_the_citys_ordinance():
    decision = decide(example("hartford-2024"), LAW)
    data = decision.as_json()
    for question in ("hold", "notify"):
        assert data["answers"][question]["answer"] == "prohibited"
        assert {item["jurisdiction"] for item in data["answers"][question]["provisions"]} == {"US-CT"}
        assert all("54-192h" in item["cite"] for item in data["answers"][question]["provisions"])
    city = [item for item in data["binding"]["not_bound"] if item["jurisdiction"] == "US-CT-HARTFORD"]
    assert {item["question"] for item in city} >= {"hold"}
    assert all("not this agency" in item["why"] for item in city)
    assert data["at_release"]["action"] == "release"
    assert [claim["law_left_a_choice"] for claim in data["claims"]] == [False, False]
    assert {item["fact"] for item in data["differences"]} >= {"arrested_on", "charges"}


def test_the_same_in_the_hands_of_the_citys_police_names_the_city():
    case = example("hartford-2024")
    police = case.model_copy(
        update={"agency": case.agency.model_copy(update={"kind": "municipal-police", "name": None})}
    )
    assert not any(
        item["jurisdiction"] == "US-CT-HARTFORD" and "Aug. 11, 2008" in item["cite"]
        for item in decide(police, LAW).as_json()["binding"]["not_bound"]
    )


def test_lynn_no_hold_by_lunn_and_notice_not_forbidden():
    found = answers("lynn-2024")
    assert found["hold"].answer == "prohibited"
    assert "Lunn" in found["hold"].deciding[0].cite
    assert found["notify"].answer == "permitted"


@pytest.mark.parametrize(
    "name", ["connecticut-2020-manslaughter", "connecticut-2020-burglary", "connecticut-2020-narcotics"]
)
def test_connecticut_2020_a_final_order_and_class_c_and_d_are_no_ground(name):
    assert answers(name)["hold"].answer == "prohibited"


def test_connecticut_2020_would_have_been_otherwise_for_class_b_and_before_october_2019():
    case = example("connecticut-2020-burglary")
    class_b = case.model_copy(
        update={"charges": (case.charges[0].model_copy(update={"statute": None, "level": "felony", "grade": "B"}),)}
    )
    assert decide(class_b, LAW).answers["hold"].answer == "permitted"
    earlier = answers(
        "connecticut-2020-burglary", date=Case(jurisdiction="US-CT", agency="courts", date="2019-09-30").date
    )
    assert earlier["hold"].answer == "permitted"
    assert earlier["notify"].answer == "required"


def test_fairfax_is_answered_over_the_whole_interval():
    hold = answers("fairfax")["hold"]
    assert (hold.answer, hold.because) == ("undetermined", "date")
    assert [(str(change.first), change.answer) for change in hold.changes] == [
        ("2012-01-01", "permitted"),
        ("2018-05-23", "prohibited"),
    ]
    assert hold.missing[0].fact == "date"


def test_every_fact_of_an_example_says_where_it_came_from():
    from lawfulhold.facts.read import given_facts

    for path in EXAMPLES:
        case = read_cases(path.read_text(encoding="utf-8"), str(path))[0]
        for name, _ in given_facts(case):
            assert name in case.sources, f"{path.name}: {name}"
        assert "charges" in case.sources, path.name
        for name in case.sources:
            assert name in fact_names(), name


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "lawfulhold", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_json_of_several_files_is_a_list_that_the_schema_describes():
    result = run("decide", "--json", *map(str, EXAMPLES))
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert len(found) == len(EXAMPLES) == 6
    for decision in found:
        jsonschema.validate(decision, schema("decision"))


def test_the_schemas_are_schemas_and_describe_the_examples_and_the_law():
    import yaml

    for name in ("case", "decision", "law"):
        jsonschema.Draft202012Validator.check_schema(schema(name))
    for path in EXAMPLES:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert content["jurisdiction"]
    plain = yaml.safe_load((ROOT / "law" / "US-CT.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(plain, default=str)), schema("law"))


def test_replay_on_another_day_and_under_another_law(tmp_path):
    path = "examples/cases/connecticut-2020-burglary.yaml"
    earlier = json.loads(run("decide", path, "--json", "--on", "2019-09-30").stdout)
    assert earlier["answers"]["hold"]["answer"] == "permitted"
    (tmp_path / "US-CT.yaml").write_text(
        "code: US-CT\nname: Connecticut\nlayer: state\nparent: US\nprovisions:\n  - id: bill-duty\n    question: "
        "hold\n    effect: required\n"
        "    binds: [state-corrections]\n    from: 2019-10-01\n    says: A bill that would make every hold a duty.\n   "
        " cite: An invented bill\n"
        "    read: full-text\n    confidence: high\n    overrides: [ct-192h-hold-2019]\n",
        encoding="utf-8",
    )
    now, bill = (json.loads(run("decide", path, "--json", *more).stdout) for more in ((), ("--law", str(tmp_path))))
    assert now["answers"]["hold"]["answer"] == "prohibited"
    assert bill["answers"]["hold"]["answer"] == "required"
    assert bill["law_version"] != now["law_version"]
    assert json.loads(run("decide", path, "--json").stdout) == now


def test_explain_shows_conditions_facts_their_sources_and_the_layers_that_lost():
    text = run("decide", "--explain", "examples/cases/connecticut-2020-manslaughter.yaml").stdout
    assert "ct-192h-hold-2019 [US-CT] prohibited" in text
    assert "unless papers.judicial_warrant or any_charge(" in text
    assert "fact papers.administrative_warrant = True (from report 004" in text
    assert "us-287-7-a-request [US] permitted" in text
    assert "set aside" in text


def test_an_undetermined_hold_lists_the_facts_and_what_each_leads_to():
    found = json.loads(
        run(
            "decide",
            "-",
            "--json",
            stdin="jurisdiction: US-CT\nagency: state-corrections\ndate: 2024-02-01\n"
            "detainer: {form: I-247A}\nperson: {citizen_proof: false, watchlist_match: false}\nrecord_complete: true\n",
        ).stdout
    )
    hold = found["answers"]["hold"]
    assert hold["answer"] == "undetermined"
    missing = {item["fact"]: item["answers"] for item in hold["missing"]}
    assert missing["papers.judicial_warrant"] == {"true": "permitted", "false": "prohibited"}
    assert found["at_release"]["action"] == "release"


def test_the_python_surface_is_small():
    import lawfulhold

    assert set(lawfulhold.__all__) == {"Case", "Decision", "InputError", "Law", "__version__", "decide", "read_cases"}
    assert (
        decide(
            Case(jurisdiction="US-MA", agency="sheriff", date="2024-02-01", papers={"judicial_warrant": False}), Law()
        )
        .answers["hold"]
        .answer
        == "prohibited"
    )

"""Bad input ends in one line that says what, where and what to do; other files are still answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

GOOD = "case: good\njurisdiction: US-CT\nagency: state-corrections\ndate: 2024-02-01\n"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "lawfulhold", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
BAD = {
    "misspelt key": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\npapers: {judicial_warant: false}\n",
        4,
        "judicial_warrant",
    ),
    "misspelt group": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\npaper: {judicial_warrant: false}\n",
        4,
        "papers",
    ),
    "wrong type": ("case: x\njurisdiction: US-CT\nagency: sheriff\nperson:\n  age: old\n", 5, "person.age"),
    "yes instead of true": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\nperson: {watchlist_match: maybe}\n",
        4,
        "true or false",
    ),
    "impossible date": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\ndate: 2024-02-30\n",
        4,
        "not a day of the calendar",
    ),
    "date in words": ("case: x\njurisdiction: US-CT\nagency: sheriff\ndate: last week\n", 4, "YYYY-MM-DD"),
    "a week": ("case: x\njurisdiction: US-CT\nagency: sheriff\ndate: 2024-W05\n", 4, "is not a date"),
    "charges that are no list": ("case: x\njurisdiction: US-CT\nagency: sheriff\ncharges: 7\n", 4, "not a list"),
    "a number too long": (
        f"case: x\njurisdiction: US-CT\nagency: sheriff\nperson: {{age: {'9' * 5000}}}\n",
        None,
        "thousands of digits",
    ),
    "release before arrest": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\ndate: 2024-02-01\narrested_on: 2024-03-01\n",
        1,
        "before arrest",
    ),
    "unknown jurisdiction": ("case: x\njurisdiction: US-CTT\nagency: sheriff\n", 1, "US-CT"),
    "path as jurisdiction": ("case: x\njurisdiction: ../../etc/passwd\nagency: sheriff\n", 1, "unknown jurisdiction"),
    "unknown agency": ("case: x\njurisdiction: US-CT\nagency: sherif\n", 1, "sheriff"),
    "unknown form": ("case: x\njurisdiction: US-CT\nagency: sheriff\ndetainer: {form: I-247B}\n", 4, "I-247A"),
    "contradiction": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\npapers: {criminal_warrant: true, judicial_warrant: false}\n",
        1,
        "cannot both",
    ),
    "invalid yaml": ("case: x\njurisdiction: [US-CT\nagency: sheriff\n", 3, "not valid YAML"),
    "key twice": ("case: x\njurisdiction: US-CT\nagency: sheriff\nagency: courts\n", 4, "twice"),
    "aliases": (BOMB, 2, "aliases"),
    "a list of words": ("- a\n- b\n", 1, "not a case"),
    "empty": ("", None, "empty"),
    "only a comment": ("# nothing\n", None, "empty"),
    "no jurisdiction": ("case: x\nagency: sheriff\n", 1, "jurisdiction"),
    "unknown source": (
        "case: x\njurisdiction: US-CT\nagency: sheriff\nsources: {papers.judical_warrant: a}\n",
        4,
        "judicial_warrant",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_case_file_is_one_clear_line_and_the_next_file_is_still_answered(name, tmp_path):
    text, line, says = BAD[name]
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text(text, encoding="utf-8")
    good.write_text(GOOD, encoding="utf-8")
    result = run("decide", str(bad), str(good), "--json")
    errors = result.stderr.decode()
    assert result.returncode == 2
    assert errors.count("\n") == 1, errors
    assert "Traceback" not in errors
    assert f"bad.yaml{f':{line}' if line else ''}: " in errors, errors
    assert says in errors, errors
    assert json.loads(result.stdout)[0]["case"] == "good"


def test_bytes_that_are_not_text(tmp_path):
    for content, says in (
        (b"case: \xff\xfe\n", "not UTF-8"),
        (b"case: a\x00b\n", "NUL"),
        (b"%PDF-1.7\n\x00", "not text"),
    ):
        (tmp_path / "bad.yaml").write_bytes(content)
        result = run("decide", str(tmp_path / "bad.yaml"))
        assert result.returncode == 2
        assert says in result.stderr.decode()
        assert result.stderr.decode().count("\n") == 1


def test_a_file_of_fifty_megabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n" * 10_500_000)
    result = run("decide", str(path))
    assert result.returncode == 2
    assert "bytes" in result.stderr.decode()


def test_a_device_without_end_is_refused():
    result = run("decide", "/dev/zero")
    assert result.returncode == 2
    assert "more than 4,000,000 bytes" in result.stderr.decode()


def test_deep_nesting_is_refused(tmp_path):
    for name, text in (("deep.yaml", "a: " + "[" * 500 + "]" * 500), ("deep.json", "[" * 100_000)):
        (tmp_path / name).write_text(text)
        result = run("decide", str(tmp_path / name))
        assert result.returncode == 2
        assert "Traceback" not in result.stderr.decode()


def test_invalid_json_has_its_line(tmp_path):
    (tmp_path / "bad.json").write_text('{"case": "x",\n "jurisdiction": }')
    result = run("decide", str(tmp_path / "bad.json"))
    assert result.returncode == 2
    assert "bad.json:2: is not valid JSON" in result.stderr.decode()


def test_the_same_case_id_twice(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD)
    result = run("decide", str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml"), "--json")
    assert result.returncode == 2
    assert "two.yaml:1: case good was given already" in result.stderr.decode()
    assert len(json.loads(result.stdout)) == 1


def test_missing_file_and_folder(tmp_path):
    result = run("decide", str(tmp_path / "nothing.yaml"), str(tmp_path))
    assert result.returncode == 2
    assert "there is no such file" in result.stderr.decode()
    assert "folder" in result.stderr.decode()


def test_standard_input_is_read_for_a_dash():
    result = run("decide", "-", "--json", stdin=GOOD.encode())
    assert result.returncode == 0
    assert json.loads(result.stdout)["case"] == "good"


def test_bad_date_on_the_command_line():
    result = run("decide", "-", "--on", "2024-02-30", stdin=GOOD.encode())
    assert result.returncode == 2
    assert "--on: 2024-02-30 is not a day of the calendar" in result.stderr.decode()


def test_a_law_folder_that_is_not_there(tmp_path):
    result = run("decide", "-", "--law", str(tmp_path / "x"), stdin=GOOD.encode())
    assert result.returncode == 2
    assert "not a folder of law files" in result.stderr.decode()


BAD_LAW = {
    "unknown fact": ("when: papers.judicial_warant", "did you mean papers.judicial_warrant"),
    "wrong type": ("when: person.age > 'old'", "is a number"),
    "enum value": ("when: detainer.form = 'I-247B'", "is never"),
    "not sql": ("when: papers.judicial_warrant and and", "not a SQL condition"),
    "python": ("when: __import__('os')", "no function"),
    "is null": ("when: papers.judicial_warrant is null", "`is` is not used"),
    "charge fact outside": ("when: grade = 'A'", "any_charge"),
    "binds": ("binds: [sherif]", "unknown kind"),
    "field": ("whenn: papers.judicial_warrant", "did you mean when"),
    "dates": ("to: 2010-01-01", "before it begins"),
    "overrides": ("overrides: [nothing-here]", "no provision of this place"),
    "list": ("when: any_charge(on_list('nowhere'))", "law/offences does not have"),
}


@pytest.mark.parametrize("name", BAD_LAW)
def test_law_check_reports_file_and_line(name, tmp_path):
    field, says = BAD_LAW[name]
    fields = {
        "id": "x-rule",
        "question": "hold",
        "effect": "prohibited",
        "binds": "[sheriff]",
        "from": "2012-01-01",
        "says": "Nobody is held on a detainer here.",
        "cite": "Invented Code § 1",
        "read": "full-text",
        "confidence": "high",
    }
    key, value = field.split(": ", 1)
    fields[key] = value
    body = "\n".join(f"    {key}: {value}" for key, value in fields.items()).replace("    id", "  - id", 1)
    (tmp_path / "US-ZZ.yaml").write_text(f"code: US-ZZ\nname: Nowhere\nlayer: state\nparent: US\nprovisions:\n{body}\n")
    result = run("law", "check", "US-ZZ", "--law", str(tmp_path))
    out = result.stdout.decode()
    assert result.returncode == 2, out + result.stderr.decode()
    assert says in out, out
    assert "US-ZZ.yaml:" in out


def test_a_provision_without_citation_is_reported(tmp_path):
    (tmp_path / "US-ZZ.yaml").write_text(
        "code: US-ZZ\nname: Nowhere\nlayer: state\nparent: US\nprovisions:\n  - id: x\n    question: hold\n    effect: "
        "prohibited\n"
        "    binds: [all]\n    from: 2012-01-01\n    says: Nobody is held here.\n    read: full-text\n    confidence: "
        "high\n"
    )
    out = run("law", "check", "US-ZZ", "--law", str(tmp_path)).stdout.decode()
    assert "cite: is missing" in out
    assert "US-ZZ.yaml:6" in out


def test_an_overlay_whose_parent_does_not_exist_is_named_with_its_line(tmp_path):
    (tmp_path / "US-CT-NOWHERE.yaml").write_text(
        "code: US-CT-NOWHERE\nname: Nowhere\nlayer: local\nparent: US-QQ\nprovisions: []\n"
    )
    result = run("law", "check", "US-CT-NOWHERE", "--law", str(tmp_path))
    assert result.returncode == 2
    assert "US-CT-NOWHERE.yaml:4: parent: unknown jurisdiction US-QQ" in result.stdout.decode()


def test_a_skeleton_in_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "scenarios").write_text("a file where a folder should be")
    result = run("law", "new", "US-OH-LUCAS", "--law", str(tmp_path))
    errors = result.stderr.decode()
    assert result.returncode == 2
    assert "cannot be written" in errors
    assert errors.count("\n") == 1


def test_shipped_law_is_clean():
    result = run("law", "check")
    assert result.returncode == 0, result.stdout.decode()[:3000]

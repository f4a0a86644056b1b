"""Files that are no reports: a clear word for each, the others read all the same, time and memory bounded."""

from __future__ import annotations

import os
import time
from array import array
from pathlib import Path

import pytest

from lawfulhold.sources import cases, read_reports
from lawfulhold.sources.asserted import asserted, day_of_setting_aside, set_aside
from lawfulhold.sources.cases import MAXIMUM_SENTENCES
from lawfulhold.sources.claims import find_claims
from lawfulhold.sources.clean import MAXIMUM_BYTES, MAXIMUM_CHARACTERS, UnreadableError, read_bytes, read_file
from lawfulhold.sources.clauses import Clause
from lawfulhold.sources.marks import Marked

GOOD = "date: 2023-06-15\n\nICE arrested a Peruvian national in Aurora, Colorado, on June 2.\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "is a PNG image"),
        (b"PK\x03\x04....", "archive"),
        (b"abc\0def", "is not text"),
        (bytes(range(1, 32)) * 40, "is not text"),
        (b"   \n\n", "has no words"),
        (b"", "has no words"),
        (b"\xff\xfeabc", "starts like utf-16"),
        (b"{\\rtf1\\ansi ICE arrested a man.}", "an RTF document.*; save it as PDF or text"),
        (b'\xef\xbb\xbf {"text": "ICE arrested a man."}', "is JSON.*; save the report itself"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml PK\x03\x04 word/document.xml", r"an office document \(DOCX, ODT\).*; save it as PDF or text"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC picture.*; save it as JPEG or PDF"),
    ],
)
def test_a_file_that_is_no_text_is_named(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableError, match=says):
        read_bytes(content, "file.txt")


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * (MAXIMUM_BYTES + 1))
    with pytest.raises(UnreadableError, match="a report has at most"):
        read_file(path)


def test_a_long_text_is_refused() -> None:
    with pytest.raises(UnreadableError, match="characters"):
        read_bytes(b"word " * (MAXIMUM_CHARACTERS // 5 + 1), "long.txt")


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_bytes(b"%PDF-1.4 broken")
    reading = read_reports([bad, tmp_path / "missing.txt", good])
    assert len(reading.cases) == 1
    assert [str(problem).split(": ")[0] for problem in reading.problems] == [str(bad), str(tmp_path / "missing.txt")]


@pytest.mark.parametrize(
    "text",
    [
        "ICE arrested " + "a Peruvian national and " * 3_000 + ".",
        "ICE " * 20_000,
        "(" * 100_000 + "ICE",
        "on June 2, " * 6_000,
        "A" * 250_000,
        "\n".join(["the detainer was not honored and he was released"] * 5_000),
        "<p>" * 60_000 + "ICE arrested a Peruvian national",
        "charged with assault, " * 4_000,
        "&#x202e;" * 20_000,
        "WASHINGTON IMMIGRATION AND CUSTOMS ENFORCEMENT said on May 20, 2024 - he",
        "word\n" + " " * 290_000 + "\nICE",
        "May 20, 2024\n\n" + "on June 2, 2022, " * 12_000,
        "Published May 20, 2024\n\n" * 12_000,
        "<p>" + '<a "' * 20_000,
        "<p>" + "<!-- " * 50_000,
        "ICE arrested " + "-".join(["Aa"] * 38) + " of Peru.",
        "Sheriff " + "Aa-" * 20_000,
    ],
    ids=["people", "ice", "brackets", "dates", "letters", "lines", "tags", "charges", "signs", "capitals", "blanks", "days", "day lines", "open tags", "open comments", "a long hyphenated name", "hyphens"],
)
def test_a_bomb_ends_in_time(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cases.SECONDS_ALLOWED <= 10
    monkeypatch.setattr(cases, "SECONDS_ALLOWED", 1.5)
    start = time.process_time()
    read_reports({"bomb": text})
    assert time.process_time() - start < 10  # the allowance of one report, and room for a busy machine


def test_a_report_of_too_many_sentences_says_so() -> None:
    (problem,) = read_reports({"long": "He left. " * (MAXIMUM_SENTENCES + 1)}).problems
    assert "sentences; cut it" in problem.message or "seconds to read; cut it" in problem.message


def test_mixed_scripts_and_turned_writing_change_no_offset() -> None:
    text = "date: 2023-06-15\n\n\u202eالاحتجاز\u202c — ICE arrested a Peruvian national “без” incident in Aurora, Colorado, on June 2. ICE hat ihn 逮捕 am 3. Juni.\n"
    reading = read_reports({"mixed": text})
    for case in reading.cases:
        for event in case.events:
            assert text[event.span.start:event.span.end] == event.span.words
    assert [event.when.date for event in reading.cases[0].events if event.type == "ice-arrest"] == ["2023-06-02"]


def test_windows_lines_and_old_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("date: 2023-06-15\r\n\r\nICE arrested a Peruvian national – “El Gato” – in Aurora, Colorado, on June 2.\r\n".encode("cp1252"))
    reading = read_reports([path])
    assert [event.when.date for event in reading.cases[0].events] == ["2023-06-02"]


def test_a_report_without_a_case_gives_none() -> None:
    assert read_reports({"recipe": "Peel the potatoes. Boil them for 20 minutes. Serve on Monday."}).cases == []


@pytest.mark.parametrize("text", ["[Updated] ICE arrested a Peruvian national in Aurora, Colorado.", "{Ed. note} ICE arrested a Peruvian national in Aurora, Colorado."])
def test_a_text_in_brackets_is_no_json(text: str) -> None:
    assert read_bytes(text.encode(), "note.txt").text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", [GOOD, f"<html><body><p>{GOOD[18:]}</p></body></html>", "ICE arrested a Peruvian national in Aurora, Colorado, on June 2, 2023."])
def test_the_mark_of_the_encoding_counts_as_a_character(encoding: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "marked.txt"
    path.write_bytes(text.encode(encoding))
    whole = path.read_bytes().decode("utf-8" if encoding == "utf-8-sig" else "utf-16-le")
    (case,) = read_reports([path]).cases
    spans = [event.span for event in case.events] + [fact.span for fact in (*case.person.values(), *case.place.values())]
    assert spans
    for span in spans:
        start, end = (span.start, span.end) if span.source_start is None else (span.source_start, span.source_end)
        assert whole[start:end] == span.words
    assert case.published == ("2023-06-15" if text == GOOD else None)


def test_a_pipe_without_a_writer_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(UnreadableError, match="give - and the report on standard input"):
        read_file(path)


@pytest.mark.parametrize("words", ["new ", "any new ", "no new ", "order for ", "orders of removal from ", "order was issued by ", "denied that ", "then ", "a-", "required by a law ", "follows its ", "ignored if ", "<detainer> <jail> ", "subpoena "])
@pytest.mark.parametrize("end", ["", "x", "conviction was "])
def test_a_line_of_one_word_is_judged_in_time(words: str, end: str) -> None:
    line = f"was not {words * (20_000 // len(words))}{end}"
    start = time.process_time()
    for told in (line, f"was not {words * (100 // len(words))}{end}"):
        asserted(told, len(told), Clause(0, len(told), "main"))
    set_aside(line)
    day_of_setting_aside(line)
    find_claims(Marked(read_bytes(line.encode(), "line"), 0, line, [], line, 0, 0, _origin=array("L", range(len(line) + 1))))
    assert time.process_time() - start < 5  # under a second on a machine at rest; the unbounded patterns took minutes

"""Reports as web pages: all of their words, none of what stands beside them or is hidden, and the place of each in the file."""

from __future__ import annotations

from itertools import pairwise

import pytest

from lawfulhold.sources.cases import read_cases
from lawfulhold.sources.clean import read_text
from lawfulhold.sources.reading import ReadCase

ARREST = "<p>ICE arrested a 34-year-old Peruvian national in Salem, Massachusetts, on May 14, 2024.</p>"
BEFORE = "<p>The Salem police arrested the man on March 3, 2024. The Essex County jail released him on April 11, 2024.</p>"
WHOLE = ["criminal-arrest 2024-03-03", "ice-arrest 2024-05-14", "released-from-custody 2024-04-11"]
OTHER = "<p>ICE arrested a 22-year-old Cuban man in Miami, Florida, on May 1, 2024.</p>"


def read(page: str) -> list[ReadCase]:
    return read_cases(read_text(page, "page.html"))


def events_of(case: ReadCase) -> list[str]:
    return sorted(f"{event.type} {event.when.date}" for event in case.events)


@pytest.mark.parametrize("page", [
    f"<html><body><form method=post>{ARREST}{BEFORE}</form></body></html>",
    f"<html><body><aside>Subscribe now{ARREST}{BEFORE}</body></html>",
    f"<html><body><nav><ul><li>Home</ul>{ARREST}{BEFORE}</body></html>",
    f"<html><body>{ARREST}<iframe src='film'>{BEFORE}</body></html>",
    f"<html><body><div><aside>Subscribe now</div>{ARREST}<aside>Share this</aside>{BEFORE}</body></html>",
    f"<html><head><title>Salem<meta charset=utf-8></head><body>{ARREST}{BEFORE}</body></html>",
    f"<html><body><aside>{ARREST}{BEFORE}</aside></body></html>",
    f"<span>The report</span> {ARREST}{BEFORE}",
    f"<!-- saved page -->{ARREST}{BEFORE}",
])
def test_a_page_loses_none_of_its_report(page: str) -> None:
    (case,) = read(page)
    assert events_of(case) == WHOLE


@pytest.mark.parametrize("beside", [
    f"<div hidden>{OTHER}</div>", f"<div style='color: red; display: none'>{OTHER}</div>", f"<section style='visibility:hidden'>{OTHER}</section>",
    f"<nav>{OTHER}</nav>", f"<aside>{OTHER}</aside>", f"<script>document.write('{OTHER}')</script>", f"<!-- {OTHER} -->", f"<template>{OTHER}</template>",
    "<ul><li hidden>ICE arrested a 22-year-old Cuban man on May 1, 2024.<li>Share this page</ul>",
])
def test_what_stands_beside_a_report_or_is_hidden_is_not_read(beside: str) -> None:
    (case,) = read(f"<html><body>{ARREST}{beside}{BEFORE}</body></html>")
    assert events_of(case) == WHOLE


def test_a_script_that_is_not_closed_takes_all_that_follows_as_a_browser_does() -> None:
    (case,) = read(f"<html><body>{ARREST}<script>var page = 1; {OTHER}</body></html>")
    assert events_of(case) == WHOLE[1:2]


@pytest.mark.parametrize("words", ["on March 3,<br>2024", "on March<br/>3, 2024", "on<br>March&#160;3, 2024"])
def test_a_line_break_divides_no_date(words: str) -> None:
    (case,) = read(f"<html><body><p>The Salem police arrested a 34-year-old Peruvian national {words} in Salem, Massachusetts.</p></body></html>")
    assert events_of(case) == ["criminal-arrest 2024-03-03"]


def test_line_breaks_after_sentences_divide_paragraphs() -> None:
    text = read_text("<div>ICE arrests two<br>ICE arrested a man.<br>He was released<br>on bail.<br><br>share</div>", "page").text
    assert text.split("\n\n") == ["", "ICE arrests two", "ICE arrested a man.", "He was released on bail.", "", "share", ""]


@pytest.mark.parametrize(("row", "expected"), [
    ("<td>March 3, 2024</td><td>A 34-year-old Peruvian national was arrested by the Salem police</td>", "criminal-arrest 2024-03-03"),
    ("<td><p>March 3, 2024</p></td>\n<td><p>A 34-year-old Peruvian national was arrested by the Salem police</p></td>", "criminal-arrest 2024-03-03"),
    ("<td>A 34-year-old Peruvian national was arrested by the Salem police</td><td>March 3, 2024</td>", "criminal-arrest 2024-03-03"),
])
def test_a_day_in_a_table_belongs_to_what_stands_beside_it(row: str, expected: str) -> None:
    (case,) = read(f"<table><tr><th>Day</th><th>Event</th></tr><tr>{row}</tr></table><p>ICE arrested him in Salem, Massachusetts, on May 14, 2024.</p>")
    assert expected in events_of(case)


def test_every_character_of_a_page_has_its_place_in_the_file() -> None:
    page = f"<html><body><table><tr><td>March 3,<br>2024</td><td>He &amp; she</td></tr></table>{ARREST}</body></html>"
    document = read_text(page, "page")
    assert document.positions is not None
    assert len(document.positions) == len(document.text)
    assert all(first <= second for first, second in pairwise(document.positions))
    for case in read_cases(document):
        for event in case.events:
            assert page[event.span.source_start:event.span.source_end] == event.span.words


def test_a_page_of_nothing_but_openings_is_read_in_time() -> None:
    for page in ("<p>" * 20_000, "<html>" + "<td> " * 20_000, "<br> " * 20_000, "<div>" * 20_000 + "</p>" * 20_000, "<html>" + " " * 290_000):
        assert read_cases(read_text(page + "word", "page")) == []


@pytest.mark.parametrize("other", ["<nav><time datetime='2019-01-01'>old story</time></nav>", "<aside><time datetime='2019-01-01'>old story</time></aside>"])
def test_the_day_of_another_story_is_no_day_of_publication(other: str) -> None:
    page = f"<html><body>{other}<article>{ARREST}{BEFORE}</article></body></html>"
    assert read_text(page, "page").published is None
    (case,) = read(page)
    assert events_of(case) == WHOLE


def test_a_day_that_several_told_days_follow_is_no_day_of_publication() -> None:
    (case,) = read(f"<html><body><time datetime='2019-01-01'>old story</time>{ARREST}{BEFORE}</body></html>")
    assert case.published is None
    assert events_of(case) == WHOLE


def test_the_day_that_a_page_marks_is_its_day_of_publication() -> None:
    for mark in ("<time datetime='2024-05-20'>", "<time itemprop=datePublished datetime='2024-05-20'>", "<meta itemprop=datePublished content='2024-05-20'>"):
        assert read_text(f"<html><body>{mark}{ARREST}{BEFORE}</body></html>", "page").published == "2024-05-20"

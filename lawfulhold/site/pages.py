"""The pages: what each shows, put into its template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from lawfulhold.rules.conditions import to_text
from lawfulhold.rules.law import INFORMATION, LATEST_DAY, Jurisdiction, Law, Provision
from lawfulhold.rules.people import HEADINGS, condition_in_words, how_read
from lawfulhold.rules.write import BECAUSE_WORDS, QUESTION_WORDS
from lawfulhold.site.answers import Answers, Verdict
from lawfulhold.site.changes import AnswerChange, Day
from lawfulhold.site.data import ANSWER_WORDS
from lawfulhold.site.situations import Inquiry, Situation, Situations, state_of

_ADDRESS = re.compile(r"https?://[^\s;,)\]>\"”]*[^\s;,)\]>\"”.]")
INFORMATION_WORDS = {
    "liability": "Liability",
    "enforcement": "Enforcement",
    "sanction": "Sanction",
    "indemnity": "Indemnity",
    "federal-duty": "Duty of federal agencies",
}


@dataclass(frozen=True)
class Site:
    """Everything the pages are made of."""

    law: Law
    codes: tuple[str, ...]
    situations: Situations
    answers: Answers
    today: date

    @cached_property
    def provisions(self) -> dict[str, Provision]:
        """Every provision by its id."""
        return {item.id: item for code in ("US", *self.codes) for item in self.law.jurisdiction(code).provisions}

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of every place by its code."""
        return {code: self.law.jurisdiction(code).name for code in ("US", *self.codes)}

    @cached_property
    def states(self) -> list[str]:
        """The states and what ranks with them, by name."""
        return sorted(
            (code for code in self.codes if self.law.jurisdiction(code).layer == "state"),
            key=lambda code: self.names[code],
        )

    def locals_of(self, state: str) -> list[str]:
        """The local places of a state, by name."""
        return sorted((code for code in self.codes if code.startswith(f"{state}-")), key=lambda code: self.names[code])


def linked(text: str | None) -> Markup:
    """Text with its web addresses made links."""
    parts: list[Markup] = []
    rest = 0
    for found in _ADDRESS.finditer(text or ""):
        address = found.group()
        shown = re.sub(r"^https?://(www\.)?", "", address)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        parts += [
            escape((text or "")[rest : found.start()]),
            Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, shown),
        ]
        rest = found.end()
    return Markup("").join([*parts, escape((text or "")[rest:])])


def environment(site: Site) -> Environment:
    """The templates, with the words they use."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        linked=linked,
        flat=lambda text: " ".join(str(text).split()),
        condition=condition_in_words,
        how_read=how_read,
        as_written=to_text,
    )
    made.globals.update(
        site=site,
        law_version=site.law.version(),
        today=site.today,
        words=ANSWER_WORDS,
        because_words=BECAUSE_WORDS,
        question_words={**QUESTION_WORDS, **INFORMATION_WORDS},
        headings=dict(HEADINGS),
        latest=LATEST_DAY,
        agency=_agency_words(site.law),
        size=size_in_words,
        plain_list=plain_list,
        questions=lambda: [(one.key, one.says) for one in site.situations.questions],
        situations=lambda: [(one.key, one.says) for one in site.situations.situations],
        questions_says={one.key: one.says for one in site.situations.questions}.__getitem__,
        names_of=lambda items: list(dict.fromkeys(site.names[item.jurisdiction] for item in items)),
    )
    return made


def _agency_words(law: Law) -> Callable[[str], str]:
    return lambda kind: law.agencies.name(kind) if kind in law.agencies.kinds else kind


def plain_list(words: Sequence[str]) -> str:
    """'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def size_in_words(size: int) -> str:
    """'120 KB'."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


# ---------------------------------------------------------------------------------------------- answers in rows


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of answers."""

    code: str
    state: str
    as_state: bool
    verdict: Verdict
    since: date | None
    provisions: tuple[Provision, ...]


def rows_of(site: Site, inquiry: Inquiry, day: date) -> list[Row]:
    """A row for each place: states by name, each followed by its local places."""
    return [_row(site, code, inquiry, day) for state in site.states for code in (state, *site.locals_of(state))]


def _row(site: Site, code: str, inquiry: Inquiry, day: date) -> Row:
    series = site.answers.of(code, inquiry)
    number = series.on(day)
    verdict = site.answers.verdicts[number]
    since: date | None = None
    before = site.answers.verdicts[series.spans[0][1]].answer
    for first, other in series.spans[1:]:
        answer = site.answers.verdicts[other].answer
        if first <= day and answer != before:
            since = first
        before = answer
    state = state_of(code)
    as_state = code != state and site.answers.of(state, inquiry).on(day) == number
    return Row(code, state, as_state, verdict, since, tuple(site.provisions[name] for name in verdict.deciding))


def answers_of_place(site: Site, code: str, situation: Situation, day: date) -> list[tuple[str, list[Verdict]]]:
    """The answers of a place on a day: for each question (its key) the verdict for each kind of agency."""
    return [
        (
            asked.key,
            [site.answers.verdict(code, Inquiry(kind, asked, situation), day) for kind in site.situations.kinds],
        )
        for asked in site.situations.questions
    ]


# ---------------------------------------------------------------------------------------------- a place


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a memo: the effect, the place's own provisions, and those of the places above it."""

    effect: str
    own: tuple[Provision, ...]
    above: tuple[Provision, ...]


def memo_parts(law: Law, code: str, day: date) -> list[Part]:
    """What the law of a place says on a day: must, must not, may, not settled, good to know."""
    *above, place = law.chain(code)
    parts = []
    for effect, _ in HEADINGS:
        own = _in_force(place, effect, day)
        higher = (
            tuple(item for link in reversed(above) for item in _in_force(link, effect, day))
            if effect != "not-required"
            else ()
        )
        if own or higher:
            parts.append(Part(effect, own, higher))
    return parts


def _in_force(place: Jurisdiction, effect: str, day: date) -> tuple[Provision, ...]:
    return tuple(
        item
        for item in place.provisions
        if item.effect == effect and item.in_force(day) and item.question not in INFORMATION
    )


def information(place: Jurisdiction, day: date) -> tuple[Provision, ...]:
    """Provisions in force that are for information only: liability, sanctions and the like."""
    return tuple(item for item in place.provisions if item.question in INFORMATION and item.in_force(day))


def other_times(place: Jurisdiction, day: date) -> list[Provision]:
    """Provisions that are over, or still to come, latest first."""
    return sorted(
        (item for item in place.provisions if not item.in_force(day)),
        key=lambda item: (item.first, item.id),
        reverse=True,
    )


def history_of(place: Jurisdiction) -> list[Day]:
    """A timeline of the place's own provisions, oldest first."""
    days: dict[date, Day] = {}
    for item in place.provisions:
        days.setdefault(item.first, Day(item.first)).began.append(item)
        if item.last != LATEST_DAY:
            after = item.last + timedelta(days=1)
            days.setdefault(after, Day(after)).ended.append(item)
    return [days[day] for day in sorted(days)]


def change_words(site: Site, change: AnswerChange) -> Iterator[str]:
    """For whom and in which situations an answer changed; nothing when for everyone and always."""
    if change.kinds:
        yield plain_list([site.situations.kinds[key].split(" (")[0] for key in change.kinds])
    if change.situations:
        rest = [one.short for one in site.situations.situations if one.key not in change.situations]
        named = [one.short for one in site.situations.situations if one.key in change.situations]
        yield f"not with {plain_list(rest)}" if len(rest) < len(named) else f"with {plain_list(named)}"


def usual_kind(site: Site, code: str) -> str:
    """The kind of agency whose answers a page shows first: the one that most of the place's own provisions bind."""
    items = site.law.jurisdiction(code).provisions
    agencies = site.law.agencies
    kinds = list(site.situations.kinds)
    bound = {
        kind: sum(bool(agencies.above(agencies.kind(kind)).intersection(item.binds)) for item in items)
        for kind in kinds
    }
    return max(kinds, key=lambda kind: bound[kind])


def page_of(code: str) -> str:
    """The page of a place, seen from the first page."""
    return f"places/{code}.html"


def render(made: Environment, template: str, root: str, **values: Any) -> str:
    """A page from its template. `root` leads from the page to the first page's folder ('' or '../')."""
    return made.get_template(template).render(root=root, **values)

"""Papers as tagged PDF (PDF/UA-1), set by typst with the fonts of the package. Nothing outside is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lawfulhold.desk.errors import NotFound, RuleOfTheDesk
from lawfulhold.desk.models import CHANNELS, Booking, Contact, Custody, Detainer, Release
from lawfulhold.desk.services import booking, contacts, decisions, holds, release
from lawfulhold.desk.services.acting import By

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "es")
Block = dict[str, Any]


@cache
def words_in(language: str) -> dict[str, Any]:
    """The words of the papers in a language."""
    found: dict[str, Any] = yaml.safe_load((HERE / "words" / f"{language}.yaml").read_text(encoding="utf-8"))
    return found


def pdf(data: dict[str, Any]) -> bytes:
    """The paper as PDF/UA-1. Takes title, agency, language, mark, footer, words and blocks."""
    import typst

    made: bytes = typst.compile(
        str(HERE / "paper.typ"),
        root=str(HERE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
    )
    return made


def paper(by: By, custody: Custody, name: str, language: str) -> tuple[bytes, str]:
    """(PDF, title) of a paper of a case. Raises `NotFound` for one that there is none of, `RuleOfTheDesk` for a reply
    the decision does not allow.
    """
    if name not in MAKERS or language not in LANGUAGES:
        raise NotFound("There is no such paper.")
    if name.startswith("reply-"):
        may = contacts.may_send(custody, name.removeprefix("reply-"))
        if not may.allowed or language != "en":
            raise RuleOfTheDesk("ice-allowed", f"This reply cannot be given. {may.says}")
    words = words_in(language)
    title, blocks = MAKERS[name](by, custody, words)
    data = {
        "title": title,
        "agency": by.agency.name,
        "lang": language,
        "mark": words["mark"],
        "words": words,
        "blocks": blocks,
        "footer": _footer(by, custody, words),
    }
    return pdf(data), title


def _footer(by: By, custody: Custody, words: dict[str, Any]) -> str:
    law = custody.decision.law_version if custody.decision else "–"
    return str(words["footer"]).format(case=custody.number, law=law, made=when(by, by.at))


def when(by: By, moment: datetime | str | None) -> str:
    """A moment in the agency's zone, with the zone's name."""
    if not moment:
        return "–"
    value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return by.local(value).strftime("%Y-%m-%d %H:%M %Z")


def _text(text: str, **more: Any) -> Block:
    return {"kind": "text", "text": text, **more}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _who(custody: Custody, words: dict[str, Any]) -> Block:
    details = booking.details_of(custody.person)
    found = Booking.objects.filter(custody=custody).in_force().order_by("entry__sequence").last()
    rows = [
        [words["person"], f"{details.surname}, {details.given_names}".rstrip(", ")],
        [words["born"], details.date_of_birth or words["unknown"]],
        [words["number"], found.number if found else words["unknown"]],
        [words["case"], custody.number],
    ]
    return {"kind": "facts", "rows": rows}


def _service(words: dict[str, Any], *, lawyer: bool = False) -> list[Block]:
    """The proof-of-service block."""
    said = words["service"]
    lines = [said["language"], said["when"], said["officer"], said["interpreter"], said["signed"]]
    return [
        _heading(said["heading"]),
        _text(said["given"]),
        {"kind": "lines", "items": lines + ([said["lawyer"]] if lawyer else [])},
        {"kind": "boxes", "items": [said["refused"]]},
    ]


def _newest(custody: Custody, **only: Any) -> Detainer:
    row = Detainer.objects.filter(custody=custody, **only).exclude(state="duplicate").order_by("-received_at").first()
    if row is None:
        raise NotFound("There is no such detainer on this case.")
    return row


def _answer(custody: Custody, question: str) -> str:
    try:
        return decisions.answer_to(custody, question).answer
    except RuleOfTheDesk:
        return ""


def _provisions(custody: Custody, *questions: str) -> list[str]:
    if custody.decision is None:
        return []
    found = []
    for question in questions:
        for item in custody.decision.finding.answers["answers"].get(question, {}).get("provisions", ()):
            found.append(f"{item['says']} ({item['cite']})")
    return list(dict.fromkeys(found))


def _statement(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["statement-of-intent"]
    row = _newest(custody)
    hold, notify = custody.hold, _answer(custody, "notify")
    answer = _answer(custody, "hold")
    intent = (
        "recorded"
        if hold is not None and not custody.claim_open
        else answer
        if answer in ("required", "permitted", "prohibited") and not custody.claim_open
        else "open"
    )
    held = said[f"hold-{intent}"].format(limit=when(by, custody.hold_limit_at or hold.limit_at) if hold else "", cite=hold.cite if hold else "")
    blocks = [
        _who(custody, words),
        _text(said["opening"].format(form=row.form, received=when(by, row.received_at))),
        _text(said["asks"]),
        _heading(said["hold"]),
        {"kind": "strong", "text": held},
        _heading(said["notify"]),
        {
            "kind": "strong",
            "text": said[f"notify-{notify if notify in ('required', 'permitted', 'prohibited') else 'open'}"],
        },
    ]
    law = _provisions(custody, "hold", "notify")
    if law:
        blocks += (
            [_heading(said["law"])]
            + ([_text(said["law-note"])] if said["law-note"] else [])
            + [_text(line, lang="en") for line in law[:6]]
        )
    rights = [said[key] for key in ("right-wrong", "right-citizen", "right-bail", "right-lawyer", "right-copy")]
    return said["title"], [
        *blocks,
        _heading(said["rights"]),
        {"kind": "list", "items": rights},
        *_service(words, lawyer=True),
    ]


def _told(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["notice-of-notification"]
    rows = (
        Contact.objects.filter(
            custody=custody, direction="out", kind__in=("notice-of-release", "will-hold", "hand-over", "information")
        )
        .in_force()
        .order_by("at")
    )
    blocks = [_who(custody, words), _text(said["opening"] if rows else said["none"])]
    for row in rows:
        blocks += [
            _heading(said["said"]),
            {
                "kind": "facts",
                "rows": [
                    [said["when"], when(by, row.at)],
                    [said["how"], CHANNELS[row.channel]],
                    [said["whom"], row.official or row.number or "ICE"],
                    [said["content"], row.content],
                ],
            },
        ]
    law = _provisions(custody, "notify")
    blocks += ([_heading(said["why"])] + [_text(line, lang="en") for line in law[:4]]) if law else []
    return said["title"], [*blocks, *_service(words, lawyer=True)]


def _consent(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["interview-consent"]
    points = [said[f"point-{name}"] for name in ("purpose", "voluntary", "silent", "lawyer")]
    return said["title"], [
        _who(custody, words),
        _text(said["opening"]),
        _heading(said["points"]),
        {"kind": "list", "items": points},
        _heading(said["choice"]),
        {"kind": "boxes", "items": [said["choose-no"], said["choose-lawyer"], said["choose-yes"]]},
        *_service(words),
    ]


def _held(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["notice-of-hold"]
    hold = custody.hold
    if hold is None:
        return said["title"], [_who(custody, words), {"kind": "strong", "text": said["none"]}, *_service(words)]
    return said["title"], [
        _who(custody, words),
        _text(said["opening"].format(due=when(by, custody.release_due_at))),
        _text(said["authority"].format(cite=hold.cite)),
        {"kind": "strong", "text": said["limit"].format(limit=when(by, custody.hold_limit_at or hold.limit_at))},
        _heading(said["ends"]),
        {"kind": "list", "items": [said["end-cancel"], said["end-court"], said["end-citizen"]]},
        *_service(words, lawyer=True),
    ]


def _lifted(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["lift"]
    row = _newest(custody, cancelled_at__isnull=False)
    opening = said["opening"].format(
        form=row.form, received=when(by, row.received_at), cancelled=when(by, row.cancelled_at)
    )
    other = [_text(said["other"])] if custody.live_detainers else []
    return said["title"], [
        _who(custody, words),
        _text(opening),
        {"kind": "strong", "text": said["effect"]},
        *other,
        *_service(words),
    ]


def _reply(name: str) -> Callable[[By, Custody, dict[str, Any]], tuple[str, list[Block]]]:
    def make(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
        said = words[name]
        row = _newest(custody)
        hold = custody.hold
        values = {
            "form": row.form,
            "dhs": row.dhs_number or words["unknown"],
            "sent": when(by, row.sent_at) if row.sent_at else words["unknown"],
            "received": when(by, row.received_at),
            "limit": when(by, custody.hold_limit_at or hold.limit_at) if hold else "–",
            "cite": hold.cite if hold else "–",
            "due": when(by, custody.release_due_at),
            "fixed": contacts.FIXED["decline"].format(cite=contacts.cite(custody)),
        }
        return said["title"].format(**values), [
            _text(said["opening"].format(**values)),
            {"kind": "strong", "text": said["says"].format(**values)},
            {"kind": "lines", "items": [words["service"]["officer"], words["service"]["when"]]},
        ]

    return make


def _release_record(by: By, custody: Custody, words: dict[str, Any]) -> tuple[str, list[Block]]:
    said = words["release-record"]
    row = Release.objects.filter(custody=custody).in_force().order_by("at").last()
    late = holds.late_minutes(custody, by.at)
    decision = row.decision if row and row.decision else custody.decision
    facts = [
        [words["due_at"], when(by, custody.release_due_at)],
        [words["released_at"], when(by, row.at) if row else "–"],
        [said["reason"], Release.REASONS[row.reason] if row else "–"],
        [said["late"], f"{late:.0f}" if late is not None and row else "–"],
    ]
    if decision is not None:
        facts += [[said["hold"], words["answers"][decision.hold]], [said["notify"], words["answers"][decision.notify]]]
    done = release.checklist(custody)
    rows = [
        [
            release.STEPS[step][0],
            check.found if check else "–",
            f"{check.recorded_name}, {when(by, check.at)}" if check else "–",
        ]
        for step, check in done.items()
    ]
    opening = {"kind": "strong", "text": said["open"]} if row is None else _text(said["opening"])
    return said["title"], [
        opening,
        _who(custody, words),
        {"kind": "facts", "rows": facts},
        _heading(said["checklist"]),
        {"kind": "table", "widths": [5, 2, 3], "head": [said["step"], said["found"], said["by"]], "rows": rows},
        *_service(words),
    ]


MAKERS: dict[str, Callable[[By, Custody, dict[str, Any]], tuple[str, list[Block]]]] = {
    "statement-of-intent": _statement,
    "notice-of-notification": _told,
    "interview-consent": _consent,
    "notice-of-hold": _held,
    "lift": _lifted,
    "reply-decline": _reply("reply-decline"),
    "reply-will-hold": _reply("reply-will-hold"),
    "reply-notice-of-release": _reply("reply-notice-of-release"),
    "release-record": _release_record,
}

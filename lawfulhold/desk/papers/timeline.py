"""The timeline of one custody: every entry in order, parts left out on request and said so, under a seal that anybody
can check.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from lawfulhold.desk.models import Agency, ChainHead, Custody, Entry
from lawfulhold.desk.papers.make import pdf, when, words_in
from lawfulhold.desk.services import docket
from lawfulhold.desk.services import timeline as told
from lawfulhold.desk.services.acting import By

WHY = {"personal": "personal data", "counsel": "communications with counsel", "security": "security of the facility"}
OF_COUNSEL = ("counsel-asked", "opinion")
INSIDE = ("alert", "alert-seen", "looks-sealed")


def key() -> Ed25519PrivateKey:
    """The agency's sealing key, made from the key of the index, which is never rotated."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lawful hold timeline seal").derive(
        settings.DESK_INDEX_KEY.encode()
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """The key with which a seal is checked, as base64."""
    raw = key().public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def entries_of(custody: Custody) -> list[Entry]:
    """The entries of a custody that say what happened, in order."""
    return [entry for entry in told.entries(custody) if entry.kind not in INSIDE]


def timeline(by: By, custody: Custody, left_out: Collection[int], why: str, *, names: bool = True) -> dict[str, Any]:
    """The timeline as plain data with its seal. `left_out` holds the numbers of the entries to leave out; with
    `names` false no name or number of the
    person and no name of the staff is shown."""
    by.must("export")
    hide = [] if names else told.words_to_hide(custody)
    head = ChainHead.objects.get(agency=by.agency)
    lines = []
    for entry in entries_of(custody):
        hidden = entry.sequence in left_out or entry.content is None
        lines.append(
            {
                "entry": entry.sequence,
                "moment": docket.plain(entry.moment),
                "kind": "" if hidden else entry.kind,
                "says": None if hidden else told.blacked_out(told.says(entry), hide),
                "by": (entry.actor_name if names else told.role_of(entry.actor_name)) if not hidden else None,
                "commitment": entry.commitment,
                "hash": entry.hash,
            }
        )
    text = {
        "agency": by.agency.name,
        "case": custody.number,
        "made": docket.plain(by.at),
        "left_out_because": WHY.get(why, "") if left_out else "",
        "lines": lines,
        "register": {"entry": head.sequence, "hash": head.hash},
    }
    body = docket.canonical(text)
    return {
        "timeline": text,
        "sha256": hashlib.sha256(body).hexdigest(),
        "signature": base64.b64encode(key().sign(body)).decode(),
        "public_key": public_key(),
    }


def keep(by: By, custody: Custody, sealed: dict[str, Any]) -> None:
    """Note in the docket that the timeline was handed out, under which hash."""
    hidden = sum(1 for line in sealed["timeline"]["lines"] if line["says"] is None)
    docket.enter(
        by, "exported", f"Timeline handed out, {hidden} entries left out.", custody=custody, sha256=sealed["sha256"]
    )


def check(sealed: dict[str, Any], trusted_key: str | None = None) -> bool:
    """Is the seal whole: the hash that of the text, the signature made by its key (and that key the trusted one)?"""
    body = docket.canonical(sealed["timeline"])
    if hashlib.sha256(body).hexdigest() != sealed["sha256"] or (
        trusted_key is not None and sealed["public_key"] != trusted_key
    ):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(sealed["public_key"])).verify(
            base64.b64decode(sealed["signature"]), body
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def faults_of(agency: Agency, sealed: dict[str, Any]) -> list[str]:
    """What is wrong with a timeline that somebody brings back: empty when this desk made it, it is unchanged, and its entries stand in the docket."""
    try:
        whole, ours = check(sealed), sealed["public_key"] == public_key()
        text, lines, digest = sealed["timeline"], sealed["timeline"]["lines"], str(sealed["sha256"])
        given = {int(line["entry"]): (line["hash"], line["commitment"]) for line in lines}
    except (KeyError, TypeError, ValueError):
        return ["It is no timeline of a desk: take the JSON file that was made beside the PDF."]
    found = [] if whole else ["Its seal is broken: text, hash and signature do not belong together."]
    if not ours:
        found.append("It was sealed with another key: not by this desk.")
    rows = Entry.objects.filter(agency=agency, sequence__in=given)
    kept = {row.sequence: (row.hash, row.commitment) for row in rows.only("sequence", "hash", "commitment")}
    found += [f"Entry {number} stands otherwise in the docket." for number in sorted(given) if kept.get(number) != given[number]]
    noted = Entry.objects.filter(agency=agency, kind="exported", content__isnull=False)
    if not any(row.content.get("sha256") == digest for row in noted.only("content", "kind").iterator()):
        found.append(f"The docket does not say that a timeline of case {str(text.get('case'))[:40]} with this hash was handed out.")
    return found


def as_pdf(by: By, sealed: dict[str, Any], language: str) -> bytes:
    """The sealed timeline as tagged PDF."""
    words = words_in(language)
    said = words["timeline"]
    text = sealed["timeline"]
    hidden = sum(1 for line in text["lines"] if line["says"] is None)
    rows = [
        [
            str(line["entry"]),
            when(by, line["moment"]),
            line["says"] or f"[{said['redacted']}] {line['commitment'][:16]}…",
            line["by"] or "–",
        ]
        for line in text["lines"]
    ]
    blocks: list[dict[str, Any]] = [{"kind": "text", "text": said["opening"]}]
    if hidden:
        blocks.append(
            {
                "kind": "strong",
                "text": said["redactions"].format(count=hidden, total=len(rows), why=text["left_out_because"] or "–"),
            }
        )
    blocks += [
        {
            "kind": "table",
            "widths": [1, 2.4, 7, 2.6],
            "head": [said["entry"], said["moment"], said["says"], said["by"]],
            "rows": rows,
        },
        {"kind": "heading", "text": said["seal"]},
        {"kind": "text", "text": said["seal-note"]},
        {
            "kind": "facts",
            "rows": [
                [said["digest"], spaced(sealed["sha256"])],
                [said["signature"], spaced(sealed["signature"])],
                [said["key"], spaced(sealed["public_key"])],
                [said["head"], f"{text['register']['entry']}: {spaced(text['register']['hash'])}"],
            ],
        },
    ]
    footer = words["footer"].format(case=text["case"], law="–", made=when(by, text["made"]))
    return pdf(
        {
            "title": f"{said['title']}: {text['case']}",
            "agency": text["agency"],
            "lang": language,
            "mark": words["mark"],
            "words": words,
            "blocks": blocks,
            "footer": footer,
        }
    )


def spaced(value: str) -> str:
    """A long value in groups, so that it breaks over lines and can be read out."""
    return " ".join(value[start : start + 8] for start in range(0, len(value), 8))


def as_json(sealed: dict[str, Any]) -> bytes:
    """The sealed timeline as a file."""
    return json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False).encode()

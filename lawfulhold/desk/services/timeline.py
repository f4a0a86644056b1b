"""The timeline of one custody: for the case page, and as a redacted, signed export that can be handed out."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from django.conf import settings

from lawfulhold.desk.models import Agency, Booking, Custody, Entry, Identifier, PersonDetails
from lawfulhold.desk.services import docket, looks
from lawfulhold.desk.services.acting import By

FORMAT = "lawfulhold-timeline-1"


def entries(custody: Custody) -> list[Entry]:
    """The entries of a case in order, those of its detainers before they were matched among them."""
    numbers = {row.entry_id for row in custody.detainers.all()}
    found = list(Entry.objects.filter(custody=custody)) + list(
        Entry.objects.filter(pk__in=numbers, custody__isnull=True)
    )
    return sorted({entry.pk: entry for entry in found}.values(), key=lambda entry: entry.sequence)


def says(entry: Entry) -> str:
    """The sentence of an entry; one that was purged says so."""
    return str(entry.content.get("says", "")) if entry.content else "Purged after the retention time."


def export(by: By, custody_id: Any, *, redacted: bool) -> dict[str, Any]:
    """The timeline as plain data, with a signature of this desk over it.

    Redacted: without names of persons and of staff, without numbers, in the person's own words nothing. Each line has the hash of its entry, so that it
    can be found again in the docket. Exporting is itself an entry.
    """
    by.must("export")
    custody = looks.look(by, custody_id, "timeline, redacted" if redacted else "timeline")
    hide = _hidden(custody) if redacted else []
    lines = []
    for entry in entries(custody):
        if entry.kind in ("alert", "alert-seen") and redacted:
            continue
        told = says(entry)
        lines.append(
            {
                "sequence": entry.sequence,
                "moment": by.local(entry.moment).isoformat(timespec="seconds"),
                "kind": entry.kind,
                "by": _role(entry.actor_name) if redacted else entry.actor_name,
                "says": _without(told, hide),
                "hash": entry.hash,
            }
        )
    data: dict[str, Any] = {
        "format": FORMAT,
        "agency": by.agency.name,
        "case": custody.number,
        "state": custody.state,
        "outcome": custody.outcome,
        "redacted": redacted,
        "made": by.local().isoformat(timespec="seconds"),
        "entries": lines,
        "law_version": custody.decision.law_version if custody.decision else None,
    }
    data["signature"] = signature(by.agency, data)
    docket.enter(
        by,
        "exported",
        f"Timeline exported{' (redacted)' if redacted else ''}.",
        custody=custody,
        signature=data["signature"],
    )
    return data


def _hidden(custody: Custody) -> list[str]:
    """Every name and number of the person that a sentence might hold."""
    found: set[str] = set()
    for details in PersonDetails.objects.filter(person_id=custody.person_id):
        found |= {
            details.surname,
            details.given_names,
            details.date_of_birth,
            details.birthplace,
            details.lawyer,
            details.designated,
        }
        found |= set(details.given_names.split())
    found |= {row.value for row in Identifier.objects.filter(person_id=custody.person_id)}
    found |= {row.number for row in Booking.objects.filter(custody=custody)}
    found |= {row.dhs_number for row in custody.detainers.all()}
    found |= {
        word for entry in Entry.objects.filter(custody=custody) for word in entry.actor_name.split(",")[0].split()
    }
    for detainer in custody.detainers.all():
        found |= {str(value) for value in detainer.subject.values()}
    return sorted((word for word in found if len(word) > 1), key=len, reverse=True)


def _without(text: str, hide: list[str]) -> str:
    for word in hide:
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "█████", text, flags=re.IGNORECASE)
    return text


def _role(actor: str) -> str:
    return actor.rsplit(", ", 1)[-1] if ", " in actor else "a program" if actor.endswith("(program)") else actor


def signature(agency: Agency, data: dict[str, Any]) -> str:
    """The signature of this desk over an export."""
    content = docket.canonical({key: value for key, value in data.items() if key != "signature"})
    key = hashlib.sha256(f"timeline:{agency.slug}:{settings.DESK_INDEX_KEY}".encode()).digest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def is_genuine(agency: Agency, data: dict[str, Any]) -> bool:
    """Did this desk make the export, and is it unchanged? Its entries must stand in the docket with these hashes, too."""
    if not hmac.compare_digest(signature(agency, data), str(data.get("signature"))):
        return False
    hashes = dict(
        Entry.objects.filter(agency=agency, sequence__in=[line["sequence"] for line in data["entries"]]).values_list(
            "sequence", "hash"
        )
    )
    return all(hashes.get(line["sequence"]) == line["hash"] for line in data["entries"])

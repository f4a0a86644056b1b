"""The timeline of one custody: its entries in order, and what is blacked out when it is handed out (`papers/timeline.py` seals it)."""

from __future__ import annotations

import re

from lawfulhold.desk.models import Booking, Custody, Entry, Identifier, PersonDetails


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


def words_to_hide(custody: Custody) -> list[str]:
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


def blacked_out(text: str, hide: list[str]) -> str:
    """The text with each of these words replaced by a black bar."""
    for word in hide:
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "█████", text, flags=re.IGNORECASE)
    return text


def role_of(actor: str) -> str:
    """The role of who wrote an entry, without the name."""
    return actor.rsplit(", ", 1)[-1] if ", " in actor else "a program" if actor.endswith("(program)") else actor

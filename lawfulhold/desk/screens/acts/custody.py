"""How the custody goes on and ends: release time, bail, hold, transfer."""

from __future__ import annotations

from django import forms

from lawfulhold.desk.models import Bail, Facility, Hold, ReleaseDue, Transfer, Warrant
from lawfulhold.desk.screens.acts.base import Act, CaseForm, gives
from lawfulhold.desk.screens.forms import Moment, OneOf, Paper, Words
from lawfulhold.desk.services import holds, release, still_here, transfers


class DueForm(CaseForm):
    """T0, from the paper that frees."""

    basis = OneOf(label="What frees the person", choices=list(ReleaseDue.BASES.items()))
    at = Moment(
        label="Release time, as the paper gives it",
        required=False,
        help_text="Not the clock on the wall. Leave it empty only when the time is no longer known.",
    )
    note = forms.CharField(label="Which paper (its number)", max_length=500, required=False)
    document = Paper(label="The paper")


class BailForm(CaseForm):
    """Bail. No detainer is looked at."""

    what = OneOf(label="What happened", choices=list(Bail.EVENTS.items()))
    amount = forms.DecimalField(label="Amount in dollars", min_value=0, decimal_places=2, max_digits=12, required=False)
    at = Moment(label="When")
    court = forms.CharField(label="Court", max_length=200, required=False)
    kept_by = forms.ChoiceField(
        label="What else keeps the person",
        required=False,
        help_text="Another charge of this booking, or its sentence. A detainer is none.",
    )
    document = Paper(label="Order or receipt")

    def prepare(self) -> None:
        """The booking's own charges that still stand."""
        rows = release.charges_that_can_keep(self.custody)
        self.choose(
            "kept_by", [("", "Nothing: bail frees the person")] + [(str(row.pk), release.name_of_charge(row)) for row in rows]
        )


class HoldForm(CaseForm):
    """A hold with its authority."""

    authority = OneOf(label="Authority", choices=list(Hold.AUTHORITIES.items()))
    warrant = forms.ChoiceField(label="Judge's warrant or order", required=False)
    note = Words(label="Note", required=False, max_length=1000)

    def prepare(self) -> None:
        """Judge's warrants in force."""
        rows = Warrant.objects.filter(custody=self.custody, judicial=True, ended="").in_force()
        self.choose("warrant", [("", "None")] + [(str(row.pk), f"{row}, signed by {row.signed_by}") for row in rows])


class ReasonForm(CaseForm):
    """A reason."""

    reason = forms.CharField(label="Why", max_length=500)


class TransferForm(CaseForm):
    """The person leaves for somewhere else."""

    to = OneOf(
        label="To", choices=list(Transfer.TO.items()), help_text="Whoever fetches for ICE is ICE, whoever pays them."
    )
    recipient = forms.CharField(label="Who takes the person over", max_length=200)
    identification = forms.CharField(label="Identification seen", max_length=200, required=False)
    facility = forms.ChoiceField(label="Facility", required=False)
    warrant = forms.ChoiceField(label="Warrant shown", required=False)
    note = forms.CharField(label="Note", max_length=500, required=False)
    receipt = Paper(label="Receipt for person and property")

    def prepare(self) -> None:
        """Other places, by their identifiers, and the warrants on record."""
        places = Facility.objects.exclude(agency=self.by.agency)[:200]
        self.choose("facility", [("", "None")] + [(place.identifier, str(place)) for place in places])
        rows = Warrant.objects.filter(custody=self.custody, ended="").in_force()
        self.choose("warrant", [("", "None")] + [(str(row.pk), str(row)) for row in rows])


class MoveForm(CaseForm):
    """To another facility of this agency."""

    facility = forms.ChoiceField(label="Facility")

    def prepare(self) -> None:
        """The agency's own places."""
        self.choose(
            "facility", [(place.identifier, str(place)) for place in Facility.objects.filter(agency=self.by.agency)]
        )


ACTS: dict[str, Act] = {
    "due": Act(
        "Release time",
        "release",
        DueForm,
        gives(release.set_due, "at", "basis", named="note", paper=("document", "release-paper")),
        "The moment when nothing but the immigration papers keeps the person.",
        "The release time is set.",
    ),
    "bail": Act(
        "Bail",
        "release",
        BailForm,
        gives(release.bail, "what", named="amount at court kept_by", paper=("document", "bail")),
        "A detainer is no reason to refuse, delay or set bail. Nothing here looks at one.",
    ),
    "hold": Act(
        "Record a hold",
        "hold",
        HoldForm,
        gives(holds.hold, "authority", named="note", warrant_id="warrant"),
        "A hold is recorded with its authority before the release time, or the person is released.",
        "The hold is on record with its authority and its limit.",
        "Record the hold",
    ),
    "hold-end": Act(
        "End the hold",
        "release",
        ReasonForm,
        gives(holds.end, "reason"),
        "Afterwards the release is due.",
        "The hold has ended. Release now.",
    ),
    "transfer": Act(
        "Transfer or hand-over",
        "transfer",
        TransferForm,
        gives(
            transfers.transfer,
            "to",
            named="recipient identification note",
            facility_identifier="facility",
            warrant_id="warrant",
            paper=("receipt", "receipt"),
        ),
        "",
        "Recorded.",
    ),
    "still-here": Act(
        "Still here: recorded on the wrong case",
        "correct release",
        ReasonForm,
        gives(still_here.still_here, "reason"),
        "For a person who never left. The release or transfer stays in the docket and a new entry corrects it; the case is open again, with its "
        "detainers, its alerts and a hold that had not ended otherwise.",
        "The case is open again. Look at the release time first.",
        "The person is still here",
    ),
    "move": Act(
        "Move within this agency",
        "intake",
        MoveForm,
        gives(transfers.move, "facility"),
    ),
}

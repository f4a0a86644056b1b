"""The shapes of what goes in and out of the API. Nothing that is not named here is taken."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from lawfulhold.desk.api.text import Line, Long, Moment, Note, Short

NUMBER = Annotated[Short, Field(min_length=1)]


class Given(BaseModel):
    """Something pushed: an unknown name in it is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class ChargeGiven(Given):
    """A charge or conviction. The same `external_id` again is a correction of it."""

    external_id: Annotated[Line, Field(max_length=100)] = ""
    offence: Line | None = None
    statute: Line | None = None
    ncic: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    place: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,20})*$", max_length=60)] | None = None
    status: Literal["arrested", "charged", "convicted", "dismissed", "acquitted"] | None = None
    level: Literal["felony", "misdemeanor", "violation"] | None = None
    grade: Short | None = None
    convicted_on: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None = None
    released_on: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None = None
    current: bool | None = None
    held_to_answer: bool | None = None
    state_prison: bool | None = None
    sentenced_to_state_prison: bool | None = None
    withdrawn: bool = False


class ChargesGiven(Given):
    """Charges of one case, and where they come from."""

    source: Annotated[Line, Field(min_length=1)] = "jail management system"
    charges: Annotated[list[ChargeGiven], Field(min_length=1, max_length=100)]


class IdentifiersGiven(Given):
    """Hard identifiers of a person."""

    fbi: Short = ""
    sid: Short = ""
    a_number: Short = ""
    passport: Short = ""
    dl: Short = ""
    jail_id: Short = ""

    def known(self) -> dict[str, str]:
        """Those that are given, under the names of the desk."""
        return {name.replace("_", "-"): value for name, value in self.model_dump().items() if value}


class BookingGiven(Given):
    """A booking: the person, why, where and when."""

    booking_number: NUMBER
    surname: Annotated[Line, Field(min_length=1)]
    given_names: Line = ""
    date_of_birth: date | None = None
    birthplace: Line = ""
    language: Annotated[Line, Field(max_length=40)] = ""
    identifiers: IdentifiersGiven = IdentifiersGiven()
    booked_at: Moment
    facility: Annotated[Line, Field(min_length=1, max_length=20)]
    basis: Annotated[Line, Field(max_length=40)]
    arresting_agency: Line = ""
    charges: Annotated[list[ChargeGiven], Field(max_length=100, default_factory=list)]


class DetailsGiven(Given):
    """A correction of what is known of a person; what is left out stays."""

    source: Annotated[Line, Field(min_length=1)]
    surname: Annotated[Line, Field(min_length=1)] | None = None
    given_names: Line | None = None
    date_of_birth: date | None = None
    birthplace: Line | None = None
    language: Annotated[Line, Field(max_length=40)] | None = None


class MoveGiven(Given):
    """A move to another facility of the same agency."""

    facility: Annotated[Line, Field(min_length=1, max_length=20)]
    at: Moment


class ReleaseTimeGiven(Given):
    """T0 as the paper that frees says it; `at` empty with the basis `withdrawn` takes it back."""

    at: Moment | None = None
    basis: Annotated[Line, Field(max_length=40)]
    paper: Annotated[Note, Field(min_length=1)]


class BailGiven(Given):
    """Bail as set or posted, or a court's order. Whether there is a detainer is not asked.

    `kept_by` is the external_id of another charge of the case that keeps the person; empty, and bail that is posted makes the release due.
    """

    what: Annotated[Line, Field(max_length=20)]
    amount: Annotated[Decimal, Field(ge=0, le=9_999_999_999, decimal_places=2)] | None = None
    at: Moment
    court: Line = ""
    kept_by: Annotated[Line, Field(max_length=100)] = ""


class ReleaseGiven(Given):
    """T1: the person has left."""

    at: Moment
    reason: Annotated[Line, Field(max_length=40)] = "release-time"
    note: Note = ""


class SubjectGiven(Given):
    """What a detainer says of the person it is about."""

    surname: Annotated[Line, Field(min_length=1)]
    given_names: Line = ""
    date_of_birth: date | None = None
    booking_number: Short = ""
    fbi: Short = ""
    sid: Short = ""
    a_number: Short = ""
    passport: Short = ""
    birthplace: Line = ""
    sex: Annotated[Line, Field(max_length=20)] = ""
    nationality: Line = ""

    def known(self) -> dict[str, str]:
        """What is given, under the names of the desk."""
        return {name.replace("a_number", "a-number"): str(value) for name, value in self.model_dump().items() if value}


class OnPaperGiven(Given):
    """What is ticked on the form; what cannot be read is left out."""

    probable_cause: bool | None = None
    complete: bool | None = None
    supporting_document: bool | None = None
    written_request: bool | None = None
    notice_requested: bool | None = None


class PaperGiven(Given):
    """A scan: PDF, PNG, JPEG or TIFF, as base64."""

    name: Annotated[Line, Field(min_length=1)]
    content: Annotated[str, Field(min_length=1, max_length=14_000_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]


class DetainerGiven(Given):
    """A detainer as received. It goes on nobody's record before two persons have looked."""

    form: Annotated[Line, Field(max_length=10)]
    edition: Annotated[Line, Field(max_length=20)] = ""
    dhs_number: Short = ""
    issued_by: Line = ""
    addressed_to: Line = ""
    facility: Annotated[Line, Field(max_length=20)] = ""
    sent_at: Moment | None = None
    received_at: Moment
    channel: Annotated[Line, Field(max_length=20)] = "api"
    received_number: Annotated[Line, Field(max_length=100)] = ""
    subject: SubjectGiven
    on_paper: OnPaperGiven = OnPaperGiven()
    paper: PaperGiven | None = None


class CancellationGiven(Given):
    """ICE lifted a detainer."""

    at: Moment
    note: Note = ""
    channel: Annotated[Line, Field(max_length=20)] = "fax"
    official: Line = ""


class ContactGiven(Given):
    """A contact with ICE. What goes out is refused unless the decision in force allows it."""

    direction: Literal["out", "in"]
    kind: Annotated[Line, Field(max_length=30)]
    channel: Annotated[Line, Field(max_length=20)]
    content: Long = ""
    number: Line = ""
    official: Line = ""
    answer: Note = ""


class ListLineGiven(Given):
    """A line of the list of detainers that ICE says it sent."""

    facility: Annotated[Line, Field(max_length=20)]
    dhs_number: Short = ""
    surname: Line = ""
    sent: date | None = None
    outcome: Annotated[Line, Field(max_length=40)] = ""


class ListGiven(Given):
    """ICE's list for some days."""

    first: date
    last: date
    lines: Annotated[list[ListLineGiven], Field(max_length=5_000)]


# ---------------------------------------------------------------------------------------------- out


class Problem(Schema):
    """A refusal: what is wrong, where, what to do. Nothing was stored."""

    error: str
    what: str
    where: str | None = None
    do: str | None = None
    version: int | None = None
    all: list[dict[str, str]] | None = None


class Case(Schema):
    """Where a case stands. No name stands in it."""

    id: str
    number: str
    booking_number: str
    state: str
    open: bool
    facility: str | None
    release_due_at: str | None
    released_at: str | None
    hold_limit_at: str | None
    hold_answer: str
    notify_answer: str
    missing: int
    live_detainers: int
    unserved: int
    claim_open: bool
    eligible_to_bail: bool
    outcome: str
    do: str
    urgent: str
    version: int


class Answer(Schema):
    """The answer that counts for one question; `of_law` is what the law alone says."""

    answer: str
    of_law: str
    by_counsel: bool
    because: str | None
    allows: bool
    provisions: list[dict[str, Any]]


class Answers(Schema):
    """The answers of the law to a case, with what is missing and the clocks."""

    case: Case
    decision: int
    asked_for: str
    law_version: str
    answers: dict[str, Answer]
    missing: list[dict[str, Any]]


class Clocks(Schema):
    """The clocks of a case."""

    case: Case
    clocks: list[dict[str, Any]]


class Queue(Schema):
    """A page of the queue and how many cases each view holds."""

    view: str
    page: int
    more: bool
    totals: dict[str, int]
    cases: list[Case]


class Detainer(Schema):
    """A detainer: sent, received, served and cancelled are separate moments."""

    id: str
    form: str
    state: str
    live: bool
    case_id: str | None
    sent_at: str | None
    received_at: str
    served_at: str | None
    cancelled_at: str | None
    channel: str


class Contact(Schema):
    """A contact as recorded, with the number of the decision that allowed it."""

    id: str
    direction: str
    kind: str
    at: str
    decision: int | None


class Difference(Schema):
    """A line of ICE's list against the register."""

    kind: str
    says: str
    line: dict[str, str] | None
    detainer: str | None


class Differences(Schema):
    """ICE's list against the register, with how many of each kind."""

    counts: dict[str, int]
    lines: list[Difference]


class Event(Schema):
    """What happened: an entry of the docket without anything of a person."""

    sequence: int
    event: str
    moment: str
    case_id: str | None
    hash: str


class Events(Schema):
    """What happened after a number, in order."""

    events: list[Event]
    more: bool


class Me(Schema):
    """The token itself."""

    agency: str
    name: str
    scopes: list[str]
    expires_at: str

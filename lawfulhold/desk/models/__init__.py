"""The records of the desk, one module for each notion."""

from lawfulhold.desk.models.actions import Alert, Check, Contact, DutyDone, HandOver, Hold, HoldEvent, Service, Transfer
from lawfulhold.desk.models.agencies import READINGS, Agency, Facility, Look, Sign, User
from lawfulhold.desk.models.background import Delivery, IdempotencyKey, Statistic, Token, Webhook, Work
from lawfulhold.desk.models.custody import (
    OPEN_STATES,
    OUTCOMES,
    STATES,
    Bail,
    Booking,
    Charge,
    Custody,
    Document,
    Fact,
    FactSheet,
    Identifier,
    Outcome,
    Person,
    PersonDetails,
    Release,
    ReleaseDue,
    Stay,
)
from lawfulhold.desk.models.decisions import CounselRequest, Decision, Finding, LawText, LawVersion, Opinion, PolicyReview
from lawfulhold.desk.models.docket import ChainHead, Entry
from lawfulhold.desk.models.papers import (
    CHANNELS,
    DETAINER_FORMS,
    DETAINER_STATES,
    CitizenshipClaim,
    ClaimAnswer,
    Detainer,
    DetainerEvent,
    Subpoena,
    SubpoenaEvent,
    Warrant,
)
from lawfulhold.desk.models.record import Record, RecordsAreNeverChanged

__all__ = [
    "CHANNELS", "DETAINER_FORMS", "DETAINER_STATES", "OPEN_STATES", "OUTCOMES", "READINGS", "STATES",
    "Agency", "Alert", "Bail", "Booking", "ChainHead", "Charge", "Check", "CitizenshipClaim", "ClaimAnswer", "Contact", "CounselRequest", "Custody",
    "Decision", "Delivery", "Detainer", "DetainerEvent", "Document", "DutyDone", "Entry", "Facility", "Fact", "FactSheet", "Finding", "HandOver",
    "Hold", "HoldEvent", "IdempotencyKey", "Identifier", "LawText", "LawVersion", "Look", "Opinion", "Outcome", "Person", "PersonDetails",
    "PolicyReview", "Record", "RecordsAreNeverChanged", "Release", "ReleaseDue", "Service", "Sign", "Statistic", "Stay", "Subpoena", "SubpoenaEvent",
    "Token", "Transfer", "User", "Warrant", "Webhook", "Work",
]

"""The paths of the API.

Each write carries an Idempotency-Key: the same key with the same body gets the same answer, with another body a 409.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Header, NinjaAPI, Path, Query, Status
from ninja.errors import HttpError, ValidationError
from pydantic import AfterValidator

from lawfulhold.desk.api import pushed, shapes, shown
from lawfulhold.desk.api.doors import Bearer, Refused, Strict, answer, by_of, problem
from lawfulhold.desk.api.text import checked
from lawfulhold.desk.errors import DeskError, Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Detainer as DetainerRow
from lawfulhold.desk.models import Entry
from lawfulhold.desk.services import hooks, idempotency, looks, queue, register
from lawfulhold.desk.services.acting import By

api = NinjaAPI(
    title="Detainer desk",
    version="1",
    description="Push bookings, charges, releases, detainers; pull answers, clocks, the queue. See docs/desk-api.md.",
    parser=Strict(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="desk-api",
    throttle=[],
)
_PROBLEMS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="Chosen by the sender for each new request; the same key again when no answer came.",
        min_length=8,
        max_length=150,
        pattern=r"^[A-Za-z0-9._:-]+$",
    ),
]
CaseId = Annotated[
    str,
    AfterValidator(checked),
    Path(description="Id of the case, its number, or booking:NUMBER", min_length=1, max_length=80),
]


def _out(shape: Any, status: int = 200) -> dict[Any, Any]:
    return {status: shape, _PROBLEMS: shapes.Problem}


# ---------------------------------------------------------------------------------------------- refusals


@api.exception_handler(DeskError)
def _desk(request: HttpRequest, error: DeskError) -> HttpResponse:
    return answer(problem(error), error.status, getattr(error, "after", 0))


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {
            "where": ".".join(str(step) for step in fault["loc"] if step != "given")[:300],
            "what": str(fault["msg"])[:300],
        }
        for fault in error.errors[:20]
    ]
    first = faults[0] if faults else {"where": "", "what": "not in the shape that is asked for"}
    data = {
        "error": "invalid",
        "what": f"{first['where']}: {first['what']}",
        "where": first["where"],
        "do": "The shapes are in /api/v1/openapi.json. Nothing was stored.",
        "all": faults,
    }
    return answer(data, 422)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__ or error.__context__  # what the reader of the body said
    refused = cause if isinstance(cause, Refused) else Refused(error.status_code, error.message)
    return answer(problem(refused), refused.status)


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(problem(Refused(404, "There is nothing at this path.")), 404)


@api.exception_handler(OperationalError)
def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    says = Refused(503, "The desk is busy.", advice="Send it again with the same Idempotency-Key.")
    return answer(problem(says), 503, 2)


# ---------------------------------------------------------------------------------------------- once


def _once(
    request: HttpRequest, response: HttpResponse, key: str, given: shapes.Given, do: Callable[[By], dict[str, Any]]
) -> Any:
    """Do it once under the key; the kept answer when it was done before."""
    by = by_of(request)
    content = {
        "path": request.path,
        "body": given.model_dump(mode="json", exclude_unset=True),
    }

    def now() -> dict[str, Any]:
        return {"data": do(by)}

    result, fresh = idempotency.once(by, f"api:{key}", content, now)
    if not fresh:
        response["Idempotent-Replay"] = "true"
    if "problem" in result["data"]:
        refused = result["data"]["problem"]
        raise RuleOfTheDesk(refused["error"], refused["what"], advice=refused["do"] or "", field=refused["where"])
    return result["data"]


# ---------------------------------------------------------------------------------------------- pushing


@api.post("/bookings", auth=Bearer("bookings:write"), response=_out(shapes.Case, 201), tags=["push"])
def book(request: HttpRequest, response: HttpResponse, given: shapes.BookingGiven, key: Key) -> Any:
    """A booking: person, reason, place, charges. Scope `bookings:write`."""
    return Status(201, _once(request, response, key, given, lambda by: pushed.book(by, given)))


@api.post("/cases/{case}/details", auth=Bearer("bookings:write"), response=_out(shapes.Case), tags=["push"])
def details(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.DetailsGiven, key: Key) -> Any:
    """Correct what is known of the person. Scope `bookings:write`."""
    return _once(request, response, key, given, lambda by: pushed.details(by, case, given))


@api.post("/cases/{case}/move", auth=Bearer("bookings:write"), response=_out(shapes.Case), tags=["push"])
def move(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.MoveGiven, key: Key) -> Any:
    """The person went to another facility of the same agency; the detainers go with the custody.

    Scope `bookings:write`.
    """
    return _once(request, response, key, given, lambda by: pushed.move(by, case, given))


@api.post("/cases/{case}/charges", auth=Bearer("charges:write"), response=_out(shapes.Case), tags=["push"])
def charges(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.ChargesGiven, key: Key) -> Any:
    """Charges and convictions, new or corrected; the case is decided again at once. Scope `charges:write`."""
    return _once(request, response, key, given, lambda by: pushed.charges(by, case, given))


@api.post("/cases/{case}/release-time", auth=Bearer("releases:write"), response=_out(shapes.Case), tags=["push"])
def release_time(
    request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.ReleaseTimeGiven, key: Key
) -> Any:
    """T0: when nothing but immigration papers keeps the person, as the paper that frees says.

    Scope `releases:write`.
    """
    return _once(request, response, key, given, lambda by: pushed.release_time(by, case, given))


@api.post("/cases/{case}/bail", auth=Bearer("releases:write"), response=_out(shapes.Case), tags=["push"])
def bail(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.BailGiven, key: Key) -> Any:
    """Bail set or posted, or a court's order. No detainer blocks it. Scope `releases:write`."""
    return _once(request, response, key, given, lambda by: pushed.bail(by, case, given))


@api.post("/cases/{case}/release", auth=Bearer("releases:write"), response=_out(shapes.Case), tags=["push"])
def release(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.ReleaseGiven, key: Key) -> Any:
    """T1: the person has left, reported as it happened. Scope `releases:write`."""
    return _once(request, response, key, given, lambda by: pushed.released(by, case, given))


@api.post("/detainers", auth=Bearer("detainers:write"), response=_out(shapes.Detainer, 201), tags=["push"])
def detainer(request: HttpRequest, response: HttpResponse, given: shapes.DetainerGiven, key: Key) -> Any:
    """A detainer as received, with its scan.

    It is on nobody's record: matching needs two persons at the desk. Scope `detainers:write`.
    """
    return Status(201, _once(request, response, key, given, lambda by: pushed.detainer(by, given)))


@api.post(
    "/detainers/{detainer_id}/cancellation",
    auth=Bearer("detainers:write"),
    response=_out(shapes.Detainer),
    tags=["push"],
)
def cancellation(
    request: HttpRequest, response: HttpResponse, detainer_id: UUID, given: shapes.CancellationGiven, key: Key
) -> Any:
    """ICE lifted the detainer: closed at once, whoever holds the person is alerted. Scope `detainers:write`."""
    return _once(request, response, key, given, lambda by: pushed.cancelled(by, detainer_id, given))


@api.post("/cases/{case}/contacts", auth=Bearer("contacts:write"), response=_out(shapes.Contact, 201), tags=["push"])
def contact(request: HttpRequest, response: HttpResponse, case: CaseId, given: shapes.ContactGiven, key: Key) -> Any:
    """Ask for, and record, a contact with ICE *before* it goes out.

    409 `ice-allowed`: the decision does not allow it, and it must not be sent. Scope `contacts:write`.
    """

    def do(by: By) -> dict[str, Any]:
        try:
            return pushed.contact(by, case, given)
        except RuleOfTheDesk as error:  # the refusal itself stays in the docket
            return {"problem": problem(error)}

    return Status(201, _once(request, response, key, given, do))


@api.post("/register/compare", auth=Bearer("register:read"), response=_out(shapes.Differences), tags=["pull"])
def compare(request: HttpRequest, given: shapes.ListGiven) -> Any:
    """Set the list of detainers that ICE says it sent against the register; nothing is stored.

    Scope `register:read`.
    """
    by = by_of(request)
    if not (given.first.year >= 1970 and given.first <= given.last and given.last.year < 2100):
        raise Invalid("The first day comes before the last, both between 1970 and 2100.", field="first")
    if given.last - given.first > timedelta(days=400):
        raise Invalid("At most 400 days at a time.", field="last")
    lines = [
        {name: str(value) for name, value in line.model_dump().items() if value not in (None, "")}
        for line in given.lines
    ]
    found = register.reconcile(by.agency, lines, given.first, given.last)
    looks.searched(by, "list of ICE", len(found))
    return {
        "counts": dict(Counter(item.kind for item in found)),
        "lines": [
            {
                "kind": item.kind,
                "says": item.says,
                "line": dict(item.line) if item.line is not None else None,
                "detainer": str(item.detainer.pk) if item.detainer else None,
            }
            for item in found
        ],
    }


# ---------------------------------------------------------------------------------------------- pulling


@api.get("/me", auth=Bearer(), response=_out(shapes.Me), tags=["pull"])
def me(request: HttpRequest) -> Any:
    """The token itself: agency, name, scopes, end."""
    token = request.auth  # type: ignore[attr-defined]
    return {
        "agency": token.agency.slug,
        "name": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at.isoformat(),
    }


@api.get("/cases/{case}", auth=Bearer("answers:read"), response=_out(shapes.Case), tags=["pull"])
def show(request: HttpRequest, case: CaseId) -> Any:
    """Where a case stands. The look is kept. Scope `answers:read`."""
    by = by_of(request)
    return shown.case(looks.look(by, pushed.case_of(by, case).pk, "API: case"), by.at)


@api.get("/cases/{case}/answers", auth=Bearer("answers:read"), response=_out(shapes.Answers), tags=["pull"])
def answers(request: HttpRequest, case: CaseId) -> Any:
    """The answers of the law to the case, with provisions and what is missing.

    The look is kept. Scope `answers:read`.
    """
    by = by_of(request)
    return shown.answers(looks.look(by, pushed.case_of(by, case).pk, "API: answers"), by.at)


@api.get("/cases/{case}/clocks", auth=Bearer("answers:read"), response=_out(shapes.Clocks), tags=["pull"])
def clocks(request: HttpRequest, case: CaseId) -> Any:
    """The clocks of the case, both readings of the 48 hours. The look is kept. Scope `answers:read`."""
    by = by_of(request)
    return shown.clocks(looks.look(by, pushed.case_of(by, case).pk, "API: clocks"), by.at)


@api.get("/detainers/{detainer_id}", auth=Bearer("answers:read"), response=_out(shapes.Detainer), tags=["pull"])
def show_detainer(request: HttpRequest, detainer_id: UUID) -> Any:
    """A detainer: sent, received, served and cancelled apart. Scope `answers:read`."""
    by = by_of(request)
    row = DetainerRow.objects.filter(agency=by.agency, pk=detainer_id).first()
    if row is None:
        raise NotFound("There is no such detainer in this agency.", field="path.detainer_id")
    if row.custody_id:
        looks.look(by, row.custody_id, "API: detainer")
    return shown.detainer(row)


@api.get("/queue", auth=Bearer("queue:read"), response=_out(shapes.Queue), tags=["pull"])
def the_queue(
    request: HttpRequest,
    view: Annotated[str, AfterValidator(checked), Query(max_length=20)] = "detainers",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:
    """A page of the queue: what is due, what may be done, what is missing; no names. Scope `queue:read`."""
    by = by_of(request)
    rows, more = queue.page(by.agency, view, by.at, page)
    return {
        "view": view,
        "page": page,
        "more": more,
        "totals": queue.totals(by.agency, by.at),
        "cases": shown.cases(rows, by.at),
    }


@api.get("/events", auth=Bearer("events:read"), response=_out(shapes.Events), tags=["pull"])
def events(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    most: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Any:
    """What happened after a number, in order: to catch up after missed webhooks. Scope `events:read`."""
    by = by_of(request)
    rows = list(
        Entry.objects.filter(agency=by.agency, sequence__gt=after)
        .exclude(kind__in=hooks.SILENT)
        .order_by("sequence")
        .only("sequence", "kind", "moment", "custody_id", "hash")[: most + 1]
    )
    found = [
        {
            "sequence": row.sequence,
            "event": row.kind,
            "moment": row.moment.isoformat(),
            "case_id": str(row.custody_id) if row.custody_id else None,
            "hash": row.hash,
        }
        for row in rows[:most]
    ]
    return {"events": found, "more": len(rows) > most}

"""The door of the API: who asks, whether the token may, how often; and the one shape of every refusal."""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.parser import Parser
from ninja.security import HttpBearer

from lawfulhold.desk.api import tokens
from lawfulhold.desk.errors import DeskError, Overtaken, RuleOfTheDesk
from lawfulhold.desk.models import Sign, Token
from lawfulhold.desk.services import acting
from lawfulhold.desk.services.acting import By


class Refused(DeskError):  # noqa: N818
    """A refusal of the door itself: not signed in, too often, too large, not JSON."""

    def __init__(self, status: int, says: str, *, advice: str = "", field: str | None = None, after: int = 0) -> None:
        self.status, self.after = status, after
        super().__init__(says, advice=advice, field=field)


CODES = {
    400: "not-understood",
    401: "no-token",
    403: "not-allowed",
    404: "not-found",
    405: "method",
    409: "conflict",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-often",
    503: "busy",
}


def problem(error: DeskError) -> dict[str, Any]:
    """A refusal as data: what is wrong, where, what to do."""
    found: dict[str, Any] = {
        "error": error.rule if isinstance(error, RuleOfTheDesk) else CODES.get(error.status, "refused"),
        "what": error.says,
        "where": error.field,
        "do": error.advice or None,
    }
    if isinstance(error, Overtaken):
        found["version"] = error.version
    return found


def answer(data: dict[str, Any], status: int, after: int = 0) -> HttpResponse:
    """A refusal as a response."""
    response = HttpResponse(json.dumps(data), status=status, content_type="application/json")
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="detainer desk"'
    if after:
        response["Retry-After"] = str(after)
    return response


# ---------------------------------------------------------------------------------------------- how often


def _count(name: str, seconds: int) -> tuple[int, int]:
    """(requests in this stretch of time, this one included; seconds until the next stretch)."""
    now = int(time.time())
    key = f"api-{name}-{now // seconds}"
    cache.add(key, 0, seconds * 2)
    try:
        count = cache.incr(key)
    except ValueError:  # the entry ran out between the two
        count = 1
    return count, seconds - now % seconds


def _not_too_often(name: str, most: int) -> None:
    count, left = _count(name, 60)
    if count > most:
        raise Refused(
            429,
            f"More than {most} requests in a minute.",
            advice=f"Wait {left} seconds, then send it again.",
            after=left,
        )


def address(request: HttpRequest) -> str:
    """Where the request comes from: the server's word, or that of our own proxy (`middleware.AddressBehindProxy`)."""
    return str(request.META.get("REMOTE_ADDR") or "")[:60]


def _not_too_large(request: HttpRequest) -> None:
    """Refuse by the length that is announced, before anything is read."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length.isdecimal() and int(length) > most:
        raise Refused(413, f"The body is larger than {most // 1_000_000} MB.", field="body")


# ---------------------------------------------------------------------------------------------- who


class Bearer(HttpBearer):
    """`Authorization: Bearer lh_...`: a token with the scope that the path asks for."""

    def __init__(self, scope: str | None = None) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """The token, or the refusal."""
        _not_too_large(request)
        given = request.headers.get("Authorization", "")
        scheme, _, words = given.partition(" ")
        return self.authenticate(request, words.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token if it is good and has the scope."""
        here = address(request)
        found = tokens.known(token, timezone.now())
        if found is None:
            _not_too_often(f"wrong-{here}", settings.DESK_API_WRONG_PER_MINUTE)
            if token:
                Sign.objects.create(
                    username=token[:11], what="wrong token", at=timezone.now(), address=here, agency=None, user=None
                )
            raise Refused(
                401,
                "The token is missing, wrong, over its time or revoked.",
                advice="Send `Authorization: Bearer lh_...`; lawfulhold desk add-token makes one.",
                field="header.Authorization",
            )
        _not_too_often(f"token-{found.pk}", settings.DESK_API_PER_MINUTE)
        if self.scope is not None and self.scope not in found.scopes:
            Sign.objects.create(
                username=found.name,
                what="scope refused",
                at=timezone.now(),
                address=here,
                agency=found.agency,
                user=None,
            )
            raise Refused(
                403,
                f"This token has not the scope {self.scope}.",
                advice=f"It has {', '.join(found.scopes)}. An administrator makes another one.",
                field="header.Authorization",
            )
        return found


def by_of(request: HttpRequest) -> By:
    """Who acts: the program whose token it is."""
    return acting.program(request.auth, timezone.now())  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------------------- the body


def _no_such_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


class Strict(Parser):
    """JSON and nothing else: one value for a name, no NaN, not deeper than the parser goes."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises `Refused`."""
        kind = (request.content_type or "").lower()
        if kind != "application/json" or request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Refused(
                415, "The body is JSON, not compressed.", advice="Content-Type: application/json", field="body"
            )
        try:
            body = request.body
        except RequestDataTooBig:
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000
            raise Refused(413, f"The body is larger than {most} MB.", field="body") from None
        try:
            return json.loads(body.decode("utf-8"), parse_constant=_no_such_number, object_pairs_hook=_no_name_twice)
        except (ValueError, RecursionError) as error:
            says = str(error) if not isinstance(error, RecursionError) else "it is nested too deep"
            raise Refused(400, f"The body cannot be read as JSON: {says[:200]}.", field="body") from None

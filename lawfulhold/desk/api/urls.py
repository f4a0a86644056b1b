"""Addresses of the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from lawfulhold.desk.api.doors import Refused, answer, problem
from lawfulhold.desk.api.paths import api


@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Nothing is at this address: said in the shape of every other refusal."""
    says = Refused(404, "There is nothing at this path.", advice="The paths are in /api/v1/openapi.json.", field="path")
    return answer(problem(says), 404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", api.urls),  # type: ignore[arg-type]
    path("<path:rest>", nothing),
]

"""What every screen shares: who is signed in, the agency's time, errors that become pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lawfulhold.desk.errors import DeskError, NotAllowed, Overtaken
from lawfulhold.desk.screens.forms import DeskForm
from lawfulhold.desk.services import acting

View = Callable[..., HttpResponseBase]


def screen(action: str = "read", *methods: str) -> Callable[[View], View]:
    """Decorator of a screen: somebody is signed in, the role may do this, times are those of the agency, and a
    refusal is a page.

    The view gets the request and who acts. `methods` are the ones it takes besides GET.
    """

    def decorate(view: View) -> View:
        @require_http_methods(["GET", "HEAD", *methods])
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            try:
                by = acting.person(request.user)
                with timezone.override(by.zone):
                    by.must(action)
                    response = view(request, by, *args, **kwargs)
            except DeskError as error:
                return refused(request, error)
            return response

        return wrapped

    return decorate


def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    """The page for something that cannot be done: what, why, and what to do."""
    return render(request, "desk/refused.html", {"error": error}, status=error.status)


@contextmanager
def told(form: DeskForm) -> Iterator[None]:
    """A refusal inside becomes an error of the form, at its field where it names one; what was typed stays."""
    try:
        yield
    except NotAllowed:
        raise
    except DeskError as error:
        says = f"{error.says} {error.advice}".strip()
        name = (error.field or "").replace(".", "__")
        form.add_error(name if name in form.fields else None, says)
        form.status = error.status
        if isinstance(error, Overtaken):
            form.since = list(error.since)
            form.seen = error.version


def seen_version(request: HttpRequest) -> int | None:
    """The version of the case that the form was made from."""
    value = request.POST.get("seen", "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def page(request: HttpRequest, template: str, form: DeskForm | None = None, **context: Any) -> HttpResponse:
    """A page; with the status of the refusal when its form was refused."""
    if form is not None:
        context["form"] = form
    status = form.status if form is not None and form.is_bound and form.errors else 200
    return render(request, f"desk/{template}", context, status=status or 422)

"""Schemathesis sends the API what its description allows and what it forbids: no answer is a failure of the server, each has the shape that is described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lawfulhold.desk.models import Entry, IdempotencyKey
from lawfulhold.desk.services import docket
from tests.desk.api.programs import program
from tests.desk.people import Jail

schemathesis = pytest.importorskip("schemathesis", reason="pip install -e '.[dev]'")
from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 15


@pytest.fixture(autouse=True)
def _the_connection_of_the_test_stays() -> Iterator[None]:
    """The end of a request closes its connection, which here is that of the test's own transaction."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _schema() -> Any:
    import lawfulhold.desk.wsgi as desk

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", desk.application)


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_whatever_is_sent_no_answer_is_a_failure_of_the_server(texas: Jail, settings: Any) -> None:
    settings.DESK_API_PER_MINUTE = 1_000_000
    settings.DESK_API_WRONG_PER_MINUTE = 1_000_000
    jms = program(texas)
    custody, detainer = texas.decided()
    schema = _schema()
    sent: dict[str, int] = {}

    for result in schema.get_all_operations():
        operation = result.ok()

        def once(case: Any, label: str = operation.label) -> None:
            if "case" in (case.path_parameters or {}) and sent.get(label, 0) % 2:
                case.path_parameters["case"] = str(custody.pk)
            if "detainer_id" in (case.path_parameters or {}) and sent.get(label, 0) % 2:
                case.path_parameters["detainer_id"] = str(detainer.pk)
            sent[label] = sent.get(label, 0) + 1
            case.call_and_validate(headers={"Authorization": f"Bearer {jms.words}"}, checks=CHECKS)

        _run(operation, once)
    assert len(sent) == 18
    assert sum(sent.values()) > 18 * 8
    assert docket.verify(texas.agency)[2] == []


def _run(operation: Any, once: Any) -> None:
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        def body(case: Any) -> None:
            once(case)

        body()


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_without_a_token_whatever_is_sent_nothing_is_stored(texas: Jail, settings: Any) -> None:
    settings.DESK_API_WRONG_PER_MINUTE = 1_000_000
    entries = Entry.objects.count()
    for result in _schema().get_all_operations():
        operation = result.ok()

        def once(case: Any) -> None:
            answer = case.call()
            assert answer.status_code in (401, 404, 405, 413), answer.status_code

        _run_few(operation, once)
    assert Entry.objects.count() == entries
    assert not IdempotencyKey.objects.exists()


def _run_few(operation: Any, once: Any) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=3, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def body(case: Any) -> None:
        once(case)

    body()


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None, database=None, derandomize=True)
def test_no_cell_of_a_report_begins_like_a_formula(words: str) -> None:
    from lawfulhold.desk.api.text import neutral

    cell = neutral(words)
    assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "|", "%", "\uff1d")
    assert "\n" not in cell
    assert "\r" not in cell

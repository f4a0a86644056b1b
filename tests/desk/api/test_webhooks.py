"""Webhooks: signed, tried again until they are acknowledged, never sent again afterwards, and without anything of a person."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from lawfulhold.desk import settings as desk_settings
from lawfulhold.desk.api import signing, webhooks
from lawfulhold.desk.errors import Invalid, NotAllowed
from lawfulhold.desk.models import Alert, Delivery, Webhook, Work
from lawfulhold.desk.services import work
from tests.desk.people import Jail

pytestmark = pytest.mark.usefixtures("clock")


class Receiver(HTTPServer):
    """The jail's own system: it keeps what it gets and answers with the next of `answers` (200 when there is none left)."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/events"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append((dict(self.headers), body))
        self.send_response(server.answers.pop(0) if server.answers else 200)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def made(jail: Jail, receiver: Receiver, *events: str) -> str:
    """A webhook to the receiver; what making it announced is sent and forgotten."""
    _, secret = webhooks.make(jail.by("ada"), receiver.url, events)
    work.run_due()
    receiver.got.clear()
    return secret


def test_an_event_goes_out_signed_and_tells_nothing_of_the_person(texas: Jail, receiver: Receiver) -> None:
    secret = made(texas, receiver)
    custody = texas.book()
    work.run_due()
    headers, body = receiver.got[0]
    told = json.loads(body)
    assert (told["event"], told["case"], told["agency"]) == ("booked", custody.number, "larkspur")
    assert headers["Lawful-Hold-Event-Id"] == told["id"]
    assert b"Quintana" not in body
    now = timezone.now().timestamp()
    assert signing.genuine(secret, body, headers[signing.HEADER], now)
    assert not signing.genuine(secret, body + b" ", headers[signing.HEADER], now)
    assert not signing.genuine("another secret", body, headers[signing.HEADER], now)


def test_an_old_delivery_cannot_be_played_again(texas: Jail, receiver: Receiver) -> None:
    secret = made(texas, receiver)
    texas.book()
    work.run_due()
    headers, body = receiver.got[0]
    now = timezone.now().timestamp()
    assert not signing.genuine(secret, body, headers[signing.HEADER], now + 301)
    late = headers[signing.HEADER].replace("t=", "t=9")
    assert not signing.genuine(secret, body, late, now)
    for broken in ("", "t=,v1=", "v1=00", "t=x,v1=00", "t=1"):
        assert not signing.genuine(secret, body, broken, now)


def test_a_delivery_is_tried_again_with_the_same_id_until_it_is_acknowledged_and_never_after(texas: Jail, receiver: Receiver, clock: Any) -> None:
    made(texas, receiver, "booked")
    receiver.answers = [500, 302]
    texas.book()
    start = timezone.now()
    for minutes in (0, 1, 3, 10, 60, 600):
        clock.move_to(start + timedelta(minutes=minutes))
        work.run_due()
    ids = [headers["Lawful-Hold-Event-Id"] for headers, _ in receiver.got]
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert [json.loads(body)["attempt"] for _, body in receiver.got] == [1, 2, 3]
    row = Delivery.objects.get(pk=ids[0])
    assert (row.status, row.sent_at is not None) == (200, True)
    Work.objects.filter(kind="webhook").update(finished_at=None, claimed_at=None, outcome="")
    work.run_due()
    assert len(receiver.got) == 3


def test_a_receiver_that_never_answers_is_given_up_and_somebody_is_told(texas: Jail, receiver: Receiver, clock: Any) -> None:
    made(texas, receiver, "booked")
    receiver.answers = [503] * 50
    texas.book()
    start = timezone.now()
    for hours in (0, *[step / 4 for step in range(1, 20)], *range(5, 60, 2)):
        clock.move_to(start + timedelta(hours=hours))
        work.run_due()
    assert len(receiver.got) == 8
    assert Alert.objects.filter(kind="work", for_role="administrator", key__startswith="webhook:").count() == 1


def test_a_process_that_dies_while_sending_leaves_it_interrupted_and_not_sent_twice(texas: Jail, receiver: Receiver, monkeypatch: Any, clock: Any) -> None:
    made(texas, receiver, "booked")
    texas.book()
    real = webhooks.post

    def sent_and_killed(*given: Any) -> int:
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(webhooks, "post", sent_and_killed)
    with pytest.raises(KeyboardInterrupt):
        work.run_due()
    monkeypatch.setattr(webhooks, "post", real)
    clock.move_to(timezone.now() + timedelta(minutes=6))
    work.run_due()
    assert len(receiver.got) == 1
    assert Work.objects.get(kind="webhook", key__contains=str(Delivery.objects.latest("created_at").pk)).outcome == "interrupted"
    assert Alert.objects.filter(kind="work", key__startswith="interrupted:").exists()


def test_a_closed_webhook_gets_nothing_more(texas: Jail, receiver: Receiver) -> None:
    made(texas, receiver)
    texas.book()
    webhooks.close(texas.by("ada"), Webhook.objects.get().pk, "the system was replaced")
    work.run_due()
    assert receiver.got == []


def test_what_is_rolled_back_is_not_announced(texas: Jail, receiver: Receiver) -> None:
    made(texas, receiver)
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        texas.book()
        raise RuntimeError
    work.run_due()
    assert receiver.got == []


@pytest.mark.parametrize("url", [
    "http://records.example.org/", "ftp://127.0.0.1/", "https://", "https://user:word@example.org/", "file:///etc/passwd", "https://exa mple.org/",
    "https://example.org:99999/", "https://example.org/#x", "javascript:alert(1)", "https://" + "a" * 500,
])
def test_an_address_that_is_not_https_or_hides_something_is_refused(texas: Jail, url: str) -> None:
    with pytest.raises(Invalid):
        webhooks.make(texas.by("ada"), url)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::"])
def test_an_address_of_a_clouds_own_services_is_not_called(host: str) -> None:
    with pytest.raises(OSError, match=r"not called|no connection|not supported|cannot assign|unreachable"):
        webhooks._connect((host, 80), 0.2)


def test_only_an_administrator_makes_webhooks_and_the_secret_is_encrypted(texas: Jail, receiver: Receiver) -> None:
    with pytest.raises(NotAllowed):
        webhooks.make(texas.by("sam"), receiver.url)
    _, secret = webhooks.make(texas.by("ada"), receiver.url)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM desk_webhook")
        assert secret not in str(cursor.fetchone()[0])


# ---------------------------------------------------------------------------------------------- slow receivers, and TLS


@pytest.fixture
def slow_line() -> Iterator[tuple[int, bytearray]]:
    """A port that takes connections and answers one byte every tenth of a second, for as long as it is let: (port, what it says)."""
    stop, says = threading.Event(), bytearray(b"HTTP/1.1 100 Continue\r\n\r\n")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)

    def drip() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                line, _ = listener.accept()
                with line:
                    for letter in itertools.cycle(says):
                        if stop.wait(0.1):
                            break
                        line.sendall(bytes([letter]))

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield listener.getsockname()[1], says
    stop.set()
    thread.join(5)
    listener.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_receiver_that_answers_a_byte_at_a_time_is_cut_off(texas: Jail, slow_line: Any, settings: Any, scheme: str) -> None:
    settings.DESK_WEBHOOK_TIMEOUT = 1
    if scheme == "https":
        slow_line[1][:] = b"\x16\x03\x03\x40\x00" + bytes(16_384)  # a record of a handshake that never ends
    hook, _ = webhooks.make(texas.by("ada"), f"{scheme}://localhost:{slow_line[0]}/", ["booked"])
    custody = texas.book()
    began = time.perf_counter()
    work.run_due(lane="outside")
    assert 0.9 < time.perf_counter() - began < 4
    row = Delivery.objects.get(webhook=hook)
    assert (row.sent_at, custody.number in row.body) == (None, True)
    assert row.says == "attempt 1: TimeoutError: no whole answer within 1 seconds"
    assert Work.objects.get(key=f"webhook:{row.pk}:2").finished_at is None


def test_alerts_are_written_while_a_receiver_keeps_the_sending_waiting(connecticut: Jail, slow_line: Any, clock: Any) -> None:
    webhooks.make(connecticut.by("ada"), f"http://127.0.0.1:{slow_line[0]}/")
    custody, _ = connecticut.decided()
    connecticut.due(custody, hours=1)
    clock.move_to(connecticut.now + timedelta(hours=1, seconds=1))
    began = time.perf_counter()
    work.run_due(lane="desk")
    assert time.perf_counter() - began < 5
    assert Alert.objects.filter(custody=custody, kind="release-due", level="now").exists()
    assert not Delivery.objects.exclude(says="").exists()
    waiting = Work.objects.filter(kind="webhook", finished_at=None)
    assert waiting.count() == Delivery.objects.count() > 5


def test_what_was_planned_before_a_restart_goes_out_once_afterwards(texas: Jail, receiver: Receiver) -> None:
    made(texas, receiver, "booked")
    texas.book()
    work.run_due(lane="desk")
    assert receiver.got == []
    assert work.run_due(lane="outside") == 1
    assert work.run_due(lane="outside") == 0
    assert len(receiver.got) == 1


def test_over_tls_only_a_receiver_whose_certificate_is_right_is_told(texas: Jail, receiver: Receiver, tmp_path: Path, monkeypatch: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    )
    file = tmp_path / "receiver.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    receiver.socket = server.wrap_socket(receiver.socket, server_side=True)
    webhooks.make(texas.by("ada"), f"https://localhost:{receiver.server_port}/events", ["booked"])
    texas.book()
    work.run_due()
    assert "certificate" in Delivery.objects.get().says.lower()
    assert receiver.got == []
    trusting = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    texas.book()
    work.run_due()
    assert Delivery.objects.filter(status=200).count() == 1
    assert len(receiver.got) == 1


@pytest.mark.parametrize("seconds", ["0", "61", "600", "-1", "ten"])
def test_no_attempt_is_given_so_long_that_it_seems_to_be_of_a_dead_process(monkeypatch: Any, seconds: str) -> None:
    monkeypatch.setenv("LAWFULHOLD_DESK_WEBHOOK_TIMEOUT", seconds)
    with pytest.raises(ImproperlyConfigured, match="1 to 60"):
        importlib.reload(desk_settings)
    monkeypatch.setenv("LAWFULHOLD_DESK_WEBHOOK_TIMEOUT", "60")
    assert timedelta(seconds=importlib.reload(desk_settings).DESK_WEBHOOK_TIMEOUT) < work.STALE

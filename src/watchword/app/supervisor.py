"""`watchword up`: one command that starts all of it, keeps it running, and says where to go.

In order: take the state directory, make a configuration where there is none, check and apply it, bring the database to
this version's schema, invite the first administrator where nobody can sign in yet, start the children, wait until they
answer, and print the addresses. After that it only watches. Whatever goes wrong before everything answers ends the
command with the reason and one thing to do; afterwards nothing but a signal ends it.

This runs in the main thread alone, because Envoy dies with the thread that started it.
"""

import errno
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from watchword.app import applied, control_client, development_ca
from watchword.app.children import Child, Program, describe_exit, python_module
from watchword.app.configuration import ADMINISTRATORS, Configuration, ConfigurationError, Surroundings
from watchword.app.configuration import read_configuration as read
from watchword.app.data_plane import envoy_command, envoy_ready, write_envoy_files
from watchword.app.defaults import write_defaults
from watchword.app.runtime import open_database, open_services, read_applied
from watchword.app.settings import MAIN_FILE, Settings
from watchword.app.state import StateDirectory
from watchword.kernel.clock import SystemClock, monotonic
from watchword.kernel.errors import NotFoundError, UnavailableError, WatchwordError
from watchword.kernel.events import Origin

_TICK = 0.1
_READY_WITHIN = 60.0
# A control plane that does not answer its own socket this often in a row is ended and started again.
_HEALTH_EVERY = 5.0
_HEALTH_FAILURES = 3
_CONTROL_PLANE = "control-plane"
_ENVOY = "envoy"
_SAMPLE = "sample-application"
_COMPLIANCE = "compliance"
_BOOTSTRAP_ACTOR = "bootstrap"


def up(settings: Settings, *, as_json: bool = False) -> int:
    """Run until SIGINT or SIGTERM; return the exit status.

    Raises `WatchwordError` for whatever keeps it from starting; then nothing of it runs any more.
    """
    started = monotonic()
    state = settings.state
    with _signals() as stop:
        state.prepare()
        with state.hold():
            configuration = _apply(settings)
            _refuse_taken_port(configuration)
            invitation = _first_invitation(settings)
            children = _children(settings, configuration)
            try:
                for child in children:
                    child.start()
                if _until_ready(state, configuration, children, stop):
                    _announce(state, configuration, invitation, monotonic() - started, as_json=as_json)
                    _watch(settings, children, stop)
            finally:
                _say("stopping")
                for child in reversed(children):
                    child.stop()
    return 0


class _Stop:
    """Set by a signal, and waited on by the loop: a wait ends at the next signal, a child's end among them."""

    def __init__(self, wakeups: socket.socket) -> None:
        self.set = False
        self._wakeups = wakeups

    def wait(self, seconds: float) -> None:
        ready, _, _ = select.select([self._wakeups], [], [], seconds)
        if ready:
            with suppress(BlockingIOError):
                self._wakeups.recv(4096)


@contextmanager
def _signals() -> Iterator[_Stop]:
    """SIGINT and SIGTERM ask to stop; SIGCHLD merely ends a wait, so that a dead child is seen at once."""
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    stop = _Stop(reading)

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set = True

    def wake(_number: int, _frame: FrameType | None) -> None:
        return

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, ask),
        signal.SIGTERM: signal.signal(signal.SIGTERM, ask),
        signal.SIGCHLD: signal.signal(signal.SIGCHLD, wake),
    }
    wakeup = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()


def _apply(settings: Settings) -> Configuration:
    """Bring the directory's configuration into service, or else the one that served last."""
    state, clock = settings.state, SystemClock()
    if not (settings.configuration / MAIN_FILE).is_file():
        if settings.configuration != state.root / "configuration":
            raise NotFoundError(
                f"there is no {MAIN_FILE} in {settings.configuration}",
                code="configuration.missing",
                hint=f"write one with: watchword init --config {settings.configuration}",
            )
        write_defaults(settings.configuration)
        _say(f"wrote a first configuration into {settings.configuration}")
    surroundings = Surroundings.of(state, port=settings.port, database=settings.database)
    try:
        configuration = read(settings.configuration, surroundings)
    except ConfigurationError as error:
        if not applied.exists(state):
            raise
        _say(f"{error}\nThe configuration in {settings.configuration} is refused; serving the one applied before.")
        authored = replace(surroundings, authored=settings.configuration)
        configuration = read(state.applied, authored)
    if configuration.tls_development:
        development_ca.ensure(state.tls, configuration.hosts, clock)
    applied.keep(state, configuration)
    applied.remember(state, applied.Serving(port=settings.port, configuration=settings.configuration))
    with open_database(configuration, upgraded=True):
        pass
    write_envoy_files(state, configuration.gateway)
    return configuration


def _refuse_taken_port(configuration: Configuration) -> None:
    listener = configuration.gateway.listener
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listener.address, listener.port))
        except OSError as error:
            where = f"{listener.address}:{listener.port}"
            if error.errno == errno.EADDRINUSE:
                raise UnavailableError(
                    f"the gateway cannot listen on {where}: another program does",
                    code="port.in-use",
                    hint="stop that program, or choose another port with --port N",
                ) from error
            raise UnavailableError(
                f"the gateway cannot listen on {where}: {error.strerror}",
                code="port.refused",
                hint="choose another with listen: in watchword.yaml, or with --port N",
            ) from error


def _first_invitation(settings: Settings) -> str | None:
    """Return a link for the first administrator, as long as nobody who administers can sign in.

    A link that was printed before is revoked: only the newest one on the screen is good.
    """
    with open_services(settings) as services:
        able = services.people_store.able_to_sign_in()
        if any(person.id in able and ADMINISTRATORS in person.groups for person in services.people.persons()):
            return None
        origin = Origin()
        for invitation, _ in services.people.open_invitations():
            if invitation.created_by == _BOOTSTRAP_ACTOR:
                services.people.revoke_invitation(invitation.id, actor=_BOOTSTRAP_ACTOR, origin=origin)
        _, token = services.people.invite(
            email=f"admin@{services.configuration.gateway.domain}",
            display_name="Administrator",
            groups=frozenset({ADMINISTRATORS}),
            actor=_BOOTSTRAP_ACTOR,
            origin=origin,
        )
        return services.configuration.invitation_link(token)


def _children(settings: Settings, configuration: Configuration) -> list[Child]:
    """In the order of starting. The gateway comes last, but needs not: it answers 503 until it may ask."""
    state = settings.state
    children = []
    if _needs_sample(state, configuration):
        children.append(
            Program(
                name=_SAMPLE,
                command=lambda: python_module(
                    "watchword.app.sample",
                    "--socket",
                    str(state.sample_socket),
                    "--issuer",
                    configuration.gateway.origin(configuration.gateway.sign_in_host),
                    "--jwks-socket",
                    str(state.pages_socket),
                ),
                log=state.logs / "sample-application.log",
            )
        )
    arguments = ["--state", str(state.root)]
    if settings.port is not None:
        arguments += ["--port", str(settings.port)]
    children.append(
        Program(
            name=_CONTROL_PLANE,
            command=lambda: python_module("watchword.app.control_plane", *arguments),
            log=state.logs / "control-plane.log",
            environment={} if settings.database is None else {"WATCHWORD_DATABASE": settings.database},
        )
    )
    children.append(
        Program(name=_ENVOY, command=lambda: envoy_command(state), log=state.logs / "envoy.log", lifeline=False)
    )
    if configuration.posture.by_itself:
        children.append(_compliance(settings))
    return [Child(program) for program in children]


def _compliance(settings: Settings) -> Program:
    """The worker that examines estates. Nothing waits for it: the gateway serves with or without."""
    state = settings.state
    return Program(
        name=_COMPLIANCE,
        command=lambda: python_module("watchword.app.compliance.worker", "--state", str(state.root)),
        log=state.logs / "compliance.log",
        environment={} if settings.database is None else {"WATCHWORD_DATABASE": settings.database},
    )


def _tend_compliance(settings: Settings, children: list[Child]) -> None:
    """Start the worker once estates are configured, end it once none is: another configuration was applied."""
    running = next((child for child in children if child.name == _COMPLIANCE), None)
    try:
        wanted = read_applied(settings).posture.by_itself
    except WatchwordError as error:
        _say(f"{error}")
        return
    if wanted and running is None:
        children.append(Child(_compliance(settings)))
        children[-1].start()
    elif running is not None and not wanted:
        running.stop()
        children.remove(running)


def _needs_sample(state: StateDirectory, configuration: Configuration) -> bool:
    return any(
        application.upstream.socket == str(state.sample_socket) for application in configuration.gateway.applications
    )


def _until_ready(state: StateDirectory, configuration: Configuration, children: list[Child], stop: _Stop) -> bool:
    """Wait until everything answers; False when asked to stop before that."""
    end = monotonic() + _READY_WITHIN
    while not stop.set:
        _tend(children)
        if _answers(state, configuration):
            return True
        if monotonic() > end:
            raise UnavailableError(
                f"not everything answered within {_READY_WITHIN:g} seconds",
                code="up.not-ready",
                hint=f"look into {state.logs}, or ask: watchword doctor",
            )
        stop.wait(_TICK)
    return False


def _answers(state: StateDirectory, configuration: Configuration) -> bool:
    if not control_client.healthy(state.control_socket) or not envoy_ready(state):
        return False
    return not _needs_sample(state, configuration) or _listens(state.sample_socket)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _watch(settings: Settings, children: list[Child], stop: _Stop) -> None:
    state = settings.state
    failures, next_probe = 0, monotonic() + _HEALTH_EVERY
    served = os.path.realpath(state.applied)
    control_plane = next(child for child in children if child.name == _CONTROL_PLANE)
    while not stop.set:
        if _tend(children):
            failures = 0
        if monotonic() >= next_probe:
            next_probe = monotonic() + _HEALTH_EVERY
            if (now_served := os.path.realpath(state.applied)) != served:
                served = now_served
                _tend_compliance(settings, children)
            failures = 0 if control_client.healthy(state.control_socket) else failures + 1
            if failures >= _HEALTH_FAILURES:
                _say("the control plane does not answer; starting it again")
                control_plane.kill()
                failures = 0
        stop.wait(_TICK)


def _tend(children: list[Child]) -> bool:
    """Restart what ended; say so. True if anything had ended."""
    ended = False
    for child in children:
        status = child.tend()
        if status is not None:
            ended = True
            _say(f"{child.name} {describe_exit(status)}; starting it again")
    return ended


def _announce(
    state: StateDirectory, configuration: Configuration, invitation: str | None, seconds: float, *, as_json: bool
) -> None:
    gateway = configuration.gateway
    applications: Mapping[str, str] = {
        application.name: gateway.origin(application.host)
        for application in gateway.applications
        if not application.internal
    }
    addresses: dict[str, object] = {
        "gateway": gateway.origin(gateway.domain),
        "sign_in": gateway.origin(gateway.sign_in_host),
        "console": gateway.origin(gateway.console_host),
        "applications": applications,
        "invitation": invitation,
        "state": str(state.root),
        "seconds": round(seconds, 2),
    }
    if as_json:
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        return
    lines = [f"Watchword is up ({seconds:.1f} s).", ""]
    if invitation:
        lines += [
            "  Begin here: enrol a passkey as the first administrator (this link works once):",
            f"    {invitation}",
            "",
        ]
    lines += [f"  Console       {addresses['console']}", f"  Sign-in       {addresses['sign_in']}"]
    lines += [f"  Application   {origin}  ({name})" for name, origin in applications.items()]
    lines += ["", f"  State         {state.root}", "  Stop          Ctrl-C", ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"watchword: {text}\n")
    sys.stderr.flush()

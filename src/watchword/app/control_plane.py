"""The control plane's process: the check, the streams, our own pages and the control socket, over one state directory.

Started by the supervisor as `python -m watchword.app.control_plane --state DIR`; everything listens on Unix sockets in
the private `run/` directory, and Envoy alone is in front of them.

    run/check.sock     asked by Envoy before each request passes
    run/streams.sock   holds on to long-lived exchanges, to cut them
    run/pages.sock     the sign-in host, the console, `/.watchword/` of every application
    run/control.sock   the command line and the policy API, on this machine

Dead, nothing passes: Envoy answers 503. It may be killed at any moment: what was acknowledged is in the database.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from watchword.adapters.envoy.streams import StreamHolder
from watchword.api.check import serve as serve_check
from watchword.api.control import Applied, create_control_app
from watchword.api.policy import LOCAL_ANSWER_WITHIN, Bounds, BrowserDoor, LocalDoor, create_policy_api
from watchword.api.policy import ROOT as API
from watchword.app import applied, data_plane, development_ca
from watchword.app.action_catalogue import CurrentCatalogue
from watchword.app.analyst import AnalystPool
from watchword.app.authentication import AssertionAuthentication
from watchword.app.compliance import standing as compliance
from watchword.app.configuration import Configuration, Surroundings, read_configuration
from watchword.app.lifeline import watch
from watchword.app.planning import changes
from watchword.app.runtime import Services, assemble, open_database, read_applied
from watchword.app.served import ServedPolicies
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory, write_private
from watchword.app.verification import LedgerVerifier
from watchword.console import (
    HealthCheck,
    HealthState,
    HtmlRefusalPages,
    create_console_app,
    create_flow_app,
    create_sign_in_app,
)
from watchword.console.shell.headers import SecureHeaders
from watchword.enforcement.gateway import (
    AssertionSigner,
    Check,
    GatewaySnapshot,
    OwnAnswers,
    PolicyDecider,
    StreamRegistry,
)
from watchword.identity.people import load_ceremonies
from watchword.kernel.clock import SystemClock, monotonic
from watchword.kernel.errors import InvalidInputError, UnavailableError, WatchwordError
from watchword.kernel.events import ConfigurationApplied, ConfigurationRefused, Event, ProcessChanged

_log = logging.getLogger("watchword")

# New requests must see a revocation within 250 ms; the index refuses when it is older than 240 ms.
_REFRESH_EVERY = 0.05
_SWEEP_EVERY = 0.5
_FLUSH_EVERY = 15.0
_EXPIRE_EVERY = 60.0
_PRUNE_EVERY = 3600.0
_SHUTDOWN_GRACE = 3
_SHOWN_PROBLEMS = 20
_OWN_PATH = "/.watchword/"
# The check answers on one thread while the record, the pages and the pollers run on others. Python lets a thread go on
# for 5 ms before another gets its turn, which would be the check's latency; switching costs microseconds.
_SWITCH_INTERVAL = 0.0005


class ControlPlane:
    """Everything that one process holds, and what may be asked of it (`api.control.Operations`)."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self.settings = settings
        self.services = services
        self.configuration = services.configuration
        self.signer = AssertionSigner(services.keys.assertion)
        self.check = Check(
            snapshot=_snapshot(services.configuration),
            sessions=services.index,
            recorder=services.ledger,
            signer=self.signer,
            clock=services.clock,
            pages=HtmlRefusalPages(),
        )
        self.streams = StreamRegistry(clock=services.clock, events=self.append, still_allowed=self.check.still_allowed)
        self.own_answers = OwnAnswers(clock=services.clock, events=self.append)
        self.verifier = LedgerVerifier(services.ledger_store, services.signer.verifier, services.clock)
        self.analyst = AnalystPool(settings.state)
        self.served = ServedPolicies(
            lambda: self.configuration, services.people, CurrentCatalogue(settings.state).catalogue
        )
        self.started_at = services.clock.now()
        self._applying = threading.Lock()
        self._version_file = settings.state.root / "people.version"
        self._remembered = -1
        services.index.on_revoked(self.streams.session_ended)
        services.index.on_persons_changed(lambda _: self.recheck())

    def append(self, event: Event) -> None:
        """Put an event on its way into the record without waiting for it (an `EventSink` for what has happened)."""
        self.services.ledger.append(event)

    def recheck(self) -> None:
        self.streams.recheck()

    def announce_start(self) -> None:
        """Put this start on the record: between the last record before it and this one, nothing could be decided."""
        self.append(
            ProcessChanged(
                at=self.started_at,
                process="control-plane",
                change="started",
                detail=f"serves configuration {self.configuration.revision}",
            )
        )

    # A database that went back in time.

    def recover(self) -> None:
        """End the sessions that a restored backup brought back, if there was one; see `Sessions.recover`."""
        try:
            known = int(self._version_file.read_text("ascii"))
        except (FileNotFoundError, ValueError):
            known = 0
        ended = self.services.sessions.recover(known)
        if ended:
            _log.warning("the database is older than what was seen before; %d sessions were ended", ended)

    def remember_version(self) -> None:
        version = self.services.index.version
        if version != self._remembered:
            write_private(self._version_file, str(version).encode("ascii"))
            self._remembered = version

    # What the control socket offers.

    def apply(self, directory: str, actor: str) -> Applied:
        """Serve the configuration in `directory`; raise `InvalidInputError` and go on serving the old one."""
        with self._applying:
            before = self.configuration
            try:
                after = read_configuration(Path(directory), self._surroundings())
                _refuse_what_needs_a_restart(before, after)
            except InvalidInputError as error:
                self._refused(actor, error)
                raise
            if after.revision == before.revision:
                return Applied(revision=after.revision, previous=before.revision, changes=())
            if after.tls_development:
                development_ca.ensure(self.settings.state.tls, after.hosts, self.services.clock)
            self._serve(before, after)
            described = tuple(str(change) for change in changes(before, after))
            self.services.ledger.record(
                ConfigurationApplied(
                    at=self.services.clock.now(),
                    actor=actor,
                    revision=after.revision,
                    previous=before.revision,
                    changes=described,
                )
            )
            applied.keep(self.settings.state, after)
            return Applied(revision=after.revision, previous=before.revision, changes=described)

    def _serve(self, before: Configuration, after: Configuration) -> None:
        """Bring `after` into service: the check first, so that Envoy never routes by what the check does not know."""
        self.check.install(_snapshot(after))
        try:
            data_plane.reload(self.settings.state, before.gateway, after.gateway)
        except WatchwordError:
            # Envoy kept the old one; so must we.
            self.check.install(_snapshot(before))
            self.check.settle()
            raise
        self.configuration = after
        self.check.settle()
        self.recheck()

    def _refused(self, actor: str, error: InvalidInputError) -> None:
        self.append(
            ConfigurationRefused(
                at=self.services.clock.now(), actor=actor, problems=tuple(str(error).splitlines()[:_SHOWN_PROBLEMS])
            )
        )

    def _surroundings(self) -> Surroundings:
        return Surroundings.of(self.settings.state, port=self.settings.port, database=self.settings.database)

    def status(self) -> Mapping[str, object]:
        ledger = self.services.ledger.status()
        latencies = sorted(self.streams.latencies)
        return {
            "revision": self.configuration.revision,
            "started_at": self.started_at.isoformat(),
            "live_sessions": self.services.index.live_sessions(self.services.clock.now()),
            "open_streams": len(self.streams),
            "streams_cut": self.streams.cuts,
            "cut_milliseconds": {
                "median": round(latencies[len(latencies) // 2], 2),
                "longest": round(latencies[-1], 2),
            }
            if latencies
            else None,
            "sessions_age_milliseconds": self._sessions_age(),
            "answers": dict(self.check.counts),
            "answered_by_envoy": self.own_answers.total,
            "defects": self.check.defects,
            "mean_microseconds": self.check.timings.microseconds(),
            "ledger": {"size": ledger.size, "pending": ledger.pending, "trouble": ledger.trouble},
            "compliance": compliance.described(self.settings, self.configuration, self.services.clock.now()),
        }

    def _sessions_age(self) -> float | None:
        """How old the memory of sessions is: what was revoked before that is refused. None: never filled."""
        refreshed_at = self.services.index.refreshed_at
        return None if refreshed_at is None else round((monotonic() - refreshed_at) * 1000, 1)

    # What the pages ask.

    def health(self) -> tuple[HealthCheck, ...]:
        """Look at each part. What could not be looked at is unknown, never good."""
        ledger = self.services.ledger.status()
        stale = self.services.index.stale(monotonic())
        ready = data_plane.envoy_ready(self.settings.state)
        return (
            HealthCheck(
                name="Gateway",
                state=HealthState.GOOD if ready else HealthState.BAD,
                detail="Envoy says that it is ready" if ready else "Envoy does not answer on its admin socket",
            ),
            HealthCheck(
                name="Sessions",
                state=HealthState.BAD if stale else HealthState.GOOD,
                detail="the database does not say what was revoked; requests are refused"
                if stale
                else "revocations arrive",
            ),
            HealthCheck(
                name="Record",
                state=HealthState.BAD if ledger.trouble else HealthState.GOOD,
                detail=ledger.trouble or f"{ledger.pending} on the way to the disk",
            ),
            HealthCheck(
                name="Check",
                state=HealthState.BAD if self.check.defects else HealthState.GOOD,
                detail=f"{self.check.defects} requests met a defect of ours and were refused"
                if self.check.defects
                else "no defect since the start",
            ),
        )

    def pages(self) -> ASGIApp:
        """One application for all of our own hosts: which page answers is told by host and path."""
        services = self.services

        def running() -> Configuration:
            return self.configuration

        sign_in = create_sign_in_app(
            people=services.people,
            sessions=services.sessions,
            finder=services.index,
            running=running,
            clock=services.clock,
            jwks=lambda: self.signer.jwks().decode("ascii"),
            form_key=services.keys.forms,
        )
        flow = create_flow_app(
            sessions=services.sessions,
            finder=services.index,
            running=running,
            clock=services.clock,
            form_key=services.keys.forms,
        )
        authenticate = AssertionAuthentication(self.configuration, self.signer, services.clock)
        console = create_console_app(
            people=services.people,
            sessions=services.sessions,
            ledger_reader=services.reader,
            ledger_feed=services.ledger,
            running=running,
            clock=services.clock,
            health=self.health,
            verify=self.verifier,
            assessments=services.assessments,
            authenticate=authenticate,
            form_key=services.keys.forms,
        )
        door = BrowserDoor(authenticate, lambda: _console_origin(self.configuration))
        api = SecureHeaders(create_policy_api(analyst=self.analyst, served=self.served, door=door))

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            gateway = self.configuration.gateway
            host = _host(scope)
            if host == gateway.sign_in_host:
                await sign_in(scope, receive, send)
            elif scope["path"].startswith(_OWN_PATH) and host in gateway.by_host:
                await flow(scope, receive, send)
            elif host == gateway.console_host and scope["path"].startswith(f"{API}/"):
                await api(scope, receive, send)
            elif host == gateway.console_host:
                await console(scope, receive, send)
            else:
                await send({"type": "http.response.start", "status": 421, "headers": [(b"content-length", b"0")]})
                await send({"type": "http.response.body", "body": b""})

        return dispatch

    def control(self) -> ASGIApp:
        """What programs of the same user may ask on this machine: us, and the policy API."""
        operations = create_control_app(self)
        bounds = Bounds(answer_within=LOCAL_ANSWER_WITHIN)
        api = create_policy_api(analyst=self.analyst, served=self.served, door=LocalDoor(), bounds=bounds)

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            asked = scope["type"] == "http" and scope["path"].startswith(f"{API}/")
            await (api if asked else operations)(scope, receive, send)

        return dispatch


def _console_origin(configuration: Configuration) -> str:
    gateway = configuration.gateway
    return gateway.origin(gateway.console_host)


def _snapshot(configuration: Configuration) -> GatewaySnapshot:
    return GatewaySnapshot(configuration.gateway, PolicyDecider(configuration.policy_set))


def _host(scope: Scope) -> str:
    found = [value for name, value in scope["headers"] if name == b"host"]
    if len(found) != 1:
        return ""
    return str(found[0].decode("latin-1").lower().partition(":")[0])


def _refuse_what_needs_a_restart(before: Configuration, after: Configuration) -> None:
    """Say so rather than accept it and go on as before."""
    old, new = before.gateway, after.gateway
    fixed = {
        "listen": (
            (old.listener.address, old.listener.port, old.listener.tls),
            (new.listener.address, new.listener.port, new.listener.tls),
        ),
        "domain": (old.domain, new.domain),
        "database": (before.database, after.database),
        "passkeys": (before.relying_party, after.relying_party),
        "sessions": ((before.aal2_limits, before.aal3_limits), (after.aal2_limits, after.aal3_limits)),
    }
    named = [name for name, (then, now) in fixed.items() if then != now]
    if named:
        raise InvalidInputError(
            f"a change of {' and '.join(named)} takes effect at the next start",
            code="configuration.needs-restart",
            hint="stop Watchword and start it again: watchword up",
        )


class _Workers:
    """What happens by itself. Each job has its own thread, so that one that waits for the database delays no other."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def every(self, seconds: float, job: Callable[[], object]) -> None:
        """Run `job` again and again; what is not available is said once, until it works again."""
        thread = threading.Thread(target=self._run, args=(seconds, job), name=job.__name__, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, seconds: float, job: Callable[[], object]) -> None:
        failing = False
        while not self._stop.wait(seconds):
            try:
                job()
            except UnavailableError as error:
                if not failing:
                    _log.warning("%s: %s", job.__name__, error)
                failing = True
            else:
                if failing:
                    _log.warning("%s: works again", job.__name__)
                failing = False

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_SHUTDOWN_GRACE)


class _Server(uvicorn.Server):
    """uvicorn on a socket of ours; signals are the process's own business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _unix_socket(path: Path) -> socket.socket:
    """Listen on a fresh private socket at `path`; one left by a process that was killed is replaced."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def _server(app: ASGIApp) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SHUTDOWN_GRACE,
        )
    )


async def _serve(plane: ControlPlane, state: StateDirectory) -> None:
    stop = asyncio.Event()
    watch(stop)
    services = plane.services
    await asyncio.to_thread(services.ledger.start)
    plane.announce_start()
    workers = _Workers()
    await asyncio.to_thread(plane.recover)
    await asyncio.to_thread(services.index.refresh)
    workers.every(_REFRESH_EVERY, services.index.refresh)
    workers.every(_SWEEP_EVERY, plane.streams.sweep)
    workers.every(_FLUSH_EVERY, services.index.flush_activity)
    workers.every(_FLUSH_EVERY, plane.remember_version)
    workers.every(_FLUSH_EVERY, plane.own_answers.flush)
    workers.every(_EXPIRE_EVERY, services.sessions.expire)
    workers.every(_PRUNE_EVERY, services.sessions.prune)

    streams = StreamHolder(
        state.streams_socket, registry=plane.streams, check=plane.check, own_answers=plane.own_answers
    )
    await streams.start()
    check = await serve_check(plane.check, state.check_socket, refresh=services.index.refresh)
    pages, control = _server(plane.pages()), _server(plane.control())
    tasks = [
        asyncio.create_task(pages.serve(sockets=[_unix_socket(state.pages_socket)])),
        asyncio.create_task(control.serve(sockets=[_unix_socket(state.control_socket)])),
    ]
    ended = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        pages.should_exit = control.should_exit = True
        await check.close()
        await streams.stop()
        await asyncio.to_thread(plane.analyst.close)
        await asyncio.gather(*tasks)
        ended.cancel()
        await asyncio.to_thread(workers.stop)
        with contextlib.suppress(UnavailableError):
            services.index.flush_activity()
        plane.own_answers.flush()
        await asyncio.to_thread(services.ledger.stop)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="watchword control plane")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int)
    options = parser.parse_args(arguments)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    state = StateDirectory(options.state)
    settings = Settings(
        state=state,
        configuration=state.applied,
        port=options.port,
        database=os.environ.get("WATCHWORD_DATABASE") or None,
    )
    load_ceremonies()
    try:
        configuration = read_applied(settings)
        with open_database(configuration) as database:
            plane = ControlPlane(settings, assemble(settings, configuration, database, SystemClock()))
            uvloop.run(_serve(plane, state))
    except WatchwordError as error:
        _log.error("%s%s", error, f"; {error.hint}" if error.hint else "")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The process that examines estates by itself: by schedule, on changes, and again after what failed.

It reads nothing of an estate itself. Each pass is a process of its own, so that one that runs out of memory, time or
luck is a FAILED pass on the record, and the next one comes all the same. One pass runs at a time, and all of it gives
way to whatever else this machine does (nice).

What it is about to do is written to `compliance/worker.json`, for `watchword status`, `compliance status` and `doctor`.
The configuration is that which is being served: once another is applied, it is the other's estates.
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from watchword.app.children import describe_exit, python_module
from watchword.app.compliance.examining import Examined, Occasion, record_failure
from watchword.app.compliance.one_pass import BUSY
from watchword.app.compliance.record import open_record, pass_store
from watchword.app.compliance.reports import due_reports, report_on, write_report
from watchword.app.compliance.standing import STATUS_FILE
from watchword.app.compliance.watching import FileWatch
from watchword.app.configuration import Configuration
from watchword.app.configuration.posture import EstateSettings
from watchword.app.runtime import read_applied
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory, write_private
from watchword.evidence.posture.compliance.model import Ended, Pass, Trigger
from watchword.evidence.posture.compliance.schedule import Due, Noticed, next_pass
from watchword.evidence.posture.compliance.standing import in_words
from watchword.kernel.clock import Clock, SystemClock, monotonic
from watchword.kernel.errors import WatchwordError
from watchword.kernel.events import ProcessChanged

if TYPE_CHECKING:
    from watchword.adapters.aws.changes import Change, ChangeQueue

_log = logging.getLogger("watchword")

_TICK: Final = 0.5
# Files are asked no more often than this, and looking takes at most a fiftieth of the time.
_LOOK_EVERY: Final = 2.0
_LOOK_SHARE: Final = 50
_UNWATCHED: Final = "nobody watched until now"
_ASK_EVERY: Final = 5.0  # a queue; SQS asks a fraction of a cent for a million questions
_STATUS_EVERY: Final = 5.0
_PRUNE_EVERY: Final = 3600.0
# A pass that could not even be recorded (the database is away) is not begun anew at once.
_AFTER_TROUBLE: Final = timedelta(seconds=30)
_GRACE: Final = 5.0
_NICE: Final = 10

Say = Callable[[str], None]


class _Watched:
    """One estate, and what the worker knows of it between passes."""

    def __init__(self, settings: EstateSettings, passes: Sequence[Pass]) -> None:
        self.settings = settings
        self.last = passes[-1] if passes else None
        self.failures = sum(one.ended is Ended.FAILED for one in passes)
        self.noticed: Noticed | None = None
        self.not_before: datetime | None = None
        self.trouble = ""
        self.deaf = ""  # why the queue does not tell of changes
        self._files: FileWatch | None = None
        self._look_at = 0.0
        self._queue: ChangeQueue | None = None
        self._ask_at = 0.0
        self.told: list[Change] = []  # by the queue; forgotten once a good pass has looked

    def look(self, now: datetime) -> None:
        """Ask the files whether something changed, where they are watched and it is time."""
        if not self.settings.watch_files or monotonic() < self._look_at:
            return
        if self._files is None:
            others = [p for p in (self.settings.waivers, self.settings.settings) if p is not None]
            others += [*self.settings.check_directories]
            self._files = FileWatch(self.settings.paths, others)
            self.noticed = Noticed(first=now, last=now, cause=_UNWATCHED)
        elif names := self._files.changes():
            self._notice(now, f"changed: {', '.join(names)}")
        self._look_at = monotonic() + max(_LOOK_EVERY, self._files.seconds * _LOOK_SHARE)

    def listen(self, now: datetime) -> None:
        """Ask the queue whether the cloud told of a change. Raises where it does not answer."""
        if not self.settings.queue or monotonic() < self._ask_at:
            return
        self._ask_at = monotonic() + _ASK_EVERY
        if self._queue is None:
            from watchword.adapters.aws.changes import ChangeQueue

            profile = self.settings.aws[0].profile if self.settings.aws else ""
            self._queue = ChangeQueue(self.settings.queue, profile=profile)
        changes = self._queue.receive()
        self.told.extend(changes)
        if changes:
            more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
            self._notice(now, f"AWS tells: {changes[0].words}{more}")

    def forget(self, changes: Sequence["Change"]) -> None:
        self.told = [change for change in self.told if change not in changes]
        if self._queue is not None and changes:
            self._queue.forget(changes)

    def _notice(self, now: datetime, cause: str) -> None:
        self.noticed = Noticed(first=self.noticed.first if self.noticed else now, last=now, cause=cause)

    def due(self, now: datetime) -> Due | None:
        due = next_pass(
            every=self.settings.every, last=self.last, failures=self.failures, noticed=self.noticed, now=now
        )
        if due is not None and self.not_before is not None and due.at < self.not_before:
            return Due(at=self.not_before, trigger=due.trigger, cause=due.cause)
        return due

    def settle(self, passes: Sequence[Pass]) -> None:
        self.last = passes[-1] if passes else self.last
        self.failures = sum(one.ended is Ended.FAILED for one in passes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Applied:
    """The configuration that is worked by, and what it was read from."""

    configuration: Configuration
    source: str


class Worker:
    """`run` until told to stop. `only` narrows to some estates; `say` is told of each pass."""

    def __init__(
        self, settings: Settings, *, clock: Clock, say: Say, only: frozenset[str] = frozenset(), status: bool = True
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._say = say
        self._only = only
        self._writes_status = status
        self._passes = pass_store(settings)
        self._applied: _Applied | None = None
        self._watched: dict[str, _Watched] = {}
        self._running: tuple[str, datetime] | None = None
        self._status_at = 0.0
        self._prune_at = 0.0
        self._report_at = 0.0
        self._started = clock.now()

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.step(stop)
            stop.wait(_TICK)

    def step(self, stop: threading.Event) -> bool:
        """Do what is due, once; True if a pass was made."""
        self._reload()
        now = self._clock.now()
        for watched in self._watched.values():
            watched.look(now)
            self._listen(watched, now)
        made = False
        due = self._most_due(now)
        if due is not None:
            self._pass(*due, stop)
            made = True
        self._report(now)
        self._tidy()
        self._tell()
        return made

    def _reload(self) -> None:
        source = os.path.realpath(self._settings.state.applied)
        # Where nothing was applied, the files that were read at the start are the configuration.
        if self._applied is not None and (self._applied.source == source or not self._settings.state.applied.exists()):
            return
        if self._applied is None:
            with open_record(self._settings, clock=self._clock):
                pass  # made whole where there is none yet, before a pass that may be ended at any moment does it
        configuration = read_applied(self._settings)
        self._applied = _Applied(configuration=configuration, source=source)
        before, self._watched = self._watched, {}
        for name, estate in configuration.posture.estates.items():
            if self._only and name not in self._only:
                continue
            known = before.get(name)
            same = known is not None and known.settings == estate
            self._watched[name] = known if known and same else _Watched(estate, self._passes.recent(name))

    def _listen(self, watched: _Watched, now: datetime) -> None:
        try:
            watched.listen(now)
        except WatchwordError as error:
            # The schedule examines all the same; that nobody tells of changes is said once, and shown until it is over.
            if watched.deaf != str(error):
                watched.deaf = str(error)
                self._say(f"{watched.settings.name}: {error}")
        else:
            watched.deaf = ""

    def _most_due(self, now: datetime) -> tuple[_Watched, Due] | None:
        found = [(w, due) for w in self._watched.values() if w.settings.by_itself and (due := w.due(now)) is not None]
        ready = [(w, due) for w, due in found if due.at <= now]
        return min(ready, key=lambda pair: pair[1].at, default=None)

    def _pass(self, watched: _Watched, due: Due, stop: threading.Event) -> None:
        estate = watched.settings
        noticed, watched.noticed = watched.noticed, None
        told = tuple(watched.told)
        occasion = Occasion(started=self._clock.now(), trigger=due.trigger, cause=due.cause, actor="compliance")
        self._running = estate.name, occasion.started
        self._tell(at_once=True)
        status, why = self._in_its_own_process(estate, occasion, _services(due, told), stop)
        self._running = None
        if stop.is_set():
            return
        watched.trouble, watched.not_before = "", None
        try:
            if status == 0:
                watched.settle(self._passes.recent(estate.name))
                if watched.last is not None and watched.last.ended is Ended.COMPLETE:
                    watched.forget(told)
            elif status in {1, BUSY}:  # it told its log why
                watched.trouble = "busy" if status == BUSY else "the pass could not be recorded: see the log"
            else:
                self._record_failure(estate, occasion, why)
                watched.settle(self._passes.recent(estate.name))
        except WatchwordError as error:
            watched.trouble = str(error)
        if watched.trouble:
            watched.noticed = noticed
            watched.not_before = self._clock.now() + _AFTER_TROUBLE
            self._say(f"{estate.name}: {watched.trouble}")
        elif watched.last is not None:
            self._say(_told(watched.last))
        self._tell(at_once=True)

    def _in_its_own_process(
        self, estate: EstateSettings, occasion: Occasion, services: str | None, stop: threading.Event
    ) -> tuple[int, str]:
        """Return the exit status and, where it did not end by itself, why."""
        command = python_module(
            "watchword.app.compliance.one_pass",
            *("--state", str(self._settings.state.root), "--config", str(self._settings.configuration)),
            *("--trigger", occasion.trigger.value, f"--cause={occasion.cause}"),
            *(() if services is None else (f"--services={services}",)),
            *("--", estate.name),
        )
        environment = dict(os.environ)
        if self._settings.database is not None:
            environment["WATCHWORD_DATABASE"] = self._settings.database
        # Its own group, so that what it starts (git) ends with it.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
        end = monotonic() + estate.timeout.total_seconds()
        while True:
            try:
                status = process.wait(_TICK)
            except subprocess.TimeoutExpired:
                self._tell()
            else:
                return status, f"the pass {'was ' if status < 0 else ''}{describe_exit(status)}"
            if stop.is_set() or monotonic() > end:
                _end(process)
                return -signal.SIGTERM, f"it took longer than {in_words(estate.timeout)}"

    def _record_failure(self, estate: EstateSettings, occasion: Occasion, why: str) -> Examined:
        with open_record(self._settings, clock=self._clock) as record:
            return record_failure(record, estate, occasion, words=why, code="compliance.died")

    def _report(self, now: datetime) -> None:
        """Write the reports whose time has come. What cannot be written is tried again, and said once a while."""
        if self._applied is None or monotonic() < self._report_at:
            return
        posture = self._applied.configuration.posture
        directory = posture.reports.directory or self._settings.state.reports
        for period, until in due_reports(posture, directory, now):
            try:
                with open_record(self._settings, clock=self._clock) as record:
                    estates = tuple(posture.estates.values())
                    report = report_on(record.passes, estates, period=period, until=until, posture=posture)
                    files = write_report(record, report, directory, posture.reports.forms, actor="compliance")
            except WatchwordError as error:
                self._report_at = monotonic() + _AFTER_TROUBLE.total_seconds()
                self._say(f"the {period.value} report: {error}")
            else:
                self._say(f"wrote {files[-1]}")

    def _tidy(self) -> None:
        if monotonic() < self._prune_at or self._applied is None:
            return
        self._prune_at = monotonic() + _PRUNE_EVERY
        oldest = self._clock.now() - self._applied.configuration.posture.keep
        for name in self._watched:
            try:
                self._passes.prune(name, before=oldest)
            except WatchwordError as error:
                self._say(f"{name}: {error}")

    def _tell(self, *, at_once: bool = False) -> None:
        if not self._writes_status or (not at_once and monotonic() < self._status_at):
            return
        self._status_at = monotonic() + _STATUS_EVERY
        now = self._clock.now()
        content = {
            "pid": os.getpid(),
            "started": self._started.isoformat(),
            "at": now.isoformat(),
            "running": self._running[0] if self._running else None,
            "estates": {name: _described(watched, now) for name, watched in self._watched.items()},
        }
        folder = self._settings.state.compliance
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / STATUS_FILE, json.dumps(content).encode("utf-8"))


def _described(watched: _Watched, now: datetime) -> Mapping[str, object]:
    due = watched.due(now) if watched.settings.by_itself else None
    return {
        "due": due.at.isoformat() if due else None,
        "cause": due.cause if due else None,
        "failures": watched.failures,
        "trouble": watched.trouble or watched.deaf or None,
    }


def _services(due: Due, told: "Sequence[Change]") -> str | None:
    """The services of an account to be asked again: none where only files changed, None (all) where it is not known."""
    if due.trigger is not Trigger.CHANGE or due.cause == _UNWATCHED or any(not change.service for change in told):
        return None
    return ",".join(sorted({change.service for change in told}))


def _told(done: Pass) -> str:
    if done.ended is Ended.FAILED:
        return f"{done.estate}: FAILED ({done.cause}): {done.error}"
    took = (done.finished - done.started).total_seconds()
    return f"{done.estate}: examined in {took:.1f} s ({done.cause}): {done.introduced} new, {done.fixed} fixed"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a pass and what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
        return


def stopping_by_signal() -> threading.Event:
    """An event that SIGTERM, SIGINT, and the end of the supervisor's pipe set."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop


def _until_alone(stop: threading.Event) -> None:
    """Wait for the end of the supervisor's pipe, on a thread of its own."""

    def wait() -> None:
        # Not through sys.stdin: at its end the interpreter aborts where a thread still waits in there.
        while os.read(0, 64):
            continue
        stop.set()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="watchword compliance worker")
    parser.add_argument("--state", type=Path, required=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.nice(_NICE)
    state = StateDirectory(options.state)
    settings = Settings(
        state=state,
        configuration=state.applied,
        port=None,
        database=os.environ.get("WATCHWORD_DATABASE") or None,
    )
    stop = stopping_by_signal()
    _until_alone(stop)
    clock = SystemClock()
    try:
        with open_record(settings, clock=clock) as record:
            names = ", ".join(record.configuration.posture.estates)
            record.ledger.record(
                ProcessChanged(at=clock.now(), process="compliance", change="started", detail=f"watches {names}")
            )
        Worker(settings, clock=clock, say=_log.info).run(stop)
    except WatchwordError as error:
        _log.error("%s%s", error, f"; {error.hint}" if error.hint else "")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

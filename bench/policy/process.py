"""One engine's process from the outside: started with its form, asked over pipes, ended whatever happens."""

import json
import os
import select
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.policy.engines.protocol import Json
from bench.policy.installed import Program
from bench.processes import BenchError

_END_S = 10.0


class EngineError(BenchError):
    """The engine's process ended, or did not answer in time. A peer is left out for it; without ours there is no result."""


class Process:
    """Use as a context manager. Not thread-safe: one question at a time."""

    def __init__(self, program: Program, form: Path) -> None:
        self.name = program.name
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__, with the process that writes to it
        self._process = subprocess.Popen(
            program.words(form),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **program.environment},
        )
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._log.close()

    def stop(self) -> None:
        """End it now: what still computes would take the core from the others."""
        self._process.kill()
        self._process.wait(_END_S)

    def ask(self, do: str, /, *, within: float, **values: Json) -> Json:
        """Send one command and return its answer; `EngineError` where there is none within so many seconds."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **values}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return json.loads(self._line(within))

    def _line(self, within: float) -> bytes:
        assert self._process.stdout is not None
        limit = time.monotonic() + within
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            ready, _, _ = select.select([self._process.stdout], [], [], max(limit - time.monotonic(), 0))
            if not ready:
                raise EngineError(f"no answer within {within:.0f} s")
            part = os.read(self._process.stdout.fileno(), 1 << 20)
            if not part:
                raise self._ended()
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def _ended(self) -> EngineError:
        self._process.wait(_END_S)
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").strip().splitlines()
        return EngineError(f"its process ended with {self._process.returncode}: {said[-1] if said else 'no word'}")

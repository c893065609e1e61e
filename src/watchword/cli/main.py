"""Runs one command and turns whatever happens into words and an exit code."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from watchword.cli import exits
from watchword.cli.output import printable
from watchword.cli.parser import parse
from watchword.kernel.errors import InvalidInputError, NotFoundError, RefusedError, WatchwordError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name; default: the process's) and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has left. Python would complain once more when it flushes at exit.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.BROKEN_PIPE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return exits.INTERRUPTED
    else:
        return code


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    try:
        return parse(arguments)
    except SystemExit as stop:
        # argparse ends the process for --help and for usage errors.
        return stop.code if isinstance(stop.code, int) else exits.USAGE
    except WatchwordError as error:
        if debug:
            _trace_to_terminal()
        show_error(error)
        return _code(error)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: nobody is shown a stack trace
        if debug:
            _trace_to_terminal()
            return exits.FAILED
        where = _keep_trace()
        print(f"watchword: this is a defect of ours: {type(error).__name__}", file=sys.stderr)
        print(f"  details: {where}" if where else "  for details, run it again with --debug", file=sys.stderr)
        return exits.FAILED


def show_error(error: WatchwordError) -> None:
    """Print an error: each line of it, then what can be done."""
    lines = str(error).splitlines() or [error.code]
    if len(lines) == 1:
        print(f"watchword: {printable(lines[0])}", file=sys.stderr)
    else:
        print(f"watchword: {len(lines)} problems", file=sys.stderr)
        for line in lines:
            print(f"  {printable(line)}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {printable(error.hint)}", file=sys.stderr)


def _code(error: WatchwordError) -> int:
    if isinstance(error, (InvalidInputError, NotFoundError)):
        return exits.USAGE
    return exits.DENIED if isinstance(error, RefusedError) else exits.FAILED


def _trace_to_terminal() -> None:
    import traceback

    traceback.print_exc()


def _keep_trace() -> Path | None:
    """Write the trace to a private file and return its path; None where there is no place for it."""
    import tempfile
    import traceback

    with suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix="watchword-", suffix=".trace")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            traceback.print_exc(file=stream)
        return Path(name)
    return None

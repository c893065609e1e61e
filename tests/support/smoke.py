"""The main command, as the README has it: start, first page, memory, stop. Run by `.ci/run`; prints what it saw.

1. `watchword up` gets ready and says where to go, with an invitation.
2. The first page is there; the sample application is closed to whoever has no session.
3. The idle memory of each process, and that the control plane keeps its promise.
4. Asked to stop it stops, with exit status 0, and leaves no process behind.
"""

import sys

from support.stack import Stack, command_line, descendants, resident_megabytes, running, until

# The promise of the first release for an idle control plane.
_CONTROL_PLANE_MEGABYTES = 200
_SHOWN = 70


def main() -> int:
    with running(show_logs=False) as stack:
        print(f"ready after {stack.ready.seconds:.1f} s: sign-in {stack.ready.sign_in}, console {stack.ready.console}")
        _check(stack.ready.invitation is not None, "an invitation for the first administrator")
        _pages(stack)
        _memory(stack)
        processes = stack.processes()
        status = stack.stop()
        _check(status == 0, f"exit status 0 after Ctrl-C, not {status}")
        until(lambda: not any(command_line(pid) for pid in processes), within=5, what="no process is left")
        _check("Traceback" not in stack.logs() + "".join(stack.errors), "no stack trace in any log")
    print("stopped, nothing left behind")
    return 0


def _pages(stack: Stack) -> None:
    first = stack.get("auth.localhost")
    _check(first.status == 200 and b"<html" in first.body.lower(), f"a first page, not {first.status}")
    closed = stack.get("sample.localhost")
    _check(closed.status == 401, f"401 from the sample application without a session, not {closed.status}")
    print(f"first page: {len(first.body)} bytes; the sample application is closed to strangers")


def _memory(stack: Stack) -> None:
    for pid in stack.processes():
        megabytes, started = resident_megabytes(pid), command_line(pid)
        print(f"idle memory: {megabytes:6.1f} MB  {started[-_SHOWN:]}")
        if "control_plane" in started:
            _check(
                megabytes < _CONTROL_PLANE_MEGABYTES, f"less than {_CONTROL_PLANE_MEGABYTES} MB, not {megabytes:.0f}"
            )
    _check(len(descendants(stack.processes()[0])) > 1, "children of the supervisor")


def _check(holds: bool, promised: str) -> None:  # noqa: FBT001 - an assertion that `python -O` keeps
    if not holds:
        raise SystemExit(f"broken promise: {promised}")


if __name__ == "__main__":
    sys.exit(main())

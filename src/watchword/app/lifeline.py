"""What a child process of the supervisor does first: notice that the supervisor is gone, or that it has to stop."""

import asyncio
import os
import signal
import stat
import sys


def watch(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT, and when standard input, the supervisor's pipe, is closed.

    To be called from the running loop's thread. A terminal or a file on standard input is not watched: then the process
    was started by hand.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    descriptor = sys.stdin.fileno() if sys.stdin is not None else -1
    if descriptor < 0 or not _is_pipe(descriptor):
        return
    os.set_blocking(descriptor, False)

    def readable() -> None:
        try:
            gone = os.read(descriptor, 64) == b""
        except BlockingIOError:
            return
        if gone:
            loop.remove_reader(descriptor)
            stop.set()

    loop.add_reader(descriptor, readable)


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False

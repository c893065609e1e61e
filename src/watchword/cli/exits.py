"""Exit codes: what a script may rely on."""

OK = 0  # done; the answer is yes; nothing was found wrong
FAILED = 1  # we could not do it
USAGE = 2  # what was asked, or a file that was named, cannot be accepted
NOTHING = 3  # nothing was examined, so nothing was proven
DENIED = 10  # the decision is no
LOW, MEDIUM, HIGH, CRITICAL = 11, 12, 13, 14  # the worst finding
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
BROKEN_PIPE = 141  # 128 + SIGPIPE

"""`watchword <noun> <verb>`: the command line.

Data goes to standard output, words to standard error. Exit codes are in `exits`. No verb shows a stack trace: what we
did not foresee is written to a file, and its place is said.

Everything heavy is imported by the verb that needs it, so that `watchword --help` answers at once.
"""

from watchword.cli.main import main

__all__ = ["main"]

"""Files, directories and standard input, wherever a verb reads documents or lines."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from watchword.kernel.errors import InvalidInputError

# Accounts with ten thousand principals have some hundred megabytes; a device that never ends has more.
LARGEST_ESTATE = 512 * 1024 * 1024


def files(paths: Sequence[str], suffix: str) -> list[str]:
    """Return the files that are named, `-` among them; a directory stands for all files below it with that suffix.

    Raise `InvalidInputError` for what is not there.
    """
    found: list[str] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found.append(name)
        elif path.is_dir():
            found += sorted(str(p) for p in path.rglob(f"*{suffix}") if p.is_file())
        elif path.exists():
            found.append(name)
        else:
            raise InvalidInputError(f"there is no {name}", code="file.missing")
    return found


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """Open a file, or standard input for `-`. Raise `InvalidInputError` where it cannot be read."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise InvalidInputError(f"cannot read {name}: {error.strerror}", code="file.unreadable") from error
        yield stream


def document(stream: IO[bytes]) -> bytes:
    """Read a policy document; of one that is too large, as much as shows that it is."""
    from watchword.decision.language.json_lines import MAX_LINE

    return stream.read(MAX_LINE + 1)


def estate_file(stream: IO[bytes], name: str) -> bytes:
    """Read one file of an estate. Raise `InvalidInputError` (`file.large`) above `LARGEST_ESTATE`."""
    content = stream.read(LARGEST_ESTATE + 1)
    if len(content) > LARGEST_ESTATE:
        raise InvalidInputError(
            f"{name} is too large",
            code="file.large",
            expected=f"at most {LARGEST_ESTATE} bytes",
            hint="give its pages one by one: --estate FILE --estate FILE",
        )
    return content

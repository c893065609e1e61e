"""A file that is written whole or not at all, and that nobody but its owner reads: of mode 0600 from its first byte.

with private_file(Path("cluster.jsonl")) as out:
    out.write("...")                       # appears under its name when the block ends, and not if it raises
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from watchword.kernel.errors import InvalidInputError


@contextmanager
def private_file(file: Path) -> Iterator[TextIO]:
    """Yield where to write. Raises `InvalidInputError` where the file cannot be made."""
    try:
        descriptor, scratch = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # of mode 0600
    except OSError as error:
        raise InvalidInputError(f"{file}: {error.strerror or error}", code="file.private") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as out:
            yield out
        Path(scratch).replace(file)
    except OSError as error:
        raise InvalidInputError(f"{file}: {error.strerror or error}", code="file.private") from error
    finally:
        with suppress(OSError):
            Path(scratch).unlink(missing_ok=True)

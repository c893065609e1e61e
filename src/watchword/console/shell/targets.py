r"""Where to go after signing in: a path on the same host, or nothing. Bytes are matched; nothing is split or resolved.

`urlsplit` misreads `//evil`, `/\evil` and `https:evil`, and browsers each mend addresses in their own way: they take a
backslash for a slash and drop tabs and newlines. So only what no parser can read as another host is let through.
"""

import re

from watchword.kernel.errors import InvalidInputError

# A slash, then no second slash or backslash; printable ASCII without space, quotes, angle brackets, backslash, `#`.
_TARGET = re.compile(rb"/(?![/\\])[!$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z|~^`{}]*")
_LONGEST = 4096
_ENCODED = re.compile(rb"%(?![0-9A-Fa-f]{2})")
# What a second decoder would turn into another host, or into a header of its own.
_HOSTILE_ESCAPES = re.compile(rb"%(?:0[0-9a-f]|1[0-9a-f]|7f)", re.IGNORECASE)
_LEADING_ESCAPES = re.compile(rb"/(?:%2f|%5c|%25)", re.IGNORECASE)


def return_target(raw: bytes) -> str:
    """Return a path with its query as text, unchanged. Raise `InvalidInputError` (`target.refused`) for anything else.

    Not checked: whether the path leads anywhere; the gateway decides on it as on every request.
    """
    path = raw.partition(b"?")[0]
    if (
        len(raw) > _LONGEST
        or not _TARGET.fullmatch(raw)
        or _ENCODED.search(raw)
        or _HOSTILE_ESCAPES.search(path)
        or _LEADING_ESCAPES.match(raw)
        # Our own paths as a target make a loop of starting and coming back.
        or path == b"/.watchword"
        or path.startswith(b"/.watchword/")
    ):
        raise InvalidInputError(
            "this is not an address to return to",
            code="target.refused",
            expected="a path on the same host, starting with a single slash",
            hint="open the application's own address instead",
        )
    return raw.decode("ascii")


def percent_decoded(raw: bytes) -> bytes:
    """Undo one layer of percent-encoding. Raise `InvalidInputError` (`target.refused`) where an escape is broken."""
    if _ENCODED.search(raw):
        raise InvalidInputError("a broken escape in an address", code="target.refused")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), raw)


def query_value(query: bytes, name: bytes) -> bytes | None:
    """Return one parameter of a query, decoded once; None where it is absent or stands more than once."""
    found = [value for key, _, value in (pair.partition(b"=") for pair in query.split(b"&")) if key == name]
    return percent_decoded(found[0]) if len(found) == 1 else None

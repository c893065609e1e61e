"""The path of a request, as every parser behind us will read it, or a refusal.

Envoy normalises paths once. A form that a second decoder would still change (`%2e%2e`, `%252f`, `//`, `;`, a backslash)
could reach an application as another path than the one decided on. So nothing is repaired here: a target is either
plain already, or it is refused with the reason.

What comes out is the path after one percent-decoding, as text. Its laws:

- fixed point: encoding the result as a client would, and reading that, gives the result again;
- what an application sees after it decodes the forwarded bytes once is the result;
- no segment is empty (but the last may be), `.` or `..`, whatever is decoded again.

Targets are matched as bytes. Never `urlsplit`: it takes `//admin` for a host and drops control characters.

Example::

    >>> canonicalise(b"/reports/caf%C3%A9?year=2026")
    Target(path='/reports/café', raw_path=b'/reports/caf%C3%A9', query=b'year=2026')
"""

import enum
import re
import unicodedata
from dataclasses import dataclass

from watchword.kernel.errors import InvalidInputError

# Longer ones exist nowhere that matters; Envoy refuses all headers together beyond 60 KiB.
MAX_TARGET = 16 * 1024

# RFC 3986, 3.3: pchar without `;` (servlet containers cut a segment there), with `[`, `]` and `|`, which browsers send
# as they are (WHATWG URL, path percent-encode set).
_PLAIN = rb"A-Za-z0-9\-._~!$&'()*+,=:@\[\]|"
_PLAIN_PATH = re.compile(rb"(?:/(?!\.\.?(?:/|\Z))[" + _PLAIN + rb"]+)*/?")
_ENCODED_PATH = re.compile(rb"(?:/(?!\.\.?(?:/|\Z))(?:[" + _PLAIN + rb"]|%[0-9A-Fa-f]{2})+)*/?")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
# Printable ASCII but `#`: nothing is decided on a query, but nothing in it may end the line or start a fragment.
_QUERY = re.compile(rb"[\x21\x22\x24-\x7e]*")
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")

# Never needed in encoded form (RFC 3986, 2.3), so encoding one only serves to look different.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F
_ASCII_END = 0x80
_C1 = range(0x80, 0xA0)


class PathRefusal(enum.StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_ORIGIN_FORM = "not-origin-form"  # absolute form, authority form, `*` (RFC 9112, 3.2)
    FRAGMENT = "fragment"
    CONTROL = "control"
    NOT_ASCII = "not-ascii"
    BACKSLASH = "backslash"
    EMPTY_SEGMENT = "empty-segment"
    DOT_SEGMENT = "dot-segment"
    PARAMETER = "parameter"
    ENCODED_DELIMITER = "encoded-delimiter"  # / \ . ? # ; in encoded form
    DOUBLE_ENCODING = "double-encoding"
    NEEDLESS_ENCODING = "needless-encoding"
    BROKEN_ENCODING = "broken-encoding"
    NOT_UTF8 = "not-utf-8"
    LOOKALIKE = "lookalike"  # a character that compatibility normalisation turns into a delimiter
    CHARACTER = "character"
    QUERY = "query"


class PathRefusedError(InvalidInputError):
    """Two parsers could read this target differently."""

    def __init__(self, reason: PathRefusal) -> None:
        super().__init__("this path can be read in more than one way", code=f"path.{reason.value}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """`path`: decoded once, the one that is decided on. `raw_path` and `query`: the bytes that are forwarded."""

    path: str
    raw_path: bytes
    query: bytes | None


def canonicalise(target: bytes) -> Target:
    """Read the target of a request in origin form (RFC 9112, 3.2.1). Raise `PathRefusedError`."""
    if len(target) > MAX_TARGET:
        raise PathRefusedError(PathRefusal.TOO_LONG)
    raw_path, mark, query = target.partition(b"?")
    if not raw_path.startswith(b"/"):
        raise PathRefusedError(_not_origin_form(target))
    if mark and not _QUERY.fullmatch(query):
        raise PathRefusedError(_bad_query(query))
    if _PLAIN_PATH.fullmatch(raw_path):
        return Target(raw_path.decode("ascii"), raw_path, query if mark else None)
    if not _ENCODED_PATH.fullmatch(raw_path):
        raise PathRefusedError(_bad_path(raw_path))
    return Target(_decode(raw_path), raw_path, query if mark else None)


def showable(target: bytes) -> str:
    """Return what can be shown of a target that was refused: ASCII, without its query, not long."""
    return target.partition(b"?")[0][:200].decode("ascii", "backslashreplace").translate(_VISIBLE)


_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(_FIRST_PRINTABLE), _DELETE)}


def _decode(raw_path: bytes) -> str:
    for escape in _ESCAPE.finditer(raw_path):
        octet = int(escape[1], 16)
        if octet == 0x25:  # noqa: PLR2004 - the percent sign itself
            raise PathRefusedError(PathRefusal.DOUBLE_ENCODING)
        if octet in b"/\\.?#;":
            raise PathRefusedError(PathRefusal.ENCODED_DELIMITER)
        if octet < _FIRST_PRINTABLE or octet == _DELETE:
            raise PathRefusedError(PathRefusal.CONTROL)
        if octet in _UNRESERVED:
            raise PathRefusedError(PathRefusal.NEEDLESS_ENCODING)
    octets = _ESCAPE.sub(lambda escape: bytes((int(escape[1], 16),)), raw_path)
    try:
        # Python's decoder is strict: overlong forms, surrogates and numbers past U+10FFFF are errors.
        path = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise PathRefusedError(PathRefusal.NOT_UTF8) from None
    if not path.isascii():
        _check_characters(path)
    return path


def _check_characters(path: str) -> None:
    for character in path:
        code = ord(character)
        if code < _ASCII_END:
            continue
        # Line and paragraph separators, the byte order mark, bidirectional controls: invisible, or read as an end.
        if code in _C1 or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            raise PathRefusedError(PathRefusal.CONTROL)
        folded = unicodedata.normalize("NFKC", character)
        if any(delimiter in folded for delimiter in "/\\%?#;") or folded in {".", ".."}:
            raise PathRefusedError(PathRefusal.LOOKALIKE)


def _not_origin_form(target: bytes) -> PathRefusal:
    if not target:
        return PathRefusal.EMPTY
    if target[:1] == b"\\":
        return PathRefusal.BACKSLASH
    if target == b"*" or _ABSOLUTE.match(target):
        return PathRefusal.NOT_ORIGIN_FORM
    return PathRefusal.NOT_ORIGIN_FORM


def _bad_query(query: bytes) -> PathRefusal:
    if b"#" in query:
        return PathRefusal.FRAGMENT
    if any(octet >= _ASCII_END for octet in query):
        return PathRefusal.NOT_ASCII
    return PathRefusal.QUERY


def _bad_path(raw_path: bytes) -> PathRefusal:
    if b"#" in raw_path:
        return PathRefusal.FRAGMENT
    if any(octet >= _ASCII_END for octet in raw_path):
        return PathRefusal.NOT_ASCII
    if any(octet <= _FIRST_PRINTABLE or octet == _DELETE for octet in raw_path):
        return PathRefusal.CONTROL
    if b"\\" in raw_path:
        return PathRefusal.BACKSLASH
    if b";" in raw_path:
        return PathRefusal.PARAMETER
    if b"//" in raw_path:
        return PathRefusal.EMPTY_SEGMENT
    if any(segment in {b".", b".."} for segment in raw_path.split(b"/")):
        return PathRefusal.DOT_SEGMENT
    if len(_ESCAPE.findall(raw_path)) != raw_path.count(b"%"):
        return PathRefusal.BROKEN_ENCODING
    return PathRefusal.CHARACTER

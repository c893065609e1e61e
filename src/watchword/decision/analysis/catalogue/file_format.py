"""The catalogue's file: a line that says what it is, a line of JSON, and one compressed block for each service.

    watchword-catalogue 1
    {"about": {…}, "dictionary": LENGTH, "services": {"s3": [OFFSET, LENGTH], …}, "sha256": "…"}
    <dictionary, deflated><block><block>…

A block is deflated JSON, with the dictionary that the blocks share, so that one service is read without the other four
hundred. Offsets count from the end of the second line. `sha256` is that of everything after it.

A block: [title, [[type, arn, [key…]]…], [[key, type, several]…], [[action, level, [use…]]…]]
A use:   [type, required, [key…], [dependent action…]]

Types and keys are indices into the block's own lists; a type of -1 is "whatever the resource".
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from watchword.decision.analysis.catalogue.model import Provenance
from watchword.kernel.errors import InvalidInputError

_MAGIC = b"watchword-catalogue 1\n"
# A catalogue of all of AWS is half a megabyte.
MAX_SIZE = 16 * 1024 * 1024
# zlib looks back this far, so more of a dictionary is never found.
_WINDOW = 32 * 1024
_LARGEST_BLOCK = 16 * 1024 * 1024


def write_file(about: Provenance, blocks: Mapping[str, str]) -> bytes:
    """Return the file. `blocks` are the services' JSON texts by prefix."""
    dictionary = _dictionary(list(blocks.values()))
    packed = zlib.compress(dictionary, 9)
    parts = [packed]
    index: dict[str, list[int]] = {}
    offset = len(packed)
    for prefix in sorted(blocks):
        press = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
        block = press.compress(blocks[prefix].encode()) + press.flush()
        index[prefix] = [offset, len(block)]
        parts.append(block)
        offset += len(block)
    body = b"".join(parts)
    head = {
        "about": asdict(about),
        "dictionary": len(packed),
        "services": index,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return _MAGIC + json.dumps(head, separators=(",", ":")).encode() + b"\n" + body


def _dictionary(texts: Sequence[str]) -> bytes:
    """What blocks have in common: the ends of some of them, the largest last, where zlib finds it most cheaply."""
    chosen = sorted(texts, key=len)[-40:]
    share = _WINDOW // max(1, len(chosen))
    return "".join(text[:share] for text in chosen).encode()[-_WINDOW:]


class CatalogueFile:
    """A file that was opened: its index is read, its services are not."""

    def __init__(self, content: bytes) -> None:
        """Raise `InvalidInputError` (`catalogue.malformed`) where the content is not a whole catalogue file."""
        if len(content) > MAX_SIZE or not content.startswith(_MAGIC):
            raise _malformed("no catalogue file")
        end = content.find(b"\n", len(_MAGIC))
        self._body = memoryview(content)[end + 1 :]
        try:
            head = json.loads(content[len(_MAGIC) : end])
            self.about = Provenance(**head["about"])
            self._index = {str(prefix): (int(at), int(length)) for prefix, (at, length) in head["services"].items()}
            packed, digest = int(head["dictionary"]), head["sha256"]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _malformed("its index cannot be read") from error
        if end < 0 or hashlib.sha256(self._body).hexdigest() != digest:
            raise _malformed("its content is not what its digest says")
        self._dictionary = _inflate(self._body[:packed])

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(self._index)

    def block(self, prefix: str) -> str:
        at, length = self._index[prefix]
        return _inflate(self._body[at : at + length], self._dictionary).decode()


def _inflate(data: memoryview, dictionary: bytes = b"") -> bytes:
    inflater = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
    try:
        found = inflater.decompress(data, _LARGEST_BLOCK)
    except zlib.error as error:
        raise _malformed("a part of it cannot be unpacked") from error
    if not inflater.eof:
        raise _malformed("a part of it is cut off")
    return found


def _malformed(why: str) -> InvalidInputError:
    return InvalidInputError(
        f"not a catalogue: {why}",
        code="catalogue.malformed",
        hint="make a new one with watchword policy catalogue --refresh FILE",
    )

"""How the control plane and an analyst speak over a pair of pipes: a letter, a length, so many bytes.

    H  a head, as JSON: of a question, or of an answer
    B  a part of a body
    E  the end of a body; of an answer with `stay` or `leave`: whether the analyst takes another question

Lengths are bounded, so that what is read from a broken process costs a bounded amount.
"""

import struct
from typing import IO

HEAD, BODY, END = b"H", b"B", b"E"
STAY, LEAVE = b"stay", b"leave"
LONGEST = 1024 * 1024
_HEADER = struct.Struct(">cI")


class BrokenFrameError(Exception):
    """What came is no frame, or the other side has gone in the middle of one."""


def write_frame(stream: IO[bytes], kind: bytes, payload: bytes = b"") -> None:
    """Write one; a body of any length goes as several."""
    if kind == BODY:
        view = memoryview(payload)
        for start in range(0, len(view), LONGEST):
            part = view[start : start + LONGEST]
            stream.write(_HEADER.pack(BODY, len(part)))
            stream.write(part)
    else:
        stream.write(_HEADER.pack(kind, len(payload)))
        stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """None where the other side has gone between frames. Raise `BrokenFrameError`."""
    header = _exactly(stream, _HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise BrokenFrameError("a frame breaks off")
    kind, length = _HEADER.unpack(header)
    if kind not in {HEAD, BODY, END} or length > LONGEST:
        raise BrokenFrameError("no frame")
    payload = _exactly(stream, length)
    if len(payload) < length:
        raise BrokenFrameError("a frame breaks off")
    return kind, payload


def _exactly(stream: IO[bytes], length: int) -> bytes:
    parts: list[bytes] = []
    while length:
        part = stream.read(length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)

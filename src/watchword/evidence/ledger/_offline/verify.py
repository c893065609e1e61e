# ruff: noqa: T201 - a program, which prints
"""Check an exported Watchword ledger. Needs Python 3.8 or later and nothing else; reads files, and touches nothing.

    python3 verify.py DIRECTORY --key KEY [--trusted NOTE]

KEY is the ledger's verifier key, `name+keyid+base64`, as `watchword ledger export` prints it: get it from the people
who run that Watchword, never from the directory. NOTE is a checkpoint (a file) that was kept from an earlier time: with
it, a ledger that was cut, set back or rewritten since then is found out.

What is checked, in this order, so that what is named is the first thing that is wrong:

1. each record's hash (RFC 6962, 2.1: SHA-256 of 0x00 and the record) is the one in its tile;
2. after each group commit, the Merkle tree over all records so far has the size and the root that its checkpoint says;
3. each checkpoint is signed by KEY (C2SP signed-note, Ed25519 as in RFC 8032), numbered and dated without going back;
4. the last of them is `checkpoint`, no record is left over, and the upper tiles hold the same tree;
5. NOTE is one of them.

Exit code: 0 all of it holds; 1 something does not, and the first such thing is named; 2 wrong usage; 3 no KEY was
given: the files agree with each other, which proves nothing about who wrote them.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import hashlib
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Tuple  # noqa: UP035 - the same

WIDTH = 256
TOLERANCE_SECONDS = 60
HASH_SIZE = 32
KEY_ID_SIZE = 4
SIGNATURE_SIZE = 64
ED25519 = b"\x01"


class WrongError(Exception):
    """The first thing that does not hold."""


# --- Ed25519 verification, RFC 8032, 5.1: the group in extended homogeneous coordinates (X, Y, Z, T) -----------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


Point = Tuple[int, int, int, int]  # noqa: UP006 - Python 3.8 evaluates it


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(p: Point) -> Point:
    a, b, c = p[0] * p[0] % P, p[1] * p[1] % P, 2 * p[2] * p[2] % P
    h = a + b
    e = h - (p[0] + p[1]) ** 2 % P
    g = a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def two_multiples(s: int, p: Point, k: int, q: Point) -> Point:
    """s*p + k*q, the doublings shared (Straus)."""
    neutral = (0, 1, 1, 0)
    table, sum_ = (neutral, p, q, add(p, q)), neutral
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        sum_ = double(sum_)
        chosen = (s >> bit & 1) | (k >> bit & 1) << 1
        if chosen:
            sum_ = add(sum_, table[chosen])
    return sum_


def decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def compress(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 0, 0, 0)


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7, without the cofactor, as OpenSSL does it."""
    point = decompress(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != SIGNATURE_SIZE or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - point[0], point[1], point[2], P - point[3])
    return compress(two_multiples(s, BASE, k, minus)) == signature[:32]


# --- Merkle tree, RFC 6962, 2.1 ---------------------------------------------------------------------------------------


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Perfect subtrees, largest first: all that is needed to append and to name the root."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[bytes] = []

    def append(self, node: bytes) -> None:
        bits = self.size
        while bits & 1:
            node = node_hash(self.parts.pop(), node)
            bits >>= 1
        self.parts.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.parts:
            return hashlib.sha256(b"").digest()
        root = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            root = node_hash(part, root)
        return root


# --- Notes, c2sp.org/signed-note and c2sp.org/tlog-checkpoint ---------------------------------------------------------


class Key:
    def __init__(self, text: str) -> None:
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = base64.b64decode(encoded, validate=True)
        if not name or len(raw) != 1 + HASH_SIZE or raw[:1] != ED25519:
            raise ValueError("not an Ed25519 verifier key")
        self.name, self.public = name.encode(), raw[1:]
        self.id = hashlib.sha256(self.name + b"\n" + raw).digest()[:KEY_ID_SIZE]
        if self.id.hex() != key_id:
            raise ValueError("the key's id is not that key's")


CHECKPOINT = re.compile(
    rb"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n"
    rb"batch (0|[1-9][0-9]{0,18}) ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z\n"
)
# A note has an empty line within, and two notes have one between: each ends where its last signature line does.
NOTE = re.compile(b"(?s)(.+?\n\n(?:\xe2\x80\x94 [^\n]+\n)+)\n")
SIGNATURE = re.compile(b"\xe2\x80\x94 ([^ \\n]+) ([A-Za-z0-9+/=]+)")


class Checkpoint:
    def __init__(self, note: bytes, key: Key | None) -> None:
        text, divider, signatures = note.rpartition(b"\n\n")
        said = CHECKPOINT.fullmatch(text + b"\n")
        lines = [SIGNATURE.fullmatch(line) for line in signatures.splitlines()]
        signed = [(line[1], base64.b64decode(line[2])) for line in lines if line is not None]
        if not divider or said is None or not lines or len(signed) != len(lines):
            raise WrongError("the checkpoint is malformed")
        self.origin, self.size, self.sequence = said[1], int(said[2]), int(said[4])
        self.root, self.at = base64.b64decode(said[3]), said[5].decode()
        if key is not None:
            ours = [raw[KEY_ID_SIZE:] for name, raw in signed if name == key.name and raw[:KEY_ID_SIZE] == key.id]
            if not ours:
                raise WrongError("the checkpoint is not signed by the given key")
            if not signed_by(key.public, said[0], ours[0]):
                raise WrongError("the checkpoint's signature does not hold")

    def says_as(self, other: Checkpoint) -> bool:
        return vars(self) == vars(other)

    def seconds(self) -> int:
        return calendar.timegm(time.strptime(self.at[:19], "%Y-%m-%dT%H:%M:%S"))


# --- Files, c2sp.org/tlog-tiles ---------------------------------------------------------------------------------------


def tile(directory: Path, level: str, number: int, count: int) -> bytes:
    number, last = divmod(number, 1000)
    name = f"{last:03}"
    while number:
        number, group = divmod(number, 1000)
        name = f"x{group:03}/{name}"
    if count < WIDTH:
        name += f".p/{count}"
    return (directory / "tile" / level / name).read_bytes()


def records(directory: Path, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each record with the hash that its tile holds for it."""
    for number in range((size + WIDTH - 1) // WIDTH):
        first = number * WIDTH
        count = min(WIDTH, size - first)
        try:
            bundle, hashes = tile(directory, "entries", number, count), tile(directory, "0", number, count)
        except OSError as error:
            raise WrongError(f"record {first} is missing: {error.filename}: {error.strerror}") from None
        if len(hashes) != HASH_SIZE * count:
            raise WrongError(f"record {first + len(hashes) // HASH_SIZE}: the tile of its hash has the wrong length")
        at = 0
        for index in range(count):
            length = int.from_bytes(bundle[at : at + 2], "big")
            body = bundle[at + 2 : at + 2 + length]
            if len(bundle) < at + 2 or len(body) != length:
                raise WrongError(f"record {first + index} is missing: its bundle ends before it")
            yield body, hashes[HASH_SIZE * index : HASH_SIZE * (index + 1)]
            at += 2 + length
        if at != len(bundle):
            raise WrongError(f"record {first + count - 1}: its bundle holds more than its records")


def upper_tiles(directory: Path, level: list[bytes]) -> None:
    name = 0
    while level:
        name += 1
        above = []
        for number in range((len(level) + WIDTH - 1) // WIDTH):
            expected = level[number * WIDTH : (number + 1) * WIDTH]
            try:
                found = tile(directory, str(name), number, len(expected))
            except OSError as error:
                raise WrongError(f"tile {number} of level {name} is missing: {error.strerror}") from None
            if found != b"".join(expected):
                raise WrongError(f"tile {number} of level {name} does not hold the tree's hashes")
            if len(expected) == WIDTH:
                tree = Tree()
                for node in expected:
                    tree.append(node)
                above.append(tree.root())
        level = above


class Good(NamedTuple):
    last: Checkpoint
    batches: int


def verify(directory: Path, key: Key | None, trusted: bytes | None) -> Good:
    """Return the last checkpoint and how many there were. Raise `WrongError` for the first thing that does not hold."""
    try:
        last_note = (directory / "checkpoint").read_bytes()
        notes = NOTE.findall((directory / "checkpoints").read_bytes())
    except OSError as error:
        raise WrongError(f"{error.filename}: {error.strerror}") from None
    anchor = None if trusted is None else Checkpoint(trusted, key)
    size = Checkpoint(last_note, key).size
    if not notes or notes[-1] != last_note:
        raise WrongError("`checkpoint` is not the last of `checkpoints`")
    tiles: list[bytes] = []
    tree, waiting = Tree(), Tree()
    bodies = records(directory, size)
    previous: Checkpoint | None = None
    for sequence, note in enumerate(notes):
        first = tree.size
        where = f"batch {sequence}, from record {first}"
        try:
            said = Checkpoint(note, key)
        except WrongError as wrong:
            raise WrongError(f"{where}: {wrong}") from None
        if said.sequence != sequence or said.size < first or said.size > size:
            raise WrongError(f"{where}: its checkpoint is that of batch {said.sequence}, with {said.size} records")
        if previous is not None and said.origin != previous.origin:
            raise WrongError(f"{where}: its checkpoint is another ledger's")
        if previous is not None and said.seconds() < previous.seconds() - TOLERANCE_SECONDS:
            raise WrongError(f"{where}: it was committed before the one that precedes it")
        while tree.size < said.size:
            body, leaf = next(bodies)
            if leaf_hash(body) != leaf:
                raise WrongError(f"record {tree.size} is not the one that was sealed")
            tree.append(leaf)
            waiting.append(leaf)
            if waiting.size == WIDTH:
                tiles.append(waiting.root())
                waiting = Tree()
        if tree.root() != said.root:
            raise WrongError(f"record {first} or one after it, up to {said.size - 1}, is not what was signed")
        if anchor is not None and anchor.sequence == sequence and not anchor.says_as(said):
            raise WrongError(f"{where}: this is another history than the one that was signed and kept")
        previous = said
    if previous is None or tree.size != size:
        raise WrongError(f"record {tree.size} is missing: no checkpoint covers it")
    upper_tiles(directory, tiles)
    if anchor is not None and anchor.sequence >= len(notes):
        raise WrongError(f"record {size} is missing: the checkpoint that was kept had {anchor.size}")
    return Good(previous, len(notes))


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an exported Watchword ledger.")
    parser.add_argument("directory")
    parser.add_argument("--key", help="the ledger's verifier key: name+keyid+base64")
    parser.add_argument("--trusted", metavar="NOTE", help="a file with a checkpoint that was kept from an earlier time")
    given = parser.parse_args()
    trusted: bytes | None = None
    key: Key | None = None
    try:
        if given.key:
            key = Key(given.key)
        if given.trusted:
            trusted = Path(given.trusted).read_bytes()
    except (OSError, ValueError) as error:
        parser.error(str(error))
    try:
        last, batches = verify(Path(given.directory), key, trusted)
    except WrongError as wrong:
        print(f"WRONG: {wrong}")
        return 1
    what = f"{last.size} records in {batches} batches, last committed {last.at}"
    if key is None:
        print(f"UNPROVEN: {what} agree with each other; without --key nobody has vouched for them")
        return 3
    print(f"GOOD: {what}, signed by {key.name.decode()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

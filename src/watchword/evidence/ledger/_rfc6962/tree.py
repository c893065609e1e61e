"""Hashes, proofs and their verification: RFC 6962, section 2.1; the verification algorithms are those of RFC 9162, 2.1.

Nothing here knows what a leaf holds. Indexes count from 0, sizes are numbers of leaves, hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Iterable

from watchword.evidence.ledger.model import EMPTY_ROOT, HASH_SIZE

# RFC 6962, 2.1: leaves and nodes are hashed apart, or a node could pass for a leaf.
_LEAF = b"\x00"
_NODE = b"\x01"

Subtree = Callable[[int, int], bytes]
"""Gives the root of the leaves from `start` up to and not including `end`, for the ranges that a proof asks for."""


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(_LEAF + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def extend(frontier: Iterable[bytes], size: int, leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """Append leaves to the perfect subtrees of a tree of `size` leaves (largest first); return the new ones."""
    stack = list(frontier)
    sha256 = hashlib.sha256
    for leaf in leaves:
        node = leaf
        # Each trailing one bit of the size is a perfect subtree as large as what is being carried: they join.
        bits = size
        while bits & 1:
            node = sha256(_NODE + stack.pop() + node).digest()
            bits >>= 1
        stack.append(node)
        size += 1
    return tuple(stack)


def root_of(frontier: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees, largest first."""
    root: bytes | None = None
    for node in reversed(list(frontier)):
        root = node if root is None else node_hash(node, root)
    return EMPTY_ROOT if root is None else root


def frontier_length(size: int) -> int:
    return size.bit_count()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 6962, 2.1: k < n <= 2k)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PATH(m, D[n]) of RFC 6962, 2.1.1. Raise `ValueError` unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    return tuple(_path(index, 0, size, subtree))


def _path(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*_path(index, start, middle, subtree), subtree(middle, end)]
    return [*_path(index, middle, end, subtree), subtree(start, middle)]


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PROOF(m, D[n]) of RFC 6962, 2.1.2. Raise `ValueError` unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("the older tree must not be empty or larger")
    return tuple(_subproof(old, 0, new, subtree, complete=True))


def _subproof(old: int, start: int, end: int, subtree: Subtree, *, complete: bool) -> list[bytes]:
    if old == end - start:
        return [] if complete else [subtree(start, end)]
    middle = start + split(end - start)
    if old <= middle - start:
        return [*_subproof(old, start, middle, subtree, complete=complete), subtree(middle, end)]
    return [*_subproof(old - (middle - start), middle, end, subtree, complete=False), subtree(start, middle)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...], root: bytes) -> None:
    """RFC 9162, 2.1.3.2. Raise `ValueError` unless the proof shows the leaf hash at `index` of the tree with `root`."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    if any(len(node) != HASH_SIZE for node in proof):
        raise ValueError("a hash of the proof has the wrong length")
    position, last, result = index, size - 1, leaf
    for node in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if position & 1 or position == last:
            result = node_hash(node, result)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            result = node_hash(result, node)
        position >>= 1
        last >>= 1
    if last:
        raise ValueError("the proof is too short")
    if result != root:
        raise ValueError("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: tuple[bytes, ...]) -> None:
    """RFC 9162, 2.1.4.2. Raise `ValueError` unless the proof shows that the new tree begins with the old one."""
    if not 0 < old <= new:
        raise ValueError("the older tree must not be empty or larger")
    if any(len(node) != HASH_SIZE for node in proof):
        raise ValueError("a hash of the proof has the wrong length")
    if old == new:
        if proof or old_root != new_root:
            raise ValueError("two trees of one size differ")
        return
    nodes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not nodes:
        raise ValueError("the proof is too short")
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise ValueError("the proof is too long")
        if position & 1 or position == last:
            first = node_hash(node, first)
            second = node_hash(node, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, node)
        position >>= 1
        last >>= 1
    if last:
        raise ValueError("the proof is too short")
    if first != old_root:
        raise ValueError("the proof leads to another old root")
    if second != new_root:
        raise ValueError("the proof leads to another new root")

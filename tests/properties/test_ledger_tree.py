"""Laws of the Merkle tree (RFC 6962, 2.1), against the definition written out."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.evidence.ledger._rfc6962.tree import (
    consistency_proof,
    extend,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    split,
    verify_consistency,
    verify_inclusion,
)

# The leaves that Certificate Transparency's implementations test with, and the roots of their first n.
_LEAVES = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, 300)


def mth(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) as RFC 6962 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(size)]


def test_published_roots() -> None:
    hashes = [leaf_hash(leaf) for leaf in _LEAVES]
    assert [root_of(extend((), 0, hashes[:n])).hex() for n in range(1, 9)] == _ROOTS
    assert root_of(()).hex() == hashlib.sha256(b"").hexdigest()


@given(size=sizes, cut=st.data())
def test_appending_in_parts_gives_the_root_of_the_whole(size: int, cut: st.DataObject) -> None:
    leaves = leaves_of(size)
    at = cut.draw(st.integers(0, size))
    frontier = extend(extend((), 0, leaves[:at]), at, leaves[at:])
    assert root_of(frontier) == mth(leaves)
    assert len(frontier) == size.bit_count()


@given(size=sizes, data=st.data())
def test_every_record_can_be_proven_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    root = mth(leaves)
    proof = inclusion_proof(index, size, lambda a, b: mth(leaves[a:b]))
    verify_inclusion(leaves[index], index, size, proof, root)
    with pytest.raises(ValueError, match="root"):
        verify_inclusion(leaf_hash(b"forged"), index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        with pytest.raises(ValueError, match="proof"):
            verify_inclusion(leaves[index], other, size, proof, root)
    if proof:
        with pytest.raises(ValueError, match="proof"):
            verify_inclusion(leaves[index], index, size, proof[:-1], root)
    with pytest.raises(ValueError, match="proof"):
        verify_inclusion(leaves[index], index, size, (*proof, root), root)


@given(new=sizes, data=st.data())
def test_a_longer_tree_can_be_shown_to_begin_with_the_shorter(new: int, data: st.DataObject) -> None:
    leaves = leaves_of(new)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, lambda a, b: mth(leaves[a:b]))
    verify_consistency(old, new, mth(leaves[:old]), mth(leaves), proof)
    if old < new:
        with pytest.raises(ValueError, match="root"):
            verify_consistency(old, new, leaf_hash(b"forged"), mth(leaves), proof)
        with pytest.raises(ValueError, match="proof"):
            verify_consistency(old, new, mth(leaves[:old]), mth(leaves), (*proof, mth(leaves)))
    with pytest.raises(ValueError, match=r"root|differ"):
        verify_consistency(old, new, mth(leaves[:old]), leaf_hash(b"forged"), proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_proof(index, size, lambda _a, _b: b"")
    with pytest.raises(ValueError, match="not in the tree"):
        verify_inclusion(b"", index, size, (), b"")


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_an_empty_or_longer_old_tree_has_no_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="empty or larger"):
        consistency_proof(old, new, lambda _a, _b: b"")
    with pytest.raises(ValueError, match="empty or larger"):
        verify_consistency(old, new, b"", b"", ())


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        verify_inclusion(bytes(32), 0, 2, (b"short",), bytes(32))
    with pytest.raises(ValueError, match="length"):
        verify_consistency(1, 2, bytes(32), bytes(32), (b"short",))

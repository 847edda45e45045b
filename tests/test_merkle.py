"""Merkle trees of RFC 6962: the published vectors, altered ones, and a naive implementation beside ours."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.merkle import (
    MerkleEdge,
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

# certificate-transparency, cpp/merkletree/merkle_tree_test.cc and transparency-dev/merkle testdata.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # number of the leaf counted from 1, size, path
    (1, 1, []),
    (1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (6, 8, [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (2, 5, [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip
CONSISTENCY = [  # older size, size, proof
    (1, 1, []),
    (1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (6, 8, [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 5, [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip


def raw(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]


def altered(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert tree_root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_are_ours(size: int) -> None:
    assert tree_root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("number", "size", "path"), INCLUSION)
def test_the_published_inclusion_proofs_are_made_and_taken_and_altered_ones_refused(
    number: int, size: int, path: list[str]
) -> None:
    root, proof, leaf = bytes.fromhex(ROOTS[size - 1]), raw(path), LEAVES[number - 1]
    assert inclusion_proof(LEAVES, number - 1, size) == proof
    assert verify_inclusion(leaf, number - 1, size, proof, root)
    assert not verify_inclusion(leaf + b"x", number - 1, size, proof, root)
    assert not verify_inclusion(leaf, number - 1, size, proof, altered(root))
    assert not verify_inclusion(leaf, number, size, proof, root)
    assert not verify_inclusion(leaf, number - 1, size, [*proof, root], root)
    for at in range(len(proof)):
        assert not verify_inclusion(leaf, number - 1, size, [*proof[:at], altered(proof[at]), *proof[at + 1 :]], root)
        assert not verify_inclusion(leaf, number - 1, size, proof[:at] + proof[at + 1 :], root)


@pytest.mark.parametrize(("older", "size", "path"), CONSISTENCY)
def test_the_published_consistency_proofs_are_made_and_taken_and_altered_ones_refused(
    older: int, size: int, path: list[str]
) -> None:
    old, new, proof = bytes.fromhex(ROOTS[older - 1]), bytes.fromhex(ROOTS[size - 1]), raw(path)
    assert consistency_proof(LEAVES, older, size) == proof
    assert verify_consistency(older, size, old, new, proof)
    assert not verify_consistency(older, size, altered(old), new, proof)
    assert not verify_consistency(older, size, old, altered(new), proof)
    assert not verify_consistency(older, size, old, new, [*proof, old])
    assert not verify_consistency(0, size, old, new, proof)
    assert not verify_consistency(size + 1, size, old, new, proof)
    for at in range(len(proof)):
        assert not verify_consistency(older, size, old, new, [*proof[:at], altered(proof[at]), *proof[at + 1 :]])
        assert not verify_consistency(older, size, old, new, proof[:at] + proof[at + 1 :])


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_subproof(older: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if older == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if older <= split:
        return [*naive_subproof(older, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_subproof(older - split, leaves[split:], False), naive_root(leaves[:split])]


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_roots_and_proofs_are_those_of_a_naive_implementation(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), naive_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    older = data.draw(st.integers(1, size))
    assert tree_root(iter(leaves)) == root
    path = inclusion_proof(iter(leaves), index, size)
    assert path == naive_path(index, leaves)
    assert verify_inclusion(leaves[index], index, size, path, root)
    proof = consistency_proof(iter(leaves), older, size)
    assert proof == naive_subproof(older, leaves, whole=True)
    assert verify_consistency(older, size, naive_root(leaves[:older]), root, proof)


def test_only_the_right_edge_is_remembered() -> None:
    edge = MerkleEdge()
    for number in range(100_000):
        edge.add(number.to_bytes(4, "big"))
        assert len(edge._peaks) == edge.size.bit_count()


def test_a_proof_over_too_few_leaves_is_refused() -> None:
    with pytest.raises(ValueError, match="only 3"):
        inclusion_proof(LEAVES[:3], 0, 8)
    for index, size in ((8, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(LEAVES, index, size)
    with pytest.raises(ValueError, match="no proof"):
        consistency_proof(LEAVES, 0, 8)

"""Merkle trees as in RFC 6962: a root over all entries, and proofs that one is in it or that it only grew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf (RFC 6962, 2.1): marked, so that no inner node can pass for a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class MerkleEdge:
    """A tree that grows a leaf at a time and remembers only its right edge: one hash for each 1 in its size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf."""
        top, size = leaf_hash(leaf), self.size
        while size & 1:
            top, size = node_hash(self._peaks.pop(), top), size >> 1
        self._peaks.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The root of what was added so far."""
        if not self._peaks:
            return EMPTY
        top = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            top = node_hash(peak, top)
        return top


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over `leaves`, in memory that does not grow with their number."""
    edge = MerkleEdge()
    for leaf in leaves:
        edge.add(leaf)
    return edge.root()


def inclusion_proof(leaves: Iterable[bytes], index: int, size: int) -> list[bytes]:
    """The hashes with which anyone who knows leaf `index` gets to the root of the first `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return _hashes(leaves, size, _path(index, 0, size))


def consistency_proof(leaves: Iterable[bytes], older: int, size: int) -> list[bytes]:
    """The hashes that show that the tree of `size` leaves begins with the tree of `older` leaves."""
    if not 0 < older <= size:
        raise ValueError(f"no proof from {older} to {size}")
    return _hashes(leaves, size, _subproof(older, 0, size, whole=True))


_Range = tuple[int, int]


def _path(index: int, start: int, end: int) -> list[_Range]:
    """Which subtrees make up the audit path (RFC 6962, 2.1.1), from the leaf upwards."""
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(older: int, start: int, end: int, whole: bool) -> list[_Range]:
    """Which subtrees make up the consistency proof (RFC 6962, 2.1.2); `older` is the number of the end of the old."""
    if older == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if older <= middle:
        return [*_subproof(older, start, middle, whole), (middle, end)]
    return [*_subproof(older, middle, end, whole=False), (start, middle)]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(leaves: Iterable[bytes], size: int, ranges: Sequence[_Range]) -> list[bytes]:
    """The root of each range: they do not overlap, so one pass over the leaves finds them all."""
    found: dict[_Range, bytes] = {}
    ordered = iter(sorted(ranges))
    wanted, edge, seen = next(ordered, None), MerkleEdge(), 0
    for number, leaf in enumerate(leaves):
        if number >= size:
            break
        seen = number + 1
        if wanted and number >= wanted[0]:
            edge.add(leaf)
            if seen == wanted[1]:
                found[wanted] = edge.root()
                wanted, edge = next(ordered, None), MerkleEdge()
    if seen < size:
        raise ValueError(f"only {seen} leaves of {size}")
    return [found[one] for one in ranges]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is number `index` of the tree of `size` leaves under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, top = index, size - 1, leaf_hash(leaf)
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            top = node_hash(step, top)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            top = node_hash(top, step)
        at, last = at >> 1, last >> 1
    return last == 0 and top == root


def verify_consistency(older: int, size: int, older_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` leaves under `root` begins with that of `older` (RFC 9162, 2.1.4.2)."""
    if not 0 < older <= size:
        return False
    if older == size:
        return not proof and older_root == root
    steps = list(proof) if older & (older - 1) else [older_root, *proof]
    if not steps:
        return False
    at, last = older - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (older_root, root)

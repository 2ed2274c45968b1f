"""The Merkle tree of RFC 6962, section 2.1. Pure.

A tree is known here by its *edge*: the roots of its perfect subtrees from left to right, the
largest first. Appending a leaf and computing the root need nothing else, so an append costs the
same whatever the size of the log.
"""

import hashlib
from collections.abc import Sequence

HASH_SIZE = 32

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1: 0x00 before the bytes)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962, 2.1: 0x01 before the two hashes)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(edge: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """Add one leaf.

    Args:
        edge: The edge of a tree of `size` leaves.
        size: How many leaves that tree has.
        leaf: The hash of the new leaf.

    Returns:
        The edge of the tree of `size + 1` leaves.
    """
    grown = [*edge, leaf]
    while size & 1:  # each trailing one bit is a pair of equal subtrees that now becomes one
        right = grown.pop()
        grown.append(node_hash(grown.pop(), right))
        size >>= 1
    return grown


def edge_of(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the edge of a tree over these leaf hashes."""
    edge: list[bytes] = []
    for size, leaf in enumerate(leaves):
        edge = grow(edge, size, leaf)
    return edge


def root_of_edge(edge: Sequence[bytes]) -> bytes:
    """Return the root that an edge stands for; of no leaves, SHA-256 of nothing."""
    if not edge:
        return EMPTY_ROOT
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    return root_of_edge(edge_of(leaves))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of a leaf (RFC 6962, 2.1.1).

    Args:
        leaves: The leaf hashes of the whole tree.
        index: The leaf's place, from 0.

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        message = f"no leaf {index} in a tree of {len(leaves)}"
        raise ValueError(message)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the first `old_size` leaves are a prefix (RFC 6962, 2.1.2).

    Raises:
        ValueError: `old_size` is larger than the tree.
    """
    if not 0 <= old_size <= len(leaves):
        message = f"no prefix of {old_size} in a tree of {len(leaves)}"
        raise ValueError(message)
    if old_size in {0, len(leaves)}:
        return []
    return _subproof(old_size, leaves, known=True)


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an audit path, step by step as RFC 9162, 2.1.3.2 (the RFC 6962 tree is the same).

    Args:
        index: The leaf's place, from 0.
        size: Leaves in the tree.
        leaf: The leaf's hash.
        proof: The audit path, from the leaf upwards.
        root: The root expected.
    """
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    place, last, computed = index, size - 1, leaf
    for node in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            computed = node_hash(node, computed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            computed = node_hash(computed, node)
        place, last = place >> 1, last >> 1
    return last == 0 and computed == root


def root_before(*, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root of the leaves before one, from its audit path.

    The nodes that stand to the left on the way up are the perfect subtrees over exactly those
    leaves, the smallest first.

    Args:
        index: The leaf's place, from 0.
        size: Leaves in the tree.
        proof: An audit path that `verify_inclusion` found good.
    """
    edge: list[bytes] = []
    place, last = index, size - 1
    for node in proof:
        if place & 1 or place == last:
            edge.insert(0, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return root_of_edge(edge)


def verify_consistency(
    *, old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Check a consistency proof, step by step as RFC 9162, 2.1.4.2.

    Args:
        old_size: Leaves in the old tree, at least one: nothing is a prefix of everything.
        new_size: Leaves in the new tree, at least as many.
        proof: The proof.
        old_root: The old root.
        new_root: The new root.
    """
    if old_size == new_size >= 1:  # nothing to climb: it is the same tree, whatever its root
        return not proof and old_root == new_root
    if not 1 <= old_size <= new_size or not _all_hashes(old_root, new_root, *proof):
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # the old tree is one perfect subtree: its root is known
        path.insert(0, old_root)
    if not path:
        return False
    return _climb(old_size - 1, new_size - 1, path) == (old_root, new_root)


def _climb(place: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _subproof(old_size: int, leaves: Sequence[bytes], *, known: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if known else [root_of(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(old_size, leaves[:split], known=known), root_of(leaves[split:])]
    rest = _subproof(old_size - split, leaves[split:], known=False)
    return [*rest, root_of(leaves[:split])]


def _all_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1

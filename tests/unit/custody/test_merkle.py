"""The Merkle tree: against its definition, and against every way of bending a proof."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.custody import merkle

LEAVES = [merkle.leaf_hash(f"entry {n}".encode()) for n in range(70)]
SIZES = [*range(1, 18), 31, 32, 33, 63, 64, 65, 70]


def defined_root(leaves: list[bytes]) -> bytes:
    """Return the root by the recursion of RFC 6962, 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:k]) + defined_root(leaves[k:])).digest()


def test_leaf_and_node_are_hashed_with_their_own_first_byte() -> None:
    """A leaf is hashed behind 0x00 and a node behind 0x01, so neither can pass as the other."""
    assert merkle.leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    assert (
        merkle.node_hash(b"l" * 32, b"r" * 32)
        == hashlib.sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    )
    assert merkle.leaf_hash(b"l" * 32 + b"r" * 32) != merkle.node_hash(b"l" * 32, b"r" * 32)


def test_the_root_of_no_leaves_is_the_digest_of_nothing() -> None:
    """An empty tree has a root that every implementation knows."""
    assert merkle.root_of([]) == merkle.EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_is_the_one_that_the_definition_gives(size: int) -> None:
    """Edge by edge or by recursion, the root is the same."""
    assert merkle.root_of(LEAVES[:size]) == defined_root(LEAVES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_an_edge_holds_one_root_for_each_one_bit_of_the_size(size: int) -> None:
    """The edge is the perfect subtrees from left to right, the largest first."""
    edge, at = merkle.edge_of(LEAVES[:size]), 0
    expected = []
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            expected.append(defined_root(LEAVES[at : at + (1 << bit)]))
            at += 1 << bit
    assert edge == expected


def test_growing_leaves_the_edge_it_was_given_alone() -> None:
    """`grow` returns a new edge; whoever holds the old one still has it."""
    edge = merkle.edge_of(LEAVES[:3])
    before = list(edge)
    merkle.grow(edge, 3, LEAVES[3])
    assert edge == before


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_has_a_proof_that_holds(size: int) -> None:
    """Each leaf's audit path leads to the root, and to no other leaf's place."""
    leaves = LEAVES[:size]
    root = merkle.root_of(leaves)
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index)
        for claimed in range(size):
            good = merkle.verify_inclusion(
                index=claimed, size=size, leaf=leaves[index], proof=proof, root=root
            )
            assert good is (claimed == index)


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_size_has_a_consistency_proof_that_holds(size: int) -> None:
    """Each earlier tree is shown to be the beginning of this one, and with no other old root."""
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(leaves, old)
        root_then = merkle.root_of(leaves[:old])
        assert merkle.verify_consistency(
            old_size=old, new_size=size, proof=proof, old_root=root_then, new_root=root
        )
        for bad_then, bad_now in ((LEAVES[-1], root), (root_then, LEAVES[-1])):
            if (bad_then, bad_now) != (root_then, root):
                assert not merkle.verify_consistency(
                    old_size=old, new_size=size, proof=proof, old_root=bad_then, new_root=bad_now
                )


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_proof_is_too_short_for_a_tree_of_twice_the_size(size: int) -> None:
    """Whoever claims a larger tree than there is needs a longer proof, and has none."""
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    for old in range(1, size):
        assert not merkle.verify_consistency(
            old_size=old,
            new_size=2 * size,
            proof=merkle.consistency_proof(leaves, old),
            old_root=merkle.root_of(leaves[:old]),
            new_root=root,
        )
        assert not merkle.verify_inclusion(
            index=old,
            size=2 * size,
            leaf=leaves[old],
            proof=merkle.inclusion_proof(leaves, old),
            root=root,
        )


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (70, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    """Asking for a place outside the tree is refused, also from the end."""
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(LEAVES[:size], index)


@pytest.mark.parametrize(("old", "size"), [(-1, 3), (4, 3), (1, 0)])
def test_no_proof_is_made_for_a_prefix_that_is_not_there(old: int, size: int) -> None:
    """Nobody can be shown that a longer tree is the beginning of a shorter one."""
    with pytest.raises(ValueError, match="no prefix"):
        merkle.consistency_proof(LEAVES[:size], old)


def test_a_proof_from_nothing_or_to_itself_is_empty() -> None:
    """RFC 6962 has nothing to prove there."""
    assert merkle.consistency_proof(LEAVES[:5], 0) == []
    assert merkle.consistency_proof(LEAVES[:5], 5) == []


@pytest.mark.parametrize(("index", "size"), [(-1, 7), (7, 7), (0, 0), (3, 0), (3, -1)])
def test_an_inclusion_outside_the_tree_is_refused(index: int, size: int) -> None:
    """A place outside the tree is never included, whatever the proof says."""
    proof = merkle.inclusion_proof(LEAVES[:7], 3)
    root = merkle.root_of(LEAVES[:7])
    assert not merkle.verify_inclusion(
        index=index, size=size, leaf=LEAVES[3], proof=proof, root=root
    )


@pytest.mark.parametrize(("old", "new"), [(0, 7), (8, 7), (-1, 7), (0, 0), (-1, -1)])
def test_a_consistency_between_impossible_sizes_is_refused(old: int, new: int) -> None:
    """Nothing is not a prefix of everything, and a longer tree not of a shorter one."""
    root = merkle.root_of(LEAVES[:7])
    assert not merkle.verify_consistency(
        old_size=old, new_size=new, proof=[], old_root=root, new_root=root
    )


@given(
    size=st.integers(2, 70), data=st.data(), change=st.sampled_from(("flip", "drop", "add", "cut"))
)
def test_a_bent_inclusion_proof_is_refused(size: int, data: st.DataObject, change: str) -> None:
    """One bit flipped, a hash dropped, added or cut short: the proof no longer holds."""
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof = merkle.inclusion_proof(leaves, index)
    bent = bend(proof, change, data)
    assert bent != proof
    assert not merkle.verify_inclusion(
        index=index, size=size, leaf=leaves[index], proof=bent, root=merkle.root_of(leaves)
    )


@given(
    size=st.integers(3, 70), data=st.data(), change=st.sampled_from(("flip", "drop", "add", "cut"))
)
def test_a_bent_consistency_proof_is_refused(size: int, data: st.DataObject, change: str) -> None:
    """The same, for the proof that one tree is the beginning of another."""
    old = data.draw(st.integers(1, size - 1))
    leaves = LEAVES[:size]
    proof = merkle.consistency_proof(leaves, old)
    bent = bend(proof, change, data)
    assert bent != proof
    assert not merkle.verify_consistency(
        old_size=old,
        new_size=size,
        proof=bent,
        old_root=merkle.root_of(leaves[:old]),
        new_root=merkle.root_of(leaves),
    )


def bend(proof: list[bytes], change: str, data: st.DataObject) -> list[bytes]:
    """Change a proof in one way."""
    at = data.draw(st.integers(0, len(proof) - 1))
    bent = list(proof)
    match change:
        case "flip":
            bit = data.draw(st.integers(0, 255))
            bent[at] = (int.from_bytes(bent[at]) ^ 1 << bit).to_bytes(32)
        case "drop":
            del bent[at]
        case "add":
            bent.insert(at, LEAVES[-1])
        case _:
            bent[at] = bent[at][:-1]
    return bent


def test_a_root_or_leaf_of_another_length_is_refused() -> None:
    """Only 32 bytes are a hash."""
    leaves, root = LEAVES[:3], merkle.root_of(LEAVES[:3])
    proof = merkle.inclusion_proof(leaves, 0)
    for leaf, expected in ((leaves[0][:-1], root), (leaves[0], root + b"\0")):
        assert not merkle.verify_inclusion(index=0, size=3, leaf=leaf, proof=proof, root=expected)
    assert not merkle.verify_consistency(
        old_size=2,
        new_size=3,
        proof=merkle.consistency_proof(leaves, 2),
        old_root=merkle.root_of(leaves[:2]) + b"\0",
        new_root=root,
    )


def test_two_trees_of_one_size_are_the_same_tree_or_not_consistent() -> None:
    """At equal sizes the roots must be equal and nothing is left to prove."""
    one, other = merkle.root_of(LEAVES[:4]), merkle.root_of(LEAVES[1:5])

    def good(new_root: bytes, proof: list[bytes]) -> bool:
        return merkle.verify_consistency(
            old_size=4, new_size=4, proof=proof, old_root=one, new_root=new_root
        )

    assert good(one, [])
    assert not good(other, [])
    assert not good(one, [one])


@pytest.mark.parametrize("size", SIZES)
def test_an_audit_path_gives_the_root_of_all_leaves_before(size: int) -> None:
    """The nodes to the left on the way up are exactly the edge of the tree before that leaf."""
    for index in range(size):
        proof = merkle.inclusion_proof(LEAVES[:size], index)
        root = merkle.root_before(index=index, size=size, proof=proof)
        assert root == defined_root(LEAVES[:index])

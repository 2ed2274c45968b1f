"""Roots and proofs: the same as Go's `tlog` and as pymerkle compute."""

import base64
from collections.abc import Callable
from typing import Any

import pymerkle

from counterseal.custody import merkle

Judge = Callable[[dict[str, Any]], dict[str, Any]]

MOST = 2_000
ALL_UP_TO = 64
RECORDS = [f"entry {n}".encode() * (n % 5 + 1) for n in range(MOST)]
LEAVES = [merkle.leaf_hash(record) for record in RECORDS]
SIZES = sorted(
    {*range(65, MOST, 37), MOST}
    | {2**k + d for k in range(7, 11) for d in (-1, 0, 1) if 2**k + d <= MOST}
)


def sampled(size: int) -> set[int]:
    """Return places in a tree of that size: all of a small one, the telling ones of a large one."""
    if size <= ALL_UP_TO:
        return set(range(size))
    powers = {2**k + d for k in range(size.bit_length()) for d in (-1, 0, 1)}
    return {p for p in powers | {size // 2, size // 3, size - 2, size - 1, 0} if 0 <= p < size}


def hashes(texts: list[str] | None) -> list[bytes]:
    """Read a proof as Go writes it; it writes an empty one as null."""
    return [base64.b64decode(text) for text in texts or []]


def test_every_root_is_the_one_that_go_computes(go_judge: Judge) -> None:
    """Sizes 0 to 2,000, every one."""
    said = go_judge({"Records": encoded(RECORDS)})
    edge: list[bytes] = []
    ours = [merkle.root_of_edge(edge)]
    for size, leaf in enumerate(LEAVES):
        edge = merkle.grow(edge, size, leaf)
        ours.append(merkle.root_of_edge(edge))
    assert len(ours) == MOST + 1
    assert ours == hashes(said["Roots"])


def test_inclusion_proofs_are_byte_for_byte_those_of_go(go_judge: Judge) -> None:
    """Every leaf of every tree up to 64, and the telling leaves of larger ones."""
    pairs = [(n, i) for n in (*range(1, ALL_UP_TO + 1), *SIZES) for i in sorted(sampled(n))]
    said = go_judge({"Records": encoded(RECORDS), "Inclusion": pairs})
    assert len(said["Inclusion"]) == len(pairs) > ALL_UP_TO**2 / 2
    roots = hashes(said["Roots"])
    for (size, index), theirs in zip(pairs, said["Inclusion"], strict=True):
        proof = merkle.inclusion_proof(LEAVES[:size], index)
        assert proof == hashes(theirs), (size, index)
        assert merkle.verify_inclusion(
            index=index, size=size, leaf=LEAVES[index], proof=proof, root=roots[size]
        ), (size, index)


def test_consistency_proofs_are_byte_for_byte_those_of_go(go_judge: Judge) -> None:
    """Every pair of sizes up to 64, and the telling old sizes of larger trees."""
    pairs = [
        (new, old + 1) for new in (*range(1, ALL_UP_TO + 1), *SIZES) for old in sorted(sampled(new))
    ]
    said = go_judge({"Records": encoded(RECORDS), "Consistency": pairs})
    assert len(said["Consistency"]) == len(pairs) > ALL_UP_TO**2 / 2
    roots = hashes(said["Roots"])
    for (new, old), theirs in zip(pairs, said["Consistency"], strict=True):
        proof = merkle.consistency_proof(LEAVES[:new], old)
        assert proof == hashes(theirs), (new, old)
        assert merkle.verify_consistency(
            old_size=old, new_size=new, proof=proof, old_root=roots[old], new_root=roots[new]
        ), (new, old)


def test_every_root_is_the_one_that_pymerkle_computes() -> None:
    """Sizes 0 to 2,000, every one, by a second stranger."""
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    edge: list[bytes] = []
    assert theirs.get_root() == merkle.root_of_edge(edge)
    for size, record in enumerate(RECORDS):
        theirs.append_entry(record)
        edge = merkle.grow(edge, size, LEAVES[size])
        assert theirs.get_root() == merkle.root_of_edge(edge), size + 1
    assert theirs.get_size() == MOST


def encoded(records: list[bytes]) -> list[str]:
    """Write bytes as Go reads them."""
    return [base64.b64encode(record).decode() for record in records]

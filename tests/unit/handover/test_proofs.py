"""Proofs as text: read back from the format alone, they prove what they say."""

import base64

import pytest

from cast import COMPUTER, ORIGIN
from counterseal.custody import checkpoint, merkle
from counterseal.custody.checkpoint import Checkpoint
from counterseal.handover import proofs

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(11)]
ROOT = merkle.root_of(LEAVES)
NOTE = checkpoint.sign(Checkpoint(ORIGIN, len(LEAVES), ROOT), COMPUTER).text


@pytest.mark.parametrize("index", range(11))
def test_each_leaf_is_proved_by_its_own_file(index: int) -> None:
    """A header, the index, the path, an empty line, then the checkpoint byte for byte."""
    head, _, note = proofs.inclusion(LEAVES, index, NOTE).partition("\n\n")
    assert note == NOTE
    title, place, *path = head.split("\n")
    assert (title, place) == ("c2sp.org/tlog-proof@v1", f"index {index}")
    proof = [base64.b64decode(line, validate=True) for line in path]
    assert merkle.verify_inclusion(index=index, size=11, leaf=LEAVES[index], proof=proof, root=ROOT)


def test_a_log_of_one_leaf_has_an_empty_path() -> None:
    """The empty line follows the index at once, as in C2SP's own example."""
    assert proofs.inclusion(LEAVES[:1], 0, "n\n") == "c2sp.org/tlog-proof@v1\nindex 0\n\nn\n"


@pytest.mark.parametrize("size", range(1, 12))
def test_each_receipt_is_proved_to_go_on(size: int) -> None:
    """One hash a line; nothing where nothing came after."""
    text = proofs.consistency(LEAVES, size)
    proof = [base64.b64decode(line, validate=True) for line in text.splitlines()]
    assert text.endswith("\n") or size == 11
    assert merkle.verify_consistency(
        old_size=size,
        new_size=11,
        proof=proof,
        old_root=merkle.root_of(LEAVES[:size]),
        new_root=ROOT,
    )

"""Proofs as text: that a leaf is in the log, and that a receipt's log goes on in it. Pure.

C2SP tlog-proof, and RFC 6962, 2.1.2; `docs/format.md`, section 17.5.
"""

import base64
from collections.abc import Sequence

from counterseal.custody import merkle

_HEADER = "c2sp.org/tlog-proof@v1"


def inclusion(hashes: Sequence[bytes], index: int, note: str) -> str:
    """Return a C2SP tlog-proof.

    Args:
        hashes: The leaf hashes of the whole tree of the note.
        index: The leaf's place, from 0.
        note: The signed checkpoint, as it stands.
    """
    path = "".join(_line(node) for node in merkle.inclusion_proof(hashes, index))
    return f"{_HEADER}\nindex {index}\n{path}\n{note}"


def consistency(hashes: Sequence[bytes], size: int) -> str:
    """Return the proof that the first leaves are a prefix: one hash a line.

    Args:
        hashes: The leaf hashes of the whole tree.
        size: How many leaves the earlier tree had.
    """
    return "".join(_line(node) for node in merkle.consistency_proof(hashes, size))


def _line(node: bytes) -> str:
    return f"{base64.b64encode(node).decode()}\n"

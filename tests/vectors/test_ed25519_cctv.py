"""The edge cases of C2SP CCTV, on which verifiers disagree, and where ours stands.

Every vector satisfies the verification equation of some verifier. Ours is RFC 8032 without the
cofactor, on canonical bytes, and refuses any key of small order. So a vector passes exactly where
none of these flags stands.
"""

import json
import os
from pathlib import Path

import pytest

from counterseal.keys.signing import WEAK_KEYS, verify

FOLDER = os.environ.get("COUNTERSEAL_VECTORS", "")

REFUSED = {
    "low_order_A": "the key is a point of small order",
    "non_canonical_A": "the key is not written in the one canonical way",
    "non_canonical_R": "the commitment is not",
    "low_order_residue": "the equation holds only after multiplying by the cofactor",
}


@pytest.mark.skipif(not FOLDER, reason="COUNTERSEAL_VECTORS is not set")
def test_all_914_edge_cases_of_cctv() -> None:
    vectors = json.loads((Path(FOLDER) / "cctv-ed25519.json").read_text("utf-8"))
    accepted = refused = 0
    wrong, weak = [], set()
    for vector in vectors:
        flags = set(vector["flags"] or ())
        public = bytes.fromhex(vector["key"])
        good = verify(public, vector["msg"].encode(), bytes.fromhex(vector["sig"]))
        if good == bool(flags & REFUSED.keys()):
            wrong.append(vector["number"])
        accepted, refused = accepted + good, refused + (not good)
        if "low_order_A" in flags:
            weak.add(public)
    counts = f"{accepted} accepted, {refused} refused, of {len(vectors)}"
    assert (counts, wrong) == ("86 accepted, 828 refused, of 914", [])
    assert weak == set(WEAK_KEYS), "the fourteen keys of CCTV are the fourteen that we refuse"

"""Every Ed25519 vector of Wycheproof: accepted where it says valid, refused where it does not."""

import json
import os
from pathlib import Path

import pytest

from counterseal.keys.signing import verify

FOLDER = os.environ.get("COUNTERSEAL_VECTORS", "")


@pytest.mark.skipif(not FOLDER, reason="COUNTERSEAL_VECTORS is not set")
def test_all_151_vectors_of_wycheproof() -> None:
    suite = json.loads((Path(FOLDER) / "wycheproof-ed25519.json").read_text("utf-8"))
    right: list[int] = []
    wrong: list[int] = []
    for group in suite["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            good = verify(public, message, signature)
            (right if good == (test["result"] == "valid") else wrong).append(test["tcId"])
    counts = f"{len(right)} of {suite['numberOfTests']} as they should be"
    assert (counts, wrong) == ("151 of 151 as they should be", [])

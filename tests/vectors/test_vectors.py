"""The vectors of the formats: made again without a difference, and read as the format says."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody import envelope, merkle
from counterseal.custody.checkpoint import Note
from counterseal.custody.details import Details
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.receipt import Receipt
from counterseal.keys import pair, passphrase_file, recipients
from counterseal.keys.keyfile import KeyFile
from counterseal.keys.people import Keyset
from counterseal.policy import profile

HERE = Path(__file__).parent
V1 = HERE / "v1"


def read(name: str) -> Any:  # noqa: ANN401  (any JSON)
    """Read one file of vectors."""
    return json.loads((V1 / f"{name}.json").read_text(encoding="utf-8"))


def age(name: str) -> bytes:
    """Read one age file."""
    return (HERE / "age" / f"{name}.age").read_bytes()


IDENTITIES = json.loads((HERE / "age" / "identities.json").read_text(encoding="utf-8"))


def test_made_again_the_vectors_do_not_differ(tmp_path: Path) -> None:
    """Every file of version 1 comes out of `make.py` byte for byte, and there is no other."""
    subprocess.run([sys.executable, HERE / "make.py", tmp_path], check=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in V1.glob("*.json")}
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_readme_names_every_file() -> None:
    """Nobody has to guess what a file of vectors is about."""
    readme = (V1 / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in V1.glob("*.json") if f"`{path.name}`" not in readme] == []


@pytest.mark.parametrize("vector", read("canonical")["good"], ids=lambda v: v["name"])
def test_a_good_document_has_these_bytes_and_no_others(vector: dict[str, Any]) -> None:
    """It is written so, and read back as it was."""
    written = vector["bytes"].encode()
    assert canonical.encode(vector["value"], lines=vector["lines"]) == written
    assert canonical.decode(written, lines=vector["lines"]) == vector["value"]


@pytest.mark.parametrize("vector", read("canonical")["bad"], ids=lambda v: v["name"])
def test_bad_bytes_are_refused_for_their_reason(vector: dict[str, Any]) -> None:
    """The reason stands in the vector, so that one fault cannot pass as another."""
    with pytest.raises(NotCanonicalError, match=vector["reason"]):
        canonical.decode(base64.b64decode(vector["base64"]), lines=vector["lines"])


def test_the_entry_reads_back_and_everybody_signed_it() -> None:
    """Payload, PAE, leaf and leaf hash belong together."""
    vector = read("entry")
    entry = Entry.from_bytes(vector["payload"].encode())
    signed = Envelope.from_bytes(vector["leaf"].encode())
    assert entry.proposal.digest == vector["approved"]["sha256"]
    assert signed.payload == entry.to_bytes() == vector["payload"].encode()
    assert envelope.pae(signed.payload) == base64.b64decode(vector["pae_base64"])
    assert envelope.fault(signed, entry.keys) is None
    assert merkle.leaf_hash(vector["leaf"].encode()).hex() == vector["leaf_hash"]


def test_the_details_are_committed_to_by_the_entry() -> None:
    """Both commitments of the entry come from the salts, and the age files hold these bytes."""
    vector = read("details")
    plaintext, picture = vector["plaintext"].encode(), base64.b64decode(vector["exhibit"]["base64"])
    written = Details.from_bytes(plaintext)
    proposal = Entry.from_bytes(read("entry")["payload"].encode()).proposal
    assert [f.commit for f in proposal.details] == [written.commit] == [vector["commit"]]
    assert [f.commit for f in proposal.exhibits] == [vector["exhibit"]["commit"]]
    assert written.exhibits[0].commit == vector["exhibit"]["commit"]
    for who in ("case", "handover"):
        identity = IDENTITIES[who]["identity"]
        assert recipients.decrypt(age("details"), identity) == plaintext
        assert recipients.decrypt(age("exhibit"), identity) == picture
    digests = [hashlib.sha256(age(name)).hexdigest() for name in ("details", "exhibit")]
    assert [f.sha256 for f in (*proposal.details, *proposal.exhibits)] == digests


@pytest.mark.skipif(shutil.which("age") is None, reason="the command `age` is not installed")
def test_the_age_command_opens_details_and_exhibit(tmp_path: Path) -> None:
    """What we encrypt, the tool of the format's own author opens."""
    key = tmp_path / "key"
    key.write_text(IDENTITIES["handover"]["identity"] + "\n", encoding="ascii")
    for name, expected in (
        ("details", read("details")["plaintext"].encode()),
        ("exhibit", base64.b64decode(read("details")["exhibit"]["base64"])),
    ):
        command = ["age", "--decrypt", "--identity", str(key), str(HERE / "age" / f"{name}.age")]
        opened = subprocess.run(command, capture_output=True, check=True, timeout=30)
        assert opened.stdout == expected


def test_the_two_halves_make_the_case_key() -> None:
    """Each person's wrap opens to their half, and both together to the key."""
    vector, who = read("case-key"), IDENTITIES
    for person, half in vector["halves"].items():
        opened = recipients.decrypt(age(f"wrap-{person}"), who[person]["identity"])
        assert opened.hex() == half
    joined = pair.join(
        age("wrap-ab"),
        age("wrap-cd"),
        who["ab"]["identity"],
        who["cd"]["identity"],
        who["case"]["recipient"],
    )
    assert joined == vector["identity"] == who["case"]["identity"]


def test_the_head_is_signed_by_computer_and_people() -> None:
    """The note reads back, with every signature good."""
    vector, keys = read("checkpoint"), read("entry")["keys"]
    raw = {name: bytes.fromhex(keys[name]["public"]) for name in ("computer", "ab", "cd")}
    signed, cosigned = Note.from_text(vector["signed"]), Note.from_text(vector["cosigned"])
    assert signed.head.text == vector["text"]
    assert signed.fault(raw["computer"], {}) is None
    assert cosigned.fault(raw["computer"], {"ab": raw["ab"], "cd": raw["cd"]}) is None
    assert {s.name: s.id.hex() for s in cosigned.signatures} == vector["key_ids"]


@pytest.mark.parametrize("kind", ["real", "practice"])
def test_the_receipt_reads_back_and_its_text_follows_from_it(kind: str) -> None:
    """The text is rendered from the JSON alone."""
    vector = read("receipt")[kind]
    receipt = Receipt.from_json(vector["json"].encode())
    assert receipt.fault() is None
    assert receipt.to_text() == "".join(f"{line}\n" for line in vector["text"])
    assert receipt.practice is (kind == "practice")


def test_the_trees_prove_what_they_should() -> None:
    """Every proof of the vectors holds against its roots."""
    vector = read("tree")
    roots = [bytes.fromhex(root) for root in vector["roots"]]
    hashes = [merkle.leaf_hash(leaf.encode()) for leaf in vector["leaves"]]
    assert [each.hex() for each in hashes] == vector["leaf_hashes"]
    assert len(vector["inclusion"]) == len(vector["consistency"]) == 45
    for case in vector["inclusion"]:
        proof = [bytes.fromhex(node) for node in case["proof"]]
        assert merkle.verify_inclusion(
            index=case["index"],
            size=case["size"],
            leaf=hashes[case["index"]],
            proof=proof,
            root=roots[case["size"]],
        )
    for case in vector["consistency"]:
        proof = [bytes.fromhex(node) for node in case["proof"]]
        assert merkle.verify_consistency(
            old_size=case["old_size"],
            new_size=case["size"],
            proof=proof,
            old_root=roots[case["old_size"]],
            new_root=roots[case["size"]],
        )


def test_the_keyset_reads_back() -> None:
    """Its digest stands in every entry."""
    vector = read("keyset")
    keyset = Keyset.from_bytes(vector["file"].encode())
    assert keyset.digest == vector["sha256"]
    assert keyset.digest == Entry.from_bytes(read("entry")["payload"].encode()).keyset_sha256


def test_the_key_file_and_the_handover_key_open() -> None:
    """Under their passphrases, to what the vectors say."""
    vector, handover = read("key-file"), read("handover")
    file = KeyFile.from_bytes(vector["file"].encode(), name="ab.key")
    key = file.header.derive(vector["passphrase"])
    assert key.hex() == vector["derived_key"]
    assert file.open(key) == vector["opens_to"].encode()
    armored = "\n".join(handover["file"]).encode()
    opened = passphrase_file.decrypt(armored, handover["passphrase"])
    assert opened == handover["plaintext"].encode()


def test_a_profile_is_named_by_its_bytes() -> None:
    """The digest in every entry is that of the file, to the last byte."""
    vector = read("profile")
    assert hashlib.sha256(vector["text"].encode()).hexdigest() == vector["sha256"]
    assert profile.base().sha256 == hashlib.sha256(profile.base().content).hexdigest()

"""Make the vectors of `docs/format.md` again: `python tests/vectors/make.py [FOLDER]`.

Everything is fixed: seeds, salts, times. A difference is a change of the format. What the files
hold is told in `v1/README.md`. age files cannot be fixed; `make_age.py` makes those once.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody import checkpoint, envelope, merkle
from counterseal.custody.entry import FIRST
from counterseal.custody.receipt import Holder, Receipt
from counterseal.keys import keyfile, passphrase_file
from counterseal.keys.keyfile import Header, KeyFile
from counterseal.keys.signing import SigningKey
from counterseal.keys.unlocked import RememberedHead, Secrets
from counterseal.machine import Machine

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder of tests, as pytest has it

from vectors.canonical_documents import BAD, GOOD
from vectors.subjects import (
    AB,
    AGE,
    CD,
    COMPUTER,
    HERE,
    KEYSET,
    ORIGIN,
    PASSPHRASE,
    PEOPLE,
    PICTURE,
    TIME,
    details,
    entry,
    head,
    leaves,
    plain,
    seed,
    stream,
)


def canonical_vectors() -> dict[str, Any]:
    """Good documents with their bytes, and bad bytes with the reason why they are refused."""
    good = []
    for name, value, lines in GOOD:
        written = canonical.encode(value, lines=lines)
        good.append({"name": name, "lines": lines, "value": value, "bytes": _text(written)})
    bad = []
    for name, content, lines, reason in BAD:
        try:
            canonical.decode(content, lines=lines)
        except NotCanonicalError as error:
            if reason not in str(error):
                message = f"{name} is refused for another reason: {error}"
                raise AssertionError(message) from error
        else:
            message = f"{name} is not refused"
            raise AssertionError(message)
        bad.append({"name": name, "lines": lines, "base64": _base64(content), "reason": reason})
    return {"good": good, "bad": bad}


def entry_vectors() -> dict[str, Any]:
    """One entry from its fields to its leaf."""
    made = entry()
    payload = made.to_bytes()
    signed = envelope.sign(payload, (COMPUTER, AB, CD))
    return {
        "keys": {name: _key(name) for name in ("computer", "ab", "cd")},
        "approved": {
            "bytes": _text(canonical.encode(made.proposal.as_dict())),
            "sha256": made.proposal.digest,
        },
        "first_case_prev": FIRST,
        "payload": _text(payload),
        "payload_type": envelope.PAYLOAD_TYPE,
        "pae_base64": _base64(envelope.pae(payload)),
        "leaf": _text(signed.to_bytes()),
        "leaf_hash": merkle.leaf_hash(signed.to_bytes()).hex(),
    }


def tree_vectors() -> dict[str, Any]:
    """Trees of 0 to 9 leaves: roots, edges and every proof."""
    hashes = leaves(9)
    sizes = range(10)
    return {
        "leaves": [f"entry {n}" for n in range(9)],
        "leaf_hashes": _hex(hashes),
        "roots": _hex([merkle.root_of(hashes[:size]) for size in sizes]),
        "edges": [_hex(merkle.edge_of(hashes[:size])) for size in sizes],
        "inclusion": [
            {"size": size, "index": i, "proof": _hex(merkle.inclusion_proof(hashes[:size], i))}
            for size in sizes
            for i in range(size)
        ],
        "consistency": [
            {
                "size": new,
                "old_size": old,
                "proof": _hex(merkle.consistency_proof(hashes[:new], old)),
            }
            for new in sizes
            for old in range(1, new + 1)
        ],
    }


def checkpoint_vectors() -> dict[str, Any]:
    """A head: its text, signed, and cosigned."""
    cosigned = head()
    return {
        "text": cosigned.head.text,
        "signed": checkpoint.Note(cosigned.head, cosigned.signatures[:1]).text,
        "cosigned": cosigned.text,
        "cosigned_at": TIME.utc_ms // 1000,
        "key_ids": {signature.name: signature.id.hex() for signature in cosigned.signatures},
        "fingerprint": cosigned.head.fingerprint,
    }


def receipt_vectors() -> dict[str, Any]:
    """The same receipt as JSON and as text, for a real vault and for practice."""
    people = tuple(Holder(p.id, p.name, p.key.hex()) for p in PEOPLE[:2])
    found = {}
    for name, practice in (("real", False), ("practice", True)):
        receipt = Receipt(head(), TIME.utc, practice, COMPUTER.public.hex(), people)
        found[name] = {"json": _text(receipt.to_json()), "text": receipt.to_text().splitlines()}
    return found


def details_vectors() -> dict[str, Any]:
    """The plaintext of details, and the commitments that the log holds instead."""
    written = details()
    return {
        "plaintext": _text(written.to_bytes()),
        "plaintext_sha256": hashlib.sha256(written.to_bytes()).hexdigest(),
        "salt": seed("details salt").hex(),
        "commit": written.commit,
        "exhibit": {
            "base64": _base64(PICTURE),
            "sha256": plain().digest.sha256,
            "crc32": plain().crc32,
            "salt": seed("exhibit salt").hex(),
            "commit": plain().commit,
        },
    }


def keyset_vectors() -> dict[str, Any]:
    """A list of people, exactly as its file holds it."""
    return {"file": _text(KEYSET.to_bytes()), "sha256": KEYSET.digest}


def key_file_vectors() -> dict[str, Any]:
    """A person's key file at the cheap cost of practice, and what it opens to."""
    random = stream("key file")
    secrets = Secrets(AB, AGE["ab"]["identity"], RememberedHead(9, merkle.root_of(leaves(9))))
    header = Header(ORIGIN, "ab", keyfile.PRACTICE_COST, random(keyfile.SALT_BYTES))
    key = header.derive(PASSPHRASE)
    file = KeyFile.seal(header, key, secrets.to_bytes(), random)
    return {
        "passphrase": PASSPHRASE,
        "derived_key": bytes(key).hex(),
        "file": _text(file.to_bytes()),
        "opens_to": _text(secrets.to_bytes()),
    }


def case_key_vectors() -> dict[str, Any]:
    """A case key split in two, before each half is encrypted."""
    identity = AGE["case"]["identity"].encode("ascii")
    pad = stream("case key pad")(len(identity))
    other = bytes(a ^ b for a, b in zip(identity, pad, strict=True))
    return {"identity": identity.decode(), "halves": {"ab": pad.hex(), "cd": other.hex()}}


def handover_vectors() -> dict[str, Any]:
    """The handover key under a passphrase, as it is written at set-up."""
    identity = AGE["handover"]["identity"]
    content = f"{identity}\n".encode()
    file = passphrase_file.encrypt(content, PASSPHRASE, stream("handover"))
    return {
        "passphrase": PASSPHRASE,
        "plaintext": content.decode(),
        "file": file.decode().splitlines(),
    }


def machine_vectors() -> dict[str, Any]:
    """The digest that says "the same computer" without naming it."""
    machine = Machine("machine-id", "0123456789abcdef0123456789abcdef", "library-3", "Linux 6.1")
    return {
        "origin": ORIGIN,
        "source": machine.source,
        "identity": machine.identity,
        "digest": machine.digest(ORIGIN),
    }


def profile_vectors() -> dict[str, Any]:
    """The digest of a profile is that of its bytes, whatever they say."""
    text = '[profile]\nname = "vector"\nversion = 1\ntitle = "Only a beginning"\n'
    return {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


ALL: dict[str, Callable[[], dict[str, Any]]] = {
    "canonical": canonical_vectors,
    "entry": entry_vectors,
    "tree": tree_vectors,
    "checkpoint": checkpoint_vectors,
    "receipt": receipt_vectors,
    "details": details_vectors,
    "keyset": keyset_vectors,
    "key-file": key_file_vectors,
    "case-key": case_key_vectors,
    "handover": handover_vectors,
    "machine": machine_vectors,
    "profile": profile_vectors,
}


def make(folder: Path) -> None:
    """Write every file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, vectors in ALL.items():
        text = json.dumps(vectors(), indent=2) + "\n"
        (folder / f"{name}.json").write_bytes(text.encode("ascii"))


def _key(name: str) -> dict[str, str]:
    return {"seed": seed(name).hex(), "public": SigningKey.from_seed(seed(name)).public.hex()}


def _text(content: bytes) -> str:
    return content.decode("utf-8")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _hex(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "v1")

"""What stands in a bundle: the whole case, and nothing of any other."""

import base64
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import bundles
import schools
from bundles import Leaving
from counterseal.keys import recipients


def entry(leaf: bytes) -> Any:  # noqa: ANN401  (each step has facts of its own)
    return json.loads(base64.b64decode(json.loads(leaf)["payload"]))


def entries(inside: dict[str, bytes]) -> list[Any]:
    leaves = (name for name in sorted(inside) if name.startswith("data/log/") and "json" in name)
    return [entry(inside[name]) for name in leaves]


def members(leaving: Leaving) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(leaving.unsealed())) as opened:
        return {i.filename.removeprefix("bundle/"): opened.read(i) for i in opened.infolist()}


def test_nothing_of_another_case_is_in_it(tmp_path: Path) -> None:
    """Neither an entry nor a text nor its reference: a second pupil's case does not show."""
    school = schools.triaged().copy_to(tmp_path / "school")
    other = schools.second_case(school)
    inside = members(bundles.make(school))
    assert {e["case"] for e in entries(inside)} == {"", "2026-001"}
    assert not [name for name, content in inside.items() if other.encode() in content]
    assert not [name for name, content in inside.items() if b"They laugh at me" in content]


def test_every_entry_of_the_case_is_in_it_to_the_opening() -> None:
    """Without a gap; the opening is the last, and what came before it of the record is there."""
    found = entries(bundles.members())
    own = [e for e in found if e["case"]]
    assert [e["case_seq"] for e in own] == list(range(len(own)))
    assert own[-1]["step"] == "export.opened"
    assert {e["step"] for e in found if not e["case"]} == {"vault.created", "receipt.issued"}


def test_every_text_and_every_exhibit_is_open() -> None:
    inside = bundles.members()
    written = [e["index"] for e in entries(inside) if e["details"]]
    opened = [int(n[14:20]) for n in sorted(inside) if n.startswith("data/openings/")]
    assert opened == written
    assert sorted(n for n in inside if n.startswith("data/exhibits/")) == [
        "data/exhibits/AB-1.png",
        "data/exhibits/CD-1.txt",
    ]
    assert inside["data/exhibits/AB-1.png"].startswith(b"\x89PNG")


def test_the_statement_names_every_other_member() -> None:
    """All but the bag's own four files, itself, and what is derived from it."""
    inside = bundles.members()
    document = json.loads(inside["data/bundle.json"])
    statement = json.loads(base64.b64decode(document["payload"]))
    named = {member["name"] for member in statement["members"]}
    left = set(inside) - named
    assert left == {
        *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
        *("data/bundle.json", "data/bundle.pae"),
        *("data/bundle.ab.sig", "data/bundle.cd.sig", "data/bundle.computer.sig"),
    }
    assert named <= set(inside)
    assert statement["checkpoint"]["size"] == statement["last"]["index"] + 1


def test_no_secret_of_anybody_is_in_it() -> None:
    """No private key, no passphrase, no half of a case key."""
    made = bundles.made()
    everything = made.unsealed()
    secrets = [*made.school.passphrases.values(), made.said["words"], "AGE-SECRET-KEY-1"]
    assert not [secret for secret in secrets if secret.encode() in everything]
    assert b"PRIVATE KEY" not in everything
    wraps = [path.read_bytes() for path in (made.school.vault / "wraps").rglob("*.age")]
    assert wraps
    assert not [wrap for wrap in wraps if wrap[-64:] in everything]


def test_a_certificate_opens_it(tmp_path: Path) -> None:
    """With `openssl` and `age`, as the page for the police says."""
    school = schools.practised().copy_to(tmp_path / "school")
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=Unit"]
    files = ["-keyout", "private.pem", "-out", "cert.pem"]
    subprocess.run([*command, *files], cwd=tmp_path, check=True, capture_output=True)
    made = bundles.make(school, "--to-cert", str(tmp_path / "cert.pem"))
    assert made.said["files"] == ["bundle.zip.age", "key.p7"]
    opening = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", str(made.out / "key.p7")]
    key = subprocess.run(
        [*opening, "-inkey", "private.pem"], cwd=tmp_path, check=True, capture_output=True
    )
    sealed = (made.out / "bundle.zip.age").read_bytes()
    assert recipients.decrypt(sealed, key.stdout.decode().strip()).startswith(b"PK")
    assert school.last_entry()["step"] == "receipt.issued"

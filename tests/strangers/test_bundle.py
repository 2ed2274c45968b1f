"""A bundle, as it leaves a school: everybody who has never heard of us reads it as it stands."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, SSlibKey  # type: ignore[attr-defined]  # it exports no names

import bundles
from counterseal.keys.signing import public_from_pem
from terminal import Terminal

pty = pytest.importorskip("pty", reason="this computer has no terminals")

Judge = Callable[[dict[str, Any]], dict[str, Any]]

pytestmark = pytest.mark.skipif(
    not (shutil.which("age") and shutil.which("unzip")), reason="age and unzip are not installed"
)


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bag, opened by `age` and `unzip`."""
    return bundles.made().unpacked(tmp_path_factory.mktemp("opened"))


@pytest.fixture
def spoilt(bag: Path, tmp_path: Path) -> Path:
    """A copy in which one byte of the picture is another."""
    copy = tmp_path / "bundle"
    shutil.copytree(bag, copy)
    picture = copy / "data" / "exhibits" / "AB-1.png"
    content = bytearray(picture.read_bytes())
    content[99] ^= 1
    picture.write_bytes(bytes(content))
    return copy


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


# -------------------------------------------------------------------------------- opening it


def test_age_opens_the_one_time_key_with_the_six_words(tmp_path: Path) -> None:
    """As a person does it: `age` asks at the terminal, and the words are typed."""
    made = bundles.made()
    for name in ("key.age", "bundle.zip.age"):
        shutil.copy(made.out / name, tmp_path / name)
    command = ["age", "-d", "-i", "key.age", "-o", "bundle.zip", "bundle.zip.age"]
    person, side = pty.openpty()
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=side, stdout=side, stderr=side, start_new_session=True
    ) as running:
        os.close(side)
        terminal = Terminal(running, person)
        terminal.answer(("passphrase", made.said["words"]))
        assert terminal.end() == 0, terminal.shown
    os.close(person)
    assert (tmp_path / "bundle.zip").read_bytes() == made.unsealed()


def test_unzip_finds_nothing_wrong(bag: Path) -> None:
    """`unzip -t` tests each checksum; and unpacking makes one folder."""
    said = run(bag.parent, "unzip", "-t", "bundle.zip")
    assert said.returncode == 0
    assert "No errors detected" in said.stdout
    with zipfile.ZipFile(bag.parent / "bundle.zip") as opened:
        assert {name.partition("/")[0] for name in opened.namelist()} == {"bundle"}


# -------------------------------------------------------------------------------- the bag


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_reads_both_manifests(bag: Path, manifest: str) -> None:
    """Every line is well formed, and every file is as it was."""
    said = run(bag, "sha256sum", "--check", "--strict", manifest)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(": OK\n") == len((bag / manifest).read_text().splitlines())


def test_sha256sum_finds_a_changed_picture(spoilt: Path) -> None:
    """The control: it does look at the bytes."""
    said = run(spoilt, "sha256sum", "--check", "manifest-sha256.txt")
    assert said.returncode == 1
    assert "data/exhibits/AB-1.png: FAILED" in said.stdout


def test_bagit_python_accepts_the_bag(bag: Path) -> None:
    """Complete, whole, and of the size that it says."""
    read = bagit.Bag(str(bag))
    read.validate()
    assert read.version_info == (1, 0)
    assert read.info["External-Identifier"].endswith("/2026-001")


def test_bagit_python_refuses_a_changed_picture(spoilt: Path) -> None:
    """The control."""
    with pytest.raises(bagit.BagValidationError, match=r"AB-1\.png"):
        bagit.Bag(str(spoilt)).validate()


# -------------------------------------------------------------------------------- VERIFY.txt


def commands(bag: Path) -> list[str]:
    """Return the lines of VERIFY.txt that are to be run, exactly as they are printed."""
    lines = (bag / "VERIFY.txt").read_text("ascii").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_line_of_verify_txt_runs_as_it_is_printed(bag: Path) -> None:
    """One by one, in the folder that holds it; each succeeds by itself."""
    lines = commands(bag)
    done = {line: run(bag, "sh", "-c", line) for line in lines}
    assert [line for line, said in done.items() if said.returncode] == []
    verified = [d.stdout for line, d in done.items() if line.startswith("openssl pkeyutl")]
    assert set(verified) == {"Signature Verified Successfully\n"}
    assert len(verified) == len(list(bag.glob("data/**/*.sig")))
    texts = len(list((bag / "data" / "openings").iterdir()))
    exhibits = len(list((bag / "data" / "exhibits").iterdir()))
    assert sum("-macopt" in line for line in lines) == texts + exhibits


def test_all_of_it_runs_at_once_and_ends_at_the_first_fault(bag: Path, spoilt: Path) -> None:
    """`sh -e VERIFY.txt`, as its first lines say."""
    assert run(bag, "sh", "-e", "VERIFY.txt").returncode == 0
    assert run(spoilt, "sh", "-e", "VERIFY.txt").returncode != 0


@pytest.mark.parametrize("name", ["data/log/000006.pae", "data/log/000006.ab.sig"])
def test_openssl_refuses_what_was_changed(spoilt: Path, name: str) -> None:
    """The control for signatures: a byte of what was signed, and a byte of a signature."""
    path = spoilt / name
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    line = next(c for c in commands(spoilt) if "000006.ab.sig" in c)
    assert run(spoilt, "sh", "-c", line).returncode == 1


def test_a_changed_picture_is_not_the_one_that_was_signed_for(spoilt: Path) -> None:
    """The control for commitments."""
    line = next(c for c in commands(spoilt) if "AB-1.png" in c)
    assert run(spoilt, "sh", "-c", line).returncode == 1


# -------------------------------------------------------------------------------- statement, head


def keys_of(bag: Path, document: dict[str, Any]) -> list[Key]:
    """Return the keys in the bag, as securesystemslib holds them."""
    raws = [public_from_pem(path.read_bytes()) for path in (bag / "data" / "keys").iterdir()]
    named = {s["keyid"] for s in document["signatures"]}
    public = [(raw, {"public": raw.hex()}) for raw in raws]
    keys: list[Key] = [SSlibKey(_keyid(raw), "ed25519", "ed25519", value) for raw, value in public]
    return [key for key in keys if key.keyid in named]


def _keyid(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_securesystemslib_accepts_the_statement_of_all_three(bag: Path) -> None:
    """The computer and both people, over the digests of everything else."""
    content = (bag / "data" / "bundle.json").read_bytes()
    document = json.loads(content)
    assert document["payloadType"] == "application/vnd.counterseal.bundle.v1+json"
    keys = keys_of(bag, document)
    theirs = TheirEnvelope.from_dict(document)
    assert len(theirs.verify(keys, threshold=3)) == 3
    document = json.loads(content)
    document["payloadType"] = "application/vnd.counterseal.entry.v1+json"
    with pytest.raises(VerificationError):
        TheirEnvelope.from_dict(document).verify(keys, threshold=3)


def test_go_opens_the_checkpoint_and_finds_both_people_beside(bag: Path, go_judge: Judge) -> None:
    """With the key as `VERIFY.txt` prints it for such programs."""
    note = (bag / "data" / "checkpoint").read_text("utf-8")
    printed = re.search(r"^#     (\S+)\+([0-9a-f]{8})\+(\S+)$", verify_txt(bag), flags=re.MULTILINE)
    assert printed
    raw = base64.b64decode(printed[3])[1:]
    question = {"Name": printed[1], "Key": base64.b64encode(raw).decode(), "Notes": [note]}
    said = go_judge(question)
    assert (said["Notes"], said["Unverified"]) == ([""], [2])


def verify_txt(bag: Path) -> str:
    return (bag / "VERIFY.txt").read_text("ascii")


# -------------------------------------------------------------------------------- other systems


def test_case_validate_accepts_the_graph(bag: Path) -> None:
    """CASE/UCO's own validator, with the ontologies that it carries."""
    program = Path(sys.executable).with_name("case_validate")
    said = run(bag, str(program), "data/case.jsonld")
    assert "Conforms: True" in said.stdout
    assert said.returncode == 0

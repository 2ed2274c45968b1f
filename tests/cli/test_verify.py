"""`verify` on a bundle as it leaves a school: what it says, what it needs, how it ends."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bundles
from counterseal import cli
from counterseal.handover.checks.outcome import LIMITS

NEVER = ("court-admissible", "forensically sound", "tamper-proof", "authentic")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay a bundle as it left beside one that was opened, at a computer without a record."""
    out = tmp_path / "out"
    shutil.copytree(bundles.made().out, out)
    (out / "bundle.zip").write_bytes(bundles.made().unsealed())
    (out / "words.txt").write_text(f"  {bundles.made().said['words'].upper()}\n")
    (out / "key.txt").write_text(f"# created: now\n{bundles.made().identity}\n")
    for name in ("COUNTERSEAL_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    return out


def verified(capsys: pytest.CaptureFixture[str], *typed: str | Path) -> dict[str, Any]:
    """Run it, and return what it says as JSON."""
    status = cli.run(["verify", *map(str, typed), "--json"])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert said["exit_status"] == status
    return said


def test_every_check_of_a_whole_bundle_passes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = verified(capsys, folder / "bundle.zip")
    assert said["exit_status"] == 0
    statuses = {check["number"]: check["status"] for check in said["checks"]}
    assert statuses == {n: "PASS" if n < 17 else "NOT CHECKED" for n in range(1, 19)}
    assert [signer["id"] for signer in said["signers"]] == ["computer", "ab", "cd", "ef"]
    assert [signer["statement"] for signer in said["signers"]] == [True, True, True, False]
    assert said["about"]["case"] == "2026-001"
    assert said["not_shown"] == list(LIMITS)


@pytest.mark.parametrize("way", [("--words-file", "words.txt"), ("--identity", "key.txt")])
def test_a_sealed_bundle_is_opened_in_memory_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], way: tuple[str, str]
) -> None:
    """The same verdict, and not a file more than before."""
    before = sorted(folder.rglob("*"))
    said = verified(capsys, folder / "bundle.zip.age", way[0], folder / way[1])
    plain = verified(capsys, folder / "bundle.zip")
    assert said["checks"] == plain["checks"]
    assert sorted(folder.rglob("*")) == before


def test_the_words_are_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(bundles.made().said["words"] + "\n"))
    assert verified(capsys, folder / "bundle.zip.age", "--words")["exit_status"] == 0


def test_what_it_says_is_for_people_and_claims_nothing_that_it_cannot_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["verify", str(folder / "bundle.zip")]) == 0
    said = capsys.readouterr().out
    for part in ("PRACTICE, not evidence", "Integrity:", "Signed by:", "Trusted time:"):
        assert part in said
    for part in ("Completeness:", "What no software can show:", "Ada Brook (ab)", *LIMITS):
        assert part in said
    assert "[PASS] 1 container — " in said
    assert not [word for word in NEVER if word in said.lower()]


def test_a_changed_byte_fails_in_the_clear_and_under_the_seal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, way in (("bundle.zip", ()), ("bundle.zip.age", ("--identity", folder / "key.txt"))):
        path = folder / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        said = verified(capsys, path, *way)
        assert said["exit_status"] == 40
        assert said["checks"][0]["status"] == "FAIL"
        assert said["signers"] == []
        assert "ask for another one" in said["integrity"]


def test_a_sealed_bundle_that_was_cut_short_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where what is missing is only the end of the seal."""
    path = folder / "bundle.zip.age"
    whole = path.read_bytes()
    for end in (len(whole) - 1, len(whole) - 70_000, 300):
        path.write_bytes(whole[:end])
        assert verified(capsys, path, "--identity", folder / "key.txt")["exit_status"] == 40


def test_what_cannot_be_judged_alone_is_said_to_be_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = verified(capsys, folder / "bundle.zip.age")
    assert said["exit_status"] == 42
    assert "sealed" in said["checks"][0]["what"]
    assert {check["status"] for check in said["checks"]} == {"NOT CHECKED"}


def test_another_file_is_no_bundle(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"", b"PK\x05\x06" + bytes(18), b"%PDF-1.7", b"PK\x03\x04"):
        (folder / "other").write_bytes(content)
        assert verified(capsys, folder / "other")["exit_status"] == 41


def test_a_receipt_from_elsewhere_is_compared(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    school = bundles.made().school
    receipts = sorted((school.vault / "receipts").glob("*.json"), key=lambda p: int(p.stem))
    said = verified(capsys, folder / "bundle.zip", "--receipt", receipts[0])
    assert said["exit_status"] == 0
    assert "goes on from the receipt" in said["checks"][15]["what"]
    assert "bounds" in said["completeness"]
    # The one that was issued after the bundle covers entries of which the bundle knows nothing.
    said = verified(capsys, folder / "bundle.zip", "--receipt", receipts[-1])
    assert said["exit_status"] == 42
    assert "no proof" in said["checks"][15]["what"]
    (folder / "no receipt").write_text("{}")
    assert verified(capsys, folder / "bundle.zip", "--receipt", folder / "no receipt")[
        "exit_status"
    ] == 40  # fmt: skip


@pytest.mark.parametrize(
    ("way", "status", "code"),
    [
        (("--identity", "words.txt"), 2, "usage"),
        (("--identity", "key.txt", "--words-file", "words.txt"), 2, "usage"),
        (("--identity", "other.txt"), 70, "keyring"),
        (("--words-file", "other.txt"), 70, "wrong-passphrase"),
        (("--identity", "long.txt"), 2, "usage"),
    ],
)
def test_what_does_not_open_it_is_refused(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    way: tuple[str, ...],
    status: int,
    code: str,
) -> None:
    from counterseal.keys import recipients  # noqa: PLC0415

    (folder / "other.txt").write_text(recipients.new_identity())
    (folder / "long.txt").write_bytes(bytes(2 << 20))
    typed = [str(folder / word) if word.endswith(".txt") else word for word in way]
    ended = cli.run(["verify", str(folder / "bundle.zip.age"), *typed, "--json"])
    assert ended == status
    assert json.loads(capsys.readouterr().out)["error"] == code


def test_words_need_the_key_file_beside_the_bundle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "key.age").unlink()
    typed = ["verify", str(folder / "bundle.zip.age"), "--words-file", str(folder / "words.txt")]
    assert cli.run(typed) == 2
    assert "key.age" in capsys.readouterr().err


_BARE = """
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"sqlalchemy", "PIL", "tkinter", "mss", "pyautogui"}:
            raise ImportError(name)

sys.meta_path.insert(0, Refused())
from counterseal import cli
sys.exit(cli.run(sys.argv[1:]))
"""


def test_no_database_and_no_screen_is_needed(folder: Path) -> None:
    """A computer of the police has neither a record nor the libraries for one."""
    typed = ["verify", str(folder / "bundle.zip.age"), "--identity", str(folder / "key.txt")]
    command = [sys.executable, "-c", _BARE, *typed]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "16 PASS, 0 FAIL, 2 NOT CHECKED." in done.stdout

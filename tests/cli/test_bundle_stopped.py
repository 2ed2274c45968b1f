"""What leaves of a stopped case: the record alone, no picture, no encrypted copy of one."""

import io
import json
import zipfile
from pathlib import Path

import pytest

import schools
from bundles import Leaving
from counterseal.handover.verify import verify
from counterseal.keys import recipients
from driving import School
from schools import SAFE

MAY_USE = (
    *("call", "record", "--to", "police", "--may-use", "--name", "PC Example, 1234"),
    *("--when", "10:15", "--words", "Make the bundle for us", "--reference", "EX-1"),
    *("--as", "ef", "--read", "ef"),
)  # fmt: skip
MAKE = ("bundle", "stopped", "--as", "ef", "--read", "ef")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A school that took a picture, stopped, sealed, and may use its computer again for this."""
    school = schools.collecting().copy_to(tmp_path / "school")
    typed = ("exhibit", "capture", "--what", "A page", "--keep", *SAFE)
    school.run(*typed, answers=school.words_of("ab", "cd"))
    school.run("stop", "--what", "may-be", status=30)
    return school


def made(school: School) -> Leaving:
    """Make the bundle after the police said that the computer may be used."""
    school.run(*MAY_USE, answers=school.words_of("ef"))
    out = school.folder / "out"
    said = school.json(*MAKE, "--out", str(out), answers=school.words_of("ef"))
    return Leaving(school, out, said)


def members(leaving: Leaving) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(leaving.unsealed())) as opened:
        return {i.filename.removeprefix("bundle/"): opened.read(i) for i in opened.infolist()}


def test_until_the_police_say_so_there_is_none(school: School) -> None:
    before = school.steps()
    school.run(*MAKE, "--out", str(school.folder / "out"), status=30)
    assert school.steps() == before
    assert not (school.folder / "out").exists()


def test_no_picture_and_no_encrypted_copy_of_one_is_in_it(school: School) -> None:
    """Neither by name nor by any of its bytes; and nothing that was written is open."""
    inside = members(made(school))
    assert not [name for name in inside if name.startswith(("data/exhibits/", "data/openings/"))]
    sealed = [path.read_bytes() for path in (school.vault / "exhibits").rglob("*.age")]
    assert len(sealed) >= 3
    for content in inside.values():
        assert not [picture for picture in sealed if picture[:64] in content]
        assert b"\x89PNG" not in content
    texts = b"".join(inside.values())
    for words in (b"Unkind messages", b"chat.example", b"Make the bundle for us", b"A page"):
        assert words not in texts


def test_what_was_written_is_there_as_it_is_kept(school: School) -> None:
    """Every file of text, byte for byte, for whoever has the handover key."""
    inside = members(made(school))
    case = school.last_entry()["case"]
    kept = {
        f"data/withheld/{path.stem}.age": path.read_bytes()
        for path in (school.vault / "details" / case).glob("*.age")
    }
    withheld = {name: c for name, c in inside.items() if name.startswith("data/withheld/")}
    assert withheld == kept
    assert len(kept) > 5
    handover = (school.folder / "case" / "handover.key").read_text().strip()
    opened = [json.loads(recipients.decrypt(content, handover)) for content in withheld.values()]
    assert {"case.reported", "call.recorded"} <= {text["step"] for text in opened}


def test_one_person_signs_it_and_the_record_knows_it(school: School) -> None:
    leaving = made(school)
    entry = school.last_entry()
    assert (entry["step"], entry["facts"]["kind"]) == ("bundle.made", "record-only")
    assert entry["facts"]["sha256"] == leaving.said["sha256"]
    assert [person["id"] for person in entry["people"]] == ["ef"]
    page = members(leaving)["data/START-HERE.html"].decode()
    assert "This case was stopped" in page
    assert "not opened: encrypted to the handover key" in page


def test_its_hand_over_is_recorded_by_one(school: School) -> None:
    leaving = made(school)
    typed = (
        *("handover", "stopped", "--bundle", str(leaving.out / "bundle.zip.age")),
        *("--receiver", "police", "--person", "DC Example", "--organisation", "Example Police"),
        *("--item", "A disc", "--carrier", "disc", "--seal", "", "--identity", "warrant-card"),
        *("--checked", "Seen", "--remarks", "", "--as", "ef", "--present", "ef"),
    )  # fmt: skip
    receipt = school.json(*typed, answers=school.words_of("ef"))["receipt"]
    assert "Edith Fell" in receipt
    assert school.last_entry()["step"] == "handover.recorded"


def test_its_checks_pass_and_what_is_sealed_is_compared(school: School) -> None:
    """Without any key: one who received it sees that nothing is missing or was exchanged."""
    leaving = made(school)
    given = verify(lambda container: container.write(leaving.unsealed()))
    assert given.exit_status == 0, given.checks
    said = {check.number: check.what for check in given.checks}
    assert "stopped" in said[13]
    assert "All 0 texts" in said[14]
    assert "No exhibit is opened" in said[15]
    assert [s.id for s in given.signers if s.statement] == ["computer", "ef"]


def test_a_case_that_was_not_stopped_has_no_such_bundle(tmp_path: Path) -> None:
    school = schools.practised().copy_to(tmp_path / "school")
    done = school.run(*MAKE, "--case", "2026-001", "--json", status=20)
    assert done.data["error"] == "out-of-order"

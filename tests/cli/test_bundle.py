"""What leaves for the police: made sealed or not at all, signed into the record, handed over."""

import hashlib
import json
from pathlib import Path

import pytest

import bundles
import schools
from bundles import MAKE
from driving import NOTHING_KEPT, School, refused
from schools import PRESENT

HAND_OVER = (
    *("handover", "record", "--case", "2026-001", "--receiver", "police"),
    *("--carrier", "usb-stick", "--identity", "warrant-card", "--checked", "Card 4711 was seen"),
    *("--person", "DC Example, 4711", "--organisation", "Example Constabulary"),
    *("--item", "A white USB stick", "--seal", "A100", "--remarks", "", *PRESENT),
)  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A practised school of one's own."""
    return schools.practised().copy_to(tmp_path / "school")


def signing(school: School) -> list[str]:
    return school.words_of("ab", "cd")


def test_a_bundle_is_sealed_and_its_fingerprint_is_in_the_record(school: School) -> None:
    made = bundles.make(school)
    sealed = (made.out / "bundle.zip.age").read_bytes()
    assert school.steps()[-3:] == ["export.opened", "bundle.made", "receipt.issued"]
    assert sorted(p.name for p in made.out.iterdir()) == ["bundle.zip.age", "key.age"]
    assert made.said["sha256"] == hashlib.sha256(sealed).hexdigest()
    assert made.said["files"] == ["bundle.zip.age", "key.age"]
    assert len(made.said["words"].split()) == 6
    facts = school.json("log", "show", "--case", "2026-001")["entries"][-1]
    assert facts["step"] == "bundle.made"
    assert school.is_good()


def test_no_plaintext_is_left_anywhere(school: School) -> None:
    """Not in the folder, not in the record, not in a temporary folder: no piece of any text."""
    made = bundles.make(school)
    zipped = made.unsealed()
    pieces = [b"bundle/data/", b"The police asked for it", b"Insults", b"Told to the form tutor"]
    assert pieces[0] in zipped
    assert pieces[1] in zipped
    rehearsed = school.folder / "case"  # where the practice left its own bundle open
    files = [p for p in school.folder.rglob("*") if p.is_file() and rehearsed not in p.parents]
    found = [(path.name, piece) for path in files for piece in pieces if piece in path.read_bytes()]
    assert found == []
    assert not list(school.folder.rglob("*.part"))


def test_people_are_told_the_words_once_and_what_to_do_with_them(school: School) -> None:
    done = school.run(*MAKE, "--out", "there", answers=signing(school))
    for said in ("PRACTICE", "six words", "never in the same envelope", "handover record"):
        assert said in done.out
    for said in ("Opened for it: 2 exhibits", "for: The police.", "six words, told another way"):
        assert said in done.err
    assert (school.folder / "there" / "key.age").is_file()


def test_given_keys_open_it_and_then_there_are_no_words(school: School) -> None:
    from counterseal.keys import recipients  # noqa: PLC0415

    identity = recipients.new_identity()
    made = bundles.make(school, "--to", recipients.recipient_of(identity))
    assert made.said["words"] == ""
    assert [p.name for p in made.out.iterdir()] == ["bundle.zip.age"]
    assert recipients.decrypt((made.out / "bundle.zip.age").read_bytes(), identity)[:2] == b"PK"


def test_a_second_bundle_is_made_from_a_second_opening(school: School) -> None:
    """Each stands in the record by itself; the second holds the entry of the first."""
    first, second = bundles.make(school), bundles.make(school, out="again")
    assert first.said["sha256"] != second.said["sha256"]
    steps = [s for s in school.steps() if s in {"export.opened", "bundle.made"}]
    assert steps[2:] == ["export.opened", "bundle.made"] * 2
    assert school.is_good()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--to", "age1nonsense"), "usage"),
        (("--to-cert", "handover.key"), "usage"),
        (("--case", "2026-009"), "usage"),
        (("--present", "ef"), "usage"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_opened(
    school: School, more: tuple[str, ...], code: str
) -> None:
    (school.folder / "handover.key").write_text("no certificate")
    out = ("--out", str(school.folder / "out"))
    refused(school, 2, code, *MAKE, *more, *out, answers=signing(school))
    assert not (school.folder / "out").exists()


def test_nothing_is_ever_written_over(school: School) -> None:
    """A folder with something in it is refused, and stays as it is."""
    folder = school.folder / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    error = refused(school, 60, "vault", *MAKE, "--out", str(folder), answers=signing(school))
    assert "not an empty folder" in error["what"]
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_wrong_passphrase_opens_nothing(school: School) -> None:
    typed = (*MAKE, "--out", str(school.folder / "out"))
    answers = [school.passphrases["ab"], "not the passphrase at all"]
    refused(school, 70, "wrong-passphrase", *typed, answers=answers)


def test_too_early_a_case_has_no_bundle(tmp_path: Path) -> None:
    school = schools.triaged().copy_to(tmp_path / "school")
    typed = ("bundle", "make", "--case", schools.second_case(school), "--receiver", "police")
    error = refused(school, 20, "out-of-order", *typed, "--why", "x", *PRESENT)
    assert "not possible now" in error["what"]


def test_an_exhibit_that_was_changed_leaves_no_bundle(school: School) -> None:
    """That it was opened is in the record, as it was; the folder is empty."""
    pictures = (school.vault / "exhibits" / "2026-001").glob("*.age")
    target = min(pictures)
    content = bytearray(target.read_bytes())
    content[-1] ^= 1
    target.write_bytes(bytes(content))
    out = school.folder / "out"
    done = school.run(*MAKE, "--out", str(out), "--json", answers=signing(school), status=40)
    assert "No bundle was made" in done.data["kept"]
    assert school.steps()[-1] == "export.opened"
    assert not out.exists() or list(out.iterdir()) == []


def test_a_hand_over_is_recorded_with_a_receipt_for_both(school: School) -> None:
    made = bundles.make(school)
    paper = school.folder / "receipt.txt"
    typed = (*HAND_OVER, "--bundle", str(made.out / "bundle.zip.age"))
    said = school.json(*typed, "--receipt-out", str(paper), answers=signing(school))
    text = paper.read_text("utf-8")
    assert said["receipt"] == text
    digits = made.said["sha256"]
    for line in ("PRACTICE", "DC Example, 4711", "Example Constabulary", "A100", "Ada Brook"):
        assert line in text
    assert " ".join(digits[n : n + 4] for n in range(0, 16, 4)) in text
    assert text.count("Signature ____") == 3
    entry = school.last_entry()
    assert entry["step"] == "handover.recorded"
    assert entry["facts"] == {
        "bundle": digits, "to": "police", "carrier": "usb-stick", "identity": "warrant-card",
    }  # fmt: skip
    assert "4711" not in json.dumps(entry)
    assert school.is_good()


def test_a_stick_is_noted_where_the_schools_rules_avoid_them(
    school: School, tmp_path: Path
) -> None:
    """It is said, and never refused: sometimes nothing else will do."""
    strict = School(tmp_path / "strict", school.passphrases)
    strict.folder.mkdir()
    strict.run("practice", "--profile", "secondary", "--out", str(strict.folder / "case"))
    strict = strict.seeing({"COUNTERSEAL_HOME": str(strict.folder / "case" / "vault")})
    disc = ["disc" if word == "usb-stick" else word for word in HAND_OVER]
    said = "sticks only where nothing else will do"
    for at, typed, noted in (
        (strict, HAND_OVER, True),
        (strict, disc, False),
        (school, HAND_OVER, False),
    ):
        done = at.run(*typed, answers=signing(school))
        assert (said in " ".join(done.err.split())) is noted


def test_a_file_that_the_record_does_not_know_is_not_handed_over(school: School) -> None:
    made = bundles.make(school)
    sealed = made.out / "bundle.zip.age"
    sealed.write_bytes(sealed.read_bytes() + b"x")
    error = refused(
        school, 2, "usage", *HAND_OVER, "--bundle", str(sealed), answers=signing(school)
    )
    assert "Do not hand it over" in error["advice"]


def test_something_else_than_a_bundle_can_be_handed_over(school: School) -> None:
    said = school.json(*HAND_OVER, answers=signing(school))
    assert "Fingerprint of the sealed bundle" not in said["receipt"]
    assert school.last_entry()["facts"]["bundle"] == ""


def test_a_stop_ends_the_making_of_bundles(school: School) -> None:
    school.run("stop", status=30)
    before = school.steps()
    done = school.run(*MAKE, "--json", answers=signing(school), status=30)
    assert done.data["kept"] == NOTHING_KEPT
    assert school.steps() == before

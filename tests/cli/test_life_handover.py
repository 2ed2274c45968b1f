"""`handover-key check`, `change` and `test-file`: with a file, a pasted sheet, and words."""

from pathlib import Path

import pytest

import schools
from counterseal.keys import recipients
from driving import School, refused

BY = ("--signer", "ab", "--signer", "ef", "--present", "ab", "--present", "ef")


@pytest.fixture
def practised(tmp_path: Path) -> School:
    return schools.practised().copy_to(tmp_path / "school")


@pytest.fixture
def real(tmp_path: Path) -> School:
    return schools.real().copy_to(tmp_path / "school")


def _sheet(page: Path) -> list[str]:
    lines = page.read_text().splitlines()
    begin = lines.index("-----BEGIN AGE ENCRYPTED FILE-----")
    return lines[begin : lines.index("-----END AGE ENCRYPTED FILE-----") + 1]


def test_set_up_leaves_a_page_to_print(real: School) -> None:
    """Sheet 1 says whose key it is, and does not hold the words of sheet 2."""
    page = (real.folder / "handover.txt").read_text()
    words = schools.words_of_sheet_2(real)
    assert "Hill View School" in page
    assert words not in page
    assert (real.folder / "handover.age").read_text() in page
    about = [line for line in page.splitlines() if line.startswith("Key:")]
    assert about[0].split()[-1].startswith("age1")


@pytest.mark.parametrize("sheet", ["handover.age", "handover.txt", "pasted"])
def test_both_sheets_are_brought(sheet: str, real: School) -> None:
    """As a file, as the page, or pasted; then the words, and two sign."""
    words = schools.words_of_sheet_2(real)
    signing = real.words_of("ab", "ef")
    if sheet == "pasted":
        answers = [*_sheet(real.folder / "handover.txt"), words, *signing]
        made = real.json("handover-key", "check", *BY, answers=answers)
    else:
        key = ("--key-file", str(real.folder / sheet))
        made = real.json("handover-key", "check", *key, *BY, answers=[words, *signing])
    assert made["signed_by"] == ["ab", "ef"]
    assert real.steps()[-1] == "handover_key.checked"
    (item,) = [c for c in real.json("doctor")["checks"] if c["name"] == "handover-key"]
    assert item["grade"] == "pass"
    assert real.is_good()


def test_the_wrong_sheet_or_words(real: School) -> None:
    """Each is refused with what to compare, and nothing counts as tried."""
    words = schools.words_of_sheet_2(real)
    check = ("handover-key", "check", *BY)
    key = ("--key-file", str(real.folder / "handover.txt"))
    error = refused(real, 70, "wrong-passphrase", *check, *key, answers=["six wrong words"])
    assert "sheets" in error["advice"]
    half = _sheet(real.folder / "handover.txt")[:-1]
    refused(real, 2, "input-ended", *check, answers=half)
    other = real.folder / "other.key"
    other.write_text(recipients.new_identity())
    error = refused(real, 70, "keyring", *check, "--key-file", str(other))
    assert "age1" in error["advice"]
    refused(real, 2, "usage", *check, answers=["no-such-file", words])
    refused(real, 2, "usage", *check, *key, "--elsewhere")
    (item,) = [c for c in real.json("doctor")["checks"] if c["name"] == "handover-key"]
    assert (item["grade"], "never tried" in item["what"]) == ("warn", True)


def test_a_new_key_made_here(practised: School) -> None:
    """Two sheets are made; the old key is said to open what was kept before."""
    out = practised.folder / "new.age"
    typed = ("handover-key", "change", "--handover-key-out", str(out), *BY)
    done = practised.run(*typed, "--json", answers=practised.words_of("ab", "ef"))
    assert done.data["handover_recipient"] != done.data["former"]
    assert done.data["handover_recipient"] in out.with_suffix(".txt").read_text()
    check = ("handover-key", "check", "--key-file", str(out), *BY)
    practised.run(*check, answers=[schools.six_words(done.err), *practised.words_of("ab", "ef")])
    assert practised.steps()[-2:] == ["handover_key.changed", "handover_key.checked"]
    assert practised.is_good()


def test_a_new_key_that_nobody_signed_leaves_no_sheet(practised: School) -> None:
    """Sheet 1 is taken away again; what is there already is never touched."""
    out = practised.folder / "new.age"
    typed = ("handover-key", "change", "--handover-key-out", str(out), *BY)
    refused(practised, 70, "wrong-passphrase", *typed, answers=[*practised.words_of("ab"), "wrong"])
    assert not out.exists()
    assert not out.with_suffix(".txt").exists()
    out.with_suffix(".txt").write_text("mine")
    refused(practised, 2, "usage", *typed)
    assert out.with_suffix(".txt").read_text() == "mine"


def test_a_key_made_elsewhere_is_tried_by_words(practised: School) -> None:
    """Somebody else opens the test file, and tells the words that it holds."""
    identity = recipients.new_identity()
    named = ("--handover-recipient", recipients.recipient_of(identity))
    words = practised.words_of("ab", "ef")
    made = practised.json("handover-key", "change", *named, *BY, answers=words)
    assert made["handover_recipient"] == named[1]
    test = practised.folder / "test.age"
    practised.run("handover-key", "test-file", str(test))
    text = recipients.decrypt(test.read_bytes(), identity).decode()
    six = text.strip().rpartition(": ")[2]
    check = ("handover-key", "check", "--elsewhere", *BY)
    refused(practised, 2, "usage", *check, answers=["six words of another file altogether"])
    practised.run(*check, answers=[six, *words])
    assert practised.steps()[-1] == "handover_key.checked"
    assert practised.is_good()


@pytest.mark.parametrize(
    "named",
    [
        (),
        ("--handover-recipient", "age1x"),
        ("--handover-recipient", "a", "--handover-key-out", "b"),
    ],
)
def test_which_key_has_to_be_said(named: tuple[str, ...], practised: School) -> None:
    """One way, and a recipient that is one."""
    refused(practised, 2, "usage", "handover-key", "change", *named, *BY)


def test_the_key_in_force_is_no_new_one(practised: School) -> None:
    """It is refused before anybody has typed a passphrase."""
    identity = (practised.folder / "case" / "handover.key").read_text().strip()
    named = ("--handover-recipient", recipients.recipient_of(identity))
    error = refused(practised, 20, "not-allowed", "handover-key", "change", *named, *BY)
    assert "in force already" in error["what"]


def test_a_plain_key_of_practice_with_answers_alone(practised: School) -> None:
    """Who signs, where the key is, then each person's word and passphrase."""
    key = str(practised.folder / "case" / "handover.key")
    one, two = practised.words_of("ab", "ef")
    practised.run(
        "handover-key", "check", answers=["ab", "ef", key, "present", one, "present", two]
    )
    assert practised.steps()[-1] == "handover_key.checked"

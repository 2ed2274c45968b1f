"""Setting a computer up: three people, a handover key that leaves, and all of it or nothing."""

import re
import subprocess
from pathlib import Path

import pytest

import schools
from counterseal.keys import recipients
from driving import School
from schools import REAL_PEOPLE
from terminal import sitting_at
from xvfb import need

PEOPLE = [f"{name};{position};{roles}" for _id, name, position, roles, _words in REAL_PEOPLE]
WORDS = [person[-1] for person in REAL_PEOPLE for _twice in range(2)]


def _setup(*people: str) -> list[str]:
    listed = [word for person in people or PEOPLE for word in ("--person", person)]
    return ["setup", "--school", "Hill View School", *listed]


def _recipient(folder: Path) -> str:
    need("age-keygen")
    made = subprocess.run(
        ["age-keygen", "-o", str(folder / "elsewhere.key")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return made.stderr.split()[-1]


def _nothing_was_set_up(school: School) -> None:
    left = {path.name for path in school.folder.iterdir()} - {"bin", "home", "elsewhere.key"}
    assert left == set(), "a set-up that failed left something behind"


def test_with_a_key_made_elsewhere(tmp_path: Path) -> None:
    """Everything by options but the passphrases; the private key never comes near."""
    school = School(tmp_path)
    recipient = _recipient(tmp_path)
    made = school.json(*_setup(), "--handover-recipient", recipient, answers=WORDS)
    assert made["handover_recipient"] == recipient
    assert made["stop_sheet"] == str(school.vault / "stop-sheet.txt")
    assert [person["id"] for person in made["people"]] == ["ab", "cd", "ef"]
    assert school.steps() == ["vault.created"]
    assert school.last_entry()["facts"]["practice"] is False
    assert school.is_good()
    assert school.vault.stat().st_mode & 0o077 == 0
    for key in [*(school.vault / "people").glob("*.key"), school.vault / "computer.key"]:
        assert key.stat().st_mode & 0o077 == 0, key
    assert "PRACTICE" not in school.run("people", "list").said


def test_it_leaves_a_stop_sheet_to_print(tmp_path: Path) -> None:
    """B1, B3, B11: paper for the moment at which nothing opens any more, with the school's name."""
    school = schools.real().copy_to(tmp_path / "school")
    paper = (school.vault / "stop-sheet.txt").read_text()
    assert paper.startswith("STOP SHEET\nHill View School\n")
    assert "Headteacher, Local authority, Police\n" in paper
    assert "Employee support or counselling: ___" in paper
    assert school.run("stop", "sheet").out.strip() == paper.strip()
    assert school.is_good()


def test_with_answers_alone(tmp_path: Path) -> None:
    """The key file holds no readable key, and the words that open it are shown once."""
    school = schools.real().copy_to(tmp_path / "school")
    key = (school.folder / "handover.age").read_text()
    assert key.startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    assert "AGE-SECRET-KEY" not in key
    told = (school.folder / "setup.txt").read_text()
    assert len(re.findall(r"^ +((?:[a-z]+ ){5}[a-z]+)$", told, re.MULTILINE)) == 1
    assert not any("AGE-SECRET-KEY" in path.read_text("latin-1") for path in _files(school))


def _files(school: School) -> list[Path]:
    return [path for path in school.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param((), 2, id="no handover key at all"),
        pytest.param(("--handover-recipient", "age1nonsense"), None, id="no recipient"),
        pytest.param(
            ("--handover-recipient", "age1x", "--handover-key-out", "k"), 2, id="both kinds"
        ),
    ],
)
def test_a_handover_key_that_is_none(
    more: tuple[str, ...], status: int | None, tmp_path: Path
) -> None:
    """Refused before anybody has typed a passphrase."""
    school = School(tmp_path)
    done = school.run(*_setup(), *more, "--json", status=status)
    assert done.status in {2, 70}
    assert done.data["kept"] == "Nothing was kept."
    _nothing_was_set_up(school)


@pytest.mark.parametrize(
    "people",
    [
        pytest.param(PEOPLE[:2], id="two people"),
        pytest.param([*PEOPLE[:2], "Al Bo;Bursar;slt"], id="nobody to authorise"),
        pytest.param([*PEOPLE[:2], "Al Bo;Bursar;king"], id="no such role"),
        pytest.param([*PEOPLE[:2], "Al Bo"], id="no position"),
    ],
)
def test_people_who_cannot_staff_a_case(people: list[str], tmp_path: Path) -> None:
    """No record is begun, and no handover key is left lying about."""
    school = School(tmp_path)
    mine = ["violet anchor pillow eleven comet"] * 2
    answers = [*WORDS[: 2 * min(2, len(people))], *mine]
    typed = (*_setup(*people), "--handover-key-out", str(tmp_path / "handover.age"), "--json")
    done = school.run(*typed, answers=answers, status=None)
    assert done.status in {2, 20, 70}, done
    assert done.data["kept"] == "Nothing was kept."
    _nothing_was_set_up(school)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    """What lies where the handover key is to go stays there."""
    school = School(tmp_path)
    there = tmp_path / "home" / "handover.age"
    there.parent.mkdir()
    there.write_text("Somebody's")
    typed = (*_setup(), "--handover-key-out", str(there))
    done = school.run(*typed, answers=WORDS, status=None)
    assert done.status in {2, 60}
    assert there.read_text() == "Somebody's"
    assert not school.vault.exists()


def test_who_is_missing_is_said_before_any_passphrase(tmp_path: Path) -> None:
    """Three people can begin; which cases they could not take yet is said all the same."""
    school = School(tmp_path)
    typed = (*_setup(), "--handover-recipient", _recipient(tmp_path))
    done = school.run(*typed, status=2)
    assert "Not yet possible: A case about the Headteacher" in done.err or (
        "Not yet possible: A case about Edith Fox (Headteacher)" in done.err
    )
    assert "answers ended before" in done.err
    people = [*PEOPLE[:2], "Al Bo;Bursar;slt"]
    done = school.run(*_setup(*people), *typed[-2:], "--json", status=70)
    assert "headteacher or chair" in done.data["what"]


def test_a_mistyped_role_is_asked_again(tmp_path: Path) -> None:
    """Nobody begins anew because of one word; what was typed before stays."""
    school = School(tmp_path)
    key = recipients.recipient_of(recipients.new_identity())
    typed = ("setup", "--school", "Hill View School", "--handover-recipient", key)
    with sitting_at(school, *typed) as terminal:
        for _id, name, position, roles, _words in REAL_PEOPLE:
            terminal.answer(("Name", name), ("Position", position), ("Roles", "investigater"))
            terminal.until("is not only roles")
            terminal.answer(("Roles", roles))
        terminal.answer(("Enrol another", "no"))
        for *_post, words in REAL_PEOPLE:
            terminal.answer(("New passphrase", words), ("same again", words))
        assert terminal.end() == 0
    assert school.steps() == ["vault.created"]


def test_the_words_are_typed_back_at_a_terminal(tmp_path: Path) -> None:
    """Whoever did not write them down is told so before there is a record."""
    school = School(tmp_path)
    typed = (*_setup(), "--handover-key-out", str(tmp_path / "handover.age"))
    with sitting_at(school, *typed) as terminal:
        for _id, name, _position, _roles, words in REAL_PEOPLE:
            terminal.answer((f"New passphrase of {name}", words), ("same again", words))
        terminal.answer(("Type it back", "something else"))
        assert terminal.end() == 2
    assert "Nothing was kept" in terminal.shown
    _nothing_was_set_up(school)

"""A data folder that is missing, foreign, damaged, old or elsewhere; keys that were changed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import schools
from driving import School, refused
from elsewhere import on_another_computer
from schools import OPEN, PRESENT, second_case

NOTE = ("note", "add", "--text", "x", *PRESENT)
COMMANDS = (("log", "check"), NOTE)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _nothing(_vault: Path) -> None:
    return


def _empty(vault: Path) -> None:
    vault.mkdir()


def _somebody_elses(vault: Path) -> None:
    vault.mkdir()
    (vault / "holiday.txt").write_text("Photographs")


def _a_file(vault: Path) -> None:
    vault.write_text("A file where a folder should be")


def _random_database(vault: Path) -> None:
    vault.mkdir()
    with closing(sqlite3.connect(vault / "log.db")) as other:
        other.execute("CREATE TABLE pigeons (name TEXT)")
        other.commit()
    (vault / "vault.toml").write_text("format = 1\npractice = true\n")


def _no_database(vault: Path) -> None:
    vault.mkdir()
    (vault / "log.db").write_bytes(b"This is no database. " * 500)
    (vault / "vault.toml").write_text("format = 1\npractice = false\n")


def _not_text(vault: Path) -> None:
    _random_database(vault)
    (vault / "vault.toml").write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    "make",
    [_nothing, _empty, _somebody_elses, _a_file, _random_database, _no_database, _not_text],
)
def test_what_is_no_record(make: object, tmp_path: Path) -> None:
    """Exit status 60, one sentence, and whatever lies there is left as it is."""
    school = School(tmp_path)
    assert callable(make)
    make(school.vault)
    before = school.files() if school.vault.is_dir() else {}
    for typed in COMMANDS:
        done = school.run(*typed, "--json", status=60)
        assert done.data["error"] == "no-vault", done
        damaged = make in {_random_database, _no_database, _not_text}
        assert ("set nothing up" if damaged else "setup") in done.data["advice"]
    assert "record" in school.run("doctor", status=None).said
    assert (school.files() if school.vault.is_dir() else {}) == before


def test_setting_up_over_something(school: School, tmp_path: Path) -> None:
    """A record is never set up over another, nor into a folder that holds anything."""
    key = ("--handover-recipient", "age1" + "q" * 58)
    before = school.files()
    for typed in (("setup", *key), ("practice", "--out", str(school.vault))):
        school.run(*typed, answers=["Hill View School"], status=60)
    assert school.files() == before
    other = School(tmp_path / "other")
    other.folder.mkdir()
    _somebody_elses(other.vault)
    other.run("practice", "--out", str(other.vault), status=60)
    assert [path.name for path in other.vault.iterdir()] == ["holiday.txt"]


@pytest.mark.parametrize("name", ["computer.key", "keysets/1.json", "people/ab.key"])
@pytest.mark.parametrize("fate", ["gone", "garbage"])
def test_a_part_that_is_gone_or_damaged(name: str, fate: str, school: School) -> None:
    """Nothing is signed on top of it; the sentence says which part, or whose key."""
    path = school.vault / name
    if fate == "gone":
        path.unlink()
    else:
        path.write_bytes(b"\x00 garbage \xff")
    typed = (*NOTE, "--case", schools.second_case(schools.collecting()))
    before = school.entries()
    done = school.run(*typed, "--json", answers=school.words_of("ab", "cd"), status=None)
    assert done.status in {40, 70}
    assert done.data["kept"] == "Nothing was kept."
    assert school.entries() == before


def test_a_wrong_passphrase(school: School) -> None:
    """Exit status 70; the next try with the right one goes through, after a wait."""
    typed = (*NOTE, "--case", second_case(school))
    answers = [*school.words_of("ab"), "not the passphrase"]
    error = refused(school, 70, "wrong-passphrase", *typed, answers=answers)
    assert "passphrase" in error["what"].lower()
    assert (school.vault / "people" / "cd.tries").read_text() == "1"
    school.run(*typed, answers=school.words_of("ab", "cd"))
    assert not (school.vault / "people" / "cd.tries").exists()


def test_a_key_file_changed_by_one_byte(school: School) -> None:
    """Any byte of the sealed part counts: the key stays shut, and so does the step."""
    key = school.vault / "people" / "ab.key"
    content = bytearray(key.read_bytes())
    place = content.index(b'"box":"') + 40
    content[place] = ord("A") if content[place] != ord("A") else ord("B")
    key.write_bytes(bytes(content))
    typed = (*NOTE, "--case", second_case(school))
    refused(school, 70, "wrong-passphrase", *typed, answers=school.words_of("ab", "cd"))


def test_the_key_file_of_somebody_else(school: School) -> None:
    """One person's key file under another's name opens nothing."""
    people = school.vault / "people"
    shutil.copy(people / "cd.key", people / "ab.key")
    typed = (*NOTE, "--case", second_case(school))
    refused(school, 70, "keyring", *typed, answers=school.words_of("cd", "cd"))


def test_the_key_file_of_another_record(school: School, tmp_path: Path) -> None:
    """A key file from another practice record, where the same people are enrolled, is refused."""
    other = School(tmp_path / "other")
    other.folder.mkdir()
    other.run("practice", "--out", str(other.folder / "case"))
    shutil.copy(other.folder / "case/vault/people/ab.key", school.vault / "people" / "ab.key")
    typed = (*NOTE, "--case", second_case(school))
    refused(school, 70, "keyring", *typed, answers=school.words_of("ab", "cd"))


def _put_back_the_log(old: School, school: School) -> None:
    """Replace the log, and what SQLite has laid beside it, by another."""
    for path in school.vault.glob("log.db*"):
        path.unlink()
    for path in old.vault.glob("log.db*"):
        shutil.copy(path, school.vault / path.name)


def test_an_old_copy_of_the_log_put_back(school: School, tmp_path: Path) -> None:
    """The key files know better: exit status 40, with the number of entries that are gone."""
    typed = (*NOTE, "--case", second_case(school))
    both = school.words_of("ab", "cd")
    old = school.copy_to(tmp_path / "old")
    for _ in range(2):
        school.run(*typed, answers=both)
    _put_back_the_log(old, school)
    error = refused(school, 40, "rollback", *typed, answers=both)
    assert "2 of them are gone" in error["what"]
    assert [finding["kind"] for finding in error["findings"]] == ["rollback"]


def test_an_old_copy_with_something_new_on_top(school: School, tmp_path: Path) -> None:
    """Putting back the old and filling it up again does not help: the entries are other ones."""
    typed = (*NOTE, "--case", second_case(school))
    both = school.words_of("ab", "cd")
    before = school.copy_to(tmp_path / "before")
    school.run(*typed, answers=both)
    before.run(*typed, answers=both)
    _put_back_the_log(before, school)
    error = refused(school, 40, "rollback", *typed, answers=both)
    assert [finding["kind"] for finding in error["findings"]] == ["fork"]


def test_a_receipt_on_paper_finds_the_cut(school: School, tmp_path: Path) -> None:
    """Even with every key file of the same old time, the receipt from before shows the cut."""
    old = school.copy_to(tmp_path / "old")
    typed = (*NOTE, "--case", second_case(school))
    school.run(*typed, answers=school.words_of("ab", "cd"))
    receipt = school.json("log", "receipt")["receipt"]
    assert old.is_good()
    checked = old.run("log", "check", "--receipt", receipt, "--json", status=40).data
    assert checked["good"] is False
    assert [finding["kind"] for finding in checked["findings"]] == ["rollback"]


def test_another_computer(school: School) -> None:
    """A vault that was carried elsewhere signs nothing there, with either kind of step."""
    both = school.words_of("ab", "cd")
    case = second_case(school)
    there = on_another_computer(school)
    for typed in ((*NOTE, "--case", case), ("session", "close", "--summary", "x", *PRESENT)):
        refused(there, 20, "wrong-computer", *typed, answers=both)
    assert there.run("doctor", status=None).said.count("not the computer") == 1


def test_a_session_on_another_computer(tmp_path: Path) -> None:
    """A session opens at the designated computer alone."""
    school = schools.authorised().copy_to(tmp_path / "school")
    typed = (*OPEN, "--case", second_case(school))
    both = school.words_of("ab", "cd")
    refused(on_another_computer(school), 20, "wrong-computer", *typed, answers=both)
    school.run(*typed, answers=both)


@pytest.mark.parametrize("name", ["log.db", "vault.toml"])
@pytest.mark.parametrize("content", [None, b"nothing of ours \xff" * 300])
def test_nobody_is_sent_to_set_up_beside_a_damaged_record(
    name: str, content: bytes | None, tmp_path: Path
) -> None:
    """Setting up anew would be the end of it."""
    school = schools.practised().copy_to(tmp_path / "school")
    (school.vault / name).unlink()
    if content is not None:
        (school.vault / name).write_bytes(content)
    done = school.run("case", "list", "--json", status=None)
    assert done.status in {40, 60}
    assert "counterseal setup" not in done.said
    assert "technical support" in done.data["advice"]

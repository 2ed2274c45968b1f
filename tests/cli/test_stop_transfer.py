"""The other cases of a stopped computer go on at another one."""

from pathlib import Path

import pytest

import schools
from driving import School
from elsewhere import on_another_computer
from schools import MAY_USE, REPORT, SAFE, second_case

BY = ("--signer", "ab", "--signer", "ef", "--present", "ab", "--present", "ef")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school with an exhibit in a case that was stopped, and another case."""
    school = schools.collecting().copy_to(tmp_path_factory.mktemp("stopped") / "school")
    capture = ("exhibit", "capture", "--what", "The chat", "--keep", *SAFE)
    school.run(*capture, answers=school.words_of("ab", "cd"))
    school.run("stop", "--what", "may-be", status=30)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    return school


def test_the_other_cases_go_on_and_the_stopped_one_stays(stopped: School, tmp_path: Path) -> None:
    """The copy holds nothing of the stopped case but its lines of the log."""
    case = second_case(stopped)
    old = stopped.copy_to(tmp_path / "old")
    new = School(tmp_path / "new", old.passphrases)
    new.folder.mkdir()
    old.run("computer", "transfer", "--out", str(new.vault))
    names = list(new.files())
    assert [name for name in names if name.startswith("exhibits/2026-001/")]
    assert [name for name in names if name.startswith("wraps/2026-001/")]
    assert not [name for name in names if f"/{case}/" in name]
    assert not {"STOPPED", "STOP-READY"} & set(names)
    there = on_another_computer(new)
    there.run(*REPORT, "--as", "gh", "--category", "17", status=20)
    there.run("computer", "change", *BY, answers=there.words_of("ab", "ef"))
    there.run(*REPORT, "--as", "gh", "--category", "17", answers=there.words_of("gh"))
    assert there.is_good()
    assert "stopped" in there.run("case", "show", case).out
    (new.vault / "exhibits" / "2026-001").rename(new.vault / "exhibits" / "gone")
    there.run("log", "check", status=40)


def test_the_old_computer_stays_stopped(stopped: School, tmp_path: Path) -> None:
    """Copying releases nothing, and changes nothing here."""
    old = stopped.copy_to(tmp_path / "old")
    files = old.files()
    old.run("computer", "transfer", "--out", str(tmp_path / "copy"))
    assert old.files() == files
    old.run("case", "list", status=30)
    copied = School(tmp_path / "copy-of", old.passphrases, seen=tmp_path / "copy")
    assert copied.steps() == old.steps()


def test_a_copy_is_refused_before_the_police_allow_it(tmp_path: Path) -> None:
    """Until then paper is used; and where nothing is stopped, the folder itself is brought."""
    school = schools.collecting().copy_to(tmp_path / "school")
    target = tmp_path / "copy"
    school.run("computer", "transfer", "--out", str(target), status=20)
    school.run("stop", "--what", "may-be", status=30)
    school.run("computer", "transfer", "--out", str(target), status=30)
    assert not target.exists()


def test_a_folder_that_holds_something_is_left_alone(stopped: School, tmp_path: Path) -> None:
    """Nothing is written over, and nothing is taken away."""
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("mine")
    stopped.run("computer", "transfer", "--out", str(target), status=60)
    assert [path.name for path in target.iterdir()] == ["letter.txt"]

"""A power cut at any point of a stop: still stopped, and the rest is done at the next start.

The command is killed at every third of its file calls, before it and after it, until one run comes
to its end; each run but the last is shown to have been killed.
"""

import signal
import subprocess
from pathlib import Path

import pytest

import schools
from driving import School
from killing import kill_at
from schools import SAFE, second_case
from xvfb import need

CAPTURE = ("exhibit", "capture", "--what", "The chat", "--keep", *SAFE)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Return a school with an exhibit in an open session."""
    school = schools.collecting().copy_to(tmp_path_factory.mktemp("evidence") / "school")
    school.run(*CAPTURE, answers=school.words_of("ab", "cd"))
    return school


def wraps(school: School, case: str) -> list[str]:
    """Return the wraps of a case that are left."""
    return [name for name in school.files() if name.startswith(f"wraps/{case}/")]


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
def test_killed_anywhere_it_stays_stopped_and_is_finished_later(
    evidence: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Before the latch stands nothing has happened; from then on nothing opens any more."""
    case = second_case(evidence)
    killed = []
    for number in range(after, 200, 3):
        school = evidence.copy_to(tmp_path / str(number))
        with monkeypatch.context() as patch:
            kill_at(patch, number, after=after)
            done = school.run("stop", "--what", "may-be", status=None)
        if done.status == 30:
            break
        assert done.status == -signal.SIGKILL, done
        killed.append(number)
        if not (school.vault / "STOPPED").exists():
            assert school.steps()[-1] != "case.stopped"
            assert wraps(school, case)
            continue
        school.run("case", "list", status=30)
        assert (school.vault / "STOPPED").exists()
        school.run("stop", "--what", "may-be", status=30)
        assert school.steps().count("case.stopped") == 1
        assert wraps(school, case) == []
        assert school.is_good()
    else:
        pytest.fail("it never came to its end")
    assert len(killed) > 4
    assert wraps(school, case) == []


def test_the_handover_key_opens_what_was_sealed(evidence: School, tmp_path: Path) -> None:
    """The ciphertext stays as it was, byte for byte, and the sheets still open it."""
    need("age")
    school = evidence.copy_to(tmp_path / "school")
    case = second_case(school)
    before = {n: d for n, d in school.files().items() if n.startswith(("exhibits", "details"))}
    school.run("stop", "--what", "may-be", status=30)
    after = {n: d for n, d in school.files().items() if n.startswith(("exhibits", "details"))}
    assert after == before
    sealed = [name for name in after if f"/{case}/" in name]
    assert len([name for name in sealed if name.startswith("exhibits")]) == 1
    key = next(school.folder.rglob("handover.key"))
    for name in sealed:
        opened = subprocess.run(
            ["age", "-d", "-i", key, school.vault / name], capture_output=True, check=True
        )
        assert opened.stdout.startswith((b"\x89PNG", b"{"))
